"""The YAML of front matter as nodes with places: texts, lists and maps, and nothing else that YAML can do.

Relies on PyYAML's parser, in C where it is there, for the syntax; its events have the places, and are taken one by one,
so that neither depth nor references cost more than the text is long. A scalar stays the text that was written: YAML's
guesses at types (`no`, `12:34`, `010`) are not made here. Refuses anchors, aliases, tags, merge keys, directives,
further documents, keys that are no text, and the same key twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml
from msgspec import Struct, field
from msgspec.structs import replace

from afterword.diagnostics import Place, error
from afterword.mistakes import explain, quoting_hint
from afterword.nodes import Keys, List, Map, Stop, Text, check_depth, make_text
from afterword.text import describe

if TYPE_CHECKING:
    from afterword.diagnostics import Diagnostic
    from afterword.nodes import Node, Report

_LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Open(Struct):
    """A list or map that is being read; a map's `key` is the one whose value comes next, `skip` that it has none."""

    place: Place
    is_map: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    expects_value: bool = False
    key: str | None = None

    def close(self) -> Node:
        return Map(self.entries, self.keys, self.place) if self.is_map else List(tuple(self.items), self.place)


def read_yaml(text: str, path: str, first_line: int, report: Report) -> Map | None:
    """The map that a YAML text is; None, with an error reported, where it cannot be read.

    `path` and `first_line` say where the text stands. No text at all is an empty map.
    """
    reader = _Reader(text, path, first_line, report)
    text = reader.check_lines()
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reader.take(event)
    except Stop:
        return None
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        found = explain(problem, text, path, first_line)
        if found.place is None or found.place.line not in reader.lines:
            report(found)
        return None
    return reader.result()


class _Reader:
    """Builds nodes from the parser's events, without recursion."""

    def __init__(self, text: str, path: str, first_line: int, report: Report) -> None:
        self.lines: set[int] = set()
        self._written = text
        self._rows = text.split("\n")
        self._path = path
        self._first_line = first_line
        self._tell = report
        self._keys = Keys(self._report)
        self._open: list[_Open] = []
        self._root: Node | None = None

    def check_lines(self) -> str:
        """The text without Unicode's line separators: YAML takes them for line ends, and no editor shows them so."""
        text = self._written
        for separator in "\u2028\u2029":
            for number, line in enumerate(self._rows if separator in text else ()):
                if (column := line.find(separator)) >= 0:
                    place = Place(self._path, self._first_line + number, column + 1, 1)
                    message = f"the character {describe(separator)} cannot stand in front matter"
                    self._tell(error("control-character", message, place, hint="write a space in its place"))
            text = text.replace(separator, " ")
        return text

    def result(self) -> Map | None:
        match self._root:
            case Map():
                return self._root
            case None:
                return Map({}, {}, Place(self._path, self._first_line))
            case _:
                what = "a list" if isinstance(self._root, List) else "text"
                self._say(
                    "not-a-map",
                    f"front matter is `key: value` lines, not {what}",
                    self._root.place,
                    hint="if no front matter is meant, begin the file with its text, and write rules as `***`",
                )
                return None

    def take(self, event: yaml.Event) -> None:
        """Take one event in."""
        match event:
            case yaml.ScalarEvent():
                self._add(self._text(event))
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._refuse_extras(event)
                place = self._place(event)
                check_depth(len(self._open) + 1, place, self._report)
                self._open.append(_Open(place, isinstance(event, yaml.MappingStartEvent)))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._add(self._open.pop().close())
            case yaml.AliasEvent():
                place = self._place(event)
                self._refuse("aliases (`*name`)", place)
                self._add(Text("", True, place, unread=True))
            case yaml.DocumentStartEvent():
                self._begin_document(event)

    def _begin_document(self, event: yaml.DocumentStartEvent) -> None:
        if event.version or event.tags:
            self._refuse("directives (`%YAML`)", self._place(event), hint="delete this line")
            raise Stop
        if event.explicit:
            place = self._place(event)
            self._refuse("documents (`--- …`)", place, hint="write nothing behind the `---` that closes it")
            raise Stop

    def _text(self, event: yaml.ScalarEvent) -> Text:
        if event.anchor is not None or event.tag is not None:
            self._refuse_extras(event)
        place = self._place(event)
        return Text(event.value, True, place) if event.implicit[0] else make_text(event.value, place, self._report)

    def _refuse_extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            self._refuse("anchors (`&name`)", self._place(event))
        if event.tag is not None:
            self._refuse("tags (`!name`)", self._place(event))

    def _refuse(self, what: str, place: Place, hint: str = "") -> None:
        if not hint:
            line = self._rows[place.line - self._first_line]
            hint = f"leave it out; or, if it is text, {quoting_hint(line) or 'put the text in quotes'}"
        self._say("unsupported-yaml", f"front matter has no {what}", place, hint=hint)

    def _add(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        inner = self._open[-1]
        if not inner.is_map:
            inner.items.append(node)
        elif not inner.expects_value:
            inner.key = self._key(node, inner)
            inner.expects_value = True
        else:
            if inner.key is not None:
                if isinstance(node, Text) and node.plain and not node.value:
                    node = replace(node, place=inner.keys[inner.key])
                inner.entries[inner.key] = node
            inner.expects_value = False

    def _key(self, node: Node, inner: _Open) -> str | None:
        """The key that a node is, or None where its value is to be left out."""
        self._keys.count(node.place)
        if not isinstance(node, Text):
            self._say("bad-key", "a key must be text", node.place, hint="put it in quotes if it is")
            return None
        if node.unread:
            return None
        if node.plain and node.value == "<<":
            self._refuse("merge keys (`<<`)", node.place, hint="write the keys themselves")
            return None
        if not self._keys.check(node.value, node.place, inner.keys):
            return None
        inner.keys[node.value] = node.place
        return node.value

    def _place(self, event: yaml.Event) -> Place:
        start, end = event.start_mark, event.end_mark
        if start is None or end is None:
            return Place(self._path, self._first_line)
        length = end.column - start.column if end.line == start.line else 0
        return Place(self._path, self._first_line + start.line, start.column + 1, length)

    def _say(self, id: str, message: str, place: Place, *, hint: str = "") -> None:
        self._report(error(id, message, place, hint=hint))

    def _report(self, found: Diagnostic) -> None:
        if found.place is not None:
            self.lines.add(found.place.line)
        self._tell(found)
