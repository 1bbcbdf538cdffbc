"""A second block of front matter, directly below the first: its keys have no effect, and would be published as text.

Only blank lines may be between the two. It is an error if the second block

1. has a fence above it, and a key that holds the text back;
2. has fences above and below it, without blank lines between, and the key `title` or `date`, in lower case;
3. has no fence above it, and a key that holds the text back, and a title, or a fence directly below it;
4. is directly below the first, and has a key in lower case that holds the text back.

Everything else is text: a rule, a heading, a card of facts (`Title: …`), a code block that shows front matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.diagnostics import Place, error
from afterword.key_lines import read_block, read_lines

if TYPE_CHECKING:
    from afterword.diagnostics import Diagnostic
    from afterword.key_lines import Block, SourceLine


_MOST_INDENT = 3
"""Lines that are indented further are code."""


def find_second(path: str, text: str, first: int) -> Diagnostic | None:
    """Returns an error for a second block of front matter with which a text begins; None if it has none.

    `text` is the text of the file at `path` below its front matter, and `first` the number of its first line.
    """
    lines = read_lines(text, first)
    at = next((index for index, line in enumerate(lines) if line.kind != "blank"), None)
    if at is None or lines[at].indent > _MOST_INDENT or not _is_second(lines, at):
        return None
    line = lines[at]
    place = Place(path, line.number, line.column, len(line.visible))
    hint = "move its keys into the first block"
    hint += "; a rule is written `***`" if line.kind == "fence" else "; if it is text, put a heading above it"
    return error("front-matter-fence", "this is a second block of front matter", place, hint=hint)


def _is_second(lines: tuple[SourceLine, ...], at: int) -> bool:
    line = lines[at]
    if line.kind in ("fence", "mark"):
        return _is_fenced(line, read_block(lines, at + 1, line.sign))
    if line.kind != "key":
        return False
    block = read_block(lines, at)
    is_closed = block.is_closed and block.is_tight
    return block.holds_back and (is_closed or block.has_title or (at == 0 and _holds_back_in_lower_case(block)))


def _is_fenced(fence: SourceLine, block: Block) -> bool:
    """Rules 1 and 2: whether a block below a fence, or below another mark, is front matter."""
    if not block.is_direct or fence.kind == "mark":
        return _holds_back_in_lower_case(block) and (block.is_closed or block.has_title)
    names = {key.name for key in block.keys}
    return block.holds_back or (block.is_closed and block.is_tight and not names.isdisjoint(("title", "date")))


def _holds_back_in_lower_case(block: Block) -> bool:
    """Whether the name of a key that holds back begins in lower case, as it does in front matter and hardly in text."""
    return any(key.holds_back and key.name[0].islower() for key in block.keys)
