"""Warns of Liquid outside code, which is not supported: in text, in HTML, and in the targets of links and images."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from afterword.core.diagnostics import error, warning
from afterword.core.patterns import lazy_pattern
from afterword.markdown.warnings.constructs import HIDING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from markdown_it.token import Token

    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.markdown.writers.writer import Writer

_LIQUID = lazy_pattern(
    rf"(?<!\{{)\{{%-?\s*(?!(?:end)?{HIDING}\b)(?P<tag>\w+)"  # `{{% … %}}` is Hugo's
    r"(?:[^%{]|\{(?!%)|%(?!\})){0,500}?%\}"
    r"|\{%-?\s*liquid\b"
    r"|(?P<shortcode>\{\{[<%]\s*/\s*comment\s*[>%]\}\})"
    r"|\{\{-?\s*(?P<value>site|page|include|content|layout)\b[^{}]{0,500}\}\}"
    r"|\{\{-?\s*(?:\"[^\"{}\n]{0,500}\"|'[^'{}\n]{0,500}')\s*\|\s*(?P<filter>\w+)[^{}]{0,500}\}\}"
)
_ELEMENTS = "code|kbd|samp|pre|script|style|textarea"
_TAG = lazy_pattern(rf"<(/?)({_ELEMENTS})\b", re.IGNORECASE)
CODE_IN_HTML = lazy_pattern(rf"<({_ELEMENTS})\b.*?(?:</\1\b|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
"""Elements of code, and elements that are not shown, in a block of HTML."""

_HINTS = {
    "highlight": "write a fenced code block: ``` and the language",
    "endhighlight": "end a fenced code block with ```",
    "raw": "remove it: braces are plain text",
    "endraw": "remove it: braces are plain text",
    "post_url": "link to the file: `[text](2026-01-31-name.md)`",
    "link": "link to the file: `[text](2026-01-31-name.md)`",
    "include": "replace it with the HTML or Markdown it includes",
    "relative_url": "write the URL from the root, `/…`: the base path is added",
    "absolute_url": "write the URL from the root, `/…`: the base path is added",
    "site": "write the URL from the root, `/…`: the base path is added",
}

_SITE_VALUE = lazy_pattern(r"\{\{-?\s*site\.(\w+)")
_COMMENT = lazy_pattern(r"\{[%{][%<-]?\s*comment\b")


def warn_liquid(writer: Writer, blocks: Iterable[Token]) -> None:
    """Warns of Liquid outside code that has no escape, as `\\{%` has.

    The end of a comment is an error, unless the beginning is text, too.
    """
    for token in blocks:
        for found in _find(token):
            if f"\\{found[0]}" in token.content:
                continue
            is_end = found["shortcode"] or found["tag"] == "endcomment"
            if is_end and _COMMENT.search(token.content) is None:
                message = f"`{found[0]}` without the beginning of a comment: it does not hide the text above it"
                hint = "add the beginning of the comment, or remove its end; if it is text, put it in backticks"
                writer.report(error("foreign-markup", message, _find_place(writer, token, found), hint=hint))
                continue
            writer.report_lazily("unsupported-liquid", partial(_explain, writer, token, found))


def _explain(writer: Writer, token: Token, found: re.Match[str]) -> Diagnostic:
    message = f"Liquid is not supported: `{' '.join(found[0].split())}` is shown as text"
    return warning("unsupported-liquid", message, _find_place(writer, token, found), hint=_hint_at(found))


def _find_place(writer: Writer, token: Token, found: re.Match[str]) -> Place:
    first, last = token.map or (0, len(writer.source.lines))
    return writer.source.find(first, last, found[0].partition("\n")[0])


def _hint_at(found: re.Match[str]) -> str:
    if (value := _SITE_VALUE.search(found[0])) is not None and value[1] not in ("url", "baseurl"):
        return "write the text itself; in a template, settings are `config.…`"
    return _HINTS.get(
        found["tag"] or found["value"] or found["filter"],
        "replace it with the text that it produces; if it is text, put it in backticks",
    )


def find_liquid(url: str) -> bool:
    """Returns whether a URL has Liquid in it."""
    return "{" in url and _LIQUID.search(url) is not None


def warn_of_target(writer: Writer, target: str, where: Callable[[], Place]) -> bool:
    """Returns whether the target of a link contains Liquid, with a warning: the link is broken then."""
    found = _LIQUID.search(target) if "{" in target else None
    if found is None:
        return False
    message = f"Liquid is not supported: the link target `{found[0]}` is not replaced"
    writer.report_lazily(
        "unsupported-liquid", lambda: warning("unsupported-liquid", message, where(), hint=_hint_at(found))
    )
    return True


def _find(token: Token) -> Iterator[re.Match[str]]:
    if token.type == "html_block":
        yield from _LIQUID.finditer(CODE_IN_HTML.sub("", token.content))
    code = ""
    pieces = []
    for child in token.children or ():
        if child.type == "html_inline":
            code = _read_tag(child.content, code)
        if child.type in ("text", "html_inline") and not code:
            pieces.append(child.content)
        else:
            pieces.append("\n" if child.type in ("softbreak", "hardbreak") else "\0")
    for text in "".join(pieces).split("\0"):
        yield from _LIQUID.finditer(text)


def _read_tag(tag: str, code: str) -> str:
    """Returns the name of the element of code that is open behind a tag; `code` is the one that is open before it."""
    name = _TAG.match(tag)
    if name is None:
        return code
    if code:
        return "" if name[1] and name[2].lower() == code else code
    return name[2].lower() if not name[1] else ""
