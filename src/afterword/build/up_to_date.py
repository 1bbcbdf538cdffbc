"""Checks whether the last build is still valid, from file stamps alone.

The last report is stored with everything that it depends on: the request, the day, the output folder, and the digests
of files whose stamps were too recent. In doubt, the build runs.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from afterword.build.report import SkippedPost
from afterword.cache.codec import DECODE_ERRORS, from_json, to_json
from afterword.core.diagnostics import Diagnostic
from afterword.core.fingerprints import digest, stamp_of
from afterword.core.structs import Serializable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from afterword.build.report import Request
    from afterword.cache.store import Store
    from afterword.core.fingerprints import Stamp

NAME = "last"
"""Name of the value in the cache."""


class LastBuild(Serializable, frozen=True):
    """A build that published its site, and everything that its report depends on.

    Attributes:
        asked: digest of the request.
        today: the day in `timezone`, as text.
        sources, site: digests of stamps.
        files: files of the site, with its manifest.
        fresh_sources, fresh_files: digests of the files whose stamps were too recent.
    """

    request: str
    timezone: str
    today: str
    exclude: tuple[str, ...]
    sources: str
    fresh_sources: tuple[tuple[str, str], ...]
    site: str
    files: tuple[str, ...]
    fresh_files: tuple[tuple[str, str], ...]
    destination: str
    pages: int
    skipped: tuple[SkippedPost, ...]
    diagnostics: tuple[Diagnostic, ...]
    stand_in: str
    left_out: tuple[str, ...]


def read_last(store: Store, request: Request) -> LastBuild | None:
    """Returns the last build if it had the same request, or None."""
    text = store.read("meta", NAME)
    if text is None:
        return None
    try:
        last = from_json(text, LastBuild)
    except DECODE_ERRORS:
        return None
    return last if last.request == digest_request(request) else None


def write_last(last: LastBuild) -> str:
    """Encodes the last build for the cache."""
    return to_json(last)


def digest_request(request: Request) -> str:
    """Returns the digest of the parts of a request that affect the report."""
    shown = (request.drafts, request.future, request.expired)
    return digest(repr((request.destination, request.base_url, shown, request.strict, request.keep_going)))


def take_stamps(folder: Path, paths: Iterable[str]) -> Iterator[Stamp]:
    """Yields the current stamps of files in a folder; raises `OSError`."""
    start = f"{folder}/"
    for path in paths:
        yield stamp_of(os.stat(start + path, follow_symlinks=False))  # noqa: PTH116 - thousands of texts
