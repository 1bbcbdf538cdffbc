"""The plain text of inline tokens: what they say without markup.

Relies on tokens alone. Refuses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token


def plain_text(tokens: Iterable[Token]) -> str:
    """The text of inline tokens, as CommonMark has it for the descriptions of images (0.31, "Images")."""
    pieces: list[str] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif token.children:
            pieces.append(plain_text(token.children))
        elif token.type == "footnote_ref":
            pieces.append(f"[^{token.content}]")
        else:
            pieces.append(token.content)
    return "".join(pieces)
