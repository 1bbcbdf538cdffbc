"""Gathers a blog: its files, the model of its site, and the planned pages.

The later steps of a build work on `Blog`. Nothing is rendered or written here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from afterword.build.gather.input_files import BuildContext, InputFiles, read_input_files
from afterword.build.ignored_diagnostics import Ignored, read_ignored
from afterword.build.keep_going import REASON, LeftOut
from afterword.build.markdown_jobs import MarkdownContext
from afterword.build.media.icons import Icons, plan_icons
from afterword.build.media.image_files import list_originals, plan_resizing
from afterword.build.published_urls.lost_urls import Unpublished, find_lost_urls
from afterword.build.static_files import Copy
from afterword.config.schema import list_static_files
from afterword.core.diagnostics import Place, warning
from afterword.core.files import is_draft_path
from afterword.core.text import shown
from afterword.markdown.context import MarkdownOptions
from afterword.markdown.writers.images import FLAWS
from afterword.site import dead_links, links, plan
from afterword.site import model as site
from afterword.site.page_assets import PageAsset, find_skipped_files, find_transcript
from afterword.site.plan import report_unknown_layouts
from afterword.templates.compiled_templates import prepare_folder
from afterword.templates.csp import check_policy
from afterword.templates.settings_style import find_faint_colours
from afterword.templates.theme import can_split_archive, list_file_templates
from afterword.templates.ui_strings import read_ui_strings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from afterword.build.cache import BuildCache
    from afterword.build.load_content import Library
    from afterword.build.report import Request
    from afterword.build.static_files import StaticFile, StaticFiles
    from afterword.core.diagnostics import Diagnostic
    from afterword.markdown.body import Reference
    from afterword.markdown.context import Original, UiStrings
    from afterword.site.model import Site
    from afterword.site.page import Page


class Blog(Struct, frozen=True):
    """A blog that was read, with the plan of its site.

    `links` are the internal links of the menu and of redirects. `search` is the extent of the search
    (`SiteSnapshot.search`). `image_format` is that of resized images, or empty if none are resized.
    `compiled` is the folder of compiled templates, or empty.
    `transcripts` are the sources of transcripts by post.
    """

    request: Request
    inputs: InputFiles
    site: Site
    pages: tuple[Page, ...]
    compiled: str
    ui_strings: UiStrings
    search: str
    icons: Icons
    image_format: str
    transcripts: Mapping[str, str]
    links: tuple[Reference, ...]
    ignored: Ignored
    diagnostics: tuple[Diagnostic, ...]

    @property
    def build_cache(self) -> BuildCache:
        return self.inputs.build_cache

    @property
    def keeps_going(self) -> bool:
        """True if sources with errors are left out and the rest is published."""
        return self.request.keep_going or self.inputs.settings.keep_going


_NOTHING = LeftOut()


def gather(context: BuildContext, left_out: LeftOut = _NOTHING) -> Blog:
    """Reads a blog and plans its site.

    Raises `Failure` if there is no blog, its settings are invalid, or the output folder is unusable.
    """
    files = read_input_files(context, left_out)
    settings, posts, theme, memo = files.settings, files.library.posts, files.theme, files.build_cache.memo
    today = files.reader.options.today
    site_model = memo.memoize(
        site.make_site, posts, memo.keep("settings", settings), today, can_split_archive(theme), files.lock
    )
    compiled = prepare_folder(context.environ) if context.request.cache else ""
    ui_strings = read_ui_strings(theme, site_model.address, compiled)
    transcripts = _find_transcripts(site_model, files.static_files)
    pages = _plan_pages(files, site_model, transcripts)
    icons = _plan_icons(files, site_model, pages)
    resizing = plan_resizing(settings, files.build_cache)
    ignored = read_ignored(settings.diagnostics.ignore, files.places.ignore, files.library.readings)
    planned = (ui_strings, site_model, icons, resizing, ignored)
    return Blog(
        request=context.request,
        inputs=files,
        site=site_model,
        pages=pages,
        compiled=compiled,
        ui_strings=memo.keep("ui strings", ui_strings.ui_strings),
        search=plan.find_search(pages, site_model),
        icons=icons,
        image_format=resizing.format,
        transcripts=transcripts,
        links=(
            *dead_links.menu_references(settings.menu, files.places.menu),
            *memo.memoize(dead_links.redirect_references, posts),
        ),
        ignored=ignored,
        diagnostics=(
            *files.diagnostics(),
            *(diagnostic for step in planned for diagnostic in step.diagnostics),
            *_check_plan(files, site_model, pages),
        ),
    )


def _find_transcripts(site_model: Site, static_files: StaticFiles) -> dict[str, str]:
    """Returns the sources of the transcripts that exist, by post."""
    found = {post.path: find_transcript(post) for post in site_model.everything}
    return {path: source for path, source in found.items() if source in static_files.items}


def _plan_pages(files: InputFiles, site_model: Site, transcripts: Collection[str]) -> tuple[Page, ...]:
    theme, memo = files.theme, files.build_cache.memo
    file_templates = list_file_templates(theme, files.settings.feed.formats)
    planned = memo.memoize(plan.plan_pages, site_model, theme.own, tuple(theme.templates), file_templates)
    return memo.memoize(_drop_transcripts, planned, tuple(transcripts))


def _drop_transcripts(pages: tuple[Page, ...], posts: tuple[str, ...]) -> tuple[Page, ...]:
    """Returns the pages without those for missing transcripts; `posts` have one."""
    return tuple(page for page in pages if page.kind != "transcript" or page.post in posts)


def _plan_icons(files: InputFiles, site_model: Site, pages: tuple[Page, ...]) -> Icons:
    theme = files.theme
    logo = files.static_files.items.get(theme.sources.get(files.settings.theme.logo, ""))
    return plan_icons(files.settings, site_model.address, theme.own, [page.output for page in pages], logo)


def _check_plan(files: InputFiles, site_model: Site, pages: tuple[Page, ...]) -> Iterator[Diagnostic]:
    """Yields diagnostics of lost URLs, layouts, settings of the theme, and the content security policy."""
    theme, places = files.theme, files.places.files
    yield from find_lost_urls(files.lock, pages, theme.own, site_model.by_path, _find_unpublished(files.library))
    yield from report_unknown_layouts(site_model.everything, tuple(theme.templates))
    yield from find_faint_colours(files.settings.theme, places)
    for setting in ("theme.logo", "author.picture"):
        for name in list_static_files(files.settings)[setting]:
            item = files.static_files.items.get(theme.sources.get(name, ""))
            if item is not None and item.flaw in FLAWS:
                message, hint = FLAWS[item.flaw]
                yield warning("damaged-image", message.format(shown(name)), places.get(setting), hint=hint)
    yield from check_policy(theme.templates, (page.template for page in pages), files.settings.theme)


def _find_unpublished(library: Library) -> Unpublished:
    """Returns the sources that are not in this build. An expired post is meant to go."""
    expired = {skipped.path for skipped in library.skipped if skipped.reason == "expired"}
    reasons = {skipped.path: str(skipped) for skipped in library.skipped}
    return Unpublished(reasons, expired | library.broken | library.left_out)


def list_copies(blog: Blog, attached: Iterable[PageAsset]) -> list[Copy]:
    """Lists the files to copy: the blog's static files, and page assets."""
    items = blog.inputs.static_files.items
    static = ((name, blog.inputs.theme.sources[name]) for name in blog.inputs.theme.own)
    found = [PageAsset(source, name, Place(source)) for name, source in static]
    found += (file for file in attached if file.source in items)
    return [
        Copy(
            output=file.output,
            source=file.source,
            digest=items[file.source].digest,
            content=items[file.source].path,
            place=file.place,
            width=file.width,
            format=file.format,
        )
        for file in found
    ]


def list_assets(blog: Blog, names: Iterable[str]) -> list[Copy]:
    """Lists the assets of these names, whose outputs have digests in their names."""
    assets, sources = blog.inputs.theme.assets, blog.inputs.theme.sources
    items, stripped = blog.inputs.static_files.items, blog.inputs.theme.stripped
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


def list_transcripts(blog: Blog, skipped: Collection[str]) -> Mapping[str, StaticFile]:
    """Returns the files of transcripts by post, without those that belong to sources which are not in this build."""
    found = blog.transcripts.items()
    return {post: blog.inputs.static_files.items[source] for post, source in found if source not in skipped}


_Sizes: TypeAlias = "tuple[tuple[str, tuple[int, int]], ...]"
"""Files with width and height."""

_Reasons: TypeAlias = "tuple[tuple[str, str], ...]"
"""Sources or files that are not in the build, each with the reason."""


def make_markdown_context(blog: Blog) -> MarkdownContext:
    """Returns the data shared by all bodies: Markdown options and link index."""
    settings, sizes = blog.site.config, blog.inputs.static_files.size_of
    library = blog.inputs.library
    reasons = {skipped.path: str(skipped) for skipped in library.skipped} | dict.fromkeys(
        sorted(library.left_out), REASON
    )
    texts = blog.inputs.library.without_copies(blog.inputs.sources.texts)
    drafts = any(map(is_draft_path, blog.site.by_path))
    index = blog.build_cache.memo.memoize(
        _index_links,
        blog.site,
        tuple(reasons.items()),
        tuple(find_skipped_files(blog.inputs.sources.attachments, texts, reasons, drafts=drafts)),
        tuple(sorted(library.broken - library.left_out)),
        tuple((source, sizes(source)) for source in blog.inputs.sources.attachments),
        tuple((name, sizes(blog.inputs.theme.sources[name])) for name in blog.inputs.theme.own),
        tuple(sorted((path, item.flaw) for path, item in blog.inputs.static_files.items.items() if item.flaw)),
        tuple(list_originals(blog.inputs.static_files.items, blog.image_format)),
    )
    return MarkdownContext(
        MarkdownOptions.of(settings, blog.site.address.base_path, blog.ui_strings),
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
        pages=pages,
        skipped=dict(skipped),
        broken=frozenset(broken),
        attachments=dict(attachments),
        static=dict(static),
        skipped_files=dict(skipped_files),
        titles=titles,
        flawed=dict(flawed),
        originals={original.source: original for original in originals},
    )
