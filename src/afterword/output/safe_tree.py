"""File operations in an output folder by descriptor, without following symbolic links.

Every folder is opened from its parent, so that nothing outside is read, written or deleted through a link. Methods
raise `NotAFolder`, `FolderReplaced` and `OSError`; `explain_errors` turns them into messages.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

from afterword.core.diagnostics import IO_ERROR_ID, Exit, Failure, error
from afterword.core.files import describe
from afterword.core.fingerprints import Known, stamp_of, start_digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FILE_MODE = 0o644
FOLDER_MODE = 0o755
"""Web servers and GitHub Pages read the site as another user, so modes do not depend on the umask."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK = 1 << 20

_HINTS = {
    errno.ENOSPC: "free some space and build again",
    errno.EDQUOT: "free some space and build again",
    errno.EROFS: "the file system is read-only; use another output folder",
    errno.EACCES: "check the permissions of the folder, or use another output folder",
    errno.EPERM: "check the permissions of the folder, or use another output folder",
}


class NotAFolder(Exception):  # noqa: N818 - says what stands where a folder should
    """A parent of a path, `path`, is not a folder. It is relative to the tree."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class FolderReplaced(Exception):  # noqa: N818 - says what became of a folder
    """The open folder is no longer at its path: it was renamed, deleted or replaced."""


@contextmanager
def explain_errors(path: str, doing: str = "written") -> Iterator[None]:
    """Turns errors of the system into a `Failure` that names the file and the reason."""
    try:
        yield
    except FolderReplaced as problem:
        message = f"`{path}` cannot be {doing}: another program replaces it repeatedly"
        raise Failure(Exit.ENVIRONMENT, error("site-changed", message)) from problem
    except NotAFolder as problem:
        message = f"`{path}` cannot be {doing}: `{problem.path}` is not a folder"
        raise Failure(Exit.ENVIRONMENT, error(IO_ERROR_ID, message)) from problem
    except OSError as problem:
        reason = describe(problem)
        hint = _HINTS.get(problem.errno or 0, "")
        raise Failure(
            Exit.ENVIRONMENT, error(IO_ERROR_ID, f"`{path}` cannot be {doing}: {reason}", hint=hint)
        ) from problem


class Tree:
    """A folder with all files below it. Paths are relative, with `/`; an empty one is the folder itself.

    The descriptors of the last folder and its parents stay open, so a walk in the order of paths opens each folder
    once.
    """

    def __init__(self, path: str, shown: str) -> None:
        """Opens the folder at `path`; messages call it `shown`."""
        self.path = path
        self.shown = shown
        self.descriptor = os.open(path, _FOLDER)
        self._open_folders: list[tuple[str, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close_below(0)
        os.close(self.descriptor)

    def show(self, path: str) -> str:
        """Returns a path as messages show it."""
        return os.path.join(self.shown, path)  # noqa: PTH118 - text throughout

    def is_in_place(self) -> bool:
        """Returns whether the open folder is still the one at its path."""
        with suppress(FileNotFoundError):
            return os.path.samestat(os.lstat(self.path), os.fstat(self.descriptor))
        return False

    def status(self, path: str) -> os.stat_result | None:
        """Returns the status at a path, without following a link; None if there is nothing. Raises `NotAFolder`."""
        try:
            folder, name = self._open_parent(path)
            return os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def inspect(self, path: str) -> Known | None:
        """Returns stamp and digest of a regular file; None for anything else. Raises `NotAFolder`."""
        descriptor = self._open_regular(path)
        if descriptor is None:
            return None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            stamp = stamp_of(os.fstat(descriptor))  # before reading: a later write changes it
            state = start_digest()
            while chunk := file.read(_CHUNK):
                state.update(chunk)
        return Known(stamp, state.hexdigest())

    def read(self, path: str, size: int = -1) -> bytes | None:
        """Returns the first `size` bytes of a regular file, by default all; None for anything else."""
        descriptor = self._open_regular(path)
        if descriptor is None:
            return None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            return file.read(size)

    def names(self, path: str = "") -> list[str]:
        """Returns the names in a folder, sorted."""
        return sorted(os.listdir(self._open_folder(path)))  # noqa: PTH208 - by descriptor

    def files(self, path: str) -> Iterator[str]:
        """Yields everything below a folder that is not a folder."""
        for inner, is_folder in self._below(path):
            if not is_folder:
                yield inner

    def _below(self, path: str) -> Iterator[tuple[str, bool]]:
        """Yields all paths below a folder, and whether each is a folder. A folder comes before its contents."""
        waiting = [path]
        while waiting:
            folder = waiting.pop()
            for name in self.names(folder):
                inner = f"{folder}/{name}" if folder else name
                status = self.status(inner)
                if status is not None:
                    is_folder = stat.S_ISDIR(status.st_mode)
                    waiting += [inner] if is_folder else []
                    yield inner, is_folder

    def write(self, path: str, chunks: Iterable[bytes], *, sync: bool = False) -> Known:
        """Writes a new file and returns its stamp and digest. `sync` waits until it is on disk."""
        folder, name = self._open_parent(path)
        descriptor = os.open(name, _CREATE, FILE_MODE, dir_fd=folder)
        state = start_digest()
        try:
            for chunk in chunks:
                state.update(chunk)
                _write_all(descriptor, chunk)
            status = _set_mode(descriptor, FILE_MODE)
            if sync:
                os.fsync(descriptor)
            return Known(stamp_of(status), state.hexdigest())
        finally:
            os.close(descriptor)

    def put_in_place(self, waiting: str, file: Known, path: str) -> Known | None:
        """Moves a file that was just written to its path, atomically.

        Returns its new stamp, because a rename changes it; None if it is no longer the file that was written.
        """
        self.rename(waiting, path)
        status = self.status(path)
        stamp = stamp_of(status) if status is not None else None
        was = file.stamp
        is_same = stamp is not None and (was.size, was.mtime_ns, was.inode) == (stamp.size, stamp.mtime_ns, stamp.inode)
        return Known(stamp, file.digest) if stamp is not None and is_same else None

    def rename(self, old: str, new: str) -> None:
        """Moves a file to another path, atomically; an existing file is replaced."""
        source, name = self._open_parent(old)
        source = os.dup(source)  # `_open_parent` may close it
        try:
            target, new_name = self._open_parent(new)
            os.rename(name, new_name, src_dir_fd=source, dst_dir_fd=target)
        finally:
            os.close(source)

    def remove(self, path: str) -> None:
        """Deletes a file, or a link itself."""
        folder, name = self._open_parent(path)
        os.unlink(name, dir_fd=folder)

    def make_folder(self, path: str) -> None:
        """Creates a folder and its missing parents. Raises `NotAFolder`."""
        self._open_folder(path, create=True)

    def remove_folder_if_empty(self, path: str) -> bool:
        """Deletes a folder if it exists and is empty.

        Returns whether it is empty but in use, such as a mount point.
        """
        with suppress(FileNotFoundError, NotAFolder):
            folder, name = self._open_parent(path)
            try:
                os.rmdir(name, dir_fd=folder)
            except OSError as problem:
                if problem.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.EBUSY):
                    raise
                return problem.errno == errno.EBUSY and not self.names(path)
        return False

    def remove_empty_folders(self, path: str) -> None:
        """Deletes a folder and those below it, as far as they contain no files."""
        folders = [path, *(inner for inner, is_folder in self._below(path) if is_folder)]
        for folder in reversed(folders):
            self.remove_folder_if_empty(folder)

    def remove_tree(self, path: str) -> None:
        """Deletes what is at a path, if anything, with everything below it."""
        status = self.status(path)
        if status is None:
            return
        folder, name = self._open_parent(path)
        if stat.S_ISDIR(status.st_mode):
            shutil.rmtree(name, dir_fd=folder)
        else:
            os.unlink(name, dir_fd=folder)

    def sync(self) -> None:
        """Waits until the names in the tree's own folder are on disk."""
        os.fsync(self.descriptor)

    def _open_regular(self, path: str) -> int | None:
        try:
            folder, name = self._open_parent(path)
            descriptor = os.open(name, _READ, dir_fd=folder)
        except OSError as problem:
            if problem.errno in (errno.ENOENT, errno.ELOOP, errno.EMLINK, errno.ENXIO):
                return None
            raise
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return descriptor
        os.close(descriptor)
        return None

    def _open_parent(self, path: str) -> tuple[int, str]:
        """Returns the descriptor of a path's parent, and its name there."""
        folder, _, name = path.rpartition("/")
        return self._open_folder(folder), name

    def _open_folder(self, path: str, *, create: bool = False) -> int:
        """Returns the descriptor of a folder. Reuses open parents. `create` creates missing folders."""
        segments = path.split("/") if path else []
        shared = 0
        for (name, _), segment in zip(self._open_folders, segments, strict=False):
            if name != segment:
                break
            shared += 1
        self._close_below(shared)
        for depth, segment in enumerate(segments[shared:], shared + 1):
            is_new = create and _make_folder(segment, self._innermost())
            try:
                descriptor = os.open(segment, _FOLDER, dir_fd=self._innermost())
            except OSError as problem:
                if problem.errno in (errno.ENOTDIR, errno.ELOOP, errno.EMLINK):
                    raise NotAFolder("/".join(segments[:depth])) from None
                raise
            self._open_folders.append((segment, descriptor))
            if is_new:
                _set_mode(descriptor, FOLDER_MODE)
        return self._innermost()

    def _innermost(self) -> int:
        return self._open_folders[-1][1] if self._open_folders else self.descriptor

    def _close_below(self, depth: int) -> None:
        while len(self._open_folders) > depth:
            os.close(self._open_folders.pop()[1])


def _make_folder(name: str, parent: int) -> bool:
    """Creates a folder if there is nothing with its name; returns whether it did."""
    try:
        os.mkdir(name, FOLDER_MODE, dir_fd=parent)
    except FileExistsError:
        return False
    return True


def _set_mode(descriptor: int, mode: int) -> os.stat_result:
    """Sets the mode of a new file or folder if the umask has changed it. Returns its status.

    A change of mode is as expensive as a new file, so it is avoided.
    """
    status = os.fstat(descriptor)
    if stat.S_IMODE(status.st_mode) == mode:
        return status
    os.fchmod(descriptor, mode)
    return os.fstat(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def replace_file(path: Path, data: bytes) -> None:
    """Replaces a file, or the file that a link at its path leads to, in one step; raises `OSError`."""
    folder, name = os.path.split(os.path.realpath(path))
    waiting = f"{name}.{os.getpid()}.tmp"
    with Tree(folder, folder) as tree:
        known = tree.write(waiting, [data], sync=True)
        tree.put_in_place(waiting, known, name)
