"""Takeaways: the few lines of a note that cards, feeds and search engines show of it.

Relies on the outline of a text. Refuses to make lines up: a note without such a section has none.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.talks.moments import split_stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_LEADS = 5
"""No more bold leads than this are takeaways."""

_TITLE = re.compile(
    r"(?:(?:the|my) )?(?:"
    r"tl ?dr|summary|in (?:short|brief|summary)|take ?aways?|"
    r"(?:key|main|big|core) (?:take ?aways?|ideas|points|lessons|insights)|"
    r"(?:ideas|points|lessons) (?:to keep|worth keeping)"
    r")(?: (?:from|of) .*)?"
)


class Section(Struct, frozen=True):
    """One heading of a text: its level, its text without markup, and the bold leads of the list directly below it."""

    level: int
    text: str
    leads: tuple[str, ...] = ()


def find_takeaways(sections: Sequence[Section]) -> tuple[str, ...]:
    """The takeaways of the first section with such a title: its bold leads, or else the headings directly below it."""
    start = next((index for index, section in enumerate(sections) if is_takeaways(section.text)), None)
    if start is None:
        return ()
    if sections[start].leads:
        return tuple(_tidy(lead) for lead in sections[start].leads[:MOST_LEADS])
    level = sections[start].level
    after = sections[start + 1 :]
    end = next((index for index, section in enumerate(after) if section.level <= level), len(after))
    below = after[:end]
    highest = min((section.level for section in below), default=0)
    return tuple(_tidy(section.text) for section in below if section.level == highest)


def is_takeaways(heading: str) -> bool:
    """Whether a heading says that the takeaways follow: `Key Takeaways`, `TL;DR`, `Summary`, `Main ideas` and such."""
    words = re.sub(r"[\W_]+", " ", re.sub(r"[;']", "", unicodedata.normalize("NFC", heading).casefold())).strip()
    return _TITLE.fullmatch(words) is not None


def _tidy(text: str) -> str:
    return " ".join(split_stamp(text)[0].split()).rstrip(" :.—–-")
