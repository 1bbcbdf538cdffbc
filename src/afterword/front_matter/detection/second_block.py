"""A second block of front matter below the first: its keys have no effect, and would be published as text.

The text begins with the second block if only blank lines and comments are above it. It is an error if such a block

1. has a fence above it, and a key that holds the text back;
2. has fences above and below it, without blank lines between, and the key `title` or `date`, in lower case;
3. has no fence above it, and a key that holds the text back, and a title, or a fence directly below it;
4. is directly below the first, or a comment there, and has a key in lower case that holds the text back.

It is also an error if a block is below other text, among its first lines, and

5. is directly below a fence, and has a key in lower case that holds the text back, and a title, or a fence below it;
6. is JSON with a key that holds the text back, or a property of Logseq (`draft:: true`) that does.

Everything else is text: a rule, a heading, a card of facts (`Title: …`), a code block that shows front matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.diagnostics import Place, error
from afterword.front_matter.detection.key_lines import find_end, read_block, read_comment, read_lines
from afterword.front_matter.detection.marked_lines import has_json_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.core.diagnostics import Diagnostic
    from afterword.front_matter.detection.key_lines import Block, SourceLine

_MOST_INDENT = 3
"""Lines that are indented further are code."""

_TEXT_LINES = 10
"""Among so many lines of text, a fence is looked for."""


def find_second(path: str, text: str, first: int) -> Diagnostic | None:
    """Returns an error for a second block of front matter among the first lines of a text; None if it has none.

    `text` is the text of the file at `path` below its front matter, and `first` the number of its first line.
    """
    line = _find(text, read_lines(text, first))
    if line is None:
        return None
    place = Place(path, line.number, line.column, len(line.visible))
    hint = "move its keys into the first block"
    hint += "; for a horizontal rule, use `***`" if line.kind == "fence" else "; if it is text, put a heading above it"
    return error("invalid-front-matter", "second block of front matter", place, hint=hint)


def _find(text: str, lines: Sequence[SourceLine]) -> SourceLine | None:
    """The first line of a second block."""
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
            is_other = line.hides_in_logseq or has_json_keys(text, line.offset)
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
    return block.holds_back and (is_closed or block.has_title or (is_direct and _holds_back_in_lower_case(block)))


def _is_fenced(fence: SourceLine, block: Block) -> bool:
    """Rules 1 and 2: whether a block below a fence, or below another mark, is front matter."""
    if not block.is_direct or fence.kind == "mark":
        return _holds_back_in_lower_case(block) and (block.is_closed or block.has_title)
    names = {key.name for key in block.keys}
    return block.holds_back or (block.is_closed and block.is_tight and not names.isdisjoint(("title", "date")))


def _is_below_text(lines: Sequence[SourceLine], at: int) -> bool:
    """Rule 5: whether a line is the fence of a second block below other text."""
    line = lines[at]
    if line.kind not in ("fence", "mark"):
        return False
    block = read_block(lines, at + 1, line.sign)
    return block.is_direct and _holds_back_in_lower_case(block) and (block.is_closed or block.has_title)


def _holds_back_in_lower_case(block: Block) -> bool:
    """Whether the name of a key that holds back begins in lower case, as it does in front matter and hardly in text."""
    return any(key.holds_back and (key.outer or key.name)[0].islower() for key in block.keys)
