"""Formats diagnostics as GitHub annotations and as a job summary.

Format: https://docs.github.com/actions/reference/workflow-commands-for-github-actions. GitHub shows ten annotations of
each severity for a step; a notice gives the number of further ones.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from afterword.core.diagnostics import Severity
from afterword.core.fingerprints import digest
from afterword.core.patterns import lazy_pattern
from afterword.reporting.summary import count
from afterword.reporting.text import TextStyle, make_visible, write_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic
    from afterword.reporting.text import LineReader

SHOWN = 10
"""Number of annotations of each severity that GitHub shows for one step."""

_COMMAND = lazy_pattern(r"^[^\S\n]*::|##\[", re.MULTILINE)
_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def write_annotations(diagnostics: Iterable[Diagnostic], name: Callable[[str], str | None]) -> str:
    """Formats annotations, one on each line.

    `name` returns the path of a source in the repository, or None if it is outside.
    """
    counts: Counter[str] = Counter()
    lines: list[str] = []
    for found in diagnostics:
        kind = _KINDS[found.severity]
        counts[kind] += 1
        if counts[kind] <= _limit_of(kind):
            lines.append(_annotate(found, kind, name))
    more = [(counts[kind] - _limit_of(kind), kind) for kind in _KINDS.values() if counts[kind] > _limit_of(kind)]
    if more:
        total = ", ".join(f"{count} more {kind}{'s' if count > 1 else ''}" for count, kind in more)
        lines.append(f"::notice::and {total}: see the log of this step")
    return "".join(f"{line}\n" for line in lines)


def stop_commands(text: str) -> str:
    """Wraps log lines in commands that stop GitHub's runner from interpreting them."""
    # The token is none that the text can have in it.
    token = digest(text)
    return f"::stop-commands::{token}\n{text}::{token}::\n"


def has_command(text: str) -> bool:
    """Returns whether GitHub's runner would interpret a line: `::error::…` at its start, `##[error]…` anywhere."""
    return _COMMAND.search(text) is not None


def _limit_of(kind: str) -> int:
    """Returns the maximum number of annotations of a severity; one notice is reserved for the number of others."""
    return SHOWN - 1 if kind == "notice" else SHOWN


def _annotate(found: Diagnostic, kind: str, name: Callable[[str], str | None]) -> str:
    file = name(found.place.path) if found.place is not None else None
    if file is not None and make_visible(file) != file:
        file = None  # GitHub marks no line of it, and a terminal would act on its name
    properties = dict(_locate(found, file)) if file is not None else {}
    properties["title"] = found.id
    written = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    return f"::{kind} {written}::{_escape(_explain(found, file))}"


def _locate(found: Diagnostic, file: str) -> Iterator[tuple[str, str]]:
    yield "file", file
    place = found.place
    if place is None or not place.line:
        return
    yield "line", str(place.line)
    if place.column:
        yield "col", str(place.column)
        if place.length:
            yield "endLine", str(place.line)
            yield "endColumn", str(place.column + place.length)


def _explain(found: Diagnostic, file: str | None) -> str:
    """Returns the text of a diagnostic without the code frame: GitHub shows the line itself."""
    place = f"{found.place}: " if found.place is not None and file is None else ""
    parts = [f"{place}{found.message}", found.label]
    parts += [f"{where}: {label}" if label else str(where) for where, label in found.related]
    parts.append(f"hint: {found.hint}" if found.hint else "")
    return "\n".join(make_visible(part) for part in parts if part)


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")


_MAX_PAGE_BYTES = 900_000


def write_markdown(
    done: str, diagnostics: Sequence[Diagnostic], read_line: LineReader, name: Callable[[str], str]
) -> str:
    """Formats the summary of a run: `done` is its result as plain text, `name` returns the path of a source to show."""
    numbers = [count(number, kind) for kind in Severity if (number := sum(one.severity is kind for one in diagnostics))]
    heading = f"### Afterword: {', '.join(numbers) or 'no problems'}\n\n"
    text = f"{done.rstrip()}\n\n{_write(diagnostics, read_line, TextStyle(name=name))}".rstrip()
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{heading}{fence}text\n{text}\n{fence}\n"


def _write(diagnostics: Sequence[Diagnostic], read_line: LineReader, style: TextStyle) -> str:
    """Formats the diagnostics that fit into the page."""
    room = _MAX_PAGE_BYTES
    written: list[str] = []
    for at, found in enumerate(diagnostics):
        text = write_text([found], read_line, style)
        room -= len(text.encode())
        if room < 0:
            return "\n".join((*written, f"and {len(diagnostics) - at:,} more: see the log of this step\n"))
        written.append(text)
    return "\n".join(written)


def append(page: Path, text: str) -> None:
    """Appends a text to the page; I/O errors are ignored."""
    with suppress(OSError, ValueError), page.open("a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
