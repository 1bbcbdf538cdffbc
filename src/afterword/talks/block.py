"""Parses a `talk:` block. Knows the keys of other tools, and suggests a key for an unknown one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core import names
from afterword.core.diagnostics import Diagnostic, Place, did_you_mean
from afterword.core.languages import hint_at_tag, is_language_tag
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.talks import timestamps as lengths
from afterword.talks.block_values import TalkBlock, TalkEntry, list_items, read_event, read_speakers, scalar_text
from afterword.talks.model import KINDS, Talk
from afterword.talks.partial_dates import FORMATS as DATE_FORMATS
from afterword.talks.partial_dates import parse_partial_date
from afterword.talks.recordings import (
    Recording,
    find_playlist_problem,
    find_recording_problem,
    has_valid_id,
    parse_recording,
    recording_hint,
    url_hint,
    youtube_id_hint,
    youtube_recording,
)
from afterword.talks.timestamps import find_invalid_url_time, format_timestamp, parse_timestamp, parse_url_time

if TYPE_CHECKING:
    from datetime import date

    from afterword.core.structs import Value

KEYS = (
    *("title", "speakers", "event", "date", "video", "length"),
    *("published", "slides", "transcript", "also", "start", "kind", "lang"),
)
"""The keys of the block."""

ALIASES = {
    **dict.fromkeys(("speaker", "presenter", "presenters"), "speakers"),
    **dict.fromkeys(("recorded", "given"), "date"),
    **dict.fromkeys(("media", "media_link", "audio", "video_url", "youtube"), "video"),
    "conference": "event",
    "uploaded": "published",
    "duration": "length",
    "language": "lang",
}
"""Keys of other tools, and ours."""

LIKELY_KEYS = {
    **dict.fromkeys(("url", "link", "recording", "watch"), "video"),
    **dict.fromkeys(("author", "authors", "by", "guest", "guests"), "speakers"),
    **dict.fromkeys(("venue", "meetup", "place", "where", "location"), "event"),
    **dict.fromkeys(("when", "year"), "date"),
    **dict.fromkeys(("runtime", "minutes"), "length"),
    **dict.fromkeys(("subtitles", "captions"), "transcript"),
    "name": "title",
    "deck": "slides",
    "type": "kind",
    "mirrors": "also",
}
"""Words that are not keys, with the key that was probably meant."""

POST_KEYS = frozenset({"takeaways", "updates", "related", "tags", "list_item_ids"})
"""Keys of the post that are not keys of the block."""


def aliases_of(key: str) -> tuple[str, ...]:
    return key, *(alias for alias, name in ALIASES.items() if name == key)


def unknown_key_hint(key: str) -> str:
    """Returns what to do about a key that a talk does not have."""
    if key in POST_KEYS:
        return f"move `{key}` out of `talk`"
    if key == "chapters":
        return "write chapters as headings with a time: `## Tool use [27:43]`"
    if (meant := LIKELY_KEYS.get(key.lower())) is not None:
        return f"did you mean `{meant}`?"
    return did_you_mean(key, (*KEYS, *ALIASES)) or f"use one of {', '.join(f'`{known}`' for known in KEYS)}"


SHORT_TALK = 180
"""In seconds. Below it, `1:30` was probably meant as hours and minutes."""

LONG_TALK = 24 * 3600
"""In seconds. Above it, a number was probably meant in another unit."""

START_FORMATS = '`"0:20"`, `20` or `1m20s`'
"""The accepted formats of `start`, for hints."""

_ID = lazy_pattern(r"[A-Za-z0-9_-]+")


class ParsedTalk(Struct, frozen=True):
    """The talk of a block, or None if the block is invalid; and its diagnostics."""

    talk: Talk | None
    diagnostics: tuple[Diagnostic, ...] = ()


def parse_talk(
    value: Value,
    path: str,
    places: Mapping[str, Place] | None = None,
    speaker_names: names.Names | None = None,
    post_date: date | None = None,
) -> ParsedTalk:
    """Parses the value of `talk` in front matter.

    `path` is the path of the post. `places` maps dotted keys (`talk.length`, `talk.also[0]`) to places. `speaker_names`
    are the names that the settings prefer. The year of an event is at most one year after `post_date`.
    """
    block = TalkBlock(path, places or {})
    talk = None
    if isinstance(value, str):
        talk = _parse_url(value, block)
    elif isinstance(value, Mapping):
        _add_entries(value, block)
        talk = _read_talk(block, speaker_names or names.Names(), post_date.year + 1 if post_date is not None else 0)
        _check(talk, block)
    elif value is not None:
        hint = "write `talk: https://…`, or keys such as `title:` below `talk:`"
        block.error("invalid-talk", "`talk` must be a URL or a map", hint=hint)
    return ParsedTalk(talk, tuple(block.diagnostics))


def _read_talk(block: TalkBlock, speaker_names: names.Names, latest: int) -> Talk:
    """Returns the talk of a block; `latest` is the last year that an event can have."""
    video = _read_video(block)
    return Talk(
        title=block.read_text("title", hint="if it is text, put it in quotes"),
        speakers=read_speakers(block, speaker_names),
        event=read_event(block, latest),
        date=block.parse_entry("date", parse_partial_date, "invalid-date", DATE_FORMATS),
        video=video,
        length=block.parse_entry("length", lengths.parse_length, "invalid-length", lengths.FORMATS),
        published=block.parse_entry("published", parse_partial_date, "invalid-date", DATE_FORMATS),
        slides=block.read_url("slides"),
        transcript=block.read_url("transcript"),
        also=_read_also(block, video),
        start=block.parse_entry("start", _parse_seconds, "invalid-start", START_FORMATS) or 0,
        kind=_read_kind(block),
        lang=_read_language(block),
    )


def _parse_url(value: str, block: TalkBlock) -> Talk | None:
    recording = parse_recording(value)
    if recording is None:
        is_title = " " in value.strip() and "/" not in value
        form = "`talk: {title: …}`" if is_title else "keys below `talk:`"
        hint = youtube_id_hint(value) or url_hint(value) or f"write `talk: https://…`, or {form}"
        block.error("invalid-talk", f"`talk` must be a URL, found `{shown(value)}`", hint=hint)
        return None
    _check_recording(recording, value, block)
    return Talk(video=recording, start=recording.start)


def _add_entries(values: Mapping[str, Value], block: TalkBlock) -> None:
    """Adds the values to a block by our keys. Unknown and duplicate keys are reported."""
    for key, value in values.items():
        name = ALIASES.get(key, key)
        if name not in KEYS:
            message = f"unknown key `{shown(key)}` in `talk`"
            block.warning("unknown-key", message, f"{key}:", key, hint=unknown_key_hint(key))
        elif name in block.entries:
            message = f"duplicate key in `talk`: `{key}` and `{block.key(name)}` have the same meaning"
            block.error("duplicate-key", message, f"{key}:", key, hint="remove one of them")
        elif value is not None:
            block.entries[name] = TalkEntry(key, value)


def _parse_seconds(text: str) -> int | None:
    return parse_timestamp(text) if ":" in text else parse_url_time(text)


def _read_video(block: TalkBlock) -> Recording | None:
    text = block.read_text("video", hint="use one URL; list other recordings in `also`")
    if not text:
        return None
    if block.key("video") == "youtube" and _ID.fullmatch(text):
        recording = youtube_recording(text)
        _check_recording(recording, text, block, "youtube")
        return recording
    return _recognise(text, block, block.key("video"))


def _read_also(block: TalkBlock, video: Recording | None) -> tuple[Recording, ...]:
    entry = block.entries.get("also")
    recordings: dict[tuple[str, str], Recording] = {} if video is None else {video.identity: video}
    for key, value in list_items(entry) if entry is not None else ():
        recording = _recognise(scalar_text(value) or "", block, key, "also")
        if recording is not None and recordings.setdefault(recording.identity, recording) is not recording:
            block.warning("duplicate-video", "duplicate recording of the talk", key, "also", hint="remove one of them")
    return tuple(recording for recording in recordings.values() if recording is not video)


def _recognise(text: str, block: TalkBlock, *keys: str) -> Recording | None:
    recording = parse_recording(text)
    if recording is None:
        message = f"invalid `{keys[-1]}` URL" + (f": `{shown(text)}`" if text else "")
        block.error("invalid-video", message, *keys, hint=recording_hint(text))
        return None
    _check_recording(recording, text, block, *keys)
    return recording


def _check_recording(recording: Recording, url: str, block: TalkBlock, *keys: str) -> None:
    """Reports a URL that is not the URL of a video: an error if its id is invalid, else a warning."""
    problem = find_recording_problem(recording)
    if problem is not None and not has_valid_id(recording):
        block.error("invalid-video", problem.message, *keys, hint=problem.hint)
    elif problem := problem or (find_playlist_problem(recording) if "also" not in keys else None):
        block.warning("not-a-video", problem.message, *keys, hint=problem.hint)
    if (time := find_invalid_url_time(url)) is not None:
        message = f"invalid timestamp `{shown(time)}`: the recording plays from its start"
        block.warning("invalid-timestamp", message, *keys, hint="write `t=754` or `t=12m34s`")


def _read_kind(block: TalkBlock) -> str:
    """Returns one of `KINDS`, or any other words as they are written."""
    text = block.read_text("kind", hint=f"use one kind, such as `{KINDS[1]}`")
    return text.lower() if text.lower() in KINDS else text or "talk"


def _read_language(block: TalkBlock) -> str:
    text = block.read_text("lang", hint="use one language, such as `lang: de`")
    if not text or is_language_tag(text):
        return text
    hint = hint_at_tag(text)
    block.warning("invalid-language", f"invalid language `{shown(text)}`", block.key("lang"), hint=hint)
    return ""


def _check(talk: Talk, block: TalkBlock) -> None:
    if talk.length is not None:
        _check_length(talk.length, block)
    start = talk.start or (talk.video.start if talk.video is not None else 0)
    if talk.length is not None and start >= talk.length.longest > 0:
        end = lengths.format_length(talk.length)
        message = f"`start` ({format_timestamp(start)}) is after the end of the recording ({end})"
        hint = f"correct `start` or `{block.key('length')}`"
        block.error("start-after-end", message, block.key("start" if "start" in block.entries else "video"), hint=hint)
    if talk.date and talk.published and talk.published.latest < talk.date.earliest:
        message = f"`{block.key('published')}` is before `{block.key('date')}`"
        hint = "correct one of the dates"
        block.warning("published-before-talk", message, block.key("published"), hint=hint)
    edition = talk.event.edition if talk.event else ""
    if talk.date and edition.isdigit() and len(edition) == 4 and int(edition) != talk.date.year:
        message = f"year of the event ({edition}) differs from the year of the talk ({talk.date.year})"
        key = block.key("date")
        block.warning("event-year", message, key, block.key("event"), hint=f"correct `event` or `{key}`")


_SECONDS = lazy_pattern(r"\d\s*s(?:ec(?:ond)?s?)?\b", re.IGNORECASE)
"""Matches a length that names its seconds, which is meant as written."""


def _check_length(length: lengths.Length, block: TalkBlock) -> None:
    entry = block.entries["length"]
    written = scalar_text(entry.value) or ""
    hint = f"for minutes, write `{written} min`; a number without a unit is in seconds" if written.isdigit() else ""
    if length.seconds < SHORT_TALK and _SECONDS.search(written) is None:
        message = f"talk is shorter than three minutes: {lengths.format_length(length)}"
        block.warning("short-talk", message, entry.key, hint=hint or "for an hour and a half, write `1:30:00`")
    elif length.seconds > LONG_TALK:
        message = f"talk is longer than a day: {lengths.format_words(length.seconds)}"
        formats = "write `90 min` or `1:30:00`; a number without a unit is in seconds"
        block.warning("long-talk", message, entry.key, hint=formats if hint else f"use {lengths.FORMATS}")
