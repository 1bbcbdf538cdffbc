"""Finds links in one paragraph, bare URLs and addresses included.

Bare ones follow the extension "Autolinks" of the GitHub Flavored Markdown specification.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.patterns import lazy_pattern
from afterword.outline.plain_text import say_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, MutableMapping

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_DOMAIN = r"(?:[\w-]{1,63}\.){1,30}[^\W_](?:[\w-]{0,62}[^\W_])?"
_WEB = lazy_pattern(rf"(?:{_DOMAIN}|localhost)(?::\d{{1,5}})?(?:[/?#][^\s<]*)?")
_PROTOCOL = lazy_pattern(r"(?<![^\s*_~(\"'\[])https?$", re.IGNORECASE)
_LOCAL_PART = lazy_pattern(r"(?<![\w.+-])[A-Za-z0-9.+_-]{1,64}$")
_MAIL_DOMAIN = lazy_pattern(r"(?:[A-Za-z0-9_-]{1,63}\.){1,10}[A-Za-z0-9_-]{0,62}[A-Za-z0-9](?![\w-])")
_BEFORE = frozenset(" \t\n*_~(\"'[")
_ENTITY = lazy_pattern(r"&[A-Za-z0-9]{1,32};$")


def add_autolink_rules(parser: MarkdownIt) -> None:
    """Teach a parser bare addresses."""
    terminators = parser.inline.terminator_re.pattern
    parser.inline.terminator_re = re.compile(rf"{terminators}|w(?=ww\.)")
    parser.inline.ruler.push("bare_web", _read_web)
    parser.inline.ruler.push("bare_www", _read_www)
    parser.inline.ruler.push("bare_mail", _read_mail)


def _read_web(state: StateInline, silent: bool) -> bool:
    """At the colon of `https://…`: the protocol is among the text that is pending."""
    source, start = state.src, state.pos
    if source[start] != ":" or not source.startswith("//", start + 1) or silent or state.linkLevel > 0:
        return False
    protocol = _PROTOCOL.search(state.pending, max(0, len(state.pending) - 6))
    host = _WEB.match(source, start + 3, state.posMax)
    if protocol is None or host is None:
        return False
    end = _trim(source, start + 3, host.end())
    address = protocol[0] + source[start:end]
    state.pending = state.pending[: -len(protocol[0])]
    _write(state, address, address, start - len(protocol[0]), end)
    return True


def _read_www(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if source[start] != "w" or not source.startswith("ww.", start + 1) or silent or state.linkLevel > 0:
        return False
    if start > 0 and source[start - 1] not in _BEFORE:
        return False
    host = _WEB.match(source, start, state.posMax)
    if host is None:
        return False
    end = _trim(source, start, host.end())
    _write(state, f"http://{source[start:end]}", source[start:end], start, end)
    return True


def _read_mail(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if source[start] != "@" or silent or state.linkLevel > 0:
        return False
    name = _LOCAL_PART.search(state.pending, max(0, len(state.pending) - 65))
    host = _MAIL_DOMAIN.match(source, start + 1, state.posMax)
    if name is None or host is None:
        return False
    begin = start - len(name[0])
    if begin > 0 and _LOCAL_PART.match(source[begin - 1]):
        return False  # part of the name went with an escape
    address = f"{name[0]}@{host[0]}"
    state.pending = state.pending[: -len(name[0])]
    _write(state, f"mailto:{address}", address, begin, host.end())
    return True


def _trim(source: str, start: int, end: int) -> int:
    """Where an address ends: punctuation after it, an unmatched `)` and an entity are not part of it."""
    address = source[start:end]
    surplus = address.count(")") - address.count("(")
    while end > start:
        last = source[end - 1]
        if last in "?!.,:*_~'\"[]":
            end -= 1
        elif last == ")" and surplus > 0:
            surplus -= 1
            end -= 1
        elif last == ";" and (entity := _ENTITY.search(source, max(start, end - 34), end)):
            end = entity.start()
        else:
            break
    return end


def _write(state: StateInline, target: str, text: str, start: int, end: int) -> None:
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": target}
    token.info = "auto"
    token.meta["at"] = (start, end)
    state.push("text", "", 0).content = text
    token = state.push("link_close", "a", -1)
    token.info = "auto"
    state.pos = end


NEAR = 1_000
"""So many characters of a paragraph's words are given on either side of a link."""

_MAY_LINK = lazy_pattern(r"[\[<]|://|www\.", re.IGNORECASE)
_DEFINITION = lazy_pattern(r"^ {0,3}\[[^^\[\]\n][^\[\]\n]{0,200}\]:", re.MULTILINE)
_ANCHOR = lazy_pattern(r"""<a\s(?:[^>]*\s)?href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_FRAME = lazy_pattern(r"""<iframe\s(?:[^>]*\s)?src\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ANCHOR_END = lazy_pattern(r"</a\s*>", re.IGNORECASE)


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

    from afterword.outline.brackets import add_bracket_rules

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
