"""Plain text of inline tokens, for titles, feeds and descriptions: without markup and timestamps, cut at sentences."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern
from afterword.talks.timestamps import format_time_range

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markdown_it.token import Token


_PHRASE = lazy_pattern(
    r"</?(?:a|abbr|b|bdi|bdo|br|cite|code|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|var|wbr)"
    r"(?=[\s/>])|<!--",
    re.IGNORECASE,
)
"""Matches the tags of HTML that are markup of words. Others, as in `List<String>`, may be meant as text."""


def plain_text(tokens: Iterable[Token]) -> str:
    """Returns the text of inline tokens, as CommonMark has it for the descriptions of images (0.31, "Images").

    References to footnotes are no part of it, unless the footnote is missing: then they are text.
    """
    pieces: list[str] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif token.children:
            pieces.append(plain_text(token.children))
        elif token.type == "footnote_ref":
            pieces.append("" if token.meta["is_defined"] else f"[^{token.content}]")
        elif token.type != "html_inline" or _PHRASE.match(token.content) is None:
            pieces.append(token.content)
    return "".join(pieces)


_MARK = "\0"
"""What stands on both sides of a timestamp; Markdown lets no text have it."""

_LEADING = (
    *("about", "after", "around", "at", "before", "between", "by", "from", "in", "minute", "minutes", "near", "past"),
    *("see", "since", "till", "to", "until"),
    *("ab", "bei", "bis", "gegen", "nach", "seit", "siehe", "um", "von", "vor", "zwischen"),
    *("après", "avant", "depuis", "dès", "entre", "vers", "voir", "à"),
    *("desde", "hacia", "hasta", "las", "até", "às", "alle", "dalle", "fino", "rond", "tot", "vanaf"),
)
_BLANK_LINES = lazy_pattern(r"\n{2,}")
_TIMESTAMP = rf"{_MARK}[\d: –—-]+{_MARK}"
_JOINED = rf"{_TIMESTAMP}(?:\s*(?:[,;/&–—-]|\b(?:and|et|or|oder|ou|to|und|y)\b)?\s*{_TIMESTAMP})*"
_IN_SENTENCE = lazy_pattern(rf"((?<!\w)(?:{'|'.join(_LEADING)})\s+\(?)({_JOINED})", re.IGNORECASE)
_IN_PARENTHESES = lazy_pattern(rf"\s*\(\s*{_JOINED}\s*\)")
_FIRST = lazy_pattern(rf"(^|[\n.!?…]\s*){_JOINED}(?:\s*[:,–—-](?=\s))?\s*")
_RUN = lazy_pattern(rf"(?:\s+[–—-])?\s*({_JOINED})")
_LAST = lazy_pattern(rf"{_TIMESTAMP}(?=\n|\Z)")
_WITHIN = lazy_pattern(rf"\s*{_JOINED}")


def mark(timestamp: str) -> str:
    """Returns a timestamp's time, marked as such for `drop_asides`."""
    return f"{_MARK}{timestamp}{_MARK}"


def drop_asides(text: str) -> str:
    """Returns a text without the marks of timestamps, and without timestamps that are not part of a sentence."""
    if _MARK not in text:
        return text
    text = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    text = _BLANK_LINES.sub("\n", text)
    text = _IN_SENTENCE.sub(lambda match: f"{match[1]}{match[2].replace(_MARK, '')}", text)
    text = _IN_PARENTHESES.sub("", text)
    text = _FIRST.sub(r"\1", text)
    return _WITHIN.sub("", _drop_last(text))


def _drop_last(text: str) -> str:
    """Returns the text without the timestamps at the ends of its lines.

    One pattern for a run of timestamps up to the end of a line would look at each run again from each timestamp.
    """
    pieces: list[str] = []
    done = 0
    for run in _RUN.finditer(text):
        ends = [match.end() for match in _LAST.finditer(text, run.start(1), run.end() + 1) if match.end() <= run.end()]
        if ends:
            pieces.append(text[done : run.start()])
            done = ends[-1]
    return "".join((*pieces, text[done:]))


LONGEST = 300
"""Characters of a sentence that are quoted."""

_NEAR = 600
"""Characters on either side of a link that are looked at: enough to quote, however much white space they have."""

_END = lazy_pattern(r"(?:[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”]*)")


class Paragraph:
    """What the inline tokens of a block say. On notes on a `talk`, sentences have no timestamps that are asides."""

    def __init__(self, children: Sequence[Token], *, talk: bool) -> None:
        pieces = [_say_token(child, talk=talk) for child in children]
        self.children = children
        self._text = "".join(pieces)
        self._starts = list(accumulate(map(len, pieces), initial=0))
        spans = [match.span() for match in _END.finditer(self._text)]
        self._sentence_marks = [start for start, _ in spans]
        self._sentence_ends = [end for _, end in spans]

    def find_sentence(self, index: int) -> str:
        """Returns the sentence that the inline token at an index begins in; on one line."""
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
    """Returns what a token says: a tag of HTML nothing, but where it ends a line."""
    if token.type == "html_inline":
        return " " if token.content[:3].lower() == "<br" else ""
    return mark(format_time_range(token.meta["span"])) if talk and token.type == "timestamp" else plain_text((token,))


def _tidy(text: str) -> str:
    return " ".join(drop_asides(text).split())


def _cut(sentence: str, position: int) -> str:
    """Returns the words around a position, with an ellipsis where there are more."""
    start = max(0, min(position - LONGEST // 2, len(sentence) - LONGEST))
    end = start + LONGEST
    cut = sentence[start:end]
    before, after = start > 0, end < len(sentence)
    words = cut.split(" ")[1 if before else 0 : -1 if after else None]
    return ("…" if before else "") + " ".join(words) + ("…" if after else "")
