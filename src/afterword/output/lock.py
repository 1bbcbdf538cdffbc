"""Lock of an output folder, so that two builds cannot write to it at once.

The kernel holds it (`flock`), so it ends with its process. Some network file systems do not share it between machines.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.files import LOCK
from afterword.output.safe_tree import FILE_MODE, FolderReplaced
from afterword.output.signals import deferred_signals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.output.safe_tree import Tree

LOCK_TIMEOUT = 10.0
"""Seconds that a build waits for another build of the same site."""

OPEN_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_RETRY_SECONDS = 0.05


@contextmanager
def locked(tree: Tree, wait: float) -> Iterator[int]:
    """Holds the lock of a folder. Yields the time when it was taken, by the clock of the folder's file system.

    Raises `Failure` if another build still has the lock after `wait` seconds, and `FolderReplaced` if the folder is no
    longer at its path then.
    """
    descriptor = _acquire(tree, wait)
    try:
        if not tree.is_in_place():
            raise FolderReplaced
        yield os.fstat(descriptor).st_mtime_ns
    finally:
        with deferred_signals():
            _release(descriptor, tree)


def _release(descriptor: int, tree: Tree) -> None:
    """Deletes the lock file and releases the lock even if that is interrupted: `serve` would keep it."""
    try:
        with suppress(OSError):
            os.unlink(LOCK, dir_fd=tree.descriptor)
    finally:
        _unlock(descriptor)


def _unlock(descriptor: int) -> None:
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # a forked process has the descriptor, too
    finally:
        os.close(descriptor)


def _acquire(tree: Tree, wait: float) -> int:
    until = time.monotonic() + wait
    while True:
        try:
            descriptor = os.open(LOCK, OPEN_FLAGS, FILE_MODE, dir_fd=tree.descriptor)
        except FileNotFoundError:  # the folder was deleted
            raise FolderReplaced from None
        try:
            if _try_to_lock(descriptor, tree):
                return descriptor
            if time.monotonic() >= until:
                raise _lock_held_error(descriptor, tree)
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        time.sleep(_RETRY_SECONDS)


def _try_to_lock(descriptor: int, tree: Tree) -> bool:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise Failure(Exit.ENVIRONMENT, error("locked", f"`{tree.show(LOCK)}` is not a regular file"))
    if not try_flock(descriptor) or not _is_current(descriptor, tree):  # its last holder may have deleted the file
        return False
    write_process_id(descriptor)
    return True


def _is_current(descriptor: int, tree: Tree) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.stat(LOCK, dir_fd=tree.descriptor, follow_symlinks=False), os.fstat(descriptor))
    return False


def _lock_held_error(descriptor: int, tree: Tree) -> Failure:
    holder = read_process_id(descriptor)
    who = f"another build (process {holder})" if holder is not None else "another build"
    hint = "wait until it is done, or stop it"
    return Failure(Exit.ENVIRONMENT, error("locked", f"{who} is writing to `{tree.shown}`", hint=hint))


def try_flock(descriptor: int) -> bool:
    """Takes the kernel's lock of a file without waiting. Returns False if another process has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_process_id(descriptor: int) -> None:
    """Writes the id of this process to the file of a lock that it holds."""
    os.ftruncate(descriptor, 0)
    os.write(descriptor, b"%d\n" % os.getpid())


def read_process_id(descriptor: int) -> int | None:
    """Reads the id of the process that holds a lock; None if it has not written it."""
    holder = os.pread(descriptor, 20, 0).strip()
    return int(holder) if holder.isdigit() else None
