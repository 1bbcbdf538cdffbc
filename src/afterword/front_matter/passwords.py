"""Masks passwords in sources, so that no message and no code frame repeats them.

Front matter has them as the values of keys such as `password` (`foreign_keys`). They are looked for by lines, since
front matter may be invalid, may not open, or may be in any format.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.front_matter.key_lookup import find_foreign_key

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from afterword.core.diagnostics import Diagnostic

MASK = "***"
"""What is shown instead of a password, whatever its length."""

_MOST = 250
"""So many lines of a source are looked at: front matter has at most 200 keys."""

_NAME = r"""["'*_`]*(?P<name>[^\W\d_][^\s:=："'`*{},]*(?: [^\s:=："'`*{},]+){0,2})["'*_`]*"""
_KEY = lazy_pattern(rf"(?:^[^\w\"'`\[{{]*(?:\d+[.):|]?[ \t]+)?|[{{,]\s*){_NAME}\s*[:=：]+\s*")
_TABLE = lazy_pattern(rf"\s*\[+\s*{_NAME}(?:\.[^\]]*)?\]+\s*(?:#.*)?")
_TABLE_VALUE = lazy_pattern(r"[^=]*=\s*")
_TRIPLE = ('"""', "'''")


class _Value(NamedTuple):
    """A password, or a part of one: the index of its line, and where in the line it begins."""

    row: int
    start: int


def mask_lines(lines: Sequence[str]) -> list[str]:
    """Returns the lines of a source, with passwords masked to the end of their lines."""
    masked = [*lines]
    for row, start in _find_values(lines):
        masked[row] = f"{lines[row][:start]}{MASK}"
    return masked


def mask_findings(found: Iterable[Diagnostic], source: str) -> list[Diagnostic]:
    """Returns the findings about a source, without the passwords in their messages, labels and hints."""
    lines = source.split("\n", _MOST)
    passwords = {row + 1: lines[row][start:] for row, start in _find_values(lines)}
    return [_mask_finding(finding, passwords) for finding in found] if passwords else [*found]


def _mask_finding(finding: Diagnostic, passwords: dict[int, str]) -> Diagnostic:
    places = [finding.place, *(place for place, _ in finding.related)]
    written = [passwords[place.line] for place in places if place is not None and place.line in passwords]
    forms = {form for value in written for form in _list_forms(value)}
    if not forms or finding.id == "unsupported-visibility":  # which never has the value of a key that is secret
        return finding
    words = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    message, label, hint = (pattern.sub(MASK, text) for text in (finding.message, finding.label, finding.hint))
    return replace(finding, message=message, label=label, hint=hint)


def _list_forms(value: str) -> Iterator[str]:
    """How a value may be written in a message: as it is, without quotes or brackets, or shortened."""
    forms = {value.strip(), value.strip().strip("\"'{}[],| "), value.partition(" #")[0].strip()}
    for form in filter(None, forms):
        yield form
        yield shown(form).removesuffix("…")


def _find_values(lines: Sequence[str]) -> Iterator[_Value]:
    """Yields the parts of passwords in the first lines of a source, at most one for each line."""
    row = 0
    while row < min(len(lines), _MOST):
        line = lines[row]
        table = _TABLE.fullmatch(line)
        if table is not None and _is_secret(table["name"]):
            row = yield from _find_in_table(lines, row + 1)
            continue
        key = next((match for match in _KEY.finditer(line) if _is_secret(match["name"])), None)
        row += 1
        if key is None:
            continue
        if key.end() < len(line):
            yield _Value(row - 1, key.end())
        row = yield from _find_more(lines, row, line, line[key.end() :])


def _find_in_table(lines: Sequence[str], row: int) -> Generator[_Value, None, int]:
    """Yields the values of a table of TOML, whose first line has the index `row`; returns the index below it."""
    while row < min(len(lines), _MOST) and not lines[row].lstrip().startswith(("[", "+++")):
        match = _TABLE_VALUE.match(lines[row])
        if match is not None:
            yield _Value(row, match.end())
        row += 1
    return row


def _find_more(lines: Sequence[str], row: int, line: str, value: str) -> Generator[_Value, None, int]:
    """Yields the further lines of a value that begins with `value` in `line`; returns the index below them."""
    triple = next((quotes for quotes in _TRIPLE if value.startswith(quotes) and value.count(quotes) == 1), "")
    indent = len(line) - len(line.lstrip())
    while row < min(len(lines), _MOST):
        more = lines[row]
        start = len(more) - len(more.lstrip())
        if triple:
            yield _Value(row, 0)
            triple = triple if triple not in more else ""
            if not triple:
                return row + 1
        elif more.strip() and start <= indent and not more.lstrip().startswith("- "):
            return row
        elif more.strip():
            yield _Value(row, start)
        elif not value.strip().startswith(("|", ">")):
            return row
        row += 1
    return row


def _is_secret(name: str) -> bool:
    key = find_foreign_key(name)
    return key is not None and key.is_secret
