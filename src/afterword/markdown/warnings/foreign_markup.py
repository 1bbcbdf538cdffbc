"""Warns of markup of other tools that is shown as text: once for each construct of a file, at its first place."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

from afterword.core.diagnostics import error, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.markdown.warnings.liquid import CODE_IN_HTML
from afterword.markdown.warnings.unsupported import AS_TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from afterword.core.diagnostics import Diagnostic
    from afterword.markdown.source_map import SourceMap
    from afterword.markdown.warnings.constructs import Construct
    from afterword.markdown.writers.writer import Writer

_OPAQUE = lazy_pattern(
    r"\\[\\`\[{!^~:$+<]|(`+)|<!--(?:[^-]|-(?!->)){0,2000}-->|(?<!\{)<(?:[A-Za-z/?]|!(?:--(?![^<>\n]{0,500}--!>)|[A-Za-z\[]))[^<>\n]{0,500}>|\$\$[^$]{1,1000}\$\$|\\[(\[].{1,500}?\\[)\]|\]\([^()\s]{0,500}\)"
    r"|https?://\S{1,500}|\$(?=[^\s$])(?:[^$\n{\\]|\\.|\{(?!%|\{[<%#])){1,500}(?<=\S)\$(?!\d)"
)
"""Spans in which no construct begins: escapes, tags, formulas, link targets and code."""

_COMMENT_END = lazy_pattern("--!?>")
_WITH_TEXT = ("inline", "html_block")

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


def find_texts(blocks: Sequence[Token]) -> list[int]:
    """Returns the indexes of the tokens that have the texts of all blocks but code."""
    return [number for number, token in enumerate(blocks) if token.type in _WITH_TEXT]


def warn_of_foreign_markup(writer: Writer, text: str, numbers: Sequence[int], blocks: Sequence[Token]) -> None:
    """Warns of unsupported constructs in the blocks `numbers`; `text` is theirs, joined.

    In blocks of HTML, it warns only of constructs that hide text elsewhere.
    """
    punctuation = _take_punctuation(text)
    possible = {
        number for part, signs in _SIGNS.items() if part in punctuation for number, sign in signs if sign in text
    }
    wanted = [AS_TEXT[number] for number in sorted(possible)]
    if not wanted:
        return
    opened: set[str] = set()
    signs = {sign for construct in wanted for sign in construct.signs}
    has_opening = any(construct.opening is not None for construct in wanted)
    for number in numbers:
        token = blocks[number]
        if not has_opening and not any(sign in token.content for sign in signs):
            continue
        is_html = token.type == "html_block"
        text = CODE_IN_HTML.sub(lambda code: _blank(code[0]), token.content) if is_html else token.content
        for construct in tuple(wanted):
            found = _find(construct, text, opened) if construct.hides or not is_html else None
            if found is not None:
                wanted.remove(construct)
                writer.report(_explain(writer.source, blocks, number, construct, found))


def report_open_comment(writer: Writer, text: str, numbers: Sequence[int], blocks: Sequence[Token]) -> None:
    """Reports an HTML comment that begins within a paragraph and ends in a later block, so that it is shown as text.

    `text` is that of the blocks `numbers`, joined. A `<!--` without an end is taken as text.
    """
    if "<!--" not in text or _COMMENT_END.search(text) is None:
        return
    opened: tuple[int, int] | None = None
    for number in numbers:
        token = blocks[number]
        content, is_html = token.content, token.type == "html_block"
        if opened is None:
            opened = (number, start) if not is_html and (start := _find_open_comment(content)) >= 0 else None
        elif _COMMENT_END.search(head := content.partition("<!--")[0]) is not None:
            head = CODE_IN_HTML.sub(lambda code: _blank(code[0]), head) if is_html else head
            if _COMMENT_END.search(hide_code(head)) is not None:
                place = writer.source.place_in_block(blocks, *opened, len("<!--"))
                message = "HTML comment ends in another paragraph: it does not hide the text"
                hint = "begin a line with `<!--`; if it is text, put it in backticks"
                writer.report(error("unclosed-html", message, place, hint=hint))
                return


def _find_open_comment(text: str) -> int:
    """Returns where a comment begins that the text of a paragraph does not end; -1 for none."""
    done = text.rfind("-->") + 1
    if text.find("<!--", done) < 0:
        return -1
    mark = "<\0--"  # which, unlike what it stands for, is no tag with the text up to a `>`
    return hide_code(text[:done] + text[done:].replace("<!--", mark)).find(mark, done)


def _find(construct: Construct, text: str, opened: set[str]) -> re.Match[str] | None:
    """Returns the first place of a construct in the text of a block, outside code.

    `opened` are the names of constructs whose opening tag is above; the one of an opening tag in this block is added.
    """
    pattern, opening, start = construct.pattern, construct.opening, 0
    if opening is not None and construct.name not in opened:
        first = opening.search(hide_code(text)) if opening.search(text) is not None else None
        if first is None:
            return None
        opened.add(construct.name)
        start = first.end()
    for sign in construct.signs:
        if sign in text:
            break
    else:
        return None
    if pattern is None or pattern.search(text) is None:  # most texts have none, and the next step is slower
        return None
    return pattern.search(hide_code(text), start)


def hide_code(text: str) -> str:
    """Returns the text of a block with spaces instead of code, tags and formulas, which keeps all offsets."""
    pieces: list[str] = []
    done = 0
    ends: dict[str, list[int]] | None = None
    position = 0
    last = text.rfind("-->") + 1
    searched = text[:last] + text[last:].replace("<!--", "<\0--")  # to look for an end behind each takes long
    while (found := _OPAQUE.search(searched, position)) is not None:
        position = found.end()
        if found[1]:
            ends = ends if ends is not None else _find_ticks(text)
            later = ends.get(found[1], [])
            while later and later[-1] < position:
                later.pop()
            if not later:
                continue
            position = later[-1] + len(found[1])
        pieces += (text[done : found.start()], _blank(text[found.start() : position]))
        done = position
    return "".join((*pieces, text[done:]))


def _find_ticks(text: str) -> dict[str, list[int]]:
    """Returns where the runs of backticks of each length begin, the last one first."""
    ends: dict[str, list[int]] = {}
    for run in re.finditer(r"`+", text):
        ends.setdefault(run[0], []).append(run.start())
    return {marks: starts[::-1] for marks, starts in ends.items()}


def _blank(text: str) -> str:
    return "".join("\n" if character == "\n" else " " for character in text)


def _explain(
    source: SourceMap, blocks: Sequence[Token], number: int, construct: Construct, found: re.Match[str]
) -> Diagnostic:
    text = blocks[number].content[found.start() : found.end()].strip()
    first_line = text.partition("\n")[0]
    place = source.place_in_block(blocks, number, found.start(), len(first_line))
    written = " ".join(text.split()) if text.startswith("{") else first_line
    tools = construct.tools.partition(",")[0]
    if construct.hides:
        message = f"unsupported `{shown(written)}`: it does not hide the text"
        return error("foreign-markup", message, place, hint=construct.becomes)
    message = f"unsupported markup of {tools}: `{shown(written)}`"
    return warning("foreign-markup", message, place, label="shown as text", hint=construct.becomes)
