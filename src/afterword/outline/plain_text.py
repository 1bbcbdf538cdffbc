"""Plain text of one line of Markdown, for titles, takeaways and notes of updates; and the title of a text.

Tags that HTML does not have, as in `List<String>`, stay text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.urls import is_web
from afterword.outline.blocks import trim_heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from afterword.front_matter.parser import Document

_MARKUP = lazy_pattern(r"[\\`*_~\[<&{]")
_ATTRIBUTES = lazy_pattern(r"(?<![ \t])[ \t]+\{:?(?:[ \t]*[#.][\w:-]+)+[ \t]*\}$")
_DEFINITION = lazy_pattern(r"^ {0,3}\[([^^\[\]\n][^\[\]\n]{0,200})\]:", re.MULTILINE)
_PHRASE = lazy_pattern(
    r"</?(?:a|abbr|b|bdi|bdo|br|cite|code|del|dfn|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u|var|wbr)"
    r"(?=[\s/>])|<!--",
    re.IGNORECASE,
)


class Wording(Struct, frozen=True):
    """What a line says, and what of it words cannot show: `link`, `image`.

    `target` is the URL of a link around the whole line; empty without one.
    """

    text: str
    lost: tuple[str, ...] = ()
    target: str = ""


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
    lost = tuple(_lose(tokens))
    is_link = lost == ("link",) and tokens[0].type == "link_open" and tokens[-1].type == "link_close"
    target = str(tokens[0].attrs["href"]) if is_link else ""
    return Wording(" ".join("".join(say_words(tokens)).split()), lost, target)


def tell_lost(wording: Wording, name: str, place: Place) -> tuple[Diagnostic, ...]:
    """A warning of each kind of thing that the words of a `name` ("title") at a place cannot show."""
    return tuple(
        warning(
            f"markup-in-{name}",
            f"{what} in a {name} is not shown: a {name} is plain text",
            place,
            hint="move it to the text",
        )
        for what in dict.fromkeys(wording.lost)
    )


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # few titles have markup

    from afterword.outline.brackets import add_bracket_rules

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


_LEADING_HEADING = lazy_pattern(r"(?:[ \t]*\n)*# +(\S.*)(?:\n|\Z)")


def read_title(document: Document, name_slug: str) -> tuple[str, str, tuple[Diagnostic, ...], str]:
    """The title of a document; its text, without a heading that became the title; diagnostics; and the URL that the
    heading links to as a whole, or empty text.

    `name_slug` is the slug of its file's name.
    """
    if document.matter.title is not None:
        return document.matter.title, document.text, (), ""
    heading = _LEADING_HEADING.match(document.text)
    written = trim_heading(heading[1]) if heading is not None else ""
    wording = read_words(written, document.text) if written else None
    if heading is not None and wording is not None and wording.text:
        above = document.text.count("\n", 0, heading.start(1))
        column = heading.start(1) - document.text.rfind("\n", 0, heading.start(1)) - 1
        place = document.place(above, column, len(written))
        text = "\n" * (above + 1) + document.text[heading.end() :]
        if is_web(wording.target):
            return wording.text, text, (), wording.target
        return wording.text, text, tell_lost(wording, "title", place), ""
    title = titleize(document.matter.slug or name_slug) or document.path
    remark = warning(
        "missing-title",
        "missing title",
        Place(document.path, 1, 1),
        label=f"the file name gives “{title}”",
        hint="add `title: …` to the front matter, or start the text with a `# Heading`",
    )
    return title, document.text, (remark,), ""


def titleize(slug: str) -> str:
    """Jekyll's title of a post that has none: the slug's words, capitalized."""
    return " ".join(word.capitalize() for word in slug.split("-"))
