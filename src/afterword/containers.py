"""Tracks the containers and the code of a Markdown text, line by line, without parsing the rest of it.

Follows CommonMark 0.31, "Container blocks", "Indented code blocks" and "Fenced code blocks". Footnotes and definition
lists are containers, too.
"""

from __future__ import annotations

import re

_QUOTE = re.compile(r"[ \t]{0,3}>[ \t]?")
_ITEM = re.compile(r"( {0,3}(?:[-*+]|\d{1,9}[.)]))([ \t]+|$)")
_DEFINITION = re.compile(r" {0,3}(?:(?P<footnote>\[\^[^\s\[\]]+\]:)|[:~](?=[ \t]))[ \t]*")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})")

_IS_QUOTE = 0
_TAB = 4


class Containers:
    """The quotes, list items and definitions around the line that was entered last, and whether it is code.

    `continues` says that the line goes on with the paragraph above it.
    """

    def __init__(self) -> None:
        self.continues = False
        self._stack: list[int] = []
        self._in_paragraph = False
        self._fence = ""
        self._fence_depth = 0

    @property
    def in_list(self) -> bool:
        """Whether the line is in an item of a list."""
        return any(width != _IS_QUOTE for width in self._stack)

    @property
    def quotes(self) -> int:
        """Returns the number of quotes that the line is in."""
        return self._stack.count(_IS_QUOTE)

    def end_paragraph(self) -> None:
        """Makes the next line one that begins a paragraph."""
        self._in_paragraph = False

    def enter(self, line: str) -> int | None:
        """Returns the column at which a line's text begins behind its containers; None for code and empty lines."""
        position, depth = self._leave(line)
        self.continues = False
        if self._fence:
            if depth >= self._fence_depth:
                self._close_fence(line[position:])
                return None
            self._fence = ""
        rest = line[position:]
        if not rest.strip():
            self._stack[depth:] = []
            self._in_paragraph = False
            return None
        is_lazy = depth < len(self._stack) and self._in_paragraph and not _begins_block(rest)
        if not is_lazy:
            self._stack[depth:] = []
            position = self._open(line, position)
            rest = line[position:]
        return self._read_text(rest, position)

    def _leave(self, line: str) -> tuple[int, int]:
        """How far a line goes on with the open containers: the column behind their marks, and how many there are."""
        position = depth = 0
        for width in self._stack:
            if width == _IS_QUOTE:
                mark = _QUOTE.match(line, position)
                if mark is None:
                    break
                position = mark.end()
            elif line[position:].strip():
                indent = _skip_indent(line, position, width)
                if indent < 0:
                    break
                position = indent
            depth += 1
        return position, depth

    def _open(self, line: str, position: int) -> int:
        """Open the containers that begin on a line; returns the column behind their marks."""
        while True:
            if (quote := _QUOTE.match(line, position)) is not None:
                self._stack.append(_IS_QUOTE)
                position = quote.end()
            elif (item := _ITEM.match(line, position)) is not None and _RULE.match(line[position:]) is None:
                space = len(item[2].expandtabs(_TAB))
                padding = item[2] if 1 <= space <= 4 and item.end() < len(line) else " "
                self._stack.append(len(item[1]) + len(padding))
                position = min(item.end(1) + len(padding), len(line))
            elif (definition := _DEFINITION.match(line, position)) is not None:
                self._stack.append(4 if definition["footnote"] else 2)
                position = definition.end()
            else:
                return position
            self._in_paragraph = False

    def _read_text(self, rest: str, position: int) -> int | None:
        if not rest.strip():
            return None
        if not self._in_paragraph and _width(rest) >= _TAB:
            return None
        if (fence := _FENCE.match(rest)) is not None and (not self._in_paragraph or _width(rest) < _TAB):
            self._fence, self._fence_depth = fence[1], len(self._stack)
            self._in_paragraph = False
            return None
        self.continues = self._in_paragraph and not _begins_block(rest)
        self._in_paragraph = _HEADING.match(rest) is None and _RULE.match(rest) is None
        return position + len(rest) - len(rest.lstrip())

    def _close_fence(self, rest: str) -> None:
        written = rest.strip()
        if written.startswith(self._fence) and not written.strip(self._fence[0]) and _width(rest) < _TAB:
            self._fence = ""


def _begins_block(rest: str) -> bool:
    patterns = (_QUOTE, _ITEM, _DEFINITION, _HEADING, _FENCE, _RULE)
    return any(pattern.match(rest) is not None for pattern in patterns)


def _skip_indent(line: str, position: int, width: int) -> int:
    """The column behind an indent of so many spaces; -1 if the line has less."""
    columns = 0
    while columns < width:
        character = line[position : position + 1]
        if character not in (" ", "\t"):
            return -1
        columns += _TAB - columns % _TAB if character == "\t" else 1
        position += 1
    return position


def _width(line: str) -> int:
    """The columns of the white space that a line begins with."""
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    return len(indent.expandtabs(_TAB))
