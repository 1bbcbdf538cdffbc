"""Cuts the excerpt of a body: up to the separator, or the first paragraph.

`find_excerpt` chooses the blocks of the excerpt, and `take_excerpt` takes what was written of them. A separator inside
a block cuts that block: `write_head` then renders the text before it once more.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.patterns import lazy_pattern
from afterword.markdown.html_tags import VOID, HiddenElement, Unclosed, read_tags, text_of
from afterword.markdown.parser import parse
from afterword.markdown.plain_text import drop_asides, mark
from afterword.markdown.rules.footnotes import take_definitions
from afterword.markdown.writers.blocks import CLOSING, write_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from afterword.core.web_origins import Load
    from afterword.markdown.parser import Parsed
    from afterword.markdown.writers.writer import Writer

BLANK_LINE = "\n\n"
"""The separator that is not looked for in the text: the blocks tell where it is."""

_TEXT = frozenset(
    (
        *("bullet_list_open", "ordered_list_open", "blockquote_open", "quotation_open", "alert_open", "fold_open"),
        *("dl_open", "verbatim", "math_block"),
    )
)
_PASSED_OVER = frozenset({"heading_open", "hr"})
_ID = lazy_pattern(r"""(<[a-zA-Z][^<>]*?)\sid=(?:"[^"]*"|'[^']*'|[^\s"'<>]+)""")


class Excerpt(Struct, frozen=True):
    """An excerpt as HTML and as plain text, and what it loads from other hosts."""

    html: str
    summary: str
    remote: tuple[Load, ...]


class BlockRange(Struct, frozen=True):
    """A part of a stream of blocks, and the tags that close the elements that are open at its end."""

    start: int
    end: int
    closing: str = ""


def blank_separator(text: str, separator: str) -> tuple[str, int | None]:
    """Returns a text with spaces in place of a separator such as `<!--more-->` that is alone on its line.

    The second value is that line, from 0, or None if no such line exists. Only the first separator counts. It ends a
    paragraph, which an HTML comment does not do everywhere.
    """
    if not separator.startswith("<!--") or (start := text.find(separator)) < 0:
        return text, None
    line_start = text.rfind("\n", 0, start) + 1
    line = text[line_start:].partition("\n")[0]
    if line.strip() != separator.strip():
        return text, None
    return text.replace(separator, " " * len(separator), 1), text.count("\n", 0, start)


def find_excerpt(writer: Writer, blocks: Sequence[Token], text: str, alone: int | None) -> BlockRange:
    """Returns the blocks of the excerpt; `alone` is the line of a separator that has its own line."""
    separator = writer.options.excerpt_separator
    if not separator:
        return BlockRange(0, 0)
    if alone is not None:
        return find_before(blocks, alone)
    if separator == BLANK_LINE:
        return find_first_text(blocks, writer.source.lines)
    return BlockRange(0, 0) if separator in text else BlockRange(0, len(blocks))


def is_inside_block(text: str, separator: str, alone: int | None) -> bool:
    """Returns whether the separator is inside a block, so that blocks do not tell the excerpt."""
    return alone is None and separator not in ("", BLANK_LINE) and separator in text


def write_head(writer: Writer, parsed: Parsed, text: str) -> Excerpt:
    """Renders the text before the separator alone, with all link definitions.

    Its diagnostics are dropped: the full text already reported them.
    """
    head = text.partition(writer.options.excerpt_separator)[0]
    talk = writer.talk_context is not None
    blocks, _ = take_definitions(parse(head, writer.options, talk=talk, known=parsed.environment).tokens)
    own = writer.for_head()
    write_blocks(own, blocks)
    return take_excerpt(own)


def take_excerpt(writer: Writer, html_start: int = 0, text_start: int = 0, closing: str = "") -> Excerpt:
    """Returns the excerpt that was written from these pieces of HTML and text on; `closing` are the missing tags."""
    pieces = [writer.excerpts.get(index, writer.html[index]) for index in range(html_start, len(writer.html))]
    html = without_ids("".join((*pieces, closing))).strip()
    html = balance(html) if writer.raw else html
    return Excerpt(html, _one_line(writer, text_start), tuple(sorted(writer.remote)))


def _one_line(writer: Writer, start: int) -> str:
    """Returns the text from a piece on without markup, and without times that are asides."""
    pieces = writer.text[start:]
    for index in writer.timestamp_indexes:
        if index >= start:
            pieces[index - start] = mark(pieces[index - start])
    return " ".join(drop_asides("".join(pieces)).split())


def find_first_text(blocks: Sequence[Token], lines: Sequence[str]) -> BlockRange:
    """Returns the first text of a stream, up to the next blank line."""
    start = next((index for index in _list_outermost(blocks) if _is_text(blocks, index)), None)
    if start is None:
        others = (index for index in _list_outermost(blocks) if blocks[index].type not in _PASSED_OVER)
        start = next(others, len(blocks))
    if start == len(blocks):
        return BlockRange(start, start)
    first = (blocks[start].map or [0])[0]
    blank = next((number for number in range(first, len(lines)) if not lines[number].strip()), len(lines))
    return find_before(blocks, blank, start, only_text=True)


def _list_outermost(blocks: Sequence[Token]) -> Iterator[int]:
    """Yields the indexes of the blocks that are in no other, and in no element of HTML that browsers do not show."""
    hidden = HiddenElement()
    for index, token in enumerate(blocks):
        if token.level or token.nesting < 0:
            continue
        if not hidden.name:
            yield index
        if token.type == "html_block":
            for tag in read_tags(token.content):
                if not isinstance(tag, Unclosed):
                    hidden.follow(tag.name, is_closing=tag.closing, is_hidden=tag.is_hidden)
            hidden.end_block()


def find_before(blocks: Sequence[Token], line: int, start: int = 0, *, only_text: bool = False) -> BlockRange:
    """Returns the blocks from an index on that begin before a line; `only_text` ends at a heading or rule too."""
    open_blocks: list[str] = []
    for index in range(start, len(blocks)):
        token = blocks[index]
        begins_later = token.nesting >= 0 and token.map is not None and token.map[0] >= line
        is_break = only_text and index > start and token.level == 0 and token.type in _PASSED_OVER
        if begins_later or is_break:
            return BlockRange(start, index, "".join(CLOSING.get(kind, "") for kind in reversed(open_blocks)))
        if token.nesting > 0:
            open_blocks.append(token.type)
        elif token.nesting < 0:
            open_blocks.pop()
    return BlockRange(start, len(blocks))


def _is_text(blocks: Sequence[Token], index: int) -> bool:
    token = blocks[index]
    if token.type == "paragraph_open":
        children = blocks[index + 1].children or ()
        return any(child.type in ("text", "code_inline") and child.content.strip() for child in children)
    return token.type in _TEXT or (token.type == "html_block" and bool(text_of(token.content).strip()))


def without_ids(html: str) -> str:
    """Returns HTML without ids, which belong to the text's own page."""
    return _ID.sub(r"\1", html) if "id=" in html else html


def balance(html: str) -> str:
    """Returns HTML with balanced tags and without comments."""
    pieces: list[str] = []
    stack: list[str] = []
    count: Counter[str] = Counter()
    done = 0
    for tag in read_tags(html):
        pieces.append(html[done : tag.start])
        if isinstance(tag, Unclosed):
            done = len(html)
            break
        done = tag.end
        if tag.closing:
            if count[tag.name]:
                pieces.append(_close_down_to(tag.name, stack, count))
        elif tag.name != "!":
            pieces.append(html[tag.start : tag.end])
            if tag.name not in VOID and not html.endswith("/>", tag.start, tag.end):
                stack.append(tag.name)
                count[tag.name] += 1
    return "".join((*pieces, html[done:], *(f"</{name}>" for name in reversed(stack))))


def _close_down_to(name: str, stack: list[str], count: Counter[str]) -> str:
    closed = []
    while stack:
        last = stack.pop()
        count[last] -= 1
        closed.append(f"</{last}>")
        if last == name:
            break
    return "".join(closed)
