"""Finds the comments of a whole text in the blocks that the parser finds.

A comment that begins a line and ends on another line is a block of its own, for the parser too, so nothing in it is
read. Other comments are found in the texts of blocks (`parts`): code has no comments, and backticks are paired within
one paragraph or cell.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.patterns import lazy_pattern
from afterword.core.text import start_lines
from afterword.front_matter.comment_syntax import MARK, OPENING, SYNTAXES, find_ends, is_hidden_chunk
from afterword.front_matter.comments import find_ends_of_raw, find_marks, find_open_raw
from afterword.markdown.comments.parts import Part, PartList, find_line_end, list_read_lines
from afterword.markdown.context import MAX_NESTING, TextSyntax
from afterword.markdown.environment import Environment, environment_of
from afterword.markdown.excerpts import blank_separator
from afterword.markdown.fast.dispatch import look_before_calling
from afterword.markdown.parser import ParserOptions, make_parser

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

    from afterword.front_matter.comments import Form, Marks, Opening

_ALONE = lazy_pattern(r"%%(?!.*%%)")
_EXPLAINED = lazy_pattern(
    r"%%(?:[ \t]+(?:(?:is|are|was|means|marks?|begins?|starts?|opens?|closes?|ends?|encloses?|introduces?|denotes?"
    r"|works?|escapes?|prints?|gives?|hides?|makes?|can|may|must|does|and|or|as|in|at|ist|sind|beginnt|est|sont|è|es)\b|\()"
    r"|[ \t]*[-–—,;:)\"'”’]"
    r"|(?:bash|capture|cython|file|html|javascript|js|latex|markdown|matplotlib|perl|prun|python|ruby|script|sh|sql|svg"
    r"|time|timeit|writefile)\b)"
)
"""A `%%` that begins a sentence on it: on comments of LaTeX and Obsidian, format strings, or Jupyter's magics."""

_PREFIX = lazy_pattern(r"[ \t>]*")
_SPACE_TO_END = lazy_pattern(r"[ \t]*(?=\n|\Z)")
_LIST_ITEM = lazy_pattern(r"\n[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_BLOCK_START = lazy_pattern(r"\n[ \t]*\n(?=[^\s])")
_LISTS = ("bullet_list_close", "ordered_list_close")


class Span(Struct, frozen=True, order=True):
    """A comment from `start` to `end`. If `is_block`, it ends the paragraph above it."""

    start: int
    end: int
    is_block: bool = False


class _Block(Struct, frozen=True):
    """A comment that is a block; `unclosed` is its kind if it does not end."""

    span: Span
    length: int
    is_doubtful: bool = False
    unclosed: str = ""


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
        """Searches all of the text."""
        environment = Environment(talk=True, comments=self)
        tokens = self._tokens
        parser = _parser(self._syntax.html, self._syntax.math)
        text, _ = blank_separator(self.text, self._syntax.excerpt_separator)
        parser.block.parse(text, parser, environment, tokens)
        parts = PartList(self.text, self.starts, self._text_form)
        found: list[_Block | Part] = [*self._blocks, *parts.list_blocks(tokens), *parts.list_definitions(environment)]
        found += self._list_hidden_code()
        comments = ((self._find_line(block.span.start), self._find_line(block.span.end) + 1) for block in self._blocks)
        found += parts.list_other_lines((*list_read_lines(tokens, environment), *comments))
        for one in sorted(found, key=lambda one: one.span.start if isinstance(one, _Block) else one.start):
            is_last = self._take_block(one) if isinstance(one, _Block) else self._take_part(one)
            if is_last:
                break

    def _list_hidden_code(self) -> Iterator[_Block]:
        """Yields the chunks of code that other tools run without showing them."""
        for token in self._tokens:
            if (
                token.type == "fence"
                and token.map is not None
                and is_hidden_chunk(token.info, token.content, are_hidden=self._syntax.hides_chunks)
            ):
                start = self.text.find(token.markup, self.starts[token.map[0]])
                end = find_line_end(self.text, self.starts[token.map[1] - 1])
                yield _Block(Span(start, end, is_block=True), len(token.markup))

    # The rule of the parser

    def read_block(self, state: StateBlock, start: int, end: int, silent: bool) -> bool:
        """Parser rule for a comment that begins a line and ends on another line. Skips the content of the comment."""
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
            self._blocks.append(replace(block, span=self._make_block(span.start, span.end, in_list=in_list)))
            self._blocks_end = span.end
            state.line = min(bisect_right(self.starts, span.end - 1), end)
        return True

    def _find_block(self, begin: int, line_end: int, asking: StateBlock | None) -> _Block | None:
        """Returns the block comment that begins at an offset; `asking` is set if the comment would end a paragraph.

        A comment that does not end does not end a paragraph either.
        """
        text = self.text
        if text.startswith(MARK, begin):
            if _ALONE.match(text, begin, line_end) is None or (asking is not None and self._is_open(asking, begin)):
                return None
            closing = text.find(MARK, line_end)
            is_text = closing < 0 or (self._is_first(closing) and not self._is_last(closing + 2))
            if is_text and _EXPLAINED.match(text, begin, line_end) is not None:
                return None
            if closing >= 0:
                has_text = bool(text[begin + 2 : line_end].strip())
                return _Block(Span(begin, closing + 2), 2, has_text and self._has_text_around(closing))
            return _Block(Span(begin, len(text)), 2, unclosed="percent") if asking is None else None
        opening = OPENING.match(text, begin)
        if opening is None:
            return None
        kind = opening.lastgroup or ""
        end = self._ends.get(begin, -1)
        if end < 0:
            if SYNTAXES[kind].or_text:
                return None
            unclosed = _Block(Span(begin, len(text)), opening.end() - begin, unclosed=kind)
            return unclosed if asking is None else None
        return _Block(Span(begin, end), opening.end() - begin) if end > line_end else None

    def _is_open(self, state: StateBlock, begin: int) -> bool:
        """Returns whether a `%%` at an offset closes a comment that begins in the paragraph above."""
        if state.parentType != "paragraph":
            return False
        if begin < self._settled:
            return True
        above = max(state.bMarks[state.line] + state.tShift[state.line], self._settled)
        is_open = bool(find_marks(self.text[above:begin], self._text_form).lone)
        if is_open:
            self._settled = begin + len(MARK)
        return is_open

    # What is found

    def _take_block(self, block: _Block) -> bool:
        """Records a block comment, unless it is within another comment. Returns whether to stop."""
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

    def _take_part(self, part: Part) -> bool:
        """Records the comments of a part. Returns whether to stop."""
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
        marks = find_marks(
            part.content, part.form, raw_may_end=raw_end >= 0, ends_later=lambda at: self._ends_later(part.locate(at))
        )
        self._note(part, marks)
        for lone in map(part.locate, marks.lone):
            if self._is_first(lone) and self._is_last(lone + 2):
                return self._end_unclosed("percent", lone, 2)
        return self._take_opening(part, marks.opening) if marks.opening is not None else False

    def _note(self, part: Part, marks: Marks) -> None:
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

    def _take_opening(self, part: Part, opening: Opening) -> bool:
        """Records a comment that begins in a part and ends after it. Returns whether to stop."""
        start, behind = part.locate(opening.start), part.locate(opening.end - 1) + 1
        if opening.kind == "raw":
            self._position = _next(self._raw_ends, behind)
            return False
        end = self._ends.get(start, -1)
        if end < 0:
            return self._end_unclosed(opening.kind, start, behind - start)
        if SYNTAXES[opening.kind].in_doubt:
            self.doubtful.append(start)
        self.spans.append(Span(start, end))
        self._position = end
        self._joined = part.containers
        return self._joined is None

    def _find_next_block(self, above: tuple[int, ...], part: Part) -> int:
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
        """Records a comment that does not end. It hides the rest of the text."""
        self.spans = [span for span in self.spans if span.end <= start]
        self.spans.append(Span(start, len(self.text)))
        self.unclosed = (kind, start, length)
        return True

    def _make_block(self, start: int, end: int, *, in_list: bool) -> Span:
        """Returns a comment on lines of its own. It separates paragraphs, but not the items of a list."""
        is_item = in_list and _LIST_ITEM.match(self.text, find_line_end(self.text, end)) is not None
        return Span(start, end, is_block=not is_item)

    @cached_property
    def _ends(self) -> dict[int, int]:
        return find_ends(self.text)

    def _ends_later(self, start: int) -> bool:
        """Returns whether a comment that may be text ends before another one begins."""
        end = self._ends.get(start, -1)
        return end >= 0 and self.text.find(self.text[start : start + 2], start + 2, end) < 0

    def _find_line(self, position: int) -> int:
        return bisect_right(self.starts, position) - 1

    def _is_first(self, position: int) -> bool:
        """Returns whether only quote marks precede a position in its line."""
        prefix = _PREFIX.match(self.text, self.starts[bisect_right(self.starts, position) - 1])
        return prefix is not None and prefix.end() >= position

    def _is_last(self, position: int) -> bool:
        """Returns whether nothing follows a position in its line."""
        return _SPACE_TO_END.match(self.text, position) is not None

    def _has_text_around(self, position: int) -> bool:
        """Returns whether text is on both sides of a `%%` in its line."""
        return not self._is_first(position) and not self._is_last(position + 2)


def _next(offsets: Sequence[int], start: int) -> int:
    """Returns the first of the offsets that is greater than `start`, or -1."""
    at = bisect_right(offsets, start)
    return offsets[at] if at < len(offsets) else -1


@lru_cache(maxsize=4)
def _parser(html: bool, math: bool) -> MarkdownIt:
    """Returns a parser with a rule for block comments. `comments` in its environment is the `Look` that reads them."""
    parser = make_parser(ParserOptions(html, smart=False, nesting=MAX_NESTING, math=math), first=_read_block)
    look_before_calling(parser)
    return parser


def _read_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    comments = environment_of(state).comments
    return comments is not None and comments.read_block(state, start, end, silent)
