"""Finds unresolved merge conflicts, as Git, Mercurial and Jujutsu write them.

A conflict is a line that starts with seven `<`, then one with seven `=`, then one with seven `>`
(https://git-scm.com/docs/git-merge#_how_conflicts_are_presented). Jujutsu has other markers in the middle.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place, error
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKER_LENGTH = 7

_CODE_HINT = "; to show markers, put them in a code block"

_KINDS = r"(?:(?P<start><{7})|(?P<middle>={7}|[%+-]{7}(?=[ \t]))|(?P<end>>{7}))(?:[ \t].*)?$"
_MARKER = lazy_pattern(f"^{_KINDS}", re.MULTILINE)
_NESTED_MARKER = lazy_pattern(rf"^[ \t>]*(?:(?:[-*+]|\d{{1,9}}[.)])[ \t]+)?{_KINDS}", re.MULTILINE)
"""Editors indent markers with the list or quotation that they are in."""

_LONE_MARKER = lazy_pattern(
    r"^[ \t]*(?:[-*+][ \t]+)?(?:<{7}(?:[ \t]+\S.*)?|\|{7}[ \t]+(?:[0-9a-f]{7,40}|base|merged common ancestors)"
    r"|>{7}[ \t]+(?:[\w/+-](?:[\w./+-]*[\w/+-])?(?:[ \t]\(.*\))?|[0-9a-f]{7,40}\b.*|Stashed changes))[ \t]*$",
    re.MULTILINE,
)
"""A first, third or last marker with the name of a branch or commit, as an incomplete resolution leaves it."""


class Conflict(Struct, frozen=True):
    """Lines of the start, middle and end markers, from 0; `end` is None if the end marker is missing.

    `column` is that of the start marker, from 0.
    """

    start: int
    middle: int
    end: int | None
    column: int = 0


def find_conflicts(text: str, *, is_markdown: bool = False) -> Iterator[Conflict]:
    r"""Yields the conflicts in a text with `\n` line ends, in order.

    The last one may lack its end marker, as after an edit that deleted it. With `is_markdown`, markers may be in lists
    and quotations.
    """
    if "<" * _MARKER_LENGTH not in text:
        return
    start = middle = -1
    line = offset = column = 0
    for mark in (_NESTED_MARKER if is_markdown else _MARKER).finditer(text):
        line += text.count("\n", offset, mark.start())
        offset = mark.start()
        if mark["start"] and middle < 0:
            start, column = line, mark.start("start") - mark.start()
        elif mark["middle"] and start >= 0 > middle:
            middle = line
        elif mark["end"] and middle >= 0:
            yield Conflict(start, middle, line, column)
            start = middle = -1
    if middle >= 0 and not column:
        yield Conflict(start, middle, None)


def find_lone_markers(text: str) -> Iterator[int]:
    """Yields the lines, from 0, of markers that may be what is left of a conflict."""
    line = offset = 0
    for mark in _LONE_MARKER.finditer(text):
        line += text.count("\n", offset, mark.start())
        offset = mark.start()
        yield line


def report_conflict(path: str, conflict: Conflict, *, first_line: int = 1, may_be_code: bool = False) -> Diagnostic:
    """Returns the error for a conflict, at its start marker.

    `first_line` is the line of the file at `path` on which the text starts. `may_be_code` says that markers can be
    shown in a code block.
    """
    return error(
        "merge-conflict",
        "unresolved merge conflict",
        Place(path, first_line + conflict.start, conflict.column + 1, _MARKER_LENGTH),
        label="its last marker is missing" if conflict.end is None else f"ends on line {first_line + conflict.end}",
        hint=f"keep one of the two versions and delete the markers{_CODE_HINT if may_be_code else ''}",
    )
