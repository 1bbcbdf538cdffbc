"""The plan: which pages the site has, recomputed at each build from the site alone, and never stored.

Each maker of pages is a function from a `Site` to pages; a new kind of page is one more of them. Relies on `query` for
selections. Refuses to render, and to let two sources write one file (`collisions`).
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from afterword.plan.lists import plan_archive, plan_home, plan_terms
from afterword.plan.machines import plan_feeds, plan_notices
from afterword.plan.page import Page
from afterword.plan.sources import plan_posts, plan_redirects
from afterword.plan.talks import plan_chapters, plan_events, plan_speakers, plan_talks
from afterword.query import SitemapEntry

if TYPE_CHECKING:
    from collections.abc import Collection

    from afterword.site import Site

MAKERS = (
    *(plan_posts, plan_redirects, plan_home, plan_archive, plan_terms),
    *(plan_talks, plan_speakers, plan_events, plan_chapters, plan_feeds, plan_notices),
)


def plan_pages(site: Site, static: Collection[str] = ()) -> tuple[Page, ...]:
    """All pages of the site; `static` are the files that are copied as they are, before which optional pages yield."""
    pages = tuple(chain.from_iterable(make(site) for make in MAKERS))
    claimed = {page.output for page in pages if not page.optional} | set(static)
    return tuple(page for page in pages if not (page.optional and page.output in claimed))


def list_sitemap(pages: Collection[Page], site: Site) -> tuple[SitemapEntry, ...]:
    """The pages that search engines are told of, by URL."""
    entries = (
        SitemapEntry(site.address.absolute(site.address.rooted(page.url)), page.updated)
        for page in pages
        if page.indexed
    )
    return tuple(sorted(entries, key=lambda entry: entry.url))


__all__ = ["Page", "list_sitemap", "plan_pages"]
