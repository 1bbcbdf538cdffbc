"""Records what templates read: each question about the site, with the columns of its answer.

A question is plain data, so that it can be stored and asked again of a later state of the site.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from afterword.site.model import in_order_given, parts_around, related, see_also

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from afterword.content.post import Post
    from afterword.images.fonts import FontFile
    from afterword.markdown.body import ContentDigests, ContentMeta
    from afterword.site.model import Site
    from afterword.site.terms import Term

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


class Picture(Struct, frozen=True):
    """The image that stands for a post, with its URLs; 0 where a size is not known."""

    url: str
    absolute_url: str
    alt: str
    width: int
    height: int


class IconLink(Struct, frozen=True):
    """A link to an icon of the site, or to its web manifest: `rel`, `type` and `sizes` as in HTML, and the file.

    `asset` is the name of a file in `static/`; `url` is that of any other file, with the base path.
    """

    rel: str
    type: str
    sizes: str = ""
    url: str = ""
    asset: str = ""


class CardStyle(Struct, frozen=True):
    """How social cards look: the accent colour in CSS, and the font; `lacking` are characters of titles that it lacks.

    The digest of the font stands for the characters: `lacking` changes with the titles.
    """

    accent: str
    font: FontFile
    lacking: str


class SiteSnapshot(Struct, frozen=True):
    """One consistent state of everything that templates can ask about.

    `bodies`, `html` and `prints` are by the path of the source: what is shown of each body, its whole HTML, and what
    says cheaply whether parts of it are the same.
    `mentions` are by the path of the post that is mentioned. `sitemap_print` says cheaply whether the sitemap is the
    same. `search` is how far readers can search the site: `full`, `titles`, or empty.
    `social_card` is the card of the
    site itself, and `cards` how all look; None for a site without.
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
    icons: tuple[IconLink, ...] = ()
    social_card: Picture | None = None
    cards: CardStyle | None = None


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


class PostList(Struct, frozen=True):
    """A list of posts of the whole site: the sentence that documents it, its name in words, and its posts.

    `place_of` is what of a post decides whether and where the list has it, besides the order of all posts.
    """

    sentence: str
    words: str
    posts_of: Callable[[Site], tuple[Post, ...]]
    place_of: Callable[[Post], object] = lambda _: None


POST_LISTS: Mapping[str, PostList] = {
    "posts": PostList(
        "Posts, newest first. Slices such as `site.posts[:5]` are cheap.", "the site's posts", lambda site: site.posts
    ),
    "front": PostList(
        "Posts, pinned ones first, then newest first.",
        "the posts of the home page",
        lambda site: site.front,
    ),
    "recently_updated": PostList(
        "Posts with dated updates, last update first.",
        "the recently updated posts",
        lambda site: site.recently_updated,
        lambda post: post.last_updated,
    ),
    "pages": PostList("Standalone pages.", "the site's pages", lambda site: site.pages),
    "talks": PostList(
        "Posts about talks, latest talk first.",
        "the site's talks",
        lambda site: site.talks,
        lambda post: post.talk,
    ),
}
"""The lists of posts that templates see of `site`, by name."""


def select(site: Site, selection: Selection) -> tuple[Post, ...]:
    """The posts that a selection means, in its order; none for what the site does not have."""
    match selection:
        case (name,) if name in POST_LISTS:
            return POST_LISTS[name].posts_of(site)
        case ("term" | "talks" | "oldest" as order, kind, slug):
            term = site.terms.get((kind, slug))
            posts = term.posts if term is not None else ()
            return posts if order == "term" else in_order_given(posts) if order == "talks" else posts[::-1]
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
    """The posts that one leads to in some way."""
    post = site.by_path.get(path)
    match relation:
        case "post":
            return (post,) if post is not None else ()
        case "related":
            return related(site, post) if post is not None else ()
        case "see_also":
            return see_also(site, post) if post is not None else ()
        case "parts":
            return parts_around(site, post) if post is not None else ()
        case "next":
            return _neighbour(site, path, -1)
        case "previous":
            return _neighbour(site, path, 1)
        case _:
            raise ValueError(f"unknown relation: {relation!r}")


def terms_of(site: Site, name: str, start: int = 0, stop: int | None = None) -> tuple[Term, ...]:
    """The terms of a taxonomy, by its plural; none for a taxonomy that the site does not have."""
    return site.lists.get(name, ())[start:stop]


def _neighbour(site: Site, path: str, step: int) -> tuple[Post, ...]:
    index = site.position.get(path, -1)
    other = index + step
    return (site.posts[other],) if index >= 0 and 0 <= other < len(site.posts) else ()
