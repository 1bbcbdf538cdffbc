"""Reads single entries of a `talk:` block: text, URLs, speakers, event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct, field

from afterword.core import names
from afterword.core.diagnostics import Diagnostic, Place, did_you_mean, error, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.core.urls import hint_at_web, is_web
from afterword.talks.model import Event, Speaker, make_event

if TYPE_CHECKING:
    from afterword.core.structs import Value

T = TypeVar("T")

_SCHEME = lazy_pattern(r"[A-Za-z][\w+.-]*:")


class TalkEntry(Struct, frozen=True):
    """A value, and the key as written."""

    key: str
    value: Value


def find_place(places: Mapping[str, Place], path: str, *keys: str) -> Place:
    """Returns the place of the first of these keys of a block, else of the block, else of the file at `path`.

    `places` are those of front matter.
    """
    known = (places[name] for name in (*(f"talk.{key}" for key in keys), "talk") if name in places)
    return next(known, Place(path, 1))


class TalkBlock(Struct):
    """The entries of a block by our keys, the places of its keys, and the diagnostics so far."""

    path: str
    places: Mapping[str, Place]
    entries: dict[str, TalkEntry] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def key(self, name: str) -> str:
        """Returns the key of an entry as written."""
        return self.entries[name].key

    def error(self, id: str, message: str, *keys: str, hint: str = "") -> None:
        self.diagnostics.append(error(id, message, find_place(self.places, self.path, *keys), hint=hint))

    def warning(self, id: str, message: str, *keys: str, hint: str = "") -> None:
        self.diagnostics.append(warning(id, message, find_place(self.places, self.path, *keys), hint=hint))

    def read_text(self, name: str, *, hint: str) -> str:
        """Returns the text of an entry on one line; empty if it is missing, or, with an error, if it is not text.

        `hint` says what to write instead of a list or mapping.
        """
        entry = self.entries.get(name)
        if entry is None:
            return ""
        text = scalar_text(entry.value)
        if text is None:
            message = f"`{entry.key}` of the talk must be text, found {_describe_kind(entry.value)}"
            self.error("invalid-talk", message, entry.key, hint=hint)
        return " ".join((text or "").split())

    def parse_entry(self, name: str, parse: Callable[[str], T | None], id: str, formats: str) -> T | None:
        """Returns the value that `parse` reads from a text, or None with an error that names the formats."""
        hint = f"use {formats}"
        text = self.read_text(name, hint=hint)
        parsed = parse(text) if text else None
        if text and parsed is None:
            self.error(id, f"invalid `{self.key(name)}` of the talk: `{shown(text)}`", self.key(name), hint=hint)
        return parsed

    def check_web_url(self, text: str, *keys: str) -> str:
        """Returns a full URL. Anything else is an error, and gives an empty string."""
        if not text or is_web(text):
            return text
        self.error("invalid-url", f"invalid URL `{shown(text)}`", *keys, hint=hint_at_web(text))
        return ""

    def read_url(self, name: str) -> str:
        """Returns a full URL or a path. A URL with a scheme that pages do not link to is an error, and gives an empty
        string."""
        text = self.read_text(name, hint="use one URL, or the path of a file")
        is_full = "://" in text or _SCHEME.match(text) is not None
        return self.check_web_url(text, self.key(name)) if is_full else text


def scalar_text(value: Value) -> str | None:
    """Returns the text of a scalar, without surrounding spaces; None for lists and mappings."""
    return str(value).strip() if isinstance(value, str | int | float) else None


def _describe_kind(value: Value) -> str:
    """Returns what a value is that is no text, with its article."""
    return "a map" if isinstance(value, Mapping) else "a list" if isinstance(value, Sequence) else "an empty value"


def list_items(entry: TalkEntry) -> Sequence[tuple[str, Value]]:
    """Returns the items of a list, or the single value, each with its key."""
    if isinstance(entry.value, Sequence) and not isinstance(entry.value, str):
        return [(f"{entry.key}[{index}]", value) for index, value in enumerate(entry.value)]
    return [(entry.key, entry.value)]


_LINKS = dict.fromkeys(("link", "website", "homepage", "site"), "url")
_SPEAKER_KEYS = {"name": "name", "url": "url", "role": "role", "title": "role", **_LINKS}
_EVENT_KEYS = {
    **{name: name for name in ("name", "series", "edition", "url")},
    "title": "name",
    "year": "edition",
    **_LINKS,
}
"""The keys in the blocks of a speaker and of an event, with other words for them."""

_BETWEEN_NAMES = lazy_pattern(r"\s*(?:,(?!\s*(?:[JS]r|I{2,3}|IV|Ph\.?D|M\.?D)\b)|;|&|\band\b)\s*")


def read_speakers(block: TalkBlock, speaker_names: names.Names) -> tuple[Speaker, ...]:
    """Returns the distinct speakers of a block, with the names and URLs that `speaker_names` has for them."""
    entry = block.entries.get("speakers")
    speakers: dict[str, Speaker] = {}
    for item, (key, value) in enumerate(list_items(entry) if entry is not None else ()):
        for speaker in _read_speaker(block, key, value):
            name = speaker_names.choose(speaker.name)
            url = speaker.url or speaker_names.urls.get(name, "")
            speakers.setdefault(name, Speaker(name, url, speaker.role, item))
    return tuple(speakers.values())


def _read_speaker(block: TalkBlock, key: str, value: Value) -> Sequence[Speaker]:
    """Returns the speakers of one value: text (`Ada and Bob`, if it is not in a list), or `{name, url, role}`."""
    text = scalar_text(value)
    if isinstance(value, Mapping):
        fields = _read_fields(block, "a speaker", key, value, _SPEAKER_KEYS)
        if tidy := names.tidy_name(fields.get("name", "")):
            url = block.check_web_url(fields.get("url", ""), f"{key}.url", key)
            return [Speaker(tidy, url, fields.get("role", ""))]
    elif text is not None:
        found = [Speaker(name) for name in ([names.tidy_name(text)] if "[" in key else split_names(text)) if name]
        if found or "[" not in key:
            return found
    is_map_without_name = isinstance(value, Mapping) and "name" in value  # an empty one: others have been returned
    if not value or is_map_without_name or (text is not None and not names.tidy_name(text)):
        block.warning("empty-speaker", "empty speaker name", key, hint="add a name, or remove the item")
    else:
        block.error("invalid-speaker", "missing name of a speaker", key, hint="write `{name: …, url: …, role: …}`")
    return []


def split_names(text: str) -> Sequence[str]:
    """Splits names: `Ada and Bob` and `Ada, Bob` are two people; `Guy L. Steele, Jr.` is one."""
    return [tidy for part in _BETWEEN_NAMES.split(text) if (tidy := names.tidy_name(part))]


def read_event(block: TalkBlock, latest: int) -> Event | None:
    """Returns the event of a block, or None. A year after `latest`, if that is not 0, is not an edition."""
    entry = block.entries.get("event")
    if entry is not None and isinstance(entry.value, Mapping):
        fields = _read_fields(block, "an event", entry.key, entry.value, _EVENT_KEYS)
        series = names.tidy_name(fields.get("series", "") or fields.get("name", ""))
        if not series:
            block.error("invalid-event", "missing name of the event", entry.key, hint="write `event: PyCon US 2015`")
            return None
        url = block.check_web_url(fields.get("url", ""), f"{entry.key}.url", entry.key)
        is_whole = fields.get("edition") or fields.get("series")
        return Event(series, fields.get("edition", ""), url) if is_whole else make_event(series, url, latest)
    name = block.read_text("event", hint="use one event: `event: PyCon US 2015`")
    return make_event(name, latest=latest) if name else None


def _read_fields(
    block: TalkBlock, what: str, key: str, values: Mapping[str, Value], known: Mapping[str, str]
) -> Mapping[str, str]:
    """Returns the texts of the mapping at `key`, each on one line. Anything else is reported and left out."""
    keys = [name for name, meant in known.items() if name == meant]
    listed = f"use one of {', '.join(f'`{name}`' for name in keys)}"
    fields: dict[str, str] = {}
    for name, value in values.items():
        place = (f"{key}.{name}", key)
        text = scalar_text(value) if value is not None else ""
        if name not in keys:
            meant = known.get(name.lower())
            hint = f"did you mean `{meant}`?" if meant else did_you_mean(name, keys) or listed
            block.warning("unknown-key", f"unknown key `{shown(name)}` of {what}", f"{place[0]}:", *place, hint=hint)
        elif text is None:
            message = f"`{name}` of {what} must be text, found {_describe_kind(value)}"
            block.error("invalid-talk", message, *place, hint=f"write `{name}: …`")
        else:
            fields[name] = " ".join(text.split())
    return fields
