"""Header lines: `Title: …` lines without fences, with which the Markdown posts of Pelican begin.

The syntax is that of Python-Markdown's extension Meta-Data: lines `name: value`, indented by at most three spaces, with
lines that continue a value indented further, up to a blank line, a line `---` or `...`, or any other line. The names,
and how lists of them are separated, are Pelican's (`pelican.readers`).
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import error, note
from afterword.core.nodes import Keys, List, Map, MatterSource, Stop, TextNode
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.front_matter.fields import FURTHER, KEYS
from afterword.front_matter.key_lookup import holds_back, is_known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.core.nodes import Node, Report

_LINE = lazy_pattern(r" {0,3}(?P<name>[A-Za-z0-9_-]+):(?!//)[^\S\n]*(?P<value>.*)")
_MORE = lazy_pattern(r"(?: {4}|\t)\s*(?P<value>\S.*)")
_END = lazy_pattern(r"(?:---|\.\.\.)\s*")


class Header(Struct, frozen=True):
    """What a header becomes: the key of front matter, and whether its value is a list of names.

    `sign` matches values that it has in front matter and hardly in prose.
    """

    key: str
    is_list: bool = False
    sign: re.Pattern[str] | None = None


_FLAG = lazy_pattern(r"true|false|yes|no", re.IGNORECASE)
_PATH = lazy_pattern(r"[\w./-]*")
_ANYTHING = lazy_pattern(r".*")
HEADERS: Mapping[str, Header] = {
    "title": Header("title"),
    "date": Header("date", sign=lazy_pattern(r"\d{4}-\d{1,2}-\d{1,2}[ T_]+\d{1,2}:\d\d.*")),
    "modified": Header("updated", sign=lazy_pattern(r"\d{4}-\d{1,2}-\d{1,2}.*")),
    "category": Header("category", sign=_ANYTHING),
    "tags": Header("tags", is_list=True, sign=_ANYTHING),
    "author": Header("author"),
    "authors": Header("authors", is_list=True),
    "summary": Header("summary"),
    "slug": Header("slug", sign=lazy_pattern(r"[\w.+-]+")),
    "url": Header("permalink"),
    "save_as": Header("permalink", sign=_PATH),
    "lang": Header("lang"),
    "status": Header("status", sign=lazy_pattern(r"(?:published|draft|hidden|skip)\b.*", re.IGNORECASE)),
    "keywords": Header("keywords"),
    "template": Header("template", sign=lazy_pattern(r"[\w./-]+")),
    "translation": Header("translation", sign=_FLAG),
    "layout": Header("layout", sign=lazy_pattern(r"[\w-]+")),
    "draft": Header("draft", sign=_FLAG),
    "published": Header("published", sign=_FLAG),
}
"""Pelican's headers and others, in lower case. Every other one is a key of its own name."""

LISTS = frozenset({"author", "authors", "categories", "category", "keywords", "tag", "tags"})
"""Keys whose value in brackets is a list of YAML."""

_DAY = lazy_pattern(r"\d{4}-\d{1,2}-\d{1,2}")
_FAR = 100_000
"""So far into a source are header lines looked for."""

_NEAR = 4096
"""So many characters behind the header lines are looked at for more of them."""


class HeaderLine(Struct, frozen=True):
    """A header as written: its name, which begins at `start`, and the lines of its value, each with its offset."""

    name: str
    start: int
    values: list[tuple[str, int]]

    @property
    def key(self) -> str:
        """The name in lower case, by which headers are known."""
        return self.name.lower()

    @property
    def value(self) -> str:
        """The value in one line."""
        return " ".join(value for value, _ in self.values)


class HeaderBlock(Struct, frozen=True):
    """The header lines at the beginning of a source, whose text begins at `end`.

    `closer` is the line between: empty for a blank one and at the end of the source; None if there is none.
    """

    lines: tuple[HeaderLine, ...]
    end: int
    closer: str | None

    def has(self, key: str) -> bool:
        """Returns whether there is a header of this name."""
        return any(line.key == key for line in self.lines)


def find_block(source: str) -> HeaderBlock:
    """Returns the header lines with which a source begins, whatever their names; there may be none."""
    lines: list[HeaderLine] = []
    at = 0
    while at < min(len(source), _FAR):
        end = source.find("\n", at)
        row, behind = (source[at:], len(source)) if end < 0 else (source[at:end], end + 1)
        if not row.strip() or _END.fullmatch(row):
            return HeaderBlock(tuple(lines), behind, row.strip())
        if (match := _LINE.fullmatch(row)) is not None:
            lines.append(HeaderLine(match["name"], at + match.start("name"), []))
        else:
            match = _MORE.fullmatch(row) if lines else None
        if match is None:
            return HeaderBlock(tuple(lines), at, None)
        if value := match["value"].rstrip():
            lines[-1].values.append((value, at + match.start("value")))
        at = behind
    return HeaderBlock(tuple(lines), at, "")


def is_front_matter(path: str, source: str, block: HeaderBlock) -> bool:
    """Returns whether the header lines with which the source at `path` begins are its front matter beyond doubt.

    They are if there is a title and a header with a value that prose hardly has (`Tags`, `Slug`, a date with a time,
    …), or a title and a date, unless the file's name has another date or there are names that neither Pelican nor
    Afterword knows. What could be YAML is not, nor are lines behind which more of them follow.
    """
    if not block.has("title") or _may_be_yaml(block) or _goes_on(source, block):
        return False
    return find_signs(block) > 0 or (_has_day(path, block) and not find_unknown(block))


def find_signs(block: HeaderBlock) -> int:
    """Returns how many headers have a value that they have in front matter and hardly in prose."""
    signs = ((HEADERS[line.key].sign, line.value) for line in block.lines if line.key in HEADERS)
    return sum(sign is not None and sign.fullmatch(value) is not None for sign, value in signs)


def find_unknown(block: HeaderBlock) -> tuple[HeaderLine, ...]:
    """Returns the headers that neither Pelican nor Afterword knows."""
    known = (*HEADERS, *KEYS, *FURTHER)
    return tuple(line for line in block.lines if line.key not in known)


def _has_day(path: str, block: HeaderBlock) -> bool:
    """Returns whether there is a date, and not another one in the file's name."""
    named = _DAY.match(posixpath.basename(path))
    days = [line.value for line in block.lines if line.key == "date" and _DAY.fullmatch(line.value)]
    return bool(days) and (named is None or named[0] == days[0])


def _may_be_yaml(block: HeaderBlock) -> bool:
    """Returns whether the lines look like YAML without its first `---`: a list in brackets, or names in lower case."""
    if block.closer and not any(line.name == "Title" for line in block.lines):
        return True
    return any(line.key in LISTS and line.value.startswith("[") for line in block.lines)


def _goes_on(source: str, block: HeaderBlock) -> bool:
    """Returns whether what stands behind the lines looks like more of them, so that they would be published."""
    rows = source[block.end : block.end + _NEAR].lstrip("\n").partition("\n\n")[0].split("\n")
    found = [_LINE.match(row) for row in rows]
    if block.closer is None:
        return rows[0].startswith(("- ", "* ")) or any(match is not None and is_known(match["name"]) for match in found)
    return found[0] is not None and holds_back(found[0]["name"], found[0]["value"])


def read_header_lines(text: str, path: str, first_line: int, report: Report) -> Map | None:
    """Returns the map that header lines are, under Afterword's names of keys; None, after an error, beyond a limit.

    `path` and `first_line` say where the lines stand. A note names a header that only a template can show.
    """
    block = find_block(text)
    written = MatterSource.of(path, text, first_line)
    if find_signs(block) < 2 and (unknown := find_unknown(block)):
        report(_tell_unknown(unknown[0], written))
    try:
        return _read(block, written, report)
    except Stop:
        return None


def _tell_unknown(line: HeaderLine, written: MatterSource) -> Diagnostic:
    message = f"`{shown(line.name)}` is read as front matter and not shown in the page"
    hint = "if these lines are text, add a heading above them"
    return note("header-line", message, written.place(line.start, line.start + len(line.name)), hint=hint)


def _read(block: HeaderBlock, written: MatterSource, report: Report) -> Map:
    keys = Keys(report)
    entries: dict[str, Node] = {}
    places: dict[str, Place] = {}
    for line in block.lines:
        header = HEADERS.get(line.key, Header(line.key))
        if line.key == "save_as" and block.has("url"):
            continue
        place = written.place(line.start, line.start + len(line.name))
        keys.count(place)
        if keys.check(header.key, place):
            keys.add(header.key, place, _read_value(line, header, written, place, report), entries, places)
    return Map(entries, places, written.place(0))


def _read_value(line: HeaderLine, header: Header, written: MatterSource, key: Place, report: Report) -> Node:
    if not line.values:
        if line.key == "save_as":
            hint = "write `Status: draft`, or remove the line"
            report(error("empty-value", "`Save_as` is empty: Pelican does not publish the page", key, hint=hint))
        return TextNode("", True, key)
    start, end = line.values[0][1], line.values[0][1] + len(line.values[0][0])
    place = written.place(start, end)
    if header.is_list:
        return List(tuple(_split(line, written)), place)
    value = line.value
    if header.key == "permalink" and line.key != "permalink":
        value = _as_permalink(value)
    elif header.key == "date":
        value = value.replace("_", " ")
    elif header.key == "status":
        value = value.lower()
    return TextNode(value, True, place)


def _as_permalink(value: str) -> str:
    """Returns a URL or file in a site as the permalink of its page: from the root."""
    return value if "://" in value else "/" + value.removeprefix("/").removesuffix("index.html")


def _split(line: HeaderLine, written: MatterSource) -> Iterator[TextNode]:
    """Yields the names in a list: each line is one; a single line is split at semicolons, or else at commas."""
    parts = line.values
    if len(parts) == 1:
        value, offset = parts[0]
        pieces = re.finditer(r"[^;]+" if ";" in value else r"[^,]+", value)
        parts = [(piece[0], offset + piece.start()) for piece in pieces]
    for part, start in parts:
        name = part.strip().rstrip(",;")
        if name:
            begin = start + len(part) - len(part.lstrip())
            yield TextNode(name, False, written.place(begin, begin + len(name)))
