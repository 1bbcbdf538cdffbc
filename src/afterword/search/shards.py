"""The search index: the postings of words, and the shards, the files that a search loads.

Postings are text: a number in base 36 for each post with the word, four times the distance to the previous post plus
the weight. Posts are counted from 0, and the distance of the first is its number plus 1.

A shard is named by the common prefix of its words. A shard above `LIMIT` is split by the next character, so the shards
depend only on the words, and an edit changes only the shards of its words. `static/search.js` finds the shard of a word
by the same keys.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from afterword.search.tokens import HEADING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Postings: TypeAlias = "Mapping[str, str]"
"""Postings by word."""

Change: TypeAlias = tuple[int, int]
"""A post and the new weight of a word in it; `GONE` if it no longer occurs."""

GONE = -1
WEIGHTS = 4

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def change_postings(before: Postings, changes: Mapping[str, Iterable[Change]]) -> dict[str, str]:
    after = dict(before)
    for word, changed in changes.items():
        known = before.get(word)
        if known is None:
            text = encode_postings(change for change in changed if change[1] != GONE)
        else:
            weights = dict(decode_postings(known)) | dict(changed)
            text = encode_postings(sorted((post, weight) for post, weight in weights.items() if weight != GONE))
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
            number = _encode_number((post - last.get(word, -1)) * WEIGHTS + weight)
            if word in numbers:
                numbers[word].append(number)
            else:
                numbers[word] = [number]
            last[word] = post
        self._post += 1

    def write(self) -> dict[str, str]:
        return {word: " ".join(numbers) for word, numbers in self._numbers.items()}


def encode_postings(weights: Iterable[Change]) -> str:
    """Encodes posts and weights, in the order of the posts."""
    numbers = []
    last = -1
    for post, weight in weights:
        numbers.append(_encode_number((post - last) * WEIGHTS + weight))
        last = post
    return " ".join(numbers)


def decode_postings(text: str) -> list[Change]:
    """Decodes posts and weights."""
    found = []
    post = -1
    for number in text.split(" "):
        distance, weight = divmod(int(number, 36), WEIGHTS)
        post += distance
        found.append((post, weight))
    return found


@lru_cache(maxsize=65_536)
def _encode_number(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


LIMIT = 24_000
"""Maximum length of a shard in characters: about 9 KB compressed."""

MIN_POSTS = 20
"""Number of posts up to which no word is common."""

_COMMON = 0.6
"""Share of posts from which a word is common: it is then indexed only in titles and headings."""

_PUNCTUATION = 6
"""Characters of an entry besides its word and postings."""

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")

_Entry: TypeAlias = tuple[str, str, str]
"""The key of a word, the word, and its postings."""


class Reduced(Struct, frozen=True):
    """Postings to publish: those of `common` words cover only titles and headings."""

    postings: Postings
    common: tuple[str, ...]


def key_of(word: str) -> str:
    """Returns the key of a word: ASCII letters and digits unchanged, others as `_` and five hexadecimal digits."""
    if word.isascii() and word.isalnum():
        return word
    return "".join(character if character in _SAFE else f"_{ord(character):05x}" for character in word)


def bucket_of(word: str) -> str:
    """Returns the first character of a word's key."""
    return word[0] if word[0] in _SAFE else "_"


def reduce(postings: Postings, posts: int) -> Reduced:
    """Removes the postings of common words in texts; `posts` is the number of posts."""
    minimum = posts * _COMMON
    if posts < MIN_POSTS:
        return Reduced(postings, ())
    common = tuple(
        sorted(
            word for word, text in postings.items() if len(text) >= 2 * minimum - 1 and text.count(" ") + 1 > minimum
        )
    )
    kept = dict(postings)
    for word in common:
        prominent = [(post, weight) for post, weight in decode_postings(postings[word]) if weight >= HEADING]
        kept[word] = encode_postings(prominent)
    return Reduced({word: text for word, text in kept.items() if text}, common)


def is_one_shard(size: int) -> bool:
    """Returns whether postings of this size fit into one shard."""
    return size <= LIMIT


def measure(postings: Postings) -> int:
    """Returns the size of a shard of these postings, in characters."""
    return sum(len(word) + len(text) + _PUNCTUATION for word, text in postings.items())


def divide(postings: Postings, name: str = "") -> Mapping[str, Postings]:
    """Splits postings into shards by name; `name` is the common prefix of all keys."""
    entries = sorted((key_of(word), word, text) for word, text in postings.items())
    return {shard: {word: text for _, word, text in found} for shard, found in _divide(entries, name)}


def _divide(entries: Sequence[_Entry], name: str) -> Iterator[tuple[str, Sequence[_Entry]]]:
    size = sum(len(word) + len(text) + _PUNCTUATION for _, word, text in entries)
    if is_one_shard(size):
        if entries:
            yield name, entries
        return
    end = len(name)
    for beginning, group in groupby(entries, lambda entry: entry[0][: end + 1]):
        if beginning == name:
            yield name, list(group)
        else:
            yield from _divide(list(group), beginning)
