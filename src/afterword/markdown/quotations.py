"""Quotations of what was said: a quote that ends `— Name [12:34]` becomes a figure with its source.

The source is a paragraph, a line, or the end of one; it may have links and emphasis, and its time parentheses. Relies
on stamps being tokens and on `talks.attributions` for what is a source. Refuses any other ending: the quote stays as it
is.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from markdown_it.token import Token

from afterword.markdown.attributes import written_attributes
from afterword.markdown.inlines import write_inlines
from afterword.markdown.moments import make_stamp, moment_url, note_moment
from afterword.markdown.plain import plain_text
from afterword.talks.attributions import read_source, split_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.markdown.writer import Writer

_IN_SOURCES = frozenset(("text", "link_open", "link_close", "em_open", "em_close", "strong_open", "strong_close"))
_BREAKS = ("softbreak", "hardbreak")


def find_quotations(blocks: Sequence[Token]) -> list[Token]:
    """The blocks, in which quotes with a source are tokens of their own kind, and so are their sources."""
    found: list[Token] = []
    opened: list[Token] = []
    for index, token in enumerate(blocks):
        if token.type == "blockquote_open":
            opened.append(token)
        elif token.type == "blockquote_close":
            opening = opened.pop()
            if index >= 4 and blocks[index - 1].type == "paragraph_close":
                _read_quotation(found, opening, token)
        found.append(token)
    return found


def _read_quotation(found: list[Token], opening: Token, closing: Token) -> None:
    """Make a quote a quotation if the paragraph at its end, the last of the blocks that are `found`, has a source."""
    inline = found[-2]
    source = _take_source(inline, needs_text=found[-4] is opening)
    if source is None:
        return
    opening.type, closing.type = "quotation_open", "quotation_close"
    opening.meta["stamp"] = source.meta["stamp"]
    if not inline.children:
        del found[-3:]
    found.append(source)


def _take_source(inline: Token, *, needs_text: bool) -> Token | None:
    """Cut the source off the end of a paragraph, if it has one: a token with the name, and the stamp in its `meta`.

    The token says where it is written as the paragraph's does.
    """
    said, stamp = _split_stamp(inline.children or [])
    if stamp is None:
        return None
    start = next((index + 1 for index in range(len(said) - 1, -1, -1) if said[index].type in _BREAKS), 0)
    before, line = said[:start], said[start:]
    text, above = plain_text(line), plain_text(before)
    begins_line = read_source(text, above)
    if begins_line and needs_text and not above.strip():
        return None
    quoted, name = ("", begins_line) if begins_line else split_source(text, above) or ("", "")
    split = _split_line(line, len(quoted), text.rindex(name)) if name else None
    if split is None:
        return None
    rest, named = split
    inline.children = before[:-1] if begins_line else [*before, *rest]
    token = Token("quotation_source", "", 0, level=inline.level, map=inline.map, content=inline.content, children=named)
    token.meta["stamp"] = stamp
    return token


def _split_stamp(children: Sequence[Token]) -> tuple[list[Token], Token | None]:
    """What stands before the stamp that ends a paragraph, maybe in parentheses, and the stamp; None without one."""
    if children and children[-1].type == "moment":
        return list(children[:-1]), children[-1]
    if len(children) < 3 or children[-1].content != ")" or children[-2].type != "moment":
        return [], None
    *said, text, stamp, _ = children
    return ([*said, _text(text.content[:-1])], stamp) if text.content.endswith("(") else ([], None)


def _split_line(line: Sequence[Token], end: int, start: int) -> tuple[list[Token], list[Token]] | None:
    """A line's tokens up to the offset `end` in its text, and from `start` on; between them is the dash.

    None where the dash is within markup, or where there is markup behind it that no source has.
    """
    offset = depth = 0
    for index, token in enumerate(line):
        length = len(plain_text((token,)))
        if offset + length >= start:
            behind = [_text(token.content[start - offset :]), *line[index + 1 :]]
            if depth or offset > end or token.type != "text" or any(other.type not in _IN_SOURCES for other in behind):
                return None
            return [*line[:index], _text(token.content[: max(0, end - offset)])], _trim(behind)
        offset += length
        depth += token.nesting
    return None


def _trim(source: list[Token]) -> list[Token]:
    """A source without the empty texts, and the spaces and commas at its end."""
    if source[-1].type == "text":
        source[-1] = _text(source[-1].content.rstrip(" \t\n,"))
    return [token for token in source if token.type != "text" or token.content]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def open_quotation(writer: Writer, token: Token) -> None:
    """Begin a quotation, with the moment that it is from as its `cite`."""
    rest = written_attributes(writer, token.meta["written"]) if "written" in token.meta else ""
    url = moment_url(writer, token.meta["stamp"].meta["span"])
    cite = f' cite="{escape(url)}"' if url else ""
    writer.write(f'<figure class="quotation"{rest}><blockquote{cite}>\n')


def write_source(writer: Writer, token: Token) -> None:
    """End what is quoted, and write its source."""
    stamp = token.meta["stamp"]
    begin, end = stamp.meta["at"]
    note_moment(writer, stamp.meta["span"], writer.place_of(begin, end - begin))
    writer.write("</blockquote><figcaption>— <cite>")
    writer.text.append("\n")
    write_inlines(writer, token.children or ())
    writer.write(f"</cite>&nbsp;{make_stamp(writer, stamp.meta['span'])}</figcaption>")
    writer.text.append("\n")
