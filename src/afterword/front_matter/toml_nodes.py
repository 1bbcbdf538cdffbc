"""The TOML of front matter as nodes with places.

`tomllib` checks the syntax; a second pass over the valid text finds the place of each key and value (TOML 1.0.0).
"""

from __future__ import annotations

import re
from datetime import date, time
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.patterns import lazy_pattern
from afterword.core.toml import blank, explain
from afterword.front_matter.nodes import List, Map, MatterSource, Stop, TextNode, Walker, check_depth, make_text

if TYPE_CHECKING:
    from afterword.core.diagnostics import Place
    from afterword.front_matter.nodes import Node, Report

_SPACE = lazy_pattern(r"[ \t]*")
_GAP = lazy_pattern(r"(?:[ \t\n]|#[^\n]*)*")
_NAME = lazy_pattern(r""""(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+""")
_DOTTED = lazy_pattern(r"[\w \t.-]+")
_MOST_DOTS = 100
_STRING = lazy_pattern(
    r'"{3}(?:\\.|[^\\])*?"{3}"{0,2}|\'{3}.*?\'{3}\'{0,2}|"(?:\\.|[^"\\])*"|\'[^\']*\'',
    re.DOTALL,
)
_SCALAR = lazy_pattern(r"\d{4}-\d\d-\d\d [^\s,\]}#]+|[^\s,\]}#]+")


class _Key(Struct, frozen=True):
    """One part of a dotted key."""

    name: str
    place: Place


def read_toml(text: str, path: str, first_line: int, report: Report) -> Map | None:
    """Returns the map that a TOML text is; None, with an error reported, if it cannot be read.

    `path` and `first_line` say where the text stands.
    """
    import tomllib  # 16 ms, for the posts that have TOML

    written = MatterSource.of(path, text, first_line)
    try:
        _check_dots(written, report)
        tomllib.loads(text)
        return _Walk(written, report, _GAP, _STRING, _SCALAR).walk()
    except Stop:
        return None
    except (ValueError, RecursionError) as problem:
        report(explain(path, text, problem, first_line))
        return None


def _check_dots(written: MatterSource, report: Report) -> None:
    """Raises `Stop` for a key of very many parts, on which `tomllib` spends a time that grows with their square."""
    for run in _DOTTED.finditer(blank(written.text)):
        if (dots := run[0].count(".")) > _MOST_DOTS:
            check_depth(dots, written.place(run.start()), report)


class _Walk(Walker):
    """Walks over a text that is known to be TOML, without checking its syntax again."""

    def walk(self) -> Map:
        """Returns the map of the whole text."""
        root = table = Map({}, {}, self._written.place(0))
        self._arrays: dict[tuple[int, str], tuple[Map, Place, list[Map]]] = {}
        self._skip(_GAP)
        while self._at < len(self._text):
            if self._next("["):
                table = self._header(root)
            else:
                self._pair(table, 1)
            self._skip(_GAP)
        for (_, name), (outer, place, tables) in self._arrays.items():
            outer.entries[name] = List(tuple(tables), place)
        _check_depth(root, 1, self._report)
        return root

    def _header(self, root: Map) -> Map:
        """Returns the table of a header `[a.b]` or `[[a.b]]`. Tables of `[[a.b]]` are added to their map at the end."""
        start = self._at
        brackets = 2 if self._text.startswith("[[", start) else 1
        self._at += brackets
        parts = self._key()
        self._at += brackets
        place = self._written.place(start, self._at)
        table = root
        for part in parts[: len(parts) + 1 - brackets]:
            table = self._enter(table, part)
        if brackets == 1:
            return table
        last = parts[-1]
        if (id(table), last.name) not in self._arrays:
            self._name(table, last)
            table.entries[last.name] = List((), place)
            self._arrays[id(table), last.name] = (table, place, [])
        _, _, tables = self._arrays[id(table), last.name]
        tables.append(Map({}, {}, place))
        return tables[-1]

    def _enter(self, table: Map, part: _Key) -> Map:
        """Returns the table of that name inside another, the last one of several; a new one if there is none."""
        if (id(table), part.name) in self._arrays:
            return self._arrays[id(table), part.name][2][-1]
        inner = table.entries.get(part.name)
        if isinstance(inner, Map):
            return inner
        self._name(table, part)
        created = table.entries[part.name] = Map({}, {}, part.place)
        return created

    def _pair(self, table: Map, depth: int) -> None:
        """Reads `key = value` into a table."""
        parts = self._key()
        self._skip(_SPACE)
        self._at += 1
        self._skip(_SPACE)
        for part in parts[:-1]:
            table = self._enter(table, part)
        self._name(table, parts[-1])
        table.entries[parts[-1].name] = self._value(depth + len(parts))

    def _name(self, table: Map, part: _Key) -> None:
        self._keys.count(part.place)
        self._keys.check(part.name, part.place)
        table.keys[part.name] = part.place

    def _key(self) -> list[_Key]:
        """Returns the parts of a dotted key, with white space around them."""
        parts: list[_Key] = []
        while not parts or self._next("."):
            self._at += bool(parts)
            self._skip(_SPACE)
            start = self._at
            self._skip(_NAME)
            written = self._text[start : self._at]
            place = self._written.place(start, self._at)
            is_quoted = written[0] in "\"'"
            name = make_text(str(_evaluate(written)), place, self._report).value if is_quoted else written
            parts.append(_Key(name, place))
            self._skip(_SPACE)
        return parts

    def _scalar(self, written: str, place: Place) -> TextNode:
        match _evaluate(written):
            case str() as text:
                return make_text(text, place, self._report)
            case bool() as flag:
                return TextNode(str(flag).lower(), True, place)
            case int() as number if written.startswith("0b"):
                return TextNode(str(number), True, place)
            case date() | time():
                return TextNode(written, True, place)
            case _:
                return TextNode(written.replace("_", ""), True, place)


def _check_depth(node: Node, depth: int, report: Report) -> None:
    """Raises `Stop` for a list or map that is nested deeper than allowed."""
    if isinstance(node, TextNode):
        return
    check_depth(depth, node.place, report)
    for inner in node.items if isinstance(node, List) else node.entries.values():
        _check_depth(inner, depth + 1, report)


def _evaluate(written: str) -> object:
    """Returns the value of a scalar as TOML writes it."""
    import tomllib

    value: object = tomllib.loads(f"value = {written}")["value"]
    return value
