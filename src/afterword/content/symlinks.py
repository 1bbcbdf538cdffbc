"""Symbolic links in a blog: where they lead, and errors for those that lead to something private.

A link is judged by every place that it leads through, as a file in that place would be. Links are followed one at a
time, by name, so that a chain of links cannot hide where it goes. What only the front matter of a post can tell is
checked later, by `build.check_outputs`.
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
"""The id of the error for a link to something that is not published."""

MOST_LINKS = 40
"""Maximum length of a chain of symbolic links, as in Linux (path_resolution(7))."""

_STORES = (".git/annex/objects/", "node_modules/.pnpm/")
"""Hidden folders to which tools move the content of files that are not hidden: git-annex and pnpm."""


_MOUNTED = lazy_pattern(r"\.\.(?:data|\d{4}(?:_\d\d){5}\.\d+)")
"""The hidden folders in which Kubernetes keeps the files of a mounted volume, which are links into them."""


class Private(Struct, frozen=True):
    """Why a place is not published: what it is, as in "symbolic link to …", and what to do."""

    what: str
    hint: str


def follow_link(real_root: str, path: str) -> tuple[str, ...]:
    """The absolute paths through which a path of the blog leads: each link after the first, and the end.

    Raises `OSError` if it leads nowhere: ENOENT, ENOTDIR, or ELOOP for links in a circle.
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
        if links > MOST_LINKS:
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
    """The path of a folder relative to the blog in `root`, with all links followed; None if it is not in the blog."""
    here, real_root = os.path.realpath(folder), os.path.realpath(root)
    return os.path.relpath(here, real_root) if here.startswith(f"{real_root.rstrip('/')}/") else None


def find_private(
    places: Iterable[str], exclude: Sequence[str], list_names: Callable[[str], Container[str]]
) -> tuple[str, Private] | None:
    """The first of the places, relative to the blog's folder, whose path says that it is not published, and why.

    `list_names` gives the names in a folder.
    """
    found = ((place, _judge(place, exclude, list_names)) for place in places)
    return next(((place, private) for place, private in found if private is not None), None)


def _judge(place: str, exclude: Sequence[str], list_names: Callable[[str], Container[str]]) -> Private | None:
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
    """The error for the link at `path`, which leads through `places`, one of which is private."""
    way = ", then to ".join(f"`{show_path(each)}`" for each in places)
    message = f"symbolic link to {private.what}: `{show_path(place)}`"
    return error(ID, message, Place(path), label=f"leads to {way}", hint=private.hint)


def show_path(path: str) -> str:
    """A path for a message, with escapes for bytes that are not UTF-8."""
    return path.encode(errors="surrogateescape").decode(errors="backslashreplace")
