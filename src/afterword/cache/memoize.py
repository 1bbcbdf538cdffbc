"""Memoizes pure functions for a process that builds repeatedly, such as `serve`.

Arguments are compared by identity, because equal values can differ where it matters: 1 and True, or a post whose lines
have moved. Strings, bytes, integers, dates and tuples of these are compared by value.
"""

from __future__ import annotations

from datetime import date
from operator import eq, is_
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple, Unpack, cast

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

Inputs = TypeVarTuple("Inputs")
Item = TypeVar("Item")
Result = TypeVar("Result")
Value = TypeVar("Value")

_BY_VALUE = frozenset({str, bytes, int, date})
"""Exact types that are compared by value."""


_MISSING = object()
"""Default for a missing item."""


class _Call(Struct, frozen=True):
    inputs: tuple[object, ...]
    result: object


class _CallsForEach(Struct, frozen=True):
    items: Mapping[str, object]
    shared: tuple[object, ...]
    results: Mapping[str, object]


class Memo:
    """The last result of each function or name, and its inputs."""

    def __init__(self) -> None:
        self._calls: dict[Hashable, _Call] = {}
        self._for_each: dict[Callable[..., Any], _CallsForEach] = {}
        self._kept: dict[str, tuple[str, object]] = {}

    def keep(self, name: str, value: Value) -> Value:
        """Returns the value last kept under this name if it has the same `repr`, else the new one."""
        written = repr(value)
        known = self._kept.get(name)
        if known is None or known[0] != written:
            known = self._kept[name] = written, value
        return cast("Value", known[1])

    def memoize(self, function: Callable[[Unpack[Inputs]], Result], *inputs: *Inputs) -> Result:
        """Returns the result of a function for these arguments: the last result if they are the same as last time."""
        return self.recall(function, inputs, lambda: function(*inputs))

    def recall(
        self,
        name: Hashable,
        inputs: tuple[object, ...],
        make: Callable[[], Result],
        is_valid: Callable[[Result], bool] = lambda _: True,
    ) -> Result:
        """Returns the last result of this name if its inputs were the same and it is valid; else makes it."""
        known = self._calls.get(name)
        if known is None or not _is_same(known.inputs, inputs) or not is_valid(cast("Result", known.result)):
            known = self._calls[name] = _Call(inputs, make())
        return cast("Result", known.result)

    def memoize_each(
        self, function: Callable[[Item, Unpack[Inputs]], Result], items: Mapping[str, Item], *shared: *Inputs
    ) -> Mapping[str, Result]:
        """Returns the results for all items, by name. Calls the function only for items that have changed.

        If all items are the same, in the same order, returns the same mapping as last time.
        """
        known = self._for_each.get(function)
        if known is None or not _is_same(known.shared, shared):
            known = _CallsForEach({}, shared, {})
        elif _are_same_items(known.items, items):
            return cast("Mapping[str, Result]", known.results)
        before, given = known.items, known.results
        results = {
            name: cast("Result", given[name]) if before.get(name, _MISSING) is item else function(item, *shared)
            for name, item in items.items()
        }
        self._for_each[function] = _CallsForEach(items, shared, results)
        return results


def _is_same(old: object, new: object) -> bool:
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    if type(old) in _BY_VALUE:
        return old == new
    return type(old) is tuple and type(new) is tuple and len(old) == len(new) and all(map(_is_same, old, new))


def _are_same_items(old: Mapping[str, object], new: Mapping[str, object]) -> bool:
    return len(old) == len(new) and all(map(is_, old.values(), new.values())) and all(map(eq, old.keys(), new.keys()))
