"""The source behind a body: where in the file something is that the parser read.

A text is mostly a part of its file, line by line; one out of front matter has an `Origin`.

Only diagnostics and local links ask, so it computes on demand and keeps nothing. Relies on block tokens knowing their
lines, and on inline tokens knowing where they stand in their block. Refuses to fail: the worst answer is the line
without a column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.diagnostics import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token


class Origin(Struct, frozen=True):
    """Where a text out of front matter is written: its place as a whole, and those of its pieces, if they are known.

    A piece begins at an offset in the text, and goes on as it is written up to the next.
    """

    place: Place
    pieces: tuple[tuple[int, Place], ...] = ()

    def find(self, offset: int, length: int) -> Place:
        """The place of an offset in the text."""
        start, place = next((piece for piece in reversed(self.pieces) if piece[0] <= offset), (offset, self.place))
        if not self.pieces:
            return place
        return Place(place.path, place.line, place.column + offset - start, length)


class Source:
    """A text and the file that it is part of; lines are counted from 0 here and from 1 in places."""

    __slots__ = ("first_line", "lines", "origin", "path")

    def __init__(self, text: str, path: str, first_line: int, origin: Origin | None = None) -> None:
        self.lines = text.split("\n")
        self.path = path
        self.first_line = first_line
        self.origin = origin

    def place(self, line: int, column: int = -1, length: int = 0) -> Place:
        """The place of a line, or with a `column` from 0, of a spot in it."""
        if self.origin is not None:
            above = sum(len(row) + 1 for row in self.lines[:line])
            return self.origin.find(above + max(column, 0), length)
        return Place(self.path, self.first_line + line, column + 1, length)

    def place_in_block(self, blocks: Sequence[Token], index: int, offset: int, length: int) -> Place:
        """The place of an offset in the text of the inline token at `index`."""
        inline = blocks[index]
        begin = _line_of(blocks, index)
        if index == 0 or blocks[index - 1].type not in ("th_open", "td_open"):
            return self.place_in_text(begin, inline.content, offset, length)
        start, column = _cell_column(self.lines[begin], _cell_number(blocks, index), offset)
        return self.place(begin, start + column, length) if start >= 0 else self.place(begin)

    def place_in_text(self, begin: int, text: str, offset: int, length: int) -> Place:
        """The place of an offset in a text that was read from the lines that begin at `begin`, without their indent."""
        line = begin + text.count("\n", 0, offset)
        if line >= len(self.lines):
            return self.place(begin)
        first = text.rfind("\n", 0, offset) + 1
        start = _content_column(self.lines[line], text[first:].partition("\n")[0])
        return self.place(line, start + offset - first, length) if start >= 0 else self.place(line)

    def find(self, line: int, end: int, written: str) -> Place:
        """Where a text is first written from `line` up to `end`; the line, if it is not found."""
        for number in range(line, min(end, len(self.lines))):
            if (column := self.lines[number].find(written)) >= 0:
                return self.place(number, column, len(written))
        return self.place(line)


def split_cells(line: str) -> list[tuple[int, str]]:
    """The cells of a table's row as written, each with the column that it begins at; `\\|` is part of a cell."""
    cells: list[tuple[int, str]] = []
    start = 0
    for position, character in enumerate(line):
        if character == "|" and (position == 0 or line[position - 1] != "\\"):
            cells.append((start, line[start:position]))
            start = position + 1
    cells.append((start, line[start:]))
    if not cells[0][1].strip(" \t>"):
        cells.pop(0)
    if cells and not cells[-1][1].strip():
        cells.pop()
    return cells


def _line_of(blocks: Sequence[Token], index: int) -> int:
    """The line, from 0, that a block begins on: its own, or that of the nearest block before it."""
    for position in range(index, -1, -1):
        if (lines := blocks[position].map) is not None:
            return lines[0]
    return 0


def _content_column(line: str, read: str) -> int:
    """The column at which a block's line begins in the source's; markers and space are cut off, mostly in front."""
    wanted, line = read.rstrip(), line.rstrip()
    return len(line) - len(wanted) if line.endswith(wanted) else line.rfind(wanted)


def _cell_number(blocks: Sequence[Token], index: int) -> int:
    number = 0
    for position in range(index - 2, -1, -1):
        if blocks[position].type == "tr_open":
            break
        number += blocks[position].type in ("th_open", "td_open")
    return number


def _cell_column(line: str, number: int, column: int) -> tuple[int, int]:
    """The column at which a cell's text begins, and where in it, as written, a column of the text as read is."""
    cells = split_cells(line)
    if number >= len(cells):
        return -1, column
    start, written = cells[number]
    stripped = written.lstrip()
    escapes = 0
    for position, character in enumerate(stripped):
        if position - escapes >= column:
            break
        escapes += character == "\\" and stripped.startswith("|", position + 1)
    return start + len(written) - len(stripped), column + escapes
