"""The `page` object of templates: the page that is rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.site.page_kinds import PAGE_KINDS
from afterword.site.taxonomies import TAXONOMIES
from afterword.site.template_objects import Posts, TaxonomyRow, TermList, TermRow, raise_not_printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.site.page import Page
    from afterword.site.queries.recording import Recorder

_KINDS = dict.fromkeys(
    (
        *("post", "page", "redirect"),
        *(kind.name for kind in PAGE_KINDS),
        *(kind for row in TAXONOMIES for kind in (row.list_kind, row.kind)),
        *("file", "search"),
    )
)
"""Values of `page.kind`."""


class PageView:
    """The `page` object of templates."""

    __slots__ = ("_page", "_recorder")
    __str__ = raise_not_printable

    PREFIX = "page."
    VOCABULARY: Mapping[str, str] = {
        "kind": (
            f"Kind of page: {', '.join(f'`{kind}`' for kind in _KINDS)}. For custom taxonomies: `terms` or `term`."
        ),
        "title": "Title; empty on the home page.",
        "url": "URL with the base path.",
        "absolute_url": "Full URL.",
        "description": "Description, or empty text.",
        "number": "Number of this list page, from 1.",
        "total": "Number of list pages.",
        "previous_url": "URL of the list page with newer posts, or empty text.",
        "next_url": "URL of the list page with older posts, or empty text.",
        "posts": "Posts on this list page.",
        "taxonomy": "Taxonomy whose terms this page lists or shows, or none.",
        "term": "Category, tag or other term of this page, or none.",
        "terms": "On the list of a taxonomy: the terms on this page, by name.",
        "feed_url": "URL of the feed of this list, or empty text.",
        "feed_id": "On feeds: the id of the feed, a full URL.",
        "target": "On `redirect`: the target URL.",
    }

    def __init__(self, recorder: Recorder, page: Page) -> None:
        self._recorder = recorder
        self._page = page

    def __getattr__(self, name: str) -> object:
        page = self._page
        address = self._recorder.site_snapshot.site.address
        match name:
            case "kind" | "title" | "description" | "number" | "total":
                return getattr(page, name)
            case "url" | "previous_url" | "next_url" | "feed_url" | "target":
                return address.rooted(getattr(page, name))
            case "absolute_url":
                return address.absolute(address.rooted(page.url))
            case "feed_id":
                return page.feed_id or address.absolute(address.rooted(page.url))
            case "posts":
                return self.listed()
            case "term":
                return self._term()
            case "taxonomy":
                return self._taxonomy()
            case "terms":
                is_list = page.taxonomy and page.term is None
                return self._terms() if is_list else ()
            case _:
                raise AttributeError(name)

    def listed(self) -> Posts | tuple[()]:
        """Returns the posts of the page as a lazy list."""
        page = self._page
        return Posts(self._recorder, page.posts, page.start, page.stop) if page.posts else ()

    def _taxonomy(self) -> TaxonomyRow | None:
        self._recorder.record("config", "taxonomies")
        row = self._recorder.site_snapshot.site.find_taxonomy(self._page.taxonomy)
        return TaxonomyRow(self._recorder, row) if row is not None else None

    def _terms(self) -> TermList:
        """Returns the terms of the page; all terms if the list has a single page."""
        page = self._page
        span = (page.start, page.stop) if page.total > 1 else (0, None)
        return TermList(self._recorder, ("terms", page.taxonomy), *span)

    def _term(self) -> TermRow | None:
        if self._page.term is None:
            return None
        columns = self._recorder.record("term", *self._page.term)
        return TermRow(self._recorder, columns, self._recorder.site_snapshot.site.terms[self._page.term])
