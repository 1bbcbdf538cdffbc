"""Plans all pages of a site: those of sources, and those of `page_kinds` that they do not replace, and the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.site.collisions import fold_output, folders_of
from afterword.site.page import Page
from afterword.site.page_kinds import PAGE_KINDS, PageKind, continue_list, plan_files
from afterword.site.search import plan_search
from afterword.site.sources import plan_redirects, plan_sources
from afterword.site.tracking import SitemapEntry

if TYPE_CHECKING:
    from collections.abc import Collection

    from afterword.site.model import Site


def plan_pages(
    site: Site, static: Collection[str] = (), templates: Collection[str] | None = None, files: Collection[str] = ()
) -> tuple[Page, ...]:
    """All pages of the site.

    `static` are the files that are copied as they are, `templates` the names of all templates, and `files` those of
    them that make one file each. Without `templates`, every layout is taken to have one. A standalone page that
    replaces one of Afterword's gets the posts and terms of that page.
    """
    asked = (*plan_sources(site, templates), *plan_redirects(site))
    own = {fold_output(page.output): page for page in asked if page.post and site.by_path[page.post].kind == "page"}
    copied = {fold_output(path) for path in static}
    taken = copied | {fold_output(page.output) for page in asked}
    replaced: dict[str, Page] = {}
    made: list[Page] = []
    for kind in (*PAGE_KINDS, PageKind("file", lambda site: plan_files(site, files), "data")):
        for page in kind.plan(site):
            path = fold_output(page.output)
            if path in own:
                replaced[own[path].output] = replace(page, stop=None) if kind.continues else page
            elif path in copied or (page.optional and not taken.isdisjoint((path, *folders_of(path)))):
                continue
            else:
                page = replace(page, role=kind.role)
                made += continue_list(page, site) if kind.continues else (page,)
    sources = (_take_place(page, replaced[page.output]) if page.output in replaced else page for page in asked)
    search = plan_search(site, {page.output for page in (*asked, *made)} | set(static))
    return (*sources, *made, *search)


def find_search(pages: Collection[Page], site: Site) -> str:
    """How far readers can search these pages: the setting, or empty where no page is for that."""
    return site.config.search if any(page.kind == "search" for page in pages) else ""


def _take_place(page: Page, other: Page) -> Page:
    """A standalone page in the place of another: its template can list what the other would."""
    return replace(
        page,
        posts=other.posts,
        stop=other.stop,
        taxonomy=other.taxonomy,
        term=other.term,
        feed_url=other.feed_url,
    )


def list_sitemap(pages: Collection[Page], site: Site) -> tuple[SitemapEntry, ...]:
    """The pages that search engines are told of, by URL."""
    entries = (
        SitemapEntry(site.address.absolute(site.address.rooted(page.url)), page.updated)
        for page in pages
        if page.indexed
    )
    return tuple(sorted(entries, key=lambda entry: entry.url))


__all__ = ["Page", "find_search", "list_sitemap", "plan_pages"]
