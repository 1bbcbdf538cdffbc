"""Stamps: what the file system says of a file, by which an unchanged one need not be read again.

Stats are hints, digests are truth. Relies on the kernel setting the change time of a file whenever its bytes or its
name change, and on inodes, neither of which a program that restores modification times can fake. Refuses to trust a
stamp that is too fresh: a file that is written twice within one tick of the clock has the same stamp twice (git calls
such an entry "racy", https://git-scm.com/docs/racy-git).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from afterword.digest import digest

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

SETTLING = 2_000_000_000
"""Nanoseconds after which a file counts as left alone: the coarsest clock of a file system in use, that of FAT."""

SETTLING_FINE = 100_000_000
"""Nanoseconds after which it does where both its times have fractions of a second: a file system that keeps these has a
clock of 10 ms or better, the tick of a kernel (https://man7.org/linux/man-pages/man7/time.7.html)."""

_SECOND = 1_000_000_000


class Stamp(NamedTuple):
    """Size in bytes, times of the last write and of the last change in nanoseconds, and the number of the inode."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Known(Struct, frozen=True):
    """A file as it was last seen: its stamp, and the digest that its bytes had."""

    stamp: Stamp
    digest: str


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp in a stat result."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_settled(stamp: Stamp, taken: int) -> bool:
    """Whether a stamp was clearly old when it was taken, at `taken` by the clock of the same file system."""
    is_fine = stamp.mtime_ns % _SECOND and stamp.ctime_ns % _SECOND
    settling = min(SETTLING, SETTLING_FINE) if is_fine else SETTLING
    return max(stamp.mtime_ns, stamp.ctime_ns) + settling < taken


def digest_stamps(stamps: Iterable[Stamp]) -> str:
    """The digest of stamps, in this order."""
    return digest("\n".join(f"{size} {mtime} {ctime} {inode}" for size, mtime, ctime, inode in stamps))


def part_by_age(files: Mapping[str, Known], taken: int) -> tuple[dict[str, Known], dict[str, Known]]:
    """The files whose stamps, taken by then, are settled; and those that are too fresh, by path."""
    settled = {path: file for path, file in files.items() if is_settled(file.stamp, taken)}
    return settled, {path: file for path, file in files.items() if path not in settled}
