"""Skeletons: the text that a new post, or notes on a talk, begin with.

Notes get a heading for each chapter of the recording, with its time. Relies on `talks` for the block of front matter
and on the chapters that were read from what was pasted. Refuses to let a title be taken for Markdown: it is shown as it
was written.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.slugs import term_slug
from afterword.talks.moments import Span, format_span
from afterword.talks.suggestions import quote, write_block
from afterword.text import FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from afterword.talks.chapters import Chapter, ChapterList
    from afterword.talks.recordings import Recording
    from afterword.talks.talk import Talk

_MARKUP = re.compile(
    r"[\\`*\[\]{}]"  # code, emphasis, links, time stamps, attributes and Liquid
    r"|(?<![^\W_])_|_(?![^\W_])"  # emphasis; not inside a word
    r"|<(?=[A-Za-z/!?])|&(?=#?\w+;)|~(?=~)|(?<=~)~"  # HTML, entities, strikethrough
    r"|#(?=#*$)"  # what ends a heading
)


class Skeleton(Struct, frozen=True):
    """A new source: its path in the blog, and its text."""

    path: str
    text: str


def draft_post(title: str, today: date) -> Skeleton:
    """A post of today with this title, which must have a character that is no space."""
    title = tidy(title)
    matter = f"---\nlayout: post\ntitle: {quote(title)}\ndate: {today.isoformat()}\ntags: []\n---\n"
    return Skeleton(_path(title, today), f"{matter}\n")


def draft_notes(talk: Talk, recording: Recording, chapters: ChapterList, today: date) -> Skeleton:
    """Notes of today on a talk that `recording` shows; without a title the talk is called by what the URL ends with."""
    name = tidy(talk.title) or tidy(recording.id or recording.url.partition("://")[2].rstrip("/"))
    matter = f"layout: post\ntitle: {quote(f'Notes: {name}')}\ndate: {today.isoformat()}\ntags: [notes]\n"
    opening = f"Notes on [{escape_markdown(name)}]({_address(recording.url)}){_credit(talk)}."
    blocks = [opening, *_outline(chapters.chapters), *_corrections(chapters.corrections)]
    text = "\n\n".join(blocks)
    return Skeleton(_path(name, today), f"---\n{matter}{write_block(talk)}---\n\n{text}\n")


def escape_markdown(text: str) -> str:
    """A text of one line as Markdown that shows it, in a heading or behind something else on its line."""
    return _MARKUP.sub(r"\\\g<0>", tidy(text))


def _path(title: str, today: date) -> str:
    return f"posts/{today.isoformat()}-{term_slug(title)}.md"


def _credit(talk: Talk) -> str:
    """` by Ada Lovelace and Bob`, or nothing where nobody is named."""
    names = [escape_markdown(speaker.name) for speaker in talk.speakers]
    *most, last = names or [""]
    return f" by {', '.join(most)} and {last}" if most else f" by {last}" if last else ""


def _outline(chapters: tuple[Chapter, ...]) -> Iterator[str]:
    """A heading for each group and, one level below it, for each of its chapters; a link of a title stands below."""
    for group, members in groupby(chapters, key=lambda chapter: chapter.group):
        if group:
            yield f"## {escape_markdown(group)}"
        for chapter in members:
            yield f"{'###' if group else '##'} {escape_markdown(chapter.title)} [{_time(chapter)}]"
            if chapter.url:
                yield f"<{_address(chapter.url)}>"


def _corrections(corrections: tuple[Chapter, ...]) -> Iterator[str]:
    """An update section of what the recording's makers corrected."""
    if corrections:
        yield "## Corrections"
        yield "\n".join(f"- [{_time(part)}] {escape_markdown(part.title)}" for part in corrections)


def _time(chapter: Chapter) -> str:
    return format_span(Span(chapter.seconds, chapter.end))


def _address(url: str) -> str:
    """A URL as it may stand in a link's parentheses or between angle brackets."""
    return re.sub(r"[()<>\\]", lambda match: f"%{ord(match[0]):02X}", url)


def tidy(text: str) -> str:
    """A text in one line, without characters that no source may have."""
    return " ".join(FORBIDDEN.sub(" ", text).split())
