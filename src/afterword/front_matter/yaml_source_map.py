"""Maps characters of a YAML string to their positions in the source file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern
from afterword.front_matter.nodes import MatterSource

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping

    from afterword.core.diagnostics import Place

_HEX = r"[0-9A-Fa-f]"
_ESCAPE = lazy_pattern(rf"\\(?:(?P<fold>\n[ \t\n]*)|x({_HEX}{{2}})|u({_HEX}{{4}})|U(000{_HEX}{{5}})|(?P<one>.))")
_WHITE = lazy_pattern(r"[ \t\n]*")
_MEANINGS = {"n": "\n", "t": "\t", '"': '"', "/": "/", "\\": "\\", " ": " ", "_": "\u00a0"}


def find_pieces(value: str, place: Place, written: str, first_line: int) -> Mapping[int, Place]:
    """Returns the places of the pieces of a value, by where they begin in it; `place` is where its scalar starts.

    `written` is the YAML text, which begins on `first_line` of the file.
    """
    source = MatterSource.of(place.path, written, first_line)
    begin = source.starts[place.line - first_line] + place.column - 1
    return {start: source.place(at) for start, at in trace(value, written, begin)}


def trace(value: str, written: str, begin: int) -> tuple[tuple[int, int], ...]:
    """Returns where the characters of a value stand in the YAML text `written`, in which its scalar starts at `begin`.

    The value may be without white space at its ends. Gives the pieces of it that are written as they read, each by
    where it begins in the value and in the text; none for a value that is not that of this scalar.
    """
    style = written[begin : begin + 1]
    at = begin + 1 if style in ("'", '"') else begin
    if style in ("|", ">"):
        at = written.find("\n", begin) + 1 or len(written)
    pieces: list[tuple[int, int]] = []
    shift: int | None = None
    position = 0
    while position < len(value):
        escape = _ESCAPE.match(written, at) if style == '"' else None
        white = _end_of_white(written, at) if escape is None else escape.end()
        if white > at and (escape is None or escape["fold"] is not None):
            breaks = written[at:white].count("\n")
            if escape is None and style in ("|", ">"):
                position = _end_of_white(value, position)
            elif escape is None:  # a break is a space, and of several all but one remain
                position += max(1, breaks - 1) if breaks else white - at
            shift = None if breaks else shift
            at = white
            continue
        if value[position] != (_meaning(escape) if escape is not None else written[at : at + 1]):
            return ()
        if shift != at - position:
            pieces.append((position, at))
            shift = at - position
        length = escape.end() - at if escape is not None else 2 if style == "'" and value[position] == "'" else 1
        position, at = position + 1, at + length
    return tuple(pieces)


def _end_of_white(text: str, start: int) -> int:
    match = _WHITE.match(text, start)
    return match.end() if match is not None else start


def _meaning(escape: re.Match[str]) -> str:
    """Returns the character that an escape in double quotes stands for; empty for one that is rarely written."""
    code = escape[2] or escape[3] or escape[4]
    return chr(int(code, 16)) if code else _MEANINGS.get(escape["one"] or "", "")
