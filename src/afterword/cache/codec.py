"""Encodes cached values as JSON, and decodes them with a check of their types (msgspec).

A value that cannot be decoded raises one of `UNREADABLE`, and the caller treats it as not cached. `CacheCorrupted` is
raised if the store itself is damaged.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from msgspec.json import Decoder, Encoder

from afterword.core.diagnostics import Places

if TYPE_CHECKING:
    from collections.abc import Hashable

T = TypeVar("T")

UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What reading malformed data may raise; the last for data that is nested too deep."""


def _write_other(value: object) -> object:
    """What msgspec does not know, as what it does."""
    if isinstance(value, Places):
        return value.path, value.spots
    raise NotImplementedError(f"a {type(value).__name__} cannot be remembered")


def _read_other(kind: type, data: Any) -> object:
    """What `_write_other` wrote of a value of this type."""
    if kind is Places:
        path, spots = data
        return Places(path, spots)
    raise NotImplementedError(f"a {kind.__name__} cannot be remembered")


_ENCODER = Encoder(enc_hook=_write_other)


def to_text(value: object) -> str:
    """A value as JSON: the same for the same value, where sets and the order of mappings have no part in it."""
    return _ENCODER.encode(value).decode()


def from_text(text: str, kind: type[T]) -> T:
    """What `to_text` wrote of a value of this type; raises one of `UNREADABLE` for anything else."""
    return cast("T", _decoder(cast("Hashable", kind)).decode(text))


@cache
def _decoder(kind: Hashable) -> Decoder[Any]:
    """Made when it is first needed: it looks at the types of all fields."""
    return Decoder(kind, dec_hook=_read_other)


class CacheCorrupted(Exception):  # noqa: N818 - an outcome: the build begins again without what is remembered
    """Something that earlier builds found out turns out to be gone or damaged when it is needed."""
