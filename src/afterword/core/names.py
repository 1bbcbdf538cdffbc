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
"""Letters that Unicode does not decompose, but that people leave out the marks of all the same."""

_LEFT_OUT = lazy_pattern(r"(?:[^\w+#&]|_)+")

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
"""The last year that two digits may mean where nothing else says so: POSIX has `69` for 1969."""


def tidy_name(name: str) -> str:
    """A name in NFC, with one space where there was white space."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def fold_name(name: str) -> str:
    """Folds a name, so that its spellings compare equal: no case, marks, spaces or punctuation.

    `J.P. Smith` and `J. P. Smith` are one, `PyCon` and `Py-Con` too. `+`, `#` and `&` make other names, as in `C++`. A
    name of punctuation alone folds to itself.
    """
    decomposed = unicodedata.normalize("NFKD", tidy_name(name).casefold().translate(_PLAIN_LETTERS))
    kept = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _LEFT_OUT.sub("", kept) or tidy_name(name)


def split_edition(name: str, latest: int = 0) -> tuple[str, str]:
    """The series and the year of an event's name, the year empty where it names none.

    The year stands at the end (`PyCon US 2015`, `PyCon-2015`, `PyCon US (2015)`, `PyCon US '15`) or at the beginning.
    It is not after `latest`, if that is not 0: two digits mean one of the last century then, and `Blade Runner 2049` is
    a name.
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
    """The names that a blog's settings prefer: `preferred` from folded spellings, `urls` from preferred names."""

    preferred: Mapping[str, str] = field(default_factory=dict)
    urls: Mapping[str, str] = field(default_factory=dict)

    def choose(self, name: str) -> str:
        """The name under which this one is shown and filed."""
        tidy = tidy_name(name)
        return self.preferred.get(fold_name(tidy), tidy)


def make_names(spellings: Mapping[str, Iterable[str]], urls: Mapping[str, str] | None = None) -> Names:
    """The names of a table: each preferred name with its other spellings, and the links that belong to it."""
    preferred: dict[str, str] = {}
    for name, others in spellings.items():
        for spelling in (name, *others):
            preferred.setdefault(fold_name(spelling), tidy_name(name))
    return Names(preferred, {tidy_name(name): url for name, url in (urls or {}).items()})


def find_near_duplicates(names: Iterable[str]) -> Sequence[tuple[str, ...]]:
    """The groups of names that are written differently and fold to the same, each in the order of appearance."""
    groups: dict[str, dict[str, None]] = {}
    for name in names:
        tidy = tidy_name(name)
        groups.setdefault(fold_name(tidy), {})[tidy] = None
    return [tuple(group) for group in groups.values() if len(group) > 1]
