"""The places of links' targets: where exactly a writer wrote what cannot be followed, or must be checked.

Inline targets are found in the block's text, those of reference links where they are defined. Relies on the parser's
notes in the tokens' `meta`. Refuses nothing: a target that cannot be found again has the place of its link.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.common.utils import unescapeAll

from afterword.brackets import read_destination

if TYPE_CHECKING:
    from markdown_it.token import Token

    from afterword.diagnostics import Place
    from afterword.markdown.writer import Writer

_SPACE = re.compile(r"[ \t\n]*")


def place_of_target(writer: Writer, token: Token, target: str) -> Place:
    """The place of the target of a link, an image or an HTML tag that the block at hand has."""
    label = token.meta.get("label")
    if label is not None and label in writer.definitions:
        if label not in writer.targets:
            writer.targets[label] = _place_in_definition(writer, writer.definitions[label], target)
        return writer.targets[label]
    start, end = token.meta.get("at", (0, 0))
    content = writer.blocks[writer.index].content
    found = _inline_target(content[start:end], target)
    offset, length = found if found is not None else (0, end - start)
    return writer.place_of(start + offset, length)


def _inline_target(link: str, target: str) -> tuple[int, int] | None:
    """Where in a link or tag as written its target is, and how long."""
    position = len(link)
    while (position := link.rfind("](", 0, position)) >= 0:
        found = _destination(link, position + 2, target)
        if found is not None:
            return found
    position = link.find(target)
    return (position, len(target)) if target and position >= 0 else None


def _destination(text: str, start: int, target: str) -> tuple[int, int] | None:
    match = _SPACE.match(text, start)
    begin = match.end() if match else start
    read = read_destination(text, begin)
    if read is None or read[0] != target:
        return None
    written = text[begin : read[1]]
    if written.startswith("<"):
        return begin + 1, len(written) - 2
    return begin, len(written)


def _place_in_definition(writer: Writer, lines: tuple[int, int], target: str) -> Place:
    first, end = lines
    for number in range(first, min(end, len(writer.source.lines))):
        line = writer.source.lines[number]
        begin = line.find("]:") + 2 if number == first else 0
        for match in re.finditer(r"<[^<>]*>|[^\s<>]+", line[begin:]):
            written = match[0]
            column = begin + match.start()
            if written.startswith("<"):
                written, column = written[1:-1], column + 1
            if unescapeAll(written) == target:
                return writer.source.place(number, column, len(written))
    return writer.source.place(first)
