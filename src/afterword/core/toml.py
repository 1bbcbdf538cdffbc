"""Parses TOML with positions: the values of a file, and where each key is.

`tomllib` parses the values without positions, so a second pass finds the keys. A key in an unusual notation gets the
position of the file.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place, error
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_HEADER = lazy_pattern(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = lazy_pattern(r"""(\s*)((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_LIST = lazy_pattern(r"\s*\[")
_PART = lazy_pattern(r"[\[\]{},]|[\w-]+(?=\s*=)")
_TOKEN = lazy_pattern(
    r"""(?P<long>\"{3}(?:\\.|[^\\])*?\"{3}|'{3}.*?'{3})|#[^\n]*"""
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


class TomlDocument(Struct, frozen=True):
    """A TOML file: text, values, and the places of its keys by dotted name (`feed.limit`, `menu.0.url`)."""

    path: str
    text: str
    values: Mapping[str, Any]  # whatever the file says; `config` gives it types
    places: Mapping[str, Place]

    def place(self, *names: str) -> Place:
        """Returns the place of a key, or else of its table or the file."""
        for length in range(len(names), 0, -1):
            if (place := self.places.get(".".join(names[:length]))) is not None:
                return place
        start = ".".join((*names[:1], ""))
        return next((place for name, place in self.places.items() if name.startswith(start)), Place(self.path))

    def table(self, *names: str) -> object:
        """Returns the value of a dotted name, or None."""
        value: object = self.values
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def places_in(self, texts: Sequence[str], key: str, *names: str) -> tuple[Place, ...]:
        """Returns the places of texts that are values of `key` in a list of tables, in their order."""
        written = _find_texts(self.path, self.text, names[-1], key)
        around = self.place(*names)
        return tuple(next((place for found, place in written if found == text), around) for text in texts)


def read_toml(path: str, text: str) -> TomlDocument | Diagnostic:
    """Parses a text; returns a diagnostic for invalid TOML."""
    import tomllib  # 16 ms, for blogs that have settings

    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        return explain(path, text, problem)
    return TomlDocument(path, text, values, dict(_find_keys(path, text)))


def explain(path: str, text: str, problem: Exception, first_line: int = 1) -> Diagnostic:
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
    elif (opened := _QUOTE.search(blank(text))) is not None:  # `tomllib` points to the end of the file
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
    elif message == "unclosed string" and (opened := _QUOTE.search(blank(line))) is not None:
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


def _find_keys(path: str, text: str) -> Iterator[tuple[str, Place]]:
    table = ""
    count: Counter[str] = Counter()
    lines = _empty_long_strings(text).split("\n")
    for number, line in enumerate(lines, 1):
        if (header := _HEADER.fullmatch(line)) is not None:
            table = _normalize_key(header[1])
            place = Place(path, number, line.index("[") + 1, len(line.strip()))
            if line.lstrip().startswith("[["):
                count[table] += 1
                if count[table] == 1:
                    yield table, place
                table = f"{table}.{count[table] - 1}"
            yield table, place
        elif (key := _KEY.match(line)) is not None:
            name = f"{table}.{_normalize_key(key[2])}" if table else _normalize_key(key[2])
            yield name, Place(path, number, len(key[1]) + 1, len(key[2]))
            if _LIST.match(line, key.end()) is not None:
                rest = "\n".join((" " * key.end() + line[key.end() :], *lines[number:]))
                yield from _find_items(path, blank(rest), number, name)


def _find_items(path: str, bare: str, number: int, name: str) -> Iterator[tuple[str, Place]]:
    """Yields the tables in a list and their keys; `bare` are the lines from line `number`, where the list starts."""
    depth = index = 0
    for match in _PART.finditer(bare):
        begin = bare.rfind("\n", 0, match.start()) + 1
        place = Place(path, number + bare.count("\n", 0, begin), match.start() - begin + 1, len(match[0]))
        match match[0]:
            case "[" | "{" as bracket:
                depth += 1
                if depth == 2 and bracket == "{":
                    yield f"{name}.{index}", place
            case "]" | "}":
                depth -= 1
                if depth == 0:
                    return
            case ",":
                index += depth == 1
            case key if depth == 2:
                yield f"{name}.{index}.{key}", place


def _find_texts(path: str, text: str, table: str, key: str) -> Iterator[tuple[str, Place]]:
    """Yields every text value of a key, after the first mention of a table."""
    import tomllib

    start = re.search(rf"\b{table}\b", text)
    for match in _TOKEN.finditer(text, start.start() if start is not None else len(text)):
        line = text.rfind("\n", 0, match.start()) + 1
        if match["long"] or match[0].startswith("#") or not _is_key(key, text[line : match.start()]):
            continue
        value: str = tomllib.loads(f"value = {match[0]}")["value"]
        yield value, Place(path, text.count("\n", 0, line) + 1, match.start() - line + 2, len(match[0]) - 2)


def _is_key(key: str, before: str) -> bool:
    """Returns whether the text before a value in its line is this key."""
    return re.search(rf"""\b{key}["']?\s*=\s*$""", before) is not None


def blank(text: str) -> str:
    """Replaces strings and comments in a TOML text with spaces."""
    return _TOKEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def _empty_long_strings(text: str) -> str:
    """Removes the text of multi-line strings, which may look like keys; keeps line ends."""

    def empty(match: re.Match[str]) -> str:
        return "\n" * match[0].count("\n") if match["long"] else match[0]

    return _TOKEN.sub(empty, text) if '"""' in text or "'''" in text else text


def _normalize_key(name: str) -> str:
    """Removes quotes and spaces from a dotted key."""
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
