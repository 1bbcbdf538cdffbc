"""Reads chapters from pasted descriptions and from timed text: WebVTT and SubRip (SRT), one chapter per cue.

Cues follow WebVTT's "cue text parsing rules". A transcript, whose times are those of sentences, is not a list of
chapters.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.talks.chapters.model import MOST_SECONDS, Chapter, ChapterList, read_chapters_json
from afterword.talks.chapters.text import parse_description

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STAMP = r"(?:(\d{1,3}):)?(\d{2}):(\d{2})[.,]\d{1,3}"
_TIMING = re.compile(rf"\s*{_STAMP}\s+-->\s+{_STAMP}(?:\s.*)?", re.ASCII)
_TAG = re.compile(
    r"</?(?:(?i:[ibus]|font)|c|v|lang|ruby|rt)(?:[.\s][^>]{0,300})?>"  # SubRip's are HTML's, in any case
    r"|<(?:\d+:)?\d{2}:\d{2}\.\d{3}>"
    r"|\{\\[^{}]*\}",  # positions, which SubRip took over from SubStation Alpha
    re.ASCII,
)
_BLOCK = re.compile(r"\n[ \t]*\n+")


def is_captions(text: str) -> bool:
    """Whether a text is WebVTT or SubRip."""
    lines = text.lstrip("\ufeff \n").split("\n", 3)
    return lines[0].startswith("WEBVTT") or any(_TIMING.fullmatch(line) for line in lines[:2])


def read_captions(text: str) -> tuple[Chapter, ...]:
    """The cues of a WebVTT or SubRip file, in its order."""
    blocks = _BLOCK.split(text.replace("\r\n", "\n").replace("\r", "\n").strip("\ufeff\n"))
    return tuple(chapter for block in blocks if (chapter := _read_cue(block.split("\n"))) is not None)


def _read_cue(lines: list[str]) -> Chapter | None:
    """The chapter of one block of lines: maybe a name, the timing, then the text."""
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


SHORTEST = 10
"""The seconds that half of the chapters must last at least; YouTube, too, has no shorter ones."""

FASTEST = 4
"""The characters for each second that half of the titles may have at most; people speak in ten and more."""


def is_transcript(chapters: Sequence[Chapter]) -> bool:
    """Whether rows, in order of time, follow each other as fast as speech does, or say as much."""
    lengths = list(_list_lengths(chapters))
    if not lengths:
        return False
    length = median(seconds for seconds, _ in lengths)
    return length < SHORTEST or median(len(title) / max(seconds, 1) for seconds, title in lengths) >= FASTEST


def _list_lengths(chapters: Sequence[Chapter]) -> Iterator[tuple[int, str]]:
    """How long each of the chapters lasts whose end is known, or that another follows; and its title."""
    for chapter, after in pairwise(chapters):
        yield (after.seconds if chapter.end is None else chapter.end) - chapter.seconds, chapter.title
    if chapters and chapters[-1].end is not None:
        yield chapters[-1].end - chapters[-1].seconds, chapters[-1].title


def read_chapters(text: str) -> ChapterList:
    """The chapters of a text in any of the forms."""
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")) and (chapters := read_chapters_json(text.lstrip("\ufeff"))):
        return _keep_first(chapters)
    listed = ChapterList(read_captions(text)) if is_captions(text) else parse_description(text)
    if is_transcript(listed.chapters):
        return ChapterList(is_transcript=True)
    return _keep_first(listed.chapters) if is_captions(text) else listed


def _keep_first(chapters: tuple[Chapter, ...]) -> ChapterList:
    """The chapters as a list in which of those that begin together the first counts."""
    kept: dict[int, Chapter] = {}
    doubled = tuple(chapter for chapter in chapters if kept.setdefault(chapter.seconds, chapter) is not chapter)
    return ChapterList(_drop_ends(tuple(kept.values())), doubled=doubled)


def _drop_ends(chapters: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
    """The chapters without the ends at which the next one has begun, or the chapter itself has not."""
    nexts = [*(chapter.seconds for chapter in chapters[1:]), MOST_SECONDS]
    return tuple(
        chapter if chapter.seconds < (chapter.end or 0) < after else replace(chapter, end=None)
        for chapter, after in zip(chapters, nexts, strict=False)
    )
