"""Builds a site: the function that every command calls.

If no file has changed since the last build (`up_to_date`), the last report is returned and nothing else is loaded.
Otherwise `pipeline` runs the build.
"""

from __future__ import annotations

import gc
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from afterword.build.last_build import is_up_to_date, read_last, repeat_report
from afterword.build.workers.pool import no_progress
from afterword.cache.codec import CacheCorrupted
from afterword.cache.store import CacheSession, Store
from afterword.cache.version import cache_version
from afterword.content.file_snapshot import FileSnapshot, take_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.build.pipeline import BuildObserver
    from afterword.build.report import Report, Request
    from afterword.build.workers.pool import Progress


def build(
    request: Request,
    *,
    environ: Mapping[str, str],
    progress: Progress = no_progress,
    cache_session: CacheSession | None = None,
    observer: BuildObserver | None = None,
    snapshot: FileSnapshot | None = None,
    may_repeat: bool = True,
) -> Report:
    """Builds the blog in `request.source`; raises `Failure` if there is no blog or the output folder is invalid.

    A process that builds more than once saves time with its own `cache_session`. `observer` is called with the site
    before the build is done, if anything must be rendered. `snapshot` is a current snapshot of the blog's files. With
    `may_repeat`, the last report is returned if nothing has changed; without it, the build always runs and fills the
    session.
    """
    with nullcontext(cache_session) if cache_session is not None else closing(CacheSession()) as session:
        store = session.open(request.cache_path, cache_version())
        attempt = partial(_build, request, environ, progress, store, snapshot, observer, may_repeat=may_repeat)
        with _collector_disabled():
            try:
                report = attempt()
            except CacheCorrupted:
                store.discard()
                report = attempt()
    if not (request.verify and report.published):
        return report
    from afterword.build.verify import verify

    return verify(request, report, environ, progress)


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
    store: Store,
    snapshot: FileSnapshot | None,
    observer: BuildObserver | None,
    *,
    may_repeat: bool,
) -> Report:
    last = read_last(store, request) if may_repeat else None
    if last is not None and (snapshot is None or snapshot.exclude != last.exclude):
        snapshot = take_snapshot(request.source, last.exclude)
    if last is not None and snapshot is not None and is_up_to_date(last, snapshot, request, environ):
        return repeat_report(last, request)
    from afterword.build.pipeline import run_pipeline  # everything that makes a site: 0.2 s

    return run_pipeline(request, environ, progress=progress, store=store, snapshot=snapshot, observer=observer)


def open_store(request: Request) -> Store:
    """Opens the cache; an empty one with `--no-cache`."""
    return Store(request.cache_path, cache_version())
