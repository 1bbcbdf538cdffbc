"""Positions in a text of which parts were left out, such as comments: where they are in the file."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple, TypeAlias


class Gap(NamedTuple):
    """The end of a part that was left out: the line and column behind it, in the text and in the uncut text.

    Lines and columns count from 0.
    """

    line: int
    column: int
    uncut_line: int
    uncut_column: int


Gaps: TypeAlias = tuple[Gap, ...]
"""The gaps of a text, in order; none for most texts."""


def start_lines(text: str) -> list[int]:
    """Returns the offsets at which the lines of a text begin."""
    return list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))[:-1]


def find_uncut(gaps: Gaps, line: int, column: int) -> tuple[int, int]:
    """Returns the line and column in the uncut text of a line and column in the text."""
    at = bisect_right(gaps, (line, column), key=_position_of) - 1
    if at < 0:
        return line, column
    gap = gaps[at]
    if line > gap.line:
        return gap.uncut_line + line - gap.line, column
    return gap.uncut_line, gap.uncut_column + column - gap.column


def _position_of(gap: Gap) -> tuple[int, int]:
    return gap.line, gap.column
