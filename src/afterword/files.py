"""The gate for reads: every project file that Afterword opens, it finds and opens here.

Relies on the operating system's descriptors. Refuses what is not a regular file (a FIFO would hang the build), what
lies outside the blog's folder by way of a symbolic link, names that are no text, and what is larger than it may be.
"""

from __future__ import annotations

import os
import stat
from fnmatch import fnmatchcase
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct, field

from afterword.diagnostics import Diagnostic, Place, error, warning
from afterword.digest import SIZE
from afterword.reserved import PUBLISHED_DOT_NAMES
from afterword.stamps import Stamp, stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

TEXT_SUFFIXES = (".md", ".markdown")
"""What the sources of posts and pages end in."""

CONTENT_FOLDERS = ("posts", "pages", "drafts")
"""The folders of a blog that hold posts and pages, and the files beside them."""

_PIECE = 1 << 16
"""Bytes that are read at a time: nearly every source in one go, and making room for more costs more than reading."""

CONFIG_FILES = ("afterword.toml", "pyproject.toml")
"""The files of a blog's folder that can hold its settings: its own, and a Python project's."""

_SILENT_DOT_NAMES = frozenset({".DS_Store", ".gitkeep", ".gitignore", ".gitattributes"})


class Unreadable(Exception):  # noqa: N818 - says what is the matter with a file
    """A file that cannot be read: the message says why, in words for the person whose file it is."""


class Sources(Struct, frozen=True):
    """What a scan of a blog's folder found: paths relative to it, with `/`, in the order of their UTF-8 bytes.

    `texts` are the Markdown files of the content folders, `attachments` everything else in them, `static` the files
    of `static/` and `templates` those of `templates/`. `stamps` has the stamp of each.
    """

    texts: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def scan(root: Path, exclude: Iterable[str] = ()) -> Sources:
    """Find the sources of the blog in `root`, without opening any; `exclude` are glob patterns of paths to leave out.

    Hidden files and editors' backups are left out; in `static/`, `.well-known` and `.nojekyll` are not.
    """
    patterns = tuple(exclude)
    walk = _Walk(root, patterns)
    content = [path for folder in CONTENT_FOLDERS for path in walk.files(folder)]
    static = walk.files("static")
    templates = walk.files("templates")
    return Sources(
        texts=_in_order(path for path in content if path.endswith(TEXT_SUFFIXES)),
        attachments=_in_order(path for path in content if not path.endswith(TEXT_SUFFIXES)),
        static=_in_order(static),
        templates=_in_order(templates),
        stamps=walk.stamps,
        diagnostics=tuple(walk.diagnostics),
    )


DEFAULT = "theme:"
"""What the paths of the default theme's files begin with, beside those of the blog."""


def scan_default() -> Sources:
    """Find the templates and static files of the default theme; their paths begin with `theme:`."""
    walk = _Walk(theme_folder(), ())
    static, templates = _in_order(walk.files("static")), _in_order(walk.files("templates"))
    return Sources(
        static=tuple(DEFAULT + path for path in static),
        templates=tuple(DEFAULT + path for path in templates),
        stamps={DEFAULT + path: stamp for path, stamp in walk.stamps.items()},
    )


def locate(root: Path, source: str) -> Path:
    """Where a source is: in the blog's folder `root`, or in that of the default theme."""
    return theme_folder() / source.removeprefix(DEFAULT) if source.startswith(DEFAULT) else root / source


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; raise `Unreadable` for anything else.

    The descriptor is opened without blocking and checked after opening, so that neither a FIFO nor a file that is
    exchanged between check and use gets through.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as problem:
        raise Unreadable(f"cannot be opened: {(problem.strerror or str(problem)).lower()}") from problem
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable("is not a regular file")
    return os.fdopen(descriptor, "rb")


def read(path: Path, limit: int) -> bytes:
    """The bytes of a regular file; raises `Unreadable`, also for a file of more than `limit` bytes."""
    with open_regular(path) as file:
        try:
            data = file.read(min(_PIECE, limit + 1))
            if len(data) == _PIECE:
                data += file.read(limit + 1 - _PIECE)
        except OSError as problem:
            raise Unreadable(f"cannot be read: {(problem.strerror or str(problem)).lower()}") from problem
    if len(data) > limit:
        raise Unreadable(f"is larger than {limit:,} bytes")
    return data


def read_start(path: Path, size: int) -> bytes:
    """Returns the first `size` bytes of a regular file; raises `Unreadable`."""
    with open_regular(path) as file:
        try:
            return file.read(size)
        except OSError as problem:
            raise Unreadable(f"cannot be read: {(problem.strerror or str(problem)).lower()}") from problem


def digest_file(path: Path) -> str:
    """The digest of a regular file of any size: BLAKE2b of its bytes alone; raises `Unreadable`."""
    state = blake2b(digest_size=SIZE)
    with open_regular(path) as file:
        try:
            while chunk := file.read(_PIECE):
                state.update(chunk)
        except OSError as problem:
            raise Unreadable(f"cannot be read: {(problem.strerror or str(problem)).lower()}") from problem
    return state.hexdigest()


def theme_folder() -> Path:
    """Where the default theme's `templates` and `static` are: in the wheel, or at the top of the repository."""
    packaged = Path(__file__).parent / "_theme"
    return packaged if packaged.is_dir() else Path(__file__).parents[2]


def find_exclusion(path: str, patterns: Iterable[str]) -> str | None:
    """The first of the `exclude` patterns by which a path is left out, if there is one."""
    matching = (pattern for pattern in patterns if fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*"))
    return next(matching, None)


def is_backup(name: str) -> bool:
    """Whether a file's name is one that editors give to what was there before."""
    return name.endswith("~") or (name.startswith("#") and name.endswith("#"))


def _in_order(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(paths, key=lambda path: path.encode(errors="surrogateescape")))


class _Walk:
    """One walk over a blog's folders, collecting what is wrong with the files on its way."""

    def __init__(self, root: Path, exclude: tuple[str, ...]) -> None:
        self.root = root
        self.real_root = os.path.realpath(root)
        self.exclude = exclude
        self.stamps: dict[str, Stamp] = {}
        self.diagnostics: list[Diagnostic] = []

    def files(self, folder: str) -> list[str]:
        """The paths of the files below one folder of the blog; none where the folder is not there."""
        if not (self.root / folder).exists():
            return []
        if (outside := self._outside(folder)) is not None:
            self.diagnostics.append(outside)
            return []
        return list(self._below(folder))

    def _below(self, folder: str) -> Iterator[str]:
        waiting = [folder]
        while waiting:
            folder = waiting.pop()
            for entry in self._list(folder):
                path = f"{folder}/{entry.name}"
                if self._is_left_out(entry, path):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(path)
                elif self._is_usable(entry, path) and self._note_stamp(entry, path):
                    yield path

    def _list(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(os.path.join(self.root, folder)) as listing:  # noqa: PTH118 - text: paths can be very deep
                return list(listing)
        except OSError as problem:
            reason = (problem.strerror or str(problem)).lower()
            self.diagnostics.append(error("unreadable", f"this folder cannot be read: {reason}", Place(folder)))
            return []

    def _note_stamp(self, entry: os.DirEntry[str], path: str) -> bool:
        """Note the stamp of a file, or of what a link leads to; False where it has gone since the folder was read."""
        try:
            self.stamps[path] = stamp_of(entry.stat())
        except OSError:
            return False
        return True

    def _is_left_out(self, entry: os.DirEntry[str], path: str) -> bool:
        name = entry.name
        if self.exclude and find_exclusion(path, self.exclude) is not None:
            return True
        if is_backup(name):
            return True
        if not name.startswith("."):
            return False
        if path.startswith("static/"):
            return not self._is_published_dot_name(path, name)
        return True

    def _is_published_dot_name(self, path: str, name: str) -> bool:
        if name in PUBLISHED_DOT_NAMES:
            return True
        if name not in _SILENT_DOT_NAMES:
            self.diagnostics.append(
                warning(
                    "hidden-file",
                    "files whose names begin with a dot are not published",
                    Place(path),
                    hint="only `.well-known` and `.nojekyll` are; rename it, or list it under `exclude`",
                )
            )
        return False

    def _is_usable(self, entry: os.DirEntry[str], path: str) -> bool:
        problem = self._problem(entry, path)
        if problem is None:
            return True
        self.diagnostics.append(problem)
        return False

    def _problem(self, entry: os.DirEntry[str], path: str) -> Diagnostic | None:
        if not _is_text(path):
            shown = path.encode(errors="surrogateescape").decode(errors="backslashreplace")
            return error("bad-name", "the name of this file is not text", Place(shown), hint="rename it, in UTF-8")
        if entry.is_symlink():
            return self._link_problem(path)
        if not entry.is_file(follow_symlinks=False):
            return error("unreadable", "this is not a regular file", Place(path), hint="remove it, or exclude it")
        return None

    def _link_problem(self, path: str) -> Diagnostic | None:
        target = os.path.realpath(self.root / path)
        if os.path.isdir(target):  # noqa: PTH112 - text paths throughout
            return warning(
                "linked-folder",
                "folders that are symbolic links are not followed",
                Place(path),
                hint="move the folder here, or exclude it",
            )
        if not os.path.exists(target):  # noqa: PTH110
            return error("dangling-link", "this symbolic link leads nowhere", Place(path))
        return self._outside(path)

    def _outside(self, path: str) -> Diagnostic | None:
        target = os.path.realpath(self.root / path)
        if target == self.real_root or target.startswith(self.real_root + os.sep):
            return None
        return error(
            "outside",
            "this symbolic link leads out of the blog's folder",
            Place(path),
            label=target,
            hint="copy what it leads to into the blog",
        )


def _is_text(path: str) -> bool:
    if path.isascii():
        return path.isprintable()
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return all(character.isprintable() for character in path)
