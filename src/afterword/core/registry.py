"""Describes every kind of diagnostic: what is wrong, when it happens, and what to write instead.

The entries are in `diagnostics.toml`, which is read when the first entry is looked up: a build that has nothing to look
up does not import this module.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, convert

from afterword.core.diagnostics import Exit, Failure, Severity, error
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_DATA = Path(__file__).with_name("diagnostics.toml")

_QUOTED = lazy_pattern(r"(?:error|warning|note)\[(.+)\]")
"""An id as messages show it, such as `warning[broken-link]`."""

_ALIKE = 0.7
"""The least similarity of an unknown id and one that is suggested, as `difflib` measures it, from 0 to 1."""


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """The description of the diagnostics with one id.

    `severity` lists the severities that they can have, the gravest first. `title` says what is wrong, in a sentence;
    `cause` when it happens; `remedy` what to write instead. All three are Markdown of one paragraph.
    """

    severity: tuple[Severity, ...]
    title: str
    cause: str
    remedy: str

    @property
    def can_be_ignored(self) -> bool:
        """Whether some of these diagnostics are not errors."""
        return self.severity != (Severity.ERROR,)


@cache
def load_entries() -> Mapping[str, Entry]:
    """Returns all entries by id, in alphabetical order."""
    return MappingProxyType(convert(tomllib.loads(_DATA.read_text(encoding="utf-8")), dict[str, Entry]))


def find_similar(unknown: str, known: Iterable[str]) -> list[str]:
    """Returns the known ids that an unknown one was probably meant to be, at most three, the most similar first."""
    from difflib import get_close_matches  # only a mistake pays for it

    return get_close_matches(unknown.casefold().replace("_", "-"), list(known), 3, _ALIKE)


def explain(written: str) -> str:
    """Returns the text for a terminal about an id, which may be written as messages show it.

    Raises `Failure` for an unknown id.
    """
    quoted = _QUOTED.fullmatch(written.strip())
    name = quoted[1] if quoted else written.strip()
    entry = load_entries().get(name)
    if entry is None:
        raise Failure(
            Exit.USAGE,
            error("usage", f"unknown diagnostic `{name}`", hint=suggest_ids(name, load_entries())),
        )
    return f"{name} ({name_severities(entry)})\n\n{entry.title}\n\n{entry.cause}\n\nWhat to do: {entry.remedy}\n"


def name_severities(entry: Entry) -> str:
    """Returns the severities of an entry in words, such as "error, warning or note"."""
    return _join(entry.severity)


def suggest_ids(unknown: str, known: Iterable[str]) -> str:
    """Returns a hint with the known ids that an unknown one was probably meant to be, or what to write if none is."""
    similar = [f"`{name}`" for name in find_similar(unknown, known)]
    return f"did you mean {_join(similar)}?" if similar else "use an id from a message, such as `broken-link`"


def _join(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
