"""Lists the static files of a blog, with their digests and the sizes of images.

Sizes are read from the first bytes of an image (library imagesize), so that a page can reserve its space.
"""

from __future__ import annotations

from os import SEEK_END
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


_START, _END = 4_096, 64
"""Bytes at the beginning and at the end of a picture that are looked at."""

_ENDINGS = {b"\x89PNG\r\n": b"IEND\xaeB`\x82", b"\xff\xd8\xff": b"\xff\xd9", b"GIF8": b"\x3b"}
"""How pictures begin and end: PNG (section 5.3), JPEG (ITU T.81, B.1.1.3) and GIF89a (section 27)."""


def find_flaw(path: Path) -> str:
    """Why a picture cannot be shown: `lfs` for a pointer of Git LFS, `empty`, `no-svg`, `cut-off`; empty for none."""
    try:
        with open_regular(path) as file:
            start = file.read(_START)
            size = file.seek(0, SEEK_END)
            file.seek(max(0, size - _END))
            end = file.read(_END)
            ending = next((ending for beginning, ending in _ENDINGS.items() if start.startswith(beginning)), b"")
            if ending not in end:  # cameras and editors append what is theirs
                file.seek(0)
                end = file.read()
    except Unreadable:
        return ""
    if not start.strip():
        return "empty"
    if start.startswith(b"version https://git-lfs.github.com/spec/"):
        return "lfs"
    if path.suffix.lower() == ".svg":
        return "" if b"<svg" in start or b":svg" in start or size > _START else "no-svg"
    return "" if ending in end else "cut-off"


class Item(Struct, frozen=True):
    """One file: where it is, the digest of its bytes (as `b2sum -l 128` shows it), its size in pixels or 0.

    `flaw` says why a picture cannot be shown: `lfs`, `empty`, `no-svg` or `cut-off`.
    """

    path: Path
    digest: str
    width: int = 0
    height: int = 0
    flaw: str = ""


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
    bytes or where they are, and where it is asked for, or its own place; width and format of a resized image."""

    output: str
    source: str
    digest: str
    content: bytes | Path
    place: Place
    width: int = 0
    format: str = ""


def read_static_files(files: Mapping[str, Path], build_cache: BuildCache) -> Inventory:
    """Look at these files, by source; what is found is handed to the memory."""
    items: dict[str, Item] = {}
    problems: list[Diagnostic] = []
    for source, path in files.items():
        known = build_cache.file(source)
        if known is not None:
            items[source] = Item(path, known.digest, known.width, known.height, known.flaw)
            continue
        try:
            digest = digest_file(path)
        except Unreadable as problem:
            problems.append(report_unreadable(problem, "this file", Place(source)))
            continue
        is_picture = _is_for_texts(source)
        width, height = measure(path) if is_picture else (0, 0)
        flaw = find_flaw(path) if is_picture else ""
        items[source] = Item(path, digest, width, height, flaw)
        build_cache.put_file(source, digest, width, height, flaw)
    return Inventory(items, tuple(problems))


def _is_for_texts(source: str) -> bool:
    """Whether a file is a picture that texts can show: they see nothing of the default theme's."""
    return source.lower().endswith(SUFFIXES) and not source.startswith(DEFAULT)
