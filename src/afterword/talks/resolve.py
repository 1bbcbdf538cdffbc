"""Finds the talk of a document: from its front matter, completed from its first paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Place, error, note, warning
from afterword.core.names import Names
from afterword.front_matter.types import FLAGS
from afterword.outline.blocks import find_first_paragraph
from afterword.talks.block import read_talk, spellings_of
from afterword.talks.checks import check_date
from afterword.talks.inference import LONGEST_LOOK, MARKS, complete, find_slip, infer, is_marked
from afterword.talks.recordings import find_recording_problem

if TYPE_CHECKING:
    from datetime import date

    from afterword.front_matter.parser import Document
    from afterword.talks.model import Talk


class TalkOptions(Struct, frozen=True):
    """What the settings say of talks: the tags that mark notes on them, and the names of speakers and events."""

    marks: tuple[str, ...] = MARKS
    speakers: Names = field(default_factory=Names)
    events: Names = field(default_factory=Names)


class Subject(Struct, frozen=True):
    """The talk of a document, or None; and its diagnostics."""

    talk: Talk | None
    diagnostics: tuple[Diagnostic, ...] = ()


def find_subject(document: Document, title: str, text: str, day: date | None, talk_options: TalkOptions) -> Subject:
    """What a document is about; `text` is its text without a heading that became the title, `day` its own date.

    In place of a talk, `talk` may say whether the first paragraph names one.
    """
    written = document.matter.talk
    answer = FLAGS.get(written.lower()) if isinstance(written, str) else None
    if written is not None and answer is None:
        return _read_block(document, text, day, talk_options)
    is_note = is_marked(title, document.matter.tags, talk_options.marks) if answer is None else answer
    return _read_paragraph(document, text, is_sure=answer is True) if is_note else Subject(None)


def _read_block(document: Document, text: str, day: date | None, talk_options: TalkOptions) -> Subject:
    read = read_talk(document.matter.talk, document.path, document.matter.places, talk_options.speakers, day)
    if read.talk is None:
        return Subject(None, read.diagnostics)
    place = _place_of(document, *spellings_of("date"))
    # What was read out of a sentence is not held against it: only a date that the block gives is checked.
    findings = check_date(read.talk, day, place) if day is not None else ()
    talk = complete(read.talk, infer(text))
    return Subject(_file_event(talk, talk_options.events), (*read.diagnostics, *findings))


def _file_event(talk: Talk, events: Names) -> Talk:
    """The talk with its event under the name that the settings prefer, and with the link known of it."""
    if talk.event is None:
        return talk
    series = events.choose(talk.event.series)
    return replace(talk, event=replace(talk.event, series=series, url=talk.event.url or events.urls.get(series, "")))


def _read_paragraph(document: Document, text: str, *, is_sure: bool) -> Subject:
    """The talk that the first paragraph names, or a diagnostic if it names none and should.

    It should where front matter is sure of it. A link to a recording that its host cannot have may be a slip of notes,
    or a link to nothing: without such front matter, that is only noted.
    """
    talk = infer(text)
    paragraph = find_first_paragraph(text)[:LONGEST_LOOK]
    slip = find_slip(paragraph, text) if talk is None else None
    if slip is not None and (flaw := find_recording_problem(slip.recording)) is not None:
        place = document.place(*find_position(text, slip.target, text.find(paragraph)))
        label = "the post gets no talk"
        if is_sure:
            found = warning("invalid-video-link", flaw.message, place, label=label, hint=flaw.hint)
        else:
            found = note("unclear-video-link", flaw.message, place, label=label, hint=flaw.hint)
        return Subject(None, (found,))
    if talk is None and is_sure:
        message = "`talk: true`, but the first paragraph has no link to a recording"
        hint = "add the link, or write `talk: https://…`"
        return Subject(None, (error("invalid-talk", message, _place_of(document), hint=hint),))
    return Subject(talk)


def _place_of(document: Document, *keys: str) -> Place:
    """The place of the first of the block's keys that is there, else of the block, else of the document."""
    places = document.matter.places
    known = (places[key] for key in (*(f"talk.{key}" for key in keys), "talk") if key in places)
    return next(known, Place(document.path, 1))


def find_position(text: str, target: str, begin: int = 0) -> tuple[int, int, int]:
    """Where a text has a link's target, from the offset `begin` on: its line and column, from 0, and its length.

    That is where it begins, where the target is written with escapes.
    """
    at = text.find(target, begin)
    start, length = (at, len(target)) if at >= 0 else (begin, 0)
    return text.count("\n", 0, start), start - text.rfind("\n", 0, start) - 1, length
