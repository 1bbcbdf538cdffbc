"""Checks that XML and JSON outputs can be parsed, because feed readers drop an invalid feed silently."""

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
    "Expecting value": "write values with `|tojson`, and remove the trailing comma",
    "Illegal trailing comma before end of array": "remove the trailing comma",
}
"""Hints for common messages of the parsers."""

_STRINGS = lazy_pattern(r'"(?:\\.|[^"\\])*"|-?Infinity|NaN')
"""Strings, and what is a number for Python alone."""

_SHOWN = 60


class ParseProblem(Struct, frozen=True):
    """Where a text stops being what it claims to be: its format, the parser's words, line and column from 1, a hint.

    `near` is the part of the line that is there.
    """

    format: str
    message: str
    line: int
    column: int
    near: str
    hint: str


def find_fault(path: str, text: str) -> ParseProblem | None:
    """The first fault of a file of this name; None for a good one, and for names that promise neither format."""
    check = _CHECKS.get(path.rpartition(".")[2])
    return check(text) if check is not None else None


def _check_xml(text: str) -> ParseProblem | None:
    try:
        expat.ParserCreate().Parse(text.encode(), True)
    except expat.ExpatError as problem:
        return _fault("XML", expat.ErrorString(problem.code), text, problem.lineno, problem.offset + 1)
    return None


def _check_json(text: str) -> ParseProblem | None:
    try:
        json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as problem:
        return _fault("JSON", problem.msg, text, problem.lineno, problem.colno)
    except _NoNumber as problem:
        found = next(match.start() for match in _STRINGS.finditer(text) if match[0] == str(problem))
        start = text.rfind("\n", 0, found) + 1
        return _fault("JSON", "invalid number", text, text.count("\n", 0, found) + 1, found - start + 1)
    except RecursionError:
        return _fault("JSON", "nested too deeply", text, 1, 1)
    return None


class _NoNumber(ValueError):  # noqa: N818 - becomes a fault
    """`NaN`, `Infinity` or `-Infinity`, which Python's parser would take."""


def _refuse(constant: str) -> None:
    raise _NoNumber(constant)


def _fault(format: str, message: str, text: str, line: int, column: int) -> ParseProblem:
    lines = text.split("\n")
    whole = lines[line - 1] if line <= len(lines) else ""
    start = max(0, column - 1 - _SHOWN // 2)
    near = whole[start : start + _SHOWN].strip()
    return ParseProblem(format, message, line, column, near, _HINTS.get(message, ""))


_CHECKS: Mapping[str, Callable[[str], ParseProblem | None]] = {
    **dict.fromkeys(("xml", "rss", "atom", "opml"), _check_xml),
    "json": _check_json,
}
