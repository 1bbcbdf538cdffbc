"""Runs a build: reads the sources, renders the pages and writes the site.

`run_pipeline` is the table of contents. Each step returns a value and its diagnostics. If there is one error, nothing
is published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.cache import BuildCache
from afterword.build.check_outputs import check_outputs, drop_private_links
from afterword.build.check_sources import check_broken, check_related
from afterword.build.ignored_diagnostics import Ignored, read_ignored
from afterword.build.keep_going import REASON, LeftOut, find_faulty, leave_out
from afterword.build.load_content import ContentFilter, read_library
from afterword.build.markdown_jobs import MarkdownContext
from afterword.build.render_content import check_links, render_bodies
from afterword.build.render_pages import list_outputs, remember_pages, render_pages
from afterword.build.report import Report, exit_code_for, read_today
from afterword.build.search_index import update_search_index
from afterword.build.static_files import Copy, read_static_files
from afterword.build.up_to_date import NAME, LastBuild, digest_request, write_last
from afterword.build.workers.pool import WorkerPool
from afterword.config import loader as config
from afterword.config.unrecognized_files import check_domain, report_strays, report_suffixes
from afterword.content.file_snapshot import FileSnapshot, take_snapshot
from afterword.content.parse_source import SourceReader
from afterword.content.post import PostOptions
from afterword.content.symlinks import name_inside
from afterword.core.diagnostics import Exit, Failure, Place, in_order
from afterword.core.files import MANIFEST, is_draft_path, locate
from afterword.core.fingerprints import digest, digest_stamps
from afterword.core.names import make_names
from afterword.markdown.context import MarkdownOptions, TextSyntax
from afterword.output.destination import check_destination
from afterword.output.diff import find_up_to_date
from afterword.output.publish import publish
from afterword.output.staging import staging
from afterword.site import links, plan
from afterword.site import model as site
from afterword.site.answers import find_by_url, gather_mentions
from afterword.site.layouts import report_unknown_layouts
from afterword.site.page_assets import attach, find_held_files
from afterword.site.taxonomies import check_taxonomies
from afterword.site.tracking import SiteSnapshot
from afterword.talks.resolve import TalkOptions
from afterword.templates.policy_check import check_policy
from afterword.templates.renderer import RenderContext, gather_template_errors
from afterword.templates.theme import can_split_archive, list_files, load_theme, read_words
from afterword.templates.theme_settings import find_missing_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from afterword.build.load_content import Library
    from afterword.build.render_content import Bodies
    from afterword.build.render_pages import Printed
    from afterword.build.report import Request
    from afterword.build.search_index import SearchIndex
    from afterword.build.static_files import Inventory
    from afterword.build.workers.pool import Progress
    from afterword.cache.store import Store
    from afterword.config.schema import Config, Naming
    from afterword.content.scanning import Sources
    from afterword.core.diagnostics import Diagnostic
    from afterword.core.names import Names
    from afterword.markdown.body import Reference
    from afterword.markdown.context import Words
    from afterword.output.diff import UpToDateFiles
    from afterword.output.outputs import Output, PublishResult
    from afterword.output.staging import StagingFolder
    from afterword.site.model import Site
    from afterword.site.page import Page
    from afterword.site.page_assets import AttachedFile
    from afterword.site.tracking import SitemapEntry
    from afterword.templates.theme import Theme


def run_pipeline(
    request: Request,
    environ: Mapping[str, str],
    progress: Progress,
    store: Store,
    inputs: FileSnapshot | None = None,
    observer: BuildObserver | None = None,
) -> Report:
    """Make the site of the blog in `request.source` from what has changed since the builds that `store` remembers.

    `inputs` is a look at the blog's files, if one was just taken. Raises `Failure` where there is nothing to build or
    no place to write to, and `CacheCorrupted` where the store turns out to be damaged.
    """
    pool = WorkerPool(request.jobs, progress, request.cluster)
    outcome: Report | LeftOut = LeftOut()
    while isinstance(outcome, LeftOut):
        outcome = _attempt(request, environ, progress, pool, store, inputs, observer, outcome)
    return outcome


def _attempt(
    request: Request,
    environ: Mapping[str, str],
    progress: Progress,
    pool: WorkerPool,
    store: Store,
    inputs: FileSnapshot | None,
    observer: BuildObserver | None,
    left_out: LeftOut,
) -> Report | LeftOut:
    """One build without the sources in `left_out`; or, where the build is to keep going, what to leave out as well."""
    blog = gather(request, environ, store, pool, inputs, left_out)
    if observer is not None:
        observer.see_plan(blog)
    markdown_context = make_markdown_context(blog)
    bodies = render_bodies(blog.site.everything, blog.library, blog.reader, markdown_context, blog.build_cache, pool)
    blog = replace(blog, library=blog.library.without_texts())  # of 10,000 posts, these are 70 MB
    texts = blog.library.without_copies(blog.sources.texts)
    attached = attach(bodies.attachments(), blog.sources.attachments, texts, blog.site)
    copies = list_copies(blog, attached.files)
    targets = blog.build_cache.memo.memoize(links.Targets.of, blog.pages, tuple(copy.output for copy in copies))
    search_index = update_search_index(blog.site, blog.search, bodies, blog.build_cache)
    site_snapshot = _make_edition(blog, bodies)
    render_context = RenderContext(site_snapshot, blog.theme.templates)
    found = (
        *blog.diagnostics,
        *bodies.diagnostics(),
        *attached.diagnostics,
        *check_outputs(blog.pages, copies, blog.build_cache.memo),
        *check_links(bodies, targets, blog.build_cache),
        *check_broken(blog.library, blog.reader, _wanted(request), markdown_context, targets, bodies.anchors),
        *links.check_references(blog.links, targets, bodies.anchors),
        *check_related(blog.site, blog.library),
    )
    if observer is not None and not any(diagnostic.is_error for diagnostic in found):
        observer.see_press(blog, render_context)
    found = (*left_out.diagnostics, *found)
    if more := _find_more(blog, found, left_out):
        return _give_up(blog, left_out.add(found, more))
    up_to_date = find_up_to_date(blog.destination, _expect(blog, copies, search_index), blog.build_cache.outputs)
    with staging(blog.destination) as stage:
        printed = render_pages(
            blog.pages, render_context, stage, bodies.records, up_to_date.files, blog.build_cache, pool
        )
        faults = gather_template_errors(rendered_page.diagnostics for rendered_page in printed.rendered_pages)
        report = _report(blog, printed, in_order(blog.ignored.leave_out([*found, *faults])))
        if more := _find_more(blog, report.diagnostics, left_out):
            return _give_up(blog, left_out.add(report.diagnostics, more))
        if report.exit_code is not Exit.DONE and not (blog.keeps_going and not left_out.stops(report.diagnostics)):
            return _give_up(blog, report)
        outputs = list_outputs(printed, [*copies, *list_assets(blog, printed.assets)], up_to_date.files)
        if search_index is not None:
            outputs += search_index.outputs(up_to_date.files)
            report = replace(report, indexed=search_index.reasons)
        progress("publish", 0, len(outputs))
        done = _publish(blog, outputs, up_to_date, stage)
    remember_pages(printed, site_snapshot, blog.build_cache)
    blog.build_cache.put_outputs(done.known)
    _remember_whole(blog, report, done, [output.path for output in outputs])
    blog.build_cache.commit()
    return replace(
        report,
        published=True,
        written=done.written,
        removed=done.removed,
        diagnostics=in_order([*report.diagnostics, *blog.ignored.leave_out(done.diagnostics)]),
    )


OutcomeT = TypeVar("OutcomeT", "Report", "LeftOut")


def _give_up(blog: Blog, outcome: OutcomeT) -> OutcomeT:
    """Remembers what was found out, without a site; returns the outcome."""
    blog.build_cache.forget("meta", ["published"])
    blog.build_cache.commit()
    return outcome


def _find_more(blog: Blog, found: Iterable[Diagnostic], left_out: LeftOut) -> frozenset[str]:
    """Returns the sources to leave out of the next attempt; none if the build is to stop, or need not be repeated."""
    if not blog.keeps_going:
        return frozenset()
    faulty = find_faulty(found, blog.library)
    return faulty if faulty - left_out.paths else frozenset()


class BuildObserver(Protocol):
    """Observer of a build; called before the site is published."""

    def see_plan(self, blog: Blog) -> None:
        """Called when the page plan is ready, before anything is rendered."""

    def see_press(self, blog: Blog, render_context: RenderContext) -> None:
        """Called when rendering can start; no errors have been found so far."""


def _make_edition(blog: Blog, bodies: Bodies) -> SiteSnapshot:
    """Returns the data that templates can read."""
    memo = blog.build_cache.memo
    sitemap = memo.memoize(plan.list_sitemap, blog.pages, blog.site)
    return SiteSnapshot(
        blog.site,
        bodies.texts,
        blog.theme.assets,
        sitemap,
        bodies.prints,
        gather_mentions(bodies.references(), memo.memoize(find_by_url, blog.site), blog.site),
        html=bodies.texts.html,
        sitemap_print=memo.memoize(_digest_sitemap, sitemap),
        search=blog.search,
    )


def _digest_sitemap(sitemap: tuple[SitemapEntry, ...]) -> str:
    return digest(repr(sitemap))


def _report(blog: Blog, printed: Printed, diagnostics: tuple[Diagnostic, ...]) -> Report:
    """The diagnostics that are known before anything is published."""
    return Report(
        exit_code=exit_code_for(diagnostics, strict=blog.request.strict),
        pages=len(blog.pages),
        held=blog.library.held,
        diagnostics=diagnostics,
        destination=blog.destination,
        rendered=printed.reasons,
        urls=blog.build_cache.memo.memoize(_list_urls, blog.site),
        stand_in="" if blog.site.address.published else blog.site.address.origin,
        left_out=tuple(sorted(blog.library.left_out)),
    )


def _list_urls(whole: Site) -> Mapping[str, str]:
    return {path: whole.address.rooted(post.url) for path, post in whole.by_path.items()}


def _publish(
    blog: Blog, outputs: Iterable[Output], up_to_date: UpToDateFiles, stage: StagingFolder | None
) -> PublishResult:
    return publish(
        outputs,
        blog.destination,
        root=blog.request.source,
        overwrite=blog.request.overwrite,
        known=blog.build_cache.outputs,
        up_to_date=up_to_date,
        stage=stage,
    )


def _remember_whole(blog: Blog, report: Report, done: PublishResult, outputs: list[str]) -> None:
    """Remember the build as a whole, if every file of the blog and of the site is known."""
    files = dict(sorted({**done.known, **done.fresh}.items()))
    fresh = blog.inputs.fresh
    if done.diagnostics or files.keys() != {MANIFEST, *outputs} or not fresh <= blog.build_cache.fresh.keys():
        return
    last = LastBuild(
        asked=digest_request(blog.request),
        timezone=blog.settings.timezone,
        today=blog.today.isoformat(),
        exclude=blog.settings.exclude,
        sources=blog.inputs.digest(),
        fresh_sources=tuple((path, blog.build_cache.fresh[path]) for path in sorted(fresh)),
        site=digest_stamps(file.stamp for file in files.values()),
        files=tuple(files),
        fresh_files=tuple((path, file.digest) for path, file in sorted(done.fresh.items())),
        destination=str(blog.destination),
        pages=report.pages,
        held=report.held,
        diagnostics=report.diagnostics,
        stand_in=report.stand_in,
        left_out=report.left_out,
    )
    blog.build_cache.put_meta(NAME, write_last(last))


_NOTHING = LeftOut()


class Blog(Struct, frozen=True):
    """A blog as it is found: what was read of it, what is remembered of it, and what its site is to consist of.

    `links` are those of the site's navigation and of redirects that lead into it. `search` is how far readers can
    search the site (`SiteSnapshot.search`).
    """

    request: Request
    settings: Config
    destination: Path
    today: date
    inputs: FileSnapshot
    sources: Sources
    build_cache: BuildCache
    inventory: Inventory
    theme: Theme
    words: Words
    reader: SourceReader
    library: Library
    site: Site
    pages: tuple[Page, ...]
    search: str
    links: tuple[Reference, ...]
    ignored: Ignored
    diagnostics: tuple[Diagnostic, ...]

    @property
    def keeps_going(self) -> bool:
        """Whether sources with errors are left out, and the rest is published."""
        return self.request.keep_going or self.settings.keep_going


def gather(
    request: Request,
    environ: Mapping[str, str],
    store: Store,
    pool: WorkerPool,
    inputs: FileSnapshot | None = None,
    left_out: LeftOut = _NOTHING,
) -> Blog:
    """Read a blog and plan its site; raises `Failure` where there is none, or no place to write to."""
    settings, places = config.open_blog(request.source, request.base_url)
    destination = request.destination or request.source / settings.destination
    _check_destination(destination, request, places)
    if problems := tuple(check_taxonomies(settings, places.taxonomies)):
        raise Failure(Exit.USAGE, *problems)
    rules = _set_rules(settings, read_today(environ, settings.timezone))
    if inputs is None or inputs.exclude != settings.exclude:
        inputs = take_snapshot(request.source, settings.exclude)
    sources, default = inputs.sources, inputs.default
    markdown = (repr(rules.smart), rules.language, repr(rules.syntax))
    decisive = digest(rules.permalink, str(rules.zone), *markdown, repr(settings.limits), repr(settings.talks))
    build_cache = BuildCache(store, inputs.stamps, inputs.taken, decisive)
    linked = inputs.links
    reader = SourceReader(request.source, rules, settings.limits, linked)
    library = leave_out(read_library(reader, sources.texts, _wanted(request), build_cache, pool), left_out)
    outputs = _find_outputs(request, settings)
    checked = drop_private_links(sources, library, outputs, drafts=request.drafts)
    sources, library = checked.sources, checked.library
    copied = (*default.static, *sources.static, *sources.attachments)
    inventory = read_static_files({source: locate(request.source, source, linked) for source in copied}, build_cache)
    theme = load_theme(request.source, sources, default, inventory.digest_of, settings.theme)
    if missing := tuple(find_missing_files(settings.theme, theme.assets, places.theme)):
        raise Failure(Exit.USAGE, *missing)
    memo = build_cache.memo
    whole = memo.memoize(
        site.make, library.posts, memo.keep("settings", settings), rules.today, can_split_archive(theme)
    )
    words = read_words(theme, whole.address)
    ignored = read_ignored(settings.diagnostics.ignore, places.ignore, library.readings)
    templates = tuple(theme.templates)
    files = list_files(theme, settings.feed.formats)
    pages = memo.memoize(plan.plan_pages, whole, theme.own, templates, files)
    findings = (sources, default, inventory, theme, words, library, whole, ignored)
    return Blog(
        ignored=ignored,
        request=request,
        settings=settings,
        destination=destination,
        today=rules.today,
        inputs=inputs,
        sources=sources,
        build_cache=build_cache,
        inventory=inventory,
        theme=theme,
        words=memo.keep("words", words.words),
        reader=reader,
        library=library,
        site=whole,
        pages=pages,
        search=plan.find_search(pages, whole),
        links=(*links.refer_to_menu(settings.menu, places.menu), *memo.memoize(links.refer_to_targets, library.posts)),
        diagnostics=(
            *report_strays(inputs.strays, has_settings=bool(places.file)),
            *report_suffixes(sources.attachments),
            *check_domain(request.source, sources.static, settings.base_url),
            *(diagnostic for found in findings for diagnostic in found.diagnostics),
            *report_unknown_layouts(whole.everything, templates),
            *check_policy(theme.templates, (page.template for page in pages), settings.theme),
        ),
    )


def _find_outputs(request: Request, settings: Config) -> tuple[str, ...]:
    """The folders in the blog that hold its site, or may hold one that was built before, relative to the blog's."""
    folders = (request.destination, request.source / settings.destination)
    found = (name_inside(request.source, folder) for folder in folders if folder is not None)
    return tuple(name for name in found if name is not None)


def _wanted(request: Request) -> ContentFilter:
    return ContentFilter(request.drafts, request.future, request.expired)


def _check_destination(destination: Path, request: Request, places: config.SettingPlaces) -> None:
    """Refuse a destination that cannot be one; where a setting asks for it, at its place."""
    try:
        check_destination(destination, request.source)
    except Failure as failure:
        if request.destination is not None:
            raise
        found = (replace(diagnostic, place=places.destination) for diagnostic in failure.diagnostics)
        raise Failure(failure.exit_code, *found) from None


def _set_rules(settings: Config, today: date) -> PostOptions:
    """Returns the options for parsing sources."""
    talks = settings.talks
    zone = ZoneInfo(settings.timezone)
    talk_options = TalkOptions(talks.tags, _names(talks.speakers), _names(talks.events))
    syntax = TextSyntax(settings.markdown.html, settings.markdown.math, settings.excerpt_separator)
    smart = settings.markdown.smart_punctuation
    return PostOptions(settings.permalink, zone, today, talk_options, smart, settings.language, syntax)


def _names(known: Iterable[Naming]) -> Names:
    named = tuple(known)
    return make_names({one.name: one.aliases for one in named}, {one.name: one.url for one in named if one.url})


def make_markdown_context(blog: Blog) -> MarkdownContext:
    """Returns the data shared by all bodies: Markdown options and link index."""
    settings, sizes = blog.site.config, blog.inventory.size_of
    library = blog.library
    reasons = {held.path: str(held) for held in library.held} | dict.fromkeys(sorted(library.left_out), REASON)
    texts = blog.library.without_copies(blog.sources.texts)
    drafts = any(map(is_draft_path, blog.site.by_path))
    index = blog.build_cache.memo.memoize(
        _index_links,
        blog.site,
        tuple(reasons.items()),
        tuple(find_held_files(blog.sources.attachments, texts, reasons, drafts=drafts)),
        tuple(sorted(library.broken - library.left_out)),
        tuple((source, sizes(source)) for source in blog.sources.attachments),
        tuple((name, sizes(blog.theme.sources[name])) for name in blog.theme.own),
        tuple(sorted((path, item.flaw) for path, item in blog.inventory.items.items() if item.flaw)),
    )
    return MarkdownContext(
        MarkdownOptions.of(settings, blog.site.address.base_path, blog.words),
        index,
        settings.talks.list_item_ids,
        searched=blog.search == "full",
    )


_Sizes: TypeAlias = "tuple[tuple[str, tuple[int, int]], ...]"
"""Files, each with its width and height."""

_Reasons: TypeAlias = "tuple[tuple[str, str], ...]"
"""Sources or files that are not in a build, each with the reason."""


def _index_links(
    whole: Site,
    held: _Reasons,
    held_files: _Reasons,
    broken: tuple[str, ...],
    attachments: _Sizes,
    static: _Sizes,
    flawed: _Reasons,
) -> links.LinkIndex:
    pages = {path: post.url for path, post in whole.by_path.items()}
    titles = {path: post.title for path, post in whole.by_path.items()}
    return links.LinkIndex(
        pages, dict(held), frozenset(broken), dict(attachments), dict(static), dict(held_files), titles, dict(flawed)
    )


def list_copies(blog: Blog, attached: Iterable[AttachedFile]) -> list[Copy]:
    """The files that are published as they are: the blog's own static files, and those beside posts."""
    items = blog.inventory.items
    static = [(name, blog.theme.sources[name]) for name in blog.theme.own]
    found = [(name, source, Place(source)) for name, source in static]
    found += [(file.output, file.source, file.place) for file in attached if file.source in items]
    return [Copy(output, source, items[source].digest, items[source].path, place) for output, source, place in found]


def list_assets(blog: Blog, names: Iterable[str]) -> list[Copy]:
    """The static files of these names as pages ask for them, under names that have the digests of their contents."""
    assets, sources = blog.theme.assets, blog.theme.sources
    items, stripped = blog.inventory.items, blog.theme.stripped
    return [
        Copy(
            output=assets[name].output,
            source=sources[name],
            digest=assets[name].digest,
            content=stripped[name] if name in stripped else items[sources[name]].path,
            place=Place(sources[name]),
        )
        for name in sorted(names)
    ]


def _expect(blog: Blog, copies: Iterable[Copy], search_index: SearchIndex | None) -> dict[str, str]:
    """Returns the digests of the site's files as they were written, by output."""
    search = {**search_index.digests, **search_index.written} if search_index is not None else {}
    traces = blog.build_cache.traces
    pages = {page.output: traces[page.output].output for page in blog.pages if page.output in traces}
    return {**pages, **{copy.output: copy.digest for copy in copies}, **search}
