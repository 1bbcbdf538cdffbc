"""Lines of source files, for code frames: each file is read when its first line is asked for, and once.

Relies on the gate for reads. Refuses to fail: a line that cannot be had is a frame that is not shown.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from afterword.files import TEXT_SUFFIXES, Unreadable, locate, read
from afterword.passwords import mask_lines
from afterword.text import decode

if TYPE_CHECKING:
    from pathlib import Path

Look: TypeAlias = Callable[[str, int], str | None]
"""Gives a line of a source, counted from 1 and without its end; None where there is no such line."""

_LIMIT = 16_000_000


def open_lines(root: Path) -> Look:
    """The lines of the sources of the blog in `root`, and of the default theme; passwords in them are masked."""

    @cache
    def read_lines(path: str) -> list[str]:
        try:
            data = read(locate(root, path), _LIMIT, follow=True)
        except (OSError, Unreadable, ValueError):  # a ValueError is a NUL in the path
            return []
        lines = decode(path, data).text.split("\n")
        return mask_lines(lines) if path.endswith(TEXT_SUFFIXES) else lines

    def look(path: str, number: int) -> str | None:
        lines = read_lines(path)
        return lines[number - 1] if 1 <= number <= len(lines) else None

    return look
