"""Formats diagnostics for a terminal: message, place, code frame with caret, hint.

Control and direction characters in sources are written out (https://trojansource.codes). Rich gives the width of
non-ASCII characters.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from msgspec import Struct

from afterword.core.diagnostics import Severity
from afterword.core.files import TEXT_SUFFIXES, Unreadable, locate, read
from afterword.core.patterns import lazy_pattern
from afterword.core.text import decode
from afterword.reporting.repetition import Shown, show_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic, Place

TAB = "    "
"""Replacement of tabs."""

_ACTING = lazy_pattern(
    "[\x00-\x1f\x7f-\x9f"  # control characters, line ends among them
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # direction of writing, and what cannot be seen
    "\u2028\u2029\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"  # line ends of other kinds, and what is no character
)


def make_visible(text: str) -> str:
    """The text in one line, with `\\u001b` and the like for every character that a terminal would not just show."""
    if text.isascii() and text.isprintable():
        return text
    return _ACTING.sub(lambda match: f"\\u{ord(match[0]):04x}", text.replace("\t", TAB))


def count_cells(text: str) -> int:
    """Returns the width of visible text in a terminal: two columns for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # only lines with other characters than ASCII pay for it: 10 ms

    return cell_len(text)


Look: TypeAlias = Callable[[str, int], str | None]
"""Gives a line of a source, counted from 1 and without its end; None where there is no such line."""

_LIMIT = 16_000_000


def open_lines(root: Path) -> Look:
    """The lines of the sources of the blog in `root`, and of the default theme; passwords in them are masked."""

    @cache
    def read_lines(path: str) -> list[str]:
        try:
            data = read(locate(root, path), _LIMIT, follow=True)
        except (OSError, Unreadable, ValueError):  # a ValueError is a NUL in the path
            return []
        from afterword.front_matter.passwords import mask_lines  # only where a line is shown

        lines = decode(path, data).text.split("\n")
        return mask_lines(lines) if path.endswith(TEXT_SUFFIXES) else lines

    def look(path: str, number: int) -> str | None:
        lines = read_lines(path)
        return lines[number - 1] if 1 <= number <= len(lines) else None

    return look


_CUT = "…"


class Frame(Struct, frozen=True):
    """A line as it is shown, the spaces before its underline, and the length of the underline, in cells; 0 for none."""

    text: str
    indent: int
    length: int


def frame_line(line: str, column: int, length: int, width: int) -> Frame:
    """The frame of a line, of at most `width` cells where it can be.

    `column` counts from 1, 0 is the line as a whole; `length` is in characters. What is underlined ends with the line;
    a column behind its end, where something is missing, is underlined there.
    """
    start = min(max(column, 1) - 1, len(line))
    end = min(start + max(length, 1), len(line))
    before, marked, after = line[max(0, start - width) : start], line[start:end][:width], line[end:][:width]
    cut_left = cut_right = ""
    if len(line) > width or count_cells(make_visible(line)) > width:
        kept = _keep_end(before, width // 3)
        cut_left = _CUT if len(kept) < start else ""
        room = width - count_cells(make_visible(kept))
        rest = _keep_start(line[start : start + width], room)
        cut_right = _CUT if len(rest) < len(line) - start else ""
        before, marked, after = kept, rest[: end - start], rest[end - start :]
    shown_before = cut_left + make_visible(before)
    shown_marked = make_visible(marked)
    text = f"{shown_before}{shown_marked}{make_visible(after)}{cut_right}"
    if not column:
        return Frame(text, 0, 0)
    indent = count_cells(shown_before)
    return Frame(text, indent, max(1, count_cells(shown_before + shown_marked) - indent))


def _keep_end(text: str, room: int) -> str:
    """The end of a text that has room in so many cells."""
    text = text[-room:] if room else ""
    while count_cells(make_visible(text)) > room:
        text = text[1:]
    return text


def _keep_start(text: str, room: int) -> str:
    """The start of a text that has room in so many cells."""
    text = text[:room]
    while count_cells(make_visible(text)) > room:
        text = text[:-1]
    return text


def as_it_is(path: str) -> str:
    """A path as it is in a `Place`: relative to the blog's folder."""
    return path


class TextStyle(Struct, frozen=True):
    """Style of text output: colours, width and names of files; `brief` shows only the first diagnostics of a kind."""

    colour: bool = False
    width: int = 100
    name: Callable[[str], str] = as_it_is
    brief: bool = False


class Spot(NamedTuple):
    """A place, what is said of it, and the sign that underlines it."""

    place: Place
    label: str
    sign: str


_PLAIN = TextStyle()
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def write_text(diagnostics: Iterable[Diagnostic], look: Look, looks: TextStyle = _PLAIN) -> str:
    """The diagnostics, one below the other with an empty line between; empty for none."""
    shown = show_first(tuple(diagnostics)) if looks.brief else (Shown(found, 0) for found in diagnostics)
    return "\n".join("".join(f"{line}\n" for line in _write_shown(one, look, looks)) for one in shown)


def _write_shown(shown: Shown, look: Look, looks: TextStyle) -> Iterator[str]:
    yield from _write(shown.found, look, looks)
    if shown.others:
        yield ""
        yield _paint(f"… {shown.others:,} more like this (-v shows all)", looks, bold=True)


def _write(found: Diagnostic, look: Look, looks: TextStyle) -> Iterator[str]:
    colour = _COLOURS[found.severity]
    head = _paint(f"{found.severity}[{found.id}]", looks, fg=colour, bold=True)
    yield head + _paint(f": {make_visible(found.message)}", looks, bold=True)
    spots = [Spot(found.place, found.label, "^")] if found.place is not None else []
    spots += [Spot(place, label, "-") for place, label in found.related]
    gutter = max((len(str(spot.place.line)) for spot in spots), default=1) + 2
    for spot in spots:
        yield from _write_spot(spot, look, looks, gutter, colour if spot.sign == "^" else "blue")
    if found.label and found.place is None:
        yield f"  {make_visible(found.label)}"
    if found.hint:
        yield _paint("  hint:", looks, fg="green", bold=True) + f" {make_visible(found.hint)}"


def _write_spot(spot: Spot, look: Look, looks: TextStyle, gutter: int, colour: str) -> Iterator[str]:
    place, label = spot.place, make_visible(spot.label)
    line = look(place.path, place.line) if place.line else None
    where = f"  {_name(place, looks)}"
    if line is None:
        yield f"{where}: {label}" if label else where
        return
    frame = frame_line(line, place.column, place.length, looks.width)
    yield where
    yield _paint(f"  {place.line:>{gutter - 2}} |", looks, fg="blue") + f" {frame.text}".rstrip()
    sign = spot.sign * frame.length
    if below := f"{sign} {label}".strip():
        yield _paint(f"{'':>{gutter}} | ", looks, fg="blue") + " " * frame.indent + _paint(below, looks, fg=colour)


def _name(place: Place, looks: TextStyle) -> str:
    """The place with the name of its file, in the form that editors and terminals make a link of."""
    position = str(place).removeprefix(place.path)
    return make_visible(looks.name(place.path)) + position


def _paint(text: str, looks: TextStyle, *, fg: str | None = None, bold: bool = False) -> str:
    if not looks.colour:
        return text
    from click import style  # the server writes plain text, and without it

    return style(text, fg=fg, bold=bold or None)
