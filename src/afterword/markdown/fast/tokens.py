"""Makes the tokens of markdown-it-py: for blocks, for paragraphs, and for texts."""

from __future__ import annotations

from markdown_it.common.utils import mdTrim
from markdown_it.token import Token


def make_paragraph(level: int, lines: tuple[int, int], text: str) -> tuple[Token, Token, Token]:
    """Returns the tokens of a paragraph on these lines, from 0 and end excluded."""
    return (
        make_block("paragraph_open", "p", 1, level, lines),
        make_inline(level + 1, lines, text),
        make_block("paragraph_close", "p", -1, level),
    )


def make_inline(level: int, lines: tuple[int, int], text: str) -> Token:
    """Returns the token of a text that is read later."""
    token = make_block("inline", "", 0, level, lines, "", mdTrim(text))
    token.children = []
    return token


def make_block(
    type: str,
    tag: str,
    nesting: int,
    level: int,
    lines: tuple[int, int] | None = None,
    markup: str = "",
    content: str = "",
) -> Token:
    """Returns a token of a block."""
    return make_token(type, tag, nesting, level, content, markup, lines=list(lines) if lines else None, is_block=True)


_new = object.__new__


def make_token(
    type: str,
    tag: str,
    nesting: int,
    level: int,
    content: str = "",
    markup: str = "",
    *,
    lines: list[int] | None = None,
    is_block: bool = False,
) -> Token:
    """Returns a token. Setting the attributes without `Token.__init__` takes two thirds of the time."""
    token = _new(Token)
    token.type = type
    token.tag = tag
    token.nesting = nesting  # type: ignore[assignment]  # a `Literal`
    token.attrs = {}
    token.map = lines
    token.level = level
    token.children = None
    token.content = content
    token.markup = markup
    token.info = ""
    token.meta = {}
    token.block = is_block
    token.hidden = False
    return token
