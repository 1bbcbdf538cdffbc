"""Renders the pages of a build that are not up to date.

`build.stale_pages` finds them, `templates.renderer` renders them. A page whose file was edited is rendered again.
"""

from __future__ import annotations

from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.content_cache import CachedBodies
from afterword.build.site_delta import compare
from afterword.build.stale_pages import (
    Identity,
    Trace,
    dependency_ids,
    find_stale,
    find_stale_dependencies,
    make_dependency,
    subject_of,
)
from afterword.cache.codec import to_json
from afterword.core.fingerprints import digest, digest_bytes
from afterword.output.outputs import Output, Rank, StagedContent, UnchangedContent, digest_of
from afterword.site.page import fingerprint
from afterword.site.queries.answer_digests import AnswerDigests
from afterword.templates.checks import digest_closures, digest_templates
from afterword.templates.renderer import Renderer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from afterword.build.cache import BuildCache
    from afterword.build.content_cache import BodyRecord
    from afterword.build.report import Reason
    from afterword.build.site_delta import Delta
    from afterword.build.stale_pages import Dependency, DependencyId
    from afterword.build.static_files import Copy
    from afterword.build.workers.pool import WorkerPool
    from afterword.core.diagnostics import Diagnostic
    from afterword.core.urls import Address
    from afterword.output.staging import StagingFolder
    from afterword.site.model import Site
    from afterword.site.page import Page, Role
    from afterword.site.site_snapshot import SiteSnapshot
    from afterword.templates.checks import Template
    from afterword.templates.renderer import RenderContext


class RenderedPage(Struct, frozen=True):
    """A rendered page: its content with the digest, and the ids of its dependencies.

    `content` is None if rendering failed, and a reference to the file if it is staged already. `dependencies` are those
    that no earlier page of this process has.
    """

    page: Page
    content: bytes | StagedContent | None
    digest: str
    names: tuple[DependencyId, ...]
    dependencies: Mapping[DependencyId, Dependency]
    diagnostics: tuple[Diagnostic, ...]


class Run(Struct, frozen=True):
    """Data that a worker process needs to render pages, and the staging folder, if any."""

    render_context: RenderContext
    stage: StagingFolder | None


def start_page_renderer(run: Run) -> Callable[[Page], RenderedPage]:
    """Returns the function that renders and stages pages and records their dependencies, for one process."""
    render = Renderer(run.render_context).render
    answers = AnswerDigests(run.render_context.site_snapshot)
    known: set[DependencyId] = set()

    def render_page(page: Page) -> RenderedPage:
        rendered = render(page)
        names = dependency_ids(rendered.queries)
        asked = zip(names, rendered.queries, strict=True)
        dependencies = {name: make_dependency(query, answers) for name, query in asked if name not in known}
        known.update(dependencies)
        content = _stage_content(run.stage, page, rendered.text.encode()) if rendered.text is not None else None
        return RenderedPage(page, content, digest_of(content or b""), names, dependencies, rendered.diagnostics)

    return render_page


class RenderedPages(Struct, frozen=True):
    """All pages of a build: rendered ones with reasons, and the digests of reused ones by output.

    `dependencies` are those of the rendered pages, `identities` are of all pages, by output, and `assets` the names of
    the assets that any page uses.
    """

    rendered_pages: tuple[RenderedPage, ...]
    reasons: Mapping[str, Reason]
    reused: Mapping[str, str]
    identities: Mapping[str, Identity]
    dependencies: Mapping[DependencyId, Dependency]
    assets: frozenset[str]


def render_pages(
    pages: Sequence[Page],
    render_context: RenderContext,
    stage: StagingFolder | None,
    records: Mapping[str, BodyRecord],
    intact: Collection[str],
    build_cache: BuildCache,
    pool: WorkerPool,
) -> RenderedPages:
    """Renders the stale pages; into the staging folder if there is no site yet.

    `records` are of all bodies; `intact` are the outputs whose files are unchanged since the cached build.
    """
    site_snapshot = render_context.site_snapshot
    closures = _digest_closures(render_context.templates, build_cache)
    identities = build_cache.memo.memoize(_identify_pages, pages, tuple(closures.items()), site_snapshot.site.address)
    answers = AnswerDigests(site_snapshot)
    delta = _compare_sites(site_snapshot, records, build_cache)
    subjects = delta.subjects()
    dependencies = build_cache.dependencies_of(subjects)
    stale_dependencies = find_stale_dependencies(dependencies, subjects, answers, delta)
    traces = build_cache.traces
    stale = find_stale(pages, identities, traces, stale_dependencies, intact)
    reasons = {page.output: reason for page, reason in stale}
    jobs = [page for page, _ in stale]
    run = Run(render_context, stage)
    with closing(
        pool.run("render", start_page_renderer, jobs, run, remote_shared=lambda: Run(_pack(render_context), None))
    ) as results:
        rendered_pages = tuple(_stage(rendered_page, stage) for rendered_page in results)
    fresh = {
        name: dependency for rendered_page in rendered_pages for name, dependency in rendered_page.dependencies.items()
    }
    kept = {output: traces[output].output for output in identities if output not in reasons}
    names = (
        *(rendered_page.names for rendered_page in rendered_pages),
        *(traces[output].dependencies for output in kept),
    )
    return RenderedPages(
        rendered_pages, reasons, kept, identities, fresh, _find_assets(names, {**dependencies, **fresh})
    )


def _pack(render_context: RenderContext) -> RenderContext:
    """Returns the data for workers on other machines, with all bodies."""
    site_snapshot, bodies = render_context.site_snapshot, render_context.site_snapshot.bodies
    if not isinstance(bodies, CachedBodies):
        return replace(render_context, compiled="")
    packed = bodies.pack()
    return replace(render_context, site_snapshot=replace(site_snapshot, bodies=packed, html=packed.html), compiled="")


def _stage_content(stage: StagingFolder | None, page: Page, content: bytes) -> StagedContent | bytes:
    """Stages the content of a page; returns the content itself if it cannot be staged now."""
    return stage.write(page.output, content) if stage is not None else content


def _stage(rendered_page: RenderedPage, stage: StagingFolder | None) -> RenderedPage:
    """Stages the content of a page that was rendered on another machine or could not be staged before."""
    if not isinstance(rendered_page.content, bytes):
        return rendered_page
    return replace(rendered_page, content=_stage_content(stage, rendered_page.page, rendered_page.content))


def _find_assets(
    names: Iterable[Sequence[DependencyId]], dependencies: Mapping[DependencyId, Dependency]
) -> frozenset[str]:
    """Returns the names of the assets that pages with these dependencies use."""
    assets = {name: one.query.key[0] for name, one in dependencies.items() if one.query.kind == "asset"}
    return frozenset(assets[name] for name in assets.keys() & chain.from_iterable(names))


def _identify_pages(
    pages: Sequence[Page], closures: Iterable[tuple[str, str]], address: Address
) -> Mapping[str, Identity]:
    """Returns the identity of each page by output; `closures` are the template digests."""
    used, where = dict(closures), repr(address)
    return {
        page.output: Identity(digest_bytes(f"{fingerprint(page)} {where}".encode()), used.get(page.template, ""))
        for page in pages
    }


def _digest_closures(templates: Mapping[str, Template], build_cache: BuildCache) -> Mapping[str, str]:
    """Returns the digests of the templates' closures, cached until a template changes."""
    everything = digest_templates(templates)
    known = build_cache.read_meta("closures", tuple[str, dict[str, str]])
    if known is not None and known[0] == everything:
        return known[1]
    closures = digest_closures(templates)
    build_cache.put_meta("closures", to_json([everything, closures]))
    return closures


def _compare_sites(site_snapshot: SiteSnapshot, records: Mapping[str, BodyRecord], build_cache: BuildCache) -> Delta:
    """Compares the site of the cached traces with this one."""
    before = build_cache.posts
    whole = before is None or build_cache.meta.get("settings") != _digest_settings(site_snapshot)
    known = build_cache.bodies
    fresh = {path: record for path, record in records.items() if known.get(path) is not record}
    old_digests = {path: known[path].digests for path in fresh if path in known}
    digests = {path: record.digests for path, record in fresh.items()}
    return compare(site_snapshot.site, before or {}, old_digests, digests, whole=whole)


def _digest_settings(site_snapshot: SiteSnapshot) -> str:
    """Returns a digest of what all answers depend on; of social cards, it is the font."""
    site, cards = site_snapshot.site, site_snapshot.cards
    font = cards.font.digest if cards is not None else ""
    return digest(repr(site.config), repr(site.today), repr(site.feed_ids), font)


def cache_pages(rendered: RenderedPages, site_snapshot: SiteSnapshot, build_cache: BuildCache) -> None:
    """Adds the traces and dependencies of all pages to the cache."""
    for rendered_page in rendered.rendered_pages:
        output = rendered_page.page.output
        identity, reason = rendered.identities[output], rendered.reasons[output]
        build_cache.put_trace(
            output, Trace(identity.plan, identity.templates, rendered_page.names, rendered_page.digest, reason)
        )
    traces = build_cache.traces
    reused = (traces[output].dependencies for output in rendered.reused)
    _cache_dependencies(
        rendered.dependencies,
        (*(rendered_page.names for rendered_page in rendered.rendered_pages), *reused),
        build_cache,
    )
    build_cache.delete("dependencies", (build_cache.posts or {}).keys() - site_snapshot.site.by_path.keys())
    build_cache.delete("pages", traces.keys() - rendered.identities.keys())
    build_cache.put_meta("settings", _digest_settings(site_snapshot))
    build_cache.put_meta("published", build_cache.memo.memoize(_list_paths, site_snapshot.site))


def _list_paths(site: Site) -> str:
    return "\n".join(sorted(site.by_path))


def _cache_dependencies(
    fresh: Mapping[DependencyId, Dependency], names: Iterable[Sequence[DependencyId]], build_cache: BuildCache
) -> None:
    """Adds new dependencies to the cache, by subject, and keeps those that pages still use.

    `names` are the dependency ids of each page.
    """
    by_subject: dict[str, dict[DependencyId, Dependency]] = {}
    for name, dependency in fresh.items():
        by_subject.setdefault(subject_of(dependency.query), {})[name] = dependency
    known = {subject: build_cache.dependencies_of([subject]) for subject in by_subject}
    others = {name for dependencies in known.values() for name in dependencies if name not in fresh}
    used = others.intersection(chain.from_iterable(names)) if others else others
    for subject, dependencies in by_subject.items():
        wanted = {**{name: dependency for name, dependency in known[subject].items() if name in used}, **dependencies}
        if wanted != known[subject]:
            build_cache.put_dependencies(subject, wanted)


def list_outputs(rendered: RenderedPages, copies: Iterable[Copy], intact: Collection[str]) -> list[Output]:
    """Lists all files of the site; unchanged ones have only a digest."""
    outputs = [_output_of(rendered_page) for rendered_page in rendered.rendered_pages]
    outputs += [Output(path, Rank.PAGE, UnchangedContent(content)) for path, content in rendered.reused.items()]
    for copy in copies:
        content = UnchangedContent(copy.digest) if copy.output in intact else copy.content
        outputs.append(Output(copy.output, Rank.ASSET, content))
    return outputs


def _output_of(rendered_page: RenderedPage) -> Output:
    page = rendered_page.page
    return Output(page.output, _RANKS[page.role], rendered_page.content or b"")


_RANKS: Mapping[Role, Rank] = {"page": Rank.PAGE, "list": Rank.LIST, "data": Rank.FEED}
"""Order in which pages are written: link targets first."""
