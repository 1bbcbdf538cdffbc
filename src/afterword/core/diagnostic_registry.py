"""Describes every kind of diagnostic: what is wrong, when it happens, and how to fix it.

The entries are in `diagnostics.toml`, which is read on first use: a build that looks up no entry does not import this
module.
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
"""An id as in messages: `warning[broken-link]`."""

_CUTOFF = 0.72
"""Minimum `difflib` ratio of an unknown id and a suggested one."""

_CUTOFF_WITH_WORD = 0.55
"""The same for ids with a common word: `dead-link` and `broken-link`."""


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """Description of the diagnostics with one id.

    `severity` lists their possible severities, errors first. `title` says what is wrong, in a sentence; `cause` when it
    happens; `remedy` how to fix it. All three are Markdown of one paragraph.
    """

    severity: tuple[Severity, ...]
    title: str
    cause: str
    remedy: str

    @property
    def can_be_ignored(self) -> bool:
        """True if some of these diagnostics are not errors."""
        return self.severity != (Severity.ERROR,)


@cache
def load_entries() -> Mapping[str, Entry]:
    """Loads all entries by id, in alphabetical order."""
    return MappingProxyType(convert(tomllib.loads(_DATA.read_text(encoding="utf-8")), dict[str, Entry]))


def find_similar(unknown: str, known: Iterable[str]) -> list[str]:
    """Returns at most three known ids that are similar to an unknown one, most similar first.

    If none is very similar, these are ids that have a word of the unknown one, such as `link`.
    """
    from difflib import get_close_matches  # only a mistake pays for it

    wanted, names = unknown.casefold().replace("_", "-"), list(known)
    words = set(wanted.split("-"))
    sharing = [name for name in names if not words.isdisjoint(name.split("-"))]
    return get_close_matches(wanted, names, 3, _CUTOFF) or get_close_matches(wanted, sharing, 3, _CUTOFF_WITH_WORD)


def explain(written: str) -> str:
    """Returns the terminal text for an id, which may be quoted as in messages.

    Raises `Failure` for an unknown id.
    """
    quoted = _QUOTED.fullmatch(written.strip())
    name = quoted[1] if quoted else written.strip()
    entry = load_entries().get(name)
    if entry is None:
        raise Failure(
            Exit.USAGE, error("usage", f"unknown diagnostic `{name}`", hint=suggest_ids(name, load_entries()))
        )
    return f"{name} ({name_severities(entry)})\n\n{entry.title}\n\n{entry.cause}\n\nWhat to do: {entry.remedy}\n"


def list_ids() -> str:
    """Returns the terminal text with all ids, each with what is wrong."""
    entries = load_entries()
    width = max(map(len, entries))
    return "".join(f"{name:{width}}  {entry.title}\n" for name, entry in entries.items())


def name_severities(entry: Entry) -> str:
    """Lists the severities of an entry: "error, warning or note"."""
    return _join(entry.severity)


def suggest_ids(unknown: str, known: Iterable[str]) -> str:
    """Returns a hint with similar known ids, or an example of an id."""
    similar = [f"`{name}`" for name in find_similar(unknown, known)]
    return f"did you mean {_join(similar)}?" if similar else "use an id from a message, such as `broken-link`"


def _join(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
