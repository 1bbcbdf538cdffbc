"""Memoizes pure steps for a process that builds repeatedly, such as `serve`.

Inputs are compared by identity, because equal values can differ where it matters: 1 and True, or a post whose lines
have moved. Texts, whole numbers, days and tuples of these are compared by value.
"""

from __future__ import annotations

from datetime import date
from operator import eq, is_
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, TypeVarTuple, Unpack, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Inputs = TypeVarTuple("Inputs")
Item = TypeVar("Item")
Result = TypeVar("Result")
Value = TypeVar("Value")

_PLAIN = frozenset({str, int, date})
"""The types, taken exactly, of which equal values cannot be told apart."""


_NOTHING = object()
"""What no item is."""


class _Taken(NamedTuple):
    """A step that was taken: its inputs, and what it gave."""

    inputs: tuple[object, ...]
    result: object


class _TakenForEach(NamedTuple):
    """A step that was taken for several items: these, what else it took, and what it gave for each."""

    items: Mapping[str, object]
    shared: tuple[object, ...]
    results: Mapping[str, object]


class Memo:
    """What each step gave the last time, and for what; one result of each is kept."""

    def __init__(self) -> None:
        self._taken: dict[Callable[..., Any], _Taken] = {}
        self._for_each: dict[Callable[..., Any], _TakenForEach] = {}
        self._kept: dict[str, tuple[str, object]] = {}

    def keep(self, name: str, value: Value) -> Value:
        """The value that was last kept under this name, if it is written alike; `repr` must say all of it."""
        written = repr(value)
        known = self._kept.get(name)
        if known is None or known[0] != written:
            known = self._kept[name] = written, value
        return cast("Value", known[1])

    def memoize(self, step: Callable[[Unpack[Inputs]], Result], *inputs: *Inputs) -> Result:
        """What `step` gives for these inputs: what it gave the last time, if that was for the same."""
        known = self._taken.get(step)
        if known is None or not _is_same(known.inputs, inputs):
            known = self._taken[step] = _Taken(inputs, step(*inputs))
        return cast("Result", known.result)

    def memoize_each(
        self, step: Callable[[Item, Unpack[Inputs]], Result], items: Mapping[str, Item], *shared: *Inputs
    ) -> Mapping[str, Result]:
        """What `step` gives for each of these items, by name: what it gave the last time for those that are the same.

        With all of them the same, in the same order, it is the very mapping of the last time.
        """
        known = self._for_each.get(step)
        if known is None or not _is_same(known.shared, shared):
            known = _TakenForEach({}, shared, {})
        elif _are_same_items(known.items, items):
            return cast("Mapping[str, Result]", known.results)
        before, given = known.items, known.results
        results = {
            name: cast("Result", given[name]) if before.get(name, _NOTHING) is item else step(item, *shared)
            for name, item in items.items()
        }
        self._for_each[step] = _TakenForEach(items, shared, results)
        return results


def _is_same(old: object, new: object) -> bool:
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    if type(old) in _PLAIN:
        return old == new
    return type(old) is tuple and type(new) is tuple and len(old) == len(new) and all(map(_is_same, old, new))


def _are_same_items(old: Mapping[str, object], new: Mapping[str, object]) -> bool:
    return len(old) == len(new) and all(map(is_, old.values(), new.values())) and all(map(eq, old.keys(), new.keys()))
