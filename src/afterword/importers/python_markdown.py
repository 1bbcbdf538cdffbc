"""Translates what Python-Markdown reads in another way than CommonMark: code, headings and HTML that is indented.

In Python-Markdown, a list item has four columns for each level, and code eight at the first; `##Title` is a heading; an
HTML element ends with its end tag, not at a blank line (https://python-markdown.github.io/#differences).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.importers.code import find_fence, replace_outside_code
from afterword.markdown.context import TextSyntax
from afterword.markdown.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_LANGUAGE = re.compile(r"(?::::|#!)(?P<name>[\w+#.-]+)[ \t]*\Z")
_TIGHT_HEADING = re.compile(r"\A(#{1,6})(?=[^\s#])")
_MEANT_AS_CODE = re.compile(r"^(?: {4}|\t):::[\w+#.-]+[ \t]*\n(?:(?: {4}|\t)[^\n]*(?:\n|\Z)|[ \t]*\n)+", re.MULTILINE)
_BLOCK_TAG = re.compile(r"<(?P<end>/?)(?:article|aside|div|dl|figure|form|ol|section|table|tbody|thead|tr|ul)\b", re.I)
_MAY_DIFFER = re.compile(r"^(?:[ \t]{4,}(?:\S| )|#{1,6}[^\s#])", re.MULTILINE)


def translate_python_markdown(text: str) -> str:
    """Returns a text so that CommonMark reads code, headings and HTML as Python-Markdown does.

    Code in lists gets fences, as code does whose first line names its language: `:::python`, or `#!python`.
    """
    if _MAY_DIFFER.search(text) is None:
        return text
    lines, blocks = text.split("\n"), _list_blocks(text)
    for block, depth, is_in_html in reversed(blocks):
        begin, end = block.map or (0, 0)
        if block.type != "code_block":
            lines[begin:end] = [_TIGHT_HEADING.sub(r"\1 ", line) for line in lines[begin:end]]
        elif is_in_html and block.content.lstrip().startswith("<"):
            lines[begin:end] = [line.lstrip() for line in lines[begin:end]]
        else:
            while not lines[end - 1].strip():
                end -= 1
            lines[begin:end] = _write_code(lines[begin:end], depth)
    changed = "\n".join(lines)
    return replace_outside_code(_MEANT_AS_CODE, _write_meant_code, changed) if ":::" in changed else changed


def _write_meant_code(match: re.Match[str]) -> str:
    """Returns code that Python-Markdown takes for a paragraph of the list above it."""
    return "\n".join((*_write_code(match[0].rstrip().split("\n"), 0), "\n"))


def _list_blocks(text: str) -> list[tuple[Token, int, bool]]:
    """Returns the paragraphs and the indented code of a text, with the number of lists around, and if HTML is open."""
    found: list[tuple[Token, int, bool]] = []

    def select(tokens: list[Token]) -> list[Token]:
        found.extend(_find_surroundings(tokens))
        return []

    parse(text, TextSyntax(), select=select)
    return found


def _find_surroundings(tokens: list[Token]) -> Iterator[tuple[Token, int, bool]]:
    depth = opened = 0
    for token in tokens:
        if token.type.startswith("list_item"):
            depth += token.nesting
        elif token.type == "html_block":
            opened = max(0, opened + sum(-1 if tag["end"] else 1 for tag in _BLOCK_TAG.finditer(token.content)))
        elif token.type in ("code_block", "paragraph_open"):
            yield token, depth, opened > 0


def _write_code(written: list[str], depth: int) -> list[str]:
    """Returns the lines of a code block with fences, if it needs them."""
    lines = [line.expandtabs(4) if depth else line for line in written]
    margin = " " * 4 * depth
    language = _LANGUAGE.match(lines[0].strip())
    if not lines[0].startswith(f"{margin}    ") and not (depth == 0 and lines[0].startswith("\t")):
        return written
    if language is None and depth == 0:
        return written
    code = [re.sub(rf"^{margin}(?: {{4}}|\t)", "", line).rstrip("\n") for line in lines[language is not None :]]
    fence = find_fence("\n".join(code))
    name = language["name"] if language is not None else ""
    return [f"{margin}{fence}{name}", *(f"{margin}{line}" if line.strip() else "" for line in code), f"{margin}{fence}"]
