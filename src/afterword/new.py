"""`afterword new`: a new post, or notes on a talk, in a blog's folder.

Relies on `skeletons` for the text and on `creation` for the file. Refuses to overwrite, and to ask the network for what
it was not told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword import config
from afterword.creation import create
from afterword.diagnostics import DENIED_ID, Exit, Failure, error, warning
from afterword.files import Unreadable, explain_error, read
from afterword.report import read_today
from afterword.skeletons import draft_notes, draft_post, tidy
from afterword.talks import given as dates
from afterword.talks.chapters import ChapterList
from afterword.talks.checks import say_doubled
from afterword.talks.moments import find_bad_url_time, format_moment
from afterword.talks.pasted import read_chapters
from afterword.talks.people import split_names
from afterword.talks.recordings import find_flaw, find_list, hint_at_recording, recognise
from afterword.talks.talk import Speaker, Talk, make_event
from afterword.text import decode, shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path
    from typing import BinaryIO

    from afterword.diagnostics import Diagnostic
    from afterword.skeletons import Skeleton
    from afterword.talks.chapters import Chapter
    from afterword.talks.given import Given
    from afterword.talks.recordings import Recording


LARGEST = 2_000_000
"""Bytes that a text with chapters may have; a long talk's captions have a tenth of it."""


class Told(Struct, frozen=True):
    """What the command line says of a talk, as written; `pasted` is the text with its chapters, or None."""

    url: str
    title: str = ""
    speakers: tuple[str, ...] = ()
    event: str = ""
    date: str = ""
    pasted: str | None = None


class Begun(Struct, frozen=True):
    """The file that was made, and what there is to say about it."""

    file: Path
    diagnostics: tuple[Diagnostic, ...] = ()


def begin_post(source: Path, title: str, environ: Mapping[str, str]) -> Begun:
    """Make a post of today in the blog in `source`; raises `Failure`."""
    if not title.strip():
        raise Failure(Exit.USAGE, error("usage", "the title is empty"))
    return Begun(_create(source, draft_post(title, _today(source, environ))))


def begin_notes(source: Path, told: Told, environ: Mapping[str, str]) -> Begun:
    """Make notes of today on a talk in the blog in `source`; raises `Failure` with everything that is wrong."""
    problems: list[Diagnostic] = []
    recording = _read_url(told.url, problems)
    given = _read_date(told.date, problems)
    chapters = _read_pasted(told.pasted, problems)
    if recording is None or problems:
        raise Failure(Exit.USAGE, *problems)
    talk = Talk(
        title=tidy(told.title),
        speakers=tuple(map(Speaker, dict.fromkeys(name for said in told.speakers for name in split_names(tidy(said))))),
        event=make_event(tidy(told.event)) if tidy(told.event) else None,
        given=given,
        video=recording,
        start=recording.start,
    )
    file = _create(source, draft_notes(talk, recording, chapters, _today(source, environ)))
    remarks = [*map(_report_skipped, chapters.skipped), *map(_report_doubled, chapters.doubled)]
    if (several := find_list(recording)) is not None:
        remarks.append(warning(several.id, several.message, hint=several.hint))
    if not talk.title:
        hint = "write it into the new file, in `talk:` and in the post's own title"
        remarks.append(warning("no-talk-title", "the talk has no title yet", hint=hint))
    return Begun(file, tuple(remarks))


def read_pasted(file: Path, stream: BinaryIO | None = None) -> str:
    """The text with a talk's chapters: that of a file, or of the stream in its place; raises `Failure`."""
    try:
        data = read(file, LARGEST, follow=True) if stream is None else _read_stream(stream, file)
    except Unreadable as problem:
        if problem.is_denied:
            raise Failure(Exit.ENVIRONMENT, error(DENIED_ID, f"`{file}` {problem}")) from None
        hint = "name a file with the text, or `-` to paste it"
        raise Failure(Exit.USAGE, error("unreadable", f"`{file}` {problem}", hint=hint)) from None
    decoded = decode(str(file), data)
    if decoded.diagnostics and not decoded.text:
        raise Failure(Exit.USAGE, *decoded.diagnostics)
    return decoded.text


def _read_stream(stream: BinaryIO, file: Path) -> bytes:
    try:
        return stream.read(LARGEST)
    except OSError as problem:
        raise explain_error(problem, file, "cannot be read") from problem


def _create(source: Path, skeleton: Skeleton) -> Path:
    return create(source, skeleton.path, skeleton.text)


def _today(source: Path, environ: Mapping[str, str]) -> date:
    settings, _ = config.load(source)
    return read_today(environ, settings.timezone)


def _read_url(url: str, problems: list[Diagnostic]) -> Recording | None:
    recording = recognise(url)
    if recording is None:
        problems.append(error("bad-talk", f"`{shown(url)}` is not the URL of a recording", hint=hint_at_recording(url)))
    elif (flaw := find_flaw(recording)) is not None:
        problems.append(error(flaw.id, flaw.message, hint=flaw.hint))
    elif (time := find_bad_url_time(url)) is not None:
        problems.append(error("bad-start", f"`{shown(time)}` is no moment", hint="write `t=754` or `t=12m34s`"))
    return recording


def _read_date(text: str, problems: list[Diagnostic]) -> Given | None:
    given = dates.parse_given(text) if text.strip() else None
    if given is None and text.strip():
        hint = f"write it like {dates.SPELLINGS}"
        problems.append(error("bad-talk-date", f"`{shown(text)}` is not the date of a talk", hint=hint))
    return given


def _read_pasted(text: str | None, problems: list[Diagnostic]) -> ChapterList:
    if text is None:
        return ChapterList()
    chapters = read_chapters(text)
    if chapters.is_transcript:
        message = "the text looks like a transcript: its times are those of what was said, not of chapters"
        hint = "give the list of chapters in a video's description; a talk's `transcript` is where this text belongs"
        problems.append(error("no-chapters", message, hint=hint))
    elif not chapters.chapters:
        hint = "it takes three rows or more, each with a time and a title, such as `12:34 Tool use`"
        problems.append(error("no-chapters", "there is no list of chapters in the text", hint=hint))
    return chapters


def _report_skipped(row: Chapter) -> Diagnostic:
    moment = format_moment(row.seconds)
    message = f"a row of the list was left out, because its time does not fit in: {moment} {shown(row.title)}"
    return warning("skipped-chapter", message, hint="correct it, and write it into the new file")


def _report_doubled(row: Chapter) -> Diagnostic:
    hint = "correct one of the times, and write it into the new file, or leave this one out"
    return warning("skipped-chapter", f"{say_doubled(row.seconds)}: {shown(row.title)}", hint=hint)
