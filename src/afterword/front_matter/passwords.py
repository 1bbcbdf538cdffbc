"""Masks passwords in sources, so that no message and no code frame repeats them.

Front matter has them as the values of keys such as `password` (`foreign_keys`). They are looked for by lines, since
front matter may be invalid, may not open, or may be in any format.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.front_matter.key_lookup import find_foreign_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from afterword.core.diagnostics import Diagnostic

MASK = "***"
"""What is shown instead of a password, whatever its length."""

_MOST = 250
"""So many lines of a source are looked at: front matter has at most 200 keys."""

_NAME = r"""["'*_`]*(?P<name>[^\W\d_][^\s:=："'`*{},]*(?: [^\s:=："'`*{},]+){0,2})["'*_`]*"""
_KEY = lazy_pattern(rf"(?:^[^\w\"'`\[{{]*(?:\d+[.):|]?[ \t]+)?|[{{,]\s*){_NAME}\s*[:=：]+\s*")
_TABLE = lazy_pattern(rf"\s*\[+\s*{_NAME}(?:\.[^\]]*)?\]+\s*(?:#.*)?")
_TRIPLE = ('"""', "'''")


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
    """Yields how a value may be written in a message: as it is, without quotes or brackets, or shortened.

    In a table of TOML, the value is the whole line, and a hint may have what follows its `=`.
    """
    forms = {value.strip(), value.strip().strip("\"'{}[],| "), value.partition(" #")[0].strip()}
    forms.add(value.partition("=")[2].strip().strip("\"'{}[],| "))
    for form in filter(None, forms):
        yield form
        yield shown(form).removesuffix("…")


def _find_values(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yields the parts of passwords in the first lines of a source: the index of a line, and where in it one begins.

    A value goes on up to its closing quotes, in a table of TOML up to the next one, or else in lines that are indented.
    """
    mode, indent = "", 0
    for row, line in enumerate(lines[:_MOST]):
        start = len(line) - len(line.lstrip())
        text = line[start:]
        if mode in _TRIPLE:
            yield row, 0
            mode = mode if mode not in line else ""
        elif (mode == "table" and not text.startswith(("[", "+++"))) or (
            mode == "more" and (not text or start > indent or text.startswith("- "))
        ):
            if text:
                yield row, start
        elif (table := _TABLE.fullmatch(line)) is not None and _is_secret(table["name"]):
            mode = "table"
        else:
            key = next((match for match in _KEY.finditer(line) if _is_secret(match["name"])), None)
            value, mode, indent = line[key.end() :] if key is not None else "", "", start
            if key is not None and value:
                yield row, key.end()
            if key is not None:
                mode = next((mark for mark in _TRIPLE if value.startswith(mark) and value.count(mark) == 1), "more")


def _is_secret(name: str) -> bool:
    key = find_foreign_key(name)
    return key is not None and key.is_secret
