"""Splits postings into shards, the files that a search loads: by prefix of words, as few as possible.

A shard is named by the common prefix of its words. A shard above `LIMIT` is split by the next character, so the shards
depend only on the words, and an edit changes only the shards of its words. `static/search.js` finds the shard of a word
by the same keys.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from afterword.search.documents import HEADING
from afterword.search.postings import count_posts, read_postings, write_postings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from afterword.search.postings import Postings

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
        sorted(word for word, text in postings.items() if len(text) >= 2 * minimum - 1 and count_posts(text) > minimum)
    )
    kept = dict(postings)
    for word in common:
        prominent = [(post, weight) for post, weight in read_postings(postings[word]) if weight >= HEADING]
        kept[word] = write_postings(prominent)
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
