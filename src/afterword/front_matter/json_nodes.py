"""The JSON of front matter as nodes with places, and where in a source it ends.

`json` checks the syntax; a second pass over the valid text finds the place of each key and value (RFC 8259). As in
Hugo, front matter is one object at the beginning of the file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

from afterword.core.diagnostics import Diagnostic, Place, error
from afterword.core.nodes import Map, MatterSource, Stop, TextNode, Walker, make_text
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from afterword.core.nodes import Node, Report

_OBJECT = lazy_pattern(r'\{\s*"(?:\\.|[^"\\\n])*"\s*:')
_TOKEN = lazy_pattern(r'"(?:\\.|[^"\\\n])*"?|[{}]')
_KEY = lazy_pattern(r'"((?:\\.|[^"\\\n])*)"?(\s*:)?')
_SPACE = lazy_pattern(r"\s*")
_STRING = lazy_pattern(r'"(?:\\.|[^"\\])*"')
_SCALAR = lazy_pattern(r"[^\s,\]}]+")
_CLOSER = lazy_pattern(r"\s*[\]}]")

_STRING_HINT = "end the text on its line, with a double quote"
_HINTS = {
    "Expecting property name": 'put the key in double quotes: `"title": "Notes"`',
    "Expecting ':'": 'add a colon after the key: `"title": "Notes"`',
    "Expecting ','": "add a comma between the values",
    "Expecting value": "put text in double quotes; write `true`, `false` and `null` in lower case",
    "Invalid \\": "for a backslash, write `\\\\`",
    "Invalid control character": _STRING_HINT,
    "Unterminated string": _STRING_HINT,
}
"""What to do about the parser's messages, by how they begin."""


def find_object(source: str) -> int | None:
    """Returns the end of the JSON object at the start of a source: behind its last brace, or the end of the source.

    None if the source begins with something else.
    """
    if _OBJECT.match(source) is None:
        return None
    depth = 0
    for token in _TOKEN.finditer(source):
        depth += (token[0] == "{") - (token[0] == "}")
        if depth == 0:
            return token.end()
    return len(source)


def find_names(text: str) -> frozenset[str]:
    """Returns what looks like a key in a JSON text, whatever it stands in; the text may be invalid."""
    return frozenset(match[1] for match in _KEY.finditer(text) if match[2])


def read_json(text: str, path: str, first_line: int, report: Report) -> Map | None:
    """Returns the map that a JSON text is; None, with an error reported, if it cannot be read.

    `path` and `first_line` say where the text stands.
    """
    written = MatterSource.of(path, text, first_line)
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse_constant)
    except json.JSONDecodeError as problem:
        report(_explain(problem, written))
        return None
    except _Constant as problem:
        bare = _STRING.sub(lambda string: " " * len(string[0]), text)
        place = written.place(bare.index(str(problem)))
        report(error("json-syntax", f"invalid JSON: unknown value `{problem}`", place, hint="remove it"))
        return None
    except RecursionError:
        report(error("json-syntax", "invalid JSON: nested too deeply", Place(path, first_line)))
        return None
    try:
        root = _Walk(written, report, _SPACE, _STRING, _SCALAR).walk()
    except Stop:
        return None
    return root if isinstance(root, Map) else None


class _Constant(Exception):  # noqa: N818 - becomes a diagnostic
    """A number that Python's parser reads and JSON does not have."""


def _refuse_constant(name: str) -> NoReturn:
    raise _Constant(name)


def _explain(problem: json.JSONDecodeError, written: MatterSource) -> Diagnostic:
    text, at = written.text, min(problem.pos, len(written.text) - 1)
    said = problem.msg[:1].lower() + problem.msg[1:]
    hint = next((hint for begin, hint in _HINTS.items() if problem.msg.startswith(begin)), "")
    comma = at if text[at] == "," else len(text[:at].rstrip()) - 1
    if text.startswith(("//", "/*", "#"), at):
        hint = "remove the comment: JSON has none"
    elif text[comma] == "," and _CLOSER.match(text, comma + 1) is not None:
        at, said, hint = comma, "trailing comma", "remove the comma"
    return error("json-syntax", f"invalid JSON: {said.removesuffix(' at')}", written.place(at, at + 1), hint=hint)


class _Walk(Walker):
    """Walks over a text that is known to be JSON, without checking its syntax again."""

    def walk(self) -> Node:
        """Returns the value of the whole text."""
        return self._value(1)

    def _pair(self, table: Map, depth: int) -> None:
        start = self._at
        self._skip(_STRING)
        key = self._scalar(self._text[start : self._at], self._written.place(start, self._at))
        self._keys.count(key.place)
        self._skip(_SPACE)
        self._at += 1
        value = self._value(depth + 1)
        if self._keys.check(key.value, key.place):
            self._keys.add(key.value, key.place, value, table.entries, table.keys)

    def _scalar(self, written: str, place: Place) -> TextNode:
        if not written.startswith('"'):
            return TextNode(written, True, place)
        text: str = json.loads(written)
        return make_text(text, place, self._report)
