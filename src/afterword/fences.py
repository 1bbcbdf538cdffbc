"""The two fences of front matter: where in a source its front matter is, and where its text begins.

A line `---` opens front matter if it is the first of the file; a line `---` or `...` closes it, and every later `---`
is Markdown. A file without front matter is text from its first line. Relies on the text having `\\n` line ends. Refuses
a fence that is not closed, and what looks like front matter but is not opened by one.
"""

from __future__ import annotations

import re

from msgspec import Struct

from afterword.diagnostics import Diagnostic, Place, error

_OPENING = re.compile(r"---[ \t]*(?:\n|\Z)")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_ALMOST = re.compile(r"^[ \t]*(?:[-‐‑‒–—―−]{2,}|\+{3}|—)[ \t]*$", re.MULTILINE)
_KEY = r"[A-Za-z_][\w-]*[ \t]*:(?:[ \t].*)?\n"
_FENCED = re.compile(rf"(?P<fence>(?:[-‐‑‒–—―−]{{2,}}|\+{{3}}|—)[ \t]*)\n{_KEY}")
_UNFENCED = re.compile(
    r"(?:title|layout|date|tags|categories|permalink|draft|published|author)[ \t]*:[ \t](?:.*\n)+?---[ \t]*(?:\n|\Z)"
)
_FAR = 4096
"""So far front matter without an opening is looked for."""

_TOML = re.compile(r"\+{3}[ \t]*\n")


class Parts(Struct, frozen=True):
    """A source, taken apart: the YAML of its front matter, or None, and its text; each with its first line's number.

    Where front matter and text cannot be told apart, there is neither.
    """

    matter: str | None
    matter_line: int
    text: str
    text_line: int
    diagnostics: tuple[Diagnostic, ...] = ()


def split(path: str, source: str, limit: int) -> Parts:
    """Take the source at `path` apart; front matter of more than `limit` bytes is an error."""
    if not source.strip():
        hint = "write something, or delete the file"
        return Parts(None, 1, source, 1, (error("empty-file", "this file is empty", Place(path, 1), hint=hint),))
    opening = _OPENING.match(source)
    if opening is None:
        found = _look_for_front_matter(path, source)
        return Parts(None, 1, "" if found else source, 1, found)
    closing = _CLOSING.search(source, opening.end())
    if closing is None:
        return Parts(None, 1, "", 2, (_unclosed(path, source, opening.end()),))
    matter = source[opening.end() : closing.start()]
    text_line = source.count("\n", 0, closing.start()) + 2
    text = source[closing.end() :]
    if (size := len(matter.encode())) > limit:
        message = f"this front matter has {size:,} bytes; {limit:,} are allowed"
        hint = "is the line `---` that closes it missing? otherwise raise `limits.front_matter_size`"
        return Parts(None, 2, text, text_line, (error("front-matter-size", message, Place(path, 1, 1, 3), hint=hint),))
    return Parts(matter, 2, text, text_line)


def _unclosed(path: str, source: str, start: int) -> Diagnostic:
    almost = _ALMOST.search(source, start)
    hint = "close it with a line `---`; if this is meant as a rule, write `***`"
    if almost is not None:
        line = source.count("\n", 0, almost.start()) + 1
        hint = f"line {line} is `{almost[0]}`; front matter is closed by a line `---`"
    return error("unclosed-front-matter", "this front matter has no end", Place(path, 1, 1, 3), hint=hint)


def _look_for_front_matter(path: str, source: str) -> tuple[Diagnostic, ...]:
    """An error where a file without front matter seems to have been given one."""
    if _TOML.match(source):
        hint = "Afterword reads YAML: `key: value` lines between two lines `---`"
        return (error("front-matter-fence", "this front matter is TOML", Place(path, 1, 1, 3), hint=hint),)
    start = len(source) - len(source.lstrip())
    fenced = _FENCED.match(source, start)
    if fenced is not None:
        line = source.count("\n", 0, start) + 1
        place = Place(path, line, start - source.rfind("\n", 0, start), len(fenced["fence"].rstrip()))
        message = "this looks like front matter, but does not open it"
        hint = "front matter begins with `---`, on the first line and without anything before it"
        return (error("front-matter-fence", message, place, hint=hint),)
    if _UNFENCED.match(source[start : start + _FAR]):
        hint = "put a line `---` before it"
        place = Place(path, source.count("\n", 0, start) + 1, 1)
        return (error("front-matter-fence", "this front matter has no opening line `---`", place, hint=hint),)
    return ()
