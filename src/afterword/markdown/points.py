"""The points of a text: list items that begin in bold, and the takeaways made of them.

Relies on block tokens. Refuses to make anything up: an item without such a beginning is no point.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from afterword.markdown.headings import heading_id, unique_id
from afterword.markdown.plain import plain_text
from afterword.talks.takeaways import Section, find_takeaways

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from afterword.markdown.writer import Writer

_LISTS = ("bullet_list_open", "ordered_list_open")


def point_id(writer: Writer) -> str:
    """The id of the list item at hand: that of its bold beginning; empty where it has none.

    It has a prefix, so that the ids of headings stay what they are in other tools.
    """
    if writer.about is None or not writer.about.lead_ids:
        return ""
    lead = find_lead(writer.blocks, writer.index)
    if not lead:
        return ""
    anchor = unique_id(f"point-{heading_id(lead)}", writer.ids)
    writer.anchors.append(anchor)
    return anchor


def find_lead(blocks: Sequence[Token], item: int) -> str:
    """The text in bold that the list item at an index begins with; empty for none."""
    if item + 2 >= len(blocks) or blocks[item + 2].type != "inline":
        return ""
    children = [child for child in blocks[item + 2].children or () if child.type != "text" or child.content]
    if not children or children[0].type != "strong_open":
        return ""
    end = next((index for index, child in enumerate(children) if child.type == "strong_close"), 0)
    return " ".join(plain_text(children[1:end]).split())


def list_takeaways(blocks: Sequence[Token]) -> tuple[str, ...]:
    """The takeaways of a text."""
    return find_takeaways(list(_list_sections(blocks)))


def _list_sections(blocks: Sequence[Token]) -> Iterator[Section]:
    headings = [index for index, token in enumerate(blocks) if token.type == "heading_open" and token.level == 0]
    for index, end in pairwise([*headings, len(blocks)]):
        text = " ".join(plain_text(blocks[index + 1].children or ()).split())
        yield Section(int(blocks[index].tag[1]), text, tuple(_list_leads(blocks, index, end)))


def _list_leads(blocks: Sequence[Token], start: int, end: int) -> Iterator[str]:
    """The bold beginnings in the first list of a section."""
    within = range(start, end)
    first = next((index for index in within if blocks[index].type in _LISTS and blocks[index].level == 0), end)
    for index in range(first + 1, end):
        token = blocks[index]
        if token.level == 0:
            return
        if token.type == "list_item_open" and token.level == 1 and (lead := find_lead(blocks, index)):
            yield lead
