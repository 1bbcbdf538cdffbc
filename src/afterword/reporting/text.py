"""Formats diagnostics for a terminal: message, place, code frame with caret, hint; and shortens long lists.

Control and direction characters in sources are escaped (https://trojansource.codes). Rich gives the width of non-ASCII
characters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from afterword.core.diagnostics import Severity
from afterword.core.files import TEXT_EXTENSIONS, Unreadable, locate, read
from afterword.core.patterns import lazy_pattern
from afterword.core.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic, Place


TAB = "    "
"""Replacement of tabs."""

_UNSAFE = lazy_pattern(
    "[\x00-\x1f\x7f-\x9f"  # control characters, line ends among them
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # direction of writing, and what cannot be seen
    "\u2028\u2029\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"  # line ends of other kinds, and what is no character
)


def make_visible(text: str) -> str:
    r"""Returns a text as one line, with escapes such as `\u001b` for control and invisible characters."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text.replace("\t", TAB))


def count_cells(text: str) -> int:
    """Returns the width of visible text in a terminal: two columns for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # only lines with other characters than ASCII pay for it: 10 ms

    return cell_len(text)


LineReader: TypeAlias = Callable[[str, int], str | None]
"""Returns a line of a source, counted from 1 and without its end, or None if there is no such line."""

_LIMIT = 16_000_000


def open_line_reader(root: Path) -> LineReader:
    """Returns a reader for the lines of the blog in `root` and the default theme; passwords are masked."""

    @cache
    def read_lines(path: str) -> list[str]:
        try:
            data = read(locate(root, path), _LIMIT, follow=True)
        except (OSError, Unreadable, ValueError):  # a ValueError is a NUL in the path
            return []
        from afterword.front_matter.passwords import mask_lines  # only where a line is shown

        lines = decode(path, data).text.split("\n")
        return mask_lines(lines) if path.endswith(TEXT_EXTENSIONS) else lines

    def read_line(path: str, number: int) -> str | None:
        lines = read_lines(path)
        return lines[number - 1] if 1 <= number <= len(lines) else None

    return read_line


_ELLIPSIS = "…"

_NARROWEST = 30
"""Least width of a line in a frame: a terminal that is narrower wraps it."""

_PLACES = 5
"""Number of places that are listed below the first diagnostic of a cause."""


class Frame(Struct, frozen=True):
    """A visible line, and the indentation and length of its underline in terminal cells; 0 for none."""

    text: str
    indent: int
    length: int


def frame_line(line: str, column: int, length: int, width: int) -> Frame:
    """Returns the frame of a line, of at most about `width` cells.

    `column` counts from 1, 0 is the whole line; `length` is in characters. The underline ends with the line; a column
    after its end, for something missing, is underlined there.
    """
    start = min(max(column, 1) - 1, len(line))
    end = min(start + max(length, 1), len(line))
    before, marked, after = line[max(0, start - width) : start], line[start:end][:width], line[end:][:width]
    cut_left = cut_right = ""
    if len(line) > width or count_cells(make_visible(line)) > width:
        kept = _keep_end(before, width // 3)
        cut_left = _ELLIPSIS if len(kept) < start else ""
        room = width - count_cells(make_visible(kept))
        rest = _keep_start(line[start : start + width], room)
        cut_right = _ELLIPSIS if len(rest) < len(line) - start else ""
        before, marked, after = kept, rest[: end - start], rest[end - start :]
    shown_before = cut_left + make_visible(before)
    shown_marked = make_visible(marked)
    text = f"{shown_before}{shown_marked}{make_visible(after)}{cut_right}"
    if not column:
        return Frame(text, 0, 0)
    indent = count_cells(shown_before)
    return Frame(text, indent, max(1, count_cells(shown_before + shown_marked) - indent))


def _keep_end(text: str, room: int) -> str:
    """Returns the end of a text that fits into `room` cells."""
    text = text[-room:] if room else ""
    while count_cells(make_visible(text)) > room:
        text = text[1:]
    return text


def _keep_start(text: str, room: int) -> str:
    """Returns the start of a text that fits into `room` cells."""
    text = text[:room]
    while count_cells(make_visible(text)) > room:
        text = text[:-1]
    return text


class TextStyle(Struct, frozen=True):
    """Style of text output: colours, columns of the terminal, names of files.

    `brief` shows only the first diagnostics of a kind, and of a cause only the first with some places of the others.
    """

    colour: bool = False
    width: int = 105
    name: Callable[[str], str] = str
    brief: bool = False


class Spot(Struct, frozen=True):
    """A place, its label, and the character that underlines it."""

    place: Place
    label: str
    sign: str


_PLAIN = TextStyle()
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def write_text(diagnostics: Iterable[Diagnostic], read_line: LineReader, text_style: TextStyle = _PLAIN) -> str:
    """Returns the diagnostics, one below the other with an empty line between; empty for none."""
    shown = show_first(tuple(diagnostics), is_brief=text_style.brief)
    return "\n".join("".join(f"{line}\n" for line in _write_shown(one, read_line, text_style)) for one in shown)


def _write_shown(shown: Shown, read_line: LineReader, text_style: TextStyle) -> Iterator[str]:
    yield from _write(shown.found, read_line, text_style)
    places = [_name(found.place, text_style) for found in shown.same if found.place is not None]
    if places and not text_style.brief:
        yield "  also at:"
        yield from (
            f"    {place}{f': {make_visible(found.label)}' if found.label != shown.found.label else ''}"
            for place, found in zip(places, shown.same, strict=True)
        )
    elif places:
        rest = f", and {len(places) - _PLACES:,} more (-v shows all)" if len(places) > _PLACES else ""
        yield f"  also at: {', '.join(places[:_PLACES])}{rest}"
    if shown.others:
        yield ""
        yield _paint(f"… {shown.others:,} more like this (-v shows all)", text_style, bold=True)


def _write(found: Diagnostic, read_line: LineReader, text_style: TextStyle) -> Iterator[str]:
    colour = _COLOURS[found.severity]
    head = _paint(f"{found.severity}[{found.id}]", text_style, fg=colour, bold=True)
    yield head + _paint(f": {make_visible(found.message)}", text_style, bold=True)
    spots = [Spot(found.place, found.label, "^")] if found.place is not None else []
    spots += [Spot(place, label, "-") for place, label in found.related]
    gutter = max((len(str(spot.place.line)) for spot in spots), default=1) + 2
    for spot in spots:
        yield from _write_spot(spot, read_line, text_style, gutter, colour if spot.sign == "^" else "blue")
    if found.label and found.place is None:
        yield f"  {make_visible(found.label)}"
    if found.hint:
        yield _paint("  hint:", text_style, fg="green", bold=True) + f" {make_visible(found.hint)}"


def _write_spot(spot: Spot, read_line: LineReader, text_style: TextStyle, gutter: int, colour: str) -> Iterator[str]:
    place, label = spot.place, make_visible(spot.label)
    line = read_line(place.path, place.line) if place.line else None
    where = f"  {_name(place, text_style)}"
    if line is None:
        yield f"{where}: {label}" if label else where
        return
    room = max(text_style.width - gutter - len(" | ") - len(_ELLIPSIS) * 2, _NARROWEST)
    frame = frame_line(line, place.column, place.length, room)
    yield where
    yield _paint(f"  {place.line:>{gutter - 2}} |", text_style, fg="blue") + f" {frame.text}".rstrip()
    below = f"{spot.sign * frame.length} {label}".strip()
    rows = [(frame.indent, below)]
    if frame.length and frame.indent + count_cells(below) > room + len(_ELLIPSIS) * 2:
        rows = [(frame.indent, spot.sign * frame.length), (max(0, min(frame.indent, room - count_cells(label))), label)]
    for indent, row in rows:
        if row:
            yield (
                _paint(f"{'':>{gutter}} | ", text_style, fg="blue") + " " * indent + _paint(row, text_style, fg=colour)
            )


def _name(place: Place, text_style: TextStyle) -> str:
    """Formats a place with its file name, in the form that editors and terminals link."""
    position = str(place).removeprefix(place.path)
    return make_visible(text_style.name(place.path)) + position


def _paint(text: str, text_style: TextStyle, *, fg: str | None = None, bold: bool = False) -> str:
    if not text_style.colour:
        return text
    from click import style  # the server writes plain text, and without it

    return style(text, fg=fg, bold=bold or None)


SHOWN = {Severity.ERROR: 20, Severity.WARNING: 5, Severity.NOTE: 3}
"""Number of diagnostics of a kind to show. Errors stop the build, so more of them are needed at once."""

MAX_UNGROUPED = 5
"""Number of diagnostics of a severity up to which kinds are not counted."""

MAX_KINDS = 6
"""Maximum number of kinds in a summary."""


class Shown(Struct, frozen=True):
    """A diagnostic that is shown, others of the same cause, and how many more of its kind are not shown."""

    found: Diagnostic
    others: int = 0
    same: tuple[Diagnostic, ...] = ()


def show_first(diagnostics: Sequence[Diagnostic], *, is_brief: bool) -> Iterator[Shown]:
    """Yields diagnostics in their order; if `is_brief`, the first of each kind, that is, of an `id` and a severity.

    Warnings or notes with the same message and hint have the same cause, such as a layout that many posts ask for: only
    the first of them is shown, with the places of the others. So have errors that point to the same further place.
    """
    causes: dict[tuple[object, ...], list[Diagnostic]] = {}
    for found in diagnostics:
        causes.setdefault(_cause_of(found), []).append(found)
    totals = Counter((found.id, found.severity) for found in diagnostics)
    seen: Counter[tuple[str, Severity]] = Counter()
    for found in diagnostics:
        same = causes[_cause_of(found)]
        is_folded = len(same) > 1 and (not found.is_error or bool(found.related))
        if is_folded and found is not same[0]:
            continue
        kind = found.id, found.severity
        seen[kind] += 1
        totals[kind] -= len(same) if is_folded else 1
        if not is_brief or seen[kind] <= SHOWN[found.severity]:
            is_last = is_brief and seen[kind] == SHOWN[found.severity]
            yield Shown(found, totals[kind] if is_last else 0, tuple(same[1:]) if is_folded else ())


def _cause_of(found: Diagnostic) -> tuple[object, ...]:
    return found.id, found.severity, found.message, found.hint, found.related if found.is_error else ()


def count_by_severity(
    diagnostics: Iterable[Diagnostic], severities: Iterable[Severity] = tuple(Severity)
) -> Iterator[str]:
    """Yields the number of each severity, with the numbers of its main kinds if there are many: `7 warnings (7 a)`."""
    counts = Counter((found.severity, found.id) for found in diagnostics)
    for severity in severities:
        kinds = {kind: number for (of, kind), number in counts.items() if of is severity}
        if total := sum(kinds.values()):
            ordered = sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
            listed = ", ".join(f"{number:,} {kind}" for kind, number in ordered[:MAX_KINDS])
            if rest := sum(number for _, number in ordered[MAX_KINDS:]):
                listed += f", {rest:,} of other kinds"
            yield f"{total:,} {severity}{'' if total == 1 else 's'}" + (f" ({listed})" if total > MAX_UNGROUPED else "")
