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
_UNDERLINE = re.compile(r" {0,3}(?:-+|=+)[ \t]*$")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})")

_IS_QUOTE = 0
_TAB = 4


class Containers:
    """The quotes, list items and definitions around the line that was entered last, and whether it is code.

    `continues` says that the line goes on with the paragraph above it, and `in_paragraph` that the next one may.
    """

    def __init__(self) -> None:
        self.continues = False
        self.in_paragraph = False
        self._stack: list[int] = []
        self._may_be_term = False
        self._fence = ""
        self._fence_depth = 0

    @property
    def in_list(self) -> bool:
        """Whether the line is in an item of a list."""
        return any(width != _IS_QUOTE for width in self._stack)

    @property
    def quotes(self) -> int:
        """The number of quotes that the line is in."""
        return self._stack.count(_IS_QUOTE)

    @property
    def indent(self) -> int:
        """The columns by which a line is indented that goes on with all list items, quotes aside."""
        return sum(self._stack)

    def end_paragraph(self) -> None:
        """Makes the next line one that begins a paragraph."""
        self.in_paragraph = False

    def enter(self, line: str) -> int | None:
        """Returns the column at which a line's text begins behind its containers; None for code and empty lines."""
        column = self._enter(line.expandtabs(_TAB)) if "\t" in line else self._enter(line)
        return column if column is None or "\t" not in line else _find_unexpanded(line, column)

    def _enter(self, line: str) -> int | None:
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
            self.in_paragraph = False
            return None
        is_lazy = depth < len(self._stack) and self.in_paragraph and not _begins_block(rest)
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
                if line[position : position + width].strip():
                    break
                position += width
            depth += 1
        return position, depth

    def _open(self, line: str, position: int) -> int:
        """Open the containers that begin on a line; returns the column behind their marks."""
        while True:
            if (quote := _QUOTE.match(line, position)) is not None:
                self._stack.append(_IS_QUOTE)
                position = quote.end()
            elif (item := _ITEM.match(line, position)) is not None and _RULE.match(line[position:]) is None:
                padding = len(item[2]) if len(item[2]) <= _TAB and item.end() < len(line) else 1
                self._stack.append(len(item[1]) + padding)
                position = min(item.end(1) + padding, len(line))
            elif (definition := _DEFINITION.match(line, position)) is not None and (
                definition["footnote"] or self._may_be_term
            ):
                self._stack.append(4 if definition["footnote"] else 2)
                position = definition.end()
            else:
                return position
            self._may_be_term = False
            self.in_paragraph = False

    def _read_text(self, rest: str, position: int) -> int | None:
        if not rest.strip():
            return None
        if not self.in_paragraph and width_of(rest) >= _TAB:
            return None
        if (fence := _FENCE.match(rest)) is not None and (not self.in_paragraph or width_of(rest) < _TAB):
            self._fence, self._fence_depth = fence[1], len(self._stack)
            self.in_paragraph = False
            return None
        self.continues = self.in_paragraph and not _begins_block(rest)
        is_heading = _HEADING.match(rest) is not None or (self.in_paragraph and _UNDERLINE.match(rest) is not None)
        self.in_paragraph = self._may_be_term = not is_heading and _RULE.match(rest) is None
        return position + len(rest) - len(rest.lstrip())

    def _close_fence(self, rest: str) -> None:
        written = rest.strip()
        if written.startswith(self._fence) and not written.strip(self._fence[0]) and width_of(rest) < _TAB:
            self._fence = ""


def _begins_block(rest: str) -> bool:
    patterns = (_QUOTE, _ITEM, _DEFINITION, _HEADING, _FENCE, _RULE)
    return any(pattern.match(rest) is not None for pattern in patterns)


def _find_unexpanded(line: str, column: int) -> int:
    """The column in a line with tabs of a column in the same line with spaces in their place."""
    marks = len(line.expandtabs(_TAB)[:column].replace(" ", ""))
    written = [at for at, character in enumerate(line) if not character.isspace()]
    return written[marks]


def width_of(line: str) -> int:
    """The columns of the white space that a line begins with."""
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    return len(indent.expandtabs(_TAB))
