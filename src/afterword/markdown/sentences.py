"""The sentence around a link, as other pages quote it.

Relies on the punctuation that ends sentences in most scripts. Refuses to be long: of a long sentence it gives the part
around the link.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.markdown.asides import drop_asides, mark
from afterword.markdown.plain import plain_text
from afterword.talks.moments import format_span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

LONGEST = 300
"""How many characters of a sentence are quoted."""

_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”]*)")


def find_sentence(children: Sequence[Token], link: Token, *, talk: bool = False) -> str:
    """The sentence that a link, one of these inline tokens, begins in; on one line.

    On notes on a `talk`, without the stamps that are asides.
    """
    index = next((index for index, child in enumerate(children) if child is link), 0)
    before = _say(children[:index], talk=talk)
    text = before + _say(children[index:], talk=talk)
    start = max(
        (match.end() for match in _END.finditer(text, 0, len(before) + 1) if match.end() <= len(before)), default=0
    )
    ending = _END.search(text, len(before))
    end = ending.end() if ending is not None else len(text)
    sentence = _tidy(text[start:end])
    return sentence if len(sentence) <= LONGEST else _cut(sentence, len(_tidy(text[start : len(before)])))


def _say(tokens: Sequence[Token], *, talk: bool) -> str:
    return "".join(_say_token(token, talk=talk) for token in tokens)


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
