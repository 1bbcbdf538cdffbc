"""The pages that machines read, and the error page: feeds, sitemap, robots.txt, 404."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.plan.page import Page
from afterword.site import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.site import Site


def plan_feeds(site: Site) -> Iterator[Page]:
    """The blog's feeds in both formats, and an Atom feed for each category and tag."""
    limit = site.config.feed.limit
    yield Page("feed", "/feed.xml", "feed.xml", "feed.xml", posts=("posts",), stop=limit)
    yield Page("json-feed", "/feed.json", "feed.json", "feed.json", posts=("posts",), stop=limit)
    for term in site.topics:
        yield Page(
            kind="feed",
            url=term.feed_url,
            output=f"{FOLDERS[term.kind]}/{term.slug}/feed.xml",
            template="feed.xml",
            title=term.name,
            posts=("term", term.kind, term.slug),
            stop=limit,
            term=(term.kind, term.slug),
        )


def plan_notices(_: Site) -> Iterator[Page]:
    """What search engines and lost readers get; a source of the blog's own that makes the same file comes first."""
    yield Page("sitemap", "/sitemap.xml", "sitemap.xml", "sitemap.xml", optional=True)
    yield Page("robots", "/robots.txt", "robots.txt", "robots.txt", optional=True)
    yield Page("404", "/404.html", "404.html", "404.html", title="Page not found", optional=True)
