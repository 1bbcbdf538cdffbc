"""The postings of words: the posts in which a word occurs, with its weight in each.

Postings are text: a number in base 36 for each post, four times the distance to the previous post plus the weight.
Posts are counted from 0, and the distance of the first is its number plus 1.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Postings: TypeAlias = "Mapping[str, str]"
"""Postings by word."""

Change: TypeAlias = tuple[int, int]
"""A post and the new weight of a word in it; `GONE` if it no longer occurs."""

GONE = -1
WEIGHTS = 4

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def change_postings(before: Postings, changes: Mapping[str, Iterable[Change]]) -> dict[str, str]:
    """Returns the postings after changes to the weights of words."""
    after = dict(before)
    for word, changed in changes.items():
        known = before.get(word)
        if known is None:
            text = write_postings(change for change in changed if change[1] != GONE)
        else:
            weights = dict(read_postings(known)) | dict(changed)
            text = write_postings(sorted((post, weight) for post, weight in weights.items() if weight != GONE))
        if text:
            after[word] = text
        else:
            after.pop(word, None)
    return after


class PostingsWriter:
    """Collects the postings of all words of many posts, which are added in order."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[str]] = {}
        self._last: dict[str, int] = {}
        self._post = 0

    def add(self, weights: Mapping[str, int]) -> None:
        """Adds the next post, with the weights of its words."""
        post, last, numbers = self._post, self._last, self._numbers
        for word, weight in weights.items():
            number = _write((post - last.get(word, -1)) * WEIGHTS + weight)
            if word in numbers:
                numbers[word].append(number)
            else:
                numbers[word] = [number]
            last[word] = post
        self._post += 1

    def write(self) -> dict[str, str]:
        """Returns the postings by word."""
        return {word: " ".join(numbers) for word, numbers in self._numbers.items()}


def write_postings(weights: Iterable[Change]) -> str:
    """Encodes posts and weights, in the order of the posts."""
    numbers = []
    last = -1
    for post, weight in weights:
        numbers.append(_write((post - last) * WEIGHTS + weight))
        last = post
    return " ".join(numbers)


def read_postings(text: str) -> list[Change]:
    """Decodes posts and weights."""
    found = []
    post = -1
    for number in text.split(" "):
        distance, weight = divmod(int(number, 36), WEIGHTS)
        post += distance
        found.append((post, weight))
    return found


def count_posts(text: str) -> int:
    """Returns the number of posts in encoded postings."""
    return text.count(" ") + 1


@lru_cache(maxsize=65_536)
def _write(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
