"""Parses YAML front matter into nodes with places, and explains syntax errors in the writer's terms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml
from msgspec import Struct, field
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Place, error, warning
from afterword.core.nodes import Keys, List, Map, MatterSource, Stop, TextNode, check_depth, make_text
from afterword.core.patterns import lazy_pattern
from afterword.core.text import describe, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.core.nodes import Node, Report

_ENTRY = lazy_pattern(r"(?P<start>\s*(?:- +)*(?:[^\s:\"'#][^:]*: +|- +))(?P<value>\S.*)")
_KEY = lazy_pattern(r"\s*(?:- +)*[^\s#][^:]*:(?:\s|\Z)")
_UNSPACED_KEY = lazy_pattern(r"([A-Za-z_][\w-]*):(?!//)(\S.*)")
_OPENERS = "@`%&*!|>{}[],\"'?-"
_LONGEST = 70
_CUT = lazy_pattern(r"[ \t]+(#[^\s#!].*)")
_NO_TEXT = lazy_pattern(r"true|false|yes|no|on|off|null|~|[\d.:T+ -]+Z?", re.IGNORECASE)
"""Values that are no text, so that a comment behind them is one."""

_OPEN_QUOTE = lazy_pattern(r"""\"(?:[^"\\]|\\.)*+\\?+(?<!\\")|'(?:[^']|'')*+""")
"""A value whose quote does not end in it; `"C:\\"` is meant to end."""

_MISSING_COLON = "write `: `, with a space, after the key"
_CONSIDERED = 400
"""So many characters of a line are looked at; what is longer is no line of front matter that a person wrote."""


def explain(problem: Exception, text: str, path: str, first_line: int) -> Diagnostic:
    """Returns the diagnostic for what PyYAML raised on a text that begins at `first_line` of the file."""
    rows = [line[:_CONSIDERED] for line in text.split("\n")]
    mark = _mark(problem)
    words = str(getattr(problem, "problem", None) or "").replace("in this context", "here")
    row, column = (min(mark.line, len(rows) - 1), mark.column) if mark is not None else (0, 0)
    if row == len(rows) - 1 and not rows[row] and row:
        row, column = row - 1, 0
    for suspect in (row, row - 1):
        if suspect >= 0 and (tab := _indenting_tab(rows[suspect])) >= 0:
            place = Place(path, first_line + suspect, tab + 1, 1)
            return error("yaml-syntax", "invalid YAML: indented with a tab", place, hint="indent with spaces")
    if _is_directive(rows, row):
        row = next(number for number, line in enumerate(rows) if line.startswith("%"))
        place = Place(path, first_line + row, 1, len(rows[row]))
        return error("unsupported-yaml", "unsupported YAML: directive `%YAML`", place, hint="remove this line")
    row, column, cause, hint = _find_cause(words, rows, row, column)
    place = Place(path, first_line + row, column + 1, 1)
    return error("yaml-syntax", f"invalid YAML: {cause or words}", place, hint=hint)


def quoting_hint(line: str) -> str:
    """Returns what to write instead of a line whose value wants quotes; nothing for a line that has no such value."""
    entry = _ENTRY.fullmatch(line) if len(line) < _CONSIDERED else None
    if entry is None:
        return ""
    written = f"{entry['start'].strip()} {quote(entry['value'].strip())}"
    return f"write `{written}`" if len(written) <= _LONGEST else "put the value in quotes"


def quote(value: str) -> str:
    """Returns a text as a quoted scalar of YAML; quotes that it has around it already are not doubled."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


def _mark(problem: Exception) -> yaml.Mark | None:
    """Returns where to look: at what was opened and not closed, or else where the parser could not go on."""
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


def _find_cause(words: str, rows: list[str], row: int, column: int) -> tuple[int, int, str, str]:
    """Returns the row and column of the mistake, its cause (empty if it is unknown) and a hint."""
    unclosed = _find_open_quote(rows, row)
    row, column = unclosed if unclosed is not None else (row, column)
    line = rows[row]
    entry = _ENTRY.fullmatch(line)
    if unclosed is None and ("escape" in words or "hexdecimal" in words):
        column = max(line.rfind("\\", 0, column + 1), 0)
        advice = quoting_hint(line) if line.rstrip().endswith('"') else ""
        advice = advice or r"write `\\`"  # of a value of several lines
        return row, column, "invalid escape in double quotes", rf"in double quotes, `\` starts an escape; {advice}"
    if entry is not None and column >= entry.start("value"):
        value = entry["value"]
        if value[0] in _OPENERS or ": " in value or value.endswith(":"):
            return row, entry.start("value"), *_explain_value(line, value)
    if words.startswith("could not find expected ':'"):
        return row, column, "missing colon", _MISSING_COLON
    if words.startswith("mapping values"):
        return _find_missing_colon(rows, row, column)
    return row, column, "", "start all keys of one level at the same column, as `key: value`"


def _explain_value(line: str, value: str) -> tuple[str, str]:
    """Returns what is wrong with a value that wants quotes, and a hint."""
    advice = quoting_hint(line)
    if value.startswith("- "):
        return "a list on the line of its key", "start the list on the next line, or write `[…, …]`"
    for opener, closer in ("[]", "{}", '""', "''"):
        if value.startswith(opener) and closer not in value[1:]:
            hint = f"add a closing `{closer}`" + (f"; or, if it is text, {advice}" if advice else "")
            return f"unclosed `{opener}`", hint
    what = f"starts with `{value[0]}`" if value[0] in _OPENERS else "contains `: `"
    return f"a value that {what} needs quotes", advice


def _find_open_quote(rows: list[str], last: int) -> tuple[int, int] | None:
    """Returns the row and column of the first quote, up to the row `last`, that is not closed before the next key."""
    for row, line in enumerate(rows[: last + 1]):
        entry = _ENTRY.fullmatch(line)
        if entry is None or _OPEN_QUOTE.fullmatch(entry["value"]) is None:
            continue
        end = next((at for at in range(row + 1, len(rows)) if entry["value"][0] in rows[at]), len(rows))
        below = rows[row + 1 : end + 1]
        if end == len(rows) or any(_KEY.match(each) and _indent_of(each) <= _indent_of(line) for each in below):
            return row, entry.start("value")
    return None


def _find_missing_colon(rows: list[str], row: int, column: int) -> tuple[int, int, str, str]:
    """Returns a line that was read as the continuation of the one before, which therefore has the mistake."""
    before = next((number for number in range(row - 1, -1, -1) if rows[number].strip()), None)
    if before is not None and not _KEY.match(rows[before]):
        return before, _indent_of(rows[before]), "missing colon", _MISSING_COLON
    hint = "start this line at the same column as the key before it"
    return row, _indent_of(rows[row]) or column, "wrong indentation", hint


def _indent_of(row: str) -> int:
    return len(row) - len(row.lstrip())


_LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Open(Struct):
    """A list or map that is being read; a map's `key` is the one whose value comes next, None if it is left out."""

    place: Place
    is_map: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    expects_value: bool = False
    key: str | None = None
    key_place: Place = Place("")

    def close(self) -> Node:
        return Map(self.entries, self.keys, self.place) if self.is_map else List(tuple(self.items), self.place)


def read_yaml(text: str, path: str, first_line: int, report: Report) -> Map | None:
    """Returns the map that a YAML text is; None, with an error reported, where it cannot be read.

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
        self._has_signs = " #" in text
        self._rows = text.split("\n")
        self._path = path
        self._first_line = first_line
        self._tell = report
        self._keys = Keys(self._report)
        self._open: list[_Open] = []
        self._root: Node | None = None

    def check_lines(self) -> str:
        """Returns the text without Unicode's line separators, which YAML reads as line ends and editors do not show."""
        text = self._written
        for separator in "\u2028\u2029":
            for number, line in enumerate(self._rows if separator in text else ()):
                if (column := line.find(separator)) >= 0:
                    place = Place(self._path, self._first_line + number, column + 1, 1)
                    message = f"line separator {describe(separator)} in front matter"
                    hint = "replace it with a space"
                    self._tell(warning("control-character", message, place, label="read as a space", hint=hint))
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
                key = _UNSPACED_KEY.match(self._rows[self._root.place.line - self._first_line])
                self._say(
                    "invalid-front-matter",
                    f"front matter must be `key: value` lines, found {what}",
                    self._root.place,
                    hint=f"write `{key[1]}: {shown(key[2])}`, with a space after the colon"
                    if key
                    else "for a horizontal rule, use `***`",
                )
                return None

    def take(self, event: yaml.Event) -> None:
        """Takes one event in."""
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
                self._refuse("alias `*name`", place)
                self._add(TextNode("", True, place, unread=True))
            case yaml.DocumentStartEvent():
                self._begin_document(event)

    def _begin_document(self, event: yaml.DocumentStartEvent) -> None:
        if event.version or event.tags:
            self._refuse("directive `%YAML`", self._place(event), hint="remove this line")
            raise Stop
        if event.explicit:
            place = self._place(event)
            self._refuse("second document `---`", place, hint="remove the text after the closing `---`")
            raise Stop

    def _text(self, event: yaml.ScalarEvent) -> TextNode:
        if event.anchor is not None or event.tag is not None:
            self._refuse_extras(event)
        place = self._place(event)
        if not event.implicit[0]:
            return make_text(event.value, place, self._report)
        if self._has_signs:
            self._look_for_cut(event)
        if " - " in event.value:
            self._look_for_joined_item(event)
        return TextNode(event.value, True, place)

    def _look_for_joined_item(self, event: yaml.ScalarEvent) -> None:
        """Warns if an item of a list is indented further than the one above, so that YAML takes both for one text."""
        start, end = event.start_mark, event.end_mark
        if start is None or end is None or not self._rows[start.line].lstrip().startswith("- "):
            return
        for number in range(start.line + 1, min(end.line + 1, len(self._rows))):
            item = self._rows[number].strip()
            if item.startswith("- "):
                column = self._rows[number].index(item)
                place = Place(self._path, self._first_line + number, column + 1, len(item))
                message = f"`{shown(item)}` is read as part of the item above"
                hint = "indent all items of a list equally; if it is text, put it in quotes"
                self._tell(warning("joined-item", message, place, hint=hint))
                return

    def _look_for_cut(self, event: yaml.ScalarEvent) -> None:
        """Warns if a number sign cuts a value, as in `title: Meetup #12`: after a space, `#` starts a comment."""
        mark = event.end_mark
        if mark is None or mark.line >= len(self._rows) or _NO_TEXT.fullmatch(event.value) is not None:
            return
        row = self._rows[mark.line]
        found = _CUT.match(row, mark.column)
        if found is None:
            return
        place = Place(self._path, self._first_line + mark.line, found.start(1) + 1, len(found[1]))
        if event.value:
            hint = quoting_hint(row.rstrip()) or "put the value in quotes"
        else:
            names = ", ".join(name.lstrip("#") for name in found[1].split())
            hint = f"write `{row[: found.start(1)].strip()} [{names}]`, or put the value in quotes"
        message = f"`{shown(found[1])}` is read as a comment"
        self._tell(warning("cut-value", message, place, label="ignored", hint=hint))

    def _refuse_extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor is not None:
            self._refuse("anchor `&name`", self._place(event))
        if event.tag is not None:
            self._refuse("tag `!name`", self._place(event))

    def _refuse(self, what: str, place: Place, hint: str = "") -> None:
        if not hint:
            line = self._rows[place.line - self._first_line]
            hint = f"if it is text, {quoting_hint(line) or 'put it in quotes'}; otherwise remove it"
        self._say("unsupported-yaml", f"unsupported YAML: {what}", place, hint=hint)

    def _add(self, node: Node) -> None:
        if not self._open:
            self._root = node
            return
        inner = self._open[-1]
        if not inner.is_map:
            inner.items.append(node)
        elif not inner.expects_value:
            inner.key, inner.key_place = self._key(node), node.place
            inner.expects_value = True
        else:
            if inner.key is not None:
                if isinstance(node, TextNode) and node.plain and not node.value:
                    node = replace(node, place=inner.key_place)
                self._keys.add(inner.key, inner.key_place, node, inner.entries, inner.keys)
            inner.expects_value = False

    def _key(self, node: Node) -> str | None:
        """Returns the key that a node is, or None where its value is to be left out."""
        self._keys.count(node.place)
        if not isinstance(node, TextNode):
            self._say("invalid-key", "key must be text", node.place, hint="put it in quotes")
            return None
        if node.unread:
            return None
        if node.plain and node.value == "<<":
            self._refuse("merge key `<<`", node.place, hint="write the keys out")
            return None
        return node.value if self._keys.check(node.value, node.place) else None

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


_HEX = r"[0-9A-Fa-f]"
_ESCAPE = lazy_pattern(rf"\\(?:(?P<fold>\n[ \t\n]*)|x({_HEX}{{2}})|u({_HEX}{{4}})|U(000{_HEX}{{5}})|(?P<one>.))")
_WHITE = lazy_pattern(r"[ \t\n]*")
_MEANINGS = {"n": "\n", "t": "\t", '"': '"', "/": "/", "\\": "\\", " ": " ", "_": "\u00a0"}


def find_pieces(value: str, place: Place, written: str, first_line: int) -> Mapping[int, Place]:
    """Returns the places of the pieces of a value, by where they begin in it; `place` is where its scalar starts.

    `written` is the YAML text, which begins on `first_line` of the file.
    """
    source = MatterSource.of(place.path, written, first_line)
    begin = source.starts[place.line - first_line] + place.column - 1
    return {start: source.place(at) for start, at in trace(value, written, begin)}


def trace(value: str, written: str, begin: int) -> tuple[tuple[int, int], ...]:
    """Returns where the characters of a value stand in the YAML text `written`, in which its scalar starts at `begin`.

    The value may be without white space at its ends. Gives the pieces of it that are written as they read, each by
    where it begins in the value and in the text; none for a value that is not that of this scalar.
    """
    style = written[begin : begin + 1]
    at = begin + 1 if style in ("'", '"') else begin
    if style in ("|", ">"):
        at = written.find("\n", begin) + 1 or len(written)
    pieces: list[tuple[int, int]] = []
    shift: int | None = None
    position = 0
    while position < len(value):
        escape = _ESCAPE.match(written, at) if style == '"' else None
        white = _end_of_white(written, at) if escape is None else escape.end()
        if white > at and (escape is None or escape["fold"] is not None):
            breaks = written[at:white].count("\n")
            if escape is None and style in ("|", ">"):
                position = _end_of_white(value, position)
            elif escape is None:  # a break is a space, and of several all but one remain
                position += max(1, breaks - 1) if breaks else white - at
            shift = None if breaks else shift
            at = white
            continue
        if value[position] != (_meaning(escape) if escape is not None else written[at : at + 1]):
            return ()
        if shift != at - position:
            pieces.append((position, at))
            shift = at - position
        length = escape.end() - at if escape is not None else 2 if style == "'" and value[position] == "'" else 1
        position, at = position + 1, at + length
    return tuple(pieces)


def _end_of_white(text: str, start: int) -> int:
    match = _WHITE.match(text, start)
    return match.end() if match is not None else start


def _meaning(escape: re.Match[str]) -> str:
    """Returns the character that an escape in double quotes stands for; empty for one that is rarely written."""
    code = escape[2] or escape[3] or escape[4]
    return chr(int(code, 16)) if code else _MEANINGS.get(escape["one"] or "", "")
