"""Decodes sources: UTF-8 with or without a byte order mark, line ends as `\\n`, no control characters.

Text in another encoding is an error. A character that XML cannot hold is a warning at its place, and becomes U+FFFD.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from itertools import accumulate, islice
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place, error, warning
from afterword.core.patterns import lazy_pattern

FORBIDDEN = lazy_pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What may not stand in a text, once its line ends are `\\n`: XML 1.0, 2.2, without what it discourages."""

MAX_REPORTS = 10
"""So many forbidden characters of a file are named one by one."""

LONGEST_SHOWN = 60
"""So many characters of a writer's text are repeated in a message."""

_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class Decoded(Struct, frozen=True):
    """A text, in which U+FFFD stands for what could not be read or may not be there, so that places stay true."""

    text: str
    diagnostics: tuple[Diagnostic, ...] = ()


def decode(path: str, data: bytes) -> Decoded:
    """The text of the source at `path`."""
    if _is_utf16(data):
        hint = "save the file as UTF-8; it may be UTF-16"
        return Decoded("", (error("not-utf8", "invalid UTF-8", Place(path, 1, 1), hint=hint),))
    found: list[Diagnostic] = []
    try:
        text = data.decode()
    except UnicodeDecodeError as problem:
        found.append(_not_utf8(path, data, problem.start))
        text = data.decode(errors="replace")
    text = _end_lines(text).lstrip("\ufeff")
    cleaned, count = FORBIDDEN.subn("\ufffd", text)
    if count:
        found += _list_forbidden(path, text, count)
    return Decoded(cleaned, tuple(found))


def shown(text: str) -> str:
    """A text for a message: in one line, not too long, and with escapes for what would do something in a terminal."""
    line = " ".join(text.split())
    line = line if len(line) <= LONGEST_SHOWN else line[:LONGEST_SHOWN] + "…"
    return FORBIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def _is_utf16(data: bytes) -> bool:
    """A mark of UTF-16 or UTF-32 at the beginning, or so many NULs as Latin letters have in them."""
    head = data[:256]
    return data.startswith(_MARKS) or head.count(0) * 3 > len(head)


def _end_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _not_utf8(path: str, data: bytes, start: int) -> Diagnostic:
    before = _end_lines(data[:start].decode()).lstrip("\ufeff")
    return error(
        "not-utf8",
        f"invalid UTF-8 at byte {start}",
        _place(path, before, len(before)),
        label=f"byte 0x{data[start]:02x}",
        hint="save the file as UTF-8; it may be Latin-1 or Windows-1252",
    )


def _list_forbidden(path: str, text: str, count: int) -> list[Diagnostic]:
    matches = list(islice(FORBIDDEN.finditer(text), MAX_REPORTS + 1))
    found = [
        warning(
            "control-character",
            f"control character {describe(match[0])}",
            _place(path, text, match.start()),
            label="shown as U+FFFD",
            hint="delete it",
        )
        for match in matches[:MAX_REPORTS]
    ]
    if count > MAX_REPORTS:
        message = f"{count - MAX_REPORTS} more control characters from here on"
        found.append(warning("control-character", message, _place(path, text, matches[MAX_REPORTS].start())))
    return found


def describe(character: str) -> str:
    """A character by its code point, and by its name where it has one."""
    name = unicodedata.name(character, "") or _NAMES.get(character, "")
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")


_NAMES = {"\x00": "NULL", "\x08": "BACKSPACE", "\x0b": "LINE TABULATION", "\x0c": "FORM FEED", "\x1b": "ESCAPE"}
"""Names of the control characters that are met most; Unicode's own table has none for them."""


def _place(path: str, text: str, offset: int) -> Place:
    return Place(path, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset), 1)


class Gap(NamedTuple):
    """The end of a part that was left out: the line and column behind it, in the text and in the uncut text.

    Lines and columns count from 0.
    """

    line: int
    column: int
    uncut_line: int
    uncut_column: int


Gaps: TypeAlias = tuple[Gap, ...]
"""The gaps of a text, in order; none for most texts."""


def start_lines(text: str) -> list[int]:
    """Returns the offsets at which the lines of a text begin."""
    return list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))[:-1]


def find_uncut(gaps: Gaps, line: int, column: int) -> tuple[int, int]:
    """Returns the line and column in the uncut text of a line and column in the text."""
    at = bisect_right(gaps, (line, column), key=_position_of) - 1
    if at < 0:
        return line, column
    gap = gaps[at]
    if line > gap.line:
        return gap.uncut_line + line - gap.line, column
    return gap.uncut_line, gap.uncut_column + column - gap.column


def _position_of(gap: Gap) -> tuple[int, int]:
    return gap.line, gap.column


def clip(text: str, length: int) -> str:
    """The words of a text that fit in so many characters, with an ellipsis if there are more."""
    if len(text) <= length:
        return text
    end = text.rfind(" ", length // 2, length)
    return text[: end if end > 0 else length - 1].rstrip(" ,;:.–—·-") + "…"
