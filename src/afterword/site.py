"""The site as a whole: its posts in order, its terms, and which source is which page.

`make` puts posts together; everything here follows from them and from the settings, is recomputed at each build, and is
never stored. Relies on posts that are complete. Refuses two terms that would share one page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from afterword.diagnostics import Diagnostic, Place, error
from afterword.slugs import term_slug
from afterword.urls import Address, url_of_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime

    from afterword.post import Post
    from afterword.settings import Config

K = TypeVar("K")

Taxonomy: TypeAlias = Literal["category", "tag"]

FOLDERS: Mapping[Taxonomy, str] = {"category": "categories", "tag": "tags"}
"""The folder of the site in which each taxonomy's pages are."""


CANDIDATES = 50
"""How many of a tag's newest posts are considered as related."""


@dataclass(frozen=True, slots=True)
class Term:
    """A category or a tag: its name as written, its page, and its posts, newest first."""

    kind: Taxonomy
    name: str
    slug: str
    posts: tuple[Post, ...]

    @property
    def url(self) -> str:
        return term_url(self.kind, self.slug)

    @property
    def feed_url(self) -> str:
        return f"{self.url}feed.xml"


@dataclass(frozen=True, slots=True)
class Site:
    """All that is published: `posts` newest first, `pages` by URL, terms by name, `series` oldest post first.

    `front` are the posts as the home page has them: those that are pinned first.

    `by_path` finds a post or page by its source; `position` is a post's index in `posts`; `terms` finds a term by
    taxonomy and slug.
    """

    config: Config
    address: Address
    today: date
    posts: tuple[Post, ...]
    front: tuple[Post, ...]
    pages: tuple[Post, ...]
    categories: tuple[Term, ...]
    tags: tuple[Term, ...]
    terms: Mapping[tuple[str, str], Term]
    slugs: Mapping[tuple[str, str], str]
    series: Mapping[str, tuple[Post, ...]]
    years: Mapping[int, tuple[Post, ...]]
    by_path: Mapping[str, Post]
    position: Mapping[str, int]
    diagnostics: tuple[Diagnostic, ...] = field(default=(), compare=False)

    @property
    def updated(self) -> datetime | None:
        """When any post last changed, by what their front matter says."""
        return max((changed for post in self.posts if (changed := post.changed) is not None), default=None)


def make(published: Iterable[Post], config: Config, today: date) -> Site:
    """The site of these posts and pages."""
    everything = tuple(published)
    posts = tuple(sorted((post for post in everything if post.kind == "post"), key=_by_date, reverse=True))
    pages = tuple(sorted((post for post in everything if post.kind == "page"), key=lambda page: page.url))
    categories = _terms("category", posts, lambda post: post.categories)
    tags = _terms("tag", posts, lambda post: post.tags)
    return Site(
        config=config,
        address=Address.of(config.base_url),
        today=today,
        posts=posts,
        front=tuple(sorted(posts, key=lambda post: not post.pinned)),
        pages=pages,
        categories=categories,
        tags=tags,
        terms={(term.kind, term.slug): term for term in (*categories, *tags)},
        slugs={(term.kind, term.name): term.slug for term in (*categories, *tags)},
        series=_grouped(reversed(posts), lambda post: post.series),
        years=_grouped(posts, lambda post: post.date.year if post.date else 0),
        by_path={post.path: post for post in everything},
        position={post.path: index for index, post in enumerate(posts)},
        diagnostics=(*_clashes(categories), *_clashes(tags)),
    )


def term_url(kind: Taxonomy, slug: str) -> str:
    """The URL of a term's page."""
    return url_of_file(f"{FOLDERS[kind]}/{slug}/")


def related(site: Site, post: Post) -> tuple[Post, ...]:
    """The posts that share this one's rarest tags, most and rarest first, then newest; as many as the settings say.

    A shared tag counts the more the fewer posts have it. Of a frequent tag only the newest posts are considered, so
    that the work for one post does not grow with the blog.
    """
    wanted = site.config.related
    named = (site.terms.get(("tag", site.slugs.get(("tag", tag), ""))) for tag in post.tags)  # a page's may be its own
    terms = sorted((term for term in named if term is not None), key=lambda term: len(term.posts))
    scores: dict[str, float] = {}
    for term in terms:
        weight = 1 / len(term.posts)
        for other in term.posts[:CANDIDATES]:
            if other.path != post.path:
                scores[other.path] = scores.get(other.path, 0.0) + weight
    ranked = sorted(scores, key=lambda path: (-scores[path], site.position[path]))
    return tuple(site.by_path[path] for path in ranked[:wanted])


def _by_date(post: Post) -> tuple[datetime, str]:
    assert post.date is not None, "posts have dates: `post.make` refuses others"  # noqa: S101
    return post.date, post.path


def _terms(kind: Taxonomy, posts: Iterable[Post], names_of: Callable[[Post], tuple[str, ...]]) -> tuple[Term, ...]:
    members: dict[str, list[Post]] = {}
    for post in posts:
        for name in names_of(post):
            members.setdefault(name, []).append(post)
    terms = (Term(kind, name, term_slug(name), tuple(members[name])) for name in members)
    return tuple(sorted(terms, key=lambda term: (term.name.casefold(), term.name)))


def _grouped(posts: Iterable[Post], key_of: Callable[[Post], K]) -> Mapping[K, tuple[Post, ...]]:
    groups: dict[K, list[Post]] = {}
    for post in posts:
        if key := key_of(post):
            groups.setdefault(key, []).append(post)
    return {key: tuple(group) for key, group in groups.items()}


def _clashes(terms: Iterable[Term]) -> Iterable[Diagnostic]:
    """An error for every term whose page another term has already."""
    first: dict[str, Term] = {}
    for term in terms:
        other = first.setdefault(term.slug.casefold(), term)
        if other is not term:
            yield error(
                "same-term",
                f"the {FOLDERS[term.kind]} “{other.name}” and “{term.name}” would share the page {term.url}",
                _place_of(term),
                related=((_place_of(other), f"“{other.name}” is used here"),),
                hint="spell them alike, or more differently",
            )


def _place_of(term: Term) -> Place:
    post = term.posts[0]
    names = post.categories if term.kind == "category" else post.tags
    key = FOLDERS[term.kind]
    return post.places.get(f"{key}[{names.index(term.name)}]", post.places.get(key, post.place))
