"""Posts that are related to a post: by name, terms and links, and the parts of its series."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.content.post import Post
    from afterword.markdown.body import Reference
    from afterword.site.model import Site
    from afterword.site.terms import Term

CANDIDATES = 50
"""Number of the newest posts of a tag that are candidates for related posts."""

RELATING = ("tag", "speaker", "event")
"""Taxonomies whose terms relate posts, in `find_related` and `find_see_also`."""

MAX_LISTED_PARTS = 10
"""Maximum number of parts of a series that its posts list in full."""


def find_related(site: Site, post: Post) -> tuple[Post, ...]:
    """Returns the related posts of a post, best first: those it names, then those that share tags.

    Rare tags weigh more; ties go to newer posts. The number is the setting `related_posts`, or that of the named posts
    if there are more. For a frequent tag, only its newest posts are considered, so that the cost does not grow with the
    blog.
    """
    limit = site.config.related_posts
    terms = sorted(_terms_of(site, post, "tag"), key=lambda term: len(term.posts))
    scores: dict[str, float] = {}
    for term in terms:
        weight = 1 / len(term.posts)
        for other in term.posts[:CANDIDATES]:
            if other.path != post.path:
                scores[other.path] = scores.get(other.path, 0.0) + weight
    ranked = sorted(scores, key=lambda path: (-scores[path], site.position[path]))
    named = _named_related(site, post)
    found = {other.path: other for other in (*named, *(site.by_path[path] for path in ranked[: limit + len(named)]))}
    return tuple(found.values())[: max(limit, len(named))]


def _named_related(site: Site, post: Post) -> tuple[Post, ...]:
    """Returns the other posts in `related` in the post's front matter."""
    found = {other.path: other for name in post.related for other in site.names.get(name, ())}
    return tuple(other for other in found.values() if other.path != post.path)


def find_see_also(site: Site, post: Post) -> tuple[Post, ...]:
    """Returns the related posts of a post about a talk: named, same speakers, same event, rare tags.

    The number is the setting `related_posts`, or that of the named posts if there are more.
    """
    named = _named_related(site, post)
    shared = [other for term in _terms_of(site, post, "speaker", "event") for other in term.posts[: CANDIDATES + 1]]
    found = {other.path: other for other in (*named, *shared, *find_related(site, post)) if other.path != post.path}
    return tuple(found.values())[: max(site.config.related_posts, len(named))]


def _terms_of(site: Site, post: Post, *kinds: str) -> Iterable[Term]:
    """Returns the terms of these kinds that a post names and that exist."""
    found: dict[tuple[str, str], Term] = {}
    for row in site.taxonomies:
        for name in row.names_of(post, site.config) if row.name in kinds else ():
            if (term := site.find_term(row.name, name)) is not None:
                found[term.kind, term.slug] = term
    return found.values()


def nearby_parts(site: Site, post: Post) -> tuple[Post, ...]:
    """Returns the parts of its series that a post lists, oldest first.

    A long series is reduced to its first and last part, the post and its neighbours. Empty for a post without a series.
    """
    term = site.find_term("series", post.series)
    number = site.parts.get(post.path, 0)
    if term is None or not number:
        return ()
    count = len(term.posts)
    shown = range(1, count + 1) if count <= MAX_LISTED_PARTS else sorted({1, number - 1, number, number + 1, count})
    return tuple(term.posts[count - part] for part in shown if 1 <= part <= count)


class Edit(Struct, frozen=True):
    """What an edit changed.

    Attributes:
        posts: paths of posts that changed in any way.
        terms: terms (taxonomy, slug) that these posts name or named.
        moved: those terms whose posts changed.
    """

    posts: frozenset[str]
    terms: frozenset[tuple[str, str]]
    moved: frozenset[tuple[str, str]]


def find_relating(site: Site, edit: Edit) -> Iterable[Post]:
    """Yields the posts whose related or see-also posts an edit can affect."""
    yield from (post for post in site.by_path.values() if post.related)
    found = {}
    for key in edit.terms:
        term = site.terms.get(key) if key[0] in RELATING else None
        if term is not None and (key in edit.moved or any(p.path in edit.posts for p in term.posts[: CANDIDATES + 1])):
            found[key] = term
            yield from term.posts
    for post in site.outside_terms if found else ():
        if any((term.kind, term.slug) in found for term in _terms_of(site, post, *RELATING)):
            yield post


def find_listing_parts(site: Site, edit: Edit) -> Iterable[Post]:
    """Yields the posts that list a changed part of a series, and all posts of series whose parts changed."""
    for key in edit.terms:
        term = site.terms.get(key) if key[0] == "series" else None
        for post in term.posts if term is not None else ():
            if key in edit.moved or any(part.path in edit.posts for part in nearby_parts(site, post)):
                yield post


class SeriesPart(Struct, frozen=True):
    """A post's part number in its series, the number of parts, and the URLs of the series' page and feed."""

    number: int
    total: int
    url: str
    feed_url: str


def find_part(site: Site, path: str) -> SeriesPart | None:
    """Returns a post's part of its series, or None if it has no series."""
    post = site.by_path.get(path)
    term = site.find_term("series", post.series) if post is not None and path in site.parts else None
    if term is None:
        return None
    return SeriesPart(
        site.parts[path], len(term.posts), site.address.rooted(term.url), site.address.rooted(term.feed_url)
    )


class Mention(Struct, frozen=True):
    """The first sentence of a post or page that links to another, and the path of its source."""

    path: str
    sentence: str


def find_by_url(site: Site) -> Mapping[str, str]:
    """Maps the URLs (percent-decoded) of all posts and pages to their source paths."""
    return {unquote(post.url): post.path for post in site.by_path.values()}


def gather_mentions(
    references: Iterable[tuple[str, tuple[Reference, ...]]], by_url: Mapping[str, str], site: Site
) -> Mapping[str, tuple[Mention, ...]]:
    """Returns the mentions of each post and page, by its path, those in newer posts first.

    `references` are the links of each source, and `by_url` the result of `find_by_url`. Links in unlisted posts and
    pages are ignored.
    """
    found: dict[str, dict[str, Mention]] = {}
    unlisted = {post.path for post in site.unlisted}
    for path, links in references:
        for link in links if path not in unlisted else ():
            target = by_url.get(link.url) or by_url.get(f"{link.url}/")
            if link.sentence and target is not None and target != path:
                found.setdefault(target, {}).setdefault(path, Mention(path, link.sentence))
    return {target: _in_order(mentions.values(), site) for target, mentions in found.items()}


def _in_order(mentions: Iterable[Mention], site: Site) -> tuple[Mention, ...]:
    """Sorts mentions: those in posts, newest first, then those in pages."""
    last = len(site.position)
    return tuple(sorted(mentions, key=lambda mention: (site.position.get(mention.path, last), mention.path)))


class Backlink(Struct, frozen=True):
    """A backlink: the sentence that links to a post or page, and where it is.

    `title`, `url` (with the base path) and `lang` belong to the page with the sentence.
    """

    title: str
    url: str
    lang: str
    sentence: str


def find_backlinks(site: Site, mentions: Iterable[Mention]) -> tuple[Backlink, ...]:
    """Returns the backlinks of a post or page from its mentions."""
    return tuple(
        Backlink(post.title, site.address.rooted(post.url), post.lang, mention.sentence)
        for mention in mentions
        if (post := site.by_path.get(mention.path)) is not None
    )
