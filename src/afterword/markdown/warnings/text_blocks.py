"""The texts of a document in which warnings look for markup: those of all blocks but code."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern
from afterword.markdown.warnings.liquid import CODE_IN_HTML

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from afterword.core.diagnostics import Place
    from afterword.markdown.writers.writer import Writer

_OPAQUE = lazy_pattern(
    r"\\[\\`\[{!^~:$+<]|(`+)|<!--(?:[^-]|-(?!->)){0,2000}-->|(?<!\{)<(?:[A-Za-z/?]|!(?:--(?![^<>\n]{0,500}--!>)|[A-Za-z\[]))[^<>\n]{0,500}>|\$\$[^$]{1,1000}\$\$|\\[(\[].{1,500}?\\[)\]|\]\([^()\s]{0,500}\)"
    r"|https?://\S{1,500}|\$(?=[^\s$])(?:[^$\n{\\]|\\.|\{(?!%|\{[<%#])){1,500}(?<=\S)\$(?!\d)"
)
"""Spans in which no construct begins: escapes, tags, formulas, link targets and code."""


class TextBlock:
    """A paragraph, heading, cell or block of HTML, the text of which is the token at `number`."""

    def __init__(self, writer: Writer, tokens: Sequence[Token], number: int) -> None:
        self.writer = writer
        self.tokens = tokens
        self.number = number
        self.token = tokens[number]
        self.is_html = self.token.type == "html_block"
        self.text = self.token.content
        if self.is_html:
            self.text = CODE_IN_HTML.sub(lambda code: _blank(code[0]), self.text)

    @property
    def opening(self) -> Token:
        """The token before the text, which begins the block unless it is one of HTML."""
        return self.tokens[self.number - 1]

    @property
    def is_heading(self) -> bool:
        return self.opening.type == "heading_open"

    @cached_property
    def visible(self) -> str:
        """The text with spaces instead of code, tags and formulas."""
        return hide_code(self.text)

    def is_visible(self, offset: int) -> bool:
        return self.visible[offset] == self.text[offset]

    def place(self, start: int, length: int) -> Place:
        """Returns the place of a part of the text."""
        return self.writer.source.place_in_block(self.tokens, self.number, start, length)


class TextBlocks:
    """The texts of all blocks but code.

    Most signs of a mistake are in few blocks, so they are looked for in all texts at once: `joined`.
    """

    def __init__(self, writer: Writer, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self._writer = writer
        self._numbers = [number for number, token in enumerate(tokens) if token.type in ("inline", "html_block")]
        texts = [tokens[number].content for number in self._numbers]
        self.joined = "\0".join(texts)
        self._ends = list(accumulate(len(text) + 1 for text in texts))
        self._blocks: dict[int, TextBlock] = {}

    @property
    def blocks(self) -> Iterator[TextBlock]:
        """Yields all blocks."""
        return map(self._block, range(len(self._numbers)))

    def containing(self, sign: str) -> Iterator[TextBlock]:
        """Yields the blocks that have a sign in their text, or in code of their HTML."""
        start = 0
        while (found := self.joined.find(sign, start)) >= 0:
            index = bisect_right(self._ends, found)
            yield self._block(index)
            start = self._ends[index]

    def matching(self, sign: re.Pattern[str]) -> Iterator[TextBlock]:
        """Yields the blocks that have the beginning of a match of a pattern in them."""
        start = 0
        while (found := sign.search(self.joined, start)) is not None:
            index = bisect_right(self._ends, found.start())
            yield self._block(index)
            start = self._ends[index]

    def _block(self, index: int) -> TextBlock:
        block = self._blocks.get(index)
        if block is None:
            block = self._blocks[index] = TextBlock(self._writer, self.tokens, self._numbers[index])
        return block


def hide_code(text: str) -> str:
    """Returns the text of a block with spaces instead of code, tags and formulas, which keeps all offsets."""
    pieces: list[str] = []
    done = 0
    ends: dict[str, list[int]] | None = None
    position = 0
    last = text.rfind("-->") + 1
    searched = text[:last] + text[last:].replace("<!--", "<\0--")  # to look for an end behind each takes long
    while (found := _OPAQUE.search(searched, position)) is not None:
        position = found.end()
        if found[1]:
            ends = ends if ends is not None else _find_ticks(text)
            later = ends.get(found[1], [])
            while later and later[-1] < position:
                later.pop()
            if not later:
                continue
            position = later[-1] + len(found[1])
        pieces += (text[done : found.start()], _blank(text[found.start() : position]))
        done = position
    return "".join((*pieces, text[done:]))


def _find_ticks(text: str) -> dict[str, list[int]]:
    """Returns where the runs of backticks of each length begin, the last one first."""
    ends: dict[str, list[int]] = {}
    for run in re.finditer(r"`+", text):
        ends.setdefault(run[0], []).append(run.start())
    return {marks: starts[::-1] for marks, starts in ends.items()}


def _blank(text: str) -> str:
    return "".join("\n" if character == "\n" else " " for character in text)
