"""The last results of pure steps, for a process that builds again and again.

Most edits leave most of a blog as it was. Relies on inputs being plain values that are not changed, and on results that
follow from what makes inputs equal: posts are equal wherever their lines are, so nothing that names a line may come
from here. Refuses to keep more than one result of each step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple, Unpack, cast

if TYPE_CHECKING:
    from collections.abc import Callable

Inputs = TypeVarTuple("Inputs")
Result = TypeVar("Result")


class Memo:
    """What each step gave, and for what."""

    def __init__(self) -> None:
        self._last: dict[Callable[..., Any], tuple[tuple[object, ...], object]] = {}

    def recall(self, step: Callable[[Unpack[Inputs]], Result], *inputs: *Inputs) -> Result:
        """What `step` gives for these inputs: what it gave the last time, if that was for the same."""
        known = self._last.get(step)
        if known is None or known[0] != inputs:
            known = self._last[step] = inputs, step(*inputs)
        return cast("Result", known[1])
