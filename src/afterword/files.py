"""The gate for reads: every project file that Afterword opens, it opens here.

Relies on the operating system's descriptors. Refuses what is not a regular file (a FIFO would hang the build),
what lies outside the folders that a blog consists of (also by way of a symbolic link), and what is larger than
it may be.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO


class Unreadable(Exception):  # noqa: N818 - says what is the matter with a file
    """A file that cannot be read: the message says why, in words for the person whose file it is."""


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading; raise `Unreadable` for anything else.

    The descriptor is opened without blocking and checked after opening, so that neither a FIFO nor a file that is
    exchanged between check and use gets through.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as problem:
        raise Unreadable(_reason(problem)) from problem
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable("is not a regular file")
    return os.fdopen(descriptor, "rb")


def _reason(problem: OSError) -> str:
    return f"cannot be opened: {(problem.strerror or str(problem)).lower()}"
