"""Lists the static files of a blog, with their digests and the sizes of images.

Sizes are read from the start of an image (library imagesize), so that a page can reserve its space.
"""

from __future__ import annotations

from io import BytesIO
from os import SEEK_END
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.content.private_files import find_private_content, report_private
from afterword.core.diagnostics import Diagnostic, Place, warning
from afterword.core.files import DEFAULT, LFS_HINT, Unreadable, digest_file, open_regular, report_unreadable
from afterword.core.merge_conflicts import find_conflicts
from afterword.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from afterword.build.cache import BuildCache

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")
"""Image formats that browsers show."""


_HEAD = 4_000_000
"""Bytes in which the size of an image is looked for. Metadata of photographs precede it; in a damaged file, imagesize
reads byte by byte."""


def measure(path: Path) -> tuple[int, int]:
    """Returns the width and height of an image in pixels, as browsers show it; (0, 0) if unknown."""
    import imagesize  # imported only by blogs with pictures

    try:
        with open_regular(path) as file:
            width, height = imagesize.get(BytesIO(file.read(_HEAD)))
    except Unreadable:
        return 0, 0
    return (int(width), int(height)) if width > 0 and height > 0 else (0, 0)


_START, _END = 4_096, 64
"""Bytes at the beginning and at the end of a picture that are looked at."""

_POINTER = b"version https://git-lfs.github.com/spec/"
"""Start of a pointer of Git LFS."""

_ENDINGS = {b"\x89PNG\r\n": b"IEND\xaeB`\x82", b"\xff\xd8\xff": b"\xff\xd9", b"GIF8": b"\x3b"}
"""Start and end of image files: PNG (section 5.3), JPEG (ITU T.81, B.1.1.3) and GIF89a (section 27)."""


def find_flaw(path: Path) -> str:
    """Returns why an image cannot be shown, or empty text.

    Values: `lfs` (a pointer of Git LFS), `empty`, `no-svg`, `no-image` (HTML or XML), `cut-off`.
    """
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
    if start.startswith(_POINTER):
        return "lfs"
    if path.suffix.lower() == ".svg":
        return "" if b"<svg" in start or b":svg" in start or size > _START else "no-svg"
    if start.lstrip()[:1] == b"<":
        return "no-image"
    return "" if ending in end else "cut-off"


def _is_pointer(path: Path) -> bool:
    try:
        with open_regular(path) as file:
            return file.read(len(_POINTER)) == _POINTER
    except Unreadable:
        return False


_TEXTS = (
    *(".atom", ".bib", ".css", ".csv", ".htm", ".html", ".ics", ".js", ".json", ".md", ".mjs", ".py", ".rss"),
    *(".tex", ".toml", ".tsv", ".txt", ".vtt", ".webmanifest", ".xml", ".yaml", ".yml"),
)
_MOST_TEXT = 2_000_000
"""Maximum number of bytes of a text that are searched for a merge conflict."""


def _find_conflict(path: Path) -> int:
    """Returns the line, from 1, of the first merge conflict in a text; 0 if there is none."""
    try:
        with open_regular(path) as file:
            data = file.read(_MOST_TEXT)
    except Unreadable:
        return 0
    if b"<" * 7 not in data:
        return 0
    conflict = next(find_conflicts(data.decode(errors="replace").replace("\r\n", "\n")), None)
    return conflict.start + 1 if conflict is not None else 0


class StaticFile(Struct, frozen=True):
    """A static file: path, digest (as in `b2sum -l 128`), and size in pixels, 0 if unknown.

    `flaw` says why an image cannot be shown: one of those of `find_flaw`. Other files have only `lfs`, the line of a
    merge conflict, or a result of `find_private_content`.
    """

    path: Path
    digest: str
    width: int = 0
    height: int = 0
    flaw: str = ""


class StaticFiles(Struct, frozen=True):
    """The readable static files, by source, and diagnostics for the others."""

    items: Mapping[str, StaticFile]
    diagnostics: tuple[Diagnostic, ...]

    def digest_of(self, source: str) -> str | None:
        """Returns the digest of a file, or None if it is unreadable."""
        item = self.items.get(source)
        return item.digest if item is not None else None

    def size_of(self, source: str) -> tuple[int, int]:
        """Returns the width and height of an image; 0 for anything else."""
        item = self.items.get(source)
        return (item.width, item.height) if item is not None else (0, 0)


class Copy(Struct, frozen=True):
    """A file to copy into the site: output, source, digest of the output, and content or its path.

    `place` is a link to it, or the file itself. `width` and `format` are those of a resized image.
    """

    output: str
    source: str
    digest: str
    content: bytes | Path
    place: Place
    width: int = 0
    format: str = ""


_HINT = "keep one of the two versions and delete the markers"


def read_static_files(files: Mapping[str, Path], build_cache: BuildCache) -> StaticFiles:
    """Reads these files, by source; adds new ones to the cache."""
    items: dict[str, StaticFile] = {}
    problems: list[Diagnostic] = []
    for source, path in files.items():
        known = build_cache.file(source)
        if known is not None:
            items[source] = StaticFile(path, known.digest, known.width, known.height, known.flaw)
            continue
        try:
            digest = digest_file(path)
        except Unreadable as problem:
            problems.append(report_unreadable(problem, "this file", Place(source)))
            continue
        is_picture = _is_for_texts(source)
        width, height = measure(path) if is_picture else (0, 0)
        flaw = find_flaw(path) if is_picture else "lfs" if _is_pointer(path) else ""
        if not flaw and source.lower().endswith(_TEXTS) and (line := _find_conflict(path)):
            flaw = str(line)
        if not (flaw or is_picture or source.startswith(DEFAULT)):
            flaw = find_private_content(path, source)
        items[source] = StaticFile(path, digest, width, height, flaw)
        build_cache.put_file(source, digest, width, height, flaw)
    problems += (
        warning("git-lfs-pointer", f"`{shown(source)}` is a Git LFS pointer", Place(source), hint=LFS_HINT)
        for source, item in items.items()
        if item.flaw == "lfs" and not _is_for_texts(source)
    )
    problems += (
        warning("conflict-marker", "merge conflict in a published file", Place(source, int(item.flaw), 1), hint=_HINT)
        for source, item in items.items()
        if item.flaw.isdigit()
    )
    return StaticFiles(items, tuple(problems))


def report_private_files(copies: Iterable[Copy], files: StaticFiles) -> Iterator[Diagnostic]:
    """Yields a diagnostic for each file that would be copied into the site and is probably not for readers."""
    for source in sorted({copy.source for copy in copies}):
        item = files.items.get(source)
        if item is not None and item.flaw and (found := report_private(source, item.flaw)) is not None:
            yield found


def _is_for_texts(source: str) -> bool:
    """Returns whether a file is an image that texts can show; they cannot use those of the default theme."""
    return source.lower().endswith(SUFFIXES) and not source.startswith(DEFAULT)
