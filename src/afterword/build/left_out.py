"""Leaves out of a build what it should pass over: ignored warnings, and, with `--keep-going`, sources with errors.

Ignored warnings and notes are removed when the report is made, after caching: a build that repeats them from the cache
reports what a clean build reports. A build with errors is repeated without the sources that have them, until no other
source has one. An error outside the sources, such as in a template, still stops the build.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import Place, warning

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from afterword.build.load_content import Library
    from afterword.content.parse_source import Reading
    from afterword.core.diagnostics import Diagnostic


REASON = "left out because of errors"
"""The reason why a source is not in the build, as the end of a sentence that starts with "it is"."""


class LeftOut(Struct, frozen=True):
    """The sources that a build leaves out, by path, and the diagnostics of earlier attempts for them."""

    paths: frozenset[str] = frozenset()
    diagnostics: tuple[Diagnostic, ...] = ()

    def add(self, found: Iterable[Diagnostic], paths: Collection[str]) -> LeftOut:
        """Returns a copy with further sources and their diagnostics."""
        more = (one for one in found if one.place is not None and one.place.path in paths)
        return LeftOut(self.paths.union(paths), (*self.diagnostics, *more))

    def stops(self, found: Iterable[Diagnostic]) -> bool:
        """Returns whether one of the errors is in a file that is not left out."""
        return any(one.is_error and (one.place is None or one.place.path not in self.paths) for one in found)


def leave_out(library: Library, left_out: LeftOut) -> Library:
    """Returns the library without the posts of these sources, which count as broken."""
    if not left_out.paths:
        return library
    return replace(
        library,
        posts=tuple(post for post in library.posts if post.path not in left_out.paths),
        skipped=tuple(skipped for skipped in library.skipped if skipped.path not in left_out.paths),
        broken=library.broken | left_out.paths,
        left_out=left_out.paths,
    )


def find_faulty(found: Iterable[Diagnostic], library: Library) -> frozenset[str]:
    """Returns the sources to leave out: all that have an error; none if anything else has one."""
    places = {one.place.path if one.place is not None else "" for one in found if one.is_error}
    return frozenset(places) if places <= library.readings.keys() else frozenset()


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
    from afterword.core.diagnostic_registry import (
        load_entries,
        suggest_ids,  # only a blog that ignores something pays for it
    )

    entries = load_entries()
    for name, place in written:
        if (entry := entries.get(name)) is None:
            known = (other for other, one in entries.items() if one.can_be_ignored)
            yield warning("unknown-diagnostic", f"unknown diagnostic `{name}`", place, hint=suggest_ids(name, known))
        elif not entry.can_be_ignored:
            message = f"errors cannot be ignored: `{name}`"
            yield warning("ignored-error", message, place, hint=f"remove `{name}`")
