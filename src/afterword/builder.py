"""The build: the only path by which a site is made; every command goes through it.

Where no file has been touched since the last build, its report still stands, and nothing is loaded to find that out.
Otherwise the work is done, by `construction`. Relies on `memory.last` to tell the two apart. Refuses to print.
"""

from __future__ import annotations

import gc
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.epoch import find_epoch
from afterword.files import Unreadable, digest_file, locate
from afterword.jobs import silent
from afterword.memory.last import read_last, take_stamps
from afterword.memory.store import Store
from afterword.memory.workshop import Workshop
from afterword.report import LostMemory, Report, Request, judge, read_today
from afterword.reserved import JOURNAL, STATE
from afterword.stamps import digest_stamps
from afterword.sweep import Sweep, take_sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from afterword.construction import Onlooker
    from afterword.jobs import Progress
    from afterword.memory.last import LastBuild


def build(
    request: Request,
    *,
    environ: Mapping[str, str],
    progress: Progress = silent,
    workshop: Workshop | None = None,
    onlooker: Onlooker | None = None,
    sweep: Sweep | None = None,
    may_repeat: bool = True,
) -> Report:
    """Build the blog in `request.source`; raises `Failure` where there is nothing to build or no place to write to.

    A process that builds more than once saves time with a `workshop` of its own. `onlooker` is told of the site before
    it is done, if anything of it has to be made. `sweep` is a look at the blog's files, if one was just taken. Unless
    `may_repeat`, the work is done even where the last report still stands, so that the workshop has what a build needs.
    """
    make = partial(_build, request, environ, progress, onlooker, sweep, may_repeat)
    with nullcontext(workshop) if workshop is not None else closing(Workshop()) as place:
        report = _build_from_memory(place.open(_locate_store(request), find_epoch()), make)
    if not (request.verify and report.published):
        return report
    from afterword.verification import verify

    return verify(request, report, environ, progress)


def _build_from_memory(store: Store, make: Callable[[Store], Report]) -> Report:
    """Build with what is remembered, or without where that turns out to be damaged."""
    try:
        with _without_collector():
            return make(store)
    except LostMemory:
        store.discard()
        return make(store)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Python's cyclic collector walks over all posts again and again and finds nothing: a build makes no cycles."""
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
    onlooker: Onlooker | None,
    sweep: Sweep | None,
    may_repeat: bool,
    store: Store,
) -> Report:
    last = read_last(store, request) if may_repeat else None
    if last is not None and (sweep is None or sweep.exclude != last.exclude):
        sweep = take_sweep(request.source, last.exclude)
    if last is not None and sweep is not None and _still_stands(last, sweep, request, environ):
        return _repeat(last, request)
    from afterword.construction import construct  # everything that makes a site: 0.2 s

    return construct(request, environ, progress, store, sweep, onlooker)


def open_store(request: Request) -> Store:
    """What earlier builds of the blog have found out; an empty store where nothing is to be kept."""
    return Store(_locate_store(request), find_epoch())


def _locate_store(request: Request) -> Path | None:
    return (request.state or request.source / STATE) / "cache.db" if request.cache else None


def _still_stands(last: LastBuild, sweep: Sweep, request: Request, environ: Mapping[str, str]) -> bool:
    destination = Path(last.destination)
    linked = sweep.links
    fresh = [(locate(request.source, source, linked), digest) for source, digest in last.fresh_sources]
    fresh += [(destination / path, digest) for path, digest in last.fresh_files]
    try:
        return (
            last.today == read_today(environ, last.timezone).isoformat()
            and last.sources == sweep.digest()
            and not (destination / JOURNAL).exists()
            and last.site == digest_stamps(take_stamps(destination, last.files))
            and all(digest_file(path) == digest for path, digest in fresh)
        )
    except (OSError, ValueError, Unreadable):
        return False


def _repeat(last: LastBuild, request: Request) -> Report:
    return Report(
        exit_code=judge(last.diagnostics, strict=request.strict),
        pages=last.pages,
        held=last.held,
        diagnostics=last.diagnostics,
        destination=Path(last.destination),
        rendered={},
        published=True,
        stand_in=last.stand_in,
        is_repeated=True,
    )
