"""Lists the pages of the sitemap, and the Markdown versions of pages, which the same pages have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.site.site_snapshot import SitemapEntry

if TYPE_CHECKING:
    from collections.abc import Collection

    from afterword.content.post import Post
    from afterword.site.model import Site
    from afterword.site.page import Page


def list_sitemap(pages: Collection[Page], site: Site) -> tuple[SitemapEntry, ...]:
    """Lists the pages of the sitemap, by URL."""
    entries = (
        SitemapEntry(site.address.absolute(site.address.rooted(page.url)), page.updated)
        for page in pages
        if page.indexed
    )
    return tuple(sorted(entries, key=lambda entry: entry.url))


def is_indexed(post: Post, site: Site) -> bool:
    """Returns whether a page is in the sitemap.

    As with jekyll-sitemap, `sitemap: false` excludes it. Drafts, future, expired and unlisted posts, redirects and the
    error page are excluded too.
    """
    visibility = post.visibility
    asked_out = not visibility.in_sitemap or visibility.noindex or post.unlisted
    out_of_time = post.is_future(site.today) or post.is_expired(site.today)
    return not (asked_out or post.draft or out_of_time or post.redirect_to or post.output == "404.html")


def find_markdown(post: Post, site: Site) -> str:
    """Returns the output of the Markdown version of a post or page; empty if it has none.

    Pages in the sitemap have one, if the setting `markdown_pages` is on.
    """
    if not site.config.markdown_pages or not post.output.endswith(".html") or not is_indexed(post, site):
        return ""
    return f"{post.output.removesuffix('.html')}.md"
