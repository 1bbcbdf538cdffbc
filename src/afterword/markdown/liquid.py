"""Liquid: the tags and variables of Jekyll that are only text here.

Relies on tokens, so that code may show what it likes. Refuses to run any of it: a page that shows a tag to readers is
worth a warning, no more.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from afterword.diagnostics import warning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it.token import Token

    from afterword.diagnostics import Diagnostic
    from afterword.markdown.writer import Writer

_LIQUID = re.compile(r"\{%-?\s*(\w+)[^%\n]{0,500}%\}|\{\{-?\s*(site|page|include|content|layout)\b[^{}\n]{0,500}\}\}")
_HINTS = {
    "highlight": "write a fenced code block: ``` and the language",
    "endhighlight": "end a fenced code block with ```",
    "raw": "leave it out: braces are text",
    "endraw": "leave it out: braces are text",
    "post_url": "link to the file: `[text](2026-01-31-name.md)`",
    "link": "link to the file: `[text](2026-01-31-name.md)`",
    "include": "write the HTML or Markdown that it stands for",
    "endcomment": "no `{% comment %}` stands before it",
    "site": "write the URL from the root, `/…`: the base path is added",
}


def warn_of_liquid(writer: Writer, blocks: Iterable[Token]) -> None:
    """Warn of Liquid outside code."""
    for token in blocks:
        for found in _find(token):
            writer.report_lazily("liquid", partial(_explain, writer, token, found))


def _explain(writer: Writer, token: Token, found: re.Match[str]) -> Diagnostic:
    first, last = token.map or (0, len(writer.source.lines))
    place = writer.source.find(first, last, found[0])
    hint = _HINTS.get(found[1] or found[2], "put it in backticks if it is meant to be read")
    return warning("liquid", f"`{found[0]}` is shown as text: Liquid is not run", place, hint=hint)


def _find(token: Token) -> Iterator[re.Match[str]]:
    if token.type == "html_block":
        yield from _LIQUID.finditer(token.content)
    for child in token.children or ():
        if child.type in ("text", "html_inline"):
            yield from _LIQUID.finditer(child.content)
