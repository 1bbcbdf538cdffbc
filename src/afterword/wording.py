"""The words of a line of Markdown, for places that show plain text: the title of a page, a takeaway, an update's note.

Relies on markdown-it-py for what is markup in CommonMark, and in GitHub's text that is struck out. Refuses to drop a
tag that may be text, as in `List<String>`: only those that HTML has for words are markup; and to lose a link or an
image without a word.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.diagnostics import Diagnostic, warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from afterword.diagnostics import Place

_MARKUP = re.compile(r"[\\`*_~\[<&{]")
_ATTRIBUTES = re.compile(r"(?<![ \t])[ \t]+\{:?(?:[ \t]*[#.][\w:-]+)+[ \t]*\}$")
_DEFINITION = re.compile(r"^ {0,3}\[([^^\[\]\n][^\[\]\n]{0,200})\]:", re.MULTILINE)
_PHRASE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|br|cite|code|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|var|wbr)"
    r"(?=[\s/>])|<!--",
    re.IGNORECASE,
)


class Wording(Struct, frozen=True):
    """What a line says, and what of it words cannot show: `link`, `image`."""

    text: str
    lost: tuple[str, ...] = ()


def read_words(line: str, context: str = "") -> Wording:
    """The words of a line of Markdown, without the attributes in braces at its end.

    `context` is the text that may define the references of its links.
    """
    line = _ATTRIBUTES.sub("", line)
    if _MARKUP.search(line) is None:
        return Wording(line)
    from markdown_it.common.utils import normalizeReference

    labels = _DEFINITION.findall(context) if "[" in line else ()
    references = {normalizeReference(label): {"href": "", "title": "", "map": [0, 1]} for label in labels}
    tokens = _parser().parseInline(line, {"references": references})[0].children or []
    return Wording(" ".join("".join(say_words(tokens)).split()), tuple(_lose(tokens)))


def tell_lost(wording: Wording, name: str, place: Place) -> tuple[Diagnostic, ...]:
    """A warning of each kind of thing that the words of a `name` ("title") at a place cannot show."""
    return tuple(
        warning(
            f"markup-in-{name}",
            f"the {what} in this {name} is not shown: a {name} is plain text",
            place,
            hint="show it in the text" if what == "image" else "link in the text",
        )
        for what in dict.fromkeys(wording.lost)
    )


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # few titles have markup

    from afterword.brackets import add_bracket_rules

    parser = MarkdownIt("commonmark").enable("strikethrough")
    add_bracket_rules(parser)
    return parser


def say_words(tokens: Iterable[Token]) -> Iterator[str]:
    """The words of a parser's tokens, in pieces."""
    for token in tokens:
        if token.type == "html_inline" and _PHRASE.match(token.content):
            continue
        yield from say_words(token.children) if token.children else (token.content,)


def _lose(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "image":
            yield "image"
        elif token.type == "link_open" and token.markup != "autolink":
            yield "link"
