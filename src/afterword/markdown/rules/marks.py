"""Parser rule for `==marked==` text, as in Obsidian and MkDocs.

Between two ASCII letters or digits the signs are text, as in `x==y`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.rules_inline.state_inline import Delimiter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_SIGN = ord("=")


def add_mark_rules(parser: MarkdownIt) -> None:
    """Adds marked text to a parser."""
    parser.inline.ruler.before("emphasis", "mark", _read)
    parser.inline.ruler2.before("emphasis", "mark", _replace)


def _read(state: StateInline, silent: bool) -> bool:
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
