"""The search index: the postings of words, and the shards, the files that a search loads.

Postings are text: a number in base 36 for each post with the word, four times the distance to the previous post plus
the weight. Posts are counted from 0, and the distance of the first is its number plus 1.

A shard is named by the common prefix of its words. A shard above `LIMIT` is split by the next character, so the shards
depend only on the words, and an edit changes only the shards of its words. `static/search.js` finds the shard of a word
by the same keys.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias
from unicodedata import normalize

from msgspec import Struct

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


MAX_LENGTH = 24
"""Maximum length of a word; longer words are cut."""

_MARKS = lazy_pattern(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]"
)
"""Marks that queries often omit: accents, the vowels of Arabic and Hebrew, the tatweel, and joiners."""

_LETTERS = str.maketrans(
    dict(zip("łøđðþæœıßςةى_", ("l", "o", "d", "d", "th", "ae", "oe", "i", "ss", "σ", "ه", "ي", " "), strict=True))
)
"""Letters that Unicode does not decompose, and that have several spellings."""

_DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts without spaces between words, and Hangul, whose words take endings."""

_WORD = lazy_pattern("[\\w\u0900-\u0963\u0966-\u109f\u1780-\u17ff]+")
"""A word of folded text; the ranges are scripts with vowel marks."""

_WITH_SYMBOLS = lazy_pattern(r"(?<!\w)(?:[a-z]\w*(?:\+\+|#)|\.[a-z]\w*)(?!\w)")
"""Names such as `c++`, `c#` and `.net`."""

_RUN = lazy_pattern(f"[{_DENSE}]+|[^{_DENSE}]+")
_HAS_DENSE = lazy_pattern(f"[{_DENSE}]")
_ARTICLE = lazy_pattern("^ال(?=...)")


def fold(text: str) -> str:
    """Folds a text for comparison: lower case, without marks."""
    if text.isascii():
        return text.lower().replace("_", " ")
    return normalize("NFC", _MARKS.sub("", normalize("NFKD", text).lower())).translate(_LETTERS)


def find_words(text: str) -> Iterator[str]:
    """Yields the words of a text in order, with repetitions; `c++` gives `c` and `c++`."""
    return (word for piece in text.split() for word in find_words_of_piece(piece))


def find_words_of_piece(piece: str) -> tuple[str, ...]:
    """Returns the words of a text without spaces; results for short ones are cached."""
    return _find_cached(piece) if len(piece) <= MAX_LENGTH else _find(piece)


def _find(piece: str) -> tuple[str, ...]:
    folded = fold(piece)
    words: list[str] = []
    for word in _WORD.findall(folded):
        if word.isascii():
            words.append(word[:MAX_LENGTH])
        elif _HAS_DENSE.search(word):
            words += _split_dense(word)
        else:
            words.append(_ARTICLE.sub("", word)[:MAX_LENGTH])
    return (*words, *(name[:MAX_LENGTH] for name in _WITH_SYMBOLS.findall(folded)))


_find_cached = lru_cache(maxsize=50_000)(_find)


def _split_dense(word: str) -> Iterator[str]:
    """Splits a word with characters of a dense script into overlapping pairs and the last character.

    So each character starts a term, and is found if it is typed alone.
    """
    for run in _RUN.findall(word):
        if _HAS_DENSE.match(run):
            yield from (run[index : index + 2] for index in range(len(run)))
        else:
            yield run[:MAX_LENGTH]


ONCE, OFTEN, HEADING, TITLE = range(4)
"""Weights of a word: in the text, in the text at least `_OFTEN` times, in a heading, in title, talk or tags."""

_OFTEN = 3

Row: TypeAlias = tuple[str, ...]
"""The columns of a result: URL (from the root, without base path and first `/`), title, speakers, event, tags, date
(`2026-01-31`, or less of it), and its language if it differs from the blog's.
"""

COLUMNS = 7

_SEARCHED = slice(1, 5)
"""Columns of a row whose words have the weight of a title."""


def weigh_text(text: str, headings: Iterable[str]) -> str:
    """Returns the words of a text for the cache: a line of words for each weight up to headings."""
    counts: Counter[str] = Counter()
    for piece, count in Counter(text.split()).items():
        for word in find_words_of_piece(piece):
            counts[word] += count
    heads = {word for heading in headings for word in find_words(heading)}
    lines: tuple[list[str], list[str], list[str]] = ([], [], sorted(heads))
    for word, count in counts.items():
        if word not in heads:
            lines[OFTEN if count >= _OFTEN else ONCE].append(word)
    return "\n".join(map(" ".join, lines))


def weigh_post(row: Row, text: str) -> Mapping[str, int]:
    """Returns the weight of each word of a post; `text` is the result of `weigh_text`, or empty."""
    weights: dict[str, int] = {}
    for weight, line in enumerate(text.split("\n")):
        weights.update(dict.fromkeys(line.split(), weight))
    for part in row[_SEARCHED]:
        weights.update(dict.fromkeys(find_words(part), TITLE))
    return weights


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


@lru_cache(maxsize=65_536)
def _write(number: int) -> str:
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
