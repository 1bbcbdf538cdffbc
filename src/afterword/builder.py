"""One build: from the sources in a folder to the files of a site.

`build` is the only path by which a site is made; every command goes through it. It reads like a table of contents; each
step returns a value with its diagnostics, and with one error among all of them nothing is published. Relies on every
other module. Refuses to print, to guess, and to read the clock more than once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from afterword import config, links, markdown, plan, site
from afterword.attachments import AttachedFile, attach
from afterword.bodies import BodyJob, Desk, start_writer
from afterword.diagnostics import Diagnostic, Exit, Failure, Place, Severity, error, in_order
from afterword.files import CONTENT_FOLDERS, scan
from afterword.images import SUFFIXES, measure
from afterword.jobs import choose_executor
from afterword.plan.collisions import Claim, find_collisions
from afterword.post import Rules
from afterword.publish import Output, Rank, check_destination, publish
from afterword.query import Edition
from afterword.reading import Held, Library, Wanted, read_library
from afterword.renderer import Press, Rendered, gather_template_errors, start_renderer
from afterword.theme import Theme, load_theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from afterword.body import Body
    from afterword.files import Sources
    from afterword.plan import Page
    from afterword.settings import Config
    from afterword.site import Site

    Progress = Callable[[str, int, int], None]
    """Told what is being done, how many of it are done, and of how many."""


Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Request:
    """What a command asks of a build. `jobs` is how many processes to use, 0 for as many as are worth it."""

    source: Path
    destination: Path | None = None
    base_url: str | None = None
    drafts: bool = False
    future: bool = False
    strict: bool = False
    jobs: int = 0
    adopt: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did: how many pages the site has, which files changed, what was held back, what there is to say."""

    exit_code: Exit
    pages: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    held: tuple[Held, ...]
    diagnostics: tuple[Diagnostic, ...]
    destination: Path
    published: bool


def silent(phase: str, done: int, total: int) -> None:
    """The progress of a build that nobody watches."""


def build(request: Request, *, environ: Mapping[str, str], progress: Progress = silent) -> Report:
    """Build the blog in `request.source`; raises `Failure` where there is nothing to build or no place to write to."""
    settings, remarks = _load_settings(request)
    destination = request.destination or request.source / settings.destination
    check_destination(destination, request.source)
    rules = Rules(settings.permalink, ZoneInfo(settings.timezone), read_today(environ, settings))

    sources = scan(request.source, settings.exclude)
    wanted = Wanted(request.drafts, request.future)
    library = read_library(request.source, sources.texts, rules, wanted, settings.limits)
    theme = load_theme(request.source, sources)
    whole = site.make(library.posts, settings, rules.today)
    pages = plan.plan_pages(whole, theme.own)

    bodies = _write_bodies(request, sources, library, theme, whole, progress)
    attached = attach(bodies, sources, whole)
    clashes = find_collisions(_claims(pages, theme.own, attached.files))
    references = links.check_references(bodies, pages, (*theme.own, *(file.output for file in attached.files)))

    edition = Edition(whole, bodies, theme.assets, plan.list_sitemap(pages, whole))
    rendered = _render_pages(request, pages, Press(edition, theme.templates), progress)

    diagnostics = in_order(
        [
            *remarks,
            *sources.diagnostics,
            *library.diagnostics,
            *theme.diagnostics,
            *whole.diagnostics,
            *(diagnostic for body in bodies.values() for diagnostic in body.diagnostics),
            *attached.diagnostics,
            *clashes,
            *references,
            *gather_template_errors(rendered),
        ]
    )
    exit_code = judge(diagnostics, strict=request.strict)
    if exit_code is not Exit.DONE:
        return Report(exit_code, len(pages), (), (), library.held, diagnostics, destination, published=False)
    outputs = _list_outputs(rendered, theme, attached.files, request.source)
    progress("publish", 0, len(outputs))
    done = publish(outputs, destination, root=request.source, adopt=request.adopt)
    diagnostics = in_order([*diagnostics, *done.diagnostics])
    return Report(
        exit_code, len(pages), done.written, done.removed, library.held, diagnostics, destination, published=True
    )


def judge(diagnostics: Iterable[Diagnostic], *, strict: bool) -> Exit:
    """The exit code of a build that has these to say: errors always count, warnings where the build is strict."""
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return Exit.CONTENT if any(diagnostic.severity in failing for diagnostic in diagnostics) else Exit.DONE


def read_today(environ: Mapping[str, str], settings: Config) -> date:
    """The day of the build in the blog's time zone: that of SOURCE_DATE_EPOCH where it is set, or else the clock's.

    Raises `Failure` for a SOURCE_DATE_EPOCH that is no number of seconds.
    """
    zone = ZoneInfo(settings.timezone)
    epoch = environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(zone).date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).astimezone(zone).date()
    except (ValueError, OverflowError, OSError):
        message = f"SOURCE_DATE_EPOCH is `{epoch}`, which is not a number of seconds since 1970"
        raise Failure(Exit.USAGE, error("bad-environment", message)) from None


def _load_settings(request: Request) -> tuple[Config, tuple[Diagnostic, ...]]:
    if not request.source.is_dir():
        raise Failure(Exit.USAGE, error("no-source", f"there is no folder `{request.source}`"))
    settings, remarks = config.load(request.source)
    if request.base_url is not None:
        settings = config.with_base_url(settings, request.base_url)
    if not any((request.source / folder).is_dir() for folder in CONTENT_FOLDERS):
        hint = "make a folder `posts` with a Markdown file in it, or name the blog's folder with `--source`"
        raise Failure(Exit.USAGE, error("no-posts", f"there is no blog in `{request.source}`", hint=hint))
    return settings, remarks


def _write_bodies(
    request: Request, sources: Sources, library: Library, theme: Theme, whole: Site, progress: Progress
) -> Mapping[str, Body]:
    index = links.LinkIndex(
        pages={path: post.url for path, post in whole.by_path.items()},
        held={held.path: str(held) for held in library.held},
        broken=library.broken,
        attachments={path: _size(request.source / path) for path in sources.attachments},
        static={name: _size(theme.files[name]) for name in theme.own},
    )
    jobs = [
        BodyJob(post.path, library.texts[post.path].text, library.texts[post.path].first_line, post.url, post.excerpt)
        for post in (*whole.posts, *whole.pages)
    ]
    desk = Desk(markdown.Options.of(whole.config, whole.address.base_path), index)
    executor = choose_executor(request.jobs, len(jobs))
    written = _watched(executor.map(start_writer, jobs, desk), "write", len(jobs), progress)
    return {job.path: body for job, body in zip(jobs, written, strict=True)}


def _size(path: Path) -> tuple[int, int]:
    return measure(path) if path.suffix.lower() in SUFFIXES else (0, 0)


def _render_pages(request: Request, pages: Sequence[Page], press: Press, progress: Progress) -> list[Rendered]:
    executor = choose_executor(request.jobs, len(pages))
    return list(_watched(executor.map(start_renderer, pages, press), "render", len(pages), progress))


def _watched(results: Iterator[Result], phase: str, total: int, progress: Progress) -> Iterator[Result]:
    """The same results, with a word to the progress after each."""
    progress(phase, 0, total)
    for done, result in enumerate(results, 1):
        yield result
        progress(phase, done, total)


def _claims(pages: Iterable[Page], static: Iterable[str], attached: Iterable[AttachedFile]) -> Iterator[Claim]:
    for page in pages:
        yield Claim(page.output, _maker(page), page.place if page.place.path else None)
    for name in static:
        yield Claim(name, f"`static/{name}`", Place(f"static/{name}"))
    for file in attached:
        yield Claim(file.output, f"`{file.source}`", file.place)


def _maker(page: Page) -> str:
    """Who makes a page, in words for a message about a collision."""
    if page.kind == "redirect":
        return f"an alias of `{page.place.path}`"
    return f"`{page.place.path}`" if page.place.path else f"Afterword's own {page.kind} page"


def _list_outputs(
    rendered: Iterable[Rendered], theme: Theme, attached: Iterable[AttachedFile], root: Path
) -> list[Output]:
    """Every file of the site: rendered pages, static files, files beside posts, and the assets that pages asked for."""
    outputs = [Output(file.output, Rank.ASSET, root / file.source) for file in attached]
    outputs += [Output(name, Rank.ASSET, theme.files[name]) for name in theme.own]
    asked: set[str] = set()
    for page in rendered:
        outputs.append(Output(page.page.output, _RANKS.get(page.page.kind, Rank.FEED), (page.text or "").encode()))
        asked.update(str(question[1]) for question, _ in page.facts if question[0] == "asset")
    outputs += [Output(theme.assets[name].output, Rank.ASSET, theme.files[name]) for name in sorted(asked)]
    return outputs


_RANKS = {
    "post": Rank.PAGE,
    "page": Rank.PAGE,
    "redirect": Rank.PAGE,
    "home": Rank.LIST,
    "archive": Rank.LIST,
    "categories": Rank.LIST,
    "tags": Rank.LIST,
    "category": Rank.LIST,
    "tag": Rank.LIST,
}
"""When each kind of page is put in place; all others come last, after what they point to."""
