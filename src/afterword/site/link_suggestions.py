"""Finds the page or file that a dead link probably means: one of the same base name, else of a similar one."""

from __future__ import annotations

import posixpath
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING

from afterword.core.diagnostics import nearest
from afterword.core.files import TEXT_EXTENSIONS
from afterword.core.patterns import lazy_pattern
from afterword.core.similarity import NameIndex

if TYPE_CHECKING:
    from collections.abc import Iterable

DATE = lazy_pattern(r"^\d{4}-\d\d-\d\d[-_ ]")
"""The date at the beginning of a file name."""

_SPACES = lazy_pattern(r"[\s_-]+")
_FILE_EXTENSION = lazy_pattern(r"\.[a-z][a-z0-9]{1,4}$")
_PAGE_EXTENSIONS = (*TEXT_EXTENSIONS, ".html", ".htm")


class LinkSuggestions:
    """Index of paths or URLs by base name, without its date and extension.

    `known` are pairs of a path or URL and the name to suggest for it. Only pages are suggested for pages, and only
    files for files.
    """

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        self._pages: dict[str, list[str]] = {}
        self._files: dict[str, list[str]] = {}
        for path, name in known:
            of_kind, base = self._find(path)
            if base and name not in (names := of_kind.setdefault(base, [])):
                names.append(name)

    def find(self, path: str, besides: str) -> str | None:
        """Returns the name that a path or URL probably means, or None; never `besides`, where the link is."""
        of_kind, base = self._find(path)
        names = [name for name in of_kind.get(base, ()) if name != besides]
        if not names and (similar := self._indexes[of_kind is self._pages].nearest(base)):
            names = [name for name in of_kind[similar] if name != besides]
        return (nearest(path, names) or names[0]) if len(names) > 1 else next(iter(names), None)

    @cached_property
    def _indexes(self) -> tuple[NameIndex, NameIndex]:
        return NameIndex(self._files), NameIndex(self._pages)

    def _find(self, path: str) -> tuple[dict[str, list[str]], str]:
        """Returns the names of the same kind as a path, and its base name."""
        folder, name = posixpath.split(path.rstrip("/"))
        stem, extension = posixpath.splitext(name)
        is_page = extension.lower() in _PAGE_EXTENSIONS
        if is_page and stem == "index" and folder.strip("/"):
            stem = posixpath.basename(folder)
        elif not is_page and _FILE_EXTENSION.search(extension.lower()) is None:
            is_page, stem = True, name
        base = unicodedata.normalize("NFC", _SPACES.sub("-", DATE.sub("", stem)).casefold())
        return (self._pages if is_page else self._files), base
