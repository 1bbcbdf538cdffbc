"""Parses TOML to nodes with places, in settings and in front matter, and explains its errors.

`tomllib` checks the syntax; a second pass over the valid text finds the place of each key and value (TOML 1.0.0).
"""

from __future__ import annotations

import re
from datetime import date, time
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Place, error
from afterword.core.nodes import List, Map, MatterSource, Stop, TextNode, Walker, check_depth, make_text
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.nodes import Node, Report

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
    """Returns the map that the TOML of front matter is; None, with an error reported, if it cannot be read.

    `path` and `first_line` say where the text stands.
    """
    import tomllib  # 16 ms, for the posts that have TOML

    written = MatterSource.of(path, text, first_line)
    try:
        _check_dots(written, report)
        tomllib.loads(text)
        root = _walk(written, report)
        _check_depth(root, 1, report)
    except Stop:
        return None
    except (ValueError, RecursionError) as problem:
        report(_explain(path, text, problem, first_line))
        return None
    return root


class TomlDocument(Struct, frozen=True):
    """A TOML file: its values, and the same as nodes."""

    path: str
    values: Mapping[str, Any]  # whatever the file says; `config` gives it types
    root: Map

    def place(self, *names: str) -> Place:
        """Returns the place of a key, or else of its table or the file; a name in a list is an index."""
        return self._find(*names)[1]

    def _find(self, *names: str) -> tuple[Node, Place]:
        node: Node = self.root
        place = Place(self.path)
        for name in names:
            if isinstance(node, Map) and name in node.entries:
                place, node = node.keys[name], node.entries[name]
            elif isinstance(node, List) and name.isdigit() and int(name) < len(node.items):
                node = node.items[int(name)]
                place = node.place
            else:
                break
        return node, place

    def table(self, *names: str) -> object:
        """Returns the value of a dotted name, or None."""
        value: object = self.values
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def places_in(self, key: str, *names: str) -> tuple[Place, ...]:
        """Returns the places of the texts that a key has in a list of tables, without their quotes."""
        node, _ = self._find(*names)
        tables = [item for item in node.items if isinstance(item, Map)] if isinstance(node, List) else []
        written = (table.entries[key].place for table in tables if key in table.entries)
        return tuple(replace(place, column=place.column + 1, length=place.length - 2) for place in written)


def read_document(path: str, text: str) -> TomlDocument | Diagnostic:
    """Parses a file; returns a diagnostic for invalid TOML."""
    import tomllib  # 16 ms, for blogs that have settings

    try:
        values = tomllib.loads(text)
        return TomlDocument(path, values, _walk(MatterSource.of(path, text, 1)))
    except (ValueError, RecursionError) as problem:
        return _explain(path, text, problem)


def _walk(written: MatterSource, report: Report | None = None) -> Map:
    """Returns the map of a text that is known to be TOML; with `report`, the limits of front matter apply."""
    return _Walk(written, report, _GAP, _STRING, _SCALAR).walk()


def _check_dots(written: MatterSource, report: Report) -> None:
    """Raises `Stop` for a key of very many parts, on which `tomllib` spends a time that grows with their square."""
    for run in _DOTTED.finditer(_blank(written.text)):
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
    if written[0] in "\"'" and "\\" not in written and not written.startswith(('"""', "'''")):
        return written[1:-1]
    import tomllib

    value: object = tomllib.loads(f"value = {written}")["value"]
    return value


_TOKEN = lazy_pattern(
    r"""(?:\"{3}(?:\\.|[^\\])*?\"{3}|'{3}.*?'{3})|#[^\n]*"""
    r"""|"(?!"")(?:\\.|[^"\\\n])*"|'(?!'')[^'\n]*'""",
    re.DOTALL,
)
_QUOTE = lazy_pattern(r"[\"']")
_AT = lazy_pattern(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


_KEY_AND_VALUE = 'write a key and a value: `title = "Notes"`'
_MESSAGES = (
    (r"Illegal character '\\n'", "unclosed string", "end the text on its line, with the same quote"),
    ("Cannot overwrite a value", "duplicate key `{key}`", "remove one of the two lines"),
    (r"Cannot declare \((.*?),?\) twice", "duplicate table `{key}`", "merge the two tables"),
    ("Cannot mutate", "duplicate table `{key}`", "merge the two tables"),
    ("Expected '='", "missing `=`", _KEY_AND_VALUE),
    ("Expected '.*' at the end of a table declaration", "unclosed table header", "write the header as `[theme]`"),
    ("Expected newline", "unexpected text after the value", "remove it, or start a new line for each key"),
    ("Invalid value", "invalid value", 'add a value, such as `"text"`, `3` or `true`'),
    (r"Unescaped '\\'", "backslash in double quotes", "put the text in single quotes"),
    ("Unclosed array", "unclosed list", "add a `]`, or a comma between the items"),
    (
        "Invalid initial character",
        "invalid key",
        "write `{ … }` on one line, without a comma at its end",
    ),
    ("Invalid statement", "invalid statement", f"{_KEY_AND_VALUE}; a comment starts with `#`"),
)
"""Patterns for the parser's messages, with our messages and hints; `{key}` is the key or header on the line."""

_LINE = lazy_pattern(r"""\s*(?P<key>[\w.-]+)\s*(?:[=:]|(?=["']))\s*(?P<value>.*?)\s*""")
_QUOTES = "\"'“”‘’"
_QUOTED = lazy_pattern(rf"^[{_QUOTES}]|[{_QUOTES}]$")
_WORDS = {
    **dict.fromkeys(("true", "yes", "on"), "true"),
    **dict.fromkeys(("false", "no", "off"), "false"),
}
"""Words that stand for `true` and `false` in other formats, in lower case."""


def _explain(path: str, text: str, problem: Exception, first_line: int = 1) -> Diagnostic:
    """Returns the diagnostic for an error of `tomllib`; the text starts on `first_line` of the file at `path`."""
    if isinstance(problem, RecursionError):
        return error("toml-syntax", "invalid TOML: nested too deeply", Place(path, first_line if first_line > 1 else 0))
    match = _AT.search(str(problem))
    message = _AT.sub("", str(problem))
    if match is None:  # such as a number that Python does not convert: its message has no place and is about Python
        return error("toml-syntax", "invalid TOML: a number has too many digits", Place(path, first_line))
    place = Place(path, first_line + text.count("\n"))
    hint = ""
    if match[1]:
        row, column = int(match[1]) - 1, int(match[2])
        message, hint, column, length = _explain_line(message, text.split("\n")[row], column)
        place = Place(path, first_line + row, column, length)
    elif (opened := _QUOTE.search(_blank(text))) is not None:  # `tomllib` points to the end of the file
        start = opened.start()
        quote = opened[0] * 3 if text.startswith(opened[0] * 3, start) else opened[0]
        column = start - text.rfind("\n", 0, start)
        place = Place(path, first_line + text.count("\n", 0, start), column, len(quote))
        message, hint = "unclosed string", f"add a closing `{quote}`"
    return error("toml-syntax", f"invalid TOML: {message}", place, hint=hint)


def _explain_line(said: str, line: str, column: int) -> tuple[str, str, int, int]:
    """Returns the message and hint for what the parser said of a line, and the column and length to underline."""
    known = ((ours, hint) for pattern, ours, hint in _MESSAGES if re.match(pattern, said))
    message, hint = next(known, (said[:1].lower() + said[1:], ""))
    length = 1
    if "{key}" in message:
        key = line.partition("=")[0].strip() if not line.lstrip().startswith("[") else line.strip()
        message, column, length = message.format(key=key), line.index(key) + 1, len(key)
    elif message == "unclosed string" and (opened := _QUOTE.search(_blank(line))) is not None:
        column = opened.start() + 1
    elif message.startswith("backslash"):
        column, length = column - 2, 2
    meant = _find_meant(line) if not message.startswith(("duplicate", "unclosed list", "invalid key")) else ""
    return message, f"write `{meant}`" if meant else hint, column, length


def _find_meant(line: str) -> str:
    """Returns a key with its value as TOML has it, or a header, as a line was probably meant; empty if unclear."""
    import tomllib

    if line.lstrip().startswith("["):
        candidates = [f"{line.strip()}]", f"{line.strip()}]]"]
    elif (match := _LINE.fullmatch(line)) is not None and match["value"]:
        key, value = match["key"], match["value"]
        text = _QUOTED.sub("", value if value[0] in _QUOTES else value.partition(" #")[0].rstrip())
        is_closed = value[0] in _QUOTES and value[-1] not in _QUOTES and value[0] in text
        is_unclear = value[0] in "[{" or "=" in text or is_closed
        written = _WORDS.get(text.lower(), value)
        candidates = [] if is_unclear else [f"{key} = {each}" for each in (written, f'"{text}"', f"'{text}'")]
    else:
        return ""
    for candidate in candidates:
        try:
            tomllib.loads(candidate)
        except ValueError:
            continue
        return candidate
    return ""


def _blank(text: str) -> str:
    """Replaces strings and comments in a TOML text with spaces."""
    return _TOKEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
