"""The site model: sorted posts, taxonomies and series. Recomputed in every build."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, TypeVar
from unicodedata import normalize

from msgspec import Struct

from afterword.core.urls import Address
from afterword.site.published_urls import NO_LOCK, FeedIds, UrlLock, find_feed_ids
from afterword.site.taxonomies import list_taxonomies
from afterword.site.terms import by_date, gather_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    from afterword.config.schema import Config
    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic
    from afterword.site.taxonomies import Taxonomy
    from afterword.site.terms import Term

K = TypeVar("K")


class Site(Struct, frozen=True):
    """Everything that is published.

    Attributes:
        posts: listed posts, newest first.
        front: posts of the home page, pinned ones first.
        recently_updated: posts with dated updates, last update first.
        pages: listed standalone pages, by URL.
        unlisted: unlisted posts and pages, by URL; of the other fields, only `by_path` has them.
        talks: posts about talks, latest talk first.
        taxonomies: all taxonomies, and `lists` the terms of each by its plural.
        terms: terms by taxonomy and slug; `slugs`: slugs by taxonomy and name.
        parts: part number, from 1, of each post of a series, by path.
        by_path: posts and pages by source path; `names`: posts by the names of `names_of`, if any post names another.
        position: index in `posts`, by path.
        feed_ids: recorded ids in feeds.
        can_split: whether the templates can divide a large archive by years.
    """

    config: Config
    address: Address
    today: date
    posts: tuple[Post, ...]
    front: tuple[Post, ...]
    recently_updated: tuple[Post, ...]
    pages: tuple[Post, ...]
    unlisted: tuple[Post, ...]
    talks: tuple[Post, ...]
    taxonomies: tuple[Taxonomy, ...]
    lists: Mapping[str, tuple[Term, ...]]
    terms: Mapping[tuple[str, str], Term]
    slugs: Mapping[tuple[str, str], str]
    parts: Mapping[str, int]
    years: Mapping[int, tuple[Post, ...]]
    by_path: Mapping[str, Post]
    names: Mapping[str, tuple[Post, ...]]
    position: Mapping[str, int]
    feed_ids: FeedIds = FeedIds()
    diagnostics: tuple[Diagnostic, ...] = ()
    can_split: bool = True

    @property
    def everything(self) -> tuple[Post, ...]:
        """All posts and pages, including unlisted ones."""
        return (*self.posts, *self.pages, *self.unlisted)

    @property
    def outside_terms(self) -> tuple[Post, ...]:
        """Posts and pages that belong to no term, even if they name some."""
        return (*self.pages, *self.unlisted)

    @property
    def updated(self) -> datetime | None:
        """Date of the last change of any post, according to front matter."""
        return max((changed for post in self.posts if (changed := post.changed) is not None), default=None)

    @property
    def talk_seconds(self) -> int:
        """Total length of all talks with a known length, in seconds."""
        return sum(post.talk.length.seconds for post in self.talks if post.talk is not None and post.talk.length)

    def archive_url(self, year: int, month: int = 0) -> str:
        """Returns the URL of the page of a year or month, or empty if the page above lists all its posts."""
        above = self.years.get(year, ()) if month else self.posts
        is_split = self.can_split and len(above) > self.config.list_limit
        return (f"/archive/{year}/{month:02}/" if month else f"/archive/{year}/") if is_split else ""

    def list_months(self, year: int) -> tuple[int, ...]:
        """Lists the months of a year that have posts, newest first."""
        return tuple(dict.fromkeys(post.date.month for post in self.years.get(year, ()) if post.date is not None))

    def id_of_feed(self, url: str) -> str:
        """Returns the recorded id of a feed; empty if it follows from its URL."""
        return f"{self.feed_ids.base}{url}" if self.feed_ids.base else ""

    def find_term(self, kind: str, name: str) -> Term | None:
        """Returns the term of this name, or None if no post has it."""
        return self.terms.get((kind, self.slugs.get((kind, name), "")))

    def find_taxonomy(self, plural: str) -> Taxonomy | None:
        """Returns a taxonomy by its plural, or None."""
        return next((row for row in self.taxonomies if row.plural == plural), None)

    def url_of_term(self, kind: str, name: str) -> str:
        """Returns the URL of a term's page with the base path, or empty if it has none."""
        term = self.find_term(kind, name)
        row = self.find_taxonomy(term.folder) if term is not None else None
        is_published = row is not None and row.is_published(self.config)
        return self.address.rooted(term.url) if term is not None and is_published else ""


def make_site(
    published: Iterable[Post], config: Config, today: date, can_split: bool = True, lock: UrlLock = NO_LOCK
) -> Site:
    """Builds the site model from posts and pages, with the feed ids that `lock` records."""
    everything = tuple(published)
    listed = [post for post in everything if not post.unlisted]
    posts = tuple(sorted((post for post in listed if post.kind == "post"), key=by_date, reverse=True))
    pages = tuple(sorted((post for post in listed if post.kind == "page"), key=_by_url))
    taxonomies = list_taxonomies(config)
    address = Address.of(config.base_url)
    lists = {row.plural: gather_terms(row, posts, config) for row in taxonomies}
    all_terms = [term for found in lists.values() for term in found.terms]
    return Site(
        config=config,
        address=address,
        today=today,
        posts=posts,
        front=tuple(sorted(posts, key=lambda post: not post.pinned)),
        recently_updated=_sort_updated(posts),
        pages=pages,
        unlisted=tuple(sorted((post for post in everything if post.unlisted), key=_by_url)),
        talks=sort_by_talk_date(posts),
        taxonomies=taxonomies,
        lists={plural: found.terms for plural, found in lists.items()},
        terms={(term.kind, term.slug): term for term in all_terms},
        slugs={(row.name, name): slug for row in taxonomies for name, slug in lists[row.plural].slugs.items()},
        parts={
            post.path: number
            for term in lists["series"].terms
            for number, post in enumerate(reversed(term.posts), start=1)
        },
        years=_group(posts, lambda post: post.date.year if post.date else 0),
        by_path={post.path: post for post in everything},
        names=_group_by_name(posts) if any(post.related for post in everything) else {},
        position={post.path: index for index, post in enumerate(posts)},
        feed_ids=find_feed_ids(lock, everything, address),
        diagnostics=tuple(diagnostic for found in lists.values() for diagnostic in found.diagnostics),
        can_split=can_split,
    )


def sort_by_talk_date(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Returns the posts about talks, latest talk first, undated talks last.

    The sort is stable.
    """
    return tuple(sorted((post for post in posts if post.talk is not None), key=_talk_date, reverse=True))


def _talk_date(post: Post) -> tuple[int, int, int]:
    given = post.talk.date if post.talk is not None else None
    return (given.year, given.month, given.day) if given is not None else (0, 0, 0)


def _sort_updated(posts: Iterable[Post]) -> tuple[Post, ...]:
    dated = [(post.last_updated, post) for post in posts if post.last_updated is not None]
    return tuple(post for _, post in sorted(dated, key=lambda item: item[0], reverse=True))


def names_of(post: Post) -> tuple[str, ...]:
    """Returns the names under which `related` can refer to a post, in NFC: slug, path, file name, stem and URL."""
    file = posixpath.basename(post.path)
    names = (post.slug, post.path, file, posixpath.splitext(file)[0], post.url)
    return tuple(dict.fromkeys(normalize("NFC", name) for name in names))


def _by_url(post: Post) -> str:
    return post.url


def _group(posts: Iterable[Post], key_of: Callable[[Post], K]) -> Mapping[K, tuple[Post, ...]]:
    groups: dict[K, list[Post]] = {}
    for post in posts:
        if key := key_of(post):
            groups.setdefault(key, []).append(post)
    return {key: tuple(group) for key, group in groups.items()}


def _group_by_name(posts: Iterable[Post]) -> Mapping[str, tuple[Post, ...]]:
    found: dict[str, tuple[Post, ...]] = {}
    for post in posts:
        for name in names_of(post):
            found[name] = (*found.get(name, ()), post)
    return found
