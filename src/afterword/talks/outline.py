"""What of a text is plain before Markdown reads it: its first paragraph, and its headings as they are written.

A post must be dated and the site planned before any text is rendered; these few lines of it decide. Relies on headings
that begin a line. Refuses code: what is fenced is neither.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = re.compile(r"\n[ \t]*\n+")
_NO_PARAGRAPH = re.compile(r" {0,3}(?:#{1,6}(?:\s|$)|!\[|<|[-*_](?:\s*[-*_]){2,}\s*$|```|~~~|\{:?[^}]*\}\s*$)|\s*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_ATTRIBUTES = re.compile(r"[ \t]+\{[^{}]*\}$")


def find_first_paragraph(text: str) -> str:
    """The first block that is neither a heading, an image nor HTML, as it is written; empty where there is none."""
    for block in _BLANK.split(text.strip("\n")):
        lines = block.split("\n")
        while lines and _HEADING.fullmatch(lines[0]):
            lines.pop(0)
        if lines and not _NO_PARAGRAPH.match(lines[0]):
            return "\n".join(lines)
    return ""


def find_headings(text: str) -> Iterator[str]:
    """The headings of a text outside fenced code, without the attributes behind them."""
    fence = before = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark is not None and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
        elif mark is not None:
            fence = mark[1]
        elif (heading := _HEADING.fullmatch(line)) is not None:
            yield _ATTRIBUTES.sub("", heading[1])
        elif before.strip() and _UNDERLINE.fullmatch(line):
            yield _ATTRIBUTES.sub("", before.strip())
        before = "" if fence or mark is not None else line
