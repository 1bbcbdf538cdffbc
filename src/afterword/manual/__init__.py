"""The pages of `docs/` that follow from the code: settings, front matter, diagnostics, templates, the command line.

`make docs` writes them, and a test says when they are out of date. Relies on the tables and sentences that stand in the
code beside what they document. Refuses to describe anything that is not there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.manual.commands import document_commands
from afterword.manual.diagnostics import document_diagnostics
from afterword.manual.front_matter import document_front_matter
from afterword.manual.settings import document_settings
from afterword.manual.templates import document_templates

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["write_pages"]

_NOTE = "<!-- Written by `make docs` from {source}; change it there. -->\n\n"


def write_pages() -> Mapping[str, str]:
    """The text of each generated page, by its name in `docs/`."""
    return {
        "command-line.md": _NOTE.format(source="`afterword.cli`") + document_commands(),
        "diagnostics.md": _NOTE.format(source="`afterword/diagnostics.toml`") + document_diagnostics(),
        "front-matter.md": _NOTE.format(source="`afterword.keys`") + document_front_matter(),
        "settings.md": _NOTE.format(source="`afterword.settings`") + document_settings(),
        "templates.md": _NOTE.format(source="`afterword.query`, `afterword.renderer` and `afterword.filters`")
        + document_templates(),
    }
