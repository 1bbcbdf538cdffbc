"""Finds the comments of a whole text as the parser reads it: in its paragraphs, cells and HTML, and in place of blocks.

A comment that begins a line and ends on another is a block of its own, to the parser as well, so that nothing within it
is read. All other text is what the parser takes for text: code has no comments, and backticks are paired within one
paragraph or cell.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, cast

from afterword.core.text import start_lines
from afterword.front_matter.comments import (
    MARK,
    find_ends_of_kramdown,
    find_ends_of_raw,
    find_marks,
    find_open_raw,
    match_liquid,
)
from afterword.markdown.context import MAX_NESTING, TextSyntax
from afterword.markdown.excerpts import blank_separator
from afterword.markdown.parser import look_before_calling, make_parser

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

    from afterword.front_matter.comments import Form, Marks, Opening

_ALONE = re.compile(r"%%(?!.*%%)")
_OPENING = re.compile(
    r"(?P<kramdown>\{::comment(?:[ \t][^}\n]{0,500}?)?(?<!/)\})|\{%-?\s*comment(?:\s[^\n]{0,500}?)?-?%\}"
)
_PREFIX = re.compile(r"[ \t>]*")
_SPACE_TO_END = re.compile(r"[ \t]*(?=\n|\Z)")
_LIST_ITEM = re.compile(r"\n[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_BLOCK_START = re.compile(r"\n[ \t]*\n(?=[^\s])")
_CELL_END = re.compile(r"(?<!\\)\|")
_LISTS = ("bullet_list_close", "ordered_list_close")


class Span(NamedTuple):
    """A comment: from `start` up to `end`. One that `is_block` ends the paragraph above it."""

    start: int
    end: int
    is_block: bool = False


class _Block(NamedTuple):
    """A comment in place of blocks; `unclosed` says of what kind it is if it does not end."""

    span: Span
    length: int
    is_doubtful: bool = False
    unclosed: str = ""


class _Part(NamedTuple):
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
        """The offset in the whole text at which it begins."""
        return self.lines[0][1]

    @property
    def end(self) -> int:
        """The offset in the whole text at which it ends."""
        within, start = self.lines[-1]
        return start + len(self.content) - within

    def locate(self, offset: int) -> int:
        """The offset in the whole text of an offset in this one."""
        within, start = self.lines[bisect_right(self.lines, offset, key=_first) - 1]
        return start + offset - within

    def behind(self, position: int) -> _Part:
        """What of it is behind an offset in the whole text."""
        if position <= self.start:
            return self
        at = bisect_right(self.lines, position, key=_second) - 1
        within, start = self.lines[at]
        line_end = self.lines[at + 1][0] - 1 if at + 1 < len(self.lines) else len(self.content)
        cut = min(within + position - start, line_end)
        lines = ((0, start + cut - within), *((inner - cut, outer) for inner, outer in self.lines[at + 1 :]))
        return self._replace(content=self.content[cut:], lines=lines)


def _first(line: tuple[int, int]) -> int:
    return line[0]


def _second(line: tuple[int, int]) -> int:
    return line[1]


def look_for_comments(text: str, syntax: TextSyntax) -> Look:
    """Looks for the comments of a text with `\n` line ends. Raises `parser.TooManyElements`."""
    look = Look(text, syntax)
    look.look()
    return look


class Look:
    """One search for the comments of a text: the comments in order, and the `%%` that stay text, by offset.

    `starts` are the offsets of the lines. `unclosed` is a comment that does not end: its kind, its offset and the
    length of its opening; it is the last of the `spans`. `doubtful` are comments that may be text, and `numbers` the
    first of two `%%` that both follow numbers. `lone` are `%%` without a second one; `unpaired` are those of them in
    a table row that has other `%%`, and `first_in_line` is the first of them that begins a line.

    After a comment that ends in another paragraph, not all comments are found: the next search finds the others.
    """

    def __init__(self, text: str, syntax: TextSyntax) -> None:
        self.text = text
        self._syntax = syntax
        self._text_form: Form = "markdown" if syntax.html else "text"
        self.starts = start_lines(text)
        self.spans: list[Span] = []
        self.unclosed: tuple[str, int, int] | None = None
        self.doubtful: list[int] = []
        self.numbers: list[int] = []
        self.lone: list[int] = []
        self.unpaired: list[int] = []
        self.first_in_line = -1
        self._blocks: list[_Block] = []
        self._blocks_end = 0
        self._settled = 0
        self._raw_ends = find_ends_of_raw(text)
        self._raw_end = 0
        self._position = 0
        self._joined: tuple[int, ...] | None = None
        self._tokens: list[Token] = []

    def look(self) -> None:
        """Looks at all of the text."""
        environment: dict[str, object] = {"comments": self, "talk": True}
        tokens = self._tokens
        parser = _parser(self._syntax.html)
        text, _ = blank_separator(self.text, self._syntax.excerpt_separator)
        parser.block.parse(text, parser, environment, tokens)
        found: list[_Block | _Part] = [*self._blocks, *self._list_parts(tokens), *self._list_definitions(environment)]
        for one in sorted(found, key=lambda one: one.span.start if isinstance(one, _Block) else one.start):
            is_last = self._take_block(one) if isinstance(one, _Block) else self._take_part(one)
            if is_last:
                break

    # The rule of the parser

    def read_block(self, state: StateBlock, start: int, end: int, silent: bool) -> bool:
        """The rule for a comment that begins a line and ends on another; what is in it is not read."""
        begin = state.bMarks[start] + state.tShift[start]
        if begin < self._blocks_end:
            if not silent:
                state.line = start + 1
            return True
        if begin < self._raw_end or state.is_code_block(start):
            return False
        line_end = state.eMarks[start]
        block = self._find_block(begin, line_end, state if silent else None)
        if block is None:
            if self._raw_ends and (inner := find_open_raw(self.text[begin:line_end])) >= 0:
                self._raw_end = _next(self._raw_ends, begin + inner)
            return False
        if not silent:
            span = block.span
            in_list = state.parentType == "list" or (bool(state.tokens) and state.tokens[-1].type in _LISTS)
            self._blocks.append(block._replace(span=self._make_block(span.start, span.end, in_list=in_list)))
            self._blocks_end = span.end
            state.line = min(bisect_right(self.starts, span.end - 1), end)
        return True

    def _find_block(self, begin: int, line_end: int, asking: StateBlock | None) -> _Block | None:
        """The comment in place of blocks that begins at an offset; `asking` is set if it would end a paragraph there.

        A comment that does not end does not end a paragraph either.
        """
        text = self.text
        if text.startswith(MARK, begin):
            if _ALONE.match(text, begin, line_end) is None or (asking is not None and self._is_open(asking, begin)):
                return None
            closing = text.find(MARK, line_end)
            if closing >= 0:
                has_text = bool(text[begin + 2 : line_end].strip())
                return _Block(Span(begin, closing + 2), 2, has_text and self._has_text_around(closing))
            return _Block(Span(begin, len(text)), 2, unclosed="percent") if asking is None else None
        opening = _OPENING.match(text, begin, line_end)
        if opening is None:
            return None
        kind = opening.lastgroup or "liquid"
        end = self._find_end(kind, begin, opening.end())
        if end < 0:
            unclosed = _Block(Span(begin, len(text)), opening.end() - begin, unclosed=kind)
            return unclosed if asking is None else None
        return _Block(Span(begin, end), opening.end() - begin) if end > line_end else None

    def _is_open(self, state: StateBlock, begin: int) -> bool:
        """Whether a `%%` at an offset ends a comment that begins in the paragraph above it."""
        if state.parentType != "paragraph":
            return False
        if begin < self._settled:
            return True
        above = max(state.bMarks[state.line] + state.tShift[state.line], self._settled)
        is_open = bool(find_marks(self.text[above:begin], self._text_form).lone)
        if is_open:
            self._settled = begin + len(MARK)
        return is_open

    # The parts of the text

    def _list_parts(self, tokens: Sequence[Token]) -> Iterator[_Part]:
        lists = 0
        open_blocks: list[int] = []
        block_end = 0
        for index, token in enumerate(tokens):
            if token.level == 0 and token.map is not None:
                block_end = token.map[1]
            if token.nesting > 0:
                open_blocks.append(index)
            elif token.nesting < 0:
                open_blocks.pop()
            if token.type in ("list_item_open", "list_item_close"):
                lists += token.nesting
            elif token.type == "tr_open":
                yield from self._list_cells(token.map[0] if token.map is not None else 0)
            elif (text := self._find_text(token)) is not None and not self._is_in_row(open_blocks):
                part = self._make_part(token.map[0] if token.map is not None else 0, *text, in_list=lists > 0)
                if token.type in ("inline", "verbatim"):
                    outer = open_blocks[:-1] if token.type == "inline" else open_blocks
                    part = part._replace(containers=tuple(outer), block_end=block_end)
                yield part

    def _find_text(self, token: Token) -> tuple[str, Form] | None:
        """Returns the text of a token that may contain comments, and how it is read."""
        match token.type:
            case "inline" | "verbatim":
                return token.content, self._text_form
            case "html_block":
                return token.content, "html"
            case "attributes" if MARK in token.content:
                return token.content, "html"
            case "fence" if MARK in token.info or "{" in token.info:
                return token.info, "html"
        return None

    def _is_in_row(self, open_blocks: Sequence[int]) -> bool:
        return bool(open_blocks) and self._tokens[open_blocks[-1]].type in ("th_open", "td_open")

    def _make_part(self, line: int, content: str, form: Form, *, in_list: bool = False) -> _Part:
        """The part that has this content, of which each line is the end of a line, or all of it behind some sign."""
        pieces: list[str] = []
        lines: list[tuple[int, int]] = []
        within = 0
        for number, written in enumerate(content.rstrip().split("\n"), line):
            start = self.starts[number]
            whole = self.text[start : self._end_of_line(start)]
            piece = written.strip()
            column = whole.rfind(piece)
            if column < 0:
                piece, column = whole, 0
            pieces.append(piece)
            lines.append((within, start + column))
            within += len(piece) + 1
        return _Part("\n".join(pieces), lines, form, in_list)

    def _list_cells(self, line: int) -> Iterator[_Part]:
        """The cells of a row; two that have a `%%` without a second are one part, with those between them."""
        start = self.starts[line]
        written = self.text[start : self._end_of_line(start)]
        bounds = [0, *(end.start() for end in _CELL_END.finditer(written)), len(written)]
        form = self._text_form
        cells = [_Part(written[begin:end], ((0, start + begin),), form) for begin, end in pairwise(bounds)]
        halves = [at for at, cell in enumerate(cells) if MARK in cell.content and find_marks(cell.content, form).lone]
        for first, last in zip(halves[::2], halves[1::2], strict=False):
            cells[first] = _Part(written[bounds[first] : bounds[last + 1]], cells[first].lines, form)
            cells[first + 1 : last + 1] = [_Part("", cells[last].lines, form)] * (last - first)
        if len(halves) > 1 and len(halves) % 2:
            cells[halves[-1]] = cells[halves[-1]]._replace(is_unpaired=True)
        yield from cells

    def _list_definitions(self, environment: dict[str, object]) -> Iterator[_Part]:
        references = cast("dict[str, dict[str, object]]", environment.get("references", {}))
        repeated = cast("list[dict[str, object]]", environment.get("duplicate_refs", []))
        for definition in (*references.values(), *repeated):
            first, last = cast("list[int]", definition["map"])
            content = self.text[self.starts[first] : self._end_of_line(self.starts[last - 1])]
            yield self._make_part(first, content, "definition")

    # What is found

    def _take_block(self, block: _Block) -> bool:
        """Note a comment in place of blocks, unless it is within another; returns whether to stop."""
        start = block.span.start
        if start < self._position:
            return False
        self.spans.append(block.span)
        self._position = block.span.end
        if block.is_doubtful:
            self.doubtful.append(start)
        if block.unclosed:
            self.unclosed = (block.unclosed, start, block.length)
        return bool(block.unclosed)

    def _take_part(self, part: _Part) -> bool:
        """Note what is found in a part; returns whether to stop."""
        if part.end < self._position:
            return False
        if self._joined is not None:
            above, self._joined = self._joined, None
            if part.start >= self._position or part.containers is None:
                return True
            self._position = part.end if part.containers == above else self._find_next_block(above, part)
        if part.end <= self._position:
            return False
        part = part.behind(self._position)
        raw_end = _next(self._raw_ends, part.end)
        marks = find_marks(part.content, part.form, raw_may_end=raw_end >= 0)
        self._note(part, marks)
        for lone in map(part.locate, marks.lone):
            if self._is_first(lone) and self._is_last(lone + 2):
                return self._end_unclosed("percent", lone, 2)
        return self._take_opening(part, marks.opening) if marks.opening is not None else False

    def _note(self, part: _Part, marks: Marks) -> None:
        for start, end in marks.comments:
            start, end = part.locate(start), part.locate(end - 1) + 1
            is_percent = self.text.startswith(MARK, start)
            is_block = not is_percent and self._is_first(start) and self._is_last(end)
            self.spans.append(self._make_block(start, end, in_list=part.in_list) if is_block else Span(start, end))
        self.doubtful += map(part.locate, marks.doubtful)
        self.numbers += map(part.locate, marks.numbers)
        for lone in map(part.locate, marks.lone):
            self.lone.append(lone)
            if part.is_unpaired:
                self.unpaired.append(lone)
            if self.first_in_line < 0 and self._is_first(lone):
                self.first_in_line = lone

    def _take_opening(self, part: _Part, opening: Opening) -> bool:
        """Note what begins in a part and ends behind it; returns whether to stop."""
        start, behind = part.locate(opening.start), part.locate(opening.end - 1) + 1
        if opening.kind == "raw":
            self._position = _next(self._raw_ends, behind)
            return False
        end = self._find_end(opening.kind, start, behind)
        if end < 0:
            return self._end_unclosed(opening.kind, start, behind - start)
        self.spans.append(Span(start, end))
        self._position = end
        self._joined = part.containers
        return self._joined is None

    def _find_next_block(self, above: tuple[int, ...], part: _Part) -> int:
        """Returns an offset from which on blocks stay the same if a comment from one container to another is removed.

        `above` contains the beginning of the comment, and `part` its end. The offset is the next item of a list that
        contains both. Otherwise it is a line that is not indented, below a blank one: every list and quote ends there.
        """
        inner = next((at for at in part.containers or () if at not in above), None)
        item = self._tokens[inner] if inner is not None else None
        if item is not None and item.type == "list_item_open" and item.map is not None:
            line = item.map[1]
            return self.starts[line] if line < len(self.starts) else len(self.text)
        line = part.block_end
        start = self.starts[line] - 1 if line < len(self.starts) else len(self.text)
        found = _BLOCK_START.search(self.text, start)
        return found.end() if found is not None else len(self.text)

    def _end_unclosed(self, kind: str, start: int, length: int) -> bool:
        """Note a comment that does not end; it hides the rest of the text."""
        self.spans = [span for span in self.spans if span.end <= start]
        self.spans.append(Span(start, len(self.text)))
        self.unclosed = (kind, start, length)
        return True

    def _make_block(self, start: int, end: int, *, in_list: bool) -> Span:
        """A comment on lines of its own: it parts paragraphs, but not the items of a list."""
        is_item = in_list and _LIST_ITEM.match(self.text, self._end_of_line(end)) is not None
        return Span(start, end, is_block=not is_item)

    def _find_end(self, kind: str, start: int, behind: int) -> int:
        """Where the comment of kramdown or Liquid ends whose beginning goes from `start` to `behind`; or -1."""
        if kind == "liquid":
            return self._liquid.get(start, -1)
        is_alone = self._is_first(start) and self._is_last(behind)
        end = _next(self._kramdown_lines, behind) if is_alone else -1
        return end if end >= 0 else _next(self._kramdown, behind)

    @cached_property
    def _liquid(self) -> dict[int, int]:
        return match_liquid(self.text)

    @cached_property
    def _kramdown(self) -> list[int]:
        return find_ends_of_kramdown(self.text)

    @cached_property
    def _kramdown_lines(self) -> list[int]:
        return find_ends_of_kramdown(self.text, on_own_lines=True)

    def _end_of_line(self, position: int) -> int:
        end = self.text.find("\n", position)
        return end if end >= 0 else len(self.text)

    def _is_first(self, position: int) -> bool:
        """Whether nothing but the marks of quotes stands before a position in its line."""
        prefix = _PREFIX.match(self.text, self.starts[bisect_right(self.starts, position) - 1])
        return prefix is not None and prefix.end() >= position

    def _is_last(self, position: int) -> bool:
        """Whether nothing stands behind a position in its line."""
        return _SPACE_TO_END.match(self.text, position) is not None

    def _has_text_around(self, position: int) -> bool:
        """Whether there is text on both sides of a `%%` in its line."""
        return not self._is_first(position) and not self._is_last(position + 2)


def _next(offsets: Sequence[int], start: int) -> int:
    """The first of the offsets that is behind `start`; -1 if there is none."""
    at = bisect_right(offsets, start)
    return offsets[at] if at < len(offsets) else -1


@lru_cache(maxsize=2)
def _parser(html: bool) -> MarkdownIt:
    """A parser that knows comments in place of blocks; `comments` in its environment is the `Look` that reads them."""
    parser = make_parser(html=html, smart=False, nesting=MAX_NESTING, first=_read_block)
    look_before_calling(parser)
    return parser


def _read_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return cast("Look", state.env["comments"]).read_block(state, start, end, silent)
