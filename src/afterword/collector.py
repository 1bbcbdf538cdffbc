"""Collects diagnostics, and counts those that are too many to list."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from afterword.diagnostics import Diagnostic

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
    message = f"there {'is' if count == 1 else 'are'} {count:,} more `{last.id}` in this file"
    return replace(last, message=message, label="", hint="", related=())
