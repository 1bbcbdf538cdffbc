"""What is written in a `talk:` block: its entries, and what there is to say about them, at their places.

Relies on the places that front matter gives. Refuses to know what the keys mean: that is for `block` and `people`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.diagnostics import Diagnostic, Place, error, warning
from afterword.text import shown
from afterword.urls import hint_at_web, is_web

if TYPE_CHECKING:
    from afterword.values import Value

_SCHEME = re.compile(r"[A-Za-z][\w+.-]*:")


class Entry(Struct, frozen=True):
    """A value and the key under which it was written."""

    key: str
    value: Value


class Findings(Struct):
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
    return "a block of keys" if isinstance(value, Mapping) else "a list" if isinstance(value, Sequence) else "empty"


def read_text(written: Mapping[str, Entry], name: str, findings: Findings, *, hint: str) -> str:
    """The text of an entry on one line; empty where it is absent, and with an error where it is no text.

    `hint` says what to write in place of a list or of keys.
    """
    entry = written.get(name)
    if entry is None:
        return ""
    text = text_of(entry.value)
    if text is None:
        message = f"the talk's `{entry.key}` is {kind_of(entry.value)}, not a text"
        findings.refuse("bad-talk", message, entry.key, hint=hint)
    return " ".join((text or "").split())


def list_items(entry: Entry) -> Sequence[tuple[str, Value]]:
    """The values of a list with their keys, or the one value that stands for a list."""
    if isinstance(entry.value, Sequence) and not isinstance(entry.value, str):
        return [(f"{entry.key}[{index}]", value) for index, value in enumerate(entry.value)]
    return [(entry.key, entry.value)]


def check_url(text: str, findings: Findings, *keys: str) -> str:
    """A full URL or a path; a scheme that pages do not link to is refused, and gives an empty text."""
    is_full = "://" in text or _SCHEME.match(text) is not None
    return check_web_url(text, findings, *keys) if is_full else text


def check_web_url(text: str, findings: Findings, *keys: str) -> str:
    """A full URL, or nothing; what is neither is refused, and gives an empty text."""
    if not text or is_web(text):
        return text
    findings.refuse("bad-talk-url", f"this is not a URL: `{shown(text)}`", *keys, hint=hint_at_web(text))
    return ""
