"""The `talk:` block of front matter: `read_talk` turns it into a `Talk`.

Takes the block as it was written, all scalars as text, in our own spellings and in those of other tools. Relies on
the places that front matter gives. Refuses values that it cannot read, each with an error at its own place; what
could be read is in the talk all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from afterword.diagnostics import Diagnostic, Place, did_you_mean, error, warning
from afterword.talks import given as dates
from afterword.talks import lengths, names
from afterword.talks.moments import parse_moment
from afterword.talks.recordings import Recording, has_valid_id, recognise, recognise_youtube_id
from afterword.talks.talk import KINDS, Event, Speaker, Talk, make_event

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
_OTHER_SCHEME = re.compile(r"(?!https?:)[A-Za-z][\w+.-]*:", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\s*(?:,|;|&|\band\b)\s*")


def spellings_of(key: str) -> tuple[str, ...]:
    """A key of the block, and what other tools call it."""
    return key, *(spelling for spelling, name in IMPORTED.items() if name == key)


@dataclass(frozen=True, slots=True)
class Read:
    """A block's talk, None where the block is none, and what there is to say about it."""

    talk: Talk | None
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(slots=True)
class _Findings:
    """The diagnostics of one block, at the places of its keys."""

    path: str
    places: Mapping[str, Place]
    found: list[Diagnostic] = field(default_factory=list)

    def place(self, *keys: str) -> Place:
        """The place of the first of the keys that is known, else the block's, else the file's beginning."""
        known = (self.places[name] for name in (*(f"talk.{key}" for key in keys), "talk") if name in self.places)
        return next(known, Place(self.path, 1))

    def refuse(self, id: str, message: str, *keys: str, hint: str = "") -> None:
        self.found.append(error(id, message, self.place(*keys), hint=hint))

    def warn(self, id: str, message: str, *keys: str, hint: str = "") -> None:
        self.found.append(warning(id, message, self.place(*keys), hint=hint))


def read_talk(
    value: Value, path: str, places: Mapping[str, Place] | None = None, people: names.Names | None = None
) -> Read:
    """The talk of a post's `talk:`.

    `path` is the post's. `places` gives the places of values by dotted key (`talk.length`, `talk.also[0]`). `people`
    are the names that the settings prefer.
    """
    if value is None:
        return Read(None)
    findings = _Findings(path, places or {})
    people = people or names.Names()
    if isinstance(value, str):
        return Read(_read_short(value, findings), tuple(findings.found))
    if not isinstance(value, Mapping):
        message = "`talk` is neither a URL nor a block of keys"
        findings.refuse("bad-talk", message, hint="write `talk: https://…`, or keys such as `title:` below `talk:`")
        return Read(None, tuple(findings.found))
    written = _canonical_keys(value, findings)
    talk = Talk(
        title=_read_text(written, "title", findings),
        speakers=_read_speakers(written, findings, people),
        event=_read_event(written, findings),
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


def _read_short(value: str, findings: _Findings) -> Talk | None:
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


@dataclass(frozen=True, slots=True)
class _Entry:
    """A value and the key under which it was written."""

    key: str
    value: Value


def _canonical_keys(block: Mapping[str, Value], findings: _Findings) -> Mapping[str, _Entry]:
    """The block's entries by our own keys; those that are unknown or said twice are reported."""
    entries: dict[str, _Entry] = {}
    for key, value in block.items():
        name = IMPORTED.get(key, key)
        if name not in KEYS:
            hint = did_you_mean(key, (*KEYS, *IMPORTED)) or f"a talk has {', '.join(f'`{known}`' for known in KEYS)}"
            findings.warn("unknown-talk-key", f"a talk has no `{key}`", key, hint=hint)
        elif name in entries:
            message = f"`{key}` and `{entries[name].key}` of this talk mean the same"
            findings.refuse("duplicate-talk-key", message, key, hint="keep one of them")
        elif value is not None:
            entries[name] = _Entry(key, value)
    return entries


def _text(value: Value) -> str | None:
    """A scalar's text, trimmed, or None for lists and blocks."""
    if isinstance(value, str | int | float):
        return str(value).strip()
    return None


def _read_text(written: Mapping[str, _Entry], name: str, findings: _Findings) -> str:
    entry = written.get(name)
    if entry is None:
        return ""
    text = _text(entry.value)
    if text is None:
        findings.refuse("bad-talk", f"the talk's `{entry.key}` is not a text", entry.key)
    return " ".join((text or "").split())


def _parse(
    written: Mapping[str, _Entry],
    name: str,
    parse: Callable[[str], T | None],
    findings: _Findings,
    id: str,
    spellings: str,
) -> T | None:
    """The value that `parse` reads from a text, or None with an error that names the spellings."""
    text = _read_text(written, name, findings)
    if not text:
        return None
    parsed = parse(text)
    if parsed is None:
        key = written[name].key
        findings.refuse(id, f"the talk's `{key}` cannot be read: `{text}`", key, hint=f"write it like {spellings}")
    return parsed


def _parse_seconds(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else parse_moment(text)


def _read_speakers(written: Mapping[str, _Entry], findings: _Findings, people: names.Names) -> tuple[Speaker, ...]:
    entry = written.get("speakers")
    if entry is None:
        return ()
    speakers: dict[str, Speaker] = {}
    for key, value in _items(entry):
        for speaker in _read_speaker(key, value, findings):
            name = people.choose(speaker.name)
            url = speaker.url or people.urls.get(name, "")
            speakers.setdefault(name, Speaker(name, url, speaker.role))
    return tuple(speakers.values())


def _items(entry: _Entry) -> Sequence[tuple[str, Value]]:
    """The values of a list with their keys, or the one value that stands for a list."""
    if isinstance(entry.value, Sequence) and not isinstance(entry.value, str):
        return [(f"{entry.key}[{index}]", value) for index, value in enumerate(entry.value)]
    return [(entry.key, entry.value)]


def _read_speaker(key: str, value: Value, findings: _Findings) -> Sequence[Speaker]:
    """The speakers of one value: a text (`Ada and Bob` where it is no list), or `{name, url, role}`."""
    if isinstance(value, Mapping):
        fields = {name: " ".join((_text(part) or "").split()) for name, part in value.items()}
        for name in sorted(fields.keys() - {"name", "url", "role"}):
            hint = did_you_mean(name, ("name", "url", "role"))
            findings.warn("unknown-talk-key", f"a speaker has no `{name}`", f"{key}.{name}", key, hint=hint)
        if tidy := names.tidy_name(fields.get("name", "")):
            url = _check_url(fields.get("url", ""), findings, f"{key}.url", key)
            return [Speaker(tidy, url, fields.get("role", ""))]
    elif (text := _text(value)) is not None:
        parts = [text] if "[" in key else _BETWEEN_NAMES.split(text)
        found = [Speaker(tidy) for part in parts if (tidy := names.tidy_name(part))]
        if found or "[" not in key:
            return found
    findings.refuse(
        "bad-speaker", "this speaker has no name", key, hint="write a name, or `{name: …, url: …, role: …}`"
    )
    return []


def _read_event(written: Mapping[str, _Entry], findings: _Findings) -> Event | None:
    entry = written.get("event")
    if entry is not None and isinstance(entry.value, Mapping):
        fields = {name: " ".join((_text(part) or "").split()) for name, part in entry.value.items()}
        for name in sorted(fields.keys() - {"name", "series", "edition", "url"}):
            hint = did_you_mean(name, ("name", "series", "edition", "url"))
            findings.warn("unknown-talk-key", f"an event has no `{name}`", f"{entry.key}.{name}", entry.key, hint=hint)
        series = names.tidy_name(fields.get("series", "") or fields.get("name", ""))
        if not series:
            findings.refuse("bad-event", "this event has no name", entry.key, hint="write `event: PyCon US 2015`")
            return None
        whole = make_event(series, _check_url(fields.get("url", ""), findings, f"{entry.key}.url", entry.key))
        return Event(series, fields["edition"], whole.url) if fields.get("edition") else whole
    name = _read_text(written, "event", findings)
    return make_event(name) if name else None


def _read_video(written: Mapping[str, _Entry], findings: _Findings) -> Recording | None:
    text = _read_text(written, "video", findings)
    if not text:
        return None
    key = written["video"].key
    if key == "youtube" and _YOUTUBE_ID.fullmatch(text):
        return recognise_youtube_id(text)
    return _recognise(text, findings, key)


def _read_also(written: Mapping[str, _Entry], findings: _Findings) -> tuple[Recording, ...]:
    entry = written.get("also")
    if entry is None:
        return ()
    found = (_recognise(_text(value) or "", findings, key) for key, value in _items(entry))
    return tuple(recording for recording in found if recording is not None)


def _recognise(text: str, findings: _Findings, key: str) -> Recording | None:
    recording = recognise(text)
    if recording is None:
        hint = "write its full URL, or the path of a video or audio file"
        findings.refuse("bad-recording", f"the talk's `{key}` is not the URL of a recording: `{text}`", key, hint=hint)
        return None
    _check_id(recording, findings, key)
    return recording


def _check_id(recording: Recording, findings: _Findings, *keys: str) -> None:
    if not has_valid_id(recording):
        message = f"`{recording.id}` is no YouTube id: those have 11 letters, digits, `-` and `_`"
        findings.refuse("bad-youtube-id", message, *keys, hint="copy the URL once more")


def _read_url(written: Mapping[str, _Entry], name: str, findings: _Findings) -> str:
    """A full URL or a path."""
    text = _read_text(written, name, findings)
    return _check_url(text, findings, written[name].key) if text else ""


def _check_url(text: str, findings: _Findings, *keys: str) -> str:
    """A full URL or a path; a scheme that pages do not link to is refused, and gives an empty text."""
    if _OTHER_SCHEME.match(text) or (" " in text and "://" in text):
        findings.refuse("bad-talk-url", f"this is not a URL: `{text}`", *keys, hint="write `https://…`")
        return ""
    return text


def _read_kind(written: Mapping[str, _Entry], findings: _Findings) -> str:
    text = _read_text(written, "kind", findings).lower()
    if not text or text in KINDS:
        return text or "talk"
    hint = did_you_mean(text, KINDS) or f"write one of {', '.join(f'`{kind}`' for kind in KINDS)}"
    findings.refuse("bad-kind", f"`{text}` is no kind of talk", written["kind"].key, hint=hint)
    return "talk"


def _check(talk: Talk, written: Mapping[str, _Entry], findings: _Findings) -> None:
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
