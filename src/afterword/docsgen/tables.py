"""Writes Markdown tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


_BAR = "\\|"
"""A bar in a cell, in code as well (GitHub Flavored Markdown, "Tables")."""


def write_table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table with these heads and rows, and an empty line after it."""
    lines = [_write_row(heads), _write_row(tuple("---" for _ in heads)), *(_write_row(row) for row in rows)]
    return "\n".join(lines) + "\n\n"


def _write_row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(' '.join(cell.split()).replace('|', _BAR) for cell in cells)} |"
