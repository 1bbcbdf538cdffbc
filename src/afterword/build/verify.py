"""Compares a site with a clean build in another folder, byte by byte (`build --verify`).

A difference means that a cached result depends on something that is not in its key, such as the clock in a template
filter. The site is not repaired.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.cache import BuildCache
from afterword.build.gather.blog import gather
from afterword.build.gather.input_files import BuildContext
from afterword.build.pipeline import run_pipeline
from afterword.build.report import exit_code_for
from afterword.build.stale_pages import describe_columns, describe_query
from afterword.build.workers.pool import WorkerPool
from afterword.cache.store import Store
from afterword.cache.version import cache_version
from afterword.core.diagnostics import Place, error, sort_diagnostics
from afterword.core.files import STATE, Unreadable, digest_file
from afterword.output.manifest import read_entries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from afterword.build.report import Report, Request
    from afterword.build.workers.pool import Progress
    from afterword.core.diagnostics import Diagnostic

_OURS = "delete `.afterword`, build again, and report this bug"


def verify(request: Request, report: Report, environ: Mapping[str, str], progress: Progress) -> Report:
    """Returns the report with an error for each file that differs from a clean build."""
    folder = request.source / STATE / "verify"
    own = {"destination": folder / "site", "state": folder, "overwrite": False, "cache": True}
    clean_request = replace(request, **own, verify=False, record_urls=False)
    shutil.rmtree(folder, ignore_errors=True)
    store = Store(clean_request.cache_path, cache_version())
    try:
        clean = run_pipeline(clean_request, environ, progress=progress, store=store)
        found = _compare(request, report, clean_request, environ) if clean.published else clean.diagnostics
    finally:
        store.close()
        shutil.rmtree(folder, ignore_errors=True)
    if not found:
        return report
    diagnostics = sort_diagnostics([*report.diagnostics, *found])
    return replace(report, exit_code=exit_code_for(diagnostics, strict=request.strict), diagnostics=diagnostics)


def _compare(
    request: Request, report: Report, clean_request: Request, environ: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    site, clean = report.destination, clean_request.destination or report.destination
    here = {entry.path: _digest_of(site / entry.path) for entry in read_entries(site)}
    there = {entry.path: _digest_of(clean / entry.path) for entry in read_entries(clean)}
    differing = sorted(path for path in here.keys() | there.keys() if here.get(path) != there.get(path))
    if not differing:
        return ()
    planned = gather(BuildContext(clean_request, environ, Store(None, ""), WorkerPool(clean_request.jobs))).pages
    templates = {page.output: page.template for page in planned}
    ours, theirs = _load_cached(request), _load_cached(clean_request)
    return tuple(_report_difference(path, templates.get(path), ours, theirs) for path in differing)


def _digest_of(path: Path) -> str | None:
    try:
        return digest_file(path)
    except Unreadable:
        return None


class _CachedPages(Struct, frozen=True):
    """Cached data of all pages by output: identity, and queries with their answers."""

    plans: Mapping[str, tuple[str, str]]
    answers: Mapping[str, Mapping[str, str]]


def _load_cached(request: Request) -> _CachedPages:
    """Returns what the build cached; nothing with `--no-cache`."""
    store = Store(request.cache_path, cache_version())
    build_cache = BuildCache(store, {}, 0, "")
    dependencies = build_cache.dependencies_of(None)
    plans = {output: (trace.plan, trace.templates) for output, trace in build_cache.traces.items()}
    answers = {
        output: {
            f"{describe_query(dependencies[name].query)}{describe_columns(dependencies[name].columns)}": dependencies[
                name
            ].digest
            for name in trace.dependencies
            if name in dependencies
        }
        for output, trace in build_cache.traces.items()
    }
    store.close()
    return _CachedPages(plans, answers)


def _report_difference(path: str, template: str | None, ours: _CachedPages, theirs: _CachedPages) -> Diagnostic:
    """Returns the error for one file, with the most likely cause."""
    message = f"`{path}` differs from a clean build"
    if template is None:
        return error("nondeterministic-output", message, hint=_OURS)
    place = Place(f"templates/{template}")
    if path in ours.plans and ours.plans[path] != theirs.plans.get(path):
        return error("nondeterministic-output", message, hint=f"a different page was planned: {_OURS}")
    answers = ours.answers.get(path, {})
    for query, answer in theirs.answers.get(path, {}).items():
        if query in answers and answers[query] != answer:
            return error("nondeterministic-output", message, hint=f"a change of {query} was not detected: {_OURS}")
    label = "a template produced different output for the same data"
    return error("nondeterministic-output", message, place, label=label, hint=_OURS)
