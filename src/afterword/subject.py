"""The talk that a document is about: that of its front matter, completed by what its first paragraph says of it.

Relies on `talks` for the reading, and on the names that the settings prefer. Refuses to take notes for such on a talk
without a word where they link to a recording that cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from afterword.diagnostics import Diagnostic, Place, warning
from afterword.names import Names
from afterword.talks.block import read_talk
from afterword.talks.checks import check_date
from afterword.talks.inference import LONGEST_LOOK, MARKS, complete, find_slip, infer, is_marked
from afterword.talks.keys import spellings_of
from afterword.talks.outline import find_first_paragraph
from afterword.talks.recordings import find_flaw

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from afterword.frontmatter import Document
    from afterword.talks.talk import Talk


_DENIALS = ("false", "no")
"""What `talk` says of notes that are on no talk, whatever they link to."""


@dataclass(frozen=True, slots=True)
class Customs:
    """What the settings say of talks: the tags that mark notes on them, and the names of speakers and events."""

    marks: tuple[str, ...] = MARKS
    speakers: Names = field(default_factory=Names)
    events: Names = field(default_factory=Names)


@dataclass(frozen=True, slots=True)
class Subject:
    """The talk, or None for a document that is about none; and what there is to say about it."""

    talk: Talk | None
    diagnostics: tuple[Diagnostic, ...] = ()


def find_subject(document: Document, title: str, text: str, day: date | None, customs: Customs) -> Subject:
    """What a document is about; `text` is its text without a heading that became the title, `day` its own date."""
    written, places = document.matter.talk, document.matter.places
    if isinstance(written, str) and written.lower() in _DENIALS:
        return Subject(None)
    if written is None and not is_marked(title, document.matter.tags, customs.marks):
        return Subject(None)
    inferred = infer(text)
    if written is None:
        slips = _find_slips(document, text) if inferred is None else ()
        return Subject(_file_event(inferred, customs.events), tuple(slips))
    read = read_talk(written, document.path, places, customs.speakers)
    if read.talk is None:
        return Subject(None, read.diagnostics)
    named = (f"talk.{key}" for key in spellings_of("date"))
    place = next((places[key] for key in (*named, "talk") if key in places), Place(document.path, 1))
    # What was read out of a sentence is not held against it: only a date that the block gives is checked.
    findings = check_date(read.talk, day, place) if day is not None else ()
    return Subject(_file_event(complete(read.talk, inferred), customs.events), (*read.diagnostics, *findings))


def _file_event(talk: Talk | None, events: Names) -> Talk | None:
    """The talk with its event under the name that the settings prefer, and with the link known of it."""
    if talk is None or talk.event is None:
        return talk
    series = events.choose(talk.event.series)
    return replace(talk, event=replace(talk.event, series=series, url=talk.event.url or events.urls.get(series, "")))


def _find_slips(document: Document, text: str) -> Iterator[Diagnostic]:
    """A warning for notes whose first paragraph links to a recording that its host cannot have."""
    paragraph = find_first_paragraph(text)[:LONGEST_LOOK]
    slip = find_slip(paragraph, text)
    flaw = find_flaw(slip.recording) if slip is not None else None
    if slip is None or flaw is None:
        return
    place = find_place(document.path, text, document.first_line, slip.target, text.find(paragraph))
    yield warning(flaw.id, flaw.message, place, label="so these notes are on no talk", hint=flaw.hint)


def find_place(path: str, text: str, first_line: int, target: str, begin: int = 0) -> Place:
    """Where a text, which begins on `first_line` of its file, has a link's target, from the offset `begin` on.

    That is where it begins, where the target is written with escapes.
    """
    at = text.find(target, begin)
    start, length = (at, len(target)) if at >= 0 else (begin, 0)
    return Place(path, first_line + text.count("\n", 0, start), start - text.rfind("\n", 0, start), length)
