"""Finds the known name that is most similar to an unknown one.

A search compares an unknown name with only a few known ones: those that share the most characters and pairs of adjacent
characters. So a blog with a broken link in every post builds about as fast as one without.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Key = TypeVar("Key", int, str)

CUTOFF = 0.7
"""Minimum `difflib` ratio of two similar names."""

COMPARE_ALL = 50
"""Number of names up to which all are compared."""

MIN_COMPARED = 5
"""Minimum number of compared names if there are more than `COMPARE_ALL`."""

COMPARED_CHARACTERS = 400
"""Approximate total length of the compared names; of short names, more are compared."""

MAX_LENGTH = 200
"""Maximum length of a compared name: the time of `difflib` grows with the square of the length."""


class NameIndex:
    """Index of known names by length, characters and pairs of adjacent characters.

    `cutoff` is the minimum `difflib` ratio of a similar name, between 0 and 1.
    """

    def __init__(self, names: Iterable[str], cutoff: float = CUTOFF) -> None:
        self._cutoff = cutoff
        known = tuple(dict.fromkeys(names))
        self._folded = {_fold(name): name for name in known}
        self._names = tuple(name for name in known if len(name) <= MAX_LENGTH)
        self._found: dict[str, str | None] = {}

    def nearest(self, name: str) -> str | None:
        """Returns the known name that is most similar to `name`, or None if none is similar."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> str | None:
        if (same := self._folded.get(_fold(name))) is not None:
            return same
        return _find_most_similar(name, self._preselect(name), self._cutoff) if len(name) <= MAX_LENGTH else None

    def _preselect(self, name: str) -> Iterable[str]:
        if len(self._names) <= COMPARE_ALL:
            return self._names
        most = max(MIN_COMPARED, COMPARED_CHARACTERS // max(1, len(name)))
        similar = _take_highest(self._count_common_parts(name), self._of_similar_length(name), most)
        return [self._names[at] for at in _positions(similar)]

    def _of_similar_length(self, name: str) -> int:
        """Returns the names of a similar enough length, as a bit set of their positions."""
        similar = 0
        for length, names in self._by_length.items():
            if 2 * min(length, len(name)) >= self._cutoff * (length + len(name)):
                similar |= names
        return similar

    def _count_common_parts(self, name: str) -> list[int]:
        """Returns the number of parts that each name shares with `name`: one bit set of positions per binary digit."""
        digits: list[int] = []
        for part in _parts(name):
            carry = self._by_part.get(part, 0)
            for at, digit in enumerate(digits):
                digits[at], carry = digit ^ carry, digit & carry
            if carry:
                digits.append(carry)
        return digits

    @cached_property
    def _by_length(self) -> Mapping[int, int]:
        """Bit sets of the positions of names, by length."""
        return _make_bit_sets((len(name), at) for at, name in enumerate(self._names))

    @cached_property
    def _by_part(self) -> Mapping[str, int]:
        """Bit sets of the positions of names, by part."""
        return _make_bit_sets((part, at) for at, name in enumerate(self._names) for part in _parts(name))


def _find_most_similar(name: str, known: Iterable[str], cutoff: float) -> str | None:
    """Returns the result of `difflib.get_close_matches`, with fewer comparisons.

    Names with the highest upper bound of the ratio are compared first. The search ends when no bound exceeds the best
    ratio.
    """
    from difflib import SequenceMatcher  # only a mistake pays for it

    matcher = SequenceMatcher()
    matcher.set_seq2(name)
    bounds: list[tuple[float, str]] = []
    for candidate in known:
        matcher.set_seq1(candidate)
        if matcher.real_quick_ratio() >= cutoff and (bound := matcher.quick_ratio()) >= cutoff:
            bounds.append((bound, candidate))
    best = (0.0, "")
    for bound, candidate in sorted(bounds, reverse=True):
        if (bound, candidate) < best:
            break
        matcher.set_seq1(candidate)
        if (ratio := matcher.ratio()) >= cutoff:
            best = max(best, (ratio, candidate))
    return best[1] or None


def _fold(name: str) -> str:
    return name.casefold().replace("-", "_")


def _parts(name: str) -> set[str]:
    """Returns the characters of a name, and its pairs of adjacent characters."""
    return {*name, *map(str.__add__, name, name[1:])}


def _make_bit_sets(entries: Iterable[tuple[Key, int]]) -> Mapping[Key, int]:
    """Returns a bit set of positions for each key; entries must be sorted by position."""
    positions: dict[Key, list[int]] = {}
    for key, position in entries:
        positions.setdefault(key, []).append(position)
    return {key: _make_bit_set(found) for key, found in positions.items()}


def _make_bit_set(positions: Sequence[int]) -> int:
    octets = bytearray(positions[-1] // 8 + 1)
    for position in positions:
        octets[position // 8] |= 1 << position % 8
    return int.from_bytes(octets, "little")


def _take_highest(digits: list[int], among: int, most: int) -> int:
    """Returns the `most` positions with the highest counts in a set; ties go to the first positions."""
    taken = 0
    for digit in reversed(digits):
        higher = among & digit
        if higher.bit_count() <= most:
            taken |= higher
            most -= higher.bit_count()
            among &= ~digit
        else:
            among = higher
    for position in _positions(among):
        if not most:
            break
        taken |= 1 << position
        most -= 1
    return taken


def _positions(bits: int) -> Iterator[int]:
    """Yields the positions of the set bits, in order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
