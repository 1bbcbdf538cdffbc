"""The index data of one post: the weights of its words, and the row that describes it in results."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from afterword.search.tokens import find_words, find_words_of_piece

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
