"""Manifest and journal of a site: which files Afterword has written, and what an update is changing.

Both are text with one line per file: digest (as `b2sum -l 128`), size in bytes and path, sorted by path. They contain
no times and no names of sources, so the same site has the same manifest. An invalid line is skipped.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.files import JOURNAL, MANIFEST, Unreadable, read
from afterword.core.fingerprints import digest
from afterword.core.output_paths import check_location
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from afterword.core.fingerprints import Known
    from afterword.output.safe_tree import Tree

_MAX_BYTES = 1 << 28
_LINE = lazy_pattern(r"([0-9a-f]{32})  ([0-9]{1,18})  (.+)")
_FOLDER = lazy_pattern(r"folder  (.+)")
_SOURCE = lazy_pattern(r"source  ([0-9a-f]{32})")


class ManifestEntry(Struct, frozen=True, order=True):
    """Path, digest and size of a file."""

    path: str
    digest: str
    size: int


def list_entries(files: Mapping[str, Known]) -> set[ManifestEntry]:
    """Returns the entries of files."""
    return {ManifestEntry(path, file.digest, file.stamp.size) for path, file in files.items()}


class Record(Struct, frozen=True):
    """Content of one record: entries, id of the blog, and folders that could not be removed."""

    entries: frozenset[ManifestEntry]
    source: str
    folders: frozenset[str]


class Records(Struct, frozen=True, dict=True):
    """The manifest and the journal of a site.

    Attributes:
        source: id of the blog; empty for a site inside the blog's folder.
        folders: folders that an earlier build could not remove.
        is_interrupted: whether the last update was not finished.
    """

    manifest: frozenset[ManifestEntry]
    journal: frozenset[ManifestEntry]
    source: str
    folders: frozenset[str]
    is_interrupted: bool

    @cached_property
    def owned(self) -> Mapping[str, frozenset[str]]:
        """Our paths, each with the digests that our bytes may have."""
        digests: dict[str, frozenset[str]] = {}
        for entry in self.manifest | self.journal:
            digests[entry.path] = digests.get(entry.path, frozenset()) | {entry.digest}
        return digests


def read_records(tree: Tree) -> Records:
    """Reads the records of a site; missing ones are empty."""
    manifest, journal = tree.read(MANIFEST), tree.read(JOURNAL)
    listed, intended = parse(manifest or b""), parse(journal or b"")
    return Records(
        listed.entries,
        intended.entries,
        intended.source if manifest is None else listed.source,
        listed.folders | intended.folders,
        is_interrupted=journal is not None,
    )


def read_entries(site: Path) -> frozenset[ManifestEntry]:
    """Returns the files that the manifest of a site lists; none if there is no manifest."""
    try:
        return parse(read(site / MANIFEST, _MAX_BYTES)).entries
    except Unreadable:
        return frozenset()


def parse(data: bytes) -> Record:
    """Parses a record. Invalid lines are skipped."""
    entries, source, folders = set(), "", set()
    for line in data.decode(errors="surrogateescape").split("\n")[:-1]:  # the last line may be incomplete
        if match := _LINE.fullmatch(line):
            if check_location(match[3]) is None:
                entries.add(ManifestEntry(match[3], match[1], int(match[2])))
        elif match := _SOURCE.fullmatch(line):
            source = match[1]
        elif (match := _FOLDER.fullmatch(line)) and check_location(match[1]) is None:
            folders.add(match[1])
    return Record(frozenset(entries), source, frozenset(folders))


def format_record(entries: Iterable[ManifestEntry], source: str, folders: Iterable[str] = ()) -> bytes:
    """Formats a record."""
    lines = [f"source  {source}"] if source else []
    lines += [f"folder  {folder}" for folder in sorted(folders)]
    lines += [f"{entry.digest}  {entry.size}  {entry.path}" for entry in sorted(entries)]
    return "".join(f"{line}\n" for line in lines).encode()


def source_id(folder: str, root: Path) -> str:
    """Returns the id of the blog in `root` for a site in `folder`, which is a real path."""
    source = os.path.realpath(root)
    if folder.startswith(os.path.join(source, "")):  # noqa: PTH118 - text throughout
        return ""
    return digest(os.fsencode(os.path.relpath(source, folder)))
