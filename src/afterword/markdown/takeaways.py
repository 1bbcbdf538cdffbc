"""Takeaways: the list items of a post that cards, feeds and search engines show, and ids for bold-lead list items."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.patterns import lazy_pattern
from afterword.markdown.plain_text import plain_text
from afterword.markdown.writers.headings import heading_id, unique_id
from afterword.talks.timestamps import parse_time_range, split_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from afterword.markdown.writers.writer import Writer

MOST_LEADS = 5
"""No more bold leads than this are takeaways."""

_TITLE = lazy_pattern(
    r"(?:(?:the|my) )?(?:"
    r"tl ?dr|summary|in (?:short|brief|summary)|take ?aways?|"
    r"(?:key|main|big|core) (?:take ?aways?|ideas|points|lessons|insights)|"
    r"(?:ideas|points|lessons) (?:to keep|worth keeping)"
    r")(?: (?:from|of) .*)?"
)


class Section(Struct, frozen=True):
    """One heading of a text: its level, its text without markup, and the bold leads of the list directly below it."""

    level: int
    text: str
    leads: tuple[str, ...] = ()


def find_takeaways(sections: Sequence[Section]) -> tuple[str, ...]:
    """Returns the takeaways of the first such section: its bold leads, or the headings directly below it."""
    start = next((index for index, section in enumerate(sections) if is_takeaways(section.text)), None)
    if start is None:
        return ()
    if sections[start].leads:
        return tuple(_tidy(lead) for lead in sections[start].leads[:MOST_LEADS])
    level = sections[start].level
    after = sections[start + 1 :]
    end = next((index for index, section in enumerate(after) if section.level <= level), len(after))
    below = after[:end]
    highest = min((section.level for section in below), default=0)
    return tuple(_tidy(section.text) for section in below if section.level == highest)


def is_takeaways(heading: str) -> bool:
    """Returns whether a heading announces takeaways: `Key Takeaways`, `TL;DR`, `Summary`, `Main ideas`."""
    words = re.sub(r"[\W_]+", " ", re.sub(r"[;']", "", unicodedata.normalize("NFC", heading).casefold())).strip()
    return _TITLE.fullmatch(words) is not None


def _tidy(text: str) -> str:
    return " ".join(split_timestamp(text)[0].split()).rstrip(" :.—–-")


_LISTS = ("bullet_list_open", "ordered_list_open")
_BETWEEN = lazy_pattern(r"[\s,;:/&–—-]*")


def point_id(writer: Writer) -> str:
    """Returns the id of the current list item, from its bold beginning; empty if it has none.

    It has a prefix, so that the ids of headings stay what they are in other tools.
    """
    if writer.talk_context is None or not writer.talk_context.list_item_ids:
        return ""
    lead = find_lead(writer.blocks, writer.index)
    if not lead:
        return ""
    anchor = unique_id(f"point-{heading_id(lead)}", writer.ids)
    writer.anchors.append(anchor)
    return anchor


def find_lead(blocks: Sequence[Token], item: int) -> str:
    """Returns the text in bold that the list item at an index begins with, maybe behind timestamps; empty for none."""
    if item + 2 >= len(blocks) or blocks[item + 2].type != "inline":
        return ""
    children = [child for child in blocks[item + 2].children or () if child.type != "text" or child.content]
    start = _skip_stamps(children)
    if start == len(children) or children[start].type != "strong_open":
        return ""
    end = next((index for index in range(start, len(children)) if children[index].type == "strong_close"), start)
    return " ".join(plain_text(child for child in children[start:end] if child.type != "timestamp").split())


def _skip_stamps(children: Sequence[Token]) -> int:
    """Returns the index behind the timestamps that inline tokens begin with: `[0:55]`, `[0:55]()`, or one in bold."""
    index = 0
    while index < len(children):
        if children[index].type == "timestamp" or (index and _is_between(children[index])):
            index += 1
        elif _is_span_of_stamp(children[index : index + 3]):
            index += 3
        else:
            break
    return index


def _is_between(token: Token) -> bool:
    return token.type == "softbreak" or (token.type == "text" and _BETWEEN.fullmatch(token.content) is not None)


def _is_span_of_stamp(tokens: Sequence[Token]) -> bool:
    """Returns whether three tokens are a timestamp, and the link or emphasis around it."""
    if len(tokens) < 3 or tokens[0].nesting != 1 or tokens[2].nesting != -1:
        return False
    is_link = tokens[0].type == "link_open"
    return tokens[1].type == "timestamp" or (is_link and parse_time_range(tokens[1].content) is not None)


def list_takeaways(blocks: Sequence[Token]) -> tuple[str, ...]:
    """Returns the takeaways of a text."""
    return find_takeaways(list(_list_sections(blocks)))


def _list_sections(blocks: Sequence[Token]) -> Iterator[Section]:
    headings = [index for index, token in enumerate(blocks) if token.type == "heading_open" and token.level == 0]
    for index, end in pairwise([*headings, len(blocks)]):
        text = " ".join(plain_text(blocks[index + 1].children or ()).split())
        yield Section(int(blocks[index].tag[1]), text, tuple(_list_leads(blocks, index, end)))


def _list_leads(blocks: Sequence[Token], start: int, end: int) -> Iterator[str]:
    """Yields the bold beginnings in the first list of a section."""
    within = range(start, end)
    first = next((index for index in within if blocks[index].type in _LISTS and blocks[index].level == 0), end)
    for index in range(first + 1, end):
        token = blocks[index]
        if token.level == 0:
            return
        if token.type == "list_item_open" and token.level == 1 and (lead := find_lead(blocks, index)):
            yield lead
