"""Diagnostics: errors, warnings and notes with a place and a hint.

Every stage returns its diagnostics beside its result; only the command line prints them. `Collector` limits how many
of one kind are listed. `reporting` gives them their form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.core.structs import Serializable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

LONGEST = 1_000
"""Characters of the longest message, label or hint."""


class Exit(IntEnum):
    """The exit codes of the `afterword` command."""

    DONE = 0
    CONTENT = 1
    USAGE = 2
    ENVIRONMENT = 3
    BUG = 4


DENIED_ID = "permission-denied"
IO_ERROR_ID = "io-error"
ENVIRONMENT_IDS = frozenset({DENIED_ID, IO_ERROR_ID})
"""The ids of errors that are a matter of the machine: a build that has one ends with `Exit.ENVIRONMENT`."""


class Severity(StrEnum):
    """Severity of a diagnostic: errors stop a build, warnings only with `--strict`, notes never."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Place(Serializable, frozen=True, order=True):
    """A spot in a source file.

    `path` is relative to the site root, with `/`. `line` and `column` count from 1 in the whole file, front matter
    included; 0 means "the file as a whole" and "the line as a whole". `length` is how many characters to underline.
    """

    path: str
    line: int = 0
    column: int = 0
    length: int = 0

    def __str__(self) -> str:
        """`path`, `path:line` or `path:line:column`, as far as it is known."""
        parts = [self.path]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


class Places(Mapping[str, Place]):
    """Places in one file, by name. Each is made when it is looked up: a post has a dozen, and most builds need none.

    `spots` are the line, column and length of each.
    """

    __slots__ = ("path", "spots")

    def __init__(self, path: str, spots: Mapping[str, Sequence[int]]) -> None:
        self.path = path
        self.spots = spots

    @classmethod
    def of(cls, path: str, places: Mapping[str, Place]) -> Places:
        """These places, all of which are in the file at `path`."""
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
    """One finding.

    `id` is a word like `missing-title`, stable between releases. `label` says what is wrong with the underlined
    text; `hint` says what to do. `related` are further places, each with its own label.
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


def error(
    id: str,
    message: str,
    place: Place | None = None,
    *,
    label: str = "",
    hint: str = "",
    related: tuple[tuple[Place, str], ...] = (),
) -> Diagnostic:
    """An error: nothing is published while it stands."""
    return Diagnostic(id, Severity.ERROR, _cut(message), place, _cut(label), _cut(hint), related)


def warning(
    id: str,
    message: str,
    place: Place | None = None,
    *,
    label: str = "",
    hint: str = "",
    related: tuple[tuple[Place, str], ...] = (),
) -> Diagnostic:
    """A warning: the site is published all the same, except under `--strict`."""
    return Diagnostic(id, Severity.WARNING, _cut(message), place, _cut(label), _cut(hint), related)


def note(
    id: str,
    message: str,
    place: Place | None = None,
    *,
    label: str = "",
    hint: str = "",
    related: tuple[tuple[Place, str], ...] = (),
) -> Diagnostic:
    """A remark that never fails a build."""
    return Diagnostic(id, Severity.NOTE, _cut(message), place, _cut(label), _cut(hint), related)


def _cut(text: str) -> str:
    """A message, label or hint; one that repeats too much of what a writer wrote is cut off."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


class Failure(Exception):  # noqa: N818 - an outcome with an exit code, not a fault of the program
    """A run that cannot go on: its diagnostics, and its exit code."""

    def __init__(self, exit_code: Exit, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(diagnostic.message for diagnostic in diagnostics))
        self.exit_code = exit_code
        self.diagnostics = diagnostics


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics without repetitions, sorted by path, line, column and id; those without a place come first."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=_order))


def _order(diagnostic: Diagnostic) -> tuple[Place, str, str]:
    return (diagnostic.place or Place(""), diagnostic.id, diagnostic.message)


def nearest(name: str, known: Iterable[str], likeness: float = 0.7) -> str | None:
    """The known name that `name` was probably meant to be, or None when nothing is close.

    `likeness` is the ratio of `difflib` from which a name is close, between 0 and 1.
    """
    from afterword.core.similarity import NameIndex  # only a mistake pays for it

    return NameIndex(known, likeness).nearest(name)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known name, or an empty text when nothing is close."""
    candidate = nearest(name, known)
    return f"did you mean `{candidate}`?" if candidate else ""


MOST = 50
"""Number of diagnostics of a kind that are listed for a file; the others are only counted."""


class Collector:
    """Lists the first diagnostics of each kind, that is, with the same `id`, in each file. None is listed twice."""

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
        """Lists the diagnostic about the file at `path` that `make` returns, or counts it and does not call `make`."""
        kind = id, path
        if self._counts[kind] >= MOST:
            self._counts[kind] += 1
        elif (diagnostic := make()) not in self._listed:
            self._counts[kind] += 1
            self._listed[diagnostic] = None
            self._last[kind] = diagnostic

    def result(self) -> tuple[Diagnostic, ...]:
        """Returns what is listed, with the number of the others at the last that is listed of their kind."""
        others = ((kind, count - MOST) for kind, count in self._counts.items() if count > MOST)
        return (*self._listed, *(_count_others(self._last[kind], count) for kind, count in others))


def _count_others(last: Diagnostic, count: int) -> Diagnostic:
    message = f"{count:,} more `{last.id}` in this file"
    return replace(last, message=message, label="", hint="", related=())
