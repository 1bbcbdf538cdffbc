"""Records what templates read: each query about the site, with the columns of its answer.

A query is plain data, so it can be stored and run again against a later state of the site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from afterword.site.queries.selections import select

if TYPE_CHECKING:
    from afterword.content.post import Post
    from afterword.site.queries.selections import Selection
    from afterword.site.site_snapshot import SiteSnapshot

Query: TypeAlias = tuple[object, ...]
"""A query of a template: `("rows", selection, start, stop)`, or a kind and names, such as `("config", "title")`."""

RecordedQueries: TypeAlias = tuple[tuple[Query, tuple[str, ...]], ...]
"""All queries of one render, sorted, each with the columns that were read, sorted."""


class Recorder:
    """Records the queries of one render."""

    __slots__ = ("_selected", "queries", "site_snapshot")

    def __init__(self, site_snapshot: SiteSnapshot) -> None:
        self.site_snapshot = site_snapshot
        self.queries: dict[Query, set[str]] = {}
        self._selected: dict[Selection, tuple[Post, ...]] = {}

    def select(self, selection: Selection) -> tuple[Post, ...]:
        """Returns the posts of a selection, made once: templates ask whether there are any, and then list them."""
        posts = self._selected.get(selection)
        if posts is None:
            posts = self._selected[selection] = select(self.site_snapshot.site, selection)
        return posts

    def record(self, *query: object) -> set[str]:
        """Records a query and returns a set; add the names of the columns that are read to it."""
        return self.queries.setdefault(query, set())

    def recorded(self) -> RecordedQueries:
        """Returns the recorded queries, sorted, without those that others imply.

        The number of posts in a list is implied if the posts themselves were read.
        """
        queries = {query: columns for query, columns in self.queries.items() if not self._is_implied(query)}
        return tuple(sorted(((query, tuple(sorted(columns))) for query, columns in queries.items()), key=repr))

    def _is_implied(self, query: Query) -> bool:
        return query[0] in ("length", "any") and ("rows", *query[1:]) in self.queries
