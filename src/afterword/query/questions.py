"""Questions about a site, one consistent state of everything that they can be about, and the record of those asked.

A question is plain data, so that it can be stored and asked again of another edition. Relies on `Site`. Refuses
selections that it does not know.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from afterword.site import related

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from afterword.body import Body, Prints
    from afterword.post import Post
    from afterword.site import Site

Selection: TypeAlias = tuple[str, ...]
"""Which posts, in which order: `("posts",)`, `("term", "tag", "python")`, `("related", "posts/x.md")` …"""

Question: TypeAlias = tuple[object, ...]
"""What a template asked: `("rows", selection, start, stop)`, or a kind and names, such as `("config", "title")`."""

Facts: TypeAlias = tuple[tuple[Question, tuple[str, ...]], ...]
"""All questions of one render, sorted, each with the columns of the answer that were read, sorted."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of `static/`: its digest, its URL with the digest in its name, and its text where that is short."""

    digest: str
    url: str
    output: str
    text: str | None


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """A page that search engines are told of: its absolute URL, and when it last changed, if that is known."""

    url: str
    updated: datetime | None


@dataclass(frozen=True, slots=True)
class Edition:
    """One consistent state of everything that templates can ask about.

    `bodies` and `prints` are by the path of the source: the second says cheaply whether parts of a body are the same.
    """

    site: Site
    bodies: Mapping[str, Body]
    assets: Mapping[str, Asset]
    sitemap: tuple[SitemapEntry, ...]
    prints: Mapping[str, Prints] = field(default_factory=dict)


class Recorder:
    """What one render has asked so far."""

    __slots__ = ("asked", "edition")

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
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
        case ("pages",):
            return site.pages
        case ("term", kind, slug):
            term = site.terms.get((kind, slug))
            return term.posts if term is not None else ()
        case ("year", year):
            return site.years.get(int(year), ())
        case ("series", name):
            return site.series.get(name, ())
        case ("post", path):
            post = site.by_path.get(path)
            return (post,) if post is not None else ()
        case ("related", path):
            post = site.by_path.get(path)
            return related(site, post) if post is not None else ()
        case ("newer" | "older" as direction, path):
            return _neighbour(site, path, -1 if direction == "newer" else 1)
        case _:
            raise ValueError(f"no such selection: {selection!r}")


def _neighbour(site: Site, path: str, step: int) -> tuple[Post, ...]:
    index = site.position.get(path, -1)
    other = index + step
    return (site.posts[other],) if index >= 0 and 0 <= other < len(site.posts) else ()
