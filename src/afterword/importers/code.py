r"""Finds code and formulas in a text, and replaces text outside them.

In blogs whose Markdown parser does not know formulas, these have escapes, which the parser removes before a script of
the page such as MathJax reads them: `$x\_i$` is `$x_i$`. Afterword does not change formulas.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.core.text import start_lines
from afterword.markdown.context import TextSyntax
from afterword.markdown.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from markdown_it.token import Token

_CODE = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})[^\n]*\n"
    r".*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?P<ticks>`+)(?!`)(?:(?!\n\n).)*?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)

_FORMULA = re.compile(r"\$\$.+?\$\$|(?<![\\$])\$(?=[^\s$])[^\n$]*?(?<=[^\s\\])\$(?!\d)", re.DOTALL)
_BRACKETS = re.compile(r"\\\\(?P<open>[(\[])(?P<formula>(?:(?!\n\n).){0,2000}?)\\\\(?P<close>[)\]])", re.DOTALL)
_BLOCK = re.compile(r"(?<![\\$])\$\$(?!\$)(?P<formula>(?:(?!\n\n|\$\$).)+)\$\$(?!\$)", re.DOTALL)
_INLINE = re.compile(r"(?<![\\$])\$(?!\$)(?P<formula>(?:(?!\n\n)(?:[^$\\]|\\.))+)\$(?![$\d])", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\_*`{}\[\]()#+.!|<>~^-])")
_TEXT = r"\\(?:mathrm|mathtt|mbox|operatorname|text\w*)\{[^{}]*\}"
_PLAIN_ESCAPE = re.compile(rf"(?P<kept>{_TEXT})|\\(?P<sign>[_*]|\\[{{}},;!])|\\\\(?P<line_break>\\\\)")
_SIGNS = re.compile(r"[\\^_=+<>{}]|\A\s*\w\s*\Z")
_INDENTED = re.compile(r"(?:\A|\n)[ \t>]*\n[ >]*(?: {4}|\t)")
VERBATIM = r"<(?P<name>pre|textarea|script|style)\b.*?</(?P=name)\s*>"
"""The pattern of HTML elements in which space has a meaning, or that are not shown."""

_NO_MARKUP = re.compile(rf"{VERBATIM}|</?[a-z][^<>]*>|\w+://[^\s)]*", re.DOTALL | re.IGNORECASE)
"""Matches HTML and URLs, in which a backslash is no escape."""


def find_code(text: str) -> list[tuple[int, int]]:
    """Returns the spans of code in a text."""
    return [found.span() for found in _CODE.finditer(text)]


def is_inside(offset: int, spans: Iterable[tuple[int, int]]) -> bool:
    """Returns whether an offset is in one of these spans."""
    return any(start <= offset < end for start, end in spans)


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
    if pattern.search(text) is None:
        return text
    spans = find_spans(text)

    def replace(match: re.Match[str]) -> str:
        return match[0] if is_inside(match.start(), spans) else replacement(match)

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
        spans += find_blocks(text, "code_block")
    return spans


def find_blocks(text: str, kind: str) -> list[tuple[int, int]]:
    """Returns the spans of the blocks of one type, in whole lines: `code_block`, or `inline` for text."""

    def select(tokens: list[Token]) -> list[Token]:
        return [token for token in tokens if token.type == kind]

    lines = [*start_lines(text), len(text)]
    maps = (token.map for token in parse(text, TextSyntax(), select=select).tokens)
    return [(lines[found[0]], lines[min(found[1], len(lines) - 1)]) for found in maps if found]


def escape_in_text(pattern: re.Pattern[str], text: str) -> str:
    """Returns a text with a backslash before each match of a pattern that could be markup; not in code, HTML, URLs."""
    if pattern.search(text) is None:
        return text
    blocks = find_blocks(text, "inline")
    fixed = [*find_fixed(text), *(match.span() for match in _NO_MARKUP.finditer(text))]

    def escape(match: re.Match[str]) -> str:
        is_text = is_inside(match.start(), blocks) and not is_inside(match.start(), fixed)
        return f"\\{match[0]}" if is_text else match[0]

    return pattern.sub(escape, text)


def find_fence(code: str) -> str:
    """Returns backticks that can enclose a code block."""
    return "`" * max(3, max((len(run) for run in re.findall(r"`+", code)), default=0) + 1)


def restore_brackets(text: str) -> str:
    r"""Returns a text whose formulas in `\\(…\\)` and `\\[…\\]` have no escapes."""

    def write(match: re.Match[str]) -> str:
        formula = _ESCAPE.sub(r"\1", match["formula"])
        return f"\\\\{match['open']}{formula}\\\\{match['close']}"

    return replace_outside_code(_BRACKETS, write, text) if "\\\\" in text else text


def restore_blocks(text: str) -> str:
    """Returns a text whose formulas in `$$…$$` have no escapes."""

    def write(match: re.Match[str]) -> str:
        return f"$${_restore(match['formula'])}$$"

    return replace_outside_code(_BLOCK, write, text) if "$$" in text else text


def restore_inlines(text: str) -> str:
    """Returns a text whose formulas in `$…$` have no escapes, and no space inside the dollar signs."""

    def write(match: re.Match[str]) -> str:
        formula = match["formula"]
        return f"${_restore(formula).strip()}$" if _SIGNS.search(formula) is not None else match[0]

    return replace_outside_code(_INLINE, write, text) if "$" in text else text


def _restore(formula: str) -> str:
    return _PLAIN_ESCAPE.sub(lambda match: match[match.lastgroup or 0], formula)
