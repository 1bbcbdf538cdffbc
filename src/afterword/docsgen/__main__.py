"""Generates the reference pages of `docs/`: `python -m afterword.docsgen [FOLDER]`, as in `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.docsgen.pages import document_commands, document_front_matter
from afterword.docsgen.templates import (
    document_diagnostics,
    document_markdown_from_elsewhere,
    document_settings,
    document_templates,
)
from afterword.docsgen.visibility_keys import document_visibility_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOTE = "<!-- Written by `make docs` from {source}; change it there. -->\n\n"


def write_pages() -> Mapping[str, str]:
    """Returns the text of each generated page, by its name in `docs/`."""
    return {
        "command-line.md": _NOTE.format(source="`afterword.cli`") + document_commands(),
        "diagnostics.md": _NOTE.format(source="`afterword/core/diagnostics.toml`") + document_diagnostics(),
        "front-matter.md": _NOTE.format(source="`afterword.front_matter.fields`") + document_front_matter(),
        "markdown-from-elsewhere.md": _NOTE.format(source="`afterword.markdown.warnings`")
        + document_markdown_from_elsewhere(),
        "settings.md": _NOTE.format(source="`afterword.config.schema`") + document_settings(),
        "templates.md": _NOTE.format(
            source="`afterword.site.queries.columns`, `afterword.templates.page_object` and `filters`"
        )
        + document_templates(),
        "visibility-keys.md": _NOTE.format(source="`afterword.front_matter.foreign_keys`") + document_visibility_keys(),
    }


def main(folder: Path) -> None:
    """Writes the pages into a folder."""
    folder.mkdir(exist_ok=True)
    for name, text in write_pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
