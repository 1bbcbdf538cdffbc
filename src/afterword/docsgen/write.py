"""Generates the reference pages of `docs/`. `make docs` writes them, and a test checks that they are up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.docsgen.commands import document_commands
from afterword.docsgen.diagnostics import document_diagnostics
from afterword.docsgen.front_matter import document_front_matter
from afterword.docsgen.markdown_from_elsewhere import document_markdown_from_elsewhere
from afterword.docsgen.settings import document_settings
from afterword.docsgen.templates import document_templates

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["write_pages"]

_NOTE = "<!-- Written by `make docs` from {source}; change it there. -->\n\n"


def write_pages() -> Mapping[str, str]:
    """The text of each generated page, by its name in `docs/`."""
    return {
        "command-line.md": _NOTE.format(source="`afterword.cli`") + document_commands(),
        "diagnostics.md": _NOTE.format(source="`afterword/core/diagnostics.toml`") + document_diagnostics(),
        "front-matter.md": _NOTE.format(source="`afterword.front_matter.fields`") + document_front_matter(),
        "markdown-from-elsewhere.md": _NOTE.format(source="`afterword.markdown.extensions.constructs`")
        + document_markdown_from_elsewhere(),
        "settings.md": _NOTE.format(source="`afterword.config.schema`") + document_settings(),
        "templates.md": _NOTE.format(
            source="`afterword.site.columns`, `afterword.templates.renderer` and `afterword.templates.filters`"
        )
        + document_templates(),
    }
