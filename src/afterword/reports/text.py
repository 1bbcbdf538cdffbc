"""Diagnostics as text for people: what is wrong, where, the line of source, and what to do.

    error[missing-title]: this post has no title
      posts/2024-06-01-keynote.md:1:1
       1 | ---
         | ^^^ this front matter has no `title`
      hint: add `title: …`, or begin the text with a `# heading`

Relies on `frames` for the lines. Refuses to print, and to read anything but through the `Look` that it is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from afterword.diagnostics import Severity
from afterword.reports.frames import frame_line
from afterword.reports.visible import make_visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from afterword.diagnostics import Diagnostic, Place
    from afterword.reports.lines import Look


def as_it_is(path: str) -> str:
    """A path as it is in a `Place`: relative to the blog's folder."""
    return path


class Looks(Struct, frozen=True):
    """How text is written: with colours or without, in so many columns, and with which names for files."""

    colour: bool = False
    width: int = 100
    name: Callable[[str], str] = as_it_is


class Spot(NamedTuple):
    """A place, what is said of it, and the sign that underlines it."""

    place: Place
    label: str
    sign: str


_PLAIN = Looks()
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def write_text(diagnostics: Iterable[Diagnostic], look: Look, looks: Looks = _PLAIN) -> str:
    """The diagnostics, one below the other with an empty line between; empty for none."""
    return "\n".join("".join(f"{line}\n" for line in _write(found, look, looks)) for found in diagnostics)


def _write(found: Diagnostic, look: Look, looks: Looks) -> Iterator[str]:
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


def _write_spot(spot: Spot, look: Look, looks: Looks, gutter: int, colour: str) -> Iterator[str]:
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


def _name(place: Place, looks: Looks) -> str:
    """The place with the name of its file, in the form that editors and terminals make a link of."""
    position = str(place).removeprefix(place.path)
    return make_visible(looks.name(place.path)) + position


def _paint(text: str, looks: Looks, *, fg: str | None = None, bold: bool = False) -> str:
    if not looks.colour:
        return text
    from click import style  # the server writes plain text, and without it

    return style(text, fg=fg, bold=bold or None)
