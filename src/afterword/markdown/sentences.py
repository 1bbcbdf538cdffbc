"""Sentences around links, as other pages quote them.

A sentence ends with the punctuation of most scripts. Of a long one, only the part around the link is quoted. The text
of a paragraph is made once for all its links.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from afterword.markdown.asides import drop_asides, mark
from afterword.markdown.plain import plain_text
from afterword.talks.moments import format_span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

LONGEST = 300
"""Characters of a sentence that are quoted."""

_NEAR = 600
"""Characters on either side of a link that are looked at: enough to quote, however much white space they have."""

_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”]*)")


class Paragraph:
    """What the inline tokens of a block say. On notes on a `talk`, sentences are without the stamps that are asides."""

    def __init__(self, children: Sequence[Token], *, talk: bool) -> None:
        pieces = [_say_token(child, talk=talk) for child in children]
        self.children = children
        self._text = "".join(pieces)
        self._starts = list(accumulate(map(len, pieces), initial=0))
        spans = [match.span() for match in _END.finditer(self._text)]
        self._sentence_marks = [start for start, _ in spans]
        self._sentence_ends = [end for _, end in spans]

    def find_sentence(self, index: int) -> str:
        """The sentence that the inline token at an index begins in; on one line."""
        position = self._starts[index]
        start, end = self._find_start(position), self._find_end(position)
        sentence = _tidy(self._text[start:end])
        return sentence if len(sentence) <= LONGEST else _cut(sentence, len(_tidy(self._text[start:position])))

    def _find_start(self, position: int) -> int:
        before = bisect_right(self._sentence_ends, position) - 1
        start = self._sentence_ends[before] if before >= 0 else 0
        far = position - _NEAR
        return max(far, self._text.find(" ", far, position)) if start < far else start

    def _find_end(self, position: int) -> int:
        at = bisect_left(self._sentence_marks, position)
        if at and self._sentence_ends[at - 1] > position:  # punctuation begins before the link and ends in it
            ending = _END.search(self._text, position)
            return ending.end() if ending is not None else len(self._text)
        end = self._sentence_ends[at] if at < len(self._sentence_ends) else len(self._text)
        far = position + _NEAR
        if end <= far:
            return end
        space = self._text.find(" ", far, min(end, far + _NEAR))
        return space if space >= 0 else far


def _say_token(token: Token, *, talk: bool) -> str:
    """What a token says: a tag of HTML nothing, but where it ends a line."""
    if token.type == "html_inline":
        return " " if token.content[:3].lower() == "<br" else ""
    return mark(format_span(token.meta["span"])) if talk and token.type == "moment" else plain_text((token,))


def _tidy(text: str) -> str:
    return " ".join(drop_asides(text).split())


def _cut(sentence: str, position: int) -> str:
    """The words around a position, with an ellipsis where there are more."""
    start = max(0, min(position - LONGEST // 2, len(sentence) - LONGEST))
    end = start + LONGEST
    cut = sentence[start:end]
    before, after = start > 0, end < len(sentence)
    words = cut.split(" ")[1 if before else 0 : -1 if after else None]
    return ("…" if before else "") + " ".join(words) + ("…" if after else "")
