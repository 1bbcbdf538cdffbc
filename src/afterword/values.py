"""The plain values that front matter and settings hold, and that templates see.

Relies on nothing. Refuses everything that could not be compared, digested and sent to another process as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Value: TypeAlias = "str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None"
"""Data without a schema: what YAML and JSON can say. Sequences are tuples and mappings are dicts nobody changes."""
