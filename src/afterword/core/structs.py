"""Plain values of front matter and settings, and the base class of cached values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None"
    """Data without a schema: what YAML and JSON can say. Sequences are tuples and mappings are dicts that are never
    changed."""
else:
    Value = Any  # a type within itself has no form at run time, where the cache asks for the types of fields


class Serializable(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A value for the cache, encoded as the list of its fields.

    Fields at the end may be omitted if they have defaults, but a value that is cached on its own has no such fields.
    """
