"""What of a blog's folder is worth looking at: where a build reads, but for what editors leave there while they save.

Relies on sweeps as the build itself takes them. Opens nothing.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from afterword.files import CONFIG_FILES, CONTENT_FOLDERS, is_backup
from afterword.reserved import PUBLISHED_DOT_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.stamps import Stamp
    from afterword.sweep import Sweep

FOLDERS = (*CONTENT_FOLDERS, "static", "templates")
"""The folders of a blog that a build reads."""

_PASSING_NAMES = (
    "4913",  # Vim: whether it may write here
    "*.tmp",
    "*.crswap",  # Chromium's editors
    "*___jb_*___",  # JetBrains: the new file, and the old
    "Thumbs.db",
    "desktop.ini",
)


def stamp_sources(sweep: Sweep) -> Mapping[str, Stamp]:
    """The stamps of the files that a blog may be built from, by their paths in it."""
    stamps = {**sweep.sources.stamps, **sweep.settings}
    return {path: stamp for path, stamp in stamps.items() if is_source(path)}


@lru_cache(maxsize=100_000)
def is_source(path: str) -> bool:
    """Whether a build could read a path of the blog (relative, with `/`): a folder counts as what may be in it."""
    first, *others = path.split("/")
    if not others:
        return first in (*FOLDERS, *CONFIG_FILES)
    passing = () if first == "static" else _PASSING_NAMES  # of static files even those with odd names are published
    return first in FOLDERS and not any(_is_left_out(name, passing) for name in others)


def _is_left_out(name: str, passing: Iterable[str]) -> bool:
    """Whether a file or folder of this name is nobody's source: hidden, or an editor's."""
    if name.startswith("."):
        return name not in PUBLISHED_DOT_NAMES
    return is_backup(name) or any(fnmatchcase(name, pattern) for pattern in passing)
