"""The texts of a document in which warnings look for markup: those of all blocks but code."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern
from afterword.markdown.warnings.liquid import CODE_IN_HTML

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    """The texts of all blocks but code: `joined`, to look for signs in all at once, and one by one."""

    def __init__(self, writer: Writer, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self._writer = writer
        self._numbers = [number for number, token in enumerate(tokens) if token.type in ("inline", "html_block")]
        self.joined = "\0".join([tokens[number].content for number in self._numbers])

    @cached_property
    def blocks(self) -> Sequence[TextBlock]:
        return [TextBlock(self._writer, self.tokens, number) for number in self._numbers]


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
