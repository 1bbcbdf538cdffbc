"""`--keep-going`: repeats a build with errors without the sources that have them, until no other source has one.

An error outside the sources, such as in a template, still stops the build.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from afterword.build.load_content import Library
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


class FoundFaulty(Exception):  # noqa: N818 - an outcome: the build is repeated
    """Sources have errors: the build is repeated without `left_out`."""

    def __init__(self, left_out: LeftOut) -> None:
        super().__init__(left_out)
        self.left_out = left_out


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
