"""Mappings whose values are made when they are looked up, so that nobody has to hold all of them.

Relies on the names being known. Refuses to keep what it has made: whoever asks twice gets it made twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

T = TypeVar("T")


class Lookup(Mapping[str, T]):
    """What `read` gives for each of these names; it raises `KeyError` for any other."""

    def __init__(self, names: Collection[str], read: Callable[[str], T]) -> None:
        self._names = names
        self._read = read

    def __getitem__(self, name: str) -> T:
        return self._read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
