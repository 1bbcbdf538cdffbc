"""Plans all pages of a site: posts, pages, lists, talks, feeds, search, sitemap, robots.txt and 404."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from afterword.site.lists import plan_archive, plan_home, plan_posts, plan_redirects, plan_terms
from afterword.site.model import FOLDERS
from afterword.site.page import Page
from afterword.site.search import plan_search
from afterword.site.talk_pages import plan_chapters, plan_events, plan_speakers, plan_talks
from afterword.site.tracking import SitemapEntry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from afterword.site.model import Site


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
    """Plans the sitemap, robots.txt and 404 page; a source with the same output replaces them."""
    yield Page("sitemap", "/sitemap.xml", "sitemap.xml", "sitemap.xml", optional=True)
    yield Page("robots", "/robots.txt", "robots.txt", "robots.txt", optional=True)
    yield Page("404", "/404.html", "404.html", "404.html", title="Page not found", optional=True)


MAKERS = (
    *(plan_redirects, plan_home, plan_archive, plan_terms),
    *(plan_talks, plan_speakers, plan_events, plan_chapters, plan_feeds, plan_notices),
)


def plan_pages(site: Site, static: Collection[str] = (), layouts: Collection[str] | None = None) -> tuple[Page, ...]:
    """All pages of the site; `static` are the files that are copied as they are, before which optional pages yield.

    `layouts` are those that have a template; without them, every layout is taken to have one.
    """
    pages = (*plan_posts(site, layouts), *chain.from_iterable(make(site) for make in MAKERS))
    claimed = {page.output for page in pages if not page.optional} | set(static)
    search = plan_search(site, claimed)
    return (*(page for page in pages if not (page.optional and page.output in claimed)), *search)


def find_search(pages: Collection[Page], site: Site) -> str:
    """How far readers can search these pages: the setting, or empty where no page is for that."""
    return site.config.search if any(page.kind == "search" for page in pages) else ""


def list_sitemap(pages: Collection[Page], site: Site) -> tuple[SitemapEntry, ...]:
    """The pages that search engines are told of, by URL."""
    entries = (
        SitemapEntry(site.address.absolute(site.address.rooted(page.url)), page.updated)
        for page in pages
        if page.indexed
    )
    return tuple(sorted(entries, key=lambda entry: entry.url))


__all__ = ["Page", "find_search", "list_sitemap", "plan_pages"]
