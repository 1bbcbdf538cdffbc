"""Encodes cached values as JSON, and decodes them with a check of their types (msgspec).

A value that cannot be decoded raises one of `DECODE_ERRORS`, and the caller treats it as not cached. `CacheCorrupted`
means that the store itself is damaged.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from msgspec.json import Decoder, Encoder

from afterword.core.diagnostics import Places

if TYPE_CHECKING:
    from collections.abc import Hashable

T = TypeVar("T")

DECODE_ERRORS = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""Exceptions for malformed data; `RecursionError` for data that is nested too deep."""


def _encode_other(value: object) -> object:
    if isinstance(value, Places):
        return value.path, value.spots
    raise TypeError(f"a {type(value).__name__} cannot be cached")


def _decode_other(kind: type, data: Any) -> object:
    if kind is Places:
        path, spots = data
        return Places(path, spots)
    raise TypeError(f"a {kind.__name__} cannot be cached")


_ENCODER = Encoder(enc_hook=_encode_other)


def to_json(value: object) -> str:
    """Returns a value as JSON. Equal values give equal text if they contain no sets and mappings have the same
    order."""
    return _ENCODER.encode(value).decode()


def from_json(text: str, kind: type[T]) -> T:
    """Decodes a value of this type. Raises one of `DECODE_ERRORS` for anything else."""
    return cast("T", _decoder(cast("Hashable", kind)).decode(text))


@cache
def _decoder(kind: Hashable) -> Decoder[Any]:
    """Returns the decoder of a type. Created lazily, because that inspects the types of all fields."""
    return Decoder(kind, dec_hook=_decode_other)


class CacheCorrupted(Exception):  # noqa: N818 - an outcome: the build restarts with an empty cache
    """A cached value is missing or damaged. The build restarts with an empty cache."""
