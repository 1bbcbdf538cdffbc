"""Counts work in a way that is the same on every machine: lines of Python that run, and characters that are scanned."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from _typeshed import TraceFunction

_SCANNING = frozenset(
    ("count", "split", "splitlines", "partition", "rpartition", "replace", "translate", "encode", "lower")
)
"""Methods of texts that look at all of a text, mostly."""


class Work(NamedTuple):
    """Lines of Python that ran, and characters of long texts that such methods were called on."""

    lines: int
    scanned: int


def count_work(act: Callable[[], object], *, long: int) -> Work:
    """Runs `act`, and returns the work that it was; only texts of more than `long` characters count as scanned."""
    lines = scanned = 0

    def trace(_frame: FrameType, event: str, _argument: Any) -> TraceFunction | None:
        nonlocal lines
        lines += event == "line"
        return trace

    def profile(_frame: FrameType, event: str, argument: object) -> None:
        nonlocal scanned
        if event == "c_call" and getattr(argument, "__name__", "") in _SCANNING:
            text = getattr(argument, "__self__", None)
            scanned += len(text) if isinstance(text, str) and len(text) > long else 0

    before = sys.gettrace(), sys.getprofile()
    sys.settrace(trace)
    sys.setprofile(profile)
    try:
        act()
    finally:
        sys.settrace(before[0])
        sys.setprofile(before[1])
    return Work(lines, scanned)
