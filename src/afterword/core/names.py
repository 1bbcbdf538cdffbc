"""Names of people and events: normalizes, compares and merges them, and finds the year in an event's name.

Folding is for comparison only; the shown name stays as written.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_PLAIN_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that Unicode does not decompose, but that are often written without their marks."""

_IGNORED = lazy_pattern(r"(?:[^\w+#&]|_)+")

_YEAR = r"(?:19|20)\d\d"
_YEAR_BEHIND = lazy_pattern(
    rf"(?P<series>.*\S)(?:(?:[\s,]|(?<!\d)-)(?P<year>{_YEAR})|\s*\((?P<inside>{_YEAR})\)|\s*['’‘](?P<short>\d\d))",
    re.ASCII,
)
_YEAR_BEFORE = lazy_pattern(
    rf"(?P<year>{_YEAR})[\s,]+(?!(?:an?|ad|and|or|to)\b)(?P<series>\w.*)", re.ASCII | re.IGNORECASE
)
_NEEDS_A_YEAR = lazy_pattern(r"\b(?:for|in|of|since)$", re.IGNORECASE)
"""Names that end with a year that is not an edition: `Class of 2015`, `Summer of '69`."""

LAST_SHORT_YEAR = 2068
"""Latest year that two digits can mean by default: in POSIX, `69` is 1969."""


def tidy_name(name: str) -> str:
    """Returns a name in NFC, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def fold_name(name: str) -> str:
    """Folds a name so that its spellings compare equal: no case, marks, spaces or punctuation.

    `J.P. Smith` equals `J. P. Smith`, and `PyCon` equals `Py-Con`. `+`, `#` and `&` are kept, as in `C++`. A name of
    punctuation alone folds to itself.
    """
    decomposed = unicodedata.normalize("NFKD", tidy_name(name).casefold().translate(_PLAIN_LETTERS))
    kept = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _IGNORED.sub("", kept) or tidy_name(name)


def split_edition(name: str, latest: int = 0) -> tuple[str, str]:
    """Splits an event's name into series and year; the year is empty if there is none.

    The year is at the end (`PyCon US 2015`, `PyCon-2015`, `PyCon US (2015)`, `PyCon US '15`) or at the start. With
    `latest`, a later year is part of the name (`Blade Runner 2049`), and two digits mean a year up to `latest`.
    """
    tidy = tidy_name(name)
    match = _YEAR_BEHIND.fullmatch(tidy) or _YEAR_BEFORE.fullmatch(tidy)
    if match is None:
        return tidy, ""
    found = match.groupdict()
    if short := found.get("short"):
        year = 2000 + int(short)
        year -= 100 if year > (latest or LAST_SHORT_YEAR) else 0
    else:
        year = int(found["year"] or found["inside"])
    series = found["series"].rstrip(" ,:–—-")
    is_name = not series or (latest and year > latest) or _NEEDS_A_YEAR.search(series)
    return (tidy, "") if is_name else (series, str(year))


class Names(Struct, frozen=True):
    """Preferred names from the settings: `preferred` by folded spelling, `urls` by preferred name."""

    preferred: Mapping[str, str] = field(default_factory=dict)
    urls: Mapping[str, str] = field(default_factory=dict)

    def choose(self, name: str) -> str:
        """Returns the name to show and to group by."""
        tidy = tidy_name(name)
        return self.preferred.get(fold_name(tidy), tidy)


def make_names(spellings: Mapping[str, Iterable[str]], urls: Mapping[str, str] | None = None) -> Names:
    """Returns the names of a table: preferred names with their other spellings and links."""
    preferred: dict[str, str] = {}
    for name, others in spellings.items():
        for spelling in (name, *others):
            preferred.setdefault(fold_name(spelling), tidy_name(name))
    return Names(preferred, {tidy_name(name): url for name, url in (urls or {}).items()})


def find_near_duplicates(names: Iterable[str]) -> Sequence[tuple[str, ...]]:
    """Returns groups of different spellings that fold to the same name, in order of appearance."""
    groups: dict[str, dict[str, None]] = {}
    for name in names:
        tidy = tidy_name(name)
        groups.setdefault(fold_name(tidy), {})[tidy] = None
    return [tuple(group) for group in groups.values() if len(group) > 1]
