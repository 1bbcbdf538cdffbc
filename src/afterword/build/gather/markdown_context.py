"""Indexes what links in posts can lead to: posts, pages, files beside posts, static files."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from afterword.build.keep_going import REASON
from afterword.build.markdown_jobs import MarkdownContext
from afterword.build.media.image_files import list_originals
from afterword.core.files import is_draft_path
from afterword.markdown.context import MarkdownOptions
from afterword.site import links
from afterword.site.page_assets import find_skipped_files

if TYPE_CHECKING:
    from afterword.build.gather.blog import Blog
    from afterword.markdown.context import Original
    from afterword.site.model import Site


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
