"""A second block of front matter below the first: its keys have no effect, and would be published as text.

The text begins with the second block if only blank lines and comments are above it. It is an error if such a block

1. has a fence above it, and a key that holds the text back;
2. has fences above and below it, without blank lines between, and the key `title` or `date`, in lower case;
3. has no fence above it, and a key that holds the text back, and a title, or a fence directly below it;
4. is directly below the first, or a comment there, and has a key in lower case that holds the text back.

It is also an error if a block is below other text, among its first lines, and

5. is directly below a fence, and has a key in lower case that holds the text back, and a title, or a fence below it;
6. is JSON with a key that holds the text back, or a property of Logseq (`draft:: true`) that does;
7. is a quotation that begins with such a fence (`> ---`).

If the text begins with keys behind marks (`- draft: true`), one of which is Afterword's own and holds the text back, it
is an error if they are directly below the first block, with a blank line below them. Otherwise they may be a list: a
warning.

Everything else is text: a rule, a heading, a card of facts (`Title: …`), a code block that shows front matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.diagnostics import Place, error, warning
from afterword.front_matter.detection.key_lines import find_end, read_block, read_comment, read_lines
from afterword.front_matter.detection.marked_lines import (
    has_json_keys,
    holds_back_in_lower_case,
    is_quoted_block,
    read_marked_keys,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.diagnostics import Diagnostic
    from afterword.front_matter.detection.key_lines import Block, SourceLine

_MOST_INDENT = 3
"""Lines that are indented further are code."""

_TEXT_LINES = 10
"""Among so many lines of text, a fence is looked for."""


def find_second(path: str, text: str, first: int) -> Diagnostic | None:
    """Returns an error for a second block of front matter among the first lines of a text, or a warning if in doubt.

    `text` is the text of the file at `path` below its front matter, and `first` the number of its first line.
    """
    lines = read_lines(text, first)
    line = _find(text, lines)
    if line is None:
        return _find_marked(path, text, lines, first)
    place = Place(path, line.number, line.column, len(line.visible))
    hint = "move its keys into the first block"
    hint += "; for a horizontal rule, use `***`" if line.kind == "fence" else "; if it is text, put a heading above it"
    return error("invalid-front-matter", "second block of front matter", place, hint=hint)


def _find_marked(path: str, text: str, lines: Sequence[SourceLine], first: int) -> Diagnostic | None:
    """Returns the finding for keys behind marks with which a text begins."""
    line = next((line for line in lines if line.kind != "blank"), None)
    if line is None or line.indent > _MOST_INDENT:
        return None
    marked = read_marked_keys(text, line.offset)
    is_direct = line.number == first
    if not marked.is_own or not (is_direct or marked.is_alone):
        return None
    place = Place(path, line.number, line.column, len(line.visible))
    if is_direct and marked.is_alone:
        hint = "move its keys into the first block, without marks before them; if they are text, put a blank line above"
        return error("invalid-front-matter", "second block of front matter", place, hint=hint)
    message = "possible front matter is published as text"
    hint = "move their keys into the front matter; if they are text, put a sentence or a heading above them"
    return warning("possible-front-matter", message, place, hint=hint)


def _find(text: str, lines: Sequence[SourceLine]) -> SourceLine | None:
    """Returns the first line of a second block."""
    at = above = 0
    is_direct = True
    while at < len(lines) and above < _TEXT_LINES:
        line, end = lines[at], find_end(lines, at)
        if (comment := read_comment(text, lines, at)) is not None:
            end = comment.end
        elif line.kind == "blank":
            is_direct = False
        else:
            is_second = _is_below_text(lines, at) if above else _is_first(lines, at, is_direct=is_direct)
            is_other = line.hides_in_logseq or has_json_keys(text, line.offset) or is_quoted_block(text, line)
            if line.indent <= _MOST_INDENT and (is_second or is_other):
                return line
            above += 1
        at = end
    return None


def _is_first(lines: Sequence[SourceLine], at: int, *, is_direct: bool) -> bool:
    """Rules 1 to 4: whether a second block begins with the first line of the text."""
    line = lines[at]
    if line.kind in ("fence", "mark"):
        return _is_fenced(line, read_block(lines, at + 1, line.sign))
    if line.kind != "key":
        return False
    block = read_block(lines, at)
    is_closed = block.is_closed and block.is_tight
    return block.holds_back and (is_closed or block.has_title or (is_direct and holds_back_in_lower_case(block)))


def _is_fenced(fence: SourceLine, block: Block) -> bool:
    """Rules 1 and 2: whether a block below a fence, or below another mark, is front matter."""
    if not block.is_direct or fence.kind == "mark":
        return holds_back_in_lower_case(block) and (block.is_closed or block.has_title)
    names = {key.name for key in block.keys}
    return block.holds_back or (block.is_closed and block.is_tight and not names.isdisjoint(("title", "date")))


def _is_below_text(lines: Sequence[SourceLine], at: int) -> bool:
    """Rule 5: whether a line is the fence of a second block below other text."""
    line = lines[at]
    if line.kind not in ("fence", "mark"):
        return False
    block = read_block(lines, at + 1, line.sign)
    return block.is_direct and holds_back_in_lower_case(block) and (block.is_closed or block.has_title)
