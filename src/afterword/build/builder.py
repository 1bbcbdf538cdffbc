"""Builds a site: the function that every command calls.

If no file has changed since the last build (`up_to_date`), the last report is returned and nothing else is loaded.
Otherwise `pipeline` runs the build.
"""

from __future__ import annotations

import gc
from contextlib import closing, contextmanager, nullcontext
from typing import TYPE_CHECKING

from afterword.build.up_to_date import is_up_to_date, read_last, repeat_report
from afterword.build.workers.pool import no_progress
from afterword.cache.codec import CacheCorrupted
from afterword.cache.store import CacheSession, Store
from afterword.cache.version import cache_version
from afterword.content.file_snapshot import FileSnapshot, take_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

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
    inputs: FileSnapshot | None = None,
    may_repeat: bool = True,
) -> Report:
    """Builds the blog in `request.source`; raises `Failure` if there is no blog or the output folder is invalid.

    A process that builds more than once saves time with its own `cache_session`. `observer` is called with the site
    before the build is done, if anything must be rendered. `inputs` is a current snapshot of the blog's files. With
    `may_repeat`, the last report is returned if nothing has changed; without it, the build always runs and fills the
    session.
    """

    def make(store: Store) -> Report:
        return _build(
            request, environ, progress=progress, store=store, inputs=inputs, observer=observer, may_repeat=may_repeat
        )

    with nullcontext(cache_session) if cache_session is not None else closing(CacheSession()) as session:
        report = _build_with_cache(session.open(request.cache_path, cache_version()), make)
    if not (request.verify and report.published):
        return report
    from afterword.build.verify import verify

    return verify(request, report, environ, progress)


def _build_with_cache(store: Store, make: Callable[[Store], Report]) -> Report:
    """Builds with the cache, or from scratch if it is damaged."""
    with _collector_disabled():
        try:
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
    *,
    progress: Progress,
    store: Store,
    inputs: FileSnapshot | None,
    observer: BuildObserver | None,
    may_repeat: bool,
) -> Report:
    last = read_last(store, request) if may_repeat else None
    if last is not None and (inputs is None or inputs.exclude != last.exclude):
        inputs = take_snapshot(request.source, last.exclude)
    if last is not None and inputs is not None and is_up_to_date(last, inputs, request, environ):
        return repeat_report(last, request)
    from afterword.build.pipeline import run_pipeline  # everything that makes a site: 0.2 s

    return run_pipeline(request, environ, progress=progress, store=store, inputs=inputs, observer=observer)


def open_store(request: Request) -> Store:
    """Opens the cache; an empty one with `--no-cache`."""
    return Store(request.cache_path, cache_version())
