"""Chapters of a recording: read from pasted descriptions, JSON chapter files and timed text.

- In a description, chapters are the longest strictly ascending list of rows, preferably from 0:00 on. Schedules,
  outlines in hours and minutes, and fewer than three rows are not chapters.
- JSON is Podcasting 2.0's "JSON Chapters Format", version 1.2.0.
- Timed text is WebVTT or SubRip (SRT), with one chapter per cue, by WebVTT's "cue text parsing rules". A transcript,
  whose times are those of sentences, is not a list of chapters.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from html import unescape
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.patterns import lazy_pattern
from afterword.talks.chapter_rows import (
    read_lines,
    read_lines_time_first,
    read_running,
    tidy_title,
    unfold_links,
    unfold_tables,
)
from afterword.talks.timestamps import CLOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from afterword.talks.chapter_rows import ChapterRow


MAX_SECONDS = 10_000_000
"""No recording is as long as this."""


class Chapter(Struct, frozen=True):
    """A chapter of a recording.

    Attributes:
        seconds, end: where it begins and ends; `end` is None if it is not given.
        group: title of the part that it belongs to ("Part 1: LLMs").
        url: target of a link in its title.
    """

    seconds: int
    title: str
    group: str = ""
    end: int | None = None
    url: str = ""


class ChapterList(Struct, frozen=True):
    """The chapters of a text.

    Attributes:
        chapters: in strictly ascending order.
        corrections: rows under a heading "Corrections".
        skipped: rows between the chapters whose times are out of order; mostly typing errors.
        duplicates: rows that begin at the same time as a chapter before them.
        is_transcript: whether the text is a transcript, and so has no chapters.
    """

    chapters: tuple[Chapter, ...] = ()
    corrections: tuple[Chapter, ...] = ()
    skipped: tuple[Chapter, ...] = ()
    duplicates: tuple[Chapter, ...] = ()
    is_transcript: bool = False


def parse_chapters_json(text: str) -> tuple[Chapter, ...]:
    """Parses a JSON chapters file, sorted by time. Returns no chapters if it is not such a file.

    Also parses the list that yt-dlp writes (`start_time`, `end_time`).
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    entries = data.get("chapters") if isinstance(data, dict) else data
    if not isinstance(entries, list):
        return ()
    chapters = (_read_entry(entry) for entry in entries if isinstance(entry, dict))
    return tuple(sorted((chapter for chapter in chapters if chapter), key=lambda chapter: chapter.seconds))


def _read_entry(entry: Mapping[str, object]) -> Chapter | None:
    start = _read_seconds(entry.get("startTime", entry.get("start_time")))
    title, url = entry.get("title"), entry.get("url")
    if start is None or not isinstance(title, str) or not title.strip() or entry.get("toc") is False:
        return None
    end = _read_seconds(entry.get("endTime", entry.get("end_time")))
    return Chapter(start, " ".join(title.split()), end=end, url=url if isinstance(url, str) else "")


def _read_seconds(value: object) -> int | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return int(value) if 0 <= value < MAX_SECONDS else None


MIN_CHAPTERS = 3
"""Fewer rows than this are times that a text happens to mention."""

_NO_WORDS = lazy_pattern(r"[\W_]*")
_DIRECTIVE = lazy_pattern(r"\s*\.\. .*")
_CORRECTIONS = lazy_pattern(r"\W*(?:corrections?|errat(?:a|um))\W*", re.IGNORECASE)
_INLINE_CORRECTIONS = lazy_pattern(rf"\b((?:corrections?|errat(?:a|um)):)[ \t]+(?=\W*{CLOCK})", re.IGNORECASE)
_BREAKS = lazy_pattern(r"\b(?:registration|lunch|coffee|break|breakfast|dinner|check-?in|doors)\b", re.IGNORECASE)

_OUTLINE_END = 60
"""Times below it are hours and minutes of a plan (`0:05 - 0:10`): no talk has all chapters in one minute."""

_SCHEDULE_START = 6 * 60
_SCHEDULE_END = 24 * 60


def parse_description(text: str) -> ChapterList:
    """Returns the chapters and corrections in a description; both may be empty."""
    main, tail = _split_corrections(_normalise(text))
    rows = _find_rows(main)
    run = _longest_run(rows)
    if len(run) < MIN_CHAPTERS or run[-1].seconds < _OUTLINE_END or _is_schedule(run):
        return ChapterList()
    if len({row.group for row in run}) == 1:
        run = [replace(row, group="") for row in run]
        rows = [replace(row, group="") for row in rows]
    chapters = tuple(_make_chapter(row) for row in run)
    skipped, duplicates = _split_others(rows, run)
    corrections = tuple(_make_chapter(row) for row in _read_corrections(tail))
    return ChapterList(chapters, corrections, tuple(map(_make_chapter, skipped)), tuple(map(_make_chapter, duplicates)))


def _split_others(rows: Sequence[ChapterRow], run: Sequence[ChapterRow]) -> tuple[list[ChapterRow], list[ChapterRow]]:
    """Returns the rows between the chapters that are not chapters: those out of order, and duplicates."""
    skipped: list[ChapterRow] = []
    duplicates: list[ChapterRow] = []
    first, last = rows.index(run[0]), rows.index(run[-1])
    after = takewhile(lambda row: row.seconds == run[-1].seconds, rows[last + 1 :])
    begun: set[int] = set()
    chosen = frozenset(run)
    for row in (*rows[first : last + 1], *after):
        if row.seconds in begun:
            duplicates.append(row)
        elif row in chosen:
            begun.add(row.seconds)
        else:
            skipped.append(row)
    return skipped, duplicates


def _normalise(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").replace("：", ":")
    text = re.sub("[\u200b\u200e\u200f\u2060\ufeff]", "", text).expandtabs(4)
    lines = unfold_tables(unfold_links(text)).split("\n")
    kept = ("" if _NO_WORDS.fullmatch(line) else line.rstrip() for line in lines if not _DIRECTIVE.fullmatch(line))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept))


def _split_corrections(text: str) -> tuple[str, str]:
    """Splits a text at a line "Corrections". Both parts keep their lines."""
    lines = _INLINE_CORRECTIONS.sub(r"\n\1\n", text).split("\n")
    for index, line in enumerate(lines):
        if _CORRECTIONS.fullmatch(line):
            return "\n".join(lines[:index]), "\n".join(lines[index + 1 :])
    return text, ""


def _make_chapter(row: ChapterRow) -> Chapter:
    title, url = tidy_title(row.text)
    return Chapter(row.seconds, title, row.group, row.end, url)


def _find_rows(text: str) -> list[ChapterRow]:
    """Returns the rows of the lines, or of one paragraph of running text that has many more."""
    by_line = read_lines(text)
    best = max((read_running(paragraph) for paragraph in re.split(r"\n\n+", text)), key=_count_run, default=[])
    return best if _count_run(best) * 2 >= max(MIN_CHAPTERS * 2, _count_run(by_line) * 3) else by_line


def _count_run(rows: Sequence[ChapterRow]) -> int:
    return len(_longest_run(rows))


def _longest_run(rows: Sequence[ChapterRow]) -> list[ChapterRow]:
    """Returns the longest strictly ascending run. A row at 0:00 begins a new list; such lists are preferred.

    Of several rows at 0:00 in a row, the first begins the list.
    """
    starts = [index for index, (above, row) in enumerate(pairwise(rows), 1) if row.seconds == 0 < above.seconds]
    bounds = [0, *starts, len(rows)]
    runs = [_ascending(rows[begin:end]) for begin, end in pairwise(bounds)]
    return max(runs, key=lambda run: (len(run) >= MIN_CHAPTERS and run[0].seconds == 0, len(run)), default=[])


def _ascending(rows: Sequence[ChapterRow]) -> list[ChapterRow]:
    """Returns the longest strictly ascending subsequence, by patience sorting. Of rows at the same time, the first
    counts."""
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


def _is_schedule(run: Sequence[ChapterRow]) -> bool:
    """Returns whether the times are times of day: from 6:00 on, in steps of five minutes or with breaks."""
    in_day = run[0].seconds >= _SCHEDULE_START and run[-1].seconds < _SCHEDULE_END
    return in_day and (all(row.seconds % 5 == 0 for row in run) or any(_BREAKS.search(row.text) for row in run))


def _read_corrections(text: str) -> list[ChapterRow]:
    """Returns the rows below the heading that begin with a time, up to the first paragraph without one."""
    rows: list[ChapterRow] = []
    for paragraph in re.split(r"\n\n+", text.strip("\n")):
        found = read_lines_time_first(paragraph)
        if not found:
            break
        rows += found
    return rows


_TIMESTAMP = r"(?:(\d{1,3}):)?(\d{2}):(\d{2})[.,]\d{1,3}"
_TIMING = lazy_pattern(rf"\s*{_TIMESTAMP}\s+-->\s+{_TIMESTAMP}(?:\s.*)?", re.ASCII)
_TAG = lazy_pattern(
    r"</?(?:(?i:[ibus]|font)|c|v|lang|ruby|rt)(?:[.\s][^>]{0,300})?>"  # SubRip has HTML tags, in any case
    r"|<(?:\d+:)?\d{2}:\d{2}\.\d{3}>"
    r"|\{\\[^{}]*\}",  # positions in SubRip, as in SubStation Alpha
    re.ASCII,
)
_BLOCK = lazy_pattern(r"\n[ \t]*\n+")


def is_timed_text(text: str) -> bool:
    """Returns whether a text is WebVTT or SubRip."""
    lines = text.lstrip("\ufeff \n").split("\n", 3)
    return lines[0].startswith("WEBVTT") or any(_TIMING.fullmatch(line) for line in lines[:2])


def parse_timed_text(text: str) -> tuple[Chapter, ...]:
    """Returns the cues of a WebVTT or SubRip file, in its order."""
    blocks = _BLOCK.split(text.replace("\r\n", "\n").replace("\r", "\n").strip("\ufeff\n"))
    return tuple(chapter for block in blocks if (chapter := _read_cue(block.split("\n"))) is not None)


def _read_cue(lines: list[str]) -> Chapter | None:
    """Parses one block of lines: an optional identifier, the timing, then the text."""
    for index, line in enumerate(lines[:2]):
        match = _TIMING.fullmatch(line)
        if match is not None:
            numbers = [int(part or 0) for part in match.groups()]
            start, end = (
                hours * 3600 + minutes * 60 + seconds for hours, minutes, seconds in (numbers[:3], numbers[3:])
            )
            title = " ".join(unescape(_TAG.sub("", " ".join(lines[index + 1 :]))).split())
            return Chapter(start, title, end=end) if title else None
    return None


MIN_MEDIAN_SECONDS = 10
"""Minimum of the median length of chapters, as on YouTube."""

MAX_MEDIAN_RATE = 4
"""Maximum of the median number of characters per second. Speech has ten and more."""


def is_transcript(chapters: Sequence[Chapter]) -> bool:
    """Returns whether cues follow each other as fast as speech, or have as many characters."""
    lengths = list(_list_lengths(chapters))
    if not lengths:
        return False
    from statistics import median  # with five more modules, for few talks

    length = median(seconds for seconds, _ in lengths)
    return (
        length < MIN_MEDIAN_SECONDS
        or median(len(title) / max(seconds, 1) for seconds, title in lengths) >= MAX_MEDIAN_RATE
    )


def _list_lengths(chapters: Sequence[Chapter]) -> Iterator[tuple[int, str]]:
    """Yields length and title of each chapter with a known end."""
    for chapter, after in pairwise(chapters):
        yield (after.seconds if chapter.end is None else chapter.end) - chapter.seconds, chapter.title
    if chapters and chapters[-1].end is not None:
        yield chapters[-1].end - chapters[-1].seconds, chapters[-1].title


def parse_chapters(text: str) -> ChapterList:
    """Parses chapters in any of the formats."""
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")) and (chapters := parse_chapters_json(text.lstrip("\ufeff"))):
        return _drop_duplicates(chapters)
    listed = ChapterList(parse_timed_text(text)) if is_timed_text(text) else parse_description(text)
    if is_transcript(listed.chapters):
        return ChapterList(is_transcript=True)
    return _drop_duplicates(listed.chapters) if is_timed_text(text) else listed


def _drop_duplicates(chapters: tuple[Chapter, ...]) -> ChapterList:
    kept: dict[int, Chapter] = {}
    duplicates = tuple(chapter for chapter in chapters if kept.setdefault(chapter.seconds, chapter) is not chapter)
    return ChapterList(_drop_ends(tuple(kept.values())), duplicates=duplicates)


def _drop_ends(chapters: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
    """Removes ends that are after the beginning of the next chapter or before their own."""
    nexts = [*(chapter.seconds for chapter in chapters[1:]), MAX_SECONDS]
    return tuple(
        chapter if chapter.seconds < (chapter.end or 0) < after else replace(chapter, end=None)
        for chapter, after in zip(chapters, nexts, strict=False)
    )
