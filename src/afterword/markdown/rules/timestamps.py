"""Parser rule for timestamps: `[12:34]` becomes a token, which `writers.timestamps` writes as a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.common.utils import normalizeReference

from afterword.core.patterns import lazy_pattern
from afterword.markdown.environment import environment_of
from afterword.talks.timestamps import CLOCK, DASH, NOT_AFTER_WORD, SEPARATOR, parse_time_range

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    BlockRule = Callable[[StateBlock, int, int, bool], bool]

TIME = rf"{CLOCK}(?:\s*[{DASH}]\s*{CLOCK})?"
"""The pattern of a time or a range of times."""

_TIMESTAMP = lazy_pattern(rf"{NOT_AFTER_WORD}\[({TIME})\](?![(\[])")
_NUMBERS = r"[0-9]{1,3}(?::[0-9]{1,2}){1,2}(?:[.,][0-9]{1,3})?"
_INVALID = lazy_pattern(rf"{NOT_AFTER_WORD}\[(?![0-9]:[0-9]\])({_NUMBERS})(?:\s*[{DASH}]\s*({_NUMBERS}))?\](?![(\[])")
"""What is nearly a timestamp: `[2:60]`, `[12:3]`, `[0:05.123]`; `[4:3]` is a ratio."""
_DEFINITION = lazy_pattern(rf" {{0,3}}\[({TIME})\]:")
_SEPARATOR = lazy_pattern(f"^{SEPARATOR}")


def add_timestamp_rules(parser: MarkdownIt, definition: BlockRule) -> None:
    """Adds timestamps to a parser; `definition` is its rule for link reference definitions."""

    def read_definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        """Skips `[12:34]: word` in notes on a talk: it is a timestamp with text, not a link definition."""
        line = state.src[state.bMarks[start] : state.eMarks[start]][: state.tShift[start] + 30]
        if environment_of(state).talk and _DEFINITION.match(line[state.tShift[start] :]):
            return False
        return definition(state, start, end, silent)

    parser.block.ruler.at("reference", read_definition)
    parser.inline.ruler.before("link", "timestamp", _read_timestamp)


def is_timestamp_label(label: str) -> bool:
    """Returns whether the label of a link reference definition could be a timestamp."""
    return parse_time_range(label) is not None


def _read_timestamp(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if source[start] != "[" or state.linkLevel > 0:
        return False
    match = _TIMESTAMP.match(source, start, state.posMax)
    if match is None and environment_of(state).talk:
        match = _INVALID.match(source, start, state.posMax)
    if match is None or (start > 0 and source[start - 1] == "\\"):
        return False
    if normalizeReference(match[0][1:-1]) in environment_of(state).references:
        return False
    if not silent:
        span = parse_time_range(match[0][1:-1])
        is_invalid = match.re.pattern == _INVALID.pattern
        kind = "timestamp" if span is not None else "invalid_timestamp" if is_invalid else "backward_range"
        token = state.push(kind, "", 0)
        token.content = match[0]
        token.meta["span"] = span
        token.meta["at"] = match.span()
        token.meta["times"] = [time for time in match.groups() if time]
    state.pos = match.end()
    return True


def take_timestamp(heading: Token) -> Token | None:
    """Cuts the timestamp off the end of a heading's text (its inline token), or else off its beginning; returns it.

    A heading keeps some text.
    """
    children = heading.children or []
    while children and children[-1].type == "text" and not children[-1].content.strip():
        children.pop()
    if len(children) < 2:
        return None
    if children[-1].type == "timestamp":
        timestamp = children.pop()
        if children[-1].type == "text":
            children[-1].content = children[-1].content.rstrip()
        return timestamp
    if children[0].type == "timestamp":
        timestamp = children.pop(0)
        if children[0].type == "text":
            children[0].content = _SEPARATOR.sub("", children[0].content, count=1)
        return timestamp
    return None
