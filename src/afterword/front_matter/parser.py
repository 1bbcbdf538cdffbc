"""Parses front matter, in any format, and text of one source file into a `Document`.

All errors of a file are reported. `key_reader` reads the keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import is_normalized

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Place, note, warning
from afterword.core.fingerprints import digest
from afterword.core.merge_conflicts import find_conflicts, report_conflict
from afterword.core.nodes import Map, TextNode, compose
from afterword.core.text import Gaps, decode, find_uncut
from afterword.front_matter.comments import hide_comments, may_have_comments
from afterword.front_matter.model import INVALID_DATE, FrontMatter, ParsedMatter
from afterword.front_matter.split import SplitSource, split

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from afterword.config.schema import LimitSettings
    from afterword.core.nodes import Report
    from afterword.front_matter.split import Format

    Reader = Callable[[str, str, int, Report], Map | None]

MAX_REPORTS = 20
"""Maximum number of diagnostics listed for one file; further ones are counted."""


class Document(Struct, frozen=True):
    """A parsed source file: its front matter, and its text with the line of the file on which the text begins.

    `text` has `\\n` line ends, no byte order mark and no front matter; `comments.uncomment` leaves out its comments,
    and `gaps` are where those were. `hidden` are the places of comments in front matter, whose values are without
    them. `parsed` is its front matter if a later build can use it. A document with an error is not published, but has
    everything that could be parsed, so that one build reports all errors.
    """

    path: str
    matter: FrontMatter
    text: str
    first_line: int
    diagnostics: tuple[Diagnostic, ...] = ()
    gaps: Gaps = ()
    hidden: tuple[Place, ...] = ()
    parsed: ParsedMatter | None = None

    def place(self, line: int, column: int, length: int = 0) -> Place:
        """Returns the place of a line and a column of the text, which count from 0."""
        line, column = find_uncut(self.gaps, line, column)
        return Place(self.path, self.first_line + line, column + 1, length)


_UNREAD = FrontMatter(title="", date=INVALID_DATE, date_only=True)
"""Front matter that is there and cannot be read."""


def parse(
    path: str, data: bytes, *, zone: tzinfo, limits: LimitSettings, known: ParsedMatter | None = None
) -> Document:
    """Reads the source at `path` from its bytes; dates without an offset are the wall clock's time in `zone`.

    `known` is what was parsed from this source before, with the same zone: the same front matter is not parsed again.
    """
    decoded = decode(path, data)
    if decoded.diagnostics and not decoded.text:
        return Document(path, _UNREAD, "", 1, decoded.diagnostics)
    parts = split(path, decoded.text, limits.front_matter_size)
    if (conflict := _find_conflict(path, decoded.text, parts)) is not None:
        return Document(path, _UNREAD, "", 1, (*decoded.diagnostics, conflict))
    found = [*decoded.diagnostics, *parts.diagnostics]
    hidden: list[Place] = []
    parsed = None
    if parts.matter is None:
        matter = _UNREAD if any(diagnostic.is_error for diagnostic in parts.diagnostics) else FrontMatter()
    else:
        made_from = digest(parts.format, str(parts.matter_line), parts.matter)
        if known is not None and known.digest == made_from:
            parsed, matter = known, known.matter
        else:
            of_matter: list[Diagnostic] = []
            matter = _read_matter(path, parts, parts.matter, zone, of_matter, hidden)
            parsed = ParsedMatter(made_from, matter) if not (of_matter or hidden) else None
            found += of_matter
    if found:
        from afterword.front_matter.passwords import mask_findings  # only where a line is shown

        found = mask_findings(found, decoded.text)
    return Document(path, matter, parts.text, parts.text_line, _cap(found), hidden=tuple(hidden), parsed=parsed)


def _read_matter(
    path: str, parts: SplitSource, written: str, zone: tzinfo, found: list[Diagnostic], hidden: list[Place]
) -> FrontMatter:
    """Returns the keys of front matter; adds its diagnostics, and the places of its comments."""
    from afterword.front_matter.key_reader import KeyReader  # with the tables of keys

    entries = read_matter(parts, path, found.append)
    if entries is not None and not is_normalized("NFC", written):
        entries = compose(entries)
    if entries is not None and may_have_comments(written):
        entries = hide_comments(entries, found.append, hidden)
    return KeyReader(entries, written, parts.matter_line, found.append).read(zone) if entries is not None else _UNREAD


def _find_conflict(path: str, text: str, parts: SplitSource) -> Diagnostic | None:
    """Returns the error for a merge conflict in front matter, or one that leaves open whether there is any."""
    conflict = next(find_conflicts(text), None)
    if conflict is None:
        return None
    above = text.split("\n")[: conflict.start]
    is_first = not any(line.strip() for line in above)
    is_in_matter = conflict.start + 1 < parts.text_line
    # A conflict can leave open where front matter ends, but what is below a code fence is text.
    is_unclear = any(found.is_error for found in parts.diagnostics)
    is_below_code = any(line.startswith(("```", "~~~")) for line in above)
    if not (is_first or is_in_matter or (is_unclear and not is_below_code)):
        return None
    return report_conflict(path, conflict)


def _cap(found: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Returns the findings, errors before warnings; those beyond a limit are counted."""
    if len(found) <= MAX_REPORTS:
        return tuple(found)
    found.sort(key=lambda diagnostic: not diagnostic.is_error)
    rest = found[MAX_REPORTS:]
    message = f"{len(rest)} more errors or warnings"
    return (*found[:MAX_REPORTS], note("more-diagnostics", message, rest[0].place))


_TERMS = ("tags", "categories")
"""The keys that Zola has in a table `taxonomies`."""


def read_matter(parts: SplitSource, path: str, report: Report) -> Map | None:
    """Returns the keys of a source's front matter; None, with an error reported, if they cannot be read.

    `parts` are those of the source at `path`, which has front matter. Tags and categories that stand in a table
    `taxonomies` are keys of their own as well, and `url` and `path` of TOML and JSON are the `permalink`.
    """
    read = _find_reader(parts.format)
    found = read(parts.matter or "", path, parts.matter_line, report)
    if found is None:
        return None
    if "taxonomies" in found.entries:
        found = _lift_terms(found, report)
    return _name_permalink(found) if parts.format in ("toml", "json") else found


def _find_reader(format: Format) -> Reader:
    """Returns the function that reads a format, which is imported with its parser."""
    if format == "toml":
        from afterword.core.toml import read_toml

        return read_toml
    if format == "json":
        from afterword.front_matter.json_nodes import read_json

        return read_json
    if format == "header lines":
        from afterword.front_matter.header_lines import read_header_lines

        return read_header_lines
    from afterword.front_matter.yaml_nodes import read_yaml  # with PyYAML: a tenth of the imports of a build

    return read_yaml


def _lift_terms(found: Map, report: Report) -> Map:
    """Returns the map with the terms of its table `taxonomies` as keys of their own, which go before them."""
    taxonomies = found.entries["taxonomies"]
    if not isinstance(taxonomies, Map):
        return found
    entries, keys = dict(found.entries), dict(found.keys)
    for name in _TERMS:
        if name not in taxonomies.entries:
            continue
        if name in keys:
            message = f"`taxonomies.{name}` is ignored because `{name}` is set"
            report(warning("ignored-key", message, taxonomies.keys[name], hint="remove one of the two"))
        else:
            entries[name], keys[name] = taxonomies.entries[name], taxonomies.keys[name]
    return Map(entries, keys, found.place)


def _name_permalink(found: Map) -> Map:
    """Returns the map with Hugo's `url`, or Zola's `path`, as its permalink, unless it has one."""
    for name in ("url", "path"):
        value = found.entries.get(name)
        if "permalink" in found.keys or not isinstance(value, TextNode) or value.plain or "://" in value.value:
            continue
        url = value.value.strip().strip("/")
        is_folder = name == "path" or value.value.endswith("/")
        entries, keys = dict(found.entries), dict(found.keys)
        del entries[name]
        entries["permalink"] = replace(value, value=f"/{url}/" if url and is_folder else f"/{url}")
        keys["permalink"] = keys.pop(name)
        return Map(entries, keys, found.place)
    return found
