"""Renders the pages of a build that are not up to date.

`build.stale_pages` decides, `templates.renderer` renders. A page whose file was changed by others is rendered again.
"""

from __future__ import annotations

from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.content_cache import CachedBodies
from afterword.build.invalidation import compare
from afterword.build.stale_pages import (
    Identity,
    Trace,
    find_doubts,
    find_grounds,
    find_stale,
    name_facts,
    recall_fact,
    subject_of,
)
from afterword.cache.codec import to_json
from afterword.core.fingerprints import digest
from afterword.output.outputs import Output, Rank, StagedContent, UnchangedContent, digest_of
from afterword.site.answers import Answers
from afterword.site.page import fingerprint
from afterword.templates.dependencies import digest_closures, digest_templates
from afterword.templates.renderer import start_renderer

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from afterword.build.cache import BuildCache
    from afterword.build.content_cache import BodyRecord
    from afterword.build.invalidation import Delta
    from afterword.build.report import Reason
    from afterword.build.stale_pages import Dependency, DependencyId
    from afterword.build.static_files import Copy
    from afterword.build.workers.pool import WorkerPool
    from afterword.core.diagnostics import Diagnostic
    from afterword.core.urls import Address
    from afterword.output.staging import StagingFolder
    from afterword.site.model import Site
    from afterword.site.page import Page, Role
    from afterword.site.tracking import SiteSnapshot
    from afterword.templates.environment import Template
    from afterword.templates.renderer import RenderContext


class RenderedPage(Struct, frozen=True):
    """A page that was rendered: its file's bytes and their digest, and the names of the facts that it rests on.

    `content` is None where it could not be rendered, and says where the bytes are if they are staged. `facts` are those
    of the facts that no earlier one of the same process has.
    """

    page: Page
    content: bytes | StagedContent | None
    digest: str
    names: tuple[DependencyId, ...]
    facts: Mapping[DependencyId, Dependency]
    diagnostics: tuple[Diagnostic, ...]


class Run(Struct, frozen=True):
    """Data that a worker process needs to render pages, and the staging folder, if any."""

    render_context: RenderContext
    stage: StagingFolder | None


def start_printer(run: Run) -> Callable[[Page], RenderedPage]:
    """The function that renders pages, puts them on the stage and takes down what they rest on, for one process."""
    render = start_renderer(run.render_context)
    answers = Answers(run.render_context.site_snapshot)
    known: set[DependencyId] = set()

    def render_page(page: Page) -> RenderedPage:
        rendered = render(page)
        names = name_facts(rendered.facts)
        asked = zip(names, rendered.facts, strict=True)
        facts = {name: recall_fact(*question, answers) for name, question in asked if name not in known}
        known.update(facts)
        content = _put_on(run.stage, page, rendered.text.encode()) if rendered.text is not None else None
        return RenderedPage(page, content, digest_of(content or b""), names, facts, rendered.diagnostics)

    return render_page


class RenderedPages(Struct, frozen=True):
    """All pages of a build: those that were rendered now, with the reasons, and the digests of the others' files.

    `facts` are those that the former rest on; `identities` are of all pages, by output; `assets` are the names of the
    assets that any page asked for.
    """

    rendered_pages: tuple[RenderedPage, ...]
    reasons: Mapping[str, Reason]
    standing: Mapping[str, str]
    identities: Mapping[str, Identity]
    facts: Mapping[DependencyId, Dependency]
    assets: frozenset[str]


def render_pages(
    pages: Sequence[Page],
    render_context: RenderContext,
    stage: StagingFolder | None,
    records: Mapping[str, BodyRecord],
    standing: Collection[str],
    build_cache: BuildCache,
    pool: WorkerPool,
) -> RenderedPages:
    """Render the pages that must be, onto the `stage` where no site stands yet.

    `records` are of all bodies; `standing` are the outputs whose files are as the memory knows them.
    """
    site_snapshot = render_context.site_snapshot
    closures = _closures(render_context.templates, build_cache)
    identities = build_cache.memo.memoize(identify_pages, pages, tuple(closures.items()), site_snapshot.site.address)
    answers = Answers(site_snapshot)
    delta = _delta(site_snapshot, records, build_cache)
    subjects = delta.subjects()
    facts = build_cache.facts_of(subjects)
    stale_facts = find_doubts(facts, subjects, answers, delta)
    traces = build_cache.traces
    stale = find_stale(
        pages, identities, traces, build_cache.memo.memoize_each(find_grounds, traces), stale_facts, standing
    )
    reasons = {page.output: reason for page, reason in stale}
    jobs = [page for page, _ in stale]
    run = Run(render_context, stage)
    with closing(
        pool.run("render", start_printer, jobs, run, remote_shared=lambda: Run(_pack(render_context), None))
    ) as made:
        rendered_pages = tuple(_stage(rendered_page, stage) for rendered_page in made)
    fresh = {name: fact for rendered_page in rendered_pages for name, fact in rendered_page.facts.items()}
    kept = {output: traces[output].output for output in identities if output not in reasons}
    names = (*(rendered_page.names for rendered_page in rendered_pages), *(traces[output].facts for output in kept))
    return RenderedPages(rendered_pages, reasons, kept, identities, fresh, _find_assets(names, {**facts, **fresh}))


def _pack(render_context: RenderContext) -> RenderContext:
    """Data for workers on other machines: all bodies."""
    site_snapshot, bodies = render_context.site_snapshot, render_context.site_snapshot.bodies
    if not isinstance(bodies, CachedBodies):
        return render_context
    packed = bodies.pack()
    return replace(render_context, site_snapshot=replace(site_snapshot, bodies=packed, html=packed.html))


def _put_on(stage: StagingFolder | None, page: Page, content: bytes) -> StagedContent | bytes:
    """A page's bytes, on the stage if there is one and if it can have them now."""
    return stage.write(page.output, content) if stage is not None else content


def _stage(rendered_page: RenderedPage, stage: StagingFolder | None) -> RenderedPage:
    """The same proof, with its content on the stage, though it was made elsewhere, or just when another process made
    the folder that it is in."""
    if not isinstance(rendered_page.content, bytes):
        return rendered_page
    return replace(rendered_page, content=_put_on(stage, rendered_page.page, rendered_page.content))


def _find_assets(names: Iterable[Sequence[DependencyId]], facts: Mapping[DependencyId, Dependency]) -> frozenset[str]:
    """The assets that pages with facts of these names asked for."""
    assets = {name: str(fact.question[1]) for name, fact in facts.items() if fact.question[0] == "asset"}
    return frozenset(assets[name] for name in assets.keys() & chain.from_iterable(names))


def identify_pages(
    pages: Sequence[Page], closures: Iterable[tuple[str, str]], address: Address
) -> Mapping[str, Identity]:
    """What each page is before it is rendered, by output; `closures` are the digests of what each template uses."""
    used, where = dict(closures), repr(address)
    return {page.output: Identity(digest(fingerprint(page), where), used.get(page.template, "")) for page in pages}


def _closures(templates: Mapping[str, Template], build_cache: BuildCache) -> Mapping[str, str]:
    """The digests of the templates' closures, which are computed again only when a template has changed."""
    everything = digest_templates(templates)
    known = build_cache.memoize("closures", tuple[str, dict[str, str]])
    if known is not None and known[0] == everything:
        return known[1]
    closures = digest_closures(templates)
    build_cache.put_meta("closures", to_json([everything, closures]))
    return closures


def _delta(site_snapshot: SiteSnapshot, records: Mapping[str, BodyRecord], build_cache: BuildCache) -> Delta:
    """The difference between the site that the traces are of and this one."""
    before = build_cache.posts
    whole = before is None or build_cache.meta.get("settings") != _digest_settings(site_snapshot)
    known = build_cache.bodies
    fresh = {path: record for path, record in records.items() if known.get(path) is not record}
    old_prints = {path: known[path].prints for path in fresh if path in known}
    prints = {path: record.prints for path, record in fresh.items()}
    return compare(site_snapshot.site, before or {}, old_prints, prints, whole=whole)


def _digest_settings(site_snapshot: SiteSnapshot) -> str:
    """What all answers depend on; of the font of social cards, the digest."""
    cards = site_snapshot.cards
    font = cards.font.digest if cards is not None else ""
    return digest(repr(site_snapshot.site.config), repr(site_snapshot.site.today), font)


def remember_pages(rendered: RenderedPages, site_snapshot: SiteSnapshot, build_cache: BuildCache) -> None:
    """Hand the memory what the pages that now stand in the site were made from."""
    for rendered_page in rendered.rendered_pages:
        output = rendered_page.page.output
        identity, reason = rendered.identities[output], rendered.reasons[output]
        build_cache.put_trace(
            output, Trace(identity.plan, identity.templates, rendered_page.names, rendered_page.digest, reason)
        )
    traces = build_cache.traces
    standing = (traces[output].facts for output in rendered.standing)
    _remember_facts(
        rendered.facts, (*(rendered_page.names for rendered_page in rendered.rendered_pages), *standing), build_cache
    )
    build_cache.forget("facts", (build_cache.posts or {}).keys() - site_snapshot.site.by_path.keys())
    build_cache.forget("pages", traces.keys() - rendered.identities.keys())
    build_cache.put_meta("settings", _digest_settings(site_snapshot))
    build_cache.put_meta("published", build_cache.memo.memoize(_name_posts, site_snapshot.site))


def _name_posts(site: Site) -> str:
    return "\n".join(sorted(site.by_path))


def _remember_facts(
    fresh: Mapping[DependencyId, Dependency], names: Iterable[Sequence[DependencyId]], build_cache: BuildCache
) -> None:
    """Hand the memory new facts, by subject, beside those of the same subject that pages still rest on; `names` are
    the facts of each page."""
    by_subject: dict[str, dict[DependencyId, Dependency]] = {}
    for name, fact in fresh.items():
        by_subject.setdefault(subject_of(fact.question), {})[name] = fact
    known = {subject: build_cache.facts_of([subject]) for subject in by_subject}
    others = {name for facts in known.values() for name in facts if name not in fresh}
    used = others.intersection(chain.from_iterable(names)) if others else others
    for subject, facts in by_subject.items():
        wanted = {**{name: fact for name, fact in known[subject].items() if name in used}, **facts}
        if wanted != known[subject]:
            build_cache.put_facts(subject, wanted)


def list_outputs(rendered: RenderedPages, copies: Iterable[Copy], standing: Collection[str]) -> list[Output]:
    """Every file of the site; those that stand are named by their digests alone."""
    outputs = [_output_of(rendered_page) for rendered_page in rendered.rendered_pages]
    outputs += [Output(path, Rank.PAGE, UnchangedContent(content)) for path, content in rendered.standing.items()]
    for copy in copies:
        content = UnchangedContent(copy.digest) if copy.output in standing else copy.content
        outputs.append(Output(copy.output, Rank.ASSET, content))
    return outputs


def _output_of(rendered_page: RenderedPage) -> Output:
    page = rendered_page.page
    return Output(page.output, _RANKS[page.role], rendered_page.content or b"")


_RANKS: Mapping[Role, Rank] = {"page": Rank.PAGE, "list": Rank.LIST, "data": Rank.FEED}
"""When pages are put in place: what others point to comes first."""
