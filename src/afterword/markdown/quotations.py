"""Quotations of what was said: a quote that ends `— Name [12:34]` becomes a figure with its source.

The source is a paragraph, a line, or the end of one. Relies on stamps being tokens and on `talks.attributions` for what
is a source. Refuses any other ending: the quote stays as it is.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from afterword.markdown.attributes import written_attributes
from afterword.markdown.moments import make_stamp, moment_url, note_moment
from afterword.markdown.plain import plain_text
from afterword.markdown.writer import escape_text
from afterword.talks.attributions import read_source, split_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from afterword.markdown.writer import Writer


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
    """Cut the source off the end of a paragraph, if it has one: the name, and the stamp's token."""
    children = inline.children or []
    if len(children) < 2 or children[-1].type != "moment" or children[-2].type != "text":
        return None
    *before, line, stamp = children
    above = plain_text(before)
    begins_line = not before or before[-1].type in ("softbreak", "hardbreak")
    if begins_line and (name := read_source(line.content, above)):
        if needs_text and not above.strip():
            return None
        inline.children = before[:-1]
        return name, stamp
    split = split_source(line.content, above)
    if split is None:
        return None
    line.content, name = split
    inline.children = [*before, line] if line.content else before
    return name, stamp


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
    link = make_stamp(writer, span)
    writer.write(f"</blockquote><figcaption>— <cite>{escape_text(name)}</cite> {link}</figcaption></figure>\n")
    writer.text.append(f"\n{name}\n")
