"""Mistakes in the syntax of front matter, in a writer's words: where to look, and what to write instead.

A YAML parser says where it could not go on; the mistake is often before that, and mostly a text that wants quotes.
Relies on PyYAML's marks. Refuses to guess further than the line: with no better idea, the parser's words have to do.
"""

from __future__ import annotations

import re

import yaml

from afterword.diagnostics import Diagnostic, Place, error

_ENTRY = re.compile(r"(?P<start>\s*(?:- +)*(?:[^\s:\"'#][^:]*: +|- +))(?P<value>\S.*)")
_KEY = re.compile(r"\s*(?:- +)*[^\s#][^:]*:(?:\s|\Z)")
_OPENERS = "@`%&*!|>{}[],\"'?-"
_LONGEST = 70
_MISSING_COLON = "a key is followed by `: `, with a space"
_CONSIDERED = 400
"""So many characters of a line are looked at; what is longer is no line of front matter that a person wrote."""


def explain(problem: Exception, text: str, path: str, first_line: int) -> Diagnostic:
    """The diagnostic for what PyYAML raised on a text that begins at `first_line` of the file."""
    rows = [line[:_CONSIDERED] for line in text.split("\n")]
    mark = _mark(problem)
    words = str(getattr(problem, "problem", None) or "").replace("in this context", "here")
    row, column = (min(mark.line, len(rows) - 1), mark.column) if mark is not None else (0, 0)
    if row == len(rows) - 1 and not rows[row] and row:
        row, column = row - 1, 0
    for suspect in (row, row - 1):
        if suspect >= 0 and (tab := _indenting_tab(rows[suspect])) >= 0:
            place = Place(path, first_line + suspect, tab + 1, 1)
            return error("tab-indentation", "a tab indents this line", place, hint="YAML is indented with spaces only")
    if _is_directive(rows, row):
        row = next(number for number, line in enumerate(rows) if line.startswith("%"))
        place = Place(path, first_line + row, 1, len(rows[row]))
        return error("unsupported-yaml", "front matter has no directives (`%YAML`)", place, hint="delete this line")
    row, column, hint = _find_cause(words, rows, row, column)
    place = Place(path, first_line + row, column + 1, 1)
    return error("yaml-syntax", "this front matter is not valid YAML", place, label=words, hint=hint)


def quoting_hint(line: str) -> str:
    """What to write instead of a line whose value wants quotes; nothing for a line that has no such value."""
    entry = _ENTRY.fullmatch(line) if len(line) < _CONSIDERED else None
    if entry is None:
        return ""
    written = f"{entry['start'].strip()} {quote(entry['value'].strip())}"
    return f"write `{written}`" if len(written) <= _LONGEST else "put the whole value in quotes"


def quote(value: str) -> str:
    """A text as a quoted scalar of YAML; quotes that it has around it already are not doubled."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def _mark(problem: Exception) -> yaml.Mark | None:
    """Where to look: at what was opened and not closed, or else where the parser could not go on."""
    if not isinstance(problem, yaml.MarkedYAMLError):
        return None
    unclosed = ("while parsing a flow", "while scanning a quoted scalar", "while scanning a simple key")
    if problem.context is not None and problem.context.startswith(unclosed) and problem.context_mark is not None:
        return problem.context_mark
    return problem.problem_mark


def _indenting_tab(line: str) -> int:
    indent = line[: len(line) - len(line.lstrip())]
    return indent.find("\t") if indent != line else -1


def _is_directive(rows: list[str], row: int) -> bool:
    first = next((line for line in rows if line.strip()), "")
    return first.startswith("%") or rows[row].startswith("%")


def _find_cause(words: str, rows: list[str], row: int, column: int) -> tuple[int, int, str]:
    """The row and column of the mistake, and a hint."""
    line = rows[row]
    entry = _ENTRY.fullmatch(line)
    if entry is not None and column >= entry.start("value") and _wants_quotes(entry["value"]):
        return row, entry.start("value"), _opener_hint(line, entry["value"])
    if words.startswith("could not find expected ':'"):
        return row, column, _MISSING_COLON
    if words.startswith("mapping values"):
        return _find_missing_colon(rows, row, column)
    return row, column, "keys of one level begin at the same column, each as `key: value`"


def _wants_quotes(value: str) -> bool:
    return value[0] in _OPENERS or ": " in value or value.endswith(":")


def _opener_hint(line: str, value: str) -> str:
    advice = quoting_hint(line)
    if value.startswith('"') and "\\" in value:
        return f"in double quotes `\\` begins an escape; {advice}"
    if value.startswith("- "):
        return "begin the list on the next line, or write it as `[…, …]`"
    for opener, closer in ("[]", "{}", '""', "''"):
        if value.startswith(opener) and closer not in value[1:]:
            return f"close it with `{closer}`" + (f"; or, if it is text, {advice}" if advice else "")
    return advice


def _find_missing_colon(rows: list[str], row: int, column: int) -> tuple[int, int, str]:
    """A line that was read as the continuation of the one before, which therefore has the mistake."""
    before = next((number for number in range(row - 1, -1, -1) if rows[number].strip()), None)
    if before is not None and not _KEY.match(rows[before]):
        indent = len(rows[before]) - len(rows[before].lstrip())
        return before, indent, _MISSING_COLON
    return row, column, "begin this line at the same column as the key before it"
