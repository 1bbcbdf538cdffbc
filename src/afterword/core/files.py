"""Reads the files of a blog: the only module that opens them.

Paths stay inside the blog, and names of our own records are excluded. Also tells errors of the machine from those of
the user, and quotes them for messages.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from fnmatch import fnmatchcase
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from afterword.core.diagnostics import DENIED_ID, Diagnostic, Place, error
from afterword.core.fingerprints import SIZE
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
"""The errors that say nothing of a file: the next file may well fail the same way. Some systems lack a few of them."""

DENIED = frozenset({errno.EACCES, errno.EPERM})
"""The errors of a file whose permissions keep this user out."""


def describe(problem: OSError) -> str:
    """The system's own words for an error, in lower case."""
    return (problem.strerror or str(problem)).lower()


RESERVED = ".afterword"
"""Prefix of the names of Afterword's own records. No file of a site has it."""

MANIFEST = f"{RESERVED}-manifest"
"""In a site: the list of the files that are ours."""

JOURNAL = f"{RESERVED}-journal"
"""In a site that is being changed: the list of the files that are touched."""

STAGE = f"{RESERVED}-stage"
"""In a site that is being changed: the folder in which new files wait; also the end of the name of one beside it."""

LOCK = f"{RESERVED}-lock"
"""In a site that is being changed: the file that the build holds the lock of."""

STATE = RESERVED
"""The folder of a blog that holds the cache, the preview of `serve` and crash reports; it can be deleted any time."""

PUBLISHED_DOT_NAMES = frozenset({".well-known", ".nojekyll"})
"""The only names in a site that begin with a dot."""


TEXT_SUFFIXES = (".md", ".markdown")
"""Suffixes of posts and pages."""

CONTENT_FOLDERS = ("posts", "pages", "drafts")
"""The folders of a blog that hold posts and pages, and the files beside them."""

DRAFT_FOLDER = "_drafts"
"""The name of a folder below `posts/` or `pages/` whose sources are drafts, as in Jekyll's folders of categories."""

_PIECE = 1 << 16
"""Bytes that are read at a time: nearly every source in one go, and making room for more costs more than reading."""

CONFIG_FILES = ("afterword.toml", "pyproject.toml")
"""The files of a blog's folder that can hold its settings: its own, and a Python project's."""

URL_LOCK = "afterword.lock"
"""The file of a blog's folder that records published URLs and feed ids."""

DEFAULT = "theme:"
"""Prefix of paths in the default theme."""

_LEFT = r"(?:orig|bak|backup|old|saved?|swp|swo|tmp|rej|base|local|remote|mine|theirs|r\d+)"
_BACKUP = lazy_pattern(
    rf".+\.(?:md|markdown)[._-](?:{_LEFT}|\d{{1,3}})(?:[._-]?\d+)?"
    r"|(?:afterword|pyproject)\.toml\.(?:orig|bak|backup|old|saved?|swp|tmp|rej)(?:[._-]?\d+)?",
    re.IGNORECASE,
)
_BACKUP_OF_STEM = lazy_pattern(rf"(?P<stem>.+)\.{_LEFT}(?:[._-]?\d+)?", re.IGNORECASE)

_NO_LINKS: Mapping[str, tuple[str, ...]] = {}

_OPEN = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


def is_draft_path(path: str) -> bool:
    """Returns whether a path of a blog is in a folder of drafts: `drafts/`, or one named `_drafts`."""
    return path.startswith("drafts/") or f"/{DRAFT_FOLDER}/" in path


class Unreadable(Exception):  # noqa: N818 - gives the reason why a file cannot be read
    """A file that cannot be read: the message says why, in words for the person whose file it is.

    `is_denied` says that its permissions are the reason.
    """

    def __init__(self, message: str, *, is_denied: bool = False) -> None:
        super().__init__(message)
        self.is_denied = is_denied


def explain_error(problem: OSError, path: Path, attempt: str) -> Unreadable:
    """Returns what an error of the operating system says of the file at `path`, as in "cannot be opened: …".

    Raises the error itself, with the path, if the machine is at fault: a build that reads files ends with it.
    """
    if problem.errno in MACHINE_ERRORS:
        raise OSError(problem.errno, problem.strerror or str(problem), str(path)) from problem
    return Unreadable(f"{attempt}: {describe(problem)}", is_denied=problem.errno in DENIED)


def report_unreadable(problem: Unreadable, what: str, place: Place) -> Diagnostic:
    """Returns the error for a file that cannot be read; `what` is what the message calls it, such as "this file"."""
    if not problem.is_denied:
        return error("unreadable", f"{what} {problem}", place)
    return error(DENIED_ID, f"{what} {problem}", place, hint="give the user who runs the build permission to read it")


def locate(root: Path, source: str, links: Mapping[str, tuple[str, ...]] = _NO_LINKS) -> Path:
    """Returns the path of a source: in the blog folder `root`, or in the default theme.

    `links` says where symbolic links lead, as a scan found out (`scanning.Sources`).
    """
    path = links[source][-1] if source in links else source.removeprefix(DEFAULT)
    return theme_folder() / path if source.startswith(DEFAULT) else root / path


def open_regular(path: Path, *, follow: bool = False) -> BinaryIO:
    """Opens a regular file for reading. Raises `Unreadable` for anything else; `follow` allows a symbolic link.

    The descriptor is opened without blocking and checked after opening, so that neither a FIFO nor a file that is
    exchanged between check and use gets through. Raises `OSError` if the machine is at fault.
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
    """The bytes of a regular file; raises as `open_regular` does, and `Unreadable` for more than `limit` bytes."""
    with open_regular(path, follow=follow) as file:
        try:
            data = file.read(min(_PIECE, limit + 1))
            if len(data) == _PIECE:
                data += file.read(limit + 1 - _PIECE)
        except OSError as problem:
            raise explain_error(problem, path, "cannot be read") from problem
    if len(data) > limit:
        raise Unreadable(f"is larger than {limit:,} bytes")
    return data


def read_start(path: Path, size: int) -> bytes:
    """Returns the first `size` bytes of a regular file; raises as `open_regular` does."""
    with open_regular(path) as file:
        try:
            return file.read(size)
        except OSError as problem:
            raise explain_error(problem, path, "cannot be read") from problem


def digest_file(path: Path) -> str:
    """The digest of a regular file of any size: BLAKE2b of its bytes alone; raises as `open_regular` does."""
    state = blake2b(digest_size=SIZE)
    with open_regular(path) as file:
        try:
            while chunk := file.read(_PIECE):
                state.update(chunk)
        except OSError as problem:
            raise explain_error(problem, path, "cannot be read") from problem
    return state.hexdigest()


def theme_folder() -> Path:
    """Returns the folder with `templates` and `static` of the default theme: in the wheel, or in the repository."""
    packaged = Path(__file__).parents[1] / "_theme"
    return packaged if packaged.is_dir() else Path(__file__).parents[3]


def manual_folder() -> Path:
    """Returns the folder with the pages of the manual: in the wheel, or in the repository."""
    packaged = Path(__file__).parents[1] / "_manual"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "docs"


def find_exclusion(path: str, patterns: Iterable[str]) -> str | None:
    """The first of the `exclude` patterns by which a path is left out, if there is one."""
    matching = (pattern for pattern in patterns if fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*"))
    return next(matching, None)


def is_backup(name: str) -> bool:
    """Whether a file's name is one that editors and merge tools give to what was there before.

    That is any name with `~` at its end, and `.orig`, `.bak`, `.1` and the like behind that of a source or of settings.
    """
    return name.endswith("~") or (name.startswith("#") and name.endswith("#")) or _BACKUP.fullmatch(name) is not None


def is_backup_beside(name: str, names: Container[str]) -> bool:
    """Whether a name is that of a backup of a source among the `names` of its folder: `x.orig` beside `x.md`."""
    match = _BACKUP_OF_STEM.fullmatch(name)
    return match is not None and any(match["stem"] + suffix in names for suffix in TEXT_SUFFIXES)
