"""Fingerprints: digests of contents (BLAKE2b), and stamps of files from `stat`.

A stamp (size, times, inode) shows that a file is unchanged without reading it, unless it is too recent: two writes
within one clock tick leave the same stamp.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from afterword.core.structs import Serializable

try:
    from _blake2 import blake2b  # private: what `hashlib` would use, without loading OpenSSL for the other algorithms
except ImportError:
    from hashlib import blake2b

if TYPE_CHECKING:
    import hashlib
    import os
    from collections.abc import Iterable, Mapping

SIZE = 16
"""Bytes in a digest: 128 bits make chance collisions negligible."""


def start_digest() -> hashlib.blake2b:
    """Returns the state of an empty digest, to update piece by piece."""
    return blake2b(digest_size=SIZE)


def digest_bytes(data: bytes) -> str:
    """Returns the hexadecimal digest of bytes, as `b2sum -l 128` prints it."""
    return blake2b(data, digest_size=SIZE).hexdigest()


def digest(*parts: bytes | str) -> str:
    """Returns the hexadecimal digest of parts, each prefixed with its length: ("ab", "c") is not ("a", "bc")."""
    pieces: list[bytes] = []
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        pieces += (len(data).to_bytes(8, "little"), data)
    return digest_bytes(b"".join(pieces))


SETTLING = 2_000_000_000
"""Age in nanoseconds from which a stamp is trusted: the coarsest clock of a file system in use, that of FAT."""

SETTLING_FINE = 100_000_000
"""The same for a file system with fractions of a second in its times.

Such a clock has 10 ms or better, the tick of a kernel (https://man7.org/linux/man-pages/man7/time.7.html).
"""

_SECOND = 1_000_000_000


class Stamp(NamedTuple):
    """Size in bytes, times of the last write and the last change in nanoseconds, and inode number.

    A tuple, because each build makes one digest of the numbers of thousands.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Known(Serializable, frozen=True):
    """A file as last seen: its stamp and the digest of its bytes."""

    stamp: Stamp
    digest: str


def stamp_of(status: os.stat_result) -> Stamp:
    """Returns the stamp of a stat result."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_settled(stamp: Stamp, taken: int) -> bool:
    """Returns whether a stamp was old enough when it was taken, at `taken` (ns) by the clock of its file system."""
    is_fine = stamp.mtime_ns % _SECOND and stamp.ctime_ns % _SECOND
    settling = min(SETTLING, SETTLING_FINE) if is_fine else SETTLING
    return max(stamp.mtime_ns, stamp.ctime_ns) + settling < taken


def digest_stamps(stamps: Iterable[Stamp]) -> str:
    """Returns the digest of stamps, in this order."""
    return digest(repr([*chain.from_iterable(stamps)]))  # thousands in each build


def split_by_age(files: Mapping[str, Known], taken: int) -> tuple[dict[str, Known], dict[str, Known]]:
    """Splits files, by path, into those with settled stamps at `taken` and those with too recent ones."""
    settled = {path: file for path, file in files.items() if is_settled(file.stamp, taken)}
    return settled, {path: file for path, file in files.items() if path not in settled}
