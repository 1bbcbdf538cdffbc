"""Creates notes on a talk for `afterword new talk`, with headings from the chapters of its recording."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from afterword.cli.scaffold import create_source, find_today, split_tags, tidy, write_matter
from afterword.core.diagnostics import DENIED_ID, Exit, Failure, error, warning
from afterword.core.files import Unreadable, explain_error, read
from afterword.core.patterns import lazy_pattern
from afterword.core.text import decode, shown
from afterword.talks.block_values import split_names
from afterword.talks.chapters import ChapterList, parse_chapters
from afterword.talks.inference import write_talk_block
from afterword.talks.model import Speaker, Talk, make_event
from afterword.talks.partial_dates import FORMATS as DATE_FORMATS
from afterword.talks.partial_dates import parse_partial_date
from afterword.talks.recordings import find_playlist_problem, find_recording_problem, parse_recording, recording_hint
from afterword.talks.resolve import duplicate_chapter_message
from afterword.talks.timestamps import TimeRange, find_invalid_url_time, format_time_range, format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from afterword.core.diagnostics import Diagnostic
    from afterword.talks.chapters import Chapter
    from afterword.talks.partial_dates import PartialDate
    from afterword.talks.recordings import Recording


MAX_SIZE = 2_000_000
"""Maximum size of a text with chapters, in bytes; the captions of a long talk have a tenth of it."""


def create_notes(
    source: Path,
    url: str,
    environ: Mapping[str, str],
    *,
    title: str = "",
    speakers: Iterable[str] = (),
    event: str = "",
    date: str = "",
    pasted: str | None = None,
    tags: Iterable[str] = (),
    draft: bool = False,
) -> tuple[Path, list[Diagnostic]]:
    """Creates notes, dated today, in the blog in `source`; returns their file and diagnostics.

    `pasted` is a text with chapters, or None. Raises `Failure` with all errors.
    """
    problems: list[Diagnostic] = []
    recording = _read_url(url, problems)
    given = _read_date(date, problems)
    chapters = _read_chapters(pasted, problems)
    if recording is None or problems:
        raise Failure(Exit.USAGE, *problems)
    names = dict.fromkeys(name for written in speakers for name in split_names(tidy(written)))
    talk = Talk(
        title=tidy(title),
        speakers=tuple(map(Speaker, names)),
        event=make_event(tidy(event)) if tidy(event) else None,
        date=given,
        video=recording,
        start=recording.start,
    )
    name = talk.title or tidy(recording.id or recording.url.partition("://")[2].rstrip("/"))
    day = None if draft else find_today(source, environ)
    matter = write_matter(f"Notes: {name}", day, split_tags(tags) or ("notes",))
    text = f"---\n{matter}{write_talk_block(talk)}---\n\n{_write_body(name, talk, recording, chapters)}\n"
    return create_source(source, name, day, text), [*_check_notes(talk, recording, chapters)]


def _check_notes(talk: Talk, recording: Recording, chapters: ChapterList) -> Iterator[Diagnostic]:
    for row in chapters.skipped:
        message = (
            f"chapter skipped because its time is out of order: {format_timestamp(row.seconds)} {shown(row.title)}"
        )
        yield warning("chapter-skipped", message, hint="correct it and add it to the new file")
    for row in chapters.duplicates:
        message = f"{duplicate_chapter_message(row.seconds)}: {shown(row.title)}"
        hint = "correct one of the times and add the chapter to the new file"
        yield warning("chapter-skipped", message, hint=hint)
    if (several := find_playlist_problem(recording)) is not None:
        yield warning("not-a-video", several.message, hint=several.hint)
    if not talk.title:
        hint = "add it to `talk` and to the title of the post"
        yield warning("no-talk-title", "missing talk title", hint=hint)


def read_pasted(file: Path, stream: BinaryIO | None = None) -> str:
    """Reads the text with a talk's chapters from a file or a stream; raises `Failure`."""
    try:
        data = read(file, MAX_SIZE, follow=True) if stream is None else _read_stream(stream, file)
    except Unreadable as problem:
        if problem.is_denied:
            raise Failure(Exit.ENVIRONMENT, error(DENIED_ID, f"`{file}` {problem}")) from None
        hint = "pass a file with the text, or `-` to paste it"
        raise Failure(Exit.USAGE, error("unreadable", f"`{file}` {problem}", hint=hint)) from None
    decoded = decode(str(file), data)
    if decoded.diagnostics and not decoded.text:
        raise Failure(Exit.USAGE, *decoded.diagnostics)
    return decoded.text


def _read_stream(stream: BinaryIO, file: Path) -> bytes:
    try:
        return stream.read(MAX_SIZE)
    except OSError as problem:
        raise explain_error(problem, file, "cannot be read") from problem


def _read_url(url: str, problems: list[Diagnostic]) -> Recording | None:
    recording = parse_recording(url)
    if recording is None:
        problems.append(error("invalid-video", f"invalid recording URL `{shown(url)}`", hint=recording_hint(url)))
    elif (problem := find_recording_problem(recording)) is not None:
        problems.append(error("invalid-video", problem.message, hint=problem.hint))
    elif (time := find_invalid_url_time(url)) is not None:
        problems.append(
            error("invalid-start", f"invalid start time `{shown(time)}`", hint="write `t=754` or `t=12m34s`")
        )
    return recording


def _read_date(text: str, problems: list[Diagnostic]) -> PartialDate | None:
    given = parse_partial_date(text) if text.strip() else None
    if given is None and text.strip():
        hint = f"use {DATE_FORMATS}"
        problems.append(error("invalid-date", f"invalid date `{shown(text)}`", hint=hint))
    return given


def _read_chapters(text: str | None, problems: list[Diagnostic]) -> ChapterList:
    if text is None:
        return ChapterList()
    chapters = parse_chapters(text)
    if chapters.is_transcript:
        message = "the text is a transcript, not a list of chapters"
        hint = "use the chapters in the description of the video; for a transcript, set `transcript` in `talk`"
        problems.append(error("no-chapters", message, hint=hint))
    elif not chapters.chapters:
        hint = "write at least three rows with a time and a title, such as `12:34 Tool use`"
        problems.append(error("no-chapters", "no list of chapters found", hint=hint))
    return chapters


def _write_body(name: str, talk: Talk, recording: Recording, chapters: ChapterList) -> str:
    opening = f"Notes on [{escape_markdown(name)}]({_address(recording.url)}){_write_speakers(talk)}."
    return "\n\n".join((opening, *_outline(chapters.chapters), *_corrections(chapters.corrections)))


def _write_speakers(talk: Talk) -> str:
    """Returns ` by Ada Lovelace and Bob`, or empty text without names."""
    names = [escape_markdown(speaker.name) for speaker in talk.speakers]
    *most, last = names or [""]
    return f" by {', '.join(most)} and {last}" if most else f" by {last}" if last else ""


def _outline(chapters: tuple[Chapter, ...]) -> Iterator[str]:
    """Yields a heading for each group and, one level below, for each chapter; links are below the headings."""
    for group, members in groupby(chapters, key=lambda chapter: chapter.group):
        if group:
            yield f"## {escape_markdown(group)}"
        for chapter in members:
            yield f"{'###' if group else '##'} {escape_markdown(chapter.title)} [{_time(chapter)}]"
            if chapter.url:
                yield f"<{_address(chapter.url)}>"


def _corrections(corrections: tuple[Chapter, ...]) -> Iterator[str]:
    """Yields an update section with the corrections of the recording."""
    if corrections:
        yield "## Corrections"
        yield "\n".join(f"- [{_time(part)}] {escape_markdown(part.title)}" for part in corrections)


def _time(chapter: Chapter) -> str:
    return format_time_range(TimeRange(chapter.seconds, chapter.end))


def _address(url: str) -> str:
    """Escapes a URL for the parentheses of a link or for angle brackets."""
    return re.sub(r"[()<>\\]", lambda match: f"%{ord(match[0]):02X}", url)


_MARKUP = lazy_pattern(
    r"[\\`*\[\]{}]"  # code, emphasis, links, time stamps, attributes and Liquid
    r"|(?<![^\W_])_|_(?![^\W_])"  # emphasis; not inside a word
    r"|<(?=[A-Za-z/!?]|\S+@)|&(?=#?\w+;)|~(?=~)|(?<=~)~"  # HTML, entities, strikethrough
    r"|#(?=#*$)"  # what ends a heading
    r"|=(?==)|%(?=%)|:(?=[a-z0-9_+-]+:)|\$(?=.*\$)"  # marked text, comments, names of emoji, formulas
)


def escape_markdown(text: str) -> str:
    """Escapes a line of text for Markdown, in a heading or in the middle of a line."""
    escaped = _MARKUP.sub(r"\\\g<0>", tidy(text))
    return escaped.replace(r"\]", "&#93;") if r"\[" in escaped else escaped  # `\[…\]` would be a formula
