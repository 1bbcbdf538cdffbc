"""Regular expressions that are compiled on first use.

A run uses a quarter of the patterns of its modules, and compiling all of them takes as long as rendering 30 posts.
`tests/test_patterns.py` compiles each of them, because an invalid one is not found at import.
"""

from __future__ import annotations

import re
from typing import cast

_METHODS = ("match", "fullmatch", "search", "sub", "subn", "finditer", "findall", "split")


class LazyPattern:
    """A `re.Pattern` that is compiled when one of its attributes is read."""

    __slots__ = (*_METHODS, "_flags", "pattern")

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        # Python calls this only for an attribute that is not set: a method before the first use, or `groupindex`.
        compiled = re.compile(self.pattern, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)

    def __reduce__(self) -> tuple[object, tuple[str, int]]:
        return LazyPattern, (self.pattern, self._flags)


def lazy_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Returns a lazily compiled pattern; an invalid one raises `re.error` on first use."""
    return cast("re.Pattern[str]", LazyPattern(pattern, flags))
