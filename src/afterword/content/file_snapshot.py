"""Takes a snapshot of the input files of a build, by their stamps."""

from __future__ import annotations

import os
import time
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.config.unrecognized_files import find_unrecognized
from afterword.content.scanning import Sources, scan, scan_default
from afterword.core.files import CONFIG_FILES, URL_LOCK
from afterword.core.fingerprints import Stamp, digest, digest_stamps, is_settled, stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class FileSnapshot(Struct, frozen=True, dict=True):
    """All input files at the start of a build.

    Attributes:
        taken: Unix time in ns.
        exclude: patterns of the sources that are left out.
        sources, default: files of the blog, and of the default theme.
        settings: stamps of the settings files and of the record of URLs.
        unrecognized: names of unrecognized files.
    """

    taken: int
    exclude: tuple[str, ...]
    sources: Sources
    default: Sources
    settings: Mapping[str, Stamp]
    unrecognized: tuple[str, ...]

    @cached_property
    def stamps(self) -> dict[str, Stamp]:
        """Stamps of all files, by source."""
        return {**self.default.stamps, **self.sources.stamps, **self.settings}

    @cached_property
    def links(self) -> dict[str, tuple[str, ...]]:
        """Targets of symbolic links, by source (`scanning.Sources`)."""
        return {**self.default.links, **self.sources.links}

    @property
    def fresh(self) -> frozenset[str]:
        """Files whose stamps are too recent to be trusted."""
        return frozenset(path for path, stamp in self.stamps.items() if not is_settled(stamp, self.taken))

    @cached_property
    def digest(self) -> str:
        stamps = dict(sorted(self.stamps.items()))
        found = (repr(sorted(self.links.items())), repr(self.sources.diagnostics), repr(self.unrecognized))
        return digest(repr(list(stamps)), digest_stamps(stamps.values()), *found)


def take_snapshot(root: Path, exclude: Iterable[str]) -> FileSnapshot:
    """Takes a snapshot of the blog in `root`."""
    patterns = tuple(exclude)
    taken = time.time_ns()
    settings = dict(_stamp_settings(root))
    return FileSnapshot(
        taken, patterns, scan(root, patterns), scan_default(), settings, find_unrecognized(root, patterns)
    )


def _stamp_settings(root: Path) -> Iterable[tuple[str, Stamp]]:
    for name in (*CONFIG_FILES, URL_LOCK):
        try:
            yield name, stamp_of(os.stat(root / name))  # noqa: PTH116 - a stat result
        except OSError:
            continue
