"""Writes block tokens as HTML: paragraphs, lists, tables, code, quotations."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING

from afterword.core.diagnostics import warning
from afterword.markdown.parser import render_token
from afterword.markdown.quotations import open_quotation, write_source
from afterword.markdown.rules.alerts import STYLES
from afterword.markdown.rules.attributes import written_attributes
from afterword.markdown.rules.footnotes import PARAGRAPH_END
from afterword.markdown.source_map import split_cells
from afterword.markdown.takeaways import point_id
from afterword.markdown.writers.code import is_wide_table, scroll_attributes, write_code_block
from afterword.markdown.writers.headings import close_heading, open_heading
from afterword.markdown.writers.images import is_figure, write_figure
from afterword.markdown.writers.inlines import write_inlines
from afterword.markdown.writers.math import write_formula_block
from afterword.markdown.writers.raw_html import write_raw_block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from markdown_it.token import Token

    from afterword.markdown.writers.writer import Writer


_CELL_TAGS = {
    (tag, f"text-align:{side}" if side else ""): f'<{tag} class="align-{side}">' if side else f"<{tag}>"
    for tag in ("th", "td")
    for side in ("", "left", "center", "right")
}


def open_table(writer: Writer, token: Token) -> None:
    """Begins a table. Its frame depends on its cells, so it is written when the table ends."""
    token.meta["start"] = len(writer.html), len(writer.text), writer.images
    rest = written_attributes(writer, token.meta["written"]) if "written" in token.meta else ""
    writer.write(f"<table{rest}>\n")
    writer.columns = 0
    writer.table = token


def close_header(writer: Writer, _token: Token) -> None:
    """Ends the header row."""
    writer.write("</thead>\n")


def close_table(writer: Writer, _token: Token) -> None:
    """Ends a table, in a box that scrolls on a narrow screen; a wide one is named by the cells of its header."""
    if writer.table is not None:
        start, text_start, images = writer.table.meta["start"]
        rows = list(
            _in_rows("".join(writer.text[text_start:]).split("\n"), writer.columns + 1)
        )  # a row ends a line too
        is_wide = writer.images > images or is_wide_table(rows)
        names = (" ".join(cell.split()) for cell in rows[0])
        name = ", ".join(filter(None, names)) or writer.options.ui_strings.table
        writer.html[start] = f'<div class="scroll"{scroll_attributes(name) if is_wide else ""}>{writer.html[start]}'
        writer.table = None
    writer.html.append("</table></div>\n")
    writer.text.append("\n")


def _in_rows(texts: Sequence[str], length: int) -> Iterator[Sequence[str]]:
    return (texts[start : start + length] for start in range(0, len(texts), length))


def open_header_cell(writer: Writer, token: Token) -> None:
    _number_cell(writer)
    writer.columns += 1
    writer.write_heavy(_CELL_TAGS["th", str(token.attrs.get("style", ""))])


def open_cell(writer: Writer, token: Token) -> None:
    _number_cell(writer)
    writer.write_heavy(_CELL_TAGS["td", str(token.attrs.get("style", ""))])


def _number_cell(writer: Writer) -> None:
    """Records in the token of a cell how many stand before it in its row, for `Source.place_in_block`."""
    writer.blocks[writer.index].meta["cell"] = writer.cells
    writer.cells += 1


def open_row(writer: Writer, token: Token) -> None:
    """Begins a row; one with more cells than the header is a warning that names them."""
    writer.write("<tr>\n")
    writer.cells = 0
    if not writer.columns or token.map is None or token.map[0] >= len(writer.source.lines):
        return
    line = writer.source.lines[token.map[0]].strip()
    cells = line.count("|") + 1 - line.startswith("|") - line.endswith("|")
    if cells > writer.columns:
        _look_for_surplus(writer, token.map[0])


def _look_for_surplus(writer: Writer, line: int) -> None:
    cells = split_cells(writer.source.lines[line])
    surplus = [(start, cell) for start, cell in cells[writer.columns :] if cell.strip()]
    if not surplus:
        return
    start, first = surplus[0]
    begin = start + len(first) - len(first.lstrip())
    end = surplus[-1][0] + len(surplus[-1][1].rstrip())
    dropped = ", ".join(f"`{cell.strip()}`" for _, cell in surplus)
    writer.report(
        warning(
            "surplus-cells",
            f"table row has {len(cells)} cells, the header has {writer.columns}; dropped: {dropped}",
            writer.source.place(line, begin, end - begin),
            hint="add a column to the header, or write `\\|` for a bar inside a cell",
        )
    )


CLOSING = {
    "blockquote_open": "</blockquote>\n",
    "quotation_open": "</blockquote></figure>\n",
    "alert_open": "</div>\n",
    "fold_open": "</details>\n",
    "bullet_list_open": "</ul>\n",
    "ordered_list_open": "</ol>\n",
    "list_item_open": "</li>\n",
    "dl_open": "</dl>\n",
    "dd_open": "</dd>\n",
}
"""How the blocks that hold other blocks end, by what opens them."""


def write_blocks(writer: Writer, blocks: Sequence[Token]) -> None:
    """Writes all of a stream, which may be inside another (a footnote)."""
    outer = writer.blocks, writer.index
    writer.blocks = blocks
    write_range(writer, 0, len(blocks))
    writer.blocks, writer.index = outer


def write_range(writer: Writer, start: int, end: int) -> None:
    """Writes the blocks from one index in `writer.blocks` up to another."""
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
    """Returns a closing tag, which also ends a word."""

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
    """Begins a paragraph; in a tight list it has no tags, unless it needs them for its attributes."""
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
    """Begins a list item. The checkbox of a task is written with the paragraph of its text, if there is one."""
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
    """Writes the box of the task that the paragraph at hand begins, if it does."""
    above = writer.blocks[writer.index - 1] if writer.index else None
    if above is not None and above.type == "list_item_open" and "checked" in above.meta:
        writer.html.append(_checkbox(writer, above))


def _checkbox(writer: Writer, item: Token) -> str:
    strings, is_done = writer.options.ui_strings, item.meta["checked"]
    said = escape(strings.done if is_done else strings.to_do)
    return f'<input type="checkbox" disabled aria-label="{said}"{" checked" if is_done else ""}> '


def _write_verbatim(writer: Writer, token: Token) -> None:
    """Writes lines that are text after all."""
    writer.html.append("<p>")
    writer.write_text(token.content)
    writer.html.append(PARAGRAPH_END)
    writer.text.append("\n")


def _write_unknown(writer: Writer, _token: Token) -> None:
    """Writes a token of a plugin."""
    writer.raw = True  # an excerpt may end between its tags
    writer.html.append(render_token(writer.blocks, writer.index, writer.options))


def open_alert(writer: Writer, token: Token) -> None:
    """Begins an alert; one of an unknown kind has the style of a note."""
    given = dict(token.meta.get("written", {}))
    kind = token.info.lower()
    more = f" {given.pop('class')}" if "class" in given else ""
    rest = written_attributes(writer, given) if given else ""
    tag = "details" if token.type == "fold_open" else "div"
    role = "" if tag == "details" else ' role="note"'
    is_open = " open" if token.meta.get("open") else ""
    writer.write(f'<{tag} class="alert alert-{STYLES.get(kind, "note")}{escape(more)}"{role}{is_open}{rest}>\n')


def open_alert_title(writer: Writer, token: Token) -> None:
    """Begins the title of an alert; a default title is replaced with the theme's translation."""
    if not token.meta.get("own"):
        kind = writer.blocks[writer.index - 1].info.lower()
        for child in writer.blocks[writer.index + 1].children or ():
            child.content = str(getattr(writer.options.ui_strings, kind))
    writer.write("<summary>" if token.type == "fold_title_open" else "<p>")


_WRITERS: Mapping[str, Callable[[Writer, Token], None]] = defaultdict(lambda: _write_unknown) | {
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
    "alert_open": open_alert,
    "alert_close": _close("</div>\n"),
    "alert_title_open": open_alert_title,
    "alert_title_close": _close("</p>\n"),
    "fold_open": open_alert,
    "fold_close": _close("</details>\n"),
    "fold_title_open": open_alert_title,
    "fold_title_close": _close("</summary>\n"),
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
    "math_block": write_formula_block,
}
