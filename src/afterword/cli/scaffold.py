"""Creates new sources for `afterword new`: a post, or notes on a talk with headings from its chapters.

It never replaces a file, never follows a symbolic link out of the blog, and removes files that it could not write
completely.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.report import read_today
from afterword.config import loader as config
from afterword.config.find_blog import is_jekyll_folder
from afterword.core.dates import BadDate, parse_date
from afterword.core.diagnostics import DENIED_ID, Exit, Failure, Place, error, warning
from afterword.core.files import Unreadable, describe, explain_error, read, report_unreadable
from afterword.core.patterns import lazy_pattern
from afterword.core.slugs import term_slug
from afterword.core.text import FORBIDDEN, decode, shown
from afterword.talks.block_values import split_names
from afterword.talks.chapters import ChapterList, parse_chapters
from afterword.talks.inference import quote, write_talk_block
from afterword.talks.model import Speaker, Talk, make_event
from afterword.talks.partial_dates import FORMATS as DATE_FORMATS
from afterword.talks.partial_dates import parse_partial_date
from afterword.talks.recordings import find_playlist_problem, find_recording_problem, parse_recording, recording_hint
from afterword.talks.resolve import duplicate_chapter_message
from afterword.talks.timestamps import TimeRange, find_invalid_url_time, format_time_range, format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path
    from typing import BinaryIO

    from afterword.core.diagnostics import Diagnostic
    from afterword.talks.chapters import Chapter
    from afterword.talks.partial_dates import PartialDate
    from afterword.talks.recordings import Recording


TEMPLATE = "templates/new/post.md"
_LARGEST = 1_000_000


class NewPost(Struct, frozen=True):
    """The variables of a new post; `day` is None for a draft without a date."""

    title: str
    slug: str
    day: date | None
    tags: tuple[str, ...] = ()
    draft: bool = False


def read_template(root: Path) -> str | None:
    """Returns the blog's template for new posts; None if it has none. Raises `Failure` if it cannot be read."""
    if not (root / TEMPLATE).exists():
        return None
    try:
        decoded = decode(TEMPLATE, read(root / TEMPLATE, _LARGEST))
    except Unreadable as problem:
        raise Failure(Exit.CONTENT, report_unreadable(problem, "this template", Place(TEMPLATE))) from None
    if any(found.is_error for found in decoded.diagnostics):
        raise Failure(Exit.CONTENT, *decoded.diagnostics)
    return decoded.text


def fill_template(template: str, post: NewPost) -> str:
    """Returns the text of a new post; raises `Failure` for a mistake in the template."""
    from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
    environment.filters["yaml"] = _quote
    values = {
        "title": post.title,
        "slug": post.slug,
        "date": post.day.isoformat() if post.day is not None else "",
        "tags": list(post.tags),
        "draft": post.draft,
    }
    try:
        return environment.from_string(template).render(values)
    except TemplateSyntaxError as problem:
        place = Place(TEMPLATE, problem.lineno)
        raise Failure(Exit.CONTENT, error("template-syntax", _sentence(problem), place)) from None
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as problem:
        hint = "use the variables `title`, `slug`, `date`, `tags` and `draft`"
        raise Failure(Exit.CONTENT, error("template-error", _sentence(problem), Place(TEMPLATE), hint=hint)) from None


def _quote(value: object) -> str:
    """Returns a value as one line of YAML, in JSON syntax."""
    return json.dumps(value, ensure_ascii=False)


def _sentence(problem: Exception) -> str:
    message = str(problem)
    return (message[:1].lower() + message[1:]).rstrip(".")


_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def create(root: Path, path: str, content: str | bytes, *, hint: str = "use another title") -> Path:
    """Creates the file `path` in the blog in `root`, text in UTF-8; returns its path.

    `hint` is for an existing file. Raises `Failure` if the blog is missing, the file exists, or its folder is outside
    the blog (exit 2), and if it cannot be written (exit 3).
    """
    file = root / path
    if not root.is_dir():
        raise Failure(Exit.USAGE, error("no-source", f"folder not found: `{root}`"))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.parent.resolve().is_relative_to(root.resolve()):
            problem = error(
                "symlink-outside", "the folder of this file is a symbolic link to outside the blog folder", Place(path)
            )
            raise Failure(Exit.USAGE, problem)
        _write_new(file, content.encode() if isinstance(content, str) else content)
    except FileExistsError:
        raise Failure(Exit.USAGE, error("file-exists", f"file already exists: `{path}`", hint=hint)) from None
    except OSError as problem:
        reason = describe(problem)
        raise Failure(Exit.ENVIRONMENT, error("unwritable", f"cannot write `{path}`: {reason}")) from problem
    return file


def _write_new(file: Path, data: bytes) -> None:
    descriptor = os.open(file, _CREATE, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
    except BaseException:
        with suppress(OSError):
            file.unlink()
        raise


_MARKUP = lazy_pattern(
    r"[\\`*\[\]{}]"  # code, emphasis, links, time stamps, attributes and Liquid
    r"|(?<![^\W_])_|_(?![^\W_])"  # emphasis; not inside a word
    r"|<(?=[A-Za-z/!?]|\S+@)|&(?=#?\w+;)|~(?=~)|(?<=~)~"  # HTML, entities, strikethrough
    r"|#(?=#*$)"  # what ends a heading
    r"|=(?==)|%(?=%)|:(?=[a-z0-9_+-]+:)|\$(?=.*\$)"  # marked text, comments, names of emoji, formulas
)


class Skeleton(Struct, frozen=True):
    """A new source: its path in the blog, and its text."""

    path: str
    text: str


def draft_post(title: str, day: date | None, tags: Iterable[str], *, draft: bool) -> Skeleton:
    """Returns a new post with a title, which must not be blank; a draft may have no date."""
    title = tidy(title)
    dated = f"date: {day.isoformat()}\n" if day is not None else ""
    listed = ", ".join(quote(tag) for tag in tags)
    matter = f"---\nlayout: post\ntitle: {quote(title)}\n{dated}tags: [{listed}]\n---\n"
    return Skeleton(_path(title, day, draft=draft), f"{matter}\n")


def draft_notes(
    talk: Talk,
    recording: Recording,
    chapters: ChapterList,
    today: date,
    tags: Iterable[str],
    *,
    draft: bool,
) -> Skeleton:
    """Returns new notes, dated today, on a talk with this recording.

    Without a title, the notes are named by the end of the URL.
    """
    name = tidy(talk.title) or tidy(recording.id or recording.url.partition("://")[2].rstrip("/"))
    dated = "" if draft else f"date: {today.isoformat()}\n"
    listed = ", ".join(quote(tag) for tag in tags)
    matter = f"layout: post\ntitle: {quote(f'Notes: {name}')}\n{dated}tags: [{listed}]\n"
    opening = f"Notes on [{escape_markdown(name)}]({_address(recording.url)}){_write_speakers(talk)}."
    blocks = [opening, *_outline(chapters.chapters), *_corrections(chapters.corrections)]
    text = "\n\n".join(blocks)
    return Skeleton(_path(name, today, draft=draft), f"---\n{matter}{write_talk_block(talk)}---\n\n{text}\n")


def escape_markdown(text: str) -> str:
    """Escapes a line of text for Markdown, in a heading or in the middle of a line."""
    escaped = _MARKUP.sub(r"\\\g<0>", tidy(text))
    return escaped.replace(r"\]", "&#93;") if r"\[" in escaped else escaped  # `\[…\]` would be a formula


def _path(title: str, day: date | None, *, draft: bool = False) -> str:
    """Returns the path of a new post. Drafts have no date in their names: they are published later."""
    name = term_slug(title)
    return f"drafts/{name}.md" if draft or day is None else f"posts/{day.isoformat()}-{name}.md"


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


def tidy(text: str) -> str:
    """Returns a text as one line, without forbidden characters."""
    return " ".join(FORBIDDEN.sub(" ", text).split())


MAX_SIZE = 2_000_000
"""Maximum size of a text with chapters, in bytes; the captions of a long talk have a tenth of it."""


class NewTalkArguments(Struct, frozen=True):
    """Arguments of `new talk`; `pasted` is the text with chapters, or None."""

    url: str
    title: str = ""
    speakers: tuple[str, ...] = ()
    event: str = ""
    date: str = ""
    pasted: str | None = None
    tags: tuple[str, ...] = ()
    draft: bool = False


class CreatedSource(Struct, frozen=True):
    """The file that was created, and its diagnostics."""

    file: Path
    diagnostics: tuple[Diagnostic, ...] = ()


def create_post(
    source: Path,
    title: str,
    environ: Mapping[str, str],
    *,
    date: str = "",
    tags: Iterable[str] = (),
    draft: bool = False,
) -> CreatedSource:
    """Creates a post in the blog in `source`, dated today by default; raises `Failure`.

    Uses the blog's template for new posts, if it has one.
    """
    if not tidy(title):
        raise Failure(Exit.USAGE, error("usage", "the title is empty"))
    day = _read_day(date) if date else None if draft else _today(source, environ)
    named = split_tags(tags)
    skeleton = draft_post(title, day, named, draft=draft)
    if (template := read_template(source)) is not None:
        post = NewPost(tidy(title), term_slug(tidy(title)), day, named, draft)
        skeleton = replace(skeleton, text=fill_template(template, post))
    return CreatedSource(_create(source, skeleton))


def split_tags(written: Iterable[str]) -> tuple[str, ...]:
    """Splits the values of a repeatable option at commas; removes duplicates."""
    names = (tidy(name) for given in written for name in given.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def _read_day(text: str) -> date:
    try:
        return parse_date(text.strip(), UTC)[0].date()
    except BadDate as problem:
        raise Failure(Exit.USAGE, error("invalid-date", str(problem), hint="use `2026-02-01`")) from None


def create_notes(source: Path, arguments: NewTalkArguments, environ: Mapping[str, str]) -> CreatedSource:
    """Creates notes on a talk in the blog in `source`, dated today; raises `Failure` with all errors."""
    problems: list[Diagnostic] = []
    recording = _read_url(arguments.url, problems)
    given = _read_date(arguments.date, problems)
    chapters = _read_pasted(arguments.pasted, problems)
    if recording is None or problems:
        raise Failure(Exit.USAGE, *problems)
    talk = Talk(
        title=tidy(arguments.title),
        speakers=tuple(
            map(Speaker, dict.fromkeys(name for said in arguments.speakers for name in split_names(tidy(said))))
        ),
        event=make_event(tidy(arguments.event)) if tidy(arguments.event) else None,
        date=given,
        video=recording,
        start=recording.start,
    )
    tags = split_tags(arguments.tags) or ("notes",)
    notes = draft_notes(talk, recording, chapters, _today(source, environ), tags, draft=arguments.draft)
    file = _create(source, notes)
    findings = [*map(_report_skipped, chapters.skipped), *map(_report_duplicate, chapters.duplicates)]
    if (several := find_playlist_problem(recording)) is not None:
        findings.append(warning("not-a-video", several.message, hint=several.hint))
    if not talk.title:
        hint = "add it to `talk` and to the title of the post"
        findings.append(warning("no-talk-title", "missing title of the talk", hint=hint))
    return CreatedSource(file, tuple(findings))


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


def _create(source: Path, skeleton: Skeleton) -> Path:
    """Creates the file. In a Jekyll folder it is in `_posts`: with a folder `posts`, the others would not be built."""
    path = f"_{skeleton.path}" if is_jekyll_folder(source) else skeleton.path
    return create(source, path, skeleton.text)


def _today(source: Path, environ: Mapping[str, str]) -> date:
    settings, _ = config.load(source)
    return read_today(environ, settings.timezone)


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


def _read_pasted(text: str | None, problems: list[Diagnostic]) -> ChapterList:
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


def _report_skipped(row: Chapter) -> Diagnostic:
    moment = format_timestamp(row.seconds)
    message = f"chapter skipped, its time is out of order: {moment} {shown(row.title)}"
    return warning("chapter-skipped", message, hint="correct it and add it to the new file")


def _report_duplicate(row: Chapter) -> Diagnostic:
    hint = "correct one of the times and add the chapter to the new file"
    return warning("chapter-skipped", f"{duplicate_chapter_message(row.seconds)}: {shown(row.title)}", hint=hint)
