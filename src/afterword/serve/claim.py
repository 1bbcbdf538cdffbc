"""One server for a blog: two would each put their own site, with their own address in it, where the other has its.

Like that of a build (`publish.lock`), the lock is the kernel's (`flock`) and ends with the process. The file says who
has it, and stays: it is in a folder that may be deleted at any time. Refuses a second server.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from afterword.diagnostics import IO_ERROR_ID, Exit, Failure, error
from afterword.memory.folder import make_state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "server"
"""The file that is locked, in the server's folder."""

_OPEN = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Be the one server whose folder this is; raises `Failure` where there is one already, or no such folder can be."""
    try:
        make_state_folder(folder)
        descriptor = os.open(folder / NAME, _OPEN, 0o644)
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise Failure(Exit.ENVIRONMENT, error(IO_ERROR_ID, f"`{folder}` cannot be written to: {reason}")) from problem
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).strip()
        who = f" (process {int(holder)})" if holder.isdigit() else ""
        hint = "use that one, or end it first"
        raise Failure(
            Exit.ENVIRONMENT, error("served-already", f"another server{who} is at work on this blog", hint=hint)
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, b"%d\n" % os.getpid())
