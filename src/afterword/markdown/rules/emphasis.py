"""Parser rules for `==marked==` text, and for emphasis in Chinese, Japanese and Korean.

`==` is as in Obsidian and MkDocs. Between two ASCII letters or digits the signs are text, as in `x==y`.

The three languages have no spaces around emphasis: `**「x」**です`. CommonMark opens and closes emphasis beside
punctuation only where a space or punctuation is on the other side. Here a letter of these scripts counts like a space
(markdown-cjk-friendly, "the amended rules").
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Delimiter

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline


_SIGN = ord("=")


def add_mark_rules(parser: MarkdownIt) -> None:
    """Adds marked text to a parser."""
    parser.inline.ruler.before("emphasis", "mark", _read_mark)
    parser.inline.ruler2.before("emphasis", "mark", _replace)


def _read_mark(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if silent or source[start] != "=" or not source.startswith("==", start):
        return False
    found = state.scanDelims(start, True)
    state.push("text", "", 0).content = "=" * found.length
    state.pos += found.length
    before, behind = source[start - 1 : start], source[state.pos : state.pos + 1]
    is_within_word = all(side.isascii() and side.isalnum() for side in (before, behind))
    if found.length == 2 and not is_within_word:
        at = len(state.tokens) - 1
        state.delimiters.append(Delimiter(_SIGN, 0, at, -1, open=found.can_open, close=found.can_close))
    return True


def _replace(state: StateInline) -> None:
    if "==" not in state.src:
        return
    _replace_in(state, state.delimiters)
    for meta in state.tokens_meta:
        if meta and "delimiters" in meta:
            _replace_in(state, meta["delimiters"])


def _replace_in(state: StateInline, delimiters: Iterable[Delimiter]) -> None:
    """Makes tags of the signs that belong together, which markdown-it-py has found."""
    known = list(delimiters)
    for first in known:
        if first.marker != _SIGN or first.end < 0:
            continue
        opening, closing = state.tokens[first.token], state.tokens[known[first.end].token]
        opening.type, opening.nesting = "mark_open", 1
        closing.type, closing.nesting = "mark_close", -1
        for token in (opening, closing):
            token.tag, token.content, token.markup = "mark", "", "=="


_CJK = lazy_pattern(
    "[\u1100-\u11ff\u2e80-\u303f\u3040-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)


def use_cjk_emphasis(parser: MarkdownIt) -> None:
    """Has a parser read `*` beside these scripts by the rule of this module."""
    parser.inline.ruler.at("emphasis", _read_emphasis)


def _read_emphasis(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    marker = source[start]
    if silent or marker not in "*_":
        return False
    found = state.scanDelims(start, marker == "*")
    can_open, can_close = found.can_open, found.can_close
    before = source[start - 1 : start] or " "
    behind = source[start + found.length : start + found.length + 1] or " "
    if marker == "*" and (_CJK.match(before) or _CJK.match(behind)):
        can_open = can_open or (_may_touch(behind, "Pe") and (_is_edge(before) or not _is_punctuation(behind)))
        can_close = can_close or (_may_touch(before, "Ps") and (_is_edge(behind) or not _is_punctuation(before)))
    for _ in range(found.length):
        state.push("text", "", 0).content = marker
        at = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord(marker), found.length, at, -1, open=can_open, close=can_close))
    state.pos += found.length
    return True


def _may_touch(character: str, bracket: str) -> bool:
    """Whether emphasis may have a character at its edge: no space and no bracket of this category, as in `a-*（*は`."""
    return not _is_space(character) and category(character) != bracket


def _is_space(character: str) -> bool:
    return isWhiteSpace(ord(character))


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _is_edge(character: str) -> bool:
    """Whether emphasis may begin or end beside a character, whatever punctuation is on its other side."""
    return _is_space(character) or _is_punctuation(character) or _CJK.match(character) is not None
