"""Finds the first paragraph and the headings of a text before Markdown is rendered.

Posts are dated and the site is planned from these lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_PARAGRAPH = lazy_pattern(
    r" {0,3}(?:!\[|<(?!https?:|a\s[^>]*\bhref\b)|[-*_](?:\s*[-*_]){2,}\s*$|\{:?[^}]*\}\s*$)", re.IGNORECASE
)
_DEFINITION = lazy_pattern(r""" {0,3}\[[^\]\n]+\]:[ \t]*\S+(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*""")
_TOC = lazy_pattern(r"\{:\s*toc\b[^}]*\}\s*")
_FENCE = lazy_pattern(r" {0,3}(`{3,}|~{3,})")
_LIQUID = lazy_pattern(r"\s*\{%-?\s*((?:end)?(?:highlight|codeblock))\b[^%\n]*%\}\s*$")
_HEADING = lazy_pattern(r" {0,3}#{1,6}(?:[ \t]+|$)")
_UNDERLINE = lazy_pattern(r" {0,3}(?:=+|-+)[ \t]*")
_ATTRIBUTES = lazy_pattern(r"(?<![ \t])[ \t]+\{[^{}]*\}(?=(?:[ \t]+\[[^][]*\])?$)")


class Title(Struct, frozen=True):
    """A heading as it is written, without its attributes: on which line of the text, and from which column, from 0."""

    text: str
    line: int
    column: int


def find_first_paragraph(text: str) -> str:
    """The first block that says something, as it is written; empty where there is none.

    Headings, images, HTML, rules, code, marks for a table of contents and link reference definitions do not.
    """
    paragraphs = (_drop_headings(block.split("\n")) for block in find_blocks(text))
    return next(("\n".join(lines) for lines in paragraphs if lines and _says_something(lines)), "")


def find_blocks(text: str) -> Iterator[str]:
    """What stands between blank lines, as it is written; fenced code is left out."""
    lines: list[str] = []
    for line in _blank_code(text):
        if line.strip():
            lines.append(line)
        elif lines:
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)


def _drop_headings(lines: list[str]) -> list[str]:
    """The lines of a block up to its first heading, without headings that it begins with."""
    begin = 0
    while begin < len(lines):
        if _HEADING.match(lines[begin]):
            begin += 1
        elif begin + 1 < len(lines) and _UNDERLINE.fullmatch(lines[begin + 1]) and "://" not in lines[begin]:
            begin += 2  # what links elsewhere is hardly meant as a heading: a rule below it lacks a blank line
        else:
            break
    end = next((index for index in range(begin, len(lines)) if _HEADING.match(lines[index])), len(lines))
    return lines[begin:end]


def _says_something(lines: list[str]) -> bool:
    is_apart = _NO_PARAGRAPH.match(lines[0]) or any(_TOC.fullmatch(line) for line in lines)
    return not is_apart and not all(_DEFINITION.fullmatch(line) for line in lines)


def find_headings(text: str) -> Iterator[Title]:
    """The headings of a text outside fenced code, without the attributes behind them, or before a stamp there."""
    before = ""
    for number, line in enumerate(_blank_code(text)):
        if (heading := _HEADING.match(line)) is not None:
            yield Title(_ATTRIBUTES.sub("", trim_heading(line[heading.end() :])), number, heading.end())
        elif before.strip() and _UNDERLINE.fullmatch(line):
            yield Title(_ATTRIBUTES.sub("", before.strip()), number - 1, len(before) - len(before.lstrip()))
        before = "" if heading is not None else line


def trim_heading(written: str) -> str:
    """The text of a heading without the number signs that may close it (CommonMark 0.31, "ATX headings")."""
    text = written.rstrip(" \t")
    before = text.rstrip("#")
    return before.rstrip(" \t") if before.endswith((" ", "\t")) else text


def _blank_code(text: str) -> Iterator[str]:
    """The lines of a text, with empty ones in place of fenced code."""
    fence = tag = ""
    for line in text.split("\n"):
        if tag or (not fence and "{%" in line):
            named = _LIQUID.match(line)
            if tag and named is not None and named[1] == f"end{tag}":
                tag = ""
            elif not tag and named is not None and f"end{named[1]}" in text:
                tag = named[1]
            if tag or named is not None:
                yield ""
                continue
        mark = _FENCE.match(line)
        if fence:
            if mark is not None and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = ""
            yield ""
        elif mark is not None:
            fence = mark[1]
            yield ""
        else:
            yield line
