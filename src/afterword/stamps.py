"""Stamps: what the file system says of a file, by which an unchanged one need not be read again.

Stats are hints, digests are truth. Relies on the kernel setting the change time of a file whenever its bytes or its
name change, and on inodes, neither of which a program that restores modification times can fake. Refuses to trust a
stamp that is too fresh: a file that is written twice within one tick of the clock has the same stamp twice (git calls
such an entry "racy", https://git-scm.com/docs/racy-git).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import os

SETTLING = 2_000_000_000
"""Nanoseconds after which a file counts as left alone: the coarsest clock of a file system in use, that of FAT."""


class Stamp(NamedTuple):
    """Size in bytes, times of the last write and of the last change in nanoseconds, and the number of the inode."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Known:
    """A file as it was last seen: its stamp, and the digest that its bytes had."""

    stamp: Stamp
    digest: str


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp in a stat result."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_settled(stamp: Stamp, taken: int) -> bool:
    """Whether a stamp was clearly old when it was taken, at `taken` by the clock of the same file system."""
    return max(stamp.mtime_ns, stamp.ctime_ns) + SETTLING < taken
