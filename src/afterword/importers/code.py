"""Finds code and formulas in a text, and replaces text outside them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.core.text import start_lines
from afterword.markdown.context import TextSyntax
from afterword.markdown.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CODE = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})[^\n]*\n"
    r".*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>`+)(?!`)(?:(?!\n\n).)*?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)

_FORMULA = re.compile(r"\$\$.+?\$\$|(?<![\\$])\$(?=[^\s$])[^\n$]*?(?<=[^\s\\])\$(?!\d)", re.DOTALL)
_INDENTED = re.compile(r"(?:\A|\n)[ \t>]*\n[ >]*(?: {4}|\t)")


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


def find_formulas(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of formulas in a text."""
    code = find_code(text)
    for match in _FORMULA.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in code):
            yield match.span()


def find_fixed(text: str) -> list[tuple[int, int]]:
    """Returns the spans of what is not changed in a text: code and formulas."""
    spans = [*find_code(text), *(find_formulas(text) if "$" in text else ())]
    if _INDENTED.search(text) is not None:
        lines = [*start_lines(text), len(text)]
        blocks = parse(text, TextSyntax(), select=lambda tokens: [one for one in tokens if one.type == "code_block"])
        spans += [(lines[one.map[0]], lines[min(one.map[1], len(lines) - 1)]) for one in blocks.tokens if one.map]
    return spans


def find_fence(code: str) -> str:
    """Returns backticks that can enclose a code block."""
    return "`" * max(3, max((len(run) for run in re.findall(r"`+", code)), default=0) + 1)
