"""Tables: alignment as classes, a box that scrolls on a narrow screen, and a look for cells that would be lost.

Relies on the parser's rows knowing their lines. Refuses styles, which a strict content security policy blocks, and
cells beyond the header's without a warning (GitHub's Markdown drops them).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.diagnostics import warning
from afterword.markdown.attributes import written_attributes
from afterword.markdown.scrolling import is_wide_table, scroll_attributes
from afterword.markdown.source import split_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from afterword.markdown.writer import Writer

_CELL_TAGS = {
    (tag, f"text-align:{side}" if side else ""): f'<{tag} class="align-{side}">' if side else f"<{tag}>"
    for tag in ("th", "td")
    for side in ("", "left", "center", "right")
}


def open_table(writer: Writer, token: Token) -> None:
    """Begin a table; what stands around it depends on its cells, so it is written when the table ends."""
    token.meta["start"] = len(writer.html), len(writer.text), writer.images
    rest = written_attributes(writer, token.meta["written"]) if "written" in token.meta else ""
    writer.write(f"<table{rest}>\n")
    writer.columns = 0
    writer.table = token


def close_header(writer: Writer, _token: Token) -> None:
    """End the header row."""
    writer.write("</thead>\n")


def close_table(writer: Writer, _token: Token) -> None:
    """End a table, in a box that scrolls on a narrow screen; a wide one is named by the cells of its header."""
    if writer.table is not None:
        start, text_start, images = writer.table.meta["start"]
        rows = list(
            _in_rows("".join(writer.text[text_start:]).split("\n"), writer.columns + 1)
        )  # a row ends a line too
        is_wide = writer.images > images or is_wide_table(rows)
        names = (" ".join(cell.split()) for cell in rows[0])
        name = ", ".join(filter(None, names)) or writer.options.words.table
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
    """Note in the token of a cell how many stand before it in its row, for `Source.place_in_block`."""
    writer.blocks[writer.index].meta["cell"] = writer.cells
    writer.cells += 1


def open_row(writer: Writer, token: Token) -> None:
    """Begin a row; one with more cells than the header is a warning that names them."""
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
            f"this row has {len(cells)} cells and the header {writer.columns}; dropped: {dropped}",
            writer.source.place(line, begin, end - begin),
            hint="add columns to the header, or write `\\|` for a bar inside a cell",
        )
    )
