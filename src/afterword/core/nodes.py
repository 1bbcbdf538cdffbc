"""Nodes of YAML, TOML and JSON: texts, lists and maps, each with its place.

A scalar stays the text that was written; `front_matter.types` gives it a type.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from typing import TYPE_CHECKING, TypeAlias
from unicodedata import normalize

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Place, error, warning
from afterword.core.text import FORBIDDEN, describe, shown, start_lines

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

Report: TypeAlias = "Callable[[Diagnostic], None]"
"""Receives each diagnostic."""

MAX_DEPTH = 8
MAX_KEYS = 200

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class TextNode(Struct, frozen=True):
    """A scalar, as written; one that is missing has the place of its key.

    `plain` says that it has no quotes, `unread` that an error has already been told of it.
    """

    value: str
    plain: bool
    place: Place
    unread: bool = False

    @property
    def is_null(self) -> bool:
        """Whether it says "nothing": no value, `~` or `null` (YAML 1.2, core schema)."""
        return self.plain and self.value in _NULLS and not self.unread


class List(Struct, frozen=True):
    items: tuple[Node, ...]
    place: Place


class Map(Struct, frozen=True):
    """Keys with their values, in the order written; `keys` are the places of the keys themselves."""

    entries: dict[str, Node]
    keys: dict[str, Place]
    place: Place


Node: TypeAlias = TextNode | List | Map


class Stop(Exception):  # noqa: N818 - not a fault
    """Ends the reading of front matter that exceeds a limit; the error is reported."""


def places_inside(node: Node, name: str) -> Iterator[tuple[str, Place]]:
    """Yields the places inside a value called `name`: `talk.speakers[0]`, and `talk.date:` for a key."""
    match node:
        case List():
            inner = {f"{name}[{at}]": item for at, item in enumerate(node.items)}
        case Map():
            inner = {f"{name}.{key}": value for key, value in node.entries.items()}
            yield from ((f"{name}.{key}:", place) for key, place in node.keys.items())
        case TextNode():
            return
    for path, value in inner.items():
        yield path, value.place
        yield from places_inside(value, path)


def compose(entries: Map) -> Map:
    """Front matter whose values are spelled with composed characters (NFC), so that equal names are equal texts."""
    return replace(entries, entries={key: _compose(node) for key, node in entries.entries.items()})


def _compose(node: Node) -> Node:
    match node:
        case Map():
            return compose(node)
        case List():
            return replace(node, items=tuple(map(_compose, node.items)))
        case TextNode():
            return replace(node, value=normalize("NFC", node.value))


class MatterSource(Struct, frozen=True):
    """Front matter as written: its file, its text, and the line of the file on which the text begins."""

    path: str
    text: str
    first_line: int
    starts: tuple[int, ...]

    @classmethod
    def of(cls, path: str, text: str, first_line: int) -> MatterSource:
        """Returns the front matter `text`, which begins on `first_line` of the file at `path`."""
        return cls(path, text, first_line, tuple(start_lines(text)))

    def place(self, start: int, end: int = 0) -> Place:
        """Returns the place of the characters from `start` to `end`; its length is 0 if they span several lines."""
        row = bisect_right(self.starts, start) - 1
        is_one_line = end > start and "\n" not in self.text[start:end]
        return Place(
            self.path,
            self.first_line + row,
            start - self.starts[row] + 1,
            end - start if is_one_line else 0,
        )


def make_text(value: str, place: Place, report: Report) -> TextNode:
    """Returns the node of a quoted scalar; a character that no page can hold, from an escape, becomes U+FFFD."""
    if not FORBIDDEN.search(value):
        return TextNode(value, False, place)
    for character in dict.fromkeys(FORBIDDEN.findall(value)):
        message = f"control character {describe(character)}"
        report(warning("control-character", message, place, label="shown as U+FFFD", hint="delete the escape"))
    return TextNode(FORBIDDEN.sub("\ufffd", value), False, place)


def check_depth(depth: int, place: Place, report: Report) -> None:
    """Raises `Stop` for a list or map at `place` that is nested deeper than allowed; the outermost has depth 1."""
    if depth > MAX_DEPTH:
        report(error("front-matter-depth", f"front matter is nested deeper than {MAX_DEPTH} levels", place))
        raise Stop


class Walker:
    """Walks over text whose syntax has been checked: TOML or JSON.

    `gap` matches the space between values, `string` and `scalar` match a value with and without quotes. Without
    `report`, the text is no front matter: it has no limits.
    """

    def __init__(
        self,
        written: MatterSource,
        report: Report | None,
        gap: re.Pattern[str],
        string: re.Pattern[str],
        scalar: re.Pattern[str],
    ) -> None:
        self._text = written.text
        self._written = written
        self._has_limits = report is not None
        self._report: Report = report or (lambda _: None)
        self._gap = gap
        self._patterns = (string, scalar)
        self._keys = Keys(self._report, MAX_KEYS if self._has_limits else sys.maxsize)
        self._at = 0

    def _pair(self, table: Map, depth: int) -> None:
        """Reads a key and its value into a map; `depth` is that of the map."""
        raise NotImplementedError

    def _scalar(self, written: str, place: Place) -> TextNode:
        """Returns the value of a text with or without quotes."""
        raise NotImplementedError

    def _value(self, depth: int) -> Node:
        """Returns the value that begins here; `depth` is the one of a list or map here."""
        self._skip(self._gap)
        start = self._at
        if self._has_limits and self._text[start] in "[{":
            check_depth(depth, self._written.place(start), self._report)
        if self._next("["):
            items: list[Node] = []
            self._enclosed("]", lambda: items.append(self._value(depth + 1)))
            return List(tuple(items), self._written.place(start, self._at))
        if self._next("{"):
            table = Map({}, {}, self._written.place(start))
            self._enclosed("}", lambda: self._pair(table, depth))
            return replace(table, place=self._written.place(start, self._at))
        string, scalar = self._patterns
        self._skip(string if self._text[start] in "\"'" else scalar)
        return self._scalar(self._text[start : self._at], self._written.place(start, self._at))

    def _enclosed(self, closer: str, read: Callable[[], None]) -> None:
        """Reads what stands between brackets, with commas between."""
        self._at += 1
        self._skip(self._gap)
        while not self._next(closer):
            read()
            self._skip(self._gap)
            if self._next(","):
                self._at += 1
                self._skip(self._gap)
        self._at += 1

    def _next(self, text: str) -> bool:
        return self._text.startswith(text, self._at)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self._text, self._at)
        if match is not None:
            self._at = match.end()


class Keys:
    """The keys of front matter, checked and counted while they are read."""

    def __init__(self, report: Report, most: int = MAX_KEYS) -> None:
        self._report = report
        self._most = most
        self._count = 0

    def count(self, place: Place) -> None:
        """Count one more key; raises `Stop` where there are too many."""
        self._count += 1
        if self._count > self._most:
            self._report(error("front-matter-keys", f"front matter has more than {self._most} keys", place))
            raise Stop

    def check(self, name: str, place: Place) -> bool:
        """Returns whether a name can be a key; reports an error if not."""
        if not name.strip():
            self._report(error("invalid-key", "empty key", place))
            return False
        return True

    def add(self, name: str, place: Place, value: Node, entries: dict[str, Node], keys: dict[str, Place]) -> None:
        """Adds a key with its value to the entries of a map, unless it has the key; a second value is an error."""
        if (first := keys.get(name)) is None:
            entries[name], keys[name] = value, place
            return
        related = ((first, "first defined here"),)
        message, hint = f"duplicate key `{shown(name)}`", "remove one of the two lines"
        if is_same_value(value, entries[name]):
            message = f"repeated key `{shown(name)}`"
            self._report(warning("repeated-key", message, place, label="same value", hint=hint, related=related))
        else:
            self._report(error("duplicate-key", message, place, label="another value", hint=hint, related=related))


def is_same_value(one: Node, other: Node) -> bool:
    """Returns whether two values are the same, wherever they are written."""
    match one, other:
        case TextNode(), TextNode():
            return (one.is_null, one.value) == (other.is_null, other.value) or (one.is_null and other.is_null)
        case List(), List():
            pairs = zip(one.items, other.items, strict=False)
            return len(one.items) == len(other.items) and all(is_same_value(*pair) for pair in pairs)
        case Map(), Map():
            keys = one.entries.keys()
            return keys == other.entries.keys() and all(
                is_same_value(one.entries[key], other.entries[key]) for key in keys
            )
        case _:
            return False
