"""Warns of markup of other tools that is shown as text: once for each construct of a file, at its first place."""

from __future__ import annotations

import re
import string
from functools import cache
from typing import TYPE_CHECKING

from afterword.core.diagnostics import error, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.markdown.warnings.text_blocks import hide_code
from afterword.markdown.warnings.unsupported import AS_TEXT

if TYPE_CHECKING:
    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.markdown.warnings.constructs import Construct
    from afterword.markdown.warnings.text_blocks import TextBlock, TextBlocks
    from afterword.markdown.writers.writer import Writer

_COMMENT_END = lazy_pattern("--!?>")
_PLAIN = bytes({*range(256)} - {*string.punctuation.encode()})
"""The bytes of words and spaces."""


def _take_punctuation(text: str) -> str:
    """Returns the punctuation of a text. It is short, so signs are found fast in it."""
    return text.encode(errors="replace").translate(None, _PLAIN).decode("ascii")


_SIGNS: dict[str, list[tuple[int, str]]] = {}
"""The signs by their punctuation, each with the index of its construct."""

for _number, _construct in enumerate(AS_TEXT):
    for _sign in _construct.signs:
        _SIGNS.setdefault(_take_punctuation(_sign), []).append((_number, _sign))


def warn_of_foreign_markup(writer: Writer, texts: TextBlocks) -> None:
    """Warns of unsupported constructs in texts; in blocks of HTML, only of those that hide text elsewhere."""
    punctuation = _take_punctuation(texts.joined)
    possible = {
        number
        for part, signs in _SIGNS.items()
        if part in punctuation
        for number, sign in signs
        if sign in texts.joined
    }
    found = [(*place, AS_TEXT[number]) for number in sorted(possible) if (place := _find(AS_TEXT[number], texts))]
    for block, match, construct in sorted(found, key=lambda place: place[0].number):
        writer.report(_explain(block, construct, match))


def _find(construct: Construct, texts: TextBlocks) -> tuple[TextBlock, re.Match[str]] | None:
    """Returns the first place of a construct outside code; one with an opening tag counts only below that."""
    is_open = not construct.opening
    for block in texts.matching(_signs_of(construct)) if is_open else texts.blocks:
        if block.is_html and not construct.hides:
            continue
        start = 0
        if not is_open:
            first = _search(construct.opening, block, 0)
            if first is None:
                continue
            is_open, start = True, first.end()
        if (match := _search(construct.pattern, block, start)) is not None:
            return block, match
    return None


@cache
def _signs_of(construct: Construct) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, construct.signs)))


def _search(pattern: str, block: TextBlock, start: int) -> re.Match[str] | None:
    compiled = _compile(pattern)
    # Most texts have no match, and to hide code takes longer.
    return compiled.search(block.visible, start) if compiled.search(block.text) is not None else None


@cache
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


def _explain(block: TextBlock, construct: Construct, found: re.Match[str]) -> Diagnostic:
    text = block.token.content[found.start() : found.end()].strip()
    first_line = text.partition("\n")[0]
    place = block.place(found.start(), len(first_line))
    written = " ".join(text.split()) if text.startswith("{") else first_line
    if construct.hides:
        message = f"unsupported `{shown(written)}`: it does not hide the text"
        return error("foreign-markup", message, place, hint=construct.becomes)
    message = f"unsupported markup of {construct.tools.partition(',')[0]}: `{shown(written)}`"
    return warning("foreign-markup", message, place, label="shown as text", hint=construct.becomes)


def report_open_comment(writer: Writer, texts: TextBlocks) -> None:
    """Reports an HTML comment that begins within a paragraph and ends in a later block, so that it is shown as text.

    A `<!--` without an end is taken as text.
    """
    if "<!--" not in texts.joined or _COMMENT_END.search(texts.joined) is None:
        return
    opened: Place | None = None
    for block in texts.blocks:
        if opened is None:
            start = _find_open_comment(block.text) if not block.is_html else -1
            opened = block.place(start, len("<!--")) if start >= 0 else None
        elif _COMMENT_END.search(hide_code(block.text.partition("<!--")[0])) is not None:
            message = "HTML comment ends in another paragraph: it does not hide the text"
            hint = "begin a line with `<!--`; if it is text, put it in backticks"
            writer.report(error("unclosed-html", message, opened, hint=hint))
            return


def _find_open_comment(text: str) -> int:
    """Returns where a comment begins that the text of a paragraph does not end; -1 for none."""
    done = text.rfind("-->") + 1
    if text.find("<!--", done) < 0:
        return -1
    mark = "<\0--"  # which, unlike what it stands for, is no tag with the text up to a `>`
    return hide_code(text[:done] + text[done:].replace("<!--", mark)).find(mark, done)
