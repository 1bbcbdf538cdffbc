"""Parser rule for table-of-contents markers: kramdown's `{:toc}`, and `[TOC]` or `[[toc]]` as a paragraph.

The page's template has a table of contents, so the marker is left out, with the one list item above `{:toc}`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.diagnostics import warning
from afterword.core.patterns import lazy_pattern
from afterword.markdown.environment import environment_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

    from afterword.core.diagnostics import Diagnostic
    from afterword.markdown.source_map import SourceMap

_MARK = lazy_pattern(r'\{:[ \t]*(?:[^{}"]{1,200}[ \t])?toc(?:[ \t][^{}"]{0,200})?\}')
_BRACKETS = ("[TOC]", "[toc]", "[[TOC]]", "[[toc]]", "[[_TOC_]]", "<<toc>>", "<<TOC>>", "{{TOC}}")
_ENDS = {"toc": ("toc]", "toc>"), "TOC": ("TOC]", "TOC_]", "TOC>", "TOC}")}
"""How marks in brackets end, by the word that they have; few texts have more than the word, as in "protocol"."""

_PARAGRAPH = ["paragraph_open", "inline", "paragraph_close"]
_LISTS = {"bullet_list_close": "bullet_list_open", "ordered_list_close": "ordered_list_open"}


def add_contents_rule(parser: MarkdownIt) -> None:
    """Adds the rule for markers to a parser; their lines are in the environment, as `contents`."""
    interrupted = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("fence", "contents", _read, {"alt": interrupted})
    parser.core.ruler.after("block", "contents", _take)


def report_contents(lines: Iterable[int], source: SourceMap) -> Iterable[Diagnostic]:
    """Returns the diagnostics for the markers on these lines, counted from 0."""
    hint = "remove it; to force a table of contents, set `toc: true`"
    for line in lines:
        written = source.lines[line].lstrip(" \t>").rstrip()
        message = f"unneeded `{written}` marker: tables of contents are automatic"
        yield warning("toc-marker", message, source.find(line, line + 1, written), hint=hint)


def may_have_contents(text: str) -> bool:
    """Returns whether a text may have a mark, so that a block of it is left out."""
    words = [word for word in _ENDS if word in text]
    has_brackets = any(end in text for word in words for end in _ENDS[word])
    return has_brackets or ("toc" in words and "{:" in text and _MARK.search(text) is not None)


def _read(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("{:", begin) or state.is_code_block(start):
        return False
    if _MARK.fullmatch(state.src[begin : state.eMarks[start]].rstrip()) is None:
        return False
    if not silent:
        token = state.push("contents", "", 0)
        token.map = [start, start + 1]
        state.line = start + 1
        environment_of(state).contents.append(start)
    return True


def _take(state: StateCore) -> None:
    """Takes the marks out, each with the list that it belongs to."""
    tokens = state.tokens
    spans = list(_find_brackets(state)) if may_have_contents(state.src) else []
    if environment_of(state).contents:
        spans += [_span_of(tokens, index) for index, token in enumerate(tokens) if token.type == "contents"]
    if spans:
        dropped = {at for span in spans for at in span}
        state.tokens = [token for index, token in enumerate(tokens) if index not in dropped]


def _find_brackets(state: StateCore) -> Iterator[range]:
    """Yields the tokens of each paragraph that is nothing but a mark in brackets, unless these are a link."""
    if not {"TOC", "_TOC_"}.isdisjoint(environment_of(state).references):
        return
    for index, token in enumerate(state.tokens):
        above = state.tokens[index - 1]
        if token.content in _BRACKETS and token.map is not None and above.type == "paragraph_open" and not above.level:
            environment_of(state).contents.append(token.map[0])
            yield range(index - 1, index + 2)


def _span_of(tokens: Sequence[Token], index: int) -> range:
    """Returns the tokens of a mark, and of the one-line list that it ends or follows."""
    kinds = [token.type for token in tokens[index + 1 : index + 3]]
    if index and tokens[index - 1].type in _LISTS:
        closing, end = index - 1, index + 1
    elif len(kinds) == 2 and kinds[0] == "list_item_close" and kinds[1] in _LISTS:
        closing, end = index + 2, index + 3
    else:
        return range(index, index + 1)
    begin = _find_opening(tokens, closing)
    lines, mark = tokens[begin].map or [0, 0], tokens[index].map or [0, 0]
    is_one_line = mark[0] - lines[0] == 1 and [token.type for token in tokens[begin + 2 : begin + 5]] == _PARAGRAPH
    return range(begin, end) if is_one_line else range(index, index + 1)


def _find_opening(tokens: Sequence[Token], closing: int) -> int:
    kind, level = _LISTS[tokens[closing].type], tokens[closing].level
    return next(at for at in range(closing, -1, -1) if tokens[at].type == kind and tokens[at].level == level)
