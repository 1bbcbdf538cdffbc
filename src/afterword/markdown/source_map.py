"""Maps parsed text to positions in its source file.

Positions are computed on demand. Consecutive lookups in one text take linear time in all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Place
from afterword.core.patterns import lazy_pattern
from afterword.core.text import Gaps, find_uncut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_ESCAPE = lazy_pattern(r"\\\|")


class Origin(Struct, frozen=True):
    """The position of a text that is not a run of lines of its file: its place, and the places of its pieces.

    A piece begins at an offset in the text and goes on to the next. `pieces` are in order; there are none if only the
    place as a whole is known.
    """

    place: Place
    pieces: tuple[tuple[int, Place], ...] = ()

    def find(self, offset: int, length: int) -> Place:
        """Returns the place of an offset in the text."""
        if not self.pieces:
            return self.place
        at = bisect_right(self.pieces, offset, key=itemgetter(0)) - 1
        start, place = self.pieces[at] if at >= 0 else (offset, self.place)
        return Place(place.path, place.line, place.column + offset - start, length)


class SourceMap:
    """A text and the file that it is part of; lines are counted from 0 here and from 1 in places."""

    __slots__ = ("_alignment", "_row", "_starts", "first_line", "gaps", "lines", "origin", "path")

    def __init__(self, text: str, path: str, first_line: int, origin: Origin | None = None, gaps: Gaps = ()) -> None:
        self.lines = text.split("\n")
        self.path = path
        self.first_line = first_line
        self.origin = origin
        self.gaps = gaps
        self._starts: Sequence[int] = ()
        self._alignment: _Alignment | None = None
        self._row: _Row | None = None

    def place(self, line: int, column: int = -1, length: int = 0) -> Place:
        """Returns the place of a line, or with a `column` from 0, of a spot in it."""
        if self.origin is None:
            if self.gaps:
                line, uncut = find_uncut(self.gaps, line, max(column, 0))
                column = uncut if column >= 0 else -1
            return Place(self.path, self.first_line + line, column + 1, length)
        self._starts = self._starts or _starts_of(self.lines)
        return self.origin.find(self._starts[line] + max(column, 0), length)

    def place_in_block(self, blocks: Sequence[Token], index: int, offset: int, length: int) -> Place:
        """Returns the place of an offset in the text of the inline token at `index`."""
        inline = blocks[index]
        begin = _line_of(blocks, index)
        if index == 0 or blocks[index - 1].type not in ("th_open", "td_open"):
            return self.place_in_text(begin, inline.content, offset, length)
        if self._row is None or self._row.number != begin:
            self._row = _Row(begin, self.lines[begin])
        column = self._row.find(blocks[index - 1].meta.get("cell", 0), offset)
        return self.place(begin, column, length) if column >= 0 else self.place(begin)

    def place_in_text(self, begin: int, text: str, offset: int, length: int) -> Place:
        """Returns the place of an offset in a text that was read from the lines at `begin` without their indent."""
        if self._alignment is None or self._alignment.begin != begin or self._alignment.text is not text:
            self._alignment = _Alignment(begin, text)
        line, column = self._alignment.find(offset, self.lines)
        if line >= len(self.lines):
            return self.place(begin)
        return self.place(line, column, length) if column >= 0 else self.place(line)

    def find(self, line: int, end: int, written: str) -> Place:
        """Returns where a text is first written from `line` up to `end`; the line, if it is not found."""
        for number in range(line, min(end, len(self.lines))):
            if (column := self.lines[number].find(written)) >= 0:
                return self.place(number, column, len(written))
        return self.place(line)


class _Alignment:
    """A text that was read from lines of the source, from the line `begin` on: where its lines stand in those."""

    def __init__(self, begin: int, text: str) -> None:
        self.begin = begin
        self.text = text
        self._read = text.split("\n")
        self._starts = _starts_of(self._read)
        self._columns: dict[int, int] = {}

    def find(self, offset: int, lines: Sequence[str]) -> tuple[int, int]:
        """Returns the line and the column of an offset; the column is -1 where it is not known."""
        at = bisect_right(self._starts, offset) - 1
        line = self.begin + at
        if line >= len(lines):
            return line, -1
        if at not in self._columns:
            self._columns[at] = _content_column(lines[line], self._read[at])
        start = self._columns[at]
        return line, start + offset - self._starts[at] if start >= 0 else -1


class _Row:
    """A row of a table: its cells as written."""

    def __init__(self, number: int, line: str) -> None:
        self.number = number
        self._cells = split_cells(line)
        self._escapes: dict[int, Sequence[int]] = {}

    def find(self, cell: int, column: int) -> int:
        """Returns the column in the line for a column in the text of a cell, or -1; `\\|` is read as `|`."""
        if cell >= len(self._cells):
            return -1
        start, written = self._cells[cell]
        stripped = written.lstrip()
        if cell not in self._escapes:
            self._escapes[cell] = [match.start() - at for at, match in enumerate(_ESCAPE.finditer(stripped))]
        return start + len(written) - len(stripped) + column + bisect_left(self._escapes[cell], column)


def split_cells(line: str) -> list[tuple[int, str]]:
    """Returns the cells of a table row as written, each with its column; `\\|` is part of a cell."""
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


def _starts_of(lines: Sequence[str]) -> Sequence[int]:
    """Returns the offsets at which lines begin in the text that they make up."""
    return list(accumulate((len(line) + 1 for line in lines), initial=0))


def _line_of(blocks: Sequence[Token], index: int) -> int:
    """Returns the line, from 0, that a block begins on: its own, or that of the nearest block before it."""
    for position in range(index, -1, -1):
        if (lines := blocks[position].map) is not None:
            return lines[0]
    return 0


def _content_column(line: str, read: str) -> int:
    """Returns the column of a line of a block in the source, behind the markers and the indent."""
    wanted, line = read.rstrip(), line.rstrip()
    return len(line) - len(wanted) if line.endswith(wanted) else line.rfind(wanted)
