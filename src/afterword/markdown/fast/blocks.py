"""Reads simple blocks of the outermost level in one pass, without markdown-it-py's rules.

Simple blocks are headings, paragraphs, quotations of one line, lists of one-line items (`nested_lists`), fenced code
and tables, as they are mostly written. Each begins, without indentation, with a character at which it can be nothing
else, and ends at a blank line behind which nothing can continue it. The tokens are those that the rules give, field by
field; for any other block the reader returns False, and the caller calls the rules. Each line is read at most twice.
The patterns are written for the rules in `KNOWN_RULES`. `tests/test_rule_dispatch.py` compares both ways of reading. If
the caller needs only headings, other simple blocks give no tokens; if it needs nothing more, the rest of the text is
not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern
from afterword.markdown.environment import environment_of
from afterword.markdown.fast.nested_lists import read_nested_list
from afterword.markdown.fast.tokens import make_block, make_inline, make_paragraph

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

    BlockReader = Callable[[StateBlock, int, int], bool]


KNOWN_RULES = frozenset(
    {
        *("guard", "table", "code", "attributes", "contents", "fence", "blockquote", "hr", "list", "footnote_def"),
        *("reference", "html_block", "heading", "lheading", "deflist", "paragraph", "markdown_in_html"),
        *("abbreviation", "admonition", "container", "math"),
    }
)
"""The block rules that the patterns take into account."""

_TEXT = r"(?:[^\W\d_]|[\"'(“‘]|\*\*[^\W_]|`[^`\n]|\d+(?![.)\d])|!?\[[^\]\[^\n]*\]\()"
"""The start of a line that begins no block: a letter, a quotation mark, bold words, code, a number, a link."""

_TEXT_STARTS = "\"'(“‘*`[!"
"""The characters, besides letters and digits, with which `_TEXT` begins."""

_HEADING = lazy_pattern(r"(#{1,6}) ([^#|\n]*[^#|\s])\n")  # with a bar it may be the header of a table
_PARAGRAPH = lazy_pattern(rf"{_TEXT}[^\n]*(?:\n{_TEXT}[^\n]*)*(?:\n|\Z)")
_QUOTATION = lazy_pattern(rf"> ({_TEXT}[^\n]*)(?:\n|\Z)")
_ITEM = rf"(?:\[[ xX]\] )?{_TEXT}[^\n]*"
_BULLETS = lazy_pattern(rf"([-*+]) {_ITEM}(?:\n\1 {_ITEM})*(?:\n|\Z)")
_NUMBERS = lazy_pattern(rf"\d{{1,9}}([.)]) {_ITEM}(?:\n\d{{1,9}}\1 {_ITEM})*(?:\n|\Z)")
_ITEMS = lazy_pattern(rf"(?:[-*+]|\d{{1,9}}[.)]) {_ITEM}(?:\n *(?:[-*+]|\d{{1,9}}[.)]) {_ITEM})*(?:\n|\Z)")
_FENCE = lazy_pattern(r"```([^`\n]*)\n((?:.*\n)*?) {0,3}````*[ \t]*(?:\n|\Z)")
_TABLE = lazy_pattern(r"\|([^\n\\]*)\|\n(\|[ :|-]*\|)((?:\n\|[^\n\\]*\|)*)(?:\n|\Z)")
_DELIMITER_CELL = lazy_pattern(r":?-+:?")
_TASKS = {"[ ] ": False, "[x] ": True, "[X] ": True}
"""How the item of a task begins, and whether it is done."""

_ALIGNMENTS = {(False, False): "", (True, False): "left", (False, True): "right", (True, True): "center"}

_MAX_LINES = 1_000
"""Of a list or table: at more, the rules check their limits at each line, unless a list cannot reach them."""

_TOKENS_OF_ITEM = 5

_OUTERMOST = ("root", "paragraph")
"""Values of `parentType` on the outermost level. markdown-it-py's rule `lheading` leaves "paragraph" behind, and our
rule `guard` reads it, so a simple paragraph leaves the same value."""


def make_reader(openings: Mapping[str, str | None]) -> BlockReader | None:
    """Returns a reader of simple blocks for a parser with these block rules; None if there can be none.

    `openings` maps the name of each active rule to the characters at which it can begin, None for any character.
    """
    added = {name: characters for name, characters in openings.items() if name not in KNOWN_RULES}
    if None in added.values():
        return None
    excluded = {character for characters in added.values() for character in characters or ""}
    if not excluded.isdisjoint(_TEXT_STARTS) or any(character.isalnum() for character in excluded):
        return None

    def read(state: StateBlock, start: int, end: int) -> bool:
        if state.level or state.blkIndent or state.tShift[start] or state.parentType not in _OUTERMOST:
            return False
        if end != len(state.bMarks) - 1:
            return False
        position = state.bMarks[start]
        environment = environment_of(state)
        if environment.find_need is not None:
            environment.need = environment.find_need(state.tokens, position)
            if environment.need == "nothing":
                state.line = end
                return True
        first = state.src[position]
        return first not in excluded and _READERS.get(first, _read_paragraph)(state, start, position)

    return read


def _is_complete(state: StateBlock, line: int) -> bool:
    """Returns whether a block ends before a line: the text ends, or a blank line and no definition list follow."""
    if line >= state.lineMax:
        return True
    if not state.isEmpty(line):
        return False
    line = state.skipEmptyLines(line)
    return line >= state.lineMax or (not state.tShift[line] and state.src[state.bMarks[line]] not in ":~")


def _is_wanted(state: StateBlock) -> bool:
    """Returns whether blocks that are no headings need tokens."""
    return environment_of(state).need == "all"


def _read_heading(state: StateBlock, start: int, position: int) -> bool:
    match = _HEADING.match(state.src, position)
    if match is None:
        return False
    markup, text = match.groups()
    tag = f"h{len(markup)}"
    state.tokens += (
        make_block("heading_open", tag, 1, 0, (start, start + 1), markup),
        make_inline(1, (start, start + 1), text),
        make_block("heading_close", tag, -1, 0, None, markup),
    )
    state.line = start + 1
    return True


def _read_paragraph(state: StateBlock, start: int, position: int) -> bool:
    match = _PARAGRAPH.match(state.src, position)
    if match is None:
        return False
    text = match[0]
    line = start + text.count("\n") + (not text.endswith("\n"))
    may_be_definition = text.startswith("[") and "]:" in text
    if may_be_definition or not _is_complete(state, line):
        return False
    if _is_wanted(state):
        state.tokens += make_paragraph(0, (start, line), text)
    state.line = line
    state.parentType = "paragraph"
    return True


def _read_quotation(state: StateBlock, start: int, position: int) -> bool:
    match = _QUOTATION.match(state.src, position)
    line = start + 1
    if match is None or "]:" in match[1] or not _is_complete(state, line):
        return False
    if _is_wanted(state):
        state.tokens += (
            make_block("blockquote_open", "blockquote", 1, 0, (start, line), ">"),
            *make_paragraph(1, (start, line), match[1]),
            make_block("blockquote_close", "blockquote", -1, 0, None, ">"),
        )
    state.line = line
    return True


def _read_bullets(state: StateBlock, start: int, position: int) -> bool:
    match = _BULLETS.match(state.src, position)
    if match is None:
        return _read_paragraph(state, start, position)
    items = [item[2:] for item in match[0].rstrip("\n").split("\n")]
    opening = make_block("bullet_list_open", "ul", 1, 0, None, match[1])
    return _read_list(state, start, opening, items, [""] * len(items))


def _read_numbers(state: StateBlock, start: int, position: int) -> bool:
    match = _NUMBERS.match(state.src, position)
    if match is None:
        return _read_paragraph(state, start, position)
    delimiter = match[1]
    parts = [item.partition(delimiter) for item in match[0].rstrip("\n").split("\n")]
    numbers = [number for number, _, _ in parts]
    opening = make_block("ordered_list_open", "ol", 1, 0, None, delimiter)
    if int(numbers[0]) != 1:
        opening.attrs = {"start": int(numbers[0])}
    return _read_list(state, start, opening, [item[1:] for _, _, item in parts], numbers)


def _read_list(state: StateBlock, start: int, opening: Token, items: Sequence[str], numbers: Sequence[str]) -> bool:
    """Appends a tight list of one-line items; `numbers` are those of an ordered list, as written."""
    line = start + len(items)
    tokens = len(state.tokens) + _TOKENS_OF_ITEM * len(items)
    is_too_long = len(items) > _MAX_LINES and tokens > environment_of(state).max_tokens
    if is_too_long or any("]:" in item for item in items):
        return False
    if line < state.lineMax and state.tShift[line]:
        return _read_nested_list(state, start)
    following = _find_following(state, line)
    if following < 0:
        return False
    state.line = following
    if not _is_wanted(state):
        return True
    opening.map = [start, following]
    state.tokens.append(opening)
    # One for all items: no rule and no writer changes it.
    item_end = make_block("list_item_close", "li", -1, 1, None, opening.markup)
    for index, (item, number) in enumerate(zip(items, numbers, strict=True), start):
        end = index + 1 if index + 1 < line else following
        head = make_block("list_item_open", "li", 1, 1, (index, end), opening.markup)
        head.info = number
        if item[0] == "[" and (is_done := _TASKS.get(item[:4])) is not None:
            head.attrs = {"class": "task-list-item"}
            head.meta = {"checked": is_done}
            opening.attrs["class"] = "contains-task-list"
            item = item[4:]
        paragraph = make_paragraph(2, (index, index + 1), item)
        paragraph[0].hidden = paragraph[2].hidden = True
        state.tokens += (head, *paragraph, item_end)
    closing = opening.type.replace("_open", "_close")
    state.tokens.append(make_block(closing, opening.tag, -1, 0, None, opening.markup))
    return True


def _read_nested_list(state: StateBlock, start: int) -> bool:
    match = _ITEMS.match(state.src, state.bMarks[start])
    if match is None or "]:" in match[0]:
        return False
    lines = match[0].rstrip("\n").split("\n")
    following = _find_following(state, start + len(lines))
    tokens = read_nested_list(lines, start, following, state.md.options.maxNesting) if following > 0 else None
    if tokens is None:
        return False
    if len(lines) > _MAX_LINES and len(state.tokens) + len(tokens) > environment_of(state).max_tokens:
        return False
    state.line = following
    if _is_wanted(state):
        state.tokens += tokens
    return True


def _find_following(state: StateBlock, line: int) -> int:
    """Returns the line, not blank, behind a tight list that ends before `line`; -1 if it may go on, and be loose."""
    if not _is_complete(state, line):
        return -1
    following = state.skipEmptyLines(line)
    may_go_on = following < state.lineMax and state.src[state.bMarks[following]] in "-*+0123456789"
    return -1 if may_go_on else following


def _read_fence(state: StateBlock, start: int, position: int) -> bool:
    match = _FENCE.match(state.src, position)
    if match is None:
        return _read_paragraph(state, start, position)
    info, content = match.groups()
    line = start + content.count("\n") + 2
    state.line = line
    if _is_wanted(state):
        token = make_block("fence", "code", 0, 0, (start, line), "```", content)
        token.info = info
        state.tokens.append(token)
    return True


def _read_table(state: StateBlock, start: int, position: int) -> bool:
    match = _TABLE.match(state.src, position)
    if match is None:
        return False
    rows = match[3].split("\n")[1:]
    line = start + 2 + len(rows)
    if len(rows) > _MAX_LINES or (line < state.lineMax and not state.isEmpty(line)):
        return False
    delimiters = [cell.strip(" ") for cell in match[2][1:-1].split("|")]
    header, *cells = (row.split("|") for row in (match[1], *(row[1:-1] for row in rows)))
    if not all(map(_DELIMITER_CELL.fullmatch, delimiters)):
        return False
    if any(len(row) != len(delimiters) or not row[0] or not row[-1] for row in (header, *cells)):
        return False
    state.line = line
    if not _is_wanted(state):
        return True
    alignments = [_ALIGNMENTS[cell[0] == ":", cell[-1] == ":"] for cell in delimiters]
    state.tokens += (
        make_block("table_open", "table", 1, 0, (start, line)),
        make_block("thead_open", "thead", 1, 1, (start, start + 1)),
        *_make_row("th", start, header, alignments),
        make_block("thead_close", "thead", -1, 1),
    )
    if cells:
        state.tokens.append(make_block("tbody_open", "tbody", 1, 1, (start + 2, line)))
        for number, row in enumerate(cells, start + 2):
            state.tokens += _make_row("td", number, row, alignments)
        state.tokens.append(make_block("tbody_close", "tbody", -1, 1))
    state.tokens.append(make_block("table_close", "table", -1, 0))
    return True


def _make_row(tag: str, line: int, cells: Sequence[str], alignments: Sequence[str]) -> list[Token]:
    tokens = [make_block("tr_open", "tr", 1, 2, (line, line + 1))]
    cell_end = make_block(f"{tag}_close", tag, -1, 3)  # one for all, as in lists
    for cell, alignment in zip(cells, alignments, strict=True):
        opening = make_block(f"{tag}_open", tag, 1, 3)
        if alignment:
            opening.attrs = {"style": f"text-align:{alignment}"}
        tokens += (opening, make_inline(4, (line, line + 1), cell), cell_end)
    tokens.append(make_block("tr_close", "tr", -1, 2))
    return tokens


_READERS: Mapping[str, BlockReader] = {
    "#": _read_heading,
    ">": _read_quotation,
    "`": _read_fence,
    "|": _read_table,
    **dict.fromkeys("-*+", _read_bullets),
    **dict.fromkeys("0123456789", _read_numbers),
}
