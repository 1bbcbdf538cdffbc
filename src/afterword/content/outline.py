"""Reads the title, the headings and the first paragraph of a text from the parser's blocks, for planning.

The parser, its rules and its options are those that render the body, so both find the same blocks. It stops after the
first paragraph if no heading below can have a date or a timestamp, and no definition is below.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING

from markdown_it.token import Token
from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, warning
from afterword.core.patterns import lazy_pattern
from afterword.markdown.excerpts import blank_separator
from afterword.markdown.link_targets import encode
from afterword.markdown.parser import TooManyElements, parse, parse_line
from afterword.markdown.plain_text import plain_text
from afterword.markdown.rules.attributes import take_trailing_attributes
from afterword.markdown.rules.timestamps import take_timestamp
from afterword.markdown.rules.toc import may_have_contents
from afterword.talks.inference import Hyperlink, ParagraphLinks
from afterword.talks.updates import SectionHeading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from afterword.core.diagnostics import Place
    from afterword.markdown.context import TextSyntax
    from afterword.markdown.environment import Need

_NEAR = 1_000
"""Number of characters of text that are kept before and after a link."""

_MAX_PARAGRAPH = 2_000
"""Number of characters of a paragraph that are searched. A later link is not the subject of the notes."""

_ANCHOR = lazy_pattern(r"""<a\s(?:[^>]*\s)?href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_FRAME = lazy_pattern(r"""<iframe\s(?:[^>]*\s)?src\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ANCHOR_END = lazy_pattern(r"</a\s*>", re.IGNORECASE)


_MAY_BE_HEADING = (
    lazy_pattern(r"\n(?:[ \t>*+.):~\d-]|<[^\n>]*>)*+#[^\n]*\d"),
    lazy_pattern(r"\n[ \t>*+.)\d=-]*[=-][ \t]*(?=\n|\Z)"),
)
"""A heading with a digit, and the line below a heading."""

_REFERENCE = lazy_pattern(r"\](?!\()")
"""The end of what may be a reference to a definition; other text with brackets is a link with a target."""

_DIGIT = lazy_pattern(r"\d")


class PlainLine(Struct, frozen=True):
    """A line of Markdown as plain text, and the elements that this cannot show: `link`, `image`, `footnote`.

    `target` is the URL of a link around the whole line; empty without one.
    """

    text: str
    lost: tuple[str, ...] = ()
    target: str = ""

    def report_lost(self, name: str, place: Place) -> tuple[Diagnostic, ...]:
        """Returns a warning for each kind of thing that a `name` ("title") at a place cannot show."""
        return tuple(
            warning(
                f"markup-in-{name}",
                f"{what} in a {name} is not shown: a {name} is plain text",
                place,
                hint="move it to the text",
            )
            for what in self.lost
        )


class Title(Struct, frozen=True):
    """A heading that begins a text: its source, its lines, from 0 and end excluded, and its plain text."""

    written: str
    lines: tuple[int, int]
    plain: PlainLine


class TextOutline(Struct, frozen=True):
    """The title of a text, the other headings that have a digit, and the links of its first paragraph."""

    title: Title | None = None
    headings: tuple[SectionHeading, ...] = ()
    paragraph: ParagraphLinks = ParagraphLinks()


def read_line(line: str, syntax: TextSyntax) -> PlainLine:
    """Returns a line of Markdown as plain text, without the attributes in braces at its end."""
    return _read_plain(parse_line(line, syntax))


def read_outline(text: str, syntax: TextSyntax, *, has_title: bool) -> TextOutline:
    """Returns the outline of a text, which is empty if it has too many elements above its last part that matters.

    `has_title` says that the title is known, so a heading at the beginning of the text is a section.
    """
    blocks: list[Token] = []
    first: list[Token] = []
    checked = 0
    end: int | None = None  # of the last part that matters, once the first paragraph is read

    def select(tokens: list[Token]) -> list[Token]:
        blocks.extend(tokens)
        first.extend(next(_list_paragraphs(tokens, text), ()))
        needed = (*tokens[1:2], *(inline for _, inline in _list_headings(tokens)), *first)
        return [*{id(token): token for token in needed}.values()]  # the first paragraph may be the first block

    def find_need(tokens: list[Token], position: int) -> Need:
        nonlocal checked, end
        if end is None:
            start, checked = checked, len(tokens)
            if next(_list_paragraphs(tokens[start:], text), None) is None:
                return "all"
            end = _find_end(text, position, tokens)
        return "headings" if position < end else "nothing"

    # A mark for the table of contents takes its list with it only when all blocks are known.
    if not _parse(text, syntax, select, find_need if not may_have_contents(text) else None):
        return TextOutline()
    title = _read_title(blocks, text) if not has_title else None
    headings = _list_headings(blocks[2:] if title is not None else blocks)
    return TextOutline(title, tuple(_read_heading(*heading) for heading in headings), _read_paragraph(first))


def _find_end(text: str, position: int, above: Sequence[Token]) -> int:
    """Returns the end of the last part of a text behind a position that the outline needs; 0 if it needs none.

    These are headings with a digit; and definitions, if a heading or the blocks `above` may refer to them.
    """
    start = max(0, position - 1)
    end = max((match.end() for part in _MAY_BE_HEADING for match in part.finditer(text, start)), default=0)
    if not end and "*[" not in text and not any(_REFERENCE.search(token.content) for token in above):
        return 0
    return max(end, text.rfind("]:", start) + 2)


def read_paragraphs(text: str, syntax: TextSyntax) -> list[ParagraphLinks]:
    """Returns all blocks of a text that have links, headings and HTML included."""
    groups: list[list[Token]] = []

    def select(tokens: list[Token]) -> list[Token]:
        groups.extend(_list_paragraphs(tokens, text, all_blocks=True))
        return [inline for group in groups for inline in group]

    is_parsed = _parse(text, syntax, select)
    return [found for group in groups if (found := _read_paragraph(group, len(text))).links] if is_parsed else []


def _parse(
    text: str,
    syntax: TextSyntax,
    select: Callable[[list[Token]], list[Token]],
    find_need: Callable[[list[Token], int], Need] | None = None,
) -> bool:
    """Parses a text as `render` does. Returns False if it has too many elements, which `render` reports."""
    source, _ = blank_separator(text, syntax.excerpt_separator)
    try:
        parse(source, syntax, talk=True, select=select, find_need=find_need)
    except TooManyElements:
        return False
    return True


def _list_headings(blocks: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Yields the opening token and the inline token of each heading that has a digit."""
    return (
        (opening, inline)
        for opening, inline in pairwise(blocks)
        if opening.type == "heading_open" and _DIGIT.search(inline.content) is not None
    )


def _read_heading(opening: Token, inline: Token) -> SectionHeading:
    take_trailing_attributes(inline)
    has_timestamp = take_timestamp(inline) is not None
    if has_timestamp:
        take_trailing_attributes(inline)  # as in `## Tool use {#tools} [27:43]`
    shown = (child for child in inline.children or () if child.type not in ("html_inline", "image"))
    return SectionHeading(_say(shown), _line_of(opening), has_timestamp)


def _read_title(blocks: Sequence[Token], text: str) -> Title | None:
    """Returns the heading of the first level that a text begins with; None if there is none, or it has no text."""
    if not blocks or blocks[0].tag != "h1" or blocks[0].map is None or _is_paragraph(blocks):
        return None
    start, end = blocks[0].map
    plain = _read_plain(blocks[1])
    is_first = not any(line.strip() for line in text.split("\n", start)[:start])
    return Title(blocks[1].content, (start, end), plain) if is_first and plain.text else None


def _read_plain(inline: Token) -> PlainLine:
    take_trailing_attributes(inline)
    children = inline.children or []
    lost = tuple(_list_lost(children))
    is_link = lost == ("link",) and children[0].type == "link_open" and children[-1].type == "link_close"
    target = encode(str(children[0].attrs["href"])) if is_link else ""
    return PlainLine(_say(children), tuple(dict.fromkeys(lost)), target)


def _say(tokens: Iterable[Token]) -> str:
    return " ".join(plain_text(tokens).split())


def _list_lost(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "image":
            yield "image"
        elif token.type == "wikilink" or (token.type == "link_open" and token.info != "auto"):
            yield "link"
        elif token.type == "footnote_ref" and token.meta["is_defined"]:
            yield "footnote"


def _list_paragraphs(blocks: Sequence[Token], text: str, *, all_blocks: bool = False) -> Iterator[list[Token]]:
    """Yields the inline tokens of each outermost block that has text, up to the first blank line.

    Such blocks are paragraphs, and also lists, quotations and tables. Code is passed over, and so are headings, images,
    HTML and footnotes unless `all_blocks`.
    """
    start = 0
    for index, token in enumerate(blocks):
        if token.level or token.nesting > 0:
            continue
        group, start = blocks[start : index + 1], index + 1
        if not all_blocks and _is_passed_over(group):
            continue
        inlines = _find_inlines(group)
        if len(inlines) > 1:
            lines = text.split("\n")
            begin = _line_of(inlines[0])
            blank = next((number for number in range(begin, len(lines)) if not lines[number].strip()), len(lines))
            inlines = [inline for inline in inlines if _line_of(inline) < blank]
        if inlines:
            yield inlines


def _is_passed_over(group: Sequence[Token]) -> bool:
    first = group[0]
    match first.type:
        case "heading_open":
            return not _is_paragraph(group)
        case "paragraph_open":
            return group[1].content.startswith("![")
        case "html_block":
            return _ANCHOR.match(first.content) is None
    return first.type == "footnote_reference_open"


def _find_inlines(group: Sequence[Token]) -> list[Token]:
    """Returns the inline tokens of an outermost block; of a block of HTML, one with its source."""
    first = group[0]
    if first.type == "html_block":
        return [Token("inline", "", 0, content=first.content.strip(), map=first.map, level=1, block=True)]
    return [token for token in group if token.type == "inline" and token.map is not None]  # titles of alerts have none


def _is_paragraph(group: Sequence[Token]) -> bool:
    """Returns whether a heading is meant as a paragraph: it has a URL, and an unlikely underline."""
    return group[0].markup in ("=", "-") and "://" in group[1].content


def _line_of(token: Token) -> int:
    return token.map[0] if token.map is not None else 0


def _read_paragraph(inlines: Sequence[Token], longest: int = _MAX_PARAGRAPH) -> ParagraphLinks:
    """Returns the links in inline tokens, in their order, that begin in the first `longest` characters."""
    if not inlines:
        return ParagraphLinks()
    words, spans = _gather(inlines)
    return ParagraphLinks(
        _line_of(inlines[0]),
        tuple(
            Hyperlink(
                target,
                "" if is_bare else _tidy(words[start:end]).strip(),
                _tidy(words[max(0, start - _NEAR) : start]),
                _tidy(words[end : end + _NEAR]),
            )
            for target, is_bare, start, end in spans
            if start < longest
        ),
    )


def _gather(inlines: Sequence[Token]) -> tuple[str, list[tuple[str, bool, int, int]]]:
    """Returns the text of a paragraph, and of each link its target, whether it is a bare URL, and its range."""
    pieces: list[str] = []
    spans: list[tuple[str, bool, int, int]] = []
    target, is_bare, start, at = "", False, -1, 0
    for token in (child for inline in inlines for child in (*(inline.children or ()), _BREAK)):
        if token.type == "link_open":
            target, is_bare, start = str(token.attrs.get("href", "")), token.info == "auto", at
        elif (anchor := _read_tag(token, _ANCHOR)) is not None:
            target, is_bare, start = anchor, False, at
        elif (frame := _read_tag(token, _FRAME)) is not None:
            spans.append((frame, True, at, at))
        elif token.type == "link_close" or (token.type == "html_inline" and _ANCHOR_END.match(token.content)):
            if start >= 0:
                spans.append((target, is_bare, start, at))
            start = -1
        elif token.type != "html_inline":
            pieces.append(plain_text((token,)))
            at += len(pieces[-1])
    return "".join(pieces), spans


_BREAK = Token("softbreak", "br", 0)


def _read_tag(token: Token, pattern: re.Pattern[str]) -> str | None:
    """Returns the URL in a tag of HTML of this pattern; None for any other token."""
    match = pattern.match(token.content) if token.type == "html_inline" else None
    return unescape(next(filter(None, match.groups()), "")) if match is not None else None


def _tidy(words: str) -> str:
    return re.sub(r"\s+", " ", words)
