"""Reads the files of a blog: the only module that opens them.

Paths stay inside the blog, and reserved names are excluded. Separates errors of the machine from those of the user, and
explains them for messages.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from afterword.core.diagnostics import DENIED_ID, Diagnostic, Place, error
from afterword.core.fingerprints import start_digest
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

_MACHINE = (
    *("EIO", "EREMOTEIO", "EBADMSG", "EUCLEAN", "ENODEV"),  # the disk, or the file system on it
    *("ENOSPC", "EDQUOT", "EROFS", "EFBIG"),
    *("EMFILE", "ENFILE", "ENOMEM", "ENOBUFS", "EAGAIN", "ENOLCK"),  # what the system has run out of
    *("ESTALE", "ETIMEDOUT", "ENOTCONN", "ECONNRESET", "ENOLINK"),  # a file system on another machine
    *("EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH"),
    *("ENOKEY", "EKEYEXPIRED", "EKEYREVOKED"),  # an encrypted folder that is locked
    "EDEADLK",  # macOS: a file of iCloud that is not on this machine
)

MACHINE_ERRORS = frozenset(getattr(errno, name) for name in _MACHINE if hasattr(errno, name))
"""Errors that are not about one file: the next file may fail in the same way. Some systems lack a few of them."""

DENIED = frozenset({errno.EACCES, errno.EPERM})
"""Errors for missing permissions."""


def describe(problem: OSError) -> str:
    """Returns the system's message for an error, in lower case."""
    return (problem.strerror or str(problem)).lower()


RESERVED = ".afterword"
"""Prefix of reserved names. No file of a site has it."""

MANIFEST = f"{RESERVED}-manifest"
"""In a site: the list of its files."""

LFS_HINT = "run `git lfs pull`; in a GitHub workflow, set `lfs: true` for `actions/checkout`"
"""What to do about a pointer of Git LFS, which stands for a file that was not downloaded."""

JOURNAL = f"{RESERVED}-journal"
"""In a site during an update: the list of changed files."""

STAGE = f"{RESERVED}-stage"
"""In a site during an update: the staging folder; also the suffix of a staging folder beside it."""

LOCK = f"{RESERVED}-lock"
"""In a site during an update: the lock file."""

STATE = RESERVED
"""Folder in a blog for the cache, the preview of `serve` and crash reports; it can be deleted at any time."""

PUBLISHED_DOT_NAMES = frozenset({".well-known", ".nojekyll"})
"""The only names in a site that start with a dot."""


TEXT_EXTENSIONS = (".md", ".markdown")
"""Extensions of posts and pages."""

CONTENT_FOLDERS = ("posts", "pages", "drafts")
"""Folders of a blog with posts and pages, and the files beside them."""

DRAFT_FOLDER = "_drafts"
"""Name of a folder below `posts/` or `pages/` whose sources are drafts, as in Jekyll's category folders.

So are those in a folder `drafts` there.
"""

_CHUNK = 1 << 16
"""Bytes to read at a time: enough for nearly every source, and a larger buffer costs more than a second read."""

CONFIG_FILES = ("afterword.toml", "pyproject.toml")
"""Files of a blog's folder that can have its settings: its own, and that of a Python project."""

ROOT_FILES = ("CNAME", "favicon.ico", "favicon.png", "favicon.svg", "robots.txt")
"""Files beside the settings that are published as if they were in `static/`, if it has none of the name."""

URL_LOCK = "afterword.lock"
"""The file of a blog's folder that records published URLs and feed ids."""

DEFAULT = "theme:"
"""Prefix of paths in the default theme."""

_BACKUP_SUFFIX = r"(?:orig|bak|backup|old|saved?|swp|swo|tmp|rej|base|local|remote|mine|theirs|r\d+)"
_BACKUP = lazy_pattern(
    rf".+\.(?:md|markdown)[._-](?:{_BACKUP_SUFFIX}|\d{{1,3}})(?:[._-]?\d+)?"
    r"|(?:afterword|pyproject)\.toml\.(?:orig|bak|backup|old|saved?|swp|tmp|rej)(?:[._-]?\d+)?",
    re.IGNORECASE,
)
_BACKUP_ENDINGS = frozenset(
    (
        *("", "orig", "bak", "backup", "old", "save", "saved", "swp", "swo", "tmp", "rej"),
        *("base", "local", "remote", "mine", "theirs", "r"),
    )
)
"""What such names end with, without a number."""

_BACKUP_OF_STEM = lazy_pattern(rf"(?P<stem>.+)\.{_BACKUP_SUFFIX}(?:[._-]?\d+)?", re.IGNORECASE)

_LONE_BACKUPS = (".orig", ".swp", ".swo", ".crdownload")

_SYSTEM_FILES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "$recycle.bin"})
"""Files and folders of Windows and macOS, in lower case, that are no part of a blog."""

_NO_LINKS: Mapping[str, tuple[str, ...]] = {}

_OPEN = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


def is_draft_path(path: str) -> bool:
    """Returns whether a path of a blog is in a folder of drafts: `drafts/`, or one in `posts/` or `pages/`.

    Such a folder is called `drafts` or `_drafts`, in any letter case.
    """
    folder, *inner = path.split("/")[:-1] or [""]
    if folder == "drafts" or DRAFT_FOLDER in inner:
        return True
    return folder in CONTENT_FOLDERS and any(name.casefold() in ("drafts", DRAFT_FOLDER) for name in inner)


class Unreadable(Exception):  # noqa: N818 - gives the reason why a file cannot be read
    """A file that cannot be read; the message says why, for the user.

    `is_denied` is True if permissions are missing.
    """

    def __init__(self, message: str, *, is_denied: bool = False) -> None:
        super().__init__(message)
        self.is_denied = is_denied


def explain_error(problem: OSError, path: Path, attempt: str) -> Unreadable:
    """Returns the reason of an OS error for the file at `path`, as in "cannot be opened: …".

    Raises the error itself, with the path, if the machine is at fault: the build then ends.
    """
    if problem.errno in MACHINE_ERRORS:
        raise OSError(problem.errno, problem.strerror or str(problem), str(path)) from problem
    if problem.errno == errno.ENOENT:
        return Unreadable("does not exist")
    return Unreadable(f"{attempt}: {describe(problem)}", is_denied=problem.errno in DENIED)


def report_unreadable(problem: Unreadable, what: str, place: Place) -> Diagnostic:
    """Returns the error for a file that cannot be read; `what` names it in the message, such as "this file"."""
    if not problem.is_denied:
        return error("unreadable", f"{what} {problem}", place)
    return error(DENIED_ID, f"{what} {problem}", place, hint="give the user who runs the build permission to read it")


def locate(root: Path, source: str, links: Mapping[str, tuple[str, ...]] = _NO_LINKS) -> Path:
    """Returns the path of a source: in the blog folder `root`, or in the default theme.

    `links` has the targets of symbolic links (`scanning.Sources`).
    """
    path = links[source][-1] if source in links else source.removeprefix(DEFAULT)
    return theme_folder() / path if source.startswith(DEFAULT) else root / path


def open_regular(path: Path, *, follow: bool = False) -> BinaryIO:
    """Opens a regular file for reading. Raises `Unreadable` for anything else; `follow` allows a symbolic link.

    The descriptor is opened without blocking and checked after opening, so that neither a FIFO nor a file that is
    replaced between check and use is read. Raises `OSError` if the machine is at fault.
    """
    try:
        descriptor = os.open(path, _OPEN if follow else _OPEN | os.O_NOFOLLOW)
    except OSError as problem:
        if problem.errno in (errno.ELOOP, errno.EMLINK) and not follow:
            raise Unreadable("became a symbolic link during the build") from problem
        raise explain_error(problem, path, "cannot be opened") from problem
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable("is not a regular file")
    return os.fdopen(descriptor, "rb")


def read(path: Path, limit: int, *, follow: bool = False) -> bytes:
    """Reads a regular file; raises as `open_regular` does, and `Unreadable` if it has more than `limit` bytes."""
    with open_regular(path, follow=follow) as file:
        try:
            data = file.read(min(_CHUNK, limit + 1))
            if len(data) == _CHUNK:
                data += file.read(limit + 1 - _CHUNK)
        except OSError as problem:
            raise explain_error(problem, path, "cannot be read") from problem
    if len(data) > limit:
        raise Unreadable(f"is larger than {limit:,} bytes")
    return data


def read_start(path: Path, size: int) -> bytes:
    """Reads the first `size` bytes of a regular file; raises as `open_regular` does."""
    with open_regular(path) as file:
        try:
            return file.read(size)
        except OSError as problem:
            raise explain_error(problem, path, "cannot be read") from problem


def digest_file(path: Path) -> str:
    """Returns the digest of a regular file of any size: BLAKE2b of its bytes; raises as `open_regular` does."""
    state = start_digest()
    with open_regular(path) as file:
        try:
            while chunk := file.read(_CHUNK):
                state.update(chunk)
        except OSError as problem:
            raise explain_error(problem, path, "cannot be read") from problem
    return state.hexdigest()


@cache
def theme_folder() -> Path:
    """Returns the folder with `templates` and `static` of the default theme: in the wheel, or in the repository."""
    packaged = Path(__file__).parents[1] / "_theme"
    return packaged if packaged.is_dir() else Path(__file__).parents[3]


def manual_folder() -> Path:
    """Returns the folder with the pages of the manual: in the wheel, or in the repository."""
    packaged = Path(__file__).parents[1] / "_manual"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "docs"


def find_exclusion(path: str, patterns: Iterable[str]) -> str | None:
    """Returns the first `exclude` pattern that matches a path, or None."""
    matching = (pattern for pattern in patterns if fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*"))
    return next(matching, None)


def is_backup(name: str) -> bool:
    """Returns whether a file name is that of a backup by an editor or merge tool, or of a file of an operating system.

    These are names that end with `~`, names of sources or settings followed by `.orig`, `.bak`, `.1` and the like, and
    `_SYSTEM_FILES`.
    """
    if name.endswith(TEXT_EXTENSIONS):
        return False  # most names
    if name.endswith("~") or (name.startswith("#") and name.endswith("#")) or name.lower() in _SYSTEM_FILES:
        return True
    return (".m" in name.lower() or ".toml." in name.lower()) and _BACKUP.fullmatch(name) is not None


def is_backup_beside(name: str, names: Container[str]) -> bool:
    """Returns whether a name is that of a backup of a file in the same folder: `x.orig` beside `x.md`, or `x.png.orig`.

    `names` are those of the folder.
    """
    if name.rpartition(".")[2].rstrip("0123456789-_").lower() not in _BACKUP_ENDINGS:
        return False  # most names
    match = _BACKUP_OF_STEM.fullmatch(name)
    if match is None:
        return False
    stem = match["stem"]
    return ("." in stem and stem in names) or any(stem + extension in names for extension in TEXT_EXTENSIONS)


def is_lone_backup(name: str) -> bool:
    """Returns whether a file name is that of a backup whose original may be gone, or may be a folder above."""
    return name.lower().endswith(_LONE_BACKUPS)
