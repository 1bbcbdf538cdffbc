"""Errors of the operating system: which are the machine's, and how messages quote them."""

from __future__ import annotations

import errno

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
