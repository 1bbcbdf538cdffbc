"""Follows symbolic links in a blog, and reports those that point to private files.

Every place that a link leads through is checked as a file in that place would be. Links are followed one at a time, by
name, so that a chain of links cannot hide its target. Rules that depend on front matter are checked later, in
`build.gather.input_files`.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place, error
from afterword.core.files import CONFIG_FILES, PUBLISHED_DOT_NAMES, find_exclusion, is_backup, is_backup_beside
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence
    from pathlib import Path

ID = "private-symlink"
"""Id of the error for a link to an unpublished file."""

MAX_LINKS = 40
"""Maximum length of a chain of symbolic links, as in Linux (path_resolution(7))."""

_STORES = (".git/annex/objects/", "node_modules/.pnpm/")
"""Hidden folders in which git-annex and pnpm store files that are not hidden."""


_MOUNTED = lazy_pattern(r"\.\.(?:data|\d{4}(?:_\d\d){5}\.\d+)")
"""Hidden folders in which Kubernetes stores the files of a mounted volume."""


class Private(Struct, frozen=True):
    """Why a place is not published: what it is, as in "symbolic link to …", and a hint."""

    what: str
    hint: str


def follow_link(real_root: str, path: str) -> tuple[str, ...]:
    """Returns the absolute paths that a path of the blog leads through: each link after the first, and the target.

    Raises `OSError` if there is no target: ENOENT, ENOTDIR, or ELOOP for a circle.
    """
    here, links, places = real_root, 0, []
    ahead = path.split("/")[::-1]
    while ahead:
        name = ahead.pop()
        if name in ("", ".", ".."):
            here = os.path.dirname(here) if name == ".." else here  # noqa: PTH120 - text paths throughout
            continue
        place = os.path.join(here, name)  # noqa: PTH118
        target = _read_link(place)
        if target is None:
            here = place
            continue
        links += 1
        if links > MAX_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
        if links > 1:
            places.append(place)
        here = "/" if target.startswith("/") else here
        ahead += target.split("/")[::-1]
    return (*places, here)


def _read_link(place: str) -> str | None:
    """Returns the target of a symbolic link; None if the file is not a link."""
    try:
        return os.readlink(place)  # noqa: PTH115
    except OSError as problem:
        if problem.errno == errno.EINVAL:
            return None
        raise


def name_inside(root: Path, folder: Path) -> str | None:
    """Returns the real path of a folder, relative to the blog in `root`; None if it is outside."""
    here, real_root = os.path.realpath(folder), os.path.realpath(root)
    return os.path.relpath(here, real_root) if here.startswith(f"{real_root.rstrip('/')}/") else None


def find_private(
    places: Iterable[str], exclude: Sequence[str], list_names: Callable[[str], Container[str]]
) -> tuple[str, Private] | None:
    """Returns the first of these places, relative to the blog, that is private by its path, and why.

    `list_names` returns the names in a folder.
    """
    found = ((place, _find_reason(place, exclude, list_names)) for place in places)
    return next(((place, private) for place, private in found if private is not None), None)


def _find_reason(place: str, exclude: Sequence[str], list_names: Callable[[str], Container[str]]) -> Private | None:
    if _is_hidden(place):
        return Private("a hidden file", "copy the file into the blog, or remove the link")
    if place.casefold() in CONFIG_FILES:
        return Private("the settings", "copy the public part to a separate file, or remove the link")
    folder, name = os.path.split(place)
    if any(is_backup(part) for part in place.split("/")) or is_backup_beside(name, list_names(folder)):
        return Private("an editor backup", "link to the original file, or remove the link")
    if (pattern := find_exclusion(place, exclude)) is not None:
        hint = f"remove the link, or remove `{pattern}` from `exclude`"
        return Private("an excluded file", hint)
    return None


def _is_hidden(place: str) -> bool:
    if place.startswith(_STORES):
        return False
    names = [name for name in place.split("/") if _MOUNTED.fullmatch(name) is None]
    shown = PUBLISHED_DOT_NAMES if names[0] == "static" else ()
    return any(name.startswith(".") and name not in shown for name in names)


def report_private(path: str, places: Iterable[str], place: str, private: Private) -> Diagnostic:
    """Returns the error for the link at `path`, which leads through `places`, one of them private."""
    way = ", then to ".join(f"`{show_path(each)}`" for each in places)
    message = f"symbolic link to {private.what}: `{show_path(place)}`"
    return error(ID, message, Place(path), label=f"leads to {way}", hint=private.hint)


def show_path(path: str) -> str:
    """Returns a path for a message, with escapes for bytes that are not UTF-8."""
    return path.encode(errors="surrogateescape").decode(errors="backslashreplace")
