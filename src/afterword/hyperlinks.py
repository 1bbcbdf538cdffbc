"""The links of a paragraph of Markdown, each with the words around it, before any text is rendered.

Relies on markdown-it-py for what is a link in CommonMark, inline or by reference, and on `autolinks` for bare
addresses. Refuses links in code, and images: neither leads anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from afterword.wording import say_words

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MAY_LINK = re.compile(r"[\[<]|://|www\.", re.IGNORECASE)
_DEFINITION = re.compile(r"^ {0,3}\[[^^\[\]\n][^\[\]\n]{0,200}\]:", re.MULTILINE)
_ANCHOR = re.compile(r"""<a\s(?:[^>]*\s)?href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ANCHOR_END = re.compile(r"</a\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """A link: its target as written, its words, which are empty for an address alone, and the words on either side."""

    target: str
    words: str
    before: str
    behind: str


def find_links(paragraph: str, text: str = "") -> tuple[Hyperlink, ...]:
    """The links of a paragraph in their order; `text` is the one around it, which may define references."""
    if _MAY_LINK.search(paragraph) is None:
        return ()
    environment: MutableMapping[str, object] = {"references": _read_definitions(text) if "[" in paragraph else {}}
    tokens = _line_parser().parseInline(paragraph, environment)[0].children or []
    return tuple(_gather(tokens))


def _gather(tokens: Iterable[Token]) -> Iterable[Hyperlink]:
    pieces: list[str] = []
    spans: list[tuple[str, bool, int, int]] = []
    target, is_bare, start = "", False, -1
    for token in tokens:
        anchor = _ANCHOR.match(token.content) if token.type == "html_inline" else None
        if token.type == "link_open":
            target, is_bare, start = str(token.attrs.get("href", "")), token.info == "auto", len(pieces)
        elif anchor is not None:
            target, is_bare, start = next(filter(None, anchor.groups()), ""), False, len(pieces)
        elif token.type == "link_close" or (token.type == "html_inline" and _ANCHOR_END.match(token.content)):
            if start >= 0:
                spans.append((target, is_bare, start, len(pieces)))
            start = -1
        else:
            pieces.append(" " if token.type in ("softbreak", "hardbreak") else "".join(say_words([token])))
    for target, is_bare, start, end in spans:
        words = "" if is_bare else _join(pieces[start:end]).strip()
        yield Hyperlink(target, words, _join(pieces[:start]), _join(pieces[end:]))


def _join(pieces: Iterable[str]) -> str:
    return re.sub(r"\s+", " ", "".join(pieces))


def _read_definitions(text: str) -> object:
    """The link reference definitions of a text, as the parser knows them; those in code are none."""
    if _DEFINITION.search(text) is None:
        return {}
    environment: MutableMapping[str, object] = {}
    _block_parser().parse(text, environment)
    return environment.get("references", {})


@lru_cache(maxsize=1)
def _line_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # only notes that name their talk in the text need it so early

    from afterword.autolinks import add_autolink_rules

    parser = MarkdownIt("commonmark").enable("strikethrough")
    parser.normalizeLink = str  # type: ignore[method-assign, assignment]
    add_autolink_rules(parser)
    return parser


@lru_cache(maxsize=1)
def _block_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    parser.normalizeLink = str  # type: ignore[method-assign, assignment]
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser
