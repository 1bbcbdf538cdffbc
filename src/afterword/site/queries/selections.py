"""Selects posts and terms of a site, as templates and planned pages ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from afterword.site import related
from afterword.site.model import sort_by_talk_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from afterword.content.post import Post
    from afterword.site.model import Site
    from afterword.site.terms import Term

Selection: TypeAlias = tuple[str, ...]
"""A selection of posts: `("posts",)`, `("term", "tag", "python")`, `("related", "posts/x.md")` …"""


class PostList(Struct, frozen=True):
    """A list of posts of the site: its documentation, its name in a phrase, and its getter."""

    sentence: str
    phrase: str
    posts_of: Callable[[Site], tuple[Post, ...]]


class Relation(Struct, frozen=True):
    """A relation of a post to others: its name in a phrase with the path of the post, and its getter.

    `shown_by` finds the posts whose answer an edit can change if it keeps the order of posts; without it, any.
    """

    phrase: str
    posts_of: Callable[[Site, Post], tuple[Post, ...]]
    shown_by: Callable[[Site, related.Edit], Iterable[Post]] | None = None


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
    ),
    "pages": PostList("Standalone pages.", "the site's pages", lambda site: site.pages),
    "talks": PostList("Posts about talks, latest talk first.", "the site's talks", lambda site: site.talks),
}
"""Lists of posts of `site` in templates, by name."""


def _neighbour(site: Site, post: Post, step: int) -> tuple[Post, ...]:
    index = site.position.get(post.path, -1)
    other = index + step
    return (site.posts[other],) if index >= 0 and 0 <= other < len(site.posts) else ()


def _find_adjacent(site: Site, edit: related.Edit) -> Iterable[Post]:
    posts = [site.by_path[path] for path in edit.posts]
    return (other for post in posts for step in (-1, 1) for other in _neighbour(site, post, step))


RELATIONS: Mapping[str, Relation] = {
    "post": Relation("`{}`", lambda _, post: (post,), lambda site, edit: map(site.by_path.__getitem__, edit.posts)),
    "next": Relation("the next posts of `{}`", lambda site, post: _neighbour(site, post, -1), _find_adjacent),
    "previous": Relation("the previous posts of `{}`", lambda site, post: _neighbour(site, post, 1), _find_adjacent),
    "parts": Relation("the parts around `{}` in its series", related.nearby_parts, related.find_listing_parts),
    "related": Relation("the related posts of `{}`", related.find_related, related.find_relating),
    "see_also": Relation("the see-also posts of `{}`", related.find_see_also, related.find_relating),
}
"""Relations of a post to others, by name. Queries about them are stored with the post."""


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
        case (name, path) if name in RELATIONS:
            post = site.by_path.get(path)
            return RELATIONS[name].posts_of(site, post) if post is not None else ()
        case _:
            raise ValueError(f"unknown selection: {selection!r}")


def terms_of(site: Site, name: str, start: int = 0, stop: int | None = None) -> tuple[Term, ...]:
    """Returns the terms of a taxonomy by its plural; empty for an unknown taxonomy."""
    return site.lists.get(name, ())[start:stop]
