"""Parser rule for Markdown in HTML: `<div markdown="1">` of kramdown, PHP Markdown Extra and MkDocs.

The text between the tags is Markdown. The tags are HTML, without the attribute.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern
from afterword.markdown.environment import environment_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock

_OPENING = lazy_pattern(
    r"<([A-Za-z][A-Za-z0-9-]{0,40})((?:\s[^<>]{0,1000})?)\smarkdown(?:=([\"']?)(?P<kind>1|block|span)\3)?"
    r"(?P<rest>(?:\s[^<>]{0,1000})?)>"
)
_RAW = frozenset({"pre", "script", "style", "textarea"})
_WITHOUT_BLOCKS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "th", "caption", "legend"})
"""Elements that cannot have paragraphs in them."""

MOST_LEVELS = 20
"""Maximum nesting of such elements."""

MOST_UNCLOSED = 20
"""How many elements without an end are looked at: each look takes as long as the text that follows."""


def add_markdown_in_html_rule(parser: MarkdownIt) -> None:
    """Adds Markdown in HTML to a parser."""
    options: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote"]}
    parser.block.ruler.before("html_block", "markdown_in_html", _read, options)


def _read(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("<", begin) or "markdown" not in state.src[begin : state.eMarks[start]]:
        return False
    found = _OPENING.match(state.src, begin, state.eMarks[start])
    environment = environment_of(state)
    if found is None or found[1].lower() in _RAW:
        return False
    if environment.html_blocks >= MOST_LEVELS or environment.unclosed_html >= MOST_UNCLOSED:
        return False
    closing = _find_closing(state, found[1], start, found.end(), end) if not state.is_code_block(start) else None
    if closing is None:
        environment.unclosed_html += 1
        return False
    if silent:
        return True
    last, close_start, close_end = closing
    _push_html(state, f"<{found[1]}{found[2]}{found['rest']}>", start)
    marks = state.bMarks[start], state.tShift[start], state.sCount[start], state.eMarks[last], state.lineMax
    state.bMarks[start], state.tShift[start], state.sCount[start] = found.end(), 0, state.blkIndent
    state.eMarks[last] = close_start
    first = start if state.src[found.end() : state.eMarks[start]].strip() else start + 1
    stop = last + 1 if state.src[state.bMarks[last] + state.tShift[last] : close_start].strip() else last
    environment.html_blocks += 1
    if first < stop:
        state.lineMax = stop
        if found["kind"] == "span" or found[1].lower() in _WITHOUT_BLOCKS:
            _push_inlines(state, first, stop)
        else:
            state.md.block.tokenize(state, first, stop)
    environment.html_blocks -= 1
    state.bMarks[start], state.tShift[start], state.sCount[start], state.eMarks[last], state.lineMax = marks
    _push_html(state, state.src[close_start : state.eMarks[last]].rstrip() or state.src[close_start:close_end], last)
    state.line = last + 1
    return True


def _push_html(state: StateBlock, html: str, line: int) -> None:
    token = state.push("html_block", "", 0)
    token.map = [line, line + 1]
    token.content = html + "\n"


def _push_inlines(state: StateBlock, first: int, stop: int) -> None:
    """Adds lines as text without a paragraph around it."""
    state.push("paragraph_open", "p", 1).hidden = True
    token = state.push("inline", "", 0)
    token.map = [first, stop]
    token.content = state.getLines(first, stop, state.blkIndent, False).strip()
    token.children = []
    state.push("paragraph_close", "p", -1).hidden = True


def _find_closing(state: StateBlock, name: str, start: int, begin: int, end: int) -> tuple[int, int, int] | None:
    """Returns the line of the tag that closes an element, and where on it the tag begins and ends."""
    limit = state.eMarks[end - 1]
    depth = 1
    for tag in re.compile(rf"<(/?){name}(?=[\s>])[^<>]*>", re.IGNORECASE).finditer(state.src, begin, limit):
        depth += -1 if tag[1] else 1
        if not depth:
            line = next(number for number in range(start, end) if state.eMarks[number] >= tag.end())
            return line, tag.start(), tag.end()
    return None
