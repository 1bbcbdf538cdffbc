"""What is remembered of sources: their readings, without the texts; and when two posts are one.

Relies on `shapes`. Refuses to tell apart posts that are written down alike, and to take for one those that are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from afterword.diagnostics import Diagnostic
from afterword.memory.shapes import from_text, to_text
from afterword.post import Post
from afterword.reading import Reading

if TYPE_CHECKING:
    from afterword.reading import Text
    from afterword.values import Value


def write_reading(reading: Reading) -> str:
    """A reading as it is kept, without its text."""
    return to_text((reading.digest, reading.post, reading.diagnostics))


def read_reading(row: str, text: Text | None = None) -> Reading:
    """The reading that `write_reading` wrote; raises one of `UNREADABLE` for anything else."""
    digest, post, diagnostics = from_text(row, tuple[str, Post | None, tuple[Diagnostic, ...]])
    if post is not None and post.extra:
        post = replace(post, extra={name: _freeze(value) for name, value in post.extra.items()})
    return Reading(digest, post, text, diagnostics)


def are_alike(one: Post, other: Post) -> bool:
    """Whether two posts say the same at the same lines, which is more than being equal: 1 is not True."""
    return one is other or to_text(one) == to_text(other)


def _freeze(data: object) -> Value:
    """JSON data as a `Value`: its lists are tuples."""
    if isinstance(data, list):
        return tuple(_freeze(item) for item in data)
    if isinstance(data, dict):
        return {name: _freeze(item) for name, item in data.items()}
    return cast("Value", data)
