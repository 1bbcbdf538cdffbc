"""Code frames: a line of source with a part of it underlined.

Constraints. The underline must be below what it means, whatever stands before it: tabs, wide and combining characters,
what is shown by an escape. A line can be megabytes long; then a window of it is shown, around the underlined part.
Relies on `visible`. Refuses to wrap lines: a terminal that is too narrow does.
"""

from __future__ import annotations

from msgspec import Struct

from afterword.reports.visible import count_cells, make_visible

_CUT = "…"


class Frame(Struct, frozen=True):
    """A line as it is shown, the spaces before its underline, and the length of the underline, in cells; 0 for none."""

    text: str
    indent: int
    length: int


def frame_line(line: str, column: int, length: int, width: int) -> Frame:
    """The frame of a line, of at most `width` cells where it can be.

    `column` counts from 1, 0 is the line as a whole; `length` is in characters. What is underlined ends with the line;
    a column behind its end, where something is missing, is underlined there.
    """
    start = min(max(column, 1) - 1, len(line))
    end = min(start + max(length, 1), len(line))
    before, marked, after = line[max(0, start - width) : start], line[start:end][:width], line[end:][:width]
    cut_left = cut_right = ""
    if len(line) > width or count_cells(make_visible(line)) > width:
        kept = _keep_end(before, width // 3)
        cut_left = _CUT if len(kept) < start else ""
        room = width - count_cells(make_visible(kept))
        rest = _keep_start(line[start : start + width], room)
        cut_right = _CUT if len(rest) < len(line) - start else ""
        before, marked, after = kept, rest[: end - start], rest[end - start :]
    shown_before = cut_left + make_visible(before)
    shown_marked = make_visible(marked)
    text = f"{shown_before}{shown_marked}{make_visible(after)}{cut_right}"
    if not column:
        return Frame(text, 0, 0)
    indent = count_cells(shown_before)
    return Frame(text, indent, max(1, count_cells(shown_before + shown_marked) - indent))


def _keep_end(text: str, room: int) -> str:
    """The end of a text that has room in so many cells."""
    text = text[-room:] if room else ""
    while count_cells(make_visible(text)) > room:
        text = text[1:]
    return text


def _keep_start(text: str, room: int) -> str:
    """The start of a text that has room in so many cells."""
    text = text[:room]
    while count_cells(make_visible(text)) > room:
        text = text[:-1]
    return text
