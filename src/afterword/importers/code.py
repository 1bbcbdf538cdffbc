"""Finds code, which is fenced blocks and code spans, and replaces text outside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_CODE = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})[^\n]*\n"
    r".*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>`+)(?!`)(?:(?!\n\n).)*?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)


def find_code(text: str) -> list[tuple[int, int]]:
    """Returns the spans of code in a text."""
    return [found.span() for found in _CODE.finditer(text)]


def replace_outside_code(
    pattern: re.Pattern[str],
    replacement: Callable[[re.Match[str]], str],
    text: str,
    find_spans: Callable[[str], list[tuple[int, int]]] = find_code,
) -> str:
    """Returns the text with each match of a pattern replaced, except matches that begin in code.

    `replacement` gets a match in the whole text, so its offsets are valid there. `find_spans` returns what is not
    changed.
    """
    spans = find_spans(text)

    def replace(match: re.Match[str]) -> str:
        is_code = any(start <= match.start() < end for start, end in spans)
        return match[0] if is_code else replacement(match)

    return pattern.sub(replace, text)


def find_fence(code: str) -> str:
    """Returns backticks that can enclose a code block."""
    return "`" * max(3, max((len(run) for run in re.findall(r"`+", code)), default=0) + 1)
