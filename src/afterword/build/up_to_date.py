"""Checks whether the last build is still valid, from file stamps alone.

The last report is stored with everything that it depends on: the request, the day, the output folder, and the digests
of files whose stamps were too fresh to prove anything. In doubt, the build runs.
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
"""The name under which it is stored."""


class LastBuild(Serializable, frozen=True):
    """A build that published its site, and what its report follows from.

    `asked` is the digest of the request; `today` the day in `timezone`, as text. `sources` and `site` are digests of
    stamps, `files` the site's files with its manifest. `fresh_sources` and `fresh_files` are those whose bytes have to
    be looked at, by their digests. The rest is the report's.
    """

    asked: str
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
    """The last build, if it was asked for the same."""
    text = store.read("meta", NAME)
    if text is None:
        return None
    try:
        last = from_json(text, LastBuild)
    except DECODE_ERRORS:
        return None
    return last if last.asked == digest_request(request) else None


def write_last(last: LastBuild) -> str:
    """The last build as the store keeps it."""
    return to_json(last)


def digest_request(request: Request) -> str:
    """The digest of what a report depends on of a request: not of how the work is done."""
    shown = (request.drafts, request.future, request.expired)
    return digest(repr((request.destination, request.base_url, shown, request.strict, request.keep_going)))


def take_stamps(folder: Path, paths: Iterable[str]) -> Iterator[Stamp]:
    """The stamps that files in a folder have now; raises `OSError` where one cannot be had."""
    start = f"{folder}/"
    for path in paths:
        yield stamp_of(os.stat(start + path, follow_symlinks=False))  # noqa: PTH116 - thousands of texts
