"""`python -m afterword.docsgen.manual_site DOCS FOLDER` writes the manual as a blog of pages for Afterword."""

from __future__ import annotations

import re
import sys
from pathlib import Path

_SETTINGS = """title = "Afterword manual"
description = "How to write, build and publish a blog of notes on talks."
markdown_pages = true
menu = [
  { title = "Getting started", url = "/getting-started/" },
  { title = "Writing", url = "/writing/" },
  { title = "Settings", url = "/settings/" },
  { title = "Commands", url = "/command-line/" },
]
"""

_COMMENT = re.compile(r"^<!--.*-->\n+", re.MULTILINE)
_OUTSIDE = re.compile(r"\[([^\]]*)\]\(\.\./[^)\s]*\)")
_IMAGE = re.compile(r"!\[[^\]]*\]\((images/[^)\s]+)\)")
_CONTENTS = re.compile(r"(?<=\()README\.md")


def write_manual_blog(docs: Path, target: Path) -> None:
    """Writes a page for each page of `docs`, its images and settings. Links to files outside of `docs` become text."""
    pages = target / "pages"
    pages.mkdir(parents=True, exist_ok=True)
    for source in sorted(docs.glob("*.md")):
        text = _CONTENTS.sub("index.md", _OUTSIDE.sub(r"\1", _COMMENT.sub("", source.read_text("utf-8"))))
        name = "index.md" if source.name == "README.md" else source.name
        (pages / name).write_text(text, "utf-8")
        for image in _IMAGE.findall(text):
            (pages / image).parent.mkdir(exist_ok=True)
            (pages / image).write_bytes((docs / image).read_bytes())
    (target / "afterword.toml").write_text(_SETTINGS, "utf-8")


if __name__ == "__main__":
    write_manual_blog(Path(sys.argv[1]), Path(sys.argv[2]))
