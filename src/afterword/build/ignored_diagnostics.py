"""Removes the warnings and notes that the settings or front matter ignore.

They are removed when the report is made, after caching: a build that repeats them from the cache reports what a clean
build reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Place, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from afterword.content.parse_source import Reading
    from afterword.core.diagnostics import Diagnostic

_KEY = "ignore"


class Ignored(Struct, frozen=True):
    """Ids to ignore: everywhere, and in each file by path; `diagnostics` are about the ids themselves."""

    everywhere: frozenset[str] = frozenset()
    by_path: Mapping[str, tuple[str, ...]] = {}
    diagnostics: tuple[Diagnostic, ...] = ()

    def leave_out(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Removes the ignored warnings and notes; errors stay."""
        return tuple(found for found in diagnostics if found.is_error or not self._is_ignored(found))

    def _is_ignored(self, found: Diagnostic) -> bool:
        path = found.place.path if found.place is not None else ""
        return found.id in self.everywhere or found.id in self.by_path.get(path, ())


def read_ignored(ids: Collection[str], place: Place | None, readings: Mapping[str, Reading]) -> Ignored:
    """Returns what is ignored: `ids` at `place` in the settings, and the ids in each file's front matter."""
    posts = {path: one.post for path, one in readings.items() if one.post is not None and one.post.ignored}
    written = [(name, place) for name in ids]
    for path, post in posts.items():
        around = post.places.get(_KEY, Place(path, 1))
        written += [(name, post.places.get(f"{_KEY}[{at}]", around)) for at, name in enumerate(post.ignored)]
    by_path = {path: post.ignored for path, post in posts.items()}
    return Ignored(frozenset(ids), by_path, tuple(_check_ids(written)) if written else ())


def _check_ids(written: Iterable[tuple[str, Place | None]]) -> Iterator[Diagnostic]:
    """Yields a warning for each id that is unknown or always an error."""
    from afterword.core.diagnostic_registry import load_entries, suggest_ids  # only if something is ignored

    entries = load_entries()
    for name, place in written:
        if (entry := entries.get(name)) is None:
            known = (other for other, one in entries.items() if one.can_be_ignored)
            yield warning("unknown-diagnostic", f"unknown diagnostic `{name}`", place, hint=suggest_ids(name, known))
        elif not entry.can_be_ignored:
            message = f"errors cannot be ignored: `{name}`"
            yield warning("ignored-error", message, place, hint=f"remove `{name}`")
