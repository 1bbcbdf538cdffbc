"""Where in a source its front matter is, and where its text begins.

Front matter begins on the first line of a file, in one of four formats:

- YAML opens with a line `---` and closes with a line `---` or `...`; every later `---` is Markdown.
- TOML opens and closes with a line `+++`.
- JSON is one object: it opens with `{` and a key, one of its keys is known, and nothing follows its `}` on that line.
- Header lines are those of Pelican, as `header_lines.is_front_matter` defines them.

Any other file is text from its first line, unless `detection.rules` finds front matter in it that does not open.
Below front matter, all is text, unless it finds a second block of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import MsgspecError, Raw, Struct
from msgspec.json import decode
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Place, error
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

Format: TypeAlias = Literal["yaml", "toml", "json", "header lines"]

_OPENING = lazy_pattern(r"(---|\+\+\+)[ \t]*(?:\n|\Z)")
_FORMATS: Mapping[str, Format] = {"---": "yaml", "+++": "toml"}
_CLOSING = {
    "---": lazy_pattern(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE),
    "+++": lazy_pattern(r"^\+\+\+[ \t]*(?:\n|\Z)", re.MULTILINE),
}
_ALMOST = lazy_pattern(r"^[ \t]*(?:[-‐‑‒–—―−]{2,}|\+{2,}|—)[ \t]*$", re.MULTILINE)
_KEY = r"""["']?[A-Za-z_][\w-]*(?:["']|\*{1,3})?\s*[:=：]"""
_MAY_BE_KEYS = lazy_pattern(rf"\s*(?:[^\w\s#>!\[`]|[>#]+[ \t]*{_KEY}|(?:#{{1,6}}[ \t][^\n]*\n\s*)*[*_]{{0,2}}{_KEY})")
"""How a text begins that may begin with a second block of front matter."""

_KEYS_BELOW = lazy_pattern(
    rf"\n[ \t]*(?:[^\w\s#>!\[`]+[ \t]*\w{{0,16}}[ \t]*\n[ \t]*{_KEY}|>[ \t>]*(?:-{{3}}|\+{{3}})"
    r"|\[?\{\s*\"|(?:[-*] )?[A-Za-z_][\w-]*::\s)"
)
"""What a second block of front matter begins with further down: a fence and a key, JSON, or a property of Logseq."""

_METADATA = lazy_pattern(
    r"^[ \t]*\n---[ \t]*\n(?P<keys>(?:[A-Za-z_][\w-]*:[^\n]*\n|[ \t]+[^\n]*\n){1,50}?)(?:---|\.\.\.)[ \t]*$",
    re.MULTILINE,
)
"""A block of metadata below a blank line, which Pandoc reads anywhere in a text."""

_NEAR = 8192
"""So many characters of a text are searched for these."""

_FIRST_LINES = lazy_pattern(
    r"(?:\s*+(?![^\n]*(?:`{3}|~{3}|<!--|%%|[{\\]|/\*|////|\#[ ]?\+|<%|@@|\[comment))[^\w\n]*+\w[^\n]*\n){10}"
)
"""Ten lines of text, none of which begins code or a comment. `detection.rules` looks no further than that."""

_TITLE = lazy_pattern(r"""^[ \t{]*["']?title["']?\s*[:=]""", re.MULTILINE | re.IGNORECASE)
_REST = lazy_pattern(r"[ \t]*(?:\n|\Z)")


class SplitSource(Struct, frozen=True):
    """A source, taken apart: its front matter, or None, and its text; each with its first line's number.

    Front matter is without fences, but JSON has its braces. Where front matter and text cannot be told apart, there is
    neither.
    """

    matter: str | None
    matter_line: int
    text: str
    text_line: int
    diagnostics: tuple[Diagnostic, ...] = ()
    format: Format = "yaml"


def split(path: str, source: str, limit: int) -> SplitSource:
    """Takes the source at `path` apart; front matter of more than `limit` bytes is an error."""
    if not source.strip():
        hint = "add text, or delete the file"
        return SplitSource(None, 1, source, 1, (error("empty-file", "empty file", Place(path, 1), hint=hint),))
    parts = _split(path, source, limit)
    second = _find_second(path, parts)
    if second is None:
        return parts
    if not second.is_error:
        return replace(parts, diagnostics=(*parts.diagnostics, second))
    return SplitSource(None, parts.matter_line, "", parts.text_line, (second,))


def _find_second(path: str, parts: SplitSource) -> Diagnostic | None:
    """Returns what is found about a second block of front matter: near the top, or as Pandoc reads it, anywhere.

    The modules that tell take 15 ms to import, which few posts need.
    """
    start = f"\n{parts.text[:_NEAR]}"
    if parts.matter is not None and _may_have_second(start):
        from afterword.front_matter.detection.rules import find_second

        is_titled = _TITLE.search(parts.matter) is not None
        if (found := find_second(path, parts.text, parts.text_line, is_titled=is_titled)) is not None:
            return found
    if "\n---" not in parts.text or _METADATA.search(parts.text) is None:
        return None
    from afterword.front_matter.detection.foreign_headers import find_metadata

    return find_metadata(path, parts.text, parts.text_line, _METADATA.finditer(parts.text))


def _may_have_second(start: str) -> bool:
    """Returns whether a text that starts so may have a second block of front matter."""
    if _MAY_BE_KEYS.match(start) is not None:
        return True
    below = _KEYS_BELOW.search(start)
    lines = _FIRST_LINES.match(start) if below is not None else None
    return below is not None and (lines is None or below.start() < lines.end() - 1)


def _split(path: str, source: str, limit: int) -> SplitSource:
    """Returns the parts of a source that is not empty, whatever its text begins with."""
    if (opening := _OPENING.match(source)) is not None:
        return _split_fenced(path, source, opening, limit)
    if source.startswith("{") and (parts := _split_json(path, source, limit)) is not None:
        return parts
    return _split_unfenced(path, source, limit)


def _split_fenced(path: str, source: str, opening: re.Match[str], limit: int) -> SplitSource:
    """Returns a source that begins with a fence."""
    closing = _CLOSING[opening[1]].search(source, opening.end())
    if closing is None:
        return SplitSource(None, 1, "", 2, (_tell_unclosed(path, source, opening),))
    parts = _take(path, source, (opening.end(), closing.start(), closing.end()), _FORMATS[opening[1]], limit)
    if parts.matter is not None and not parts.matter.strip() and parts.text.strip():
        from afterword.front_matter.detection.rules import find_unopened

        found = find_unopened(path, parts.text, parts.text_line)
        if any(diagnostic.is_error for diagnostic in found):
            return SplitSource(None, parts.matter_line, "", parts.text_line, found)
    return parts


def _split_unfenced(path: str, source: str, limit: int) -> SplitSource:
    """Returns a source that has header lines, or no front matter."""
    from afterword.front_matter.detection.rules import (
        find_unopened,  # 15 ms with the line above: posts with fences need neither
    )
    from afterword.front_matter.header_lines import find_block, is_front_matter

    block = find_block(source)
    if is_front_matter(path, source, block):
        return _take(path, source, (0, block.end, block.end), "header lines", limit)
    found = find_unopened(path, source)
    has_error = any(diagnostic.is_error for diagnostic in found)
    return SplitSource(None, 1, "" if has_error else source, 1, found)


def _split_json(path: str, source: str, limit: int) -> SplitSource | None:
    """Returns a source that begins with a JSON object; None for one without a key that is known, which is text."""
    from afterword.front_matter.json_nodes import find_names, find_object
    from afterword.front_matter.key_lookup import is_known

    end = find_object(source)
    if end is None or not any(map(is_known, find_names(source[: min(end, limit)]))):
        return None
    if _is_wrapped(source[: min(end, limit)]):
        message = "the keys of this front matter are nested in another key"
        hint = "move them to the outermost `{ }`"
        return SplitSource(None, 1, "", 1, (error("invalid-front-matter", message, Place(path, 1, 1, 1), hint=hint),))
    rest = _REST.match(source, end)
    if rest is None:
        place = Place(path, source.count("\n", 0, end) + 1, end - source.rfind("\n", 0, end))
        message = "text after front matter on the same line"
        hint = "start the text on the line after the closing `}`"
        return SplitSource(None, 1, "", 1, (error("invalid-front-matter", message, place, hint=hint),))
    return _take(path, source, (0, end, rest.end()), "json", limit)


def _is_wrapped(text: str) -> bool:
    """Returns whether a JSON object has no known key, but an object in it has one that holds the text back."""
    from afterword.front_matter.detection.lines import list_facts, read_json
    from afterword.front_matter.key_lookup import is_known

    if "holds" not in list_facts(read_json(text, 0)):
        return False
    try:
        return not any(map(is_known, decode(text, type=dict[str, Raw])))
    except (MsgspecError, RecursionError):  # `json_nodes` reports it
        return False


def _take(path: str, source: str, bounds: tuple[int, int, int], format: Format, limit: int) -> SplitSource:
    """Returns the parts of a source whose front matter begins, and ends, and whose text begins at these offsets."""
    start, end, behind = bounds
    matter, text = source[start:end], source[behind:]
    line, text_line = source.count("\n", 0, start) + 1, source.count("\n", 0, behind) + 1
    if not source[:behind].endswith("\n"):
        text_line += 1
    if (size := len(matter.encode())) > limit:
        message = f"front matter has {size:,} bytes, the limit is {limit:,}"
        hint = "raise `limits.front_matter_size`"
        if start:
            hint = f"add the closing `{source[:3]}` line, or {hint}"
        place = Place(path, 1, 1, 3 if start else 0)
        return SplitSource(
            None, line, text, text_line, (error("front-matter-size", message, place, hint=hint),), format
        )
    return SplitSource(matter, line, text, text_line, (), format)


def _tell_unclosed(path: str, source: str, opening: re.Match[str]) -> Diagnostic:
    fence = opening[1]
    almost = _ALMOST.search(source, opening.end())
    hint = f"add a closing `{fence}` line"
    if almost is not None:
        line = source.count("\n", 0, almost.start()) + 1
        hint = f"replace `{almost[0]}` on line {line} with `{fence}`"
    elif fence == "---":
        hint += "; for a horizontal rule, use `***`"
    return error("unclosed-front-matter", "unclosed front matter", Place(path, 1, 1, 3), hint=hint)
