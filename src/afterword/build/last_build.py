"""Checks whether the last build is still valid, from file stamps alone.

The last report is stored with everything that it depends on: the request, the day, the output folder, and the digests
of files whose stamps were too recent. In doubt, the build runs.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.build.report import Report, SkippedPost, exit_code_for, read_today
from afterword.cache.codec import DECODE_ERRORS, from_json
from afterword.cache.store import LAST_BUILD
from afterword.core.diagnostics import Diagnostic
from afterword.core.files import JOURNAL, Unreadable, digest_file, locate
from afterword.core.fingerprints import digest, digest_stamps, stamp_of
from afterword.core.structs import Serializable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from afterword.build.report import Request
    from afterword.cache.store import Store
    from afterword.content.file_snapshot import FileSnapshot
    from afterword.core.fingerprints import Stamp


class LastBuild(Serializable, frozen=True):
    """A build that published its site, and everything that its report depends on.

    Attributes:
        request: digest of the request.
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
    placeholder_origin: str
    left_out: tuple[str, ...]


def read_last(store: Store, request: Request) -> LastBuild | None:
    """Returns the last build if it had the same request, or None."""
    text = store.read("meta", LAST_BUILD)
    if text is None:
        return None
    try:
        last = from_json(text, LastBuild)
    except DECODE_ERRORS:
        return None
    return last if last.request == digest_request(request) else None


def is_up_to_date(last: LastBuild, snapshot: FileSnapshot, request: Request, environ: Mapping[str, str]) -> bool:
    """Returns whether a build now would give the report and the site of the last build."""
    destination = Path(last.destination)
    linked = snapshot.links
    fresh = [(locate(request.source, source, linked), digest) for source, digest in last.fresh_sources]
    fresh += [(destination / path, digest) for path, digest in last.fresh_files]
    try:
        return (
            last.today == read_today(environ, last.timezone).isoformat()
            and last.sources == snapshot.digest
            and not (destination / JOURNAL).exists()
            and last.site == digest_stamps(take_stamps(destination, last.files))
            and all(digest_file(path) == digest for path, digest in fresh)
        )
    except (OSError, ValueError, Unreadable):
        return False


def repeat_report(last: LastBuild, request: Request) -> Report:
    """Returns the report of the last build."""
    return Report(
        exit_code=exit_code_for(last.diagnostics, strict=request.strict),
        pages=last.pages,
        skipped=last.skipped,
        diagnostics=last.diagnostics,
        destination=Path(last.destination),
        rendered={},
        published=True,
        placeholder_origin=last.placeholder_origin,
        is_repeated=True,
        left_out=last.left_out,
    )


def digest_request(request: Request) -> str:
    """Returns the digest of the parts of a request that affect the report."""
    shown = (request.drafts, request.future, request.expired)
    return digest(repr((request.destination, request.base_url, shown, request.strict, request.keep_going)))


def take_stamps(folder: Path, paths: Iterable[str]) -> Iterator[Stamp]:
    """Yields the current stamps of files in a folder; raises `OSError`."""
    start = f"{folder}/"
    for path in paths:
        yield stamp_of(os.stat(start + path, follow_symlinks=False))  # noqa: PTH116 - thousands of texts
