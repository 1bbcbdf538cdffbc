"""The site: its posts in order, its terms, and the page of each source. Recomputed by each build."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, TypeVar
from unicodedata import normalize

from msgspec import Struct

from afterword.core.urls import Address
from afterword.site.taxonomies import list_taxonomies
from afterword.site.terms import gather_terms
from afterword.site.url_lock import NO_LOCK, FeedIds, UrlLock, find_feed_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    from afterword.config.schema import Config
    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic
    from afterword.site.taxonomies import Taxonomy
    from afterword.site.terms import Term

K = TypeVar("K")

CANDIDATES = 50
"""Number of the newest posts of a tag that are candidates for related posts."""


class Site(Struct, frozen=True):
    """All that is published: `posts` newest first, `pages` by URL.

    `unlisted` are the posts and pages that no list has, by URL: of all other fields, only `by_path` has them. `front`
    are the posts as the home page has them: those that are pinned first. `recently_updated` are those with dated
    updates, the last update first. `talks` are the posts that are notes on talks, the talk that was given last first.
    `taxonomies` are the rows of all taxonomies, `lists` the terms of each by its plural, `terms` the terms by taxonomy
    and slug, and `slugs` the slugs by taxonomy and name. `parts` gives each post of a series its number there, from 1.
    `by_path` finds a post or page by its source, `names` posts by what others may call them; `position` is a post's
    index in `posts`. `feed_ids` are the recorded ones. `can_split` says that the templates can divide a large
    archive by years.
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
        """All posts and pages: each has a page of its own."""
        return (*self.posts, *self.pages, *self.unlisted)

    @property
    def outside_terms(self) -> tuple[Post, ...]:
        """The posts and pages that are in no term, whatever terms they name."""
        return (*self.pages, *self.unlisted)

    @property
    def updated(self) -> datetime | None:
        """When any post last changed, by what their front matter says."""
        return max((changed for post in self.posts if (changed := post.changed) is not None), default=None)

    @property
    def talk_seconds(self) -> int:
        """Total length of all talks with a known length, in seconds."""
        return sum(post.talk.length.seconds for post in self.talks if post.talk is not None and post.talk.length)

    def archive_url(self, year: int, month: int = 0) -> str:
        """The URL of the page of a year, or of a month of it; empty where the page above it lists all its posts."""
        above = self.years.get(year, ()) if month else self.posts
        is_split = self.can_split and len(above) > self.config.list_limit
        return (f"/archive/{year}/{month:02}/" if month else f"/archive/{year}/") if is_split else ""

    def id_of_feed(self, url: str) -> str:
        """The recorded id of a feed; empty for that which follows from its URL."""
        return f"{self.feed_ids.base}{url}" if self.feed_ids.base else ""

    def find_term(self, kind: str, name: str) -> Term | None:
        """The term of this name; None where no post has it."""
        return self.terms.get((kind, self.slugs.get((kind, name), "")))

    def find_taxonomy(self, plural: str) -> Taxonomy | None:
        """The row of a taxonomy."""
        return next((row for row in self.taxonomies if row.plural == plural), None)

    def url_of_term(self, kind: str, name: str) -> str:
        """The URL of a term's page, with the base path; empty where it has none."""
        term = self.find_term(kind, name)
        row = self.find_taxonomy(term.folder) if term is not None else None
        is_published = row is not None and row.is_published(self.config)
        return self.address.rooted(term.url) if term is not None and is_published else ""


def make(
    published: Iterable[Post], config: Config, today: date, can_split: bool = True, lock: UrlLock = NO_LOCK
) -> Site:
    """The site of these posts and pages, with the feed ids that `lock` records."""
    everything = tuple(published)
    listed = [post for post in everything if not post.unlisted]
    posts = tuple(sorted((post for post in listed if post.kind == "post"), key=_by_date, reverse=True))
    pages = tuple(sorted((post for post in listed if post.kind == "page"), key=_by_url))
    taxonomies = list_taxonomies(config)
    address = Address.of(config.base_url)
    lists = {row.plural: gather_terms(row, posts, config) for row in taxonomies}
    everyone = [term for found in lists.values() for term in found.terms]
    return Site(
        config=config,
        address=address,
        today=today,
        posts=posts,
        front=tuple(sorted(posts, key=lambda post: not post.pinned)),
        recently_updated=_sort_updated(posts),
        pages=pages,
        unlisted=tuple(sorted((post for post in everything if post.unlisted), key=_by_url)),
        talks=in_order_given(posts),
        taxonomies=taxonomies,
        lists={plural: found.terms for plural, found in lists.items()},
        terms={(term.kind, term.slug): term for term in everyone},
        slugs={(row.name, name): slug for row in taxonomies for name, slug in lists[row.plural].slugs.items()},
        parts={
            post.path: number
            for term in lists["series"].terms
            for number, post in enumerate(reversed(term.posts), start=1)
        },
        years=_grouped(posts, lambda post: post.date.year if post.date else 0),
        by_path={post.path: post for post in everything},
        names=_by_name(posts),
        position={post.path: index for index, post in enumerate(posts)},
        feed_ids=find_feed_ids(lock, everything, address),
        diagnostics=tuple(diagnostic for found in lists.values() for diagnostic in found.diagnostics),
        can_split=can_split,
    )


def in_order_given(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Returns the posts about talks, latest talk first, those without a date last.

    Of talks of the same date, the posts keep their order.
    """
    return tuple(sorted((post for post in posts if post.talk is not None), key=_when_given, reverse=True))


def _when_given(post: Post) -> tuple[int, int, int]:
    given = post.talk.date if post.talk is not None else None
    return (given.year, given.month, given.day) if given is not None else (0, 0, 0)


def _sort_updated(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Returns the posts with dated updates, last update first."""
    visits = [(post.last_updated, post) for post in posts if post.last_updated is not None]
    return tuple(post for _, post in sorted(visits, key=lambda visit: visit[0], reverse=True))


MOST_PARTS = 10
"""The most parts of a series of which a post shows all; of more, it shows its neighbours, the first and the last."""


def parts_around(site: Site, post: Post) -> tuple[Post, ...]:
    """The parts of its series that a post shows, oldest first; empty for a post of no series."""
    term = site.find_term("series", post.series)
    number = site.parts.get(post.path, 0)
    if term is None or not number:
        return ()
    count = len(term.posts)
    shown = range(1, count + 1) if count <= MOST_PARTS else sorted({1, number - 1, number, number + 1, count})
    return tuple(term.posts[count - part] for part in shown if 1 <= part <= count)


def see_also(site: Site, post: Post) -> tuple[Post, ...]:
    """The posts that one on a talk leads to: those that it names, of its speakers, of its event, of its rarest tags.

    Each once, and as many as the setting `related` says, or as it names itself.
    """
    named = _named(site, post)
    shared = [other for term in _terms_of(site, post, "speaker", "event") for other in term.posts[: CANDIDATES + 1]]
    found = {other.path: other for other in (*named, *shared, *related(site, post)) if other.path != post.path}
    return tuple(found.values())[: max(site.config.related_posts, len(named))]


def _named(site: Site, post: Post) -> tuple[Post, ...]:
    """The other posts that one names itself, each once."""
    found = {other.path: other for name in post.related for other in site.names.get(name, ())}
    return tuple(other for other in found.values() if other.path != post.path)


def names_of(post: Post) -> tuple[str, ...]:
    """Returns the names under which `related` can refer to a post, in NFC: slug, path, file name, stem and URL."""
    file = posixpath.basename(post.path)
    names = (post.slug, post.path, file, posixpath.splitext(file)[0], post.url)
    return tuple(dict.fromkeys(normalize("NFC", name) for name in names))


def related(site: Site, post: Post) -> tuple[Post, ...]:
    """The posts that one names itself, and those that share its rarest tags, most and rarest first, then newest.

    They are as many as the setting `related` says, or as it names itself. A shared tag counts the more the fewer posts
    have it. Of a frequent tag only the newest posts are considered, so that the work for one post does not grow with
    the blog.
    """
    wanted = site.config.related_posts
    terms = sorted(_terms_of(site, post, "tag"), key=lambda term: len(term.posts))
    scores: dict[str, float] = {}
    for term in terms:
        weight = 1 / len(term.posts)
        for other in term.posts[:CANDIDATES]:
            if other.path != post.path:
                scores[other.path] = scores.get(other.path, 0.0) + weight
    ranked = sorted(scores, key=lambda path: (-scores[path], site.position[path]))
    named = _named(site, post)
    found = {other.path: other for other in (*named, *(site.by_path[path] for path in ranked[: wanted + len(named)]))}
    return tuple(found.values())[: max(wanted, len(named))]


def _terms_of(site: Site, post: Post, *kinds: str) -> Iterable[Term]:
    """The terms of these kinds that a post belongs to; a page or an unlisted post can name some that no post has."""
    found: dict[tuple[str, str], Term] = {}
    for row in site.taxonomies:
        for name in row.names_of(post, site.config) if row.name in kinds else ():
            if (term := site.find_term(row.name, name)) is not None:
                found[term.kind, term.slug] = term
    return found.values()


def _by_url(post: Post) -> str:
    return post.url


def _by_date(post: Post) -> tuple[datetime, str]:
    assert post.date is not None, "posts have dates: `post.make` reports others"  # noqa: S101
    return post.date, post.path


def _grouped(posts: Iterable[Post], key_of: Callable[[Post], K]) -> Mapping[K, tuple[Post, ...]]:
    groups: dict[K, list[Post]] = {}
    for post in posts:
        if key := key_of(post):
            groups.setdefault(key, []).append(post)
    return {key: tuple(group) for key, group in groups.items()}


def _by_name(posts: Iterable[Post]) -> Mapping[str, tuple[Post, ...]]:
    found: dict[str, tuple[Post, ...]] = {}
    for post in posts:
        for name in names_of(post):
            found[name] = (*found.get(name, ()), post)
    return found
