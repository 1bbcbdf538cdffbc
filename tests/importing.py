"""What the tests of importers share: readers of imported blogs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afterword.importers.model import Imported


def text_of(imported: Imported, path: str) -> str:
    """Returns the text of a new file, be it converted or copied."""
    return imported.texts[path] if path in imported.texts else imported.copies[path].read_text()


def told(imported: Imported) -> list[tuple[str, str, int]]:
    """Returns the id, path and line of each finding that has a place."""
    return [(one.id, one.place.path, one.place.line) for one in imported.findings if one.place is not None]
