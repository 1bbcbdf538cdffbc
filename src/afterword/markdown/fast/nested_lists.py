"""Reads lists in lists, whose items are one line each, without markdown-it-py's rules.

The items of an inner list stand below the text of the item around them, or up to three spaces further. The tokens are
those that the rules give; `fast.blocks` reads lists without inner ones, and says what may follow a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.patterns import lazy_pattern
from afterword.markdown.fast.tokens import make_block, make_paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

NESTING_MARGIN = 8
"""How much larger markdown-it's `maxNesting` is than the setting, which is looked at first."""

_ITEM = lazy_pattern(r"( *)(\d*)([-*+.)]) (?:\[([ xX])\] )?(.*)")


class _List(Struct):
    """An open list: its indent, the column of the text of its items, its delimiter, and the tokens that begin it and
    its last item, and end each item."""

    indent: int
    text_column: int
    delimiter: str
    opening: Token
    item: Token
    item_end: Token


def read_nested_list(lines: Sequence[str], start: int, following: int, max_nesting: int) -> list[Token] | None:
    """Returns the tokens of a list; None if the rules have to read it.

    Each of `lines` is an item, with a text that begins no block. `start` is the number of the first line, and
    `following` of the first one behind the list that is not blank.
    """
    tokens: list[Token] = []
    opened: list[_List] = []
    for line, content in enumerate(lines, start):
        match = _ITEM.match(content)
        if match is None:
            return None
        indent, number, delimiter, box, text = match.groups()
        is_inner = not opened or len(indent) > opened[-1].indent
        while opened and len(indent) < opened[-1].indent:
            _end_list(tokens, opened.pop(), line)
        if opened and len(indent) == opened[-1].indent:
            if delimiter != opened[-1].delimiter:
                return None
            _end_item(tokens, opened[-1], line)
        elif not opened or (is_inner and _may_begin_list(opened[-1], len(indent), number)):
            level = 2 * len(opened)
            if level + 2 + NESTING_MARGIN >= max_nesting:
                return None
            opened.append(_begin_list(tokens, len(indent), number, delimiter, (line, level)))
        else:
            return None
        opened[-1].text_column = match.start(4) - 1 if box else match.start(5)
        _begin_item(tokens, opened[-1], number, box, line)
        paragraph = make_paragraph(2 * len(opened), (line, line + 1), text)
        paragraph[0].hidden = paragraph[2].hidden = True
        tokens += paragraph
    while opened:
        _end_list(tokens, opened.pop(), following)
    return tokens


def _may_begin_list(around: _List, indent: int, number: str) -> bool:
    """Returns whether an item begins a list in the item above; a numbered one can end its paragraph only with a 1."""
    return 0 <= indent - around.text_column < 4 and (not number or int(number) == 1)


def _begin_list(tokens: list[Token], indent: int, number: str, delimiter: str, at: tuple[int, int]) -> _List:
    line, level = at
    kind, tag = ("ordered_list_open", "ol") if number else ("bullet_list_open", "ul")
    opening = make_block(kind, tag, 1, level, (line, line + 1), delimiter)
    if number and int(number) != 1:
        opening.attrs = {"start": int(number)}
    tokens.append(opening)
    item_end = make_block("list_item_close", "li", -1, level + 1, None, delimiter)
    return _List(indent, 0, delimiter, opening, opening, item_end)


def _begin_item(tokens: list[Token], around: _List, number: str, box: str | None, line: int) -> None:
    item = make_block("list_item_open", "li", 1, around.opening.level + 1, (line, line + 1), around.delimiter)
    item.info = number
    if box is not None:
        item.attrs = {"class": "task-list-item"}
        item.meta = {"checked": box != " "}
        around.opening.attrs["class"] = "contains-task-list"
    around.item = item
    tokens.append(item)


def _end_item(tokens: list[Token], around: _List, end: int) -> None:
    assert around.item.map is not None, "an item has lines"  # noqa: S101
    around.item.map[1] = end
    tokens.append(around.item_end)


def _end_list(tokens: list[Token], ended: _List, end: int) -> None:
    assert ended.opening.map is not None, "a list has lines"  # noqa: S101
    _end_item(tokens, ended, end)
    ended.opening.map[1] = end
    kind = ended.opening.type.replace("_open", "_close")
    tokens.append(make_block(kind, ended.opening.tag, -1, ended.opening.level, None, ended.delimiter))
