"""File operations in an output folder by descriptor, without following symbolic links.

Every folder is opened from the one above, so that nothing outside is read, written or deleted through a link. Methods
raise `OSError`, which `explained` turns into messages, `InTheWay` and `Gone`.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import contextmanager, suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Self

from afterword.core.diagnostics import IO_ERROR_ID, Exit, Failure, error
from afterword.core.fingerprints import SIZE, Known, stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


class InTheWay(Exception):  # noqa: N818 - says what stands where a folder should
    """Something on the way to a file is no folder; `path` is where, relative to the tree."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Gone(Exception):  # noqa: N818 - says what became of a folder
    """The folder that was opened no longer stands at its path: it was put in place elsewhere, or deleted."""


@contextmanager
def explained(path: str, doing: str = "written") -> Iterator[None]:
    """Turn the system's errors into a `Failure` that says what could not be done to which file, and why."""
    try:
        yield
    except Gone as problem:
        message = f"`{path}` cannot be {doing}: another program replaces it repeatedly"
        raise Failure(Exit.ENVIRONMENT, error("site-changed", message)) from problem
    except InTheWay as problem:
        message = f"`{path}` cannot be {doing}: `{problem.path}` is not a folder"
        raise Failure(Exit.ENVIRONMENT, error(IO_ERROR_ID, message)) from problem
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        hint = _HINTS.get(problem.errno or 0, "")
        raise Failure(
            Exit.ENVIRONMENT, error(IO_ERROR_ID, f"`{path}` cannot be {doing}: {reason}", hint=hint)
        ) from problem


class Tree:
    """A folder and what is below it. Paths are relative, with `/`; an empty one is the folder itself.

    The descriptors on the way to the folder used last stay open, so a walk in order of paths opens each folder once.
    """

    def __init__(self, path: str, shown: str) -> None:
        """Open the folder at `path`; `shown` is what messages call it."""
        self.path = path
        self.shown = shown
        self.descriptor = os.open(path, _FOLDER)
        self._trail: list[tuple[str, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave(0)
        os.close(self.descriptor)

    def show(self, path: str) -> str:
        """A path of the tree as a message names it."""
        return os.path.join(self.shown, path)  # noqa: PTH118 - text throughout

    def is_in_place(self) -> bool:
        """Whether the folder that was opened is still the one that stands at its path."""
        with suppress(FileNotFoundError):
            return os.path.samestat(os.lstat(self.path), os.fstat(self.descriptor))
        return False

    def status(self, path: str) -> os.stat_result | None:
        """What is at a path, without following a link; None for nothing. Raises `InTheWay`."""
        try:
            folder, name = self._reach(path)
            return os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def inspect(self, path: str) -> Known | None:
        """What a regular file is; None for anything else. Raises `InTheWay`."""
        descriptor = self._open_regular(path)
        if descriptor is None:
            return None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            stamp = stamp_of(os.fstat(descriptor))  # before the bytes: a write from here on changes it
            state = blake2b(digest_size=SIZE)
            while chunk := file.read(_CHUNK):
                state.update(chunk)
        return Known(stamp, state.hexdigest())

    def read(self, path: str, size: int = -1) -> bytes | None:
        """The bytes of a regular file, or the first `size` of them; None for anything else."""
        descriptor = self._open_regular(path)
        if descriptor is None:
            return None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            return file.read(size)

    def names(self, path: str = "") -> list[str]:
        """The names in a folder, sorted."""
        return sorted(os.listdir(self._enter(path)))  # noqa: PTH208 - by descriptor

    def files(self, path: str) -> Iterator[str]:
        """Everything below a folder that is not a folder."""
        for inner, is_folder in self._below(path):
            if not is_folder:
                yield inner

    def _below(self, path: str) -> Iterator[tuple[str, bool]]:
        """Everything below a folder, and whether it is one; a folder comes before what is in it."""
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
        """Write a file that is not there yet; return what it is. `sync` waits until the disk has it."""
        folder, name = self._reach(path)
        descriptor = os.open(name, _CREATE, FILE_MODE, dir_fd=folder)
        state = blake2b(digest_size=SIZE)
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            for chunk in chunks:
                state.update(chunk)
                _write_all(descriptor, chunk)
            status = _set_mode(descriptor, FILE_MODE)
            if sync:
                os.fsync(file.fileno())
            return Known(stamp_of(status), state.hexdigest())

    def put_in_place(self, waiting: str, file: Known, path: str) -> Known | None:
        """Give a file that was just written its path, in place of what is there; both at the same instant.

        Return what it is from then on, for a rename changes its stamp; None where it is no longer what was written.
        """
        self.rename(waiting, path)
        status = self.status(path)
        stamp = stamp_of(status) if status is not None else None
        was = file.stamp
        is_same = stamp is not None and (was.size, was.mtime_ns, was.inode) == (stamp.size, stamp.mtime_ns, stamp.inode)
        return Known(stamp, file.digest) if stamp is not None and is_same else None

    def rename(self, old: str, new: str) -> None:
        """Give a file another path, in place of what is there; both at the same instant."""
        source, name = self._reach(old)
        source = os.dup(source)  # the next step may leave its folder
        try:
            target, new_name = self._reach(new)
            os.rename(name, new_name, src_dir_fd=source, dst_dir_fd=target)
        finally:
            os.close(source)

    def remove(self, path: str) -> None:
        """Delete a file, or a link itself."""
        folder, name = self._reach(path)
        os.unlink(name, dir_fd=folder)

    def make_folder(self, path: str) -> None:
        """Make a folder and those on the way to it, where they are missing. Raises `InTheWay`."""
        with suppress(FileNotFoundError):
            self._enter(path)
            return
        self.make_folder(path.rpartition("/")[0])
        folder, name = self._reach(path)
        os.mkdir(name, FOLDER_MODE, dir_fd=folder)
        _set_mode(self._enter(path), FOLDER_MODE)

    def remove_folder_if_empty(self, path: str) -> bool:
        """Delete a folder, unless it has something in it or is not there.

        Returns whether it is there and empty, but in use: a mount point, for instance.
        """
        with suppress(FileNotFoundError, InTheWay):
            folder, name = self._reach(path)
            try:
                os.rmdir(name, dir_fd=folder)
            except OSError as problem:
                if problem.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR, errno.EBUSY):
                    raise
                return problem.errno == errno.EBUSY and not self.names(path)
        return False

    def remove_empty_folders(self, path: str) -> None:
        """Delete a folder that has nothing but empty folders in it; the others stay."""
        folders = [path, *(inner for inner, is_folder in self._below(path) if is_folder)]
        for folder in reversed(folders):
            self.remove_folder_if_empty(folder)

    def remove_whole(self, path: str) -> None:
        """Delete what is at a path with all that is below it, where there is something."""
        status = self.status(path)
        if status is None:
            return
        folder, name = self._reach(path)
        if stat.S_ISDIR(status.st_mode):
            shutil.rmtree(name, dir_fd=folder)
        else:
            os.unlink(name, dir_fd=folder)

    def sync(self) -> None:
        """Wait until the disk has the names of the tree's own folder."""
        os.fsync(self.descriptor)

    def _open_regular(self, path: str) -> int | None:
        try:
            folder, name = self._reach(path)
            descriptor = os.open(name, _READ, dir_fd=folder)
        except OSError as problem:
            if problem.errno in (errno.ENOENT, errno.ELOOP, errno.EMLINK, errno.ENXIO):
                return None
            raise
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return descriptor
        os.close(descriptor)
        return None

    def _reach(self, path: str) -> tuple[int, str]:
        """The descriptor of the folder that a path is in, and its name there."""
        folder, _, name = path.rpartition("/")
        return self._enter(folder), name

    def _enter(self, path: str) -> int:
        """The descriptor of a folder, by the shortest way from the last one."""
        segments = path.split("/") if path else []
        shared = 0
        for (name, _), segment in zip(self._trail, segments, strict=False):
            if name != segment:
                break
            shared += 1
        self._leave(shared)
        for depth, segment in enumerate(segments[shared:], shared + 1):
            try:
                descriptor = os.open(segment, _FOLDER, dir_fd=self._tip())
            except OSError as problem:
                if problem.errno in (errno.ENOTDIR, errno.ELOOP, errno.EMLINK):
                    raise InTheWay("/".join(segments[:depth])) from None
                raise
            self._trail.append((segment, descriptor))
        return self._tip()

    def _tip(self) -> int:
        return self._trail[-1][1] if self._trail else self.descriptor

    def _leave(self, depth: int) -> None:
        while len(self._trail) > depth:
            os.close(self._trail.pop()[1])


def _set_mode(descriptor: int, mode: int) -> os.stat_result:
    """Give what was just made its mode where a umask has taken some of it; what it is then. A change of mode costs a
    file system as much as a new file, so none is made for nothing."""
    status = os.fstat(descriptor)
    if stat.S_IMODE(status.st_mode) == mode:
        return status
    os.fchmod(descriptor, mode)
    return os.fstat(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
