"""Reads the entries of a `talk:` block as typed values with places, the speakers among them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.core import names
from afterword.core.diagnostics import Diagnostic, Place, did_you_mean, error, warning
from afterword.core.text import shown
from afterword.core.urls import hint_at_web, is_web
from afterword.talks.model import Event, Speaker, make_event

if TYPE_CHECKING:
    from afterword.core.structs import Value

_SCHEME = re.compile(r"[A-Za-z][\w+.-]*:")


class TalkEntry(Struct, frozen=True):
    """A value and the key under which it was written."""

    key: str
    value: Value


class TalkDiagnostics(Struct):
    """The diagnostics of one block, at the places of its keys."""

    path: str
    places: Mapping[str, Place]
    found: list[Diagnostic] = field(default_factory=list)

    def place(self, *keys: str) -> Place:
        """The place of the first of the keys that is known, else the block's, else the file's beginning."""
        known = (self.places[name] for name in (*(f"talk.{key}" for key in keys), "talk") if name in self.places)
        return next(known, Place(self.path, 1))

    def refuse(self, id: str, message: str, *keys: str, hint: str = "") -> None:
        """Note an error at the place of the first of the keys that is known."""
        self.found.append(error(id, message, self.place(*keys), hint=hint))

    def warn(self, id: str, message: str, *keys: str, hint: str = "") -> None:
        """Note a warning at the place of the first of the keys that is known."""
        self.found.append(warning(id, message, self.place(*keys), hint=hint))


def text_of(value: Value) -> str | None:
    """A scalar's text, trimmed, or None for lists and blocks."""
    if isinstance(value, str | int | float):
        return str(value).strip()
    return None


def kind_of(value: Value) -> str:
    """What a value is that is no text, with its article."""
    return "a map" if isinstance(value, Mapping) else "a list" if isinstance(value, Sequence) else "an empty value"


def read_text(written: Mapping[str, TalkEntry], name: str, findings: TalkDiagnostics, *, hint: str) -> str:
    """The text of an entry on one line; empty where it is absent, and with an error where it is no text.

    `hint` says what to write in place of a list or of keys.
    """
    entry = written.get(name)
    if entry is None:
        return ""
    text = text_of(entry.value)
    if text is None:
        message = f"`{entry.key}` of the talk must be text, found {kind_of(entry.value)}"
        findings.refuse("invalid-talk", message, entry.key, hint=hint)
    return " ".join((text or "").split())


def list_items(entry: TalkEntry) -> Sequence[tuple[str, Value]]:
    """The values of a list with their keys, or the one value that stands for a list."""
    if isinstance(entry.value, Sequence) and not isinstance(entry.value, str):
        return [(f"{entry.key}[{index}]", value) for index, value in enumerate(entry.value)]
    return [(entry.key, entry.value)]


def check_url(text: str, findings: TalkDiagnostics, *keys: str) -> str:
    """A full URL or a path; a scheme that pages do not link to is refused, and gives an empty text."""
    is_full = "://" in text or _SCHEME.match(text) is not None
    return check_web_url(text, findings, *keys) if is_full else text


def check_web_url(text: str, findings: TalkDiagnostics, *keys: str) -> str:
    """A full URL, or nothing; what is neither is refused, and gives an empty text."""
    if not text or is_web(text):
        return text
    findings.refuse("invalid-url", f"invalid URL `{shown(text)}`", *keys, hint=hint_at_web(text))
    return ""


_LINKS = dict.fromkeys(("link", "website", "homepage", "site"), "url")
_OF_SPEAKERS = {"name": "name", "url": "url", "role": "role", "title": "role", **_LINKS}
_OF_EVENTS = {
    "name": "name",
    "series": "series",
    "edition": "edition",
    "url": "url",
    "title": "name",
    "year": "edition",
    **_LINKS,
}
"""What may stand in the blocks of a speaker and of an event, and words that are no keys with those that they mean."""

_BETWEEN_NAMES = re.compile(r"\s*(?:,(?!\s*(?:[JS]r|I{2,3}|IV|Ph\.?D|M\.?D)\b)|;|&|\band\b)\s*")


def read_speakers(
    written: Mapping[str, TalkEntry], findings: TalkDiagnostics, people: names.Names
) -> tuple[Speaker, ...]:
    """The speakers of a block, each once, under the names that `people` prefers and with the links known of them."""
    entry = written.get("speakers")
    if entry is None:
        return ()
    speakers: dict[str, Speaker] = {}
    for item, (key, value) in enumerate(list_items(entry)):
        for speaker in _read_speaker(key, value, findings):
            name = people.choose(speaker.name)
            url = speaker.url or people.urls.get(name, "")
            speakers.setdefault(name, Speaker(name, url, speaker.role, item))
    return tuple(speakers.values())


def _read_speaker(key: str, value: Value, findings: TalkDiagnostics) -> Sequence[Speaker]:
    """The speakers of one value: a text (`Ada and Bob` where it is no list), or `{name, url, role}`."""
    if isinstance(value, Mapping):
        fields = _read_fields("a speaker", key, value, _OF_SPEAKERS, findings)
        if tidy := names.tidy_name(fields.get("name", "")):
            url = check_web_url(fields.get("url", ""), findings, f"{key}.url", key)
            return [Speaker(tidy, url, fields.get("role", ""))]
    elif (text := text_of(value)) is not None:
        found = [Speaker(name) for name in ([names.tidy_name(text)] if "[" in key else split_names(text)) if name]
        if found or "[" not in key:
            return found
    findings.refuse(
        "invalid-speaker", "missing name of the speaker", key, hint="add a name, or write `{name: …, url: …, role: …}`"
    )
    return []


def split_names(text: str) -> Sequence[str]:
    """The names of a text, tidied: `Ada and Bob` are two people, as are `Ada, Bob`; `Guy L. Steele, Jr.` is one."""
    return [tidy for part in _BETWEEN_NAMES.split(text) if (tidy := names.tidy_name(part))]


def read_event(written: Mapping[str, TalkEntry], findings: TalkDiagnostics, latest: int = 0) -> Event | None:
    """The event of a block, or None where it names none; its edition is of no year after `latest`, if that is not 0."""
    entry = written.get("event")
    if entry is not None and isinstance(entry.value, Mapping):
        fields = _read_fields("an event", entry.key, entry.value, _OF_EVENTS, findings)
        series = names.tidy_name(fields.get("series", "") or fields.get("name", ""))
        if not series:
            findings.refuse(
                "invalid-event", "missing name of the event", entry.key, hint="write `event: PyCon US 2015`"
            )
            return None
        url = check_web_url(fields.get("url", ""), findings, f"{entry.key}.url", entry.key)
        is_whole = fields.get("edition") or fields.get("series")
        return Event(series, fields.get("edition", ""), url) if is_whole else make_event(series, url, latest)
    name = read_text(written, "event", findings, hint="use one event: `event: PyCon US 2015`")
    return make_event(name, latest=latest) if name else None


def _read_fields(
    what: str, key: str, block: Mapping[str, Value], known: Mapping[str, str], findings: TalkDiagnostics
) -> Mapping[str, str]:
    """The texts of the block at `key`, each on one line; what else is in it is reported, and left out."""
    keys = [name for name, meant in known.items() if name == meant]
    listed = f"use one of {', '.join(f'`{name}`' for name in keys)}"
    fields: dict[str, str] = {}
    for name, value in block.items():
        place = (f"{key}.{name}", key)
        text = text_of(value) if value is not None else ""
        if name not in keys:
            meant = known.get(name.lower())
            hint = f"did you mean `{meant}`?" if meant else did_you_mean(name, keys) or listed
            findings.warn("unknown-key", f"unknown key `{shown(name)}` of {what}", *place, hint=hint)
        elif text is None:
            message = f"`{name}` of {what} must be text, found {kind_of(value)}"
            findings.refuse("invalid-talk", message, *place, hint=f"write `{name}: …`")
        else:
            fields[name] = " ".join(text.split())
    return fields
