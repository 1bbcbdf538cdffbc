"""Fingerprints: digests of contents (BLAKE2b), and stamps of files from their status.

A stamp (size, times, inode) shows that a file is unchanged without reading it, unless it is too fresh: two writes
within one tick of the clock leave the same stamp.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

SIZE = 16
"""Bytes in a digest: 128 bits, far beyond chance collisions for any archive of posts."""


def digest_bytes(data: bytes) -> str:
    """The hexadecimal digest of the bytes of a file alone, which `b2sum -l 128` shows too."""
    return blake2b(data, digest_size=SIZE).hexdigest()


def digest(*parts: bytes | str) -> str:
    """The hexadecimal digest of the parts, each framed by its length so that ("ab", "c") is not ("a", "bc")."""
    state = blake2b(digest_size=SIZE)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


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
