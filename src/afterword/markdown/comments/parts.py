"""Lists the texts of a document that may contain comments, each as a whole, with its offsets."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.patterns import lazy_pattern
from afterword.front_matter.comment_syntax import MARK, MAY_HAVE
from afterword.front_matter.comments import find_marks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.token import Token

    from afterword.front_matter.comments import Form
    from afterword.markdown.environment import Environment

_CELL_END = lazy_pattern(r"(?<!\\)\|")


class Part(Struct, frozen=True):
    """A text that is read as a whole; `lines` are the offsets of its lines, in it and in the whole text.

    `containers` are the blocks around a paragraph or heading, as indexes of their tokens, the outermost first.
    Two paragraphs of the same containers are one paragraph if a comment between them is removed. `block_end` is the
    line after the outermost block that the part is in. `is_unpaired` says that it is a cell with a `%%` that is left
    over when the `%%` of its row are paired.
    """

    content: str
    lines: Sequence[tuple[int, int]]
    form: Form
    in_list: bool = False
    containers: tuple[int, ...] | None = None
    block_end: int = 0
    is_unpaired: bool = False

    @property
    def start(self) -> int:
        """The offset of its start in the whole text."""
        return self.lines[0][1]

    @property
    def end(self) -> int:
        """The offset of its end in the whole text."""
        within, start = self.lines[-1]
        return start + len(self.content) - within

    def locate(self, offset: int) -> int:
        """Returns the offset in the whole text of an offset in this part."""
        within, start = self.lines[bisect_right(self.lines, offset, key=itemgetter(0)) - 1]
        return start + offset - within

    def behind(self, position: int) -> Part:
        """Returns the rest of the part from an offset in the whole text on."""
        if position <= self.start:
            return self
        at = bisect_right(self.lines, position, key=itemgetter(1)) - 1
        within, start = self.lines[at]
        line_end = self.lines[at + 1][0] - 1 if at + 1 < len(self.lines) else len(self.content)
        cut = min(within + position - start, line_end)
        lines = ((0, start + cut - within), *((inner - cut, outer) for inner, outer in self.lines[at + 1 :]))
        return replace(self, content=self.content[cut:], lines=lines)


class PartList:
    """Lists the parts of a text. `starts` are the offsets of its lines, `form` is how its paragraphs are read."""

    def __init__(self, text: str, starts: Sequence[int], form: Form) -> None:
        self._text = text
        self._starts = starts
        self._form: Form = form

    def list_blocks(self, tokens: Sequence[Token]) -> Iterator[Part]:
        """Yields the texts of blocks: paragraphs, headings, cells, HTML, attributes, and the options of code."""
        open_blocks: list[int] = []
        block_end = 0
        for index, token in enumerate(tokens):
            if token.level == 0 and token.map is not None:
                block_end = token.map[1]
            if token.nesting < 0:
                open_blocks.pop()
            if token.map is not None and not _is_in(tokens, open_blocks, "th_open", "td_open"):
                in_list = _is_in(tokens, open_blocks, "list_item_open")
                outer = open_blocks[:-1] if token.type == "inline" else open_blocks
                for part in self._list_in_block(token, *token.map):
                    is_paragraph = token.type in ("inline", "verbatim")
                    containers = tuple(outer) if is_paragraph else None
                    yield replace(part, in_list=in_list, containers=containers, block_end=block_end)
            if token.nesting > 0:
                open_blocks.append(index)

    def _list_in_block(self, token: Token, first: int, last: int) -> Iterator[Part]:
        """Yields the parts of a block on some lines."""
        if token.type == "tr_open":
            yield from self._list_cells(first)
        elif token.type == "math_block":
            yield from self._list_formula_lines(first, last)
        elif (text := self._find_text(token)) is not None:
            yield self._make_part(first, *text)

    def _find_text(self, token: Token) -> tuple[str, Form] | None:
        """Returns the text of a token that may contain comments, and how it is read."""
        match token.type:
            case "inline" | "verbatim":
                return token.content, self._form
            case "html_block":
                return token.content, "html"
            case "attributes" if MARK in token.content:
                return token.content, "html"
            case "fence" if MARK in token.info or "{" in token.info:
                return token.info, "html"
        return None

    def _make_part(self, line: int, content: str, form: Form) -> Part:
        """Returns the part with this content. Each of its lines ends a line of the text."""
        pieces: list[str] = []
        lines: list[tuple[int, int]] = []
        within = 0
        for number, written in enumerate(content.rstrip().split("\n"), line):
            start = self._starts[number]
            whole = self._text[start : find_line_end(self._text, start)]
            piece = written.strip()
            column = whole.rfind(piece)
            if column < 0:
                piece, column = whole, 0
            pieces.append(piece)
            lines.append((within, start + column))
            within += len(piece) + 1
        return Part("\n".join(pieces), lines, form)

    def _list_cells(self, line: int) -> Iterator[Part]:
        """Yields the cells of a row. Two with a `%%` that nothing closes are one part, with the cells between them."""
        start = self._starts[line]
        written = self._text[start : find_line_end(self._text, start)]
        bounds = [0, *(end.start() for end in _CELL_END.finditer(written)), len(written)]
        form = self._form
        cells = [Part(written[begin:end], ((0, start + begin),), form) for begin, end in pairwise(bounds)]
        halves = [at for at, cell in enumerate(cells) if MARK in cell.content and find_marks(cell.content, form).lone]
        for first, last in zip(halves[::2], halves[1::2], strict=False):
            cells[first] = Part(written[bounds[first] : bounds[last + 1]], cells[first].lines, form)
            cells[first + 1 : last + 1] = [Part("", cells[last].lines, form)] * (last - first)
        if len(halves) > 1 and len(halves) % 2:
            cells[halves[-1]] = replace(cells[halves[-1]], is_unpaired=True)
        yield from cells

    def list_other_lines(self, read: Iterable[tuple[int, int]]) -> Iterator[Part]:
        """Yields the lines outside the ranges `read` that may have comments, such as definitions of abbreviations."""
        is_read = bytearray(len(self._starts))
        for first, last in read:
            is_read[first:last] = b"\1" * (last - first)
        for mark in MAY_HAVE.finditer(self._text):
            line = bisect_right(self._starts, mark.start()) - 1
            if not is_read[line]:
                is_read[line] = 1
                yield self._make_line(line, self._form)

    def _list_formula_lines(self, first: int, last: int) -> Iterator[Part]:
        """Yields the lines of a formula that have a whole comment; in LaTeX, `%%` alone begins a comment of its own."""
        for line in range(first, last):
            part = self._make_line(line, "html")
            if part.content.count(MARK) > 1 or "{%" in part.content or "{::" in part.content:
                yield part

    def _make_line(self, line: int, form: Form) -> Part:
        start = self._starts[line]
        return Part(self._text[start : find_line_end(self._text, start)], ((0, start),), form)

    def list_definitions(self, environment: Environment) -> Iterator[Part]:
        """Yields the definitions of links, by the record of the parser."""
        for definition in environment.list_references():
            first, last = definition["map"]
            content = self._text[self._starts[first] : find_line_end(self._text, self._starts[last - 1])]
            yield self._make_part(first, content, "definition")


def find_line_end(text: str, position: int) -> int:
    """Returns the offset at which the line of a position ends."""
    end = text.find("\n", position)
    return end if end >= 0 else len(text)


def list_read_lines(tokens: Iterable[Token], environment: Environment) -> Iterator[tuple[int, int]]:
    """Yields the ranges of lines of all blocks and link definitions."""
    for token in tokens:
        if token.map is not None and (not token.nesting or token.type == "tr_open"):
            yield token.map[0], token.map[1]
    for definition in environment.list_references():
        first, last = definition["map"]
        yield first, last


def _is_in(tokens: Sequence[Token], open_blocks: Sequence[int], *types: str) -> bool:
    """Returns whether one of the open blocks is of these types."""
    return any(tokens[at].type in types for at in open_blocks)
