"""Lists the static files of a blog, with their digests and the sizes of images.

Sizes are read from the first bytes of an image (library imagesize), so that a page can reserve its space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place
from afterword.core.files import DEFAULT, Unreadable, digest_file, open_regular, report_unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from afterword.build.cache import BuildCache

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")
"""The files whose size is worth a look: the formats that browsers show."""


def measure(path: Path) -> tuple[int, int]:
    """Width and height in pixels as a browser would show the file, (0, 0) where they cannot be told."""
    import imagesize  # imported only by blogs with pictures

    try:
        with open_regular(path) as file:
            width, height = imagesize.get(file)
    except Unreadable:
        return 0, 0
    return (int(width), int(height)) if width > 0 and height > 0 else (0, 0)


class Item(Struct, frozen=True):
    """One file: where it is, the digest of its bytes (as `b2sum -l 128` shows it), its size in pixels or 0."""

    path: Path
    digest: str
    width: int = 0
    height: int = 0


class Inventory(Struct, frozen=True):
    """The files that could be read, by source; and diagnostics for the others."""

    items: Mapping[str, Item]
    diagnostics: tuple[Diagnostic, ...]

    def digest_of(self, source: str) -> str | None:
        """The digest of a file; None for one that could not be read."""
        item = self.items.get(source)
        return item.digest if item is not None else None

    def size_of(self, source: str) -> tuple[int, int]:
        """The width and height of a picture; 0 for anything else."""
        item = self.items.get(source)
        return (item.width, item.height) if item is not None else (0, 0)


class Copy(Struct, frozen=True):
    """A file of the site that is published from a file: its output, that file, the digest of what is published, the
    bytes or where they are, and where it is asked for, or its own place."""

    output: str
    source: str
    digest: str
    content: bytes | Path
    place: Place


def read_static_files(files: Mapping[str, Path], build_cache: BuildCache) -> Inventory:
    """Look at these files, by source; what is found is handed to the memory."""
    items: dict[str, Item] = {}
    problems: list[Diagnostic] = []
    for source, path in files.items():
        known = build_cache.file(source)
        if known is not None:
            items[source] = Item(path, known.digest, known.width, known.height)
            continue
        try:
            digest = digest_file(path)
        except Unreadable as problem:
            problems.append(report_unreadable(problem, "this file", Place(source)))
            continue
        width, height = measure(path) if _is_for_texts(source) else (0, 0)
        items[source] = Item(path, digest, width, height)
        build_cache.put_file(source, digest, width, height)
    return Inventory(items, tuple(problems))


def _is_for_texts(source: str) -> bool:
    """Whether a file is a picture that texts can show: they see nothing of the default theme's."""
    return source.lower().endswith(SUFFIXES) and not source.startswith(DEFAULT)
