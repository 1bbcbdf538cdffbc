r"""Decodes sources: UTF-8 with or without a byte order mark, line ends as `\n`, no control characters.

Another encoding is an error. A character that XML forbids is a warning, and becomes U+FFFD.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from contextlib import suppress
from itertools import accumulate, islice
from typing import TypeAlias

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place, error, warning
from afterword.core.patterns import lazy_pattern

FORBIDDEN = lazy_pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
r"""Characters that a text cannot have, after line ends are `\n`: XML 1.0, 2.2, and those that it discourages."""

MAX_REPORTS = 10
"""Maximum number of reported control characters in a file."""

MAX_SHOWN = 60
"""Maximum length of a quotation in a message, in characters."""

_PLAIN = bytes((*b"\t\n", *range(0x20, 0x7F), *set(range(0x80, 0x100)) - {0xC2, 0xEF}))
"""The bytes of UTF-8 that a text can have; after 0xC2 and 0xEF, a character may be one that it cannot have."""

_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class Decoded(Struct, frozen=True):
    """A decoded text; U+FFFD replaces invalid bytes and characters, so that places stay correct."""

    text: str
    diagnostics: tuple[Diagnostic, ...] = ()


def decode(path: str, data: bytes) -> Decoded:
    """Decodes the source at `path`."""
    if not data.translate(None, _PLAIN):
        with suppress(UnicodeDecodeError):
            return Decoded(data.decode())  # five times as fast as below
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
    """Returns a text for a message: one line, shortened, with escapes for control characters."""
    line = " ".join(text.split())
    line = line if len(line) <= MAX_SHOWN else line[:MAX_SHOWN] + "…"
    return FORBIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", line)


def _is_utf16(data: bytes) -> bool:
    """Returns whether data has a UTF-16 or UTF-32 mark, or as many NULs as Latin text in UTF-16."""
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
    """Describes a character by its code point and name."""
    name = unicodedata.name(character, "") or _NAMES.get(character, "")
    return f"U+{ord(character):04X}" + (f" ({name})" if name else "")


_NAMES = {"\x00": "NULL", "\x08": "BACKSPACE", "\x0b": "LINE TABULATION", "\x0c": "FORM FEED", "\x1b": "ESCAPE"}
"""Names of common control characters, which Unicode does not name."""


def _place(path: str, text: str, offset: int) -> Place:
    return Place(path, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset), 1)


class Gap(Struct, frozen=True):
    """The end of a removed part: its line and column, in the text and in the original.

    Lines and columns count from 0.
    """

    line: int
    column: int
    uncut_line: int
    uncut_column: int


Gaps: TypeAlias = tuple[Gap, ...]
"""The gaps of a text, in order."""


def start_lines(text: str) -> list[int]:
    """Returns the offsets of the line starts of a text."""
    return list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))[:-1]


def find_uncut(gaps: Gaps, line: int, column: int) -> tuple[int, int]:
    """Converts a line and column of the text to those of the original."""
    at = bisect_right(gaps, (line, column), key=lambda gap: (gap.line, gap.column)) - 1
    if at < 0:
        return line, column
    gap = gaps[at]
    if line > gap.line:
        return gap.uncut_line + line - gap.line, column
    return gap.uncut_line, gap.uncut_column + column - gap.column


def clip(text: str, length: int) -> str:
    """Cuts a text after the last word that fits, with an ellipsis."""
    if len(text) <= length:
        return text
    end = text.rfind(" ", length // 2, length)
    return text[: end if end > 0 else length - 1].rstrip(" ,;:.–—·-") + "…"
