"""Content digests: the one way in which Afterword says that two byte strings are the same.

Relies on BLAKE2b from the standard library. Refuses everything that is not bytes or text, so that nothing with an
unstable representation gets into a digest.
"""

from __future__ import annotations

from hashlib import blake2b

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
