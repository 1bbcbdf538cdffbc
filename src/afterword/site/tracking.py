"""Records what templates read: each question about the site, with the columns of its answer.

A question is plain data, so that it can be stored and asked again of a later state of the site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from afterword.site.model import in_order_given, related, see_also

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from afterword.content.post import Post
    from afterword.markdown.body import ContentDigests, ContentMeta
    from afterword.site.model import Site, Term

Selection: TypeAlias = tuple[str, ...]
"""A selection of posts: `("posts",)`, `("term", "tag", "python")`, `("related", "posts/x.md")` …"""

Question: TypeAlias = tuple[object, ...]
"""A query of a template: `("rows", selection, start, stop)`, or a kind and names, such as `("config", "title")`."""

Facts: TypeAlias = tuple[tuple[Question, tuple[str, ...]], ...]
"""All questions of one render, sorted, each with the columns of the answer that were read, sorted."""


class Asset(Struct, frozen=True):
    """A file of `static/`: its digest, its URL with the digest in its name, and its text where that is short."""

    digest: str
    url: str
    output: str
    text: str | None


class SitemapEntry(Struct, frozen=True):
    """A page that search engines are told of: its absolute URL, and when it last changed, if that is known."""

    url: str
    updated: datetime | None


class Mention(Struct, frozen=True):
    """The first sentence of another post or page that links to a post: the path of its source, and the sentence."""

    path: str
    sentence: str


class SiteSnapshot(Struct, frozen=True):
    """One consistent state of everything that templates can ask about.

    `bodies`, `html` and `prints` are by the path of the source: what is shown of each body, its whole HTML, and what
    says cheaply whether parts of it are the same.
    `mentions` are by the path of the post that is mentioned. `sitemap_print` says cheaply whether the sitemap is the
    same. `search` is how far readers can search the site: `full`, `titles`, or empty.
    """

    site: Site
    bodies: Mapping[str, ContentMeta]
    assets: Mapping[str, Asset]
    sitemap: tuple[SitemapEntry, ...]
    prints: Mapping[str, ContentDigests] = field(default_factory=dict)
    mentions: Mapping[str, tuple[Mention, ...]] = field(default_factory=dict)
    html: Mapping[str, str] = field(default_factory=dict)
    sitemap_print: str = ""
    search: str = ""


class Recorder:
    """Records the queries of one render."""

    __slots__ = ("asked", "site_snapshot")

    def __init__(self, site_snapshot: SiteSnapshot) -> None:
        self.site_snapshot = site_snapshot
        self.asked: dict[Question, set[str]] = {}

    def ask(self, *question: object) -> set[str]:
        """Note a question; the columns that are read of its answer are to be added to the set."""
        return self.asked.setdefault(question, set())

    def facts(self) -> Facts:
        """The questions asked, in an order that does not depend on when they were.

        How many rows a list has is no question of its own where the rows themselves were asked for.
        """
        asked = {question: columns for question, columns in self.asked.items() if not self._is_implied(question)}
        return tuple(sorted(((question, tuple(sorted(columns))) for question, columns in asked.items()), key=repr))

    def _is_implied(self, question: Question) -> bool:
        return question[0] in ("length", "any") and ("rows", *question[1:]) in self.asked


def select(site: Site, selection: Selection) -> tuple[Post, ...]:
    """The posts that a selection means, in its order; none for what the site does not have."""
    match selection:
        case ("posts",):
            return site.posts
        case ("front",):
            return site.front
        case ("recently_updated",):
            return site.recently_updated
        case ("pages",):
            return site.pages
        case ("talks",):
            return site.talks
        case ("term" | "talks" as order, kind, slug):
            term = site.terms.get((kind, slug))
            posts = term.posts if term is not None else ()
            return posts if order == "term" else in_order_given(posts)
        case ("year", year):
            return site.years.get(int(year), ())
        case ("series", name):
            return site.series.get(name, ())
        case (relation, path):
            return _relate(site, relation, path)
        case _:
            raise ValueError(f"unknown selection: {selection!r}")


def _relate(site: Site, relation: str, path: str) -> tuple[Post, ...]:
    """The posts that one leads to in some way."""
    post = site.by_path.get(path)
    match relation:
        case "post":
            return (post,) if post is not None else ()
        case "related":
            return related(site, post) if post is not None else ()
        case "see_also":
            return see_also(site, post) if post is not None else ()
        case "next":
            return _neighbour(site, path, -1)
        case "previous":
            return _neighbour(site, path, 1)
        case _:
            raise ValueError(f"unknown relation: {relation!r}")


def terms_of(site: Site, name: str) -> tuple[Term, ...]:
    """All terms of a taxonomy, by the name of its folder."""
    match name:
        case "categories":
            return site.categories
        case "tags":
            return site.tags
        case "speakers":
            return site.speakers
        case "events":
            return site.events
        case _:
            raise ValueError(f"unknown terms: {name!r}")


TERMS = ("categories", "tags", "speakers", "events")
"""The names of all taxonomies."""


def _neighbour(site: Site, path: str, step: int) -> tuple[Post, ...]:
    index = site.position.get(path, -1)
    other = index + step
    return (site.posts[other],) if index >= 0 and 0 <= other < len(site.posts) else ()
