"""Chapters of whatever was pasted: a video's description, a chapters file, WebVTT or SubRip.

Relies on a reader for each form. Refuses nothing: a text without chapters gives none.
"""

from __future__ import annotations

from afterword.talks.captions import is_captions, read_captions
from afterword.talks.chapters import ChapterList, read_chapters_json
from afterword.talks.descriptions import parse_description


def read_chapters(text: str) -> ChapterList:
    """The chapters of a text in any of the forms."""
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")) and (chapters := read_chapters_json(text.lstrip("\ufeff"))):
        return ChapterList(chapters)
    return ChapterList(read_captions(text)) if is_captions(text) else parse_description(text)
