"""Updates the generated sections of `docs/`: `python -m afterword.docsgen [FOLDER]`, as in `make docs`.

A section is between `<!-- generated: NAME -->` and `<!-- end -->`. The rest of a page is written by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.docsgen.commands import document_commands, list_commands
from afterword.docsgen.tables import (
    list_alerts,
    list_constructs,
    list_diagnostics,
    list_front_matter,
    list_headers,
    list_settings,
    list_unsupported,
    list_variables,
)
from afterword.docsgen.visibility_keys import VISIBILITY_SECTIONS
from afterword.front_matter.fields import FURTHER, KEYS, SHARED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SECTIONS: Mapping[str, Callable[[], str]] = {
    "list of commands": list_commands,
    "commands": document_commands,
    "diagnostics": list_diagnostics,
    "front matter": lambda: list_front_matter("meaning", KEYS),
    "other front matter": lambda: list_front_matter("effect", {**FURTHER, **SHARED}),
    "header lines": list_headers,
    "markup": list_constructs,
    "alerts": list_alerts,
    "unsupported markup": list_unsupported,
    "settings": list_settings,
    **list_variables(),
    **VISIBILITY_SECTIONS,
}
"""The text of each section, by its name."""

_SECTION = re.compile(r"^<!-- generated: ([^\n]+) -->$.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)


def fill_page(text: str) -> str:
    """Returns a page with up-to-date sections."""
    return _SECTION.sub(_fill_section, text)


def _fill_section(found: re.Match[str]) -> str:
    return f"<!-- generated: {found[1]} -->\n\n{SECTIONS[found[1]]().strip()}\n\n<!-- end -->"


def main(folder: Path) -> None:
    """Updates the pages in a folder."""
    for page in folder.glob("*.md"):
        text = page.read_text("utf-8")
        if (filled := fill_page(text)) != text:
            page.write_text(filled, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
