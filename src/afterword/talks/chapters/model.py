"""Chapters of a recording, in the form of Podcasting 2.0's "JSON Chapters Format", version 1.2.0."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_SECONDS = 10_000_000
"""No recording is as long as this."""


class Chapter(Struct, frozen=True):
    """A part of a recording.

    `seconds` is where it begins, and `end` where it ends, None where that is not said. `group` is the title of the
    part that it belongs to ("Part 1: LLMs"). `url` is what its title linked to.
    """

    seconds: int
    title: str
    group: str = ""
    end: int | None = None
    url: str = ""


class ChapterList(Struct, frozen=True):
    """What a text says about a recording's parts.

    `chapters` begin strictly one after the other. `corrections` are what the text lists under a heading of that name.
    `skipped` are rows from among the chapters whose times do not fit in: slips of the pen, most often. `doubled` are
    rows that begin where a chapter before them does. `is_transcript` says that the text has what was said, and so no
    chapters.
    """

    chapters: tuple[Chapter, ...] = ()
    corrections: tuple[Chapter, ...] = ()
    skipped: tuple[Chapter, ...] = ()
    doubled: tuple[Chapter, ...] = ()
    is_transcript: bool = False


def read_chapters_json(text: str) -> tuple[Chapter, ...]:
    """The chapters of a chapters file, in order of time; none where the text is no such file.

    Also takes the list that yt-dlp writes (`start_time`, `end_time`).
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
    return int(value) if 0 <= value < MOST_SECONDS else None
