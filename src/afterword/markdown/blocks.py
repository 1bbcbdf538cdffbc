"""Blocks: paragraphs, lists, quotes, alerts, rules; and one table of how each kind of block is written.

Relies on the parser's flat stream of tokens, which is walked once. Refuses nothing: a kind of token without a writer
is a fault of the program.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from afterword.markdown.attributes import written_attributes
from afterword.markdown.code import write_code_block
from afterword.markdown.footnotes import PARAGRAPH_END
from afterword.markdown.headings import close_heading, open_heading
from afterword.markdown.images import is_figure, write_figure
from afterword.markdown.inlines import write_inlines
from afterword.markdown.points import point_id
from afterword.markdown.quotations import open_quotation, write_source
from afterword.markdown.raw import write_raw_block
from afterword.markdown.tables import close_header, close_table, open_cell, open_header_cell, open_row, open_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markdown_it.token import Token

    from afterword.markdown.writer import Writer

CLOSING = {
    "blockquote_open": "</blockquote>\n",
    "quotation_open": "</blockquote></figure>\n",
    "alert_open": "</div>\n",
    "bullet_list_open": "</ul>\n",
    "ordered_list_open": "</ol>\n",
    "list_item_open": "</li>\n",
    "dl_open": "</dl>\n",
    "dd_open": "</dd>\n",
}
"""How the blocks that hold other blocks end, by what opens them."""


def write_blocks(writer: Writer, blocks: Sequence[Token]) -> None:
    """Write all of a stream, which may be inside another (a footnote)."""
    outer = writer.blocks, writer.index
    writer.blocks = blocks
    write_range(writer, 0, len(blocks))
    writer.blocks, writer.index = outer


def write_range(writer: Writer, start: int, end: int) -> None:
    """Write the blocks from one index in `writer.blocks` up to another."""
    blocks = writer.blocks
    writer.index = start
    while writer.index < end:
        token = blocks[writer.index]
        if token.type == "inline":
            write_inlines(writer, token.children or ())
        else:
            _WRITERS[token.type](writer, token)
        writer.index += 1


def _open(tag: str, end: str = "") -> Callable[[Writer, Token], None]:
    def write(writer: Writer, token: Token) -> None:
        rest = written_attributes(writer, token.meta["written"]) if "written" in token.meta else ""
        writer.write(f"<{tag}{rest}>{end}")

    return write


def _close(html: str) -> Callable[[Writer, Token], None]:
    """A closing tag, which also ends a word."""

    def write(writer: Writer, _token: Token) -> None:
        writer.html.append(html)
        writer.text.append("\n")

    return write


def _tag(html: str) -> Callable[[Writer, Token], None]:
    def write(writer: Writer, _token: Token) -> None:
        writer.html.append(html)

    return write


_plain_paragraph = _open("p")


def _open_paragraph(writer: Writer, token: Token) -> None:
    """Begin a paragraph; in a tight list it has no tags, unless it needs them for its attributes."""
    inline = writer.blocks[writer.index + 1]
    if token.hidden and "written" not in token.meta:
        _write_checkbox(writer)
        return
    children = inline.children or ()
    if not token.hidden and len(children) == 1 and children[0].type == "image" and is_figure(writer, children[0]):
        writer.index += 1
        write_figure(writer, children[0], token.meta.get("written", {}))
        writer.index += 1
        return
    writer.blocks[writer.index + 2].hidden = False
    _plain_paragraph(writer, token)
    _write_checkbox(writer)


def _close_paragraph(writer: Writer, token: Token) -> None:
    if not token.hidden:
        writer.html.append(PARAGRAPH_END)
    elif writer.blocks[writer.index + 1].nesting >= 0:
        writer.html.append("\n")
    writer.text.append("\n")


def _open_ordered_list(writer: Writer, token: Token) -> None:
    given = {**token.attrs, **token.meta.get("written", {})}
    given.pop("class", None)
    if "written" in token.meta and "class" in token.meta["written"]:
        given["class"] = token.meta["written"]["class"]
    writer.write(f"<ol{written_attributes(writer, given) if given else ''}>\n")


def _open_item(writer: Writer, token: Token) -> None:
    """Begin an item of a list. The box of a task waits for the paragraph whose text it goes before, if there is one."""
    given = token.meta.get("written", {})
    rest = written_attributes(writer, given) if given else ""
    if "id" not in given and (anchor := point_id(writer)):
        rest = f' id="{escape(anchor)}"{rest}'
    writer.write_heavy(f"<li{rest}>")
    following = writer.blocks[writer.index + 1]
    if "checked" in token.meta and following.type != "paragraph_open":
        writer.html.append(_checkbox(writer, token))
    if following.type not in ("paragraph_open", "list_item_close"):
        writer.html.append("\n")


def _write_checkbox(writer: Writer) -> None:
    """Write the box of the task that the paragraph at hand begins, if it does."""
    above = writer.blocks[writer.index - 1] if writer.index else None
    if above is not None and above.type == "list_item_open" and "checked" in above.meta:
        writer.html.append(_checkbox(writer, above))


def _checkbox(writer: Writer, item: Token) -> str:
    words, is_done = writer.options.words, item.meta["checked"]
    said = escape(words.done if is_done else words.to_do)
    return f'<input type="checkbox" disabled aria-label="{said}"{" checked" if is_done else ""}> '


def _open_alert(writer: Writer, token: Token) -> None:
    given = dict(token.meta.get("written", {}))
    kind = token.info.lower()
    more = f" {given.pop('class')}" if "class" in given else ""
    rest = written_attributes(writer, given) if given else ""
    writer.write(f'<div class="alert alert-{kind}{escape(more)}" role="note"{rest}>\n')


def _open_alert_title(writer: Writer, token: Token) -> None:
    """Begin the title of an alert: its kind, which the parser wrote in English, in the words of the theme."""
    above = writer.blocks[writer.index - 1]
    title = str(getattr(writer.options.words, above.info.lower()))
    for child in writer.blocks[writer.index + 1].children or ():
        child.content = title
    _plain_paragraph(writer, token)


def _write_verbatim(writer: Writer, token: Token) -> None:
    """Write lines that are text after all."""
    writer.html.append("<p>")
    writer.write_text(token.content)
    writer.html.append(PARAGRAPH_END)
    writer.text.append("\n")


_WRITERS: Mapping[str, Callable[[Writer, Token], None]] = {
    "paragraph_open": _open_paragraph,
    "paragraph_close": _close_paragraph,
    "heading_open": open_heading,
    "heading_close": close_heading,
    "bullet_list_open": _open("ul", "\n"),
    "bullet_list_close": _close("</ul>\n"),
    "ordered_list_open": _open_ordered_list,
    "ordered_list_close": _close("</ol>\n"),
    "list_item_open": _open_item,
    "list_item_close": _close("</li>\n"),
    "blockquote_open": _open("blockquote", "\n"),
    "blockquote_close": _close("</blockquote>\n"),
    "quotation_open": open_quotation,
    "quotation_source": write_source,
    "quotation_close": _tag("</figure>\n"),
    "alert_open": _open_alert,
    "alert_close": _close("</div>\n"),
    "alert_title_open": _open_alert_title,
    "alert_title_close": _close("</p>\n"),
    "hr": _open("hr", "\n"),
    "dl_open": _open("dl", "\n"),
    "dl_close": _close("</dl>\n"),
    "dt_open": _open("dt"),
    "dt_close": _close("</dt>\n"),
    "dd_open": _open("dd"),
    "dd_close": _close("</dd>\n"),
    "table_open": open_table,
    "table_close": close_table,
    "thead_open": _open("thead", "\n"),
    "thead_close": close_header,
    "tbody_open": _open("tbody", "\n"),
    "tbody_close": _close("</tbody>\n"),
    "tr_open": open_row,
    "tr_close": _close("</tr>\n"),
    "th_open": open_header_cell,
    "th_close": _close("</th>\n"),
    "td_open": open_cell,
    "td_close": _close("</td>\n"),
    "fence": write_code_block,
    "code_block": write_code_block,
    "html_block": write_raw_block,
    "verbatim": _write_verbatim,
}
