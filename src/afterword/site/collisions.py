"""Finds outputs with the same path before anything is written.

Paths are compared without letter case and in one Unicode form, as on the least capable file system. A file also
conflicts with a folder of its name.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class PlannedOutput(Struct, frozen=True):
    """An output, what produces it (a noun phrase for messages), and the place that requests it.

    `source` is the file that the output is a copy of, or empty for a page. `place` is None if no source requests it.
    """

    path: str
    producer: str
    place: Place | None
    source: str = ""


def find_duplicate_outputs(outputs: Iterable[PlannedOutput]) -> Iterator[Diagnostic]:
    """Yields an error for each output whose path is taken, or is needed as a folder."""
    ordered = sorted(outputs, key=lambda output: (output.place is None, output.place or Place(""), output.path))
    first: dict[str, PlannedOutput] = {}
    for output in ordered:
        other = first.setdefault(fold_output(output.path), output)
        if other is not output:
            yield _collision(output, other)
    for output in ordered:
        obstacle = next((first[folder] for folder in folders_of(fold_output(output.path)) if folder in first), None)
        if obstacle is not None:
            yield _collision(output, obstacle)


def fold_output(path: str) -> str:
    """Returns a key that is equal for paths that some file system treats as one."""
    return path.casefold() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


def folders_of(path: str) -> Iterator[str]:
    """Yields the parent folders of a path, innermost first."""
    while (path := path.rpartition("/")[0]) != "":
        yield path


def _collision(output: PlannedOutput, other: PlannedOutput) -> Diagnostic:
    if output.path == other.path:
        message = f"two files have the same output path `{output.path}`: {other.producer} and {output.producer}"
    else:
        message = f"conflict between `{other.path}` ({other.producer}) and `{output.path}` ({output.producer})"
    return error(
        "duplicate-output",
        message,
        output.place or other.place,
        related=((other.place, "the other file"),) if output.place and other.place else (),
        hint="change the slug, `permalink` or name of one of them",
    )
