"""Builds a site: the function that every command calls.

If no file has changed since the last build, `up_to_date` returns the last report and nothing else is loaded. Otherwise
`pipeline` runs the build.
"""

from __future__ import annotations

import gc
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.build.report import Report, Request, exit_code_for, read_today
from afterword.build.up_to_date import read_last, take_stamps
from afterword.build.workers.pool import no_progress
from afterword.cache.codec import CacheCorrupted
from afterword.cache.store import CacheSession, Store
from afterword.cache.version import cache_version
from afterword.content.file_snapshot import FileSnapshot, take_snapshot
from afterword.core.files import JOURNAL, STATE, Unreadable, digest_file, locate
from afterword.core.fingerprints import digest_stamps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from afterword.build.pipeline import BuildObserver
    from afterword.build.up_to_date import LastBuild
    from afterword.build.workers.pool import Progress


def build(
    request: Request,
    *,
    environ: Mapping[str, str],
    progress: Progress = no_progress,
    cache_session: CacheSession | None = None,
    observer: BuildObserver | None = None,
    inputs: FileSnapshot | None = None,
    may_repeat: bool = True,
) -> Report:
    """Builds the blog in `request.source`; raises `Failure` if there is no blog or the output folder is invalid.

    A process that builds more than once saves time with its own `cache_session`. `observer` is called with the site
    before the build is done, if anything must be rendered. `inputs` is a current snapshot of the blog's files. With
    `may_repeat`, the last report is returned if nothing has changed; without it, the build always runs and fills the
    session.
    """
    make = partial(_build, request, environ, progress, observer, inputs, may_repeat)
    with nullcontext(cache_session) if cache_session is not None else closing(CacheSession()) as place:
        report = _build_with_cache(place.open(_locate_store(request), cache_version()), make)
    if not (request.verify and report.published):
        return report
    from afterword.build.verify import verify

    return verify(request, report, environ, progress)


def _build_with_cache(store: Store, make: Callable[[Store], Report]) -> Report:
    """Builds with the cache, or from scratch if it is damaged."""
    try:
        with _collector_disabled():
            return make(store)
    except CacheCorrupted:
        store.discard()
        return make(store)


@contextmanager
def _collector_disabled() -> Iterator[None]:
    """Disables the cyclic garbage collector: it would traverse all posts repeatedly, and a build makes no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _build(
    request: Request,
    environ: Mapping[str, str],
    progress: Progress,
    observer: BuildObserver | None,
    inputs: FileSnapshot | None,
    may_repeat: bool,
    store: Store,
) -> Report:
    last = read_last(store, request) if may_repeat else None
    if last is not None and (inputs is None or inputs.exclude != last.exclude):
        inputs = take_snapshot(request.source, last.exclude)
    if last is not None and inputs is not None and _is_current(last, inputs, request, environ):
        return _repeat_report(last, request)
    from afterword.build.pipeline import run_pipeline  # everything that makes a site: 0.2 s

    return run_pipeline(request, environ, progress, store, inputs, observer)


def open_store(request: Request) -> Store:
    """Opens the cache; an empty one with `--no-cache`."""
    return Store(_locate_store(request), cache_version())


def _locate_store(request: Request) -> Path | None:
    return (request.state or request.source / STATE) / "cache.db" if request.cache else None


def _is_current(last: LastBuild, inputs: FileSnapshot, request: Request, environ: Mapping[str, str]) -> bool:
    destination = Path(last.destination)
    linked = inputs.links
    fresh = [(locate(request.source, source, linked), digest) for source, digest in last.fresh_sources]
    fresh += [(destination / path, digest) for path, digest in last.fresh_files]
    try:
        return (
            last.today == read_today(environ, last.timezone).isoformat()
            and last.sources == inputs.digest
            and not (destination / JOURNAL).exists()
            and last.site == digest_stamps(take_stamps(destination, last.files))
            and all(digest_file(path) == digest for path, digest in fresh)
        )
    except (OSError, ValueError, Unreadable):
        return False


def _repeat_report(last: LastBuild, request: Request) -> Report:
    return Report(
        exit_code=exit_code_for(last.diagnostics, strict=request.strict),
        pages=last.pages,
        skipped=last.skipped,
        diagnostics=last.diagnostics,
        destination=Path(last.destination),
        rendered={},
        published=True,
        stand_in=last.stand_in,
        is_repeated=True,
        left_out=last.left_out,
    )
