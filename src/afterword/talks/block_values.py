"""Reads single entries of a `talk:` block: text, URLs, speakers, event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.core import names
from afterword.core.diagnostics import Diagnostic, Place, did_you_mean, error, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.core.urls import hint_at_web, is_web
from afterword.talks.model import Event, Speaker, make_event

if TYPE_CHECKING:
    from afterword.core.structs import Value

_SCHEME = lazy_pattern(r"[A-Za-z][\w+.-]*:")


class TalkEntry(Struct, frozen=True):
    """A value, and the key as written."""

    key: str
    value: Value


class TalkDiagnostics(Struct):
    """Collects the diagnostics of one block, at the places of its keys."""

    path: str
    places: Mapping[str, Place]
    found: list[Diagnostic] = field(default_factory=list)

    def place(self, *keys: str) -> Place:
        """Returns the place of the first of these keys that has one, else the block's, else the beginning of the
        file."""
        known = (self.places[name] for name in (*(f"talk.{key}" for key in keys), "talk") if name in self.places)
        return next(known, Place(self.path, 1))

    def error(self, id: str, message: str, *keys: str, hint: str = "") -> None:
        self.found.append(error(id, message, self.place(*keys), hint=hint))

    def warning(self, id: str, message: str, *keys: str, hint: str = "") -> None:
        self.found.append(warning(id, message, self.place(*keys), hint=hint))


def scalar_text(value: Value) -> str | None:
    """Returns the text of a scalar, without surrounding spaces; None for lists and mappings."""
    if isinstance(value, str | int | float):
        return str(value).strip()
    return None


def describe_kind(value: Value) -> str:
    """Returns what a value is that is no text, with its article."""
    return "a map" if isinstance(value, Mapping) else "a list" if isinstance(value, Sequence) else "an empty value"


def read_text(entries: Mapping[str, TalkEntry], name: str, diagnostics: TalkDiagnostics, *, hint: str) -> str:
    """Returns the text of an entry on one line; empty if it is missing, or, with an error, if it is not text.

    `hint` says what to write instead of a list or mapping.
    """
    entry = entries.get(name)
    if entry is None:
        return ""
    text = scalar_text(entry.value)
    if text is None:
        message = f"`{entry.key}` of the talk must be text, found {describe_kind(entry.value)}"
        diagnostics.error("invalid-talk", message, entry.key, hint=hint)
    return " ".join((text or "").split())


def list_items(entry: TalkEntry) -> Sequence[tuple[str, Value]]:
    """Returns the items of a list, or the single value, each with its key."""
    if isinstance(entry.value, Sequence) and not isinstance(entry.value, str):
        return [(f"{entry.key}[{index}]", value) for index, value in enumerate(entry.value)]
    return [(entry.key, entry.value)]


def check_url(text: str, diagnostics: TalkDiagnostics, *keys: str) -> str:
    """Returns a full URL or a path. A URL with a scheme that pages do not link to is an error, and gives an empty
    string."""
    is_full = "://" in text or _SCHEME.match(text) is not None
    return check_web_url(text, diagnostics, *keys) if is_full else text


def check_web_url(text: str, diagnostics: TalkDiagnostics, *keys: str) -> str:
    """Returns a full URL. Anything else is an error, and gives an empty string."""
    if not text or is_web(text):
        return text
    diagnostics.error("invalid-url", f"invalid URL `{shown(text)}`", *keys, hint=hint_at_web(text))
    return ""


_LINKS = dict.fromkeys(("link", "website", "homepage", "site"), "url")
_SPEAKER_KEYS = {"name": "name", "url": "url", "role": "role", "title": "role", **_LINKS}
_EVENT_KEYS = {
    "name": "name",
    "series": "series",
    "edition": "edition",
    "url": "url",
    "title": "name",
    "year": "edition",
    **_LINKS,
}
"""The keys in the blocks of a speaker and of an event, with other words for them."""

_BETWEEN_NAMES = lazy_pattern(r"\s*(?:,(?!\s*(?:[JS]r|I{2,3}|IV|Ph\.?D|M\.?D)\b)|;|&|\band\b)\s*")


def read_speakers(
    entries: Mapping[str, TalkEntry], diagnostics: TalkDiagnostics, speaker_names: names.Names
) -> tuple[Speaker, ...]:
    """Returns the distinct speakers of a block, with the names and URLs that `speaker_names` has for them."""
    entry = entries.get("speakers")
    if entry is None:
        return ()
    speakers: dict[str, Speaker] = {}
    for item, (key, value) in enumerate(list_items(entry)):
        for speaker in _read_speaker(key, value, diagnostics):
            name = speaker_names.choose(speaker.name)
            url = speaker.url or speaker_names.urls.get(name, "")
            speakers.setdefault(name, Speaker(name, url, speaker.role, item))
    return tuple(speakers.values())


def _read_speaker(key: str, value: Value, diagnostics: TalkDiagnostics) -> Sequence[Speaker]:
    """Returns the speakers of one value: text (`Ada and Bob`, if it is not in a list), or `{name, url, role}`."""
    text = scalar_text(value)
    if isinstance(value, Mapping):
        fields = _read_fields("a speaker", key, value, _SPEAKER_KEYS, diagnostics)
        if tidy := names.tidy_name(fields.get("name", "")):
            url = check_web_url(fields.get("url", ""), diagnostics, f"{key}.url", key)
            return [Speaker(tidy, url, fields.get("role", ""))]
    elif text is not None:
        found = [Speaker(name) for name in ([names.tidy_name(text)] if "[" in key else split_names(text)) if name]
        if found or "[" not in key:
            return found
    hint = "add a name, or remove the item"
    is_map_without_name = isinstance(value, Mapping) and "name" in value  # an empty one: others have been returned
    if not value or is_map_without_name or (text is not None and not names.tidy_name(text)):
        diagnostics.warning("empty-speaker", "empty speaker name", key, hint=hint)
    else:
        diagnostics.error(
            "invalid-speaker", "missing name of a speaker", key, hint="write `{name: …, url: …, role: …}`"
        )
    return []


def split_names(text: str) -> Sequence[str]:
    """Splits names: `Ada and Bob` and `Ada, Bob` are two people; `Guy L. Steele, Jr.` is one."""
    return [tidy for part in _BETWEEN_NAMES.split(text) if (tidy := names.tidy_name(part))]


def read_event(entries: Mapping[str, TalkEntry], diagnostics: TalkDiagnostics, latest: int) -> Event | None:
    """Returns the event of a block, or None. A year after `latest`, if that is not 0, is not an edition."""
    entry = entries.get("event")
    if entry is not None and isinstance(entry.value, Mapping):
        fields = _read_fields("an event", entry.key, entry.value, _EVENT_KEYS, diagnostics)
        series = names.tidy_name(fields.get("series", "") or fields.get("name", ""))
        if not series:
            diagnostics.error(
                "invalid-event", "missing name of the event", entry.key, hint="write `event: PyCon US 2015`"
            )
            return None
        url = check_web_url(fields.get("url", ""), diagnostics, f"{entry.key}.url", entry.key)
        is_whole = fields.get("edition") or fields.get("series")
        return Event(series, fields.get("edition", ""), url) if is_whole else make_event(series, url, latest)
    name = read_text(entries, "event", diagnostics, hint="use one event: `event: PyCon US 2015`")
    return make_event(name, latest=latest) if name else None


def _read_fields(
    what: str, key: str, block: Mapping[str, Value], known: Mapping[str, str], diagnostics: TalkDiagnostics
) -> Mapping[str, str]:
    """Returns the texts of the mapping at `key`, each on one line. Anything else is reported and left out."""
    keys = [name for name, meant in known.items() if name == meant]
    listed = f"use one of {', '.join(f'`{name}`' for name in keys)}"
    fields: dict[str, str] = {}
    for name, value in block.items():
        place = (f"{key}.{name}", key)
        message = f"unknown key `{shown(name)}` of {what}"
        text = scalar_text(value) if value is not None else ""
        if name not in keys:
            meant = known.get(name.lower())
            hint = f"did you mean `{meant}`?" if meant else did_you_mean(name, keys) or listed
            diagnostics.warning("unknown-key", message, f"{place[0]}:", *place, hint=hint)
        elif text is None:
            message = f"`{name}` of {what} must be text, found {describe_kind(value)}"
            diagnostics.error("invalid-talk", message, *place, hint=f"write `{name}: …`")
        else:
            fields[name] = " ".join(text.split())
    return fields
