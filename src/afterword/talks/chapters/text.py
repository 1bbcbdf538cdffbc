"""Parses chapters in the description of a video.

Chapters are the longest strictly ascending list of rows, preferably from 0:00 on. Schedules, outlines in hours and
minutes, and fewer than three rows are not chapters.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.talks.chapters.model import Chapter, ChapterList
from afterword.talks.chapters.rows import (
    read_lines,
    read_lines_time_first,
    read_running,
    tidy_title,
    unfold_links,
    unfold_tables,
)
from afterword.talks.timestamps import CLOCK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.talks.chapters.rows import ChapterRow

FEWEST = 3
"""Fewer rows than this are times that a text happens to mention."""

_RULE = re.compile(r"[\W_]*")
_DIRECTIVE = re.compile(r"\s*\.\. .*")
_CORRECTIONS = re.compile(r"\W*(?:corrections?|errat(?:a|um))\W*", re.IGNORECASE)
_INLINE_CORRECTIONS = re.compile(rf"\b((?:corrections?|errat(?:a|um)):)[ \t]+(?=\W*{CLOCK})", re.IGNORECASE)
_BREAKS = re.compile(r"\b(?:registration|lunch|coffee|break|breakfast|dinner|check-?in|doors)\b", re.IGNORECASE)

_OUTLINE_END = 60
_SCHEDULE_START = 6 * 60
_SCHEDULE_END = 24 * 60


def parse_description(text: str) -> ChapterList:
    """The chapters that a person reads in a text, and the corrections that it lists; both may be empty."""
    main, tail = _split_corrections(_normalise(text))
    rows = _choose_reading(main)
    run = _longest_run(rows)
    if not _is_list_of_chapters(run):
        return ChapterList()
    if len({row.group for row in run}) == 1:
        run = [replace(row, group="") for row in run]
        rows = [replace(row, group="") for row in rows]
    chapters = tuple(_make_chapter(row) for row in run)
    skipped, doubled = _list_others(rows, run)
    corrections = tuple(_make_chapter(row) for row in _read_corrections(tail))
    return ChapterList(chapters, corrections, tuple(map(_make_chapter, skipped)), tuple(map(_make_chapter, doubled)))


def _list_others(rows: Sequence[ChapterRow], run: Sequence[ChapterRow]) -> tuple[list[ChapterRow], list[ChapterRow]]:
    """The rows from among a run that are not of it: those that do not fit in, and those that begin where one before
    them does."""
    skipped: list[ChapterRow] = []
    doubled: list[ChapterRow] = []
    first, last = rows.index(run[0]), rows.index(run[-1])
    behind = takewhile(lambda row: row.seconds == run[-1].seconds, rows[last + 1 :])
    begun: set[int] = set()
    chosen = frozenset(run)
    for row in (*rows[first : last + 1], *behind):
        if row.seconds in begun:
            doubled.append(row)
        elif row in chosen:
            begun.add(row.seconds)
        else:
            skipped.append(row)
    return skipped, doubled


def _normalise(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("：", ":")
    text = re.sub("[\u200b\u200e\u200f\u2060\ufeff]", "", text).expandtabs(4)
    lines = unfold_tables(unfold_links(text)).split("\n")
    kept = ("" if _RULE.fullmatch(line) else line.rstrip() for line in lines if not _DIRECTIVE.fullmatch(line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept))


def _split_corrections(text: str) -> tuple[str, str]:
    """The text before and behind a line that says `Corrections`; both readings keep the lines whole."""
    lines = _INLINE_CORRECTIONS.sub(r"\n\1\n", text).split("\n")
    for index, line in enumerate(lines):
        if _CORRECTIONS.fullmatch(line):
            return "\n".join(lines[:index]), "\n".join(lines[index + 1 :])
    return text, ""


def _make_chapter(row: ChapterRow) -> Chapter:
    title, url = tidy_title(row.text)
    return Chapter(row.seconds, title, row.group, row.end, url)


def _choose_reading(text: str) -> list[ChapterRow]:
    """The rows of the lines, or of one paragraph where it runs on and so has many more."""
    by_line = read_lines(text)
    best = max((read_running(paragraph) for paragraph in re.split(r"\n\n+", text)), key=_count_run, default=[])
    return best if _count_run(best) * 2 >= max(FEWEST * 2, _count_run(by_line) * 3) else by_line


def _count_run(rows: Sequence[ChapterRow]) -> int:
    return len(_longest_run(rows))


def _longest_run(rows: Sequence[ChapterRow]) -> list[ChapterRow]:
    """The longest strictly ascending run; a row at 0:00 begins a new list, and such lists go first.

    Of rows at 0:00 that follow each other, the first does.
    """
    starts = [index for index, (above, row) in enumerate(pairwise(rows), 1) if row.seconds == 0 < above.seconds]
    bounds = [0, *starts, len(rows)]
    runs = [_ascending(rows[begin:end]) for begin, end in pairwise(bounds)]
    return max(runs, key=lambda run: (len(run) >= FEWEST and run[0].seconds == 0, len(run)), default=[])


def _ascending(rows: Sequence[ChapterRow]) -> list[ChapterRow]:
    """The longest strictly ascending subsequence, by patience sorting; of rows at one moment, the first counts."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for index, row in enumerate(rows):
        size = bisect_left(tails, row.seconds)
        before.append(ends[size - 1] if size else None)
        if size < len(tails) and tails[size] == row.seconds:
            continue
        tails[size:] = [row.seconds, *tails[size + 1 :]]
        ends[size:] = [index, *ends[size + 1 :]]
    run: list[ChapterRow] = []
    at = ends[-1] if ends else None
    while at is not None:
        run.append(rows[at])
        at = before[at]
    return run[::-1]


def _is_list_of_chapters(run: Sequence[ChapterRow]) -> bool:
    return len(run) >= FEWEST and not _is_outline(run) and not _is_schedule(run)


def _is_outline(run: Sequence[ChapterRow]) -> bool:
    """Whether the times are a plan's hours and minutes (`0:05 - 0:10`): no talk has all its parts in one minute."""
    return run[-1].seconds < _OUTLINE_END


def _is_schedule(run: Sequence[ChapterRow]) -> bool:
    """Whether the times are a day's: from 6:00 on, within 24 hours, in steps of five minutes or with breaks."""
    in_day = run[0].seconds >= _SCHEDULE_START and run[-1].seconds < _SCHEDULE_END
    return in_day and (all(row.seconds % 5 == 0 for row in run) or any(_BREAKS.search(row.text) for row in run))


def _read_corrections(text: str) -> list[ChapterRow]:
    """The rows below the heading, their times first, up to the first paragraph without one."""
    rows: list[ChapterRow] = []
    for paragraph in re.split(r"\n\n+", text.strip("\n")):
        found = read_lines_time_first(paragraph)
        if not found:
            break
        rows += found
    return rows
