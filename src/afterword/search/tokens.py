"""The words of the search index: folded, in pairs for scripts without spaces, and their weights in a post.

`static/search.js` splits queries by the same rules, which the index contains (`QUERY_RULES`); a test compares both.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias
from unicodedata import normalize

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


MAX_LENGTH = 24
"""Maximum length of a word; longer words are cut."""

_MARKS = lazy_pattern(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d\u20d0-\u20ff\u3099\u309a\ufe20-\ufe2f]"
)
"""Marks that queries often omit: accents, the vowels of Arabic and Hebrew, the tatweel, and joiners."""

_SPELLINGS = dict(
    zip("łøđðþæœıßςةى_", ("l", "o", "d", "d", "th", "ae", "oe", "i", "ss", "σ", "ه", "ي", " "), strict=True)
)
_LETTERS = str.maketrans(_SPELLINGS)
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

_IN_WORD = r"[\p{L}\p{N}\p{M}]"
_BEFORE, _AFTER = f"(?<!{_IN_WORD})", f"(?!{_IN_WORD})"
QUERY_RULES: Mapping[str, object] = {
    "marks": _MARKS.pattern,
    "letters": _SPELLINGS,
    "word": rf"(?<dense>[{_DENSE}]+)|(?:ال(?={_IN_WORD}{{3}}))?"
    rf"(?<plain>{_BEFORE}(?:[a-z]{_IN_WORD}*(?:\+\+|#)|\.[a-z]{_IN_WORD}*){_AFTER}|[{_IN_WORD}--[{_DENSE}]]+)",
    "before": f"{_BEFORE}(?:ال)?",
    "after": _AFTER,
}
"""The rules in the syntax of JavaScript: `_MARKS`, `_LETTERS`, the words of a folded query, and what is around a word.

Their patterns differ from those for texts, because JavaScript has only ASCII words.
"""


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

COLUMNS = ("url", "title", "speaker", "event", "tag", "year", "lang")

Row: TypeAlias = tuple[str, ...]
"""The columns of a result. Its URL is relative to the home page; a year that the event names, and the blog's language,
are empty.
"""

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
