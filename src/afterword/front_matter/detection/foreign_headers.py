"""Front matter in formats that are neither fenced nor header lines: Kirby's fields, tables, and exports of MDX."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place, warning
from afterword.core.patterns import lazy_pattern
from afterword.front_matter.key_lookup import OWN_FLAGS, holds_back

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FAR = 8192
"""So many characters of a source are looked at."""

_FIELDS = lazy_pattern(r"^----[ \t]*$", re.MULTILINE)
_FIELD = lazy_pattern(r"\s*(?P<name>[A-Za-z][\w-]*):(?P<value>[ \t][^\n]*|)(?:\n|\Z)")
_RULE = lazy_pattern(r"[ \t]*:?-+:?[ \t]*")
_EXPORT = lazy_pattern(
    r"^export[ \t]+(?:default\b|(?:const|let|var)[ \t]+(?P<name>\w+)[^\n=]{0,80}=)[ \t]*"
    r"(?P<value>\{(?:[^\n]|\n(?!\n|\#)){0,2000}?\}[ \t]*;?[ \t]*$|[^\n{]+)",
    re.MULTILINE,
)
_ENTRY = lazy_pattern(r"""["']?(?P<name>[A-Za-z_]\w*)["']?\s*:\s*(?P<value>"[^"]*"|'[^']*'|[^\s,{}]+)""")
_DROPPLETS = lazy_pattern(r"\s*#[ \t][^\n]*\n(?:-[ \t][^\n]*\n){4}-[ \t]+(?P<status>(?i:draft))[ \t]*(?:\n|\Z)")
"""The title, and a list of author, account, date, category and state (github.com/johnroper100/dropplets)."""

_CODE_FENCE = lazy_pattern(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})([^`\n]*)$", re.MULTILINE)

_EDN = lazy_pattern(r"\s*\{(?=\s*:[a-z])[^{}]*?(?P<key>:(?:draft|hidden|private)\??[ \t]+true)\b")
"""The map of Clojure's generators (cryogenweb.org/docs/writing-posts.html)."""

_TEXT = lazy_pattern(r"^(?:#|```|~~~)", re.MULTILINE)
"""Where text begins, below the exports of a file."""


class ForeignHeader(Struct, frozen=True):
    """The offset and the length of a part of a source, and what it is."""

    offset: int
    length: int
    format: str


def find_header(source: str) -> ForeignHeader | None:
    """Returns the key of a foreign header with which a source begins, if it hides the text or can be nothing else."""
    source = source[:_FAR]
    if (dropplets := _DROPPLETS.match(source)) is not None:
        return ForeignHeader(dropplets.start("status"), len(dropplets["status"]), "Dropplets")
    if (edn := _EDN.match(source)) is not None:
        return ForeignHeader(edn.start("key"), len(edn["key"]), "EDN")
    return _find_kirby(source) or _find_table(source) or _find_export(source)


def find_metadata(path: str, text: str, first: int, blocks: Iterable[re.Match[str]]) -> Diagnostic | None:
    """Returns a warning for the first of the blocks between fences that hides its post and is not in a code block.

    `first` is the number of the first line of the text in its file.
    """
    for block in blocks:
        keys = (row.partition(":") for row in block["keys"].split("\n") if row[:1].islower())
        is_held = any(holds_back(name, value) for name, _, value in keys)
        if is_held and not _is_in_code(text[: block.start("keys")]):
            line = first + text.count("\n", 0, block.start("keys")) - 1
            message = "possible front matter is published as text"
            hint = "move its keys to the top of the file; if it is an example, put it in a code block"
            return warning("possible-front-matter", message, Place(path, line, 1, 3), hint=hint)
    return None


def _is_in_code(above: str) -> bool:
    """Returns whether a code block is open at the end of a text."""
    fence = ""
    for mark in _CODE_FENCE.finditer(above):
        if not fence:
            fence = mark[1]
        elif mark[1].startswith(fence) and not mark[2].strip():
            fence = ""
    return bool(fence)


def _find_kirby(source: str) -> ForeignHeader | None:
    """Kirby's content files: a field `Name: value` in each part between lines of four dashes (getkirby.com/docs)."""
    starts = [0, *(match.end() for match in _FIELDS.finditer(source))]
    fields = [_FIELD.match(source, start) for start in starts]
    names = [field["name"].lower() for field in fields if field is not None]
    if len(names) < 2 or len(names) < len(fields) or "title" not in names:
        return None
    field = next((field for field in fields if field and holds_back(field["name"].lower(), field["value"])), None)
    if field is None and names[-1] == "text":
        field = fields[0]
    return ForeignHeader(field.start("name"), len(field["name"]), "Kirby") if field is not None else None


def _find_table(source: str) -> ForeignHeader | None:
    """Reports a table of keys and values, as GitHub shows front matter, if a key in lower case hides the text."""
    begin = len(source) - len(source.lstrip("\n"))
    if not source.startswith("|", begin):
        return None
    rows = [[cell.strip(" \t*_`") for cell in row.strip(" \t|").split("|")] for row in _list_rows(source[begin:])]
    pairs = [(row[0], row[1]) for row in rows if len(row) == 2]
    if len(rows) > 2 and all(map(_RULE.fullmatch, rows[1])):
        pairs += zip(rows[0], rows[2], strict=False)
    names = {name for name, _ in pairs}
    for name, value in pairs:
        if name.islower() and ("title" in names or name in OWN_FLAGS) and holds_back(name, value):
            return ForeignHeader(begin, source.index("\n", begin) - begin, "a table")
    return None


def _list_rows(text: str) -> Iterator[str]:
    for row in text.split("\n"):
        if not row.startswith("|"):
            return
        yield row


def _find_export(source: str) -> ForeignHeader | None:
    """Exports of MDX above the text (mdxjs.com/docs/using-mdx): a variable, or a key of an object, holds it back."""
    text = _TEXT.search(source)
    for export in _EXPORT.finditer(source, 0, text.start() if text is not None else len(source)):
        value = export["value"]
        keys = [(entry["name"], entry["value"]) for entry in _ENTRY.finditer(value)] if value[0] == "{" else []
        keys += [(export["name"], value)] if export["name"] and not keys else []
        if any(holds_back(name, entry.strip(" \t;'\"")) for name, entry in keys):
            return ForeignHeader(export.start(), len(export[0].partition("\n")[0]), "MDX")
    return None
