"""The `talk:` block of front matter: `read_talk` turns it into a `Talk`.

Takes the block as it was written, all scalars as text, in our own spellings and in those of other tools. Relies on
`written` for places, and on `people` for who spoke and where. Refuses values that it cannot read, each with an error at
its own place; what could be read is in the talk all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from afterword import names
from afterword.diagnostics import Diagnostic, Place, did_you_mean
from afterword.talks import given as dates
from afterword.talks import lengths
from afterword.talks.moments import parse_moment
from afterword.talks.people import read_event, read_speakers
from afterword.talks.recordings import Recording, has_valid_id, recognise, recognise_youtube_id
from afterword.talks.talk import KINDS, Talk
from afterword.talks.written import Entry, Findings, check_url, list_items, read_text, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.values import Value

T = TypeVar("T")

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

SHORT_TALK = 180
"""Below so many seconds, `1:30` was probably meant in hours and minutes."""

_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")


def spellings_of(key: str) -> tuple[str, ...]:
    """A key of the block, and what other tools call it."""
    return key, *(spelling for spelling, name in IMPORTED.items() if name == key)


@dataclass(frozen=True, slots=True)
class Read:
    """A block's talk, None where the block is none, and what there is to say about it."""

    talk: Talk | None
    diagnostics: tuple[Diagnostic, ...] = ()


def read_talk(
    value: Value, path: str, places: Mapping[str, Place] | None = None, people: names.Names | None = None
) -> Read:
    """The talk of a post's `talk:`.

    `path` is the post's. `places` gives the places of values by dotted key (`talk.length`, `talk.also[0]`). `people`
    are the names that the settings prefer.
    """
    if value is None:
        return Read(None)
    findings = Findings(path, places or {})
    people = people or names.Names()
    if isinstance(value, str):
        return Read(_read_short(value, findings), tuple(findings.found))
    if not isinstance(value, Mapping):
        message = "`talk` is neither a URL nor a block of keys"
        findings.refuse("bad-talk", message, hint="write `talk: https://…`, or keys such as `title:` below `talk:`")
        return Read(None, tuple(findings.found))
    written = _canonical_keys(value, findings)
    talk = Talk(
        title=read_text(written, "title", findings),
        speakers=read_speakers(written, findings, people),
        event=read_event(written, findings),
        given=_parse(written, "date", dates.parse_given, findings, "bad-talk-date", dates.SPELLINGS),
        video=_read_video(written, findings),
        length=_parse(written, "length", lengths.parse_length, findings, "bad-length", lengths.SPELLINGS),
        published=_parse(written, "published", dates.parse_given, findings, "bad-talk-date", dates.SPELLINGS),
        slides=_read_url(written, "slides", findings),
        transcript=_read_url(written, "transcript", findings),
        also=_read_also(written, findings),
        start=_parse(written, "start", _parse_seconds, findings, "bad-start", '`"0:20"` or `20`') or 0,
        kind=_read_kind(written, findings),
    )
    _check(talk, written, findings)
    return Read(talk, tuple(findings.found))


def _read_short(value: str, findings: Findings) -> Talk | None:
    recording = recognise(value)
    if recording is None:
        findings.refuse(
            "bad-talk",
            f"`{value}` is not the URL of a recording",
            hint="write `talk: https://…`, or keys below `talk:`",
        )
        return None
    _check_id(recording, findings)
    return Talk(video=recording, start=recording.start)


def _canonical_keys(block: Mapping[str, Value], findings: Findings) -> Mapping[str, Entry]:
    """The block's entries by our own keys; those that are unknown or said twice are reported."""
    entries: dict[str, Entry] = {}
    for key, value in block.items():
        name = IMPORTED.get(key, key)
        if name not in KEYS:
            hint = did_you_mean(key, (*KEYS, *IMPORTED)) or f"a talk has {', '.join(f'`{known}`' for known in KEYS)}"
            findings.warn("unknown-talk-key", f"a talk has no `{key}`", key, hint=hint)
        elif name in entries:
            message = f"`{key}` and `{entries[name].key}` of this talk mean the same"
            findings.refuse("duplicate-talk-key", message, key, hint="keep one of them")
        elif value is not None:
            entries[name] = Entry(key, value)
    return entries


def _parse(
    written: Mapping[str, Entry],
    name: str,
    parse: Callable[[str], T | None],
    findings: Findings,
    id: str,
    spellings: str,
) -> T | None:
    """The value that `parse` reads from a text, or None with an error that names the spellings."""
    text = read_text(written, name, findings)
    if not text:
        return None
    parsed = parse(text)
    if parsed is None:
        key = written[name].key
        findings.refuse(id, f"the talk's `{key}` cannot be read: `{text}`", key, hint=f"write it like {spellings}")
    return parsed


def _parse_seconds(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else parse_moment(text)


def _read_video(written: Mapping[str, Entry], findings: Findings) -> Recording | None:
    text = read_text(written, "video", findings)
    if not text:
        return None
    key = written["video"].key
    if key == "youtube" and _YOUTUBE_ID.fullmatch(text):
        return recognise_youtube_id(text)
    return _recognise(text, findings, key)


def _read_also(written: Mapping[str, Entry], findings: Findings) -> tuple[Recording, ...]:
    entry = written.get("also")
    if entry is None:
        return ()
    found = (_recognise(text_of(value) or "", findings, key) for key, value in list_items(entry))
    return tuple(recording for recording in found if recording is not None)


def _recognise(text: str, findings: Findings, key: str) -> Recording | None:
    recording = recognise(text)
    if recording is None:
        hint = "write its full URL, or the path of a video or audio file"
        findings.refuse("bad-recording", f"the talk's `{key}` is not the URL of a recording: `{text}`", key, hint=hint)
        return None
    _check_id(recording, findings, key)
    return recording


def _check_id(recording: Recording, findings: Findings, *keys: str) -> None:
    if not has_valid_id(recording):
        message = f"`{recording.id}` is no YouTube id: those have 11 letters, digits, `-` and `_`"
        findings.refuse("bad-youtube-id", message, *keys, hint="copy the URL once more")


def _read_url(written: Mapping[str, Entry], name: str, findings: Findings) -> str:
    """A full URL or a path."""
    text = read_text(written, name, findings)
    return check_url(text, findings, written[name].key) if text else ""


def _read_kind(written: Mapping[str, Entry], findings: Findings) -> str:
    text = read_text(written, "kind", findings).lower()
    if not text or text in KINDS:
        return text or "talk"
    hint = did_you_mean(text, KINDS) or f"write one of {', '.join(f'`{kind}`' for kind in KINDS)}"
    findings.refuse("bad-kind", f"`{text}` is no kind of talk", written["kind"].key, hint=hint)
    return "talk"


def _check(talk: Talk, written: Mapping[str, Entry], findings: Findings) -> None:
    if talk.length is not None and talk.length.seconds < SHORT_TALK:
        entry = written["length"]
        shown = lengths.format_length(talk.length)
        hint = "`1:30` is a minute and a half; an hour and a half is `1:30:00`"
        findings.warn("short-talk", f"this talk takes less than three minutes: {shown}", entry.key, hint=hint)
    if talk.length is not None and talk.start >= talk.length.longest > 0:
        findings.refuse(
            "late-start",
            "this talk starts after its recording ends",
            written["start"].key if "start" in written else "video",
        )
    edition = talk.event.edition if talk.event else ""
    if talk.given and edition.isdigit() and len(edition) == 4 and int(edition) != talk.given.year:
        message = f"the event is of {edition} and the talk was given in {talk.given.year}"
        findings.warn("event-year", message, written["date"].key, written["event"].key)
