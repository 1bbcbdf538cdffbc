"""Writes inline tokens as HTML: text, emphasis, code, links, images."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING

from afterword.markdown.parser import render_token
from afterword.markdown.rules.attributes import written_attributes
from afterword.markdown.rules.footnotes import write_reference
from afterword.markdown.writers.images import write_image
from afterword.markdown.writers.links import close_link, open_link
from afterword.markdown.writers.math import write_formula
from afterword.markdown.writers.raw_html import write_raw_inline
from afterword.markdown.writers.timestamps import write_backward_range, write_invalid_timestamp, write_timestamp
from afterword.markdown.writers.wikilinks import write_wikilink
from afterword.markdown.writers.writer import escape_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markdown_it.token import Token

    from afterword.markdown.writers.writer import Writer


def write_inlines(writer: Writer, tokens: Sequence[Token]) -> None:
    """Writes the inline tokens of the block at hand."""
    for writer.position, token in enumerate(tokens):
        _WRITERS[token.type](writer, token)


def _write_text(writer: Writer, token: Token) -> None:
    writer.html.append(escape_text(token.content))
    writer.text.append(token.content)


def _write_code(writer: Writer, token: Token) -> None:
    rest = written_attributes(writer, token.meta["written"]) if "written" in token.meta else ""
    writer.write(f"<code{rest}>")
    writer.write_text(token.content)
    writer.write("</code>")


def _softbreak(writer: Writer, _token: Token) -> None:
    is_shown = writer.options.line_breaks and not writer.html[-1].startswith("<br")
    writer.html.append("<br>\n" if is_shown else "\n")
    writer.text.append("\n")


def _hardbreak(writer: Writer, _token: Token) -> None:
    writer.html.append("<br>\n")
    writer.text.append("\n")


def _open_span(tag: str) -> Callable[[Writer, Token], None]:
    def write(writer: Writer, token: Token) -> None:
        rest = written_attributes(writer, token.meta["written"]) if "written" in token.meta else ""
        writer.html.append(f"<{tag}{rest}>")

    return write


def _tag(html: str) -> Callable[[Writer, Token], None]:
    def write(writer: Writer, _token: Token) -> None:
        writer.html.append(html)

    return write


def _open_abbreviation(writer: Writer, token: Token) -> None:
    writer.write_heavy(f'<abbr title="{escape(writer.options.typeset(str(token.attrs["title"])))}">')


def _write_unknown(writer: Writer, token: Token) -> None:
    """Writes a token of a plugin."""
    writer.raw = True  # an excerpt may end between its tags
    writer.html.append(render_token([token], 0, writer.options))
    writer.text.append(token.content)


_WRITERS: Mapping[str, Callable[[Writer, Token], None]] = defaultdict(lambda: _write_unknown) | {
    "text": _write_text,
    "softbreak": _softbreak,
    "hardbreak": _hardbreak,
    "code_inline": _write_code,
    "em_open": _open_span("em"),
    "em_close": _tag("</em>"),
    "strong_open": _open_span("strong"),
    "strong_close": _tag("</strong>"),
    "s_open": _open_span("s"),
    "s_close": _tag("</s>"),
    "mark_open": _open_span("mark"),
    "mark_close": _tag("</mark>"),
    "abbr_open": _open_abbreviation,
    "abbr_close": _tag("</abbr>"),
    "math_inline": write_formula,
    "wikilink": write_wikilink,
    "link_open": open_link,
    "link_close": close_link,
    "image": write_image,
    "html_inline": write_raw_inline,
    "timestamp": write_timestamp,
    "backward_range": write_backward_range,
    "invalid_timestamp": write_invalid_timestamp,
    "footnote_ref": write_reference,
}
