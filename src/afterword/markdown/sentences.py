"""The sentence around a link, as other pages quote it.

Relies on the punctuation that ends sentences in most scripts. Refuses to be long: of a long sentence it gives the part
around the link.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.markdown.plain import plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

LONGEST = 300
"""How many characters of a sentence are quoted."""

_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”]*)")


def find_sentence(children: Sequence[Token], link: Token) -> str:
    """The sentence that a link, one of these inline tokens, begins in; on one line."""
    index = next((index for index, child in enumerate(children) if child is link), 0)
    before = plain_text(children[:index])
    text = before + plain_text(children[index:])
    start = max(
        (match.end() for match in _END.finditer(text, 0, len(before) + 1) if match.end() <= len(before)), default=0
    )
    ending = _END.search(text, len(before))
    end = ending.end() if ending is not None else len(text)
    sentence = " ".join(text[start:end].split())
    return sentence if len(sentence) <= LONGEST else _cut(sentence, len(" ".join(text[start : len(before)].split())))


def _cut(sentence: str, position: int) -> str:
    """The words around a position, with an ellipsis where there are more."""
    start = max(0, min(position - LONGEST // 2, len(sentence) - LONGEST))
    end = start + LONGEST
    cut = sentence[start:end]
    before, after = start > 0, end < len(sentence)
    words = cut.split(" ")[1 if before else 0 : -1 if after else None]
    return ("…" if before else "") + " ".join(words) + ("…" if after else "")
