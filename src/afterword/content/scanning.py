"""Finds the source files of a blog, without opening any, and checks their names and symbolic links.

Hidden files and editor backups are left out. A link is usable if it points to a file in the blog's folder that is not
private (`symlinks`).
"""

from __future__ import annotations

import errno
import os
import posixpath
import stat
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.content.folder_data import HIDDEN_NAMES
from afterword.content.symlinks import find_private, follow_link, report_private, show_path
from afterword.core.diagnostics import IO_ERROR_ID, Diagnostic, Place, error, warning
from afterword.core.files import (
    CONTENT_FOLDERS,
    DEFAULT,
    MACHINE_ERRORS,
    PUBLISHED_DOT_NAMES,
    ROOT_FILES,
    TEXT_EXTENSIONS,
    describe,
    explain_error,
    find_exclusion,
    is_backup,
    is_backup_beside,
    is_lone_backup,
    report_unreadable,
    theme_folder,
)
from afterword.core.fingerprints import stamp_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from afterword.core.fingerprints import Stamp

_SILENT_DOT_NAMES = frozenset({".DS_Store", ".gitkeep", ".gitignore", ".gitattributes"})

_GONE = frozenset({errno.ENOENT, errno.ENOTDIR})
_LEADS_NOWHERE = frozenset({*_GONE, errno.ELOOP, errno.ENAMETOOLONG})


class Sources(Struct, frozen=True):
    """Result of scanning a blog's folder: relative paths with `/`, sorted by their UTF-8 bytes.

    Attributes:
        texts: Markdown files of the content folders.
        attachments: all other files of the content folders, without `hidden_data`.
        hidden_data: hidden files with front matter for a folder (`folder_data`).
        static, templates: files of these folders; `static` has those of `ROOT_FILES` too.
        stamps: stamp of each file, or of the target of a link.
        links: places in the blog that a link, or a file in a linked folder, leads through; the last is the file.
    """

    texts: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    hidden_data: tuple[str, ...] = ()
    static: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


def scan(root: Path, exclude: Iterable[str] = ()) -> Sources:
    """Finds the sources of the blog in `root`; `exclude` are glob patterns of paths to leave out."""
    walk = _Scanner(root, tuple(exclude))
    content = [path for folder in CONTENT_FOLDERS for path in walk.files(folder)]
    others = [path for path in content if not path.endswith(TEXT_EXTENSIONS)]
    static = walk.files("static")
    static += walk.root_files(taken={path.partition("/")[2] for path in static})
    templates = walk.files("templates")
    if files := [*others, *static]:
        _leave_out_conflicts(files, others, static, walk.diagnostics)
    return Sources(
        texts=_sort_paths(path for path in content if path.endswith(TEXT_EXTENSIONS)),
        attachments=_sort_paths(path for path in others if posixpath.basename(path) not in HIDDEN_NAMES),
        hidden_data=_sort_paths(path for path in others if posixpath.basename(path) in HIDDEN_NAMES),
        static=_sort_paths(static),
        templates=_sort_paths(templates),
        stamps=walk.stamps,
        links=walk.links,
        diagnostics=tuple(walk.diagnostics),
    )


def _leave_out_conflicts(
    files: Collection[str], others: list[str], static: list[str], diagnostics: list[Diagnostic]
) -> None:
    """Removes conflicting versions of other files from both lists, with a warning for each."""
    from afterword.content.copies import find_conflict_copies  # 1 ms, for a blog with files that are not texts

    for path, original in find_conflict_copies(files).items():
        (others if path in others else static).remove(path)
        message = f"conflicting version of `{original}`: not published"
        hint = "keep one of the two, and delete this one or rename it"
        related = ((Place(original), "the original"),)
        diagnostics.append(warning("conflicting-file", message, Place(path), hint=hint, related=related))


def scan_default() -> Sources:
    """Finds the templates and static files of the default theme; their paths start with `theme:`.

    Installers may link these files to their cache, so links are followed anywhere.
    """
    walk = _Scanner(theme_folder(), (), is_trusted=True)
    static, templates = _sort_paths(walk.files("static")), _sort_paths(walk.files("templates"))
    return Sources(
        static=tuple(DEFAULT + path for path in static),
        templates=tuple(DEFAULT + path for path in templates),
        stamps={DEFAULT + path: stamp for path, stamp in walk.stamps.items()},
        links={DEFAULT + path: places for path, places in walk.links.items()},
        diagnostics=tuple(
            replace(found, place=Place(DEFAULT + found.place.path))
            for found in walk.diagnostics
            if found.is_error and found.place is not None
        ),
    )


def list_theme_files() -> dict[str, str]:
    """Returns the files of the default theme by name: `post.html` is `templates/post.html`."""
    default = scan_default()
    paths = [path.removeprefix(DEFAULT) for path in (*default.templates, *default.static)]
    return {path.partition("/")[2]: path for path in paths}


def _sort_paths(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(paths, key=lambda path: path.encode(errors="surrogateescape")))


class _Scanner:
    """Walks a blog's folders and collects diagnostics."""

    def __init__(self, root: Path, exclude: tuple[str, ...], *, is_trusted: bool = False) -> None:
        self.root = root
        self.real_root = os.path.realpath(root)
        self.exclude = exclude
        self.is_trusted = is_trusted
        self.stamps: dict[str, Stamp] = {}
        self.links: dict[str, tuple[str, ...]] = {}
        self.diagnostics: list[Diagnostic] = []

    def files(self, folder: str) -> list[str]:
        """Returns the paths of the files below a folder of the blog; empty if it does not exist."""
        try:
            is_link = stat.S_ISLNK(os.lstat(self.root / folder).st_mode)
        except OSError as problem:
            if problem.errno not in _GONE:
                self._report_unreadable(problem, folder, "this folder")
            return []
        if is_link and not self._is_usable_link(folder):
            return []
        return list(self._below(folder))

    def root_files(self, taken: Collection[str]) -> list[str]:
        """Returns the files at the root of the blog that are published, without those whose names are `taken`."""
        try:
            with os.scandir(self.root) as listing:
                entries = [entry for entry in listing if entry.name in ROOT_FILES and entry.name not in taken]
        except OSError:  # the names of what is read are known, so it need not be possible to list them
            return []
        return [
            entry.name
            for entry in entries
            if not self._is_ignored(entry.name, entry.name)
            and not self._is_folder(entry, entry.name)
            and self._is_source(entry, entry.name)
        ]

    def _below(self, folder: str) -> Iterator[str]:
        waiting = [folder]
        while waiting:
            folder = waiting.pop()
            entries = self._list(folder)
            names = {entry.name for entry in entries}
            is_plain = not self.exclude and folder.partition("/")[0] not in self.links
            for entry in entries:
                path = f"{folder}/{entry.name}"
                if is_plain and self._take_plain(entry, path):
                    yield path
                    continue
                if is_backup_beside(entry.name, names) or self._is_ignored(entry.name, path):
                    continue
                if self._is_folder(entry, path):
                    waiting.append(path)
                elif is_lone_backup(entry.name):
                    self._leave_out(path, f"backup file `{entry.name}`")
                elif self._is_source(entry, path):
                    yield path

    def _take_plain(self, entry: os.DirEntry[str], path: str) -> bool:
        """Records the stamp of a regular text with an ordinary name, as most are; returns False for anything else."""
        name = entry.name
        if not (name.endswith(TEXT_EXTENSIONS) and name[0] != "." and path.isascii() and path.isprintable()):
            return False
        try:
            if entry.is_file(follow_symlinks=False):
                self.stamps[path] = stamp_of(entry.stat(follow_symlinks=False))
        except OSError:
            return False
        return path in self.stamps

    def _list(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(os.path.join(self.root, folder)) as listing:  # noqa: PTH118 - text: paths can be very deep
                return list(listing)
        except OSError as problem:
            self._report_unreadable(problem, folder, "this folder")
            return []

    def _is_folder(self, entry: os.DirEntry[str], path: str) -> bool:
        try:
            return entry.is_dir(follow_symlinks=False)
        except OSError as problem:
            self._report_unreadable(problem, path, "this file")
            return False

    def _is_source(self, entry: os.DirEntry[str], path: str) -> bool:
        """Returns whether a non-folder entry is a source; records its stamp."""
        try:
            if self._is_usable(entry, path):
                places = self.links.get(path)
                status = os.lstat(self._locate(places[-1])) if places else entry.stat(follow_symlinks=False)
                self.stamps[path] = stamp_of(status)
                return True
        except FileNotFoundError:  # it has gone since the folder was listed
            return False
        except OSError as problem:
            self._report_unreadable(problem, path, "this file")
        return False

    def _locate(self, place: str) -> str:
        return os.path.join(self.real_root, place)  # noqa: PTH118 - text paths throughout

    def _report_unreadable(self, problem: OSError, path: str, what: str) -> None:
        """Adds an error; errors of the machine are not raised, so that a server can continue to watch."""
        if problem.errno in MACHINE_ERRORS:
            found = error(IO_ERROR_ID, f"{what} cannot be read: {describe(problem)}", Place(path))
        else:
            unreadable = explain_error(problem, self.root / path, "cannot be read")
            found = report_unreadable(unreadable, what, Place(path))
        self.diagnostics.append(found)

    def _is_ignored(self, name: str, path: str) -> bool:
        if self.exclude and self._is_excluded(path):
            return True
        if is_backup(name):
            return True
        if not name.startswith("."):
            return False
        if path.startswith("static/"):
            return not self._is_published_dot_name(path, name)
        return name not in HIDDEN_NAMES or not path.startswith(CONTENT_FOLDERS)

    def _is_excluded(self, path: str) -> bool:
        """Returns whether `exclude` matches a path, or its real path below a linked folder."""
        place = self._find_place(path)
        names = (path,) if place is None else (path, place)
        return any(find_exclusion(name, self.exclude) is not None for name in names)

    def _find_place(self, path: str) -> str | None:
        """Returns the real path of a path below a linked folder; None for others."""
        folder, _, rest = path.partition("/")
        return posixpath.join(self.links[folder][-1], rest) if folder in self.links else None

    def _is_published_dot_name(self, path: str, name: str) -> bool:
        if name not in PUBLISHED_DOT_NAMES and name not in _SILENT_DOT_NAMES:
            self._leave_out(path, f"hidden file `{name}`")
        return name in PUBLISHED_DOT_NAMES

    def _leave_out(self, path: str, what: str) -> None:
        """Adds a warning for a file that is not published because of its name."""
        hint = "to publish it, rename it; otherwise add it to `exclude`"
        self.diagnostics.append(warning("hidden-file", f"{what} is not published", Place(path), hint=hint))

    def _is_usable(self, entry: os.DirEntry[str], path: str) -> bool:
        if not _is_text(path):
            place = Place(show_path(path))
            flaw = "characters that cannot be printed" if show_path(path) == path else "not UTF-8"
            problem = error("invalid-file-name", f"invalid file name: {flaw}", place, hint="rename the file")
        elif entry.is_symlink():
            return self._is_usable_link(path)
        elif not entry.is_file(follow_symlinks=False):
            problem = error("unreadable", "not a regular file", Place(path), hint="remove it, or add it to `exclude`")
        else:
            target = self._find_place(path)
            return target is None or self._are_usable(path, (self._locate(target),))
        self.diagnostics.append(problem)
        return False

    def _is_usable_link(self, path: str) -> bool:
        """Returns whether a symbolic link can be used; records its target, or adds a diagnostic."""
        try:
            places = follow_link(self.real_root, path)
            is_folder = stat.S_ISDIR(os.lstat(places[-1]).st_mode)
        except OSError as problem:
            if problem.errno in _LEADS_NOWHERE:
                self.diagnostics.append(error("broken-symlink", "broken symbolic link", Place(path)))
            else:
                self._report_unreadable(problem, path, "the target of this symbolic link")
            return False
        if is_folder and "/" in path:
            hint = "move the folder into the blog, or add the link to `exclude`"
            message = "symbolic link to a folder is not followed"
            self.diagnostics.append(warning("symlinked-folder", message, Place(path), hint=hint))
            return False
        return self._are_usable(path, places)

    def _are_usable(self, path: str, places: tuple[str, ...]) -> bool:
        """Returns whether a path through these places can be used; records them, or adds a diagnostic."""
        inside = tuple(
            place.removeprefix(self.real_root).removeprefix("/") for place in places if self._is_inside(place)
        )
        found = None
        if self.is_trusted:
            inside = places
        elif not self._is_inside(places[-1]):
            hint, message = "copy its target into the blog", "symbolic link points outside the blog folder"
            found = error("symlink-outside", message, Place(path), label=show_path(places[-1]), hint=hint)
        elif (private := find_private(inside, self.exclude, self._list_names)) is not None:
            found = report_private(path, inside, *private)
        if found is not None:
            self.diagnostics.append(found)
            return False
        self.links[path] = inside
        return True

    def _list_names(self, folder: str) -> frozenset[str]:
        """Returns the names in a link's target folder; empty if it cannot be read."""
        try:
            return frozenset(os.listdir(self._locate(folder)))  # noqa: PTH208 - names are all that is wanted
        except OSError:
            return frozenset()

    def _is_inside(self, place: str) -> bool:
        return place == self.real_root or place.startswith(f"{self.real_root.rstrip('/')}/")


def _is_text(path: str) -> bool:
    if path.isascii():
        return path.isprintable()
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return all(character.isprintable() for character in path)
