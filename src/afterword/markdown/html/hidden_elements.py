"""Follows which elements of raw HTML browsers do not show: `<template>`, and those with the attribute `hidden`.

Their text is not in excerpts, descriptions, the search and feeds. `hidden="until-found"` is for text that readers can
find, so it hides nothing here (HTML Standard, 6.1).
"""

from __future__ import annotations

from msgspec import Struct

VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
"""Elements without an end tag (HTML Standard, 13.1.2)."""


class HiddenElement(Struct):
    """The hidden element that is open in a run of tags: its name, empty for none, and its depth."""

    name: str = ""
    depth: int = 0

    def follow(self, name: str, *, is_closing: bool, is_hidden: bool) -> bool:
        """Follows the next tag; returns whether a hidden element begins or ends with it."""
        if self.name:
            self.depth += (-1 if is_closing else 1) if name == self.name else 0
            self.name = self.name if self.depth else ""
            return not self.depth
        if is_closing or not is_hidden or name in VOID:
            return False
        self.name, self.depth = name, 1
        return True

    def end_block(self) -> None:
        """Ends a paragraph at the end of its block, since its end tag can be left out."""
        if self.name == "p":
            self.name = ""
