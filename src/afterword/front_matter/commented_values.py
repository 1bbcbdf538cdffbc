"""Leaves comments of other tools out of the values of front matter that are shown: titles, names, descriptions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.core.diagnostics import error
from afterword.front_matter.comment_marks import MAY_HAVE, find_marks
from afterword.front_matter.nodes import List, Map, Node, TextNode

if TYPE_CHECKING:
    from afterword.core.diagnostics import Place
    from afterword.front_matter.nodes import Report

_NOT_SHOWN = frozenset(
    {
        *("aliases", "also", "date", "excerpt", "expirydate", "file", "href", "lang", "last_modified_at", "layout"),
        *("length", "link", "path", "permalink", "publishdate", "redirect_from", "redirect_to", "related", "slides"),
        *("slug", "src", "transcript", "updated", "uri", "url", "video"),
    }
)
"""Keys, in lower case, whose values are URLs, names of files, dates or codes; and the excerpt, which is Markdown."""

_LOCATION = re.compile(r"(?:\.{0,2}/|[#?]|[A-Za-z][A-Za-z0-9+.-]*:)\S*\Z")
"""A value that is a path or URL as a whole."""


def hide_comments(entries: Map, report: Report, hidden: list[Place]) -> Map:
    """Returns front matter without the comments in its values; adds their places to `hidden`.

    A value that is nothing but a comment is left out with its key.
    """
    kept = {key: _hide_in(key, node, report, hidden) for key, node in entries.entries.items()}
    left = {key: node for key, node in kept.items() if node is not None}
    keys = {key: place for key, place in entries.keys.items() if key in left or key not in kept}
    return replace(entries, entries=left, keys=keys)


def _hide_in(key: str, node: Node, report: Report, hidden: list[Place]) -> Node | None:
    """The value of a key without comments; None if there is nothing else in it."""
    match node:
        case Map():
            return hide_comments(node, report, hidden)
        case List():
            items = (_hide_in(key, item, report, hidden) for item in node.items)
            return replace(node, items=tuple(item for item in items if item is not None))
        case TextNode():
            is_shown = key.lower() not in _NOT_SHOWN and _LOCATION.match(node.value) is None
            return _hide_in_text(node, report, hidden) if is_shown and MAY_HAVE.search(node.value) else node


def _hide_in_text(node: TextNode, report: Report, hidden: list[Place]) -> TextNode | None:
    marks = find_marks(node.value)
    pieces: list[str] = []
    position = 0
    for start, end in marks.comments:
        pieces.append(node.value[position:start])
        position = end
        hidden.append(node.place)
    if marks.opening is not None:
        ending = "{% endcomment %}" if marks.opening.kind == "liquid" else "{:/comment}"
        hint = f"end it with `{ending}`, or put it in backticks if it is text"
        report(error("unclosed-comment", "unclosed comment", node.place, hint=hint))
        pieces.append(node.value[position : marks.opening.start])
        position = len(node.value)
    if not position:
        return node
    pieces.append(node.value[position:])
    value = _join(pieces).strip()
    return replace(node, value=value) if value else None


def _join(pieces: list[str]) -> str:
    """The pieces of a text around comments as one, without the white space that these leave behind."""
    text = pieces[0]
    for piece in pieces[1:]:
        text += piece.lstrip(" \t") if not text or text[-1:].isspace() else piece
    return text
