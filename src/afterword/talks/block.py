"""Parses a `talk:` block. Knows the keys of other tools, and suggests a key for an unknown one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from afterword.core import names
from afterword.core.diagnostics import Diagnostic, Place, did_you_mean
from afterword.core.languages import hint_at_tag, is_language_tag
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.talks import timestamps as lengths
from afterword.talks.block_values import (
    TalkDiagnostics,
    TalkEntry,
    check_url,
    list_items,
    read_event,
    read_speakers,
    read_text,
    scalar_text,
)
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
    from collections.abc import Callable
    from datetime import date

    from afterword.core.structs import Value

KEYS = (
    *("title", "speakers", "event", "date", "video", "length"),
    *("published", "slides", "transcript", "also", "start", "kind", "lang"),
)
"""The keys of the block."""

ALIASES = {
    "speaker": "speakers",
    "presenter": "speakers",
    "presenters": "speakers",
    "conference": "event",
    "recorded": "date",
    "given": "date",
    "uploaded": "published",
    "duration": "length",
    "media": "video",
    "media_link": "video",
    "audio": "video",
    "video_url": "video",
    "youtube": "video",
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
    """What to do about a key that a talk does not have."""
    if key in POST_KEYS:
        return f"move `{key}` out of `talk`"
    if key == "chapters":
        return "write chapters as headings with a time: `## Tool use [27:43]`"
    if (meant := LIKELY_KEYS.get(key.lower())) is not None:
        return f"did you mean `{meant}`?"
    return did_you_mean(key, (*KEYS, *ALIASES)) or f"use one of {', '.join(f'`{known}`' for known in KEYS)}"


T = TypeVar("T")

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
    if value is None:
        return ParsedTalk(None)
    diagnostics = TalkDiagnostics(path, places or {})
    speaker_names = speaker_names or names.Names()
    if isinstance(value, str):
        return ParsedTalk(_parse_url(value, diagnostics), tuple(diagnostics.found))
    if not isinstance(value, Mapping):
        message = "`talk` must be a URL or a map"
        diagnostics.error(
            "invalid-talk", message, hint="write `talk: https://…`, or keys such as `title:` below `talk:`"
        )
        return ParsedTalk(None, tuple(diagnostics.found))
    entries = _canonical_keys(value, diagnostics)
    video = _read_video(entries, diagnostics)
    talk = Talk(
        title=read_text(entries, "title", diagnostics, hint="if it is text, put it in quotes"),
        speakers=read_speakers(entries, diagnostics, speaker_names),
        event=read_event(entries, diagnostics, post_date.year + 1 if post_date is not None else 0),
        date=_parse(entries, "date", parse_partial_date, diagnostics, "invalid-date", DATE_FORMATS),
        video=video,
        length=_parse(entries, "length", lengths.parse_length, diagnostics, "invalid-length", lengths.FORMATS),
        published=_parse(entries, "published", parse_partial_date, diagnostics, "invalid-date", DATE_FORMATS),
        slides=_read_url(entries, "slides", diagnostics),
        transcript=_read_url(entries, "transcript", diagnostics),
        also=_read_also(entries, video, diagnostics),
        start=_parse(entries, "start", _parse_seconds, diagnostics, "invalid-start", START_FORMATS) or 0,
        kind=_read_kind(entries, diagnostics),
        lang=_read_language(entries, diagnostics),
    )
    _check(talk, entries, diagnostics)
    return ParsedTalk(talk, tuple(diagnostics.found))


def _parse_url(value: str, diagnostics: TalkDiagnostics) -> Talk | None:
    recording = parse_recording(value)
    if recording is None:
        is_title = " " in value.strip() and "/" not in value
        form = "`talk: {title: …}`" if is_title else "keys below `talk:`"
        hint = youtube_id_hint(value) or url_hint(value) or f"write `talk: https://…`, or {form}"
        diagnostics.error("invalid-talk", f"`talk` must be a URL, found `{shown(value)}`", hint=hint)
        return None
    _check_recording(recording, value, diagnostics)
    return Talk(video=recording, start=recording.start)


def _canonical_keys(block: Mapping[str, Value], diagnostics: TalkDiagnostics) -> Mapping[str, TalkEntry]:
    """Returns the entries of a block by our keys. Unknown and duplicate keys are reported."""
    entries: dict[str, TalkEntry] = {}
    for key, value in block.items():
        name = ALIASES.get(key, key)
        if name not in KEYS:
            message = f"unknown key `{shown(key)}` in `talk`"
            diagnostics.warning("unknown-key", message, f"{key}:", key, hint=unknown_key_hint(key))
        elif name in entries:
            message = f"duplicate key in `talk`: `{key}` and `{entries[name].key}` have the same meaning"
            diagnostics.error("duplicate-key", message, f"{key}:", key, hint="remove one of them")
        elif value is not None:
            entries[name] = TalkEntry(key, value)
    return entries


def _parse(
    entries: Mapping[str, TalkEntry],
    name: str,
    parse: Callable[[str], T | None],
    diagnostics: TalkDiagnostics,
    id: str,
    formats: str,
) -> T | None:
    """The value that `parse` reads from a text, or None with an error that names the formats."""
    text = read_text(entries, name, diagnostics, hint=f"use {formats}")
    if not text:
        return None
    parsed = parse(text)
    if parsed is None:
        key = entries[name].key
        message = f"invalid `{key}` of the talk: `{shown(text)}`"
        diagnostics.error(id, message, key, hint=f"use {formats}")
    return parsed


def _parse_seconds(text: str) -> int | None:
    return parse_timestamp(text) if ":" in text else parse_url_time(text)


def _read_video(entries: Mapping[str, TalkEntry], diagnostics: TalkDiagnostics) -> Recording | None:
    text = read_text(entries, "video", diagnostics, hint="use one URL; list other recordings in `also`")
    if not text:
        return None
    key = entries["video"].key
    if key == "youtube" and _ID.fullmatch(text):
        recording = youtube_recording(text)
        _check_recording(recording, text, diagnostics, key)
        return recording
    return _recognise(text, diagnostics, key)


def _read_also(
    entries: Mapping[str, TalkEntry], video: Recording | None, diagnostics: TalkDiagnostics
) -> tuple[Recording, ...]:
    entry = entries.get("also")
    if entry is None:
        return ()
    recordings: dict[tuple[str, str], Recording] = {} if video is None else {video.identity: video}
    for key, value in list_items(entry):
        recording = _recognise(scalar_text(value) or "", diagnostics, key, entry.key)
        if recording is not None and recordings.setdefault(recording.identity, recording) is not recording:
            message = "duplicate recording of the talk"
            diagnostics.warning("duplicate-video", message, key, entry.key, hint="remove one of them")
    return tuple(recording for recording in recordings.values() if recording is not video)


def _recognise(text: str, diagnostics: TalkDiagnostics, *keys: str) -> Recording | None:
    recording = parse_recording(text)
    if recording is None:
        message = f"invalid `{keys[-1]}` URL" + (f": `{shown(text)}`" if text else "")
        hint = recording_hint(text)
        diagnostics.error("invalid-video", message, *keys, hint=hint)
        return None
    _check_recording(recording, text, diagnostics, *keys)
    return recording


def _check_recording(recording: Recording, entries: str, diagnostics: TalkDiagnostics, *keys: str) -> None:
    """Reports a URL that is not the URL of a video: an error if its id is invalid, else a warning."""
    problem = find_recording_problem(recording)
    if problem is not None and not has_valid_id(recording):
        diagnostics.error("invalid-video", problem.message, *keys, hint=problem.hint)
    elif problem is not None:
        diagnostics.warning("not-a-video", problem.message, *keys, hint=problem.hint)
    elif "also" not in keys and (several := find_playlist_problem(recording)) is not None:
        diagnostics.warning("not-a-video", several.message, *keys, hint=several.hint)
    if (time := find_invalid_url_time(entries)) is not None:
        message = f"invalid timestamp `{shown(time)}`: the recording plays from its start"
        diagnostics.warning("invalid-timestamp", message, *keys, hint="write `t=754` or `t=12m34s`")


def _read_url(entries: Mapping[str, TalkEntry], name: str, diagnostics: TalkDiagnostics) -> str:
    """A full URL or a path."""
    text = read_text(entries, name, diagnostics, hint="use one URL, or the path of a file")
    return check_url(text, diagnostics, entries[name].key) if text else ""


def _read_kind(entries: Mapping[str, TalkEntry], diagnostics: TalkDiagnostics) -> str:
    """One of `KINDS`, or any other words as they are written."""
    text = read_text(entries, "kind", diagnostics, hint=f"use one kind, such as `{KINDS[1]}`")
    return text.lower() if text.lower() in KINDS else text or "talk"


def _read_language(entries: Mapping[str, TalkEntry], diagnostics: TalkDiagnostics) -> str:
    text = read_text(entries, "lang", diagnostics, hint="use one language, such as `lang: de`")
    if not text or is_language_tag(text):
        return text
    key = entries["lang"].key
    diagnostics.warning("invalid-language", f"invalid language `{shown(text)}`", key, hint=hint_at_tag(text))
    return ""


def _check(talk: Talk, entries: Mapping[str, TalkEntry], diagnostics: TalkDiagnostics) -> None:
    if talk.length is not None:
        _check_length(talk.length, entries["length"], diagnostics)
    start = talk.start or (talk.video.start if talk.video is not None else 0)
    if talk.length is not None and start >= talk.length.longest > 0:
        entry = entries["start"] if "start" in entries else entries["video"]
        end = lengths.format_length(talk.length)
        message = f"`start` ({format_timestamp(start)}) is after the end of the recording ({end})"
        hint = f"correct `start` or `{entries['length'].key}`"
        diagnostics.error("start-after-end", message, entry.key, hint=hint)
    if talk.date and talk.published and talk.published.latest < talk.date.earliest:
        message = f"`{entries['published'].key}` is before `{entries['date'].key}`"
        hint = "correct one of the dates"
        diagnostics.warning("published-before-talk", message, entries["published"].key, hint=hint)
    edition = talk.event.edition if talk.event else ""
    if talk.date and edition.isdigit() and len(edition) == 4 and int(edition) != talk.date.year:
        message = f"year of the event ({edition}) differs from the year of the talk ({talk.date.year})"
        key = entries["date"].key
        diagnostics.warning("event-year", message, key, entries["event"].key, hint=f"correct `event` or `{key}`")


_SECONDS = lazy_pattern(r"\d\s*s(?:ec(?:ond)?s?)?\b", re.IGNORECASE)
"""Matches a length that names its seconds, which is meant as written."""


def _check_length(length: lengths.Length, entry: TalkEntry, diagnostics: TalkDiagnostics) -> None:
    number = scalar_text(entry.value) or ""
    hint = f"for minutes, write `{number} min`; a number without a unit is in seconds" if number.isdigit() else ""
    has_unit = _SECONDS.search(scalar_text(entry.value) or "") is not None
    if length.seconds < SHORT_TALK and not has_unit:
        message = f"talk is shorter than three minutes: {lengths.format_length(length)}"
        hint = hint or "for an hour and a half, write `1:30:00`"
        diagnostics.warning("short-talk", message, entry.key, hint=hint)
    elif length.seconds > LONG_TALK:
        message = f"talk is longer than a day: {lengths.format_words(length.seconds)}"
        hint = (
            "write `90 min` or `1:30:00`; a number without a unit is in seconds" if hint else f"use {lengths.FORMATS}"
        )
        diagnostics.warning("long-talk", message, entry.key, hint=hint)
