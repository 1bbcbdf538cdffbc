"""Lock on an output folder, so that two builds cannot write to it at once.

The kernel holds it (`flock`), so it ends with its process. Some network file systems do not share it between
machines.
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
from afterword.core.signals import deferred_signals
from afterword.output.safe_tree import FILE_MODE, Gone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.output.safe_tree import Tree

LOCK_WAIT = 10.0
"""Seconds for which a build waits for another one of the same site."""

_OPEN = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_PAUSE = 0.05


@contextmanager
def locked(tree: Tree, wait: float) -> Iterator[int]:
    """Hold the lock of a folder; gives the time at which it was taken, by the clock of the folder's file system.

    Raises `Failure` when another build still has it after `wait` seconds, and `Gone` when the folder then no longer
    stands at its path.
    """
    descriptor = _take(tree, wait)
    try:
        if not tree.is_in_place():
            raise Gone
        yield os.fstat(descriptor).st_mtime_ns
    finally:
        with deferred_signals():
            _release(descriptor, tree)


def _release(descriptor: int, tree: Tree) -> None:
    """Remove the file of the lock, and let go of the lock even if that is interrupted: a server would keep it."""
    try:
        with suppress(OSError):
            os.unlink(LOCK, dir_fd=tree.descriptor)
    finally:
        _let_go(descriptor)


def _let_go(descriptor: int) -> None:
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # a process that was forked meanwhile must not keep it
    finally:
        os.close(descriptor)


def _take(tree: Tree, wait: float) -> int:
    until = time.monotonic() + wait
    while True:
        try:
            descriptor = os.open(LOCK, _OPEN, FILE_MODE, dir_fd=tree.descriptor)
        except FileNotFoundError:  # nothing can be made in a folder that was deleted
            raise Gone from None
        try:
            if _try_to_lock(descriptor, tree):
                return descriptor
            if time.monotonic() >= until:
                raise _held(descriptor, tree)
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        time.sleep(_PAUSE)


def _try_to_lock(descriptor: int, tree: Tree) -> bool:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise Failure(Exit.ENVIRONMENT, error("locked", f"`{tree.show(LOCK)}` is not a regular file"))
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    if not _is_current(descriptor, tree):  # its last holder has removed it: ours is the lock of nothing
        return False
    os.ftruncate(descriptor, 0)
    os.write(descriptor, b"%d\n" % os.getpid())
    return True


def _is_current(descriptor: int, tree: Tree) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.stat(LOCK, dir_fd=tree.descriptor, follow_symlinks=False), os.fstat(descriptor))
    return False


def _held(descriptor: int, tree: Tree) -> Failure:
    holder = os.pread(descriptor, 20, 0).strip()
    who = f"another build (process {int(holder)})" if holder.isdigit() else "another build"
    hint = "wait until it is done, or stop it"
    return Failure(Exit.ENVIRONMENT, error("locked", f"{who} is writing to `{tree.shown}`", hint=hint))
