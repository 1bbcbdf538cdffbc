"""The links and frames of a paragraph of Markdown, each with the words around it, before any text is rendered.

Relies on markdown-it-py for what is a link in CommonMark, inline or by reference, and on `autolinks` for bare
addresses. Refuses links in code, and images: neither leads anywhere.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.wording import say_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, MutableMapping

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

NEAR = 1_000
"""So many characters of a paragraph's words are given on either side of a link."""

_MAY_LINK = re.compile(r"[\[<]|://|www\.", re.IGNORECASE)
_DEFINITION = re.compile(r"^ {0,3}\[[^^\[\]\n][^\[\]\n]{0,200}\]:", re.MULTILINE)
_ANCHOR = re.compile(r"""<a\s(?:[^>]*\s)?href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_FRAME = re.compile(r"""<iframe\s(?:[^>]*\s)?src\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ANCHOR_END = re.compile(r"</a\s*>", re.IGNORECASE)


class Hyperlink(Struct, frozen=True):
    """A link or a frame: its target as written, its words, and those on either side.

    A frame has no words, nor has a link that is an address alone.
    """

    target: str
    words: str
    before: str
    behind: str


def find_links(paragraph: str, text: str = "") -> Iterator[Hyperlink]:
    """The links of a paragraph in their order; `text` is the one around it, which may define references."""
    if _MAY_LINK.search(paragraph) is None:
        return
    environment: MutableMapping[str, object] = {"references": _read_definitions(text) if "[" in paragraph else {}}
    tokens = _line_parser().parseInline(paragraph, environment)[0].children or []
    words, spans = _gather(tokens)
    for target, is_bare, start, end in spans:
        own = "" if is_bare else _tidy(words[start:end]).strip()
        yield Hyperlink(target, own, _tidy(words[max(0, start - NEAR) : start]), _tidy(words[end : end + NEAR]))


def _gather(tokens: Iterable[Token]) -> tuple[str, list[tuple[str, bool, int, int]]]:
    """The words of a paragraph; and of each link its target, whether that is all of it, and where in them it is."""
    pieces: list[str] = []
    spans: list[tuple[str, bool, int, int]] = []
    target, is_bare, start, at = "", False, -1, 0
    for token in tokens:
        if token.type == "link_open":
            target, is_bare, start = str(token.attrs.get("href", "")), token.info == "auto", at
        elif (anchor := _read_tag(token, _ANCHOR)) is not None:
            target, is_bare, start = anchor, False, at
        elif (frame := _read_tag(token, _FRAME)) is not None:
            spans.append((frame, True, at, at))
        elif token.type == "link_close" or (token.type == "html_inline" and _ANCHOR_END.match(token.content)):
            if start >= 0:
                spans.append((target, is_bare, start, at))
            start = -1
        elif token.type != "html_inline":
            pieces.append(" " if token.type in ("softbreak", "hardbreak") else "".join(say_words([token])))
            at += len(pieces[-1])
    return "".join(pieces), spans


def _read_tag(token: Token, pattern: re.Pattern[str]) -> str | None:
    """The address in a tag of HTML of this pattern; None for every other token."""
    match = pattern.match(token.content) if token.type == "html_inline" else None
    return unescape(next(filter(None, match.groups()), "")) if match is not None else None


def _tidy(words: str) -> str:
    return re.sub(r"\s+", " ", words)


@lru_cache(maxsize=1)
def _read_definitions(text: str) -> object:
    """The link reference definitions of a text, as the parser knows them; those in code are none.

    Those of the last text are kept: the paragraphs of a text are looked at one by one.
    """
    if _DEFINITION.search(text) is None:
        return {}
    environment: MutableMapping[str, object] = {}
    _block_parser().parse(text, environment)
    return environment.get("references", {})


@lru_cache(maxsize=1)
def _line_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # only notes that name their talk in the text need it so early

    from afterword.autolinks import add_autolink_rules
    from afterword.brackets import add_bracket_rules

    parser = MarkdownIt("commonmark").enable("strikethrough")
    parser.normalizeLink = str  # type: ignore[method-assign, assignment]
    add_bracket_rules(parser)
    add_autolink_rules(parser)
    return parser


@lru_cache(maxsize=1)
def _block_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    parser.normalizeLink = str  # type: ignore[method-assign, assignment]
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser
