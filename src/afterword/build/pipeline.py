"""Runs a build: reads the sources, renders the pages and writes the site.

`run_pipeline` calls the steps in order. Each step returns its result and its diagnostics. If any of them is an error,
nothing is published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.checks import check_broken, check_outputs, check_related
from afterword.build.gather.blog import gather, list_assets, list_copies, list_transcripts, make_markdown_context
from afterword.build.gather.input_files import BuildContext
from afterword.build.keep_going import FoundFaulty, LeftOut, find_faulty
from afterword.build.last_build import LastBuild, digest_request
from afterword.build.media.image_files import ImageFiles, split_copies
from afterword.build.media.social_cards import list_card_files, plan_cards
from afterword.build.published_urls.record import record_urls
from afterword.build.render_content import check_links, render_bodies
from afterword.build.render_pages import cache_pages, list_outputs, render_pages
from afterword.build.report import Report, exit_code_for
from afterword.build.static_files import report_private_files
from afterword.build.workers.pool import WorkerPool
from afterword.cache.codec import to_json
from afterword.cache.store import LAST_BUILD
from afterword.core.diagnostics import Exit, sort_diagnostics
from afterword.core.files import MANIFEST
from afterword.core.fingerprints import digest, digest_stamps
from afterword.output.diff import find_up_to_date
from afterword.output.publish import publish
from afterword.output.staging import staging
from afterword.site import dead_links
from afterword.site.page_assets import find_page_assets
from afterword.site.preview_images import find_site_card
from afterword.site.related import find_by_url, gather_mentions
from afterword.site.site_snapshot import SiteSnapshot
from afterword.site.sitemap import list_sitemap
from afterword.templates.renderer import RenderContext, gather_template_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from afterword.build.gather.blog import Blog
    from afterword.build.markdown_jobs import MarkdownContext
    from afterword.build.render_content import Bodies
    from afterword.build.render_pages import RenderedPages
    from afterword.build.report import Reason, Request
    from afterword.build.search_index import SearchIndex
    from afterword.build.static_files import Copy
    from afterword.build.workers.pool import Progress
    from afterword.cache.store import Store
    from afterword.content.file_snapshot import FileSnapshot
    from afterword.core.diagnostics import Diagnostic
    from afterword.core.fingerprints import Known
    from afterword.output.outputs import Output, PublishResult
    from afterword.output.staging import StagingFolder
    from afterword.site.model import Site
    from afterword.site.site_snapshot import CardStyle, SitemapEntry


def run_pipeline(
    request: Request,
    environ: Mapping[str, str],
    *,
    progress: Progress,
    store: Store,
    snapshot: FileSnapshot | None = None,
    observer: BuildObserver | None = None,
) -> Report:
    """Builds the blog in `request.source`, reusing cached results.

    `snapshot` is a current snapshot of the input files. Raises `Failure` if there is no blog or the output folder is
    unusable, and `CacheCorrupted` if the cache is damaged.
    """
    context = BuildContext(request, environ, store, WorkerPool(request.jobs, progress, request.cluster), snapshot)
    left_out = LeftOut()
    while True:
        try:
            return _attempt(context, progress, observer, left_out)
        except FoundFaulty as found:
            left_out = found.left_out


def _attempt(context: BuildContext, progress: Progress, observer: BuildObserver | None, left_out: LeftOut) -> Report:
    """Runs one build without the sources in `left_out`.

    Raises `FoundFaulty` if it should be repeated without others.
    """
    blog = gather(context, left_out)
    if observer is not None:
        observer.on_plan(blog)
    content = _render_content(blog, context.pool)
    render_context = RenderContext(content.site_snapshot, blog.inputs.theme.templates, blog.compiled)
    if observer is not None and not any(diagnostic.is_error for diagnostic in content.diagnostics):
        observer.on_ready_to_render(blog, render_context)
    found = (*left_out.diagnostics, *content.diagnostics)
    _stop_for_faulty(blog, found, left_out)
    up_to_date = find_up_to_date(blog.inputs.destination, _expected_digests(content), blog.build_cache.outputs)
    with staging(blog.inputs.destination) as stage:
        rendered = render_pages(
            blog.pages, render_context, stage, content.bodies.records, up_to_date.files, blog.build_cache, context.pool
        )
        template_errors = gather_template_errors(page.diagnostics for page in rendered.rendered_pages)
        report = _report(blog, rendered, sort_diagnostics(blog.ignored.leave_out([*found, *template_errors])))
        _stop_for_faulty(blog, report.diagnostics, left_out)
        if report.exit_code is not Exit.DONE and (not blog.keeps_going or left_out.stops(report.diagnostics)):
            blog.build_cache.commit(without_site=True)
            return report
        outputs, generated = _list_outputs(content, rendered, up_to_date.files, stage, context.pool)
        progress("publish", 0, len(outputs))
        done = publish(
            outputs,
            blog.inputs.destination,
            root=blog.request.source,
            overwrite=blog.request.overwrite,
            known=blog.build_cache.outputs,
            up_to_date=up_to_date,
            stage=stage,
        )
    cache_pages(rendered, content.site_snapshot, blog.build_cache)
    blog.build_cache.put_outputs(done.known)
    recorded = record_urls(blog)
    if not recorded:
        _cache_build(blog, report, done, [output.path for output in outputs])
    blog.build_cache.commit()
    diagnostics = sort_diagnostics([*report.diagnostics, *recorded, *blog.ignored.leave_out(done.diagnostics)])
    return replace(
        report,
        exit_code=exit_code_for(diagnostics, strict=blog.request.strict),
        published=True,
        written=done.written,
        removed=done.removed,
        diagnostics=diagnostics,
        generated=generated,
    )


def _stop_for_faulty(blog: Blog, found: Iterable[Diagnostic], left_out: LeftOut) -> None:
    """Raises `FoundFaulty` if sources with errors are left out, and others than these have one."""
    if not blog.keeps_going:
        return
    faulty = find_faulty(found, blog.inputs.library)
    if faulty - left_out.paths:
        blog.build_cache.commit(without_site=True)
        raise FoundFaulty(left_out.add(found, faulty))


class _Content(Struct, frozen=True):
    """What pages are rendered from: bodies, copied files, the search index, images; with all diagnostics so far."""

    blog: Blog
    bodies: Bodies
    copies: Sequence[Copy]
    search_index: SearchIndex | None
    image_files: ImageFiles
    site_snapshot: SiteSnapshot
    diagnostics: tuple[Diagnostic, ...]


def _render_content(blog: Blog, pool: WorkerPool) -> _Content:
    """Renders all bodies, and plans the files that are not pages."""
    markdown_context = make_markdown_context(blog)
    transcripts = list_transcripts(blog, markdown_context.index.skipped_files)
    bodies = render_bodies(
        blog.site.everything, blog.inputs.library, markdown_context, blog.build_cache, pool, transcripts
    )
    blog.inputs.library.texts.forget()
    texts = blog.inputs.library.without_copies(blog.inputs.sources.texts)
    page_assets = find_page_assets(bodies.attachments(), blog.inputs.sources.attachments, texts, blog.site)
    copies = list_copies(blog, page_assets.files)
    cards = plan_cards(blog)
    site_snapshot = _make_snapshot(blog, bodies, cards.style)
    plain, resized = split_copies(copies, blog.image_format)
    diagnostics = (
        *blog.diagnostics,
        *bodies.diagnostics(),
        *page_assets.diagnostics,
        *cards.diagnostics,
        *check_outputs(blog.pages, copies, blog.build_cache),
        *report_private_files(copies, blog.inputs.static_files),
        *_check_references(blog, bodies, copies, markdown_context),
    )
    return _Content(
        blog,
        bodies,
        plain,
        _update_search_index(blog, bodies),
        ImageFiles((*blog.icons.files, *list_card_files(site_snapshot), *resized), blog.build_cache),
        site_snapshot,
        diagnostics,
    )


def _update_search_index(blog: Blog, bodies: Bodies) -> SearchIndex | None:
    if not blog.search:
        blog.build_cache.delete_meta("search")
        return None
    from afterword.build.search_index import update_search_index  # only for a blog with search

    return update_search_index(blog.site, blog.search, bodies, blog.build_cache)


def _check_references(
    blog: Blog, bodies: Bodies, copies: Iterable[Copy], markdown_context: MarkdownContext
) -> Iterator[Diagnostic]:
    """Yields the diagnostics of all links: in bodies, sources with errors, menu, redirects and front matter."""
    targets = blog.build_cache.memo.memoize(dead_links.Targets.of, blog.pages, tuple(copy.output for copy in copies))
    yield from check_links(bodies, targets, blog.build_cache)
    yield from check_broken(blog, markdown_context, targets, bodies.anchors)
    yield from dead_links.check_references(blog.links, targets, bodies.anchors)
    yield from check_related(blog)


class BuildObserver(Protocol):
    """Observer of a build; called before the site is published."""

    def on_plan(self, blog: Blog) -> None:
        """Called when the page plan is ready, before anything is rendered."""

    def on_ready_to_render(self, blog: Blog, render_context: RenderContext) -> None:
        """Called when rendering can start; no errors have been found so far."""


def _make_snapshot(blog: Blog, bodies: Bodies, cards: CardStyle | None) -> SiteSnapshot:
    """Returns the data that templates can read."""
    memo = blog.build_cache.memo
    sitemap = memo.memoize(list_sitemap, blog.pages, blog.site)
    return SiteSnapshot(
        blog.site,
        bodies.texts,
        blog.inputs.theme.assets,
        sitemap,
        bodies.digests,
        gather_mentions(bodies.references(), memo.memoize(find_by_url, blog.site), blog.site),
        html=bodies.texts.html,
        sitemap_digest=memo.memoize(_digest_sitemap, sitemap),
        search=blog.search,
        icons=blog.icons.links,
        social_card=find_site_card(blog.site, cards),
        cards=cards,
    )


def _digest_sitemap(sitemap: tuple[SitemapEntry, ...]) -> str:
    return digest(to_json(sitemap))


def _report(blog: Blog, rendered: RenderedPages, diagnostics: tuple[Diagnostic, ...]) -> Report:
    """Returns the report before anything is published."""
    return Report(
        exit_code=exit_code_for(diagnostics, strict=blog.request.strict),
        pages=len(blog.pages),
        skipped=blog.inputs.library.skipped,
        diagnostics=diagnostics,
        destination=blog.inputs.destination,
        rendered=rendered.reasons,
        urls=blog.build_cache.memo.memoize(_list_urls, blog.site),
        placeholder_origin="" if blog.site.address.published else blog.site.address.origin,
        left_out=tuple(sorted(blog.inputs.library.left_out)),
    )


def _list_urls(whole: Site) -> Mapping[str, str]:
    return {path: whole.address.rooted(post.url) for path, post in whole.by_path.items()}


def _list_outputs(
    content: _Content,
    rendered: RenderedPages,
    existing: Mapping[str, Known],
    stage: StagingFolder | None,
    pool: WorkerPool,
) -> tuple[list[Output], Mapping[str, Reason]]:
    """Lists all files of the site, and draws the images that are stale.

    Returns also why files of the search index and images are not those of the last build, by output.
    """
    images, reasons = content.image_files.make_outputs(existing, stage, pool)
    outputs = list_outputs(rendered, [*content.copies, *list_assets(content.blog, rendered.assets)], existing)
    if content.search_index is not None:
        outputs += content.search_index.outputs(existing)
        reasons = {**content.search_index.reasons, **reasons}
    return [*outputs, *images], reasons


def _cache_build(blog: Blog, report: Report, done: PublishResult, outputs: list[str]) -> None:
    """Caches the build as a whole, if every file of the blog and the site is known."""
    files = dict(sorted({**done.known, **done.fresh}.items()))
    fresh = blog.inputs.snapshot.fresh
    if done.diagnostics or files.keys() != {MANIFEST, *outputs} or not fresh <= blog.build_cache.fresh.keys():
        return
    last = LastBuild(
        request=digest_request(blog.request),
        timezone=blog.inputs.settings.timezone,
        today=blog.site.today.isoformat(),
        exclude=blog.inputs.settings.exclude,
        sources=blog.inputs.snapshot.digest,
        fresh_sources=tuple((path, blog.build_cache.fresh[path]) for path in sorted(fresh)),
        site=digest_stamps(file.stamp for file in files.values()),
        files=tuple(files),
        fresh_files=tuple((path, file.digest) for path, file in sorted(done.fresh.items())),
        destination=str(blog.inputs.destination),
        pages=report.pages,
        skipped=report.skipped,
        diagnostics=report.diagnostics,
        placeholder_origin=report.placeholder_origin,
        left_out=report.left_out,
    )
    blog.build_cache.put_meta(LAST_BUILD, to_json(last))


def _expected_digests(content: _Content) -> dict[str, str]:
    """Returns the digests of the site's files as they were written, by output."""
    blog, search_index = content.blog, content.search_index
    search = {**search_index.digests, **search_index.written} if search_index is not None else {}
    traces = blog.build_cache.traces
    pages = {page.output: traces[page.output].output for page in blog.pages if page.output in traces}
    copies = {copy.output: copy.digest for copy in content.copies}
    return {**pages, **copies, **search, **content.image_files.digests}
