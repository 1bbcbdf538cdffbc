"""Tables in pasted text, unfolded: each row becomes one line, its cells joined by ` - `.

Knows reStructuredText's grid tables, simple tables and list tables, and Markdown's pipe tables. Relies on nothing.
Refuses to interpret the cells; a list inside a cell is detail that a line has no room for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_GRID_BORDER = re.compile(r"\+(?:[-=]+\+)+")
_SIMPLE_BORDER = re.compile(r"=+(?: +=+)+")
_PIPE_BORDER = re.compile(r"\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?")
_LIST_TABLE = re.compile(r"\.\. list-table::.*")
_LIST_CELL = re.compile(r"\s*(\*?)\s+- ?(.*)")


def unfold_tables(text: str) -> str:
    """The text with a line for each row of its tables; what is no table stays as it is."""
    lines = text.split("\n")
    unfolded: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index].strip()
        if _GRID_BORDER.fullmatch(line):
            end = _block_end(lines, index)
            unfolded += _unfold_grid(lines[index:end])
        elif _SIMPLE_BORDER.fullmatch(line):
            end = _block_end(lines, index)
            unfolded += _unfold_simple(lines[index:end])
        elif _LIST_TABLE.fullmatch(line):
            end = _list_table_end(lines, index)
            unfolded += _unfold_list_table(lines[index:end])
        else:
            end = index + 1
            unfolded += _unfold_pipes(lines[index])
        index = end
    return "\n".join(unfolded)


def _block_end(lines: Sequence[str], start: int) -> int:
    return next((index for index in range(start, len(lines)) if not lines[index].strip()), len(lines))


def _list_table_end(lines: Sequence[str], start: int) -> int:
    """The first line behind a directive's block that is not indented."""
    body = range(start + 1, len(lines))
    return next((index for index in body if lines[index].strip() and not lines[index][0].isspace()), len(lines))


def _join(cells: Iterable[str]) -> str:
    """The cells in one line; the first, which holds the time, is set apart by a space."""
    first, *rest = (" ".join(cell.split()) for cell in cells)
    return f"{first} " + " - ".join(cell for cell in rest if cell)


def _unfold_grid(lines: Sequence[str]) -> Iterator[str]:
    rows: list[list[str]] = []
    for line in lines:
        if _GRID_BORDER.fullmatch(line.strip()):
            if rows:
                yield _join(_grid_cells(rows))
            rows = []
        else:
            rows.append(line.strip()[1:-1].split("|"))


def _grid_cells(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for column in range(len(rows[0])):
        parts = [row[column].strip() if column < len(row) else "" for row in rows]
        detail = next((index for index, part in enumerate(parts) if index and part.startswith("- ")), len(parts))
        yield " ".join(parts[:detail])


def _unfold_simple(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        if _SIMPLE_BORDER.fullmatch(line.strip()):
            continue
        cells = re.split(r"\s{2,}", line.strip())
        yield f"    {_join(cells)}" if line[:1].isspace() else _join(cells)


def _unfold_list_table(lines: Sequence[str]) -> Iterator[str]:
    cells: list[str] = []
    for line in lines:
        match = _LIST_CELL.fullmatch(line)
        if match is None:
            continue
        if match[1] and cells:
            yield _join(cells)
            cells = []
        cells.append(match[2])
    if cells:
        yield _join(cells)
    yield ""


def _unfold_pipes(line: str) -> Iterator[str]:
    stripped = line.strip()
    if not (stripped.startswith("|") and stripped.endswith("|") and len(stripped) > 1):
        yield line
    elif not _PIPE_BORDER.fullmatch(stripped):
        yield _join(stripped[1:-1].split("|"))
