"""Records what templates read: each query about the site, with the columns of its answer.

A query is plain data, so it can be stored and run again against a later state of the site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.structs import Serializable
from afterword.site.queries.selections import select

if TYPE_CHECKING:
    from afterword.content.post import Post
    from afterword.site.queries.selections import Selection
    from afterword.site.site_snapshot import SiteSnapshot


class Query(Serializable, frozen=True):
    """A query of a template: what is asked about the site.

    A kind and names, such as `config` and `title`; or a slice of a list: `rows`, `length` and `any` with a selection,
    `terms` with the plural of a taxonomy.
    """

    kind: str
    key: tuple[str, ...] = ()
    start: int = 0
    stop: int | None = None


class RecordedQuery(Struct, frozen=True):
    """A query of one render, with the columns that were read, sorted."""

    query: Query
    columns: tuple[str, ...]


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

    def record(self, kind: str, *key: str) -> set[str]:
        """Records a query and returns a set; add the names of the columns that are read to it."""
        return self.queries.setdefault(Query(kind, key), set())

    def record_slice(self, kind: str, key: tuple[str, ...], start: int, stop: int | None) -> set[str]:
        """Records a query about a slice of a list, like `record`."""
        return self.queries.setdefault(Query(kind, key, start, stop), set())

    def recorded(self) -> tuple[RecordedQuery, ...]:
        """Returns the recorded queries, sorted, without those that others imply.

        The number of posts in a list is implied if the posts themselves were read.
        """
        asked = (item for item in self.queries.items() if not self._is_implied(item[0]))
        return tuple(sorted((RecordedQuery(query, tuple(sorted(columns))) for query, columns in asked), key=repr))

    def _is_implied(self, query: Query) -> bool:
        return query.kind in ("length", "any") and Query("rows", query.key, query.start, query.stop) in self.queries
