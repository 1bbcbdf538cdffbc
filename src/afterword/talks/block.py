"""Parses a `talk:` block, with suggestions for unknown keys and the keys of other tools."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from afterword.core import names
from afterword.core.diagnostics import Diagnostic, Place, did_you_mean
from afterword.core.text import shown
from afterword.talks import dates as dates
from afterword.talks import lengths
from afterword.talks.fields import (
    TalkDiagnostics,
    TalkEntry,
    check_url,
    list_items,
    read_event,
    read_speakers,
    read_text,
    text_of,
)
from afterword.talks.model import KINDS, Talk
from afterword.talks.recordings import (
    Recording,
    find_list,
    find_recording_problem,
    has_valid_id,
    hint_at_host,
    hint_at_id,
    hint_at_recording,
    recognise,
    recognise_youtube_id,
)
from afterword.talks.timestamps import find_bad_url_time, format_moment, parse_moment, parse_url_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from afterword.core.structs import Value

KEYS = (
    *("title", "speakers", "event", "date", "video", "length"),
    *("published", "slides", "transcript", "also", "start", "kind"),
)
"""The keys of the block."""

IMPORTED = {
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
    "video_url": "video",
    "youtube": "video",
}
"""Spellings of other tools, and the keys that they mean."""

MEANT = {
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
"""Words that are no keys, and the keys that they were probably meant to be."""

OUTSIDE = frozenset({"takeaways", "updates", "related", "tags", "list_item_ids"})
"""Keys of the post, which have no meaning in the block."""


def spellings_of(key: str) -> tuple[str, ...]:
    """A key of the block, and what other tools call it."""
    return key, *(spelling for spelling, name in IMPORTED.items() if name == key)


def hint_at_key(key: str) -> str:
    """What to do about a key that a talk does not have."""
    if key in OUTSIDE:
        return f"move `{key}` out of `talk`"
    if key == "chapters":
        return "write chapters as headings with a time: `## Tool use [27:43]`"
    if (meant := MEANT.get(key.lower())) is not None:
        return f"did you mean `{meant}`?"
    return did_you_mean(key, (*KEYS, *IMPORTED)) or f"use one of {', '.join(f'`{known}`' for known in KEYS)}"


T = TypeVar("T")

SHORT_TALK = 180
"""Below so many seconds, `1:30` was probably meant in hours and minutes."""

LONG_TALK = 24 * 3600
"""Above so many seconds, a number was probably meant in another unit."""

START_SPELLINGS = '`"0:20"`, `20` or `1m20s`'
"""The spellings of where a talk begins, for hints."""

_ID = re.compile(r"[A-Za-z0-9_-]+")


class ReadTalk(Struct, frozen=True):
    """The talk of a block, or None if the block is invalid; and its diagnostics."""

    talk: Talk | None
    diagnostics: tuple[Diagnostic, ...] = ()


def read_talk(
    value: Value,
    path: str,
    places: Mapping[str, Place] | None = None,
    people: names.Names | None = None,
    noted: date | None = None,
) -> ReadTalk:
    """The talk of a post's `talk:`.

    `path` is the post's. `places` gives the places of values by dotted key (`talk.length`, `talk.also[0]`). `people`
    are the names that the settings prefer. `noted` is the post's date: no event is of a later year than the next.
    """
    if value is None:
        return ReadTalk(None)
    findings = TalkDiagnostics(path, places or {})
    people = people or names.Names()
    if isinstance(value, str):
        return ReadTalk(_read_short(value, findings), tuple(findings.found))
    if not isinstance(value, Mapping):
        message = "`talk` must be a URL or a map"
        findings.refuse("invalid-talk", message, hint="write `talk: https://…`, or keys such as `title:` below `talk:`")
        return ReadTalk(None, tuple(findings.found))
    written = _canonical_keys(value, findings)
    video = _read_video(written, findings)
    talk = Talk(
        title=read_text(written, "title", findings, hint="if it is text, put it in quotes"),
        speakers=read_speakers(written, findings, people),
        event=read_event(written, findings, noted.year + 1 if noted is not None else 0),
        given=_parse(written, "date", dates.parse_given, findings, "invalid-date", dates.SPELLINGS),
        video=video,
        length=_parse(written, "length", lengths.parse_length, findings, "invalid-length", lengths.SPELLINGS),
        published=_parse(written, "published", dates.parse_given, findings, "invalid-date", dates.SPELLINGS),
        slides=_read_url(written, "slides", findings),
        transcript=_read_url(written, "transcript", findings),
        also=_read_also(written, video, findings),
        start=_parse(written, "start", _parse_seconds, findings, "invalid-start", START_SPELLINGS) or 0,
        kind=_read_kind(written, findings),
    )
    _check(talk, written, findings)
    return ReadTalk(talk, tuple(findings.found))


def _read_short(value: str, findings: TalkDiagnostics) -> Talk | None:
    recording = recognise(value)
    if recording is None:
        is_title = " " in value.strip() and "/" not in value
        form = "`talk: {title: …}`" if is_title else "keys below `talk:`"
        hint = hint_at_id(value) or hint_at_host(value) or f"write `talk: https://…`, or {form}"
        findings.refuse("invalid-talk", f"`talk` must be a URL, found `{shown(value)}`", hint=hint)
        return None
    _check_recording(recording, value, findings)
    return Talk(video=recording, start=recording.start)


def _canonical_keys(block: Mapping[str, Value], findings: TalkDiagnostics) -> Mapping[str, TalkEntry]:
    """The block's entries by our own keys; those that are unknown or said twice are reported."""
    entries: dict[str, TalkEntry] = {}
    for key, value in block.items():
        name = IMPORTED.get(key, key)
        if name not in KEYS:
            findings.warn("unknown-key", f"unknown key `{shown(key)}` in `talk`", key, hint=hint_at_key(key))
        elif name in entries:
            message = f"duplicate key in `talk`: `{key}` and `{entries[name].key}` have the same meaning"
            findings.refuse("duplicate-key", message, key, hint="remove one of them")
        elif value is not None:
            entries[name] = TalkEntry(key, value)
    return entries


def _parse(
    written: Mapping[str, TalkEntry],
    name: str,
    parse: Callable[[str], T | None],
    findings: TalkDiagnostics,
    id: str,
    spellings: str,
) -> T | None:
    """The value that `parse` reads from a text, or None with an error that names the spellings."""
    text = read_text(written, name, findings, hint=f"use {spellings}")
    if not text:
        return None
    parsed = parse(text)
    if parsed is None:
        key = written[name].key
        message = f"invalid `{key}` of the talk: `{shown(text)}`"
        findings.refuse(id, message, key, hint=f"use {spellings}")
    return parsed


def _parse_seconds(text: str) -> int | None:
    return parse_moment(text) if ":" in text else parse_url_time(text)


def _read_video(written: Mapping[str, TalkEntry], findings: TalkDiagnostics) -> Recording | None:
    text = read_text(written, "video", findings, hint="use one URL; list other recordings in `also`")
    if not text:
        return None
    key = written["video"].key
    if key == "youtube" and _ID.fullmatch(text):
        recording = recognise_youtube_id(text)
        _check_recording(recording, text, findings, key)
        return recording
    return _recognise(text, findings, key)


def _read_also(
    written: Mapping[str, TalkEntry], video: Recording | None, findings: TalkDiagnostics
) -> tuple[Recording, ...]:
    """The other recordings of a block, each once."""
    entry = written.get("also")
    if entry is None:
        return ()
    recordings: dict[tuple[str, str], Recording] = {} if video is None else {video.identity: video}
    for key, value in list_items(entry):
        recording = _recognise(text_of(value) or "", findings, key, entry.key)
        if recording is not None and recordings.setdefault(recording.identity, recording) is not recording:
            message = "duplicate recording of the talk"
            findings.warn("duplicate-video", message, key, entry.key, hint="remove one of them")
    return tuple(recording for recording in recordings.values() if recording is not video)


def _recognise(text: str, findings: TalkDiagnostics, *keys: str) -> Recording | None:
    recording = recognise(text)
    if recording is None:
        message = f"invalid `{keys[-1]}` URL" + (f": `{shown(text)}`" if text else "")
        hint = hint_at_recording(text)
        findings.refuse("invalid-video", message, *keys, hint=hint)
        return None
    _check_recording(recording, text, findings, *keys)
    return recording


def _check_recording(recording: Recording, written: str, findings: TalkDiagnostics, *keys: str) -> None:
    """Reports a URL that is not the URL of a video: an error if its id is invalid, else a warning."""
    flaw = find_recording_problem(recording)
    if flaw is not None and not has_valid_id(recording):
        findings.refuse("invalid-video", flaw.message, *keys, hint=flaw.hint)
    elif flaw is not None:
        findings.warn("not-a-video", flaw.message, *keys, hint=flaw.hint)
    elif "also" not in keys and (several := find_list(recording)) is not None:
        findings.warn("not-a-video", several.message, *keys, hint=several.hint)
    if (time := find_bad_url_time(written)) is not None:
        message = f"invalid timestamp `{shown(time)}`: the recording plays from its start"
        findings.warn("invalid-timestamp", message, *keys, hint="write `t=754` or `t=12m34s`")


def _read_url(written: Mapping[str, TalkEntry], name: str, findings: TalkDiagnostics) -> str:
    """A full URL or a path."""
    text = read_text(written, name, findings, hint="use one URL, or the path of a file")
    return check_url(text, findings, written[name].key) if text else ""


def _read_kind(written: Mapping[str, TalkEntry], findings: TalkDiagnostics) -> str:
    choices = f"use one of {', '.join(f'`{kind}`' for kind in KINDS)}"
    text = read_text(written, "kind", findings, hint=choices).lower()
    if not text or text in KINDS:
        return text or "talk"
    hint = did_you_mean(text, KINDS) or choices
    findings.refuse("invalid-kind", f"unknown kind of talk `{shown(text)}`", written["kind"].key, hint=hint)
    return "talk"


def _check(talk: Talk, written: Mapping[str, TalkEntry], findings: TalkDiagnostics) -> None:
    if talk.length is not None:
        _check_length(talk.length, written["length"], findings)
    start = talk.start or (talk.video.start if talk.video is not None else 0)
    if talk.length is not None and start >= talk.length.longest > 0:
        entry = written["start"] if "start" in written else written["video"]
        message = (
            f"`start` ({format_moment(start)}) is after the end of the recording ({lengths.format_length(talk.length)})"
        )
        hint = f"correct `start` or `{written['length'].key}`"
        findings.refuse("start-after-end", message, entry.key, hint=hint)
    if talk.given and talk.published and talk.published.latest < talk.given.earliest:
        message = "`{written['published'].key}` is before `{written['date'].key}`"
        hint = "correct one of the dates"
        findings.warn("published-before-talk", message, written["published"].key, hint=hint)
    edition = talk.event.edition if talk.event else ""
    if talk.given and edition.isdigit() and len(edition) == 4 and int(edition) != talk.given.year:
        message = f"year of the event ({edition}) differs from the year of the talk ({talk.given.year})"
        key = written["date"].key
        findings.warn("event-year", message, key, written["event"].key, hint=f"correct `event` or `{key}`")


def _check_length(length: lengths.Length, entry: TalkEntry, findings: TalkDiagnostics) -> None:
    is_number = (text_of(entry.value) or "").isdigit()
    hint = "write `90 min` or `1:30:00`; a number without a unit is in seconds" if is_number else ""
    if length.seconds < SHORT_TALK:
        message = f"talk is shorter than three minutes: {lengths.format_length(length)}"
        hint = hint or "for an hour and a half, write `1:30:00`"
        findings.warn("short-talk", message, entry.key, hint=hint)
    elif length.seconds > LONG_TALK:
        message = f"talk is longer than a day: {lengths.format_words(length.seconds)}"
        findings.warn("long-talk", message, entry.key, hint=hint or f"use {lengths.SPELLINGS}")
