"""Chapters of whatever was pasted: a video's description, a chapters file, WebVTT or SubRip.

Relies on a reader for each form. Refuses transcripts, and ends that say nothing in the forms where every chapter has
one; else nothing: a text without chapters gives none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.talks.captions import is_captions, read_captions
from afterword.talks.chapters import MOST_SECONDS, ChapterList, read_chapters_json
from afterword.talks.descriptions import parse_description
from afterword.talks.transcripts import is_transcript

if TYPE_CHECKING:
    from afterword.talks.chapters import Chapter


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
