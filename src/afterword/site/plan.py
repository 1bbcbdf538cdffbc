"""Plans all pages of a site: those of sources, the generated pages that they do not replace, and search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.core.output_paths import fold_output, parent_folders
from afterword.site.page import Page
from afterword.site.page_kinds import PAGE_KINDS, PageKind, plan_files
from afterword.site.pages_and_redirects import plan_redirects, plan_sources
from afterword.site.pagination import continue_list
from afterword.site.searchable import plan_search

if TYPE_CHECKING:
    from collections.abc import Collection

    from afterword.site.model import Site


def plan_pages(
    site: Site, static: Collection[str] = (), templates: Collection[str] | None = None, files: Collection[str] = ()
) -> tuple[Page, ...]:
    """Plans all pages of the site.

    `static` are the outputs of copied files, `templates` the names of all templates, and `files` those that produce one
    file each. Without `templates`, every layout counts as known. A standalone page that replaces a generated one gets
    its posts and terms.
    """
    requested = (*plan_sources(site, templates), *plan_redirects(site))
    standalone = {
        fold_output(page.output): page for page in requested if page.post and site.by_path[page.post].kind == "page"
    }
    copied = {fold_output(path) for path in static}
    taken = copied | {fold_output(page.output) for page in requested}
    replaced: dict[str, Page] = {}
    generated: list[Page] = []
    for kind in (*PAGE_KINDS, PageKind("file", lambda site: plan_files(site, files), "data")):
        for page in kind.plan(site):
            path = fold_output(page.output)
            if path in standalone:
                replaced[standalone[path].output] = replace(page, stop=None) if kind.continues else page
            elif path in copied or (page.optional and not taken.isdisjoint((path, *parent_folders(path)))):
                continue
            else:
                page = replace(page, role=kind.role)
                generated += continue_list(page, site) if kind.continues else (page,)
    sources = (_replace_page(page, replaced[page.output]) if page.output in replaced else page for page in requested)
    search = plan_search(site, {page.output for page in (*requested, *generated)} | set(static))
    return (*sources, *generated, *search)


def find_search(pages: Collection[Page], site: Site) -> str:
    """Returns the extent of the search: the setting `search`, or empty without a search page."""
    return site.config.search if any(page.kind == "search" for page in pages) else ""


def _replace_page(page: Page, other: Page) -> Page:
    """Returns a standalone page with the posts and terms of the generated page it replaces."""
    return replace(
        page, posts=other.posts, stop=other.stop, taxonomy=other.taxonomy, term=other.term, feed_url=other.feed_url
    )


__all__ = ["Page", "find_search", "plan_pages"]
