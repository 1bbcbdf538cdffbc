"""Quotations of what was said: a quote that ends `— Name [12:34]` becomes a figure with its source.

Relies on stamps being tokens. Refuses any other ending: the quote stays as it is.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from afterword.markdown.attributes import written_attributes
from afterword.markdown.moments import CLOSE, moment_url, note_moment, open_stamp
from afterword.markdown.writer import escape_text
from afterword.talks.moments import format_span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from afterword.markdown.writer import Writer

_ATTRIBUTION = re.compile(r"\s*(?:—|–|--?|―)\s*(\S.*?)[\s,]*")


def find_quotations(blocks: Sequence[Token]) -> list[Token]:
    """The blocks, in which quotes with a source are tokens of their own kind, and the source is in their `meta`."""
    found = list(blocks)
    for index in range(len(found) - 1, -1, -1):
        if (
            index >= len(found)
            or found[index].type != "blockquote_close"
            or index < 4
            or found[index - 1].type != "paragraph_close"
        ):
            continue
        opening = _find_opening(found, index)
        inline = found[index - 2]
        is_first = found[index - 4].type == "blockquote_open"
        source = _take_source(inline, needs_text=is_first)
        if source is None or opening is None:
            continue
        name, stamp = source
        found[opening].type, found[index].type = "quotation_open", "quotation_close"
        found[opening].meta.update(stamp=stamp)
        found[index].meta.update(name=name, stamp=stamp, lines=found[opening].map or [0, 1])
        if not inline.children:
            del found[index - 3 : index]
    return found


def _find_opening(blocks: Sequence[Token], closing: int) -> int | None:
    level = blocks[closing].level
    candidates = (index for index in range(closing - 1, -1, -1) if blocks[index].type == "blockquote_open")
    return next((index for index in candidates if blocks[index].level == level), None)


def _take_source(inline: Token, *, needs_text: bool) -> tuple[str, Token] | None:
    """Cut the last line off a paragraph if it is a source: the name, and the stamp's token."""
    children = inline.children or []
    if len(children) < (4 if needs_text else 2) or children[-1].type != "moment" or children[-2].type != "text":
        return None
    match = _ATTRIBUTION.fullmatch(children[-2].content)
    begins_line = len(children) == 2 or children[-3].type in ("softbreak", "hardbreak")
    if match is None or not begins_line:
        return None
    stamp = children[-1]
    inline.children = children[:-3]
    return match[1], stamp


def open_quotation(writer: Writer, token: Token) -> None:
    """Begin a quotation, with the moment that it is from as its `cite`."""
    rest = written_attributes(writer, token.meta["written"]) if "written" in token.meta else ""
    url = moment_url(writer, token.meta["stamp"].meta["span"])
    cite = f' cite="{escape(url)}"' if url else ""
    writer.write(f'<figure class="quotation"{rest}><blockquote{cite}>\n')


def close_quotation(writer: Writer, token: Token) -> None:
    """End a quotation, with its source below."""
    name, stamp = token.meta["name"], token.meta["stamp"]
    span = stamp.meta["span"]
    first, end = token.meta["lines"]
    note_moment(writer, span, writer.source.find(first, end, stamp.content))
    link = f"{open_stamp(writer, span)}{format_span(span)}{CLOSE}"
    writer.write(f"</blockquote><figcaption>— <cite>{escape_text(name)}</cite> {link}</figcaption></figure>\n")
    writer.text.append(f"\n{name}\n")
