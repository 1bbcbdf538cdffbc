"""`python -m afterword.docsgen [FOLDER]` writes the generated pages into a folder, by default `docs`."""

from __future__ import annotations

import sys
from pathlib import Path

from afterword.docsgen.write import write_pages


def main(folder: Path) -> None:
    """Write the pages, each whole."""
    folder.mkdir(exist_ok=True)
    for name, text in write_pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
