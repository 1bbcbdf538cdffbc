"""Parser rule for emphasis in Chinese, Japanese and Korean, which have no spaces around it: `**「x」**です`.

CommonMark opens and closes emphasis beside punctuation only where a space or punctuation is on the other side. Here a
letter of these scripts counts like a space (markdown-cjk-friendly, "the amended rules").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline.state_inline import Delimiter

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_CJK = lazy_pattern(
    "[\u1100-\u11ff\u2e80-\u303f\u3040-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)


def use_cjk_emphasis(parser: MarkdownIt) -> None:
    """Has a parser read `*` beside these scripts by the rule of this module."""
    parser.inline.ruler.at("emphasis", _read)


def _read(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    marker = source[start]
    if silent or marker not in "*_":
        return False
    found = state.scanDelims(start, marker == "*")
    can_open, can_close = found.can_open, found.can_close
    before = source[start - 1 : start] or " "
    behind = source[start + found.length : start + found.length + 1] or " "
    if marker == "*" and (_CJK.match(before) or _CJK.match(behind)):
        can_open = can_open or (not _is_space(behind) and (_is_edge(before) or not _is_punctuation(behind)))
        can_close = can_close or (not _is_space(before) and (_is_edge(behind) or not _is_punctuation(before)))
    for _ in range(found.length):
        state.push("text", "", 0).content = marker
        at = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord(marker), found.length, at, -1, open=can_open, close=can_close))
    state.pos += found.length
    return True


def _is_space(character: str) -> bool:
    return isWhiteSpace(ord(character))


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _is_edge(character: str) -> bool:
    """Whether emphasis may begin or end beside a character, whatever punctuation is on its other side."""
    return _is_space(character) or _is_punctuation(character) or _CJK.match(character) is not None
