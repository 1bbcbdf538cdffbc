"""Finds the talk of a document: its `talk:` block, completed from the first paragraph, or the first paragraph alone.

Also checks talks against the date and timestamps of their notes, and against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Place, error, note, warning
from afterword.core.names import Names, find_near_duplicates
from afterword.front_matter.types import FLAGS
from afterword.talks.block import ALIASES, KEYS, ParsedTalk, aliases_of, parse_talk
from afterword.talks.block_values import find_place
from afterword.talks.inference import MARKS, complete_talk, find_invalid_video_link, infer_talk, is_talk_notes
from afterword.talks.model import Talk
from afterword.talks.recordings import find_recording_problem, has_start_times, has_valid_id, parse_recording
from afterword.talks.timestamps import format_length, format_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from afterword.core.structs import Value
    from afterword.front_matter.parser import Document
    from afterword.talks.inference import ParagraphLinks


class TalkOptions(Struct, frozen=True):
    """The settings for talks: tags that mark notes, and the preferred names of speakers and events."""

    marks: tuple[str, ...] = MARKS
    speakers: Names = field(default_factory=Names)
    events: Names = field(default_factory=Names)


def resolve_talk(
    document: Document,
    title: str,
    paragraph: ParagraphLinks,
    post_date: date | None,
    talk_options: TalkOptions,
    title_link: str,
) -> ParsedTalk:
    """Returns the talk of a document.

    `paragraph` is the first of its text, `post_date` its own date, and `title_link` the URL that its title links to. If
    `talk` in front matter is true or false, it says whether the first paragraph links to the talk. A title that links
    to a video host links to the recording.
    """
    written = document.matter.talk
    answer = FLAGS.get(written.lower()) if isinstance(written, str) else None
    recording = parse_recording(title_link) if title_link and answer is not False else None
    linked = recording if recording is not None and recording.is_hosted and has_valid_id(recording) else None
    if written is not None and answer is None:
        found = _resolve_block(document, paragraph, post_date, talk_options)
    elif (answer and not linked) or (answer is None and is_talk_notes(title, document.matter.tags, talk_options.marks)):
        found = _resolve_paragraph(document, paragraph, is_sure=answer is True)
    else:
        found = ParsedTalk(None)
    if answer is False or (found.talk is None and found.diagnostics):
        return found
    if written is None and "talk" in document.matter.places:
        found = replace(found, diagnostics=(*found.diagnostics, *_report_empty(document)))
    found = _add_outer_keys(found, document, paragraph, talk_options)
    if linked is None or (found.talk is not None and found.talk.video is not None):
        return found
    talk = found.talk or Talk(inferred=True)
    return replace(found, talk=replace(talk, video=linked, start=talk.start or linked.start))


def _report_empty(document: Document) -> Iterator[Diagnostic]:
    """Yields a warning for `talk:` without a value if its keys are not indented."""
    name = next((name for name in document.matter.extra if ALIASES.get(name, name) in KEYS), "")
    if name:
        hint = f"indent the keys of the talk with two spaces, such as `{name}`"
        yield warning("empty-value", "`talk` is empty", document.matter.places["talk"], hint=hint)


def _add_outer_keys(
    found: ParsedTalk, document: Document, paragraph: ParagraphLinks, talk_options: TalkOptions
) -> ParsedTalk:
    """Adds the speakers and the recording that front matter names outside the block, as other tools have them.

    What is in the block, or in the first paragraph, comes first. A value of another form has another meaning: it stays
    a key of the blog's own.
    """
    outer = {key: value for key, value in document.matter.extra.items() if _is_of_talk(key, value)}
    if not outer:
        return found
    places = document.matter.places
    own = {f"talk.{name}": place for name, place in places.items() if name.partition("[")[0] in outer}
    read = parse_talk(outer, document.path, own, talk_options.speakers)
    if read.talk is None:
        return found
    talk = found.talk or complete_talk(read.talk, infer_talk(paragraph))
    talk = replace(talk, speakers=talk.speakers or read.talk.speakers, video=talk.video or read.talk.video)
    return ParsedTalk(talk, (*found.diagnostics, *read.diagnostics))


def _is_of_talk(key: str, value: Value) -> bool:
    """Returns whether a key outside the block names the speakers or the recording of a talk."""
    match aliases_of("speakers"), value:
        case names, str() if key in names:
            return bool(value.strip())
        case names, list() | tuple() if key in names:
            return bool(value) and all(
                isinstance(item, str) or (isinstance(item, Mapping) and isinstance(item.get("name"), str))
                for item in value
            )
        case _, str() if key in ("media", "media_link"):
            recording = parse_recording(value) if "://" in value else None
            return recording is not None and has_valid_id(recording) and has_start_times(recording)
    return False


def _resolve_block(
    document: Document, paragraph: ParagraphLinks, post_date: date | None, talk_options: TalkOptions
) -> ParsedTalk:
    read = parse_talk(document.matter.talk, document.path, document.matter.places, talk_options.speakers, post_date)
    if read.talk is None:
        return read
    place = find_place(document.matter.places, document.path, *aliases_of("date"))
    # Only a date in the block is checked: one that was inferred may be wrong.
    diagnostics = check_date(read.talk, post_date, place) if post_date is not None else ()
    talk = complete_talk(read.talk, infer_talk(paragraph))
    return ParsedTalk(_normalise_event(talk, talk_options.events), (*read.diagnostics, *diagnostics))


def _normalise_event(talk: Talk, events: Names) -> Talk:
    """Replaces the name of the event by the one that the settings prefer, and adds its URL from there."""
    if talk.event is None:
        return talk
    series = events.choose(talk.event.series)
    return replace(talk, event=replace(talk.event, series=series, url=talk.event.url or events.urls.get(series, "")))


def _resolve_paragraph(document: Document, paragraph: ParagraphLinks, *, is_sure: bool) -> ParsedTalk:
    """Returns the talk that the first paragraph links to.

    Without a link it is an error if `is_sure`, which is `talk: true` in front matter. A link with an invalid video id
    is a warning then, and otherwise only a note, because the post may not be about a talk.
    """
    talk = infer_talk(paragraph)
    invalid = find_invalid_video_link(paragraph) if talk is None else None
    if invalid is not None and (problem := find_recording_problem(invalid[0])) is not None:
        place = document.place(*find_position(document.text, invalid[1], paragraph.line))
        label = "the post gets no talk"
        if is_sure:
            found = warning("invalid-video-link", problem.message, place, label=label, hint=problem.hint)
        else:
            found = note("unclear-video-link", problem.message, place, label=label, hint=problem.hint)
        return ParsedTalk(None, (found,))
    if talk is None and is_sure:
        message = "`talk: true`, but the first paragraph has no link to a recording"
        hint = "add the link, or write `talk: https://…`"
        place = find_place(document.matter.places, document.path)
        return ParsedTalk(None, (error("invalid-talk", message, place, hint=hint),))
    return ParsedTalk(talk)


def find_position(text: str, written: str, line: int = 0) -> tuple[int, int, int]:
    """Returns line and column, both from 0, and length of what is written in a text, searched from `line` on.

    What is written with escapes is not found: then this is the start of `line`, with length 0.
    """
    found = ((number, content.find(written)) for number, content in enumerate(text.split("\n")[line:], line))
    return next(((number, at, len(written)) for number, at in found if at >= 0), (line, 0, 0))


def check_date(talk: Talk, post_date: date, place: Place) -> tuple[Diagnostic, ...]:
    """Warns if the talk was given after its notes were published."""
    if talk.date is None or talk.date.earliest <= post_date:
        return ()
    message = f"the talk's date ({talk.date.iso}) is after the post's date ({post_date.isoformat()})"
    hint = "correct one of the dates"
    return (warning("talk-after-notes", message, place, hint=hint),)


def check_recording(talk: Talk, timestamps: Iterable[tuple[int, Place]]) -> tuple[Diagnostic, ...]:
    """Warns, at the first timestamp, if there is no recording for timestamps, or none that they can link to."""
    first = min((place for _, place in timestamps), key=lambda place: (place.line, place.column), default=None)
    if first is None:
        return ()
    if talk.video is not None and not has_start_times(talk.video):
        host = urlsplit(talk.video.url).hostname or talk.video.url
        message = f"timestamps are not linked: start times are not supported for `{host}`"
        is_playlist = "playlist" in urlsplit(talk.video.url).path
        hint = f"give {'the URL of the video' if is_playlist else 'the recording on another host'} as `video`"
        return (note("unlinked-timestamps", message, first, hint=hint),)
    if talk.video is not None:
        return ()
    message = "timestamp in a post about a talk without a video"
    hint = "add `video: https://…` to `talk`, or write `\\[12:34]` for plain text"
    return (warning("timestamp-without-video", message, first, hint=hint),)


def check_timestamps(talk: Talk, timestamps: Iterable[tuple[int, Place]]) -> tuple[Diagnostic, ...]:
    """Warns of timestamps after the end of the recording.

    This is not an error: lengths are often approximate, and such a link does no harm.
    """
    if talk.length is None:
        return ()
    length = talk.length
    return tuple(
        warning(
            "timestamp-out-of-range",
            f"timestamp {format_timestamp(seconds)} is after the end of the talk ({format_length(length)})",
            place,
            hint="correct the timestamp or `length`",
        )
        for seconds, place in timestamps
        if seconds > length.longest
    )


def check_chapters(chapters: Sequence[tuple[int, Place]]) -> tuple[Diagnostic, ...]:
    """Warns of chapters in the wrong order. Of several chapters at the same time, the first counts."""
    found = []
    seen: dict[int, Place] = {}
    for seconds, place in chapters:
        if seconds in seen:
            message = duplicate_chapter_message(seconds)
            hint = "correct one of the times, or remove this chapter"
            related = ((seen[seconds], "the listed chapter"),)
            found.append(warning("chapter-order", message, place, hint=hint, related=related))
            continue
        before, earlier = next(reversed(seen.items()), (seconds, place))
        if seconds < before:
            message = f"chapter at {format_timestamp(seconds)} comes after the chapter at {format_timestamp(before)}"
            related = ((earlier, "the chapter before it"),)
            hint = "correct the time, or move the heading"
            found.append(warning("chapter-order", message, place, hint=hint, related=related))
        seen[seconds] = place
    return tuple(found)


def duplicate_chapter_message(seconds: int) -> str:
    """Returns why a chapter does not count that begins where one before it does."""
    return f"duplicate chapter time {format_timestamp(seconds)}: this chapter is not listed"


def check_similar_names(what: str, names: Mapping[str, Place]) -> tuple[Diagnostic, ...]:
    """Warns of names of a `what` ("speaker", "event") that differ only in case, accents, punctuation or spaces.

    `names` maps each name to its first place, in order of appearance.
    """
    hint = f"use one spelling, or add an alias to `talks.{what}s`"
    return tuple(
        warning(
            "near-duplicate",
            f"similar {what} names: `{other}` and `{first}`",
            names[other],
            hint=hint,
            related=((names[first], f"`{first}`"),),
        )
        for first, *others in find_near_duplicates(names)
        for other in others
    )
