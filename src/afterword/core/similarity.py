"""Finds the known name that an unknown one was probably meant to be.

A search compares an unknown name with a few known ones, however many there are: with those that share the most
characters and pairs of adjacent characters with it. So a blog with a dead link in every post costs little more than one
without.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Key = TypeVar("Key", int, str)

CUTOFF = 0.7
"""The least similarity of two names, as `difflib` measures it, from 0 to 1."""

FEW = 50
"""Number of names up to which all are compared."""

LEAST = 5
"""Least number of names that are compared if there are more than `FEW`."""

CHARACTERS = 400
"""Characters of a name and of those that it is compared with, about: of short names, more are compared."""

LONGEST = 200
"""Characters of the longest name that is compared: `difflib` takes time that grows with the square of the length."""


class NameIndex:
    """Known names, indexed by length, by characters and by pairs of adjacent characters.

    `cutoff` is the ratio of `difflib` from which a name is close, between 0 and 1.
    """

    def __init__(self, names: Iterable[str], cutoff: float = CUTOFF) -> None:
        self._cutoff = cutoff
        known = tuple(dict.fromkeys(names))
        self._folded = {_fold(name): name for name in known}
        self._names = tuple(name for name in known if len(name) <= LONGEST)
        self._found: dict[str, str | None] = {}

    def nearest(self, name: str) -> str | None:
        """Returns the known name that `name` was probably meant to be, or None if no name is close."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> str | None:
        if (same := self._folded.get(_fold(name))) is not None:
            return same
        return _find_most_similar(name, self._preselect(name), self._cutoff) if len(name) <= LONGEST else None

    def _preselect(self, name: str) -> Iterable[str]:
        if len(self._names) <= FEW:
            return self._names
        most = max(LEAST, CHARACTERS // max(1, len(name)))
        alike = _take_most(self._count_common_parts(name), self._of_similar_length(name), most)
        return [self._names[at] for at in _positions(alike)]

    def _of_similar_length(self, name: str) -> int:
        """The names that are neither too long nor too short to be similar, as a bit set of their positions."""
        alike = 0
        for length, names in self._by_length.items():
            if 2 * min(length, len(name)) >= self._cutoff * (length + len(name)):
                alike |= names
        return alike

    def _count_common_parts(self, name: str) -> list[int]:
        """The number of parts that each name shares with `name`, in binary: one bit set of positions for each digit."""
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
        """Bit sets of the positions of names, by their lengths."""
        return _make_bit_sets((len(name), at) for at, name in enumerate(self._names))

    @cached_property
    def _by_part(self) -> Mapping[str, int]:
        """Bit sets of the positions of names, by the parts that they have."""
        return _make_bit_sets((part, at) for at, name in enumerate(self._names) for part in _parts(name))


def _find_most_similar(name: str, known: Iterable[str], cutoff: float) -> str | None:
    """The name that `difflib.get_close_matches` finds, with fewer comparisons.

    Those that can be most similar, by the characters that they have in common, are compared first. What can be no more
    similar than one that was found is not compared.
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
    """The characters of a name, and its pairs of adjacent characters."""
    return {*name, *map(str.__add__, name, name[1:])}


def _make_bit_sets(entries: Iterable[tuple[Key, int]]) -> Mapping[Key, int]:
    """Bit sets of positions by key, of entries in the order of their positions."""
    positions: dict[Key, list[int]] = {}
    for key, position in entries:
        positions.setdefault(key, []).append(position)
    return {key: _make_bit_set(found) for key, found in positions.items()}


def _make_bit_set(positions: Sequence[int]) -> int:
    octets = bytearray(positions[-1] // 8 + 1)
    for position in positions:
        octets[position // 8] |= 1 << position % 8
    return int.from_bytes(octets, "little")


def _take_most(digits: list[int], among: int, most: int) -> int:
    """The `most` positions with the highest counts among a set of positions; of equal counts, the first positions."""
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
    """The positions of the bits that are set, in order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
