"""Reads and digests the answers to the queries of templates."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.fingerprints import digest
from afterword.site.queries.columns import COLUMNS, find_column
from afterword.site.queries.selections import select, terms_of
from afterword.site.related import find_backlinks, find_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from afterword.content.post import Post
    from afterword.site.model import Site
    from afterword.site.queries.recording import Query
    from afterword.site.site_snapshot import SiteSnapshot
    from afterword.site.terms import Term


class SiteValue(Struct, frozen=True):
    """A value of the whole site: its documentation, its name in a phrase, and its getter."""

    sentence: str
    phrase: str
    read: Callable[[Site], object]


SITE_VALUES: Mapping[str, SiteValue] = {
    "updated": SiteValue(
        "Date of the last change of a post; none without posts.",
        "the time of the last update",
        lambda site: site.updated,
    ),
    "talk_seconds": SiteValue(
        "Total length of all talks with a known length, in seconds.",
        "the total length of all talks",
        lambda site: site.talk_seconds,
    ),
}
"""Values of `site` in templates, by name."""


_MAX_CACHED = 20_000
"""Maximum number of values, and of rows, cached in memory: enough for some list pages."""


class AnswerDigests:
    """Computes the digests of answers for one site snapshot. Answers are not cached."""

    def __init__(self, site_snapshot: SiteSnapshot) -> None:
        self._snapshot = site_snapshot
        self._values: dict[tuple[str, str], str] = {}
        self._rows: dict[tuple[str, tuple[str, ...]], str] = {}

    def select(self, query: Query) -> tuple[Post, ...]:
        """Returns the posts that a query about posts selects."""
        return select(self._snapshot.site, query.key)[query.start : query.stop]

    def digest_of(self, query: Query, columns: tuple[str, ...]) -> str:
        """Returns the digest of the answer to a query, restricted to these columns."""
        return digest("\0".join(self._parts(query, columns)))

    def _parts(self, query: Query, columns: tuple[str, ...]) -> Iterable[str]:
        site = self._snapshot.site
        match query.kind:
            case "rows":
                return [self._row(post, columns) for post in self.select(query)]
            case "length":
                return [str(self._count(query))]
            case "any":
                return [str(self._count(query) > 0)]
            case "terms":
                terms = terms_of(site, query.key[0], query.start, query.stop)
                return [_read_term(term, column) for term in terms for column in ("slug", *columns)]
            case "term":
                kind, slug = query.key
                term = site.terms.get((kind, slug))
                return [_read_term(term, column) for column in columns] if term is not None else ["absent"]
            case _:
                return [repr(self._find_answer(query.kind, *query.key))]

    def _find_answer(self, kind: str, name: str = "", detail: str = "") -> object:
        site_snapshot = self._snapshot
        match kind:
            case _ if kind in SITE_VALUES:
                return SITE_VALUES[kind].read(site_snapshot.site)
            case "years" | "months" | "archive":
                return _find_in_archive(site_snapshot.site, kind, *map(int, filter(None, (name, detail))))
            case "part":
                return find_part(site_snapshot.site, name)
            case "sitemap":
                return site_snapshot.sitemap_digest or site_snapshot.sitemap
            case "search" | "icons" | "social_card":
                return getattr(site_snapshot, kind)
            case "config":
                return attrgetter(name)(site_snapshot.site.config)
            case "mentions":
                return find_backlinks(site_snapshot.site, site_snapshot.mentions.get(name, ()))
            case "asset":
                asset = site_snapshot.assets.get(name)
                return (asset.digest, asset.output) if asset is not None else None
            case _:
                raise ValueError(f"unknown query: {kind!r}")

    def _count(self, query: Query) -> int:
        if query.key[0] == "terms":
            return len(terms_of(self._snapshot.site, query.key[1], query.start, query.stop))
        return len(self.select(query))

    def _row(self, post: Post, columns: tuple[str, ...]) -> str:
        key = (post.path, columns)
        found = self._rows.get(key)
        if found is None:
            if len(self._rows) == _MAX_CACHED:
                self._rows.clear()
            found = self._rows[key] = "\0".join((post.path, *(self._value(post, column) for column in columns)))
        return found

    def _value(self, post: Post, column: str) -> str:
        key = (post.path, column)
        found = self._values.get(key)
        if found is None:
            if len(self._values) == _MAX_CACHED:
                self._values.clear()
            found = self._values[key] = self._read(post, column)
        return found

    def _read(self, post: Post, name: str) -> str:
        column = COLUMNS.get(name) or find_column(self._snapshot.site, name)
        if column is None:
            return repr(post.extra[name]) if name in post.extra else "absent"
        return repr((column.key or column.read)(self._snapshot, post))


def _find_in_archive(site: Site, kind: str, year: int = 0, month: int = 0) -> object:
    if kind == "years":
        return tuple(site.years)
    return site.list_months(year) if kind == "months" else site.archive_url(year, month)


def _read_term(term: Term, column: str) -> str:
    return str(len(term.posts)) if column == "count" else str(getattr(term, column, "absent"))
