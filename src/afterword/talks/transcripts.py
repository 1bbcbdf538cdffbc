"""Transcripts: what was said, with a time every few seconds, told from a list of chapters.

Relies on `chapters`. Refuses to take either for the other by its form: captions may hold chapters, and transcripts are
written as lists.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from afterword.talks.chapters import Chapter

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
