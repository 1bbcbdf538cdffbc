"""Takes a snapshot of all input files of a build, by their stamps."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.config.unrecognized_files import find_strays
from afterword.content.scanning import Sources, scan, scan_default
from afterword.core.files import CONFIG_FILES, URL_LOCK
from afterword.core.fingerprints import Stamp, digest, digest_stamps, is_settled, stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class FileSnapshot(Struct, frozen=True):
    """What there was when a build began, at `taken` nanoseconds since 1970: the blog's sources but those that match
    `exclude`, the default theme's, the stamps of the files that can hold settings and of the
    record of URLs, and the names of strays."""

    taken: int
    exclude: tuple[str, ...]
    sources: Sources
    default: Sources
    settings: Mapping[str, Stamp]
    strays: tuple[str, ...]

    @property
    def stamps(self) -> dict[str, Stamp]:
        """The stamps of all files, by source."""
        return {**self.default.stamps, **self.sources.stamps, **self.settings}

    @property
    def links(self) -> dict[str, tuple[str, ...]]:
        """The places that symbolic links lead through, by source (`scanning.Sources`)."""
        return {**self.default.links, **self.sources.links}

    @property
    def fresh(self) -> frozenset[str]:
        """The files that are too young for their stamps to be believed."""
        return frozenset(path for path, stamp in self.stamps.items() if not is_settled(stamp, self.taken))

    def digest(self) -> str:
        """The digest of all stamps, of where links lead, and of what was noticed on the way."""
        stamps = dict(sorted(self.stamps.items()))
        found = (repr(sorted(self.links.items())), repr(self.sources.diagnostics), repr(self.strays))
        return digest(repr(list(stamps)), digest_stamps(stamps.values()), *found)


def take_snapshot(root: Path, exclude: Iterable[str]) -> FileSnapshot:
    """Look at every file of the blog in `root`."""
    patterns = tuple(exclude)
    taken = time.time_ns()
    settings = dict(_stamp_settings(root))
    return FileSnapshot(taken, patterns, scan(root, patterns), scan_default(), settings, find_strays(root, patterns))


def _stamp_settings(root: Path) -> Iterable[tuple[str, Stamp]]:
    for name in (*CONFIG_FILES, URL_LOCK):
        try:
            yield name, stamp_of(os.stat(root / name))  # noqa: PTH116 - a stat result
        except OSError:
            continue
