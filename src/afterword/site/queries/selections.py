"""Selects posts and terms of a site, as templates and planned pages ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from afterword.site.model import sort_by_talk_date
from afterword.site.related import find_related, find_see_also, nearby_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from afterword.content.post import Post
    from afterword.site.model import Site
    from afterword.site.terms import Term

Selection: TypeAlias = tuple[str, ...]
"""A selection of posts: `("posts",)`, `("term", "tag", "python")`, `("related", "posts/x.md")` …"""


class PostList(Struct, frozen=True):
    """A list of posts of the site: its documentation, its name in a phrase, and its getter.

    `place_of` returns what decides whether and where the list has a post, apart from the order of all posts.
    """

    sentence: str
    phrase: str
    posts_of: Callable[[Site], tuple[Post, ...]]
    place_of: Callable[[Post], object] = lambda _: None


POST_LISTS: Mapping[str, PostList] = {
    "posts": PostList(
        "Posts, newest first. Slices such as `site.posts[:5]` are cheap.", "the site's posts", lambda site: site.posts
    ),
    "front": PostList(
        "Posts, pinned ones first, then newest first.", "the posts of the home page", lambda site: site.front
    ),
    "recently_updated": PostList(
        "Posts with dated updates, last update first.",
        "the recently updated posts",
        lambda site: site.recently_updated,
        lambda post: post.last_updated,
    ),
    "pages": PostList("Standalone pages.", "the site's pages", lambda site: site.pages),
    "talks": PostList(
        "Posts about talks, latest talk first.", "the site's talks", lambda site: site.talks, lambda post: post.talk
    ),
}
"""Lists of posts of `site` in templates, by name."""


def select(site: Site, selection: Selection) -> tuple[Post, ...]:
    """Returns the posts of a selection, in its order; empty if the site has no such term or post."""
    match selection:
        case (name,) if name in POST_LISTS:
            return POST_LISTS[name].posts_of(site)
        case ("term" | "talks" | "oldest" as order, kind, slug):
            term = site.terms.get((kind, slug))
            posts = term.posts if term is not None else ()
            return posts if order == "term" else sort_by_talk_date(posts) if order == "talks" else posts[::-1]
        case ("year", year):
            return site.years.get(int(year), ())
        case ("month", year, month):
            posts = site.years.get(int(year), ())
            return tuple(post for post in posts if post.date is not None and post.date.month == int(month))
        case ("series", name):
            term = site.find_term("series", name)
            return term.posts[::-1] if term is not None else ()
        case (relation, path):
            return _relate(site, relation, path)
        case _:
            raise ValueError(f"unknown selection: {selection!r}")


def _relate(site: Site, relation: str, path: str) -> tuple[Post, ...]:
    post = site.by_path.get(path)
    match relation:
        case "post":
            return (post,) if post is not None else ()
        case "related":
            return find_related(site, post) if post is not None else ()
        case "see_also":
            return find_see_also(site, post) if post is not None else ()
        case "parts":
            return nearby_parts(site, post) if post is not None else ()
        case "next":
            return _neighbour(site, path, -1)
        case "previous":
            return _neighbour(site, path, 1)
        case _:
            raise ValueError(f"unknown relation: {relation!r}")


def terms_of(site: Site, name: str, start: int = 0, stop: int | None = None) -> tuple[Term, ...]:
    """Returns the terms of a taxonomy by its plural; empty for an unknown taxonomy."""
    return site.lists.get(name, ())[start:stop]


def _neighbour(site: Site, path: str, step: int) -> tuple[Post, ...]:
    index = site.position.get(path, -1)
    other = index + step
    return (site.posts[other],) if index >= 0 and 0 <= other < len(site.posts) else ()
