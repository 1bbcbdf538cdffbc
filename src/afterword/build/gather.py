"""Gathers a blog: settings, sources, theme and static files, and the planned pages.

The later steps of a build work on `Blog`. Nothing is rendered or written here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from afterword.build.cache import BuildCache
from afterword.build.check_outputs import drop_private_links
from afterword.build.ignored_diagnostics import Ignored, read_ignored
from afterword.build.keep_going import REASON, LeftOut, leave_out
from afterword.build.load_content import ContentFilter, read_library
from afterword.build.markdown_jobs import MarkdownContext
from afterword.build.media.icons import Icons, plan_icons
from afterword.build.media.resizing import list_originals, plan_resizing
from afterword.build.report import read_today
from afterword.build.static_files import Copy, read_static_files
from afterword.cache.codec import to_json
from afterword.config import loader as config
from afterword.config.unrecognized_files import check_domain, report_empty, report_extensions, report_unrecognized
from afterword.content.file_snapshot import FileSnapshot, take_snapshot
from afterword.content.parse_source import SourceReader
from afterword.content.post import PostOptions
from afterword.content.symlinks import name_inside
from afterword.core.diagnostics import Exit, Failure, Place, note
from afterword.core.files import URL_LOCK, Unreadable, is_draft_path, locate, read, report_unreadable
from afterword.core.fingerprints import digest
from afterword.core.names import make_names
from afterword.core.text import decode
from afterword.markdown.context import MarkdownOptions, TextSyntax
from afterword.output.destination import check_destination
from afterword.site import links, plan
from afterword.site import model as site
from afterword.site.page_assets import PageAsset, find_skipped_files, find_transcript
from afterword.site.published_urls import Unpublished, find_lost_urls
from afterword.site.sources import report_unknown_layouts
from afterword.site.taxonomies import check_taxonomies
from afterword.site.url_lock import NO_LOCK, UrlLock, parse_lock
from afterword.talks.resolve import TalkOptions
from afterword.templates.compiled_templates import prepare_folder
from afterword.templates.csp import check_policy
from afterword.templates.theme import (
    NO_RESULTS,
    ThemeResults,
    can_split_archive,
    list_file_templates,
    load_theme,
    read_words,
)
from afterword.templates.theme_settings import find_missing_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from afterword.build.load_content import Library
    from afterword.build.report import Request
    from afterword.build.static_files import StaticFile, StaticFiles
    from afterword.build.workers.pool import WorkerPool
    from afterword.cache.store import Store
    from afterword.config.schema import Config, Naming
    from afterword.content.scanning import Sources
    from afterword.core.diagnostics import Diagnostic
    from afterword.core.names import Names
    from afterword.markdown.body import Reference
    from afterword.markdown.context import Original, Words
    from afterword.site.model import Site
    from afterword.site.page import Page
    from afterword.templates.theme import Theme


_Sizes: TypeAlias = "tuple[tuple[str, tuple[int, int]], ...]"
"""Files with width and height."""

_Reasons: TypeAlias = "tuple[tuple[str, str], ...]"
"""Sources or files that are not in the build, each with the reason."""


class Blog(Struct, frozen=True):
    """All inputs of a build: settings, sources, cache and planned pages.

    `links` are the internal links of the menu and of redirects. `search` is the extent of the search
    (`SiteSnapshot.search`). `image_format` is that of resized images, or empty if none are resized.
    `compiled` is the folder of compiled templates, or empty.
    `transcripts` are the sources of transcripts by post.
    """

    request: Request
    settings: Config
    destination: Path
    today: date
    inputs: FileSnapshot
    sources: Sources
    build_cache: BuildCache
    static_files: StaticFiles
    theme: Theme
    compiled: str
    words: Words
    reader: SourceReader
    library: Library
    lock: UrlLock
    site: Site
    pages: tuple[Page, ...]
    search: str
    icons: Icons
    image_format: str
    transcripts: Mapping[str, str]
    links: tuple[Reference, ...]
    ignored: Ignored
    diagnostics: tuple[Diagnostic, ...]

    @property
    def keeps_going(self) -> bool:
        """True if sources with errors are left out and the rest is published."""
        return self.request.keep_going or self.settings.keep_going


_NOTHING = LeftOut()


def gather(
    request: Request,
    environ: Mapping[str, str],
    store: Store,
    pool: WorkerPool,
    inputs: FileSnapshot | None = None,
    left_out: LeftOut = _NOTHING,
) -> Blog:
    """Reads a blog and plans its site.

    Raises `Failure` if there is no blog or the output folder is unusable.
    """
    try:
        settings, places = config.open_blog(request.source, request.base_url)
    except config.InvalidSettings as failure:
        if failure.doubtful:
            message = f"posts were not checked, because `{failure.doubtful}` may change how they are read"
            raise Failure(failure.exit_code, note("posts-not-checked", message), *failure.diagnostics) from None
        library = _read_content(request, failure.readable, environ, store, pool, inputs, left_out).library
        raise Failure(failure.exit_code, *failure.diagnostics, *_errors(library)) from None
    destination = request.destination or request.source / settings.destination
    _check_destination(destination, request, places)
    inputs, build_cache, reader, library = _read_content(request, settings, environ, store, pool, inputs, left_out)
    rules, linked = reader.rules, inputs.links
    sources, default = inputs.sources, inputs.default
    outputs = _find_outputs(request, settings)
    checked = drop_private_links(sources, library, outputs, drafts=request.drafts)
    sources, library = checked.sources, checked.library
    copied = (*default.static, *sources.static, *sources.attachments)
    static_files = read_static_files({source: locate(request.source, source, linked) for source in copied}, build_cache)
    known_theme = build_cache.memoize("theme", ThemeResults) or NO_RESULTS
    theme = load_theme(request.source, sources, default, static_files.digest_of, settings, known_theme)
    build_cache.put_meta("theme", to_json(theme.results))
    problems = (
        *check_taxonomies(settings, places.taxonomies),
        *find_missing_files(settings, theme.assets, places.files),
    )
    if problems:
        raise Failure(Exit.USAGE, *problems, *_errors(library))
    memo = build_cache.memo
    lock = memo.keep("lock", read_lock(request.source))
    site_model = memo.memoize(
        site.make_site, library.posts, memo.keep("settings", settings), rules.today, can_split_archive(theme), lock
    )
    compiled = prepare_folder(environ) if request.cache else ""
    words = read_words(theme, site_model.address, compiled)
    ignored = read_ignored(settings.diagnostics.ignore, places.ignore, library.readings)
    templates = tuple(theme.templates)
    files = list_file_templates(theme, settings.feed.formats)
    transcripts = {
        post.path: source for post in site_model.everything if (source := find_transcript(post)) in static_files.items
    }
    planned = memo.memoize(plan.plan_pages, site_model, theme.own, templates, files)
    pages = memo.memoize(_drop_transcripts, planned, tuple(transcripts))
    logo = static_files.items.get(theme.sources.get(settings.theme.logo, ""))
    icons = plan_icons(settings, site_model.address, theme.own, [page.output for page in pages], logo)
    resizing = plan_resizing(settings, build_cache)
    findings = (sources, default, static_files, theme, words, library, lock, site_model, ignored, icons, resizing)
    return Blog(
        ignored=ignored,
        request=request,
        settings=settings,
        destination=destination,
        today=rules.today,
        inputs=inputs,
        sources=sources,
        build_cache=build_cache,
        static_files=static_files,
        theme=theme,
        compiled=compiled,
        words=memo.keep("words", words.words),
        reader=reader,
        library=library,
        lock=lock,
        site=site_model,
        pages=pages,
        search=plan.find_search(pages, site_model),
        icons=icons,
        image_format=resizing.format,
        transcripts=transcripts,
        links=(
            *links.menu_references(settings.menu, places.menu),
            *memo.memoize(links.redirect_references, library.posts),
        ),
        diagnostics=(
            *report_unrecognized(inputs.unrecognized, has_settings=bool(places.file), published=sources.static),
            *report_empty(library.readings),
            *report_extensions(sources.attachments),
            *check_domain(request.source, sources.static, settings.base_url),
            *(diagnostic for found in findings for diagnostic in found.diagnostics),
            *find_lost_urls(lock, pages, theme.own, site_model.by_path, _find_unpublished(library)),
            *report_unknown_layouts(site_model.everything, templates),
            *check_policy(theme.templates, (page.template for page in pages), settings.theme),
        ),
    )


class _Content(NamedTuple):
    """The sources of a blog, as read with its settings."""

    inputs: FileSnapshot
    build_cache: BuildCache
    reader: SourceReader
    library: Library


def _read_content(
    request: Request,
    settings: Config,
    environ: Mapping[str, str],
    store: Store,
    pool: WorkerPool,
    inputs: FileSnapshot | None,
    left_out: LeftOut,
) -> _Content:
    """Reads the sources of a blog, of whose settings only those in `config.loader.READING` are used."""
    rules = _make_post_options(settings, read_today(environ, settings.timezone))
    if inputs is None or inputs.exclude != settings.exclude:
        inputs = take_snapshot(request.source, settings.exclude)
    options_digest = digest(
        rules.permalink, str(rules.zone), repr(rules.syntax), repr(settings.limits), repr(settings.talks)
    )
    build_cache = BuildCache(store, inputs.stamps, inputs.taken, options_digest)
    reader = SourceReader(request.source, rules, settings.limits, inputs.links)
    library = read_library(reader, inputs.sources.texts, content_filter(request), build_cache, pool)
    return _Content(inputs, build_cache, reader, leave_out(library, left_out))


def _errors(library: Library) -> Iterator[Diagnostic]:
    return (found for found in library.diagnostics if found.is_error)


_MAX_LOCK_BYTES = 1 << 26
"""Maximum size of the record of URLs in bytes: some 500,000 lines."""


def read_lock(root: Path) -> UrlLock:
    """Returns the record of published URLs of the blog in `root`; `NO_LOCK` if there is none."""
    if not (root / URL_LOCK).exists():
        return NO_LOCK
    try:
        decoded = decode(URL_LOCK, read(root / URL_LOCK, _MAX_LOCK_BYTES, follow=True))
    except Unreadable as problem:
        return UrlLock(exists=True, diagnostics=(report_unreadable(problem, "this file", Place(URL_LOCK)),))
    lock = parse_lock(decoded.text)
    return replace(lock, diagnostics=(*decoded.diagnostics, *lock.diagnostics))


def _find_unpublished(library: Library) -> Unpublished:
    """Returns the sources that are not in this build. An expired post is meant to go."""
    expired = {skipped.path for skipped in library.skipped if skipped.reason == "expired"}
    reasons = {skipped.path: str(skipped) for skipped in library.skipped}
    return Unpublished(reasons, expired | library.broken | library.left_out)


def _drop_transcripts(pages: tuple[Page, ...], posts: tuple[str, ...]) -> tuple[Page, ...]:
    """The pages without those for transcripts that are missing; `posts` have one."""
    return tuple(page for page in pages if page.kind != "transcript" or page.post in posts)


def list_transcripts(blog: Blog, skipped: Collection[str]) -> Mapping[str, StaticFile]:
    """The files of transcripts by post, without those that belong to sources which are not in this build."""
    found = blog.transcripts.items()
    return {post: blog.static_files.items[source] for post, source in found if source not in skipped}


def _find_outputs(request: Request, settings: Config) -> tuple[str, ...]:
    """Returns the output folders inside the blog, relative to it: the current one, and that of the settings."""
    folders = (request.destination, request.source / settings.destination)
    found = (name_inside(request.source, folder) for folder in folders if folder is not None)
    return tuple(name for name in found if name is not None)


def content_filter(request: Request) -> ContentFilter:
    return ContentFilter(request.drafts, request.future, request.expired)


def _check_destination(destination: Path, request: Request, places: config.SettingPlaces) -> None:
    """Checks the output folder; an error about the setting is placed there."""
    try:
        check_destination(destination, request.source)
    except Failure as failure:
        if request.destination is not None:
            raise
        found = (replace(diagnostic, place=places.destination) for diagnostic in failure.diagnostics)
        raise Failure(failure.exit_code, *found) from None


def _make_post_options(settings: Config, today: date) -> PostOptions:
    """Returns the options for parsing sources."""
    talks = settings.talks
    zone = ZoneInfo(settings.timezone)
    talk_options = TalkOptions(talks.tags, _names(talks.speakers), _names(talks.events))
    return PostOptions(settings.permalink, zone, today, talk_options, TextSyntax.from_config(settings))


def _names(known: Iterable[Naming]) -> Names:
    named = tuple(known)
    return make_names({one.name: one.aliases for one in named}, {one.name: one.url for one in named if one.url})


def make_markdown_context(blog: Blog) -> MarkdownContext:
    """Returns the data shared by all bodies: Markdown options and link index."""
    settings, sizes = blog.site.config, blog.static_files.size_of
    library = blog.library
    reasons = {skipped.path: str(skipped) for skipped in library.skipped} | dict.fromkeys(
        sorted(library.left_out), REASON
    )
    texts = blog.library.without_copies(blog.sources.texts)
    drafts = any(map(is_draft_path, blog.site.by_path))
    index = blog.build_cache.memo.memoize(
        _index_links,
        blog.site,
        tuple(reasons.items()),
        tuple(find_skipped_files(blog.sources.attachments, texts, reasons, drafts=drafts)),
        tuple(sorted(library.broken - library.left_out)),
        tuple((source, sizes(source)) for source in blog.sources.attachments),
        tuple((name, sizes(blog.theme.sources[name])) for name in blog.theme.own),
        tuple(sorted((path, item.flaw) for path, item in blog.static_files.items.items() if item.flaw)),
        tuple(list_originals(blog.static_files.items, blog.image_format)),
    )
    return MarkdownContext(
        MarkdownOptions.of(settings, blog.site.address.base_path, blog.words),
        index,
        settings.talks.list_item_ids,
        searched=blog.search == "full",
    )


def _index_links(
    site_model: Site,
    skipped: _Reasons,
    skipped_files: _Reasons,
    broken: tuple[str, ...],
    attachments: _Sizes,
    static: _Sizes,
    flawed: _Reasons,
    originals: tuple[Original, ...],
) -> links.LinkIndex:
    pages = {path: post.url for path, post in site_model.by_path.items()}
    titles = {path: post.title for path, post in site_model.by_path.items()}
    return links.LinkIndex(
        pages,
        dict(skipped),
        frozenset(broken),
        dict(attachments),
        dict(static),
        dict(skipped_files),
        titles,
        dict(flawed),
        {original.source: original for original in originals},
    )


def list_copies(blog: Blog, attached: Iterable[PageAsset]) -> list[Copy]:
    """Lists the files to copy: the blog's static files, and page assets."""
    items = blog.static_files.items
    static = ((name, blog.theme.sources[name]) for name in blog.theme.own)
    found = [PageAsset(source, name, Place(source)) for name, source in static]
    found += (file for file in attached if file.source in items)
    return [
        Copy(
            file.output,
            file.source,
            items[file.source].digest,
            items[file.source].path,
            file.place,
            file.width,
            file.format,
        )
        for file in found
    ]


def list_assets(blog: Blog, names: Iterable[str]) -> list[Copy]:
    """Lists the assets of these names, whose outputs have digests in their names."""
    assets, sources = blog.theme.assets, blog.theme.sources
    items, stripped = blog.static_files.items, blog.theme.stripped
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
