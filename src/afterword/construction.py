"""The work of a build: from the sources in a folder to the files of a site.

`construct` reads like a table of contents; each step returns a value with its diagnostics, and with one error among all
of them nothing is published. Relies on every other module. Refuses to print and to guess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from afterword import config, links, markdown, plan, site
from afterword.attachments import attach, find_held_files
from afterword.bodies import Desk
from afterword.broken import check_broken
from afterword.diagnostics import Exit, Failure, Place, in_order
from afterword.digest import digest
from afterword.files import locate
from afterword.held_targets import drop_private_links
from afterword.inventory import Copy, take_inventory
from afterword.jobs import Crew
from afterword.library import Wanted, read_library
from afterword.memory.last import NAME, LastBuild, digest_request, write_last
from afterword.memory.memory import Memory
from afterword.names import make_names
from afterword.output_checks import check_outputs
from afterword.post import Rules
from afterword.printing import list_outputs, print_pages, remember_pages
from afterword.publish import check_destination, publish, staging, survey
from afterword.query import Edition, find_by_url, gather_mentions
from afterword.reading import Reader
from afterword.related import check_related
from afterword.renderer import Press, gather_template_errors
from afterword.report import Report, judge, read_today
from afterword.reserved import MANIFEST
from afterword.silencing import Ignored, read_ignored
from afterword.stamps import digest_stamps
from afterword.strays import report_strays
from afterword.subject import Customs
from afterword.sweep import Sweep, take_sweep
from afterword.symlinks import name_inside
from afterword.theme import load_theme, read_words
from afterword.writing import check_links, write_bodies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from afterword.attachments import AttachedFile
    from afterword.body import Reference
    from afterword.diagnostics import Diagnostic
    from afterword.inventory import Inventory
    from afterword.jobs import Progress
    from afterword.library import Library
    from afterword.markdown.words import Words
    from afterword.memory.store import Store
    from afterword.names import Names
    from afterword.plan import Page
    from afterword.printing import Printed
    from afterword.publish import Output, Published, Stage, Survey
    from afterword.query import SitemapEntry
    from afterword.report import Request
    from afterword.scanning import Sources
    from afterword.settings import Config, Naming
    from afterword.site import Site
    from afterword.theme import Theme
    from afterword.writing import Bodies


def construct(
    request: Request,
    environ: Mapping[str, str],
    progress: Progress,
    store: Store,
    sweep: Sweep | None = None,
    onlooker: Onlooker | None = None,
) -> Report:
    """Make the site of the blog in `request.source` from what has changed since the builds that `store` remembers.

    `sweep` is a look at the blog's files, if one was just taken. Raises `Failure` where there is nothing to build or no
    place to write to, and `LostMemory` where the store turns out to be damaged.
    """
    crew = Crew(request.jobs, progress, request.cluster)
    blog = gather(request, environ, store, crew, sweep)
    if onlooker is not None:
        onlooker.see_plan(blog)
    desk = set_desk(blog)
    bodies = write_bodies(blog.site.everything, blog.library, blog.reader, desk, blog.memory, crew)
    blog = replace(blog, library=blog.library.without_texts())  # of 10,000 posts, these are 70 MB
    texts = blog.library.without_copies(blog.sources.texts)
    attached = attach(bodies.attachments(), blog.sources.attachments, texts, blog.site)
    copies = list_copies(blog, attached.files)
    targets = blog.memory.memo.recall(links.Targets.of, blog.pages, tuple(copy.output for copy in copies))
    edition = _make_edition(blog, bodies)
    press = Press(edition, blog.theme.templates)
    found = (
        *blog.diagnostics,
        *bodies.diagnostics(),
        *attached.diagnostics,
        *check_outputs(blog.pages, copies, blog.memory.memo),
        *check_links(bodies, targets, blog.memory),
        *check_broken(blog.library, blog.reader, _wanted(request), desk, targets, bodies.anchors),
        *links.check_references(blog.links, targets, bodies.anchors),
        *check_related(blog.site, blog.library),
    )
    if onlooker is not None and not any(diagnostic.is_error for diagnostic in found):
        onlooker.see_press(blog, press)
    surveyed = survey(blog.destination, _expect(blog, copies), blog.memory.outputs)
    with staging(blog.destination) as stage:
        printed = print_pages(blog.pages, press, stage, bodies.records, surveyed.standing, blog.memory, crew)
        faults = gather_template_errors(proof.diagnostics for proof in printed.proofs)
        report = _report(blog, printed, in_order(blog.ignored.leave_out([*found, *faults])))
        if report.exit_code is not Exit.DONE:
            blog.memory.forget("meta", ["published"])
            blog.memory.commit()
            return report
        outputs = list_outputs(printed, [*copies, *list_assets(blog, printed.assets)], surveyed.standing)
        progress("publish", 0, len(outputs))
        done = _publish(blog, outputs, surveyed, stage)
    remember_pages(printed, edition, blog.memory)
    blog.memory.put_outputs(done.known)
    _remember_whole(blog, report, done, [output.path for output in outputs])
    blog.memory.commit()
    return replace(
        report,
        published=True,
        written=done.written,
        removed=done.removed,
        diagnostics=in_order([*report.diagnostics, *blog.ignored.leave_out(done.diagnostics)]),
    )


class Onlooker(Protocol):
    """Whoever wants to know of a site before it is published."""

    def see_plan(self, blog: Blog) -> None:
        """What the site is going to be; nothing of it is made so far."""

    def see_press(self, blog: Blog, press: Press) -> None:
        """What the pages of the site are going to be printed with; nothing is wrong with it so far."""


def _make_edition(blog: Blog, bodies: Bodies) -> Edition:
    """All that templates can ask about."""
    memo = blog.memory.memo
    sitemap = memo.recall(plan.list_sitemap, blog.pages, blog.site)
    return Edition(
        blog.site,
        bodies.texts,
        blog.theme.assets,
        sitemap,
        bodies.prints,
        gather_mentions(bodies.references(), memo.recall(find_by_url, blog.site), blog.site),
        html=bodies.texts.html,
        sitemap_print=memo.recall(_digest_sitemap, sitemap),
    )


def _digest_sitemap(sitemap: tuple[SitemapEntry, ...]) -> str:
    return digest(repr(sitemap))


def _report(blog: Blog, printed: Printed, diagnostics: tuple[Diagnostic, ...]) -> Report:
    """What there is to say before anything is published."""
    return Report(
        exit_code=judge(diagnostics, strict=blog.request.strict),
        pages=len(blog.pages),
        held=blog.library.held,
        diagnostics=diagnostics,
        destination=blog.destination,
        rendered=printed.reasons,
        urls=blog.memory.memo.recall(_list_urls, blog.site),
        stand_in="" if blog.site.address.published else blog.site.address.origin,
    )


def _list_urls(whole: Site) -> Mapping[str, str]:
    return {path: whole.address.rooted(post.url) for path, post in whole.by_path.items()}


def _publish(blog: Blog, outputs: Iterable[Output], surveyed: Survey, stage: Stage | None) -> Published:
    return publish(
        outputs,
        blog.destination,
        root=blog.request.source,
        adopt=blog.request.adopt,
        known=blog.memory.outputs,
        surveyed=surveyed,
        stage=stage,
    )


def _remember_whole(blog: Blog, report: Report, done: Published, outputs: list[str]) -> None:
    """Remember the build as a whole, if every file of the blog and of the site is known."""
    files = dict(sorted({**done.known, **done.fresh}.items()))
    fresh = blog.sweep.fresh
    if done.diagnostics or files.keys() != {MANIFEST, *outputs} or not fresh <= blog.memory.fresh.keys():
        return
    last = LastBuild(
        asked=digest_request(blog.request),
        timezone=blog.settings.timezone,
        today=blog.today.isoformat(),
        exclude=blog.settings.exclude,
        sources=blog.sweep.digest(),
        fresh_sources=tuple((path, blog.memory.fresh[path]) for path in sorted(fresh)),
        site=digest_stamps(file.stamp for file in files.values()),
        files=tuple(files),
        fresh_files=tuple((path, file.digest) for path, file in sorted(done.fresh.items())),
        destination=str(blog.destination),
        pages=report.pages,
        held=report.held,
        diagnostics=report.diagnostics,
        stand_in=report.stand_in,
    )
    blog.memory.put_meta(NAME, write_last(last))


class Blog(Struct, frozen=True):
    """A blog as it is found: what was read of it, what is remembered of it, and what its site is to consist of.

    `links` are those of the site's navigation and of redirects that lead into it.
    """

    request: Request
    settings: Config
    destination: Path
    today: date
    sweep: Sweep
    sources: Sources
    memory: Memory
    inventory: Inventory
    theme: Theme
    words: Words
    reader: Reader
    library: Library
    site: Site
    pages: tuple[Page, ...]
    links: tuple[Reference, ...]
    ignored: Ignored
    diagnostics: tuple[Diagnostic, ...]


def gather(request: Request, environ: Mapping[str, str], store: Store, crew: Crew, sweep: Sweep | None = None) -> Blog:
    """Read a blog and plan its site; raises `Failure` where there is none, or no place to write to."""
    settings, places = config.open_blog(request.source, request.base_url)
    destination = request.destination or request.source / settings.destination
    _check_destination(destination, request, places)
    rules = _set_rules(settings, read_today(environ, settings.timezone))
    if sweep is None or sweep.exclude != settings.exclude:
        sweep = take_sweep(request.source, settings.exclude)
    sources, default = sweep.sources, sweep.default
    decisive = digest(rules.permalink, str(rules.zone), repr(rules.smart), repr(settings.limits), repr(settings.talks))
    memory = Memory(store, sweep.stamps, sweep.taken, decisive)
    linked = sweep.links
    reader = Reader(request.source, rules, settings.limits, linked)
    library = read_library(reader, sources.texts, _wanted(request), memory, crew)
    outputs = _find_outputs(request, settings)
    checked = drop_private_links(sources, library, outputs, drafts=request.drafts)
    sources, library = checked.sources, checked.library
    copied = (*default.static, *sources.static, *sources.attachments)
    inventory = take_inventory({source: locate(request.source, source, linked) for source in copied}, memory)
    theme = load_theme(request.source, sources, default, inventory.digest_of)
    memo = memory.memo
    whole = memo.recall(site.make, library.posts, memo.keep("settings", settings), rules.today)
    words = read_words(theme, whole.address)
    ignored = read_ignored(settings.diagnostics.ignore, places.ignore, library.readings)
    findings = (sources, default, inventory, theme, words, library, whole, ignored)
    return Blog(
        ignored=ignored,
        request=request,
        settings=settings,
        destination=destination,
        today=rules.today,
        sweep=sweep,
        sources=sources,
        memory=memory,
        inventory=inventory,
        theme=theme,
        words=memo.keep("words", words.words),
        reader=reader,
        library=library,
        site=whole,
        pages=memo.recall(plan.plan_pages, whole, theme.own),
        links=(*links.refer_to_menu(settings.menu, places.menu), *memo.recall(links.refer_to_targets, library.posts)),
        diagnostics=(
            *report_strays(sweep.strays, has_settings=bool(places.file)),
            *(diagnostic for found in findings for diagnostic in found.diagnostics),
        ),
    )


def _find_outputs(request: Request, settings: Config) -> tuple[str, ...]:
    """The folders in the blog that hold its site, or may hold one that was built before, relative to the blog's."""
    folders = (request.destination, request.source / settings.destination)
    found = (name_inside(request.source, folder) for folder in folders if folder is not None)
    return tuple(name for name in found if name is not None)


def _wanted(request: Request) -> Wanted:
    return Wanted(request.drafts, request.future, request.expired)


def _check_destination(destination: Path, request: Request, places: config.Places) -> None:
    """Refuse a destination that cannot be one; where a setting asks for it, at its place."""
    try:
        check_destination(destination, request.source)
    except Failure as failure:
        if request.destination is not None:
            raise
        found = (replace(diagnostic, place=places.destination) for diagnostic in failure.diagnostics)
        raise Failure(failure.exit_code, *found) from None


def _set_rules(settings: Config, today: date) -> Rules:
    """What of the settings and of the day decides what a source means."""
    talks = settings.talks
    zone = ZoneInfo(settings.timezone)
    customs = Customs(talks.marks, _names(talks.speakers), _names(talks.events))
    return Rules(settings.permalink, zone, today, customs, settings.markdown.smart)


def _names(known: Iterable[Naming]) -> Names:
    named = tuple(known)
    return make_names({one.name: one.aliases for one in named}, {one.name: one.url for one in named if one.url})


def set_desk(blog: Blog) -> Desk:
    """What all bodies share: the Markdown options, and where links can lead to."""
    settings, sizes = blog.site.config, blog.inventory.size_of
    reasons = {held.path: str(held) for held in blog.library.held}
    texts = blog.library.without_copies(blog.sources.texts)
    drafts = any(path.startswith("drafts/") for path in blog.site.by_path)
    index = blog.memory.memo.recall(
        _index_links,
        blog.site,
        tuple(reasons.items()),
        tuple(find_held_files(blog.sources.attachments, texts, reasons, drafts=drafts)),
        tuple(sorted(blog.library.broken)),
        tuple((source, sizes(source)) for source in blog.sources.attachments),
        tuple((name, sizes(blog.theme.sources[name])) for name in blog.theme.own),
    )
    return Desk(markdown.Options.of(settings, blog.site.address.base_path, blog.words), index, settings.talks.lead_ids)


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
) -> links.LinkIndex:
    pages = {path: post.url for path, post in whole.by_path.items()}
    return links.LinkIndex(pages, dict(held), frozenset(broken), dict(attachments), dict(static), dict(held_files))


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
            content=stripped.get(name, items[sources[name]].path),
            place=Place(sources[name]),
        )
        for name in sorted(names)
    ]


def _expect(blog: Blog, copies: Iterable[Copy]) -> dict[str, str]:
    """The digests that the site's files have if nobody has touched them."""
    traces = blog.memory.traces
    pages = {page.output: traces[page.output].output for page in blog.pages if page.output in traces}
    return {**pages, **{copy.output: copy.digest for copy in copies}}
