"""Checks that rendered files of XML and JSON are well-formed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.parsers import expat

from msgspec import Struct

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_HINTS: Mapping[str, str] = {
    "XML or text declaration not at start of entity": "remove everything before `<?xml`, even an empty line",
    "undefined entity": "use `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;` or a number such as `&#160;`",
    "not well-formed (invalid token)": "escape the value; it may come from `|safe`",
    "Expecting value": "use `|tojson` for values, and remove trailing commas",
    "Illegal trailing comma before end of array": "remove the trailing comma",
}
"""Hints for common parser messages."""

_STRINGS = lazy_pattern(r'"(?:\\.|[^"\\])*"|-?Infinity|NaN')
"""Strings, and numbers that only Python's parser accepts."""

_SHOWN = 60


class ParseProblem(Struct, frozen=True):
    """A parser error: format, message, line and column from 1, the text near it, and a hint."""

    format: str
    message: str
    line: int
    column: int
    near: str
    hint: str


def find_parse_problem(path: str, text: str) -> ParseProblem | None:
    """Returns the first parser error of an output, or None if it is valid or of another format."""
    check = _CHECKS.get(path.rpartition(".")[2])
    return check(text) if check is not None else None


def _check_xml(text: str) -> ParseProblem | None:
    try:
        expat.ParserCreate().Parse(text.encode(), True)
    except expat.ExpatError as problem:
        return _make_problem("XML", expat.ErrorString(problem.code), text, problem.lineno, problem.offset + 1)
    return None


def _check_json(text: str) -> ParseProblem | None:
    try:
        json.loads(text, parse_constant=_reject_constant)
    except json.JSONDecodeError as problem:
        return _make_problem("JSON", problem.msg, text, problem.lineno, problem.colno)
    except _InvalidNumber as problem:
        found = next(match.start() for match in _STRINGS.finditer(text) if match[0] == str(problem))
        start = text.rfind("\n", 0, found) + 1
        return _make_problem("JSON", "invalid number", text, text.count("\n", 0, found) + 1, found - start + 1)
    except RecursionError:
        return _make_problem("JSON", "nested too deeply", text, 1, 1)
    return None


class _InvalidNumber(ValueError):  # noqa: N818 - becomes a fault
    """`NaN`, `Infinity` or `-Infinity`, which Python's parser accepts."""


def _reject_constant(constant: str) -> None:
    raise _InvalidNumber(constant)


def _make_problem(format: str, message: str, text: str, line: int, column: int) -> ParseProblem:
    lines = text.split("\n")
    whole = lines[line - 1] if line <= len(lines) else ""
    start = max(0, column - 1 - _SHOWN // 2)
    near = whole[start : start + _SHOWN].strip()
    return ParseProblem(format, message, line, column, near, _HINTS.get(message, ""))


_CHECKS: Mapping[str, Callable[[str], ParseProblem | None]] = {
    **dict.fromkeys(("xml", "rss", "atom", "opml"), _check_xml),
    "json": _check_json,
}
