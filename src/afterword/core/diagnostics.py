"""Diagnostics: errors, warnings and notes with a place and a hint.

Every stage returns its diagnostics beside its result; only the command line prints them. `Collector` limits how many of
one kind are listed. `reporting` formats them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.core.structs import Serializable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MAX_LENGTH = 1_000
"""Maximum length of a message, label or hint, in characters."""


class Exit(IntEnum):
    """Exit codes of the `afterword` command."""

    DONE = 0
    CONTENT = 1
    USAGE = 2
    ENVIRONMENT = 3
    BUG = 4


DENIED_ID = "permission-denied"
IO_ERROR_ID = "io-error"
ENVIRONMENT_IDS = frozenset({DENIED_ID, IO_ERROR_ID})
"""Ids of errors of the machine: a build with one ends with `Exit.ENVIRONMENT`."""


class Severity(StrEnum):
    """Severity of a diagnostic: errors stop a build, warnings only with `--strict`, notes never."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Place(Serializable, frozen=True, order=True):
    """A place in a source file.

    `path` is relative to the site root, with `/`. `line` and `column` count from 1 in the whole file, front matter
    included; 0 means the whole file or the whole line. `length` is the number of characters to underline.
    """

    path: str
    line: int = 0
    column: int = 0
    length: int = 0

    def __str__(self) -> str:
        """Formats the place as `path`, `path:line` or `path:line:column`."""
        parts = [self.path]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


class Places(Mapping[str, Place]):
    """Places in one file, by name; created on access, since most builds need none.

    `spots` maps names to line, column and length.
    """

    __slots__ = ("path", "spots")

    def __init__(self, path: str, spots: Mapping[str, Sequence[int]]) -> None:
        self.path = path
        self.spots = spots

    @classmethod
    def of(cls, path: str, places: Mapping[str, Place]) -> Places:
        """Returns a mapping of these places, which are all in the file at `path`."""
        return cls(path, {name: (place.line, place.column, place.length) for name, place in places.items()})

    def __getitem__(self, name: str) -> Place:
        return Place(self.path, *self.spots[name])

    def __contains__(self, name: object) -> bool:
        return name in self.spots

    def __iter__(self) -> Iterator[str]:
        return iter(self.spots)

    def __len__(self) -> int:
        return len(self.spots)

    def __repr__(self) -> str:
        return repr(dict(self))


class Diagnostic(Serializable, frozen=True):
    """An error, warning or note.

    `id` is a word such as `missing-title`, stable between releases. `label` explains the underlined text; `hint` says
    how to fix it. `related` are further places with labels.
    """

    id: str
    severity: Severity
    message: str
    place: Place | None = None
    label: str = ""
    hint: str = ""
    related: tuple[tuple[Place, str], ...] = ()

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


def _make(
    severity: Severity,
    id: str,
    message: str,
    place: Place | None = None,
    *,
    label: str = "",
    hint: str = "",
    related: tuple[tuple[Place, str], ...] = (),
) -> Diagnostic:
    return Diagnostic(id, severity, _shorten(message), place, _shorten(label), _shorten(hint), related)


error = partial(_make, Severity.ERROR)
"""Returns an error: nothing is published."""

warning = partial(_make, Severity.WARNING)
"""Returns a warning: the site is published, except with `--strict`."""

note = partial(_make, Severity.NOTE)
"""Returns a note, which never fails a build."""


def _shorten(text: str) -> str:
    """Shortens a message, label or hint that repeats too much of the source."""
    return text if len(text) <= MAX_LENGTH else f"{text[:MAX_LENGTH]}…"


class Failure(Exception):  # noqa: N818 - an outcome with an exit code, not a fault of the program
    """The run cannot continue: its diagnostics and exit code."""

    def __init__(self, exit_code: Exit, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(diagnostic.message for diagnostic in diagnostics))
        self.exit_code = exit_code
        self.diagnostics = diagnostics


def sort_diagnostics(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorts diagnostics by path, line, column and id, without duplicates; those without a place come first."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda one: (one.place or Place(""), one.id, one.message)))


def nearest(name: str, known: Iterable[str], cutoff: float = 0.7) -> str | None:
    """Returns the known name that is most similar to `name`, or None if none is similar.

    `cutoff` is the minimum `difflib` ratio, between 0 and 1.
    """
    from afterword.core.similarity import NameIndex  # only a mistake pays for it

    return NameIndex(known, cutoff).nearest(name)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Returns a hint with the most similar known name, or empty text."""
    candidate = nearest(name, known)
    return f"did you mean `{candidate}`?" if candidate else ""


MAX_LISTED = 50
"""Maximum number of listed diagnostics of a kind in a file; further ones are counted."""


class Collector:
    """Lists the first diagnostics of each id in each file, without duplicates."""

    def __init__(self) -> None:
        self._listed: dict[Diagnostic, None] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._last: dict[tuple[str, str], Diagnostic] = {}

    def add(self, diagnostic: Diagnostic) -> None:
        """Lists or counts a diagnostic."""
        path = diagnostic.place.path if diagnostic.place is not None else ""
        self.add_lazily(diagnostic.id, path, lambda: diagnostic)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Lists or counts each of these."""
        for diagnostic in diagnostics:
            self.add(diagnostic)

    def add_lazily(self, id: str, path: str, make: Callable[[], Diagnostic]) -> None:
        """Lists the diagnostic that `make` returns for the file at `path`, or only counts it without calling `make`."""
        kind = id, path
        if self._counts[kind] >= MAX_LISTED:
            self._counts[kind] += 1
        elif (diagnostic := make()) not in self._listed:
            self._counts[kind] += 1
            self._listed[diagnostic] = None
            self._last[kind] = diagnostic

    def result(self) -> tuple[Diagnostic, ...]:
        """Returns the listed diagnostics; the last of each kind has the number of further ones."""
        others = ((kind, count - MAX_LISTED) for kind, count in self._counts.items() if count > MAX_LISTED)
        return (*self._listed, *(_count_others(self._last[kind], count) for kind, count in others))


def _count_others(last: Diagnostic, count: int) -> Diagnostic:
    message = f"{count:,} more `{last.id}` in this file"
    return replace(last, message=message, label="", hint="", related=())
