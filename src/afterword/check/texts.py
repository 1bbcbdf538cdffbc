"""Finds images without alt text and external links in a text, for `afterword check`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import warning
from afterword.markdown.parser import TooManyElements, parse
from afterword.markdown.source_map import SourceMap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from afterword.content.parse_source import SourceText
    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.markdown.context import MarkdownOptions

_IMG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"\balt(?:\s*=|\s|/?>)", re.IGNORECASE)
_LINK = re.compile(r"""\b(?:href|src|poster)\s*=\s*["']?(https?://[^\s"'<>]+)""", re.IGNORECASE)
_WEB = ("http://", "https://")


class ExternalLink(Struct, frozen=True):
    """A full URL and its place."""

    url: str
    place: Place


class TextFindings(Struct, frozen=True):
    """The external links of a text, and its diagnostics."""

    links: tuple[ExternalLink, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def check_text(path: str, source: SourceText, options: MarkdownOptions) -> TextFindings:
    """Returns the external links of a text, and a warning for each image that has no description."""
    try:
        tokens = parse(source.text, options).tokens
    except TooManyElements:
        return TextFindings()  # an error of the build
    where = SourceMap(source.text, path, source.first_line, gaps=source.gaps)
    found = _TextWalker(tokens, where)
    return TextFindings(tuple(found.links()), tuple(found.images()))


class _TextWalker:
    """Walks the tokens of one text."""

    def __init__(self, tokens: Sequence[Token], where: SourceMap) -> None:
        self._tokens = tokens
        self._where = where

    def links(self) -> Iterator[ExternalLink]:
        for index, child in self._inlines():
            target = str(child.attrs.get("href") or child.attrs.get("src") or "")
            if target.startswith(_WEB):
                yield ExternalLink(target, self._place(index, child))
        for place, html in self._html():
            yield from (ExternalLink(match[1], place) for match in _LINK.finditer(html))

    def images(self) -> Iterator[Diagnostic]:
        for index, child in self._inlines():
            if child.type == "image" and not (child.content or "").strip():
                yield _without_description(self._place(index, child), "write `![What it shows](…)`")
        for place, html in self._html():
            for match in _IMG.finditer(html):
                if _ALT.search(match[0]) is None:
                    yield _without_description(place, 'write `alt="What it shows"`, or `alt=""` for a decoration')

    def _inlines(self) -> Iterator[tuple[int, Token]]:
        """Yields the inline tokens, each with the index of its block."""
        for index, block in enumerate(self._tokens):
            yield from ((index, child) for child in block.children or ())

    def _html(self) -> Iterator[tuple[Place, str]]:
        """Yields the raw HTML, line by line."""
        for index, block in enumerate(self._tokens):
            if block.type == "html_block" and block.map is not None:
                for row, line in enumerate(block.content.split("\n")):
                    yield self._where.place(block.map[0] + row), line
            for child in block.children or ():
                if child.type == "html_inline":
                    yield self._place(index, child), child.content

    def _place(self, index: int, child: Token) -> Place:
        start, end = child.meta.get("at", (0, 0))
        return self._where.place_in_block(self._tokens, index, start, end - start)


def _without_description(place: Place, hint: str) -> Diagnostic:
    return warning("image-without-alt", "image without alt text", place, hint=hint)
