"""The site: its posts in order, its terms, and the page of each source. Recomputed by each build."""

from __future__ import annotations

import posixpath
import unicodedata
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar
from unicodedata import normalize

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Place, warning
from afterword.core.fingerprints import digest
from afterword.core.names import tidy_name
from afterword.core.slugs import term_slug
from afterword.core.urls import Address, url_of_file
from afterword.talks.block import aliases_of
from afterword.talks.checks import check_similar_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from afterword.config.schema import Config
    from afterword.content.post import Post

K = TypeVar("K")

Taxonomy: TypeAlias = Literal["category", "tag", "speaker", "event"]

FOLDERS: Mapping[Taxonomy, str] = {
    "category": "categories",
    "tag": "tags",
    "speaker": "speakers",
    "event": "events",
}
"""The folder of the site in which each taxonomy's pages are."""


CANDIDATES = 50
"""Number of the newest posts of a tag that are candidates for related posts."""


class Term(Struct, frozen=True):
    """A category, a tag, a speaker or an event: its name as written, its page, and its posts, newest first.

    `link` is a page of a speaker's or an event's own, outside the site; empty for none.
    """

    kind: Taxonomy
    name: str
    slug: str
    posts: tuple[Post, ...]
    link: str = ""

    @property
    def url(self) -> str:
        return term_url(self.kind, self.slug)

    @property
    def feed_url(self) -> str:
        return f"{self.url}feed.xml"


class Site(Struct, frozen=True):
    """All published content.

    Attributes:
        posts: Posts, newest first.
        pages: Standalone pages by URL.
        unlisted: Unlisted posts and pages by URL. No other field but `by_path` contains them.
        front: Posts in the order of the home page, pinned posts first.
        recently_updated: Posts with dated updates, last update first.
        talks: Posts about talks, latest talk first.
        by_path: Posts and pages by source path.
        names: Posts by all names under which `related` can refer to them.
        position: Index of each post in `posts`.
        terms: Terms by taxonomy and slug.
    """

    config: Config
    address: Address
    today: date
    posts: tuple[Post, ...]
    front: tuple[Post, ...]
    recently_updated: tuple[Post, ...]
    pages: tuple[Post, ...]
    unlisted: tuple[Post, ...]
    categories: tuple[Term, ...]
    tags: tuple[Term, ...]
    speakers: tuple[Term, ...]
    events: tuple[Term, ...]
    talks: tuple[Post, ...]
    terms: Mapping[tuple[str, str], Term]
    slugs: Mapping[tuple[str, str], str]
    series: Mapping[str, tuple[Post, ...]]
    years: Mapping[int, tuple[Post, ...]]
    by_path: Mapping[str, Post]
    names: Mapping[str, tuple[Post, ...]]
    position: Mapping[str, int]
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def everything(self) -> tuple[Post, ...]:
        """All posts and pages: each has a page of its own."""
        return (*self.posts, *self.pages, *self.unlisted)

    @property
    def outside_terms(self) -> tuple[Post, ...]:
        """The posts and pages that are in no term, whatever terms they name."""
        return (*self.pages, *self.unlisted)

    @property
    def topics(self) -> tuple[Term, ...]:
        """The categories and tags, each page's once: two that would share one are an error of their own."""
        return tuple(term for term in self.terms.values() if term.kind in ("category", "tag"))

    @property
    def updated(self) -> datetime | None:
        """When any post last changed, by what their front matter says."""
        return max((changed for post in self.posts if (changed := post.changed) is not None), default=None)

    @property
    def talk_seconds(self) -> int:
        """Total length of all talks with a known length, in seconds."""
        return sum(post.talk.length.seconds for post in self.talks if post.talk is not None and post.talk.length)


def make(published: Iterable[Post], config: Config, today: date) -> Site:
    """The site of these posts and pages."""
    everything = tuple(published)
    listed = [post for post in everything if not post.unlisted]
    posts = tuple(sorted((post for post in listed if post.kind == "post"), key=_by_date, reverse=True))
    pages = tuple(sorted((post for post in listed if post.kind == "page"), key=_by_url))
    categories, category_spellings = _merge_spellings(_terms("category", posts, lambda post: post.categories))
    tags, tag_spellings = _merge_spellings(_terms("tag", posts, lambda post: post.tags))
    speakers = _distinct(_terms("speaker", posts, _speakers_of), _link_of_speaker)
    known = {tidy_name(event.name): event.url for event in config.talks.events}
    events = _distinct(
        _terms("event", posts, _events_of), lambda term: known.get(term.name, "") or _link_of_event(term)
    )
    everyone = (*categories, *tags, *speakers, *events)
    return Site(
        config=config,
        address=Address.of(config.base_url),
        today=today,
        posts=posts,
        front=tuple(sorted(posts, key=lambda post: not post.pinned)),
        recently_updated=_sort_updated(posts),
        pages=pages,
        unlisted=tuple(sorted((post for post in everything if post.unlisted), key=_by_url)),
        categories=categories,
        tags=tags,
        speakers=speakers,
        events=events,
        talks=in_order_given(posts),
        terms={(term.kind, term.slug): term for term in everyone},
        slugs=_slugs_of_names(posts, everyone),
        series=_grouped(reversed(posts), lambda post: post.series),
        years=_grouped(posts, lambda post: post.date.year if post.date else 0),
        by_path={post.path: post for post in everything},
        names=_by_name(posts),
        position={post.path: index for index, post in enumerate(posts)},
        diagnostics=(*category_spellings, *tag_spellings, *_look_alikes(speakers), *_look_alikes(events)),
    )


def term_url(kind: Taxonomy, slug: str) -> str:
    """The URL of a term's page."""
    return url_of_file(f"{FOLDERS[kind]}/{slug}/")


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


def names_of_terms(post: Post) -> Iterable[tuple[Taxonomy, str]]:
    """The terms that a post belongs to, each with its taxonomy, by name."""
    yield from (("category", name) for name in post.categories)
    yield from (("tag", name) for name in post.tags)
    yield from (("speaker", name) for name in _speakers_of(post))
    yield from (("event", name) for name in _events_of(post))


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


def _terms_of(site: Site, post: Post, *kinds: Taxonomy) -> Iterable[Term]:
    """The terms of these kinds that a post belongs to; a page or an unlisted post can name some that no post has."""
    found = ((kind, site.slugs.get((kind, name), "")) for kind, name in names_of_terms(post) if kind in kinds)
    return [term for key in dict.fromkeys(found) if (term := site.terms.get(key)) is not None]


def _by_url(post: Post) -> str:
    return post.url


def _by_date(post: Post) -> tuple[datetime, str]:
    assert post.date is not None, "posts have dates: `post.make` reports others"  # noqa: S101
    return post.date, post.path


def _terms(kind: Taxonomy, posts: Iterable[Post], names_of: Callable[[Post], tuple[str, ...]]) -> tuple[Term, ...]:
    members: dict[str, list[Post]] = {}
    for post in posts:
        for name in names_of(post):
            members.setdefault(name, []).append(post)
    terms = (Term(kind, name, term_slug(name), tuple(members[name])) for name in members)
    return tuple(sorted(terms, key=lambda term: (term.name.casefold(), term.name)))


def _merge_spellings(terms: Iterable[Term]) -> tuple[tuple[Term, ...], tuple[Diagnostic, ...]]:
    """Merges the terms whose names have one slug, such as `P2P` and `p2p`, with a warning for each slug.

    The name of the term is the spelling that most posts use; of equals, the one of the newest post.
    """
    spellings: dict[str, list[Term]] = {}
    for term in terms:
        spellings.setdefault(fold_slug(term.slug), []).append(term)
    merged = [_merge(group) if len(group) > 1 else group[0] for group in spellings.values()]
    variants = (group for group in spellings.values() if len(group) > 1)
    return tuple(merged), tuple(_report_spellings(group) for group in variants)


def _merge(group: Sequence[Term]) -> Term:
    chosen = _choose_spelling(group)
    posts = {post.path: post for term in group for post in term.posts}
    return replace(chosen, posts=tuple(sorted(posts.values(), key=_by_date, reverse=True)))


def _choose_spelling(group: Sequence[Term]) -> Term:
    return max(group, key=lambda term: (len(term.posts), _by_date(term.posts[0]), term.name))


def _report_spellings(group: Sequence[Term]) -> Diagnostic:
    """Returns the warning for the spellings of one term: at the first place of another spelling, with all places."""
    chosen = _choose_spelling(group)
    others = [term for term in group if term is not chosen]
    places = sorted((_place_of(term, post), term.name) for term in others for post in term.posts)
    names = ", ".join(f"`{term.name}`" for term in sorted(group, key=lambda term: term.name))
    (place, _), *rest = places
    rest += [(_place_of(chosen, post), chosen.name) for post in chosen.posts[:1]]
    return warning(
        "term-slug-conflict",
        f"{len(group)} spellings of one {chosen.kind}: {names}",
        place,
        label=f"shown as `{chosen.name}`",
        hint=f"use one spelling: `{chosen.name}`",
        related=tuple((place, f"`{name}`") for place, name in rest),
    )


def _slugs_of_names(posts: Iterable[Post], terms: Iterable[Term]) -> Mapping[tuple[str, str], str]:
    """The slug of each name that posts use, with its taxonomy; spellings of one term have its slug."""
    slugs: dict[tuple[str, str], str] = {(term.kind, term.name): term.slug for term in terms}
    by_folded = {(term.kind, fold_slug(term.slug)): term.slug for term in terms}
    for post in posts:
        for kind, name in names_of_terms(post):
            if (kind, name) not in slugs:
                slugs[kind, name] = by_folded[kind, fold_slug(term_slug(name))]
    return slugs


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


def _speakers_of(post: Post) -> tuple[str, ...]:
    return tuple(speaker.name for speaker in post.talk.speakers) if post.talk is not None else ()


def _events_of(post: Post) -> tuple[str, ...]:
    return (post.talk.event.series,) if post.talk is not None and post.talk.event is not None else ()


def _link_of_speaker(term: Term) -> str:
    speakers = (speaker for post in term.posts if post.talk is not None for speaker in post.talk.speakers)
    return next((speaker.url for speaker in speakers if speaker.name == term.name and speaker.url), "")


def _link_of_event(term: Term) -> str:
    """Returns the link of an event, from talks that name no edition."""
    events = (post.talk.event for post in term.posts if post.talk is not None)
    return next((event.url for event in events if event is not None and event.url and not event.edition), "")


def _distinct(terms: Iterable[Term], link_of: Callable[[Term], str]) -> tuple[Term, ...]:
    """The terms with their links, and with slugs that no file system takes for each other's.

    People have the names that they have: of those that share a slug, all but one get some of the digest of their name.
    """
    taken: set[str] = set()
    found: list[Term] = []
    for term in terms:
        folded = fold_slug(term.slug)
        slug = f"{term.slug}-{digest(term.name)[:6]}" if folded in taken else term.slug
        taken.add(folded)
        found.append(replace(term, slug=slug, link=link_of(term)))
    return tuple(found)


def fold_slug(slug: str) -> str:
    """Folds a slug as file systems do that ignore case."""
    return unicodedata.normalize("NFC", slug).casefold()


def _look_alikes(terms: tuple[Term, ...]) -> Iterable[Diagnostic]:
    """A warning for names that are most likely one, in the order of their posts."""
    places = {term.name: _place_of(term) for term in terms}
    kind = next((term.kind for term in terms), "")
    return check_similar_names(kind, dict(sorted(places.items(), key=lambda item: item[1])))


def _place_of(term: Term, post: Post | None = None) -> Place:
    """Where a post of a term, by default the first, names it."""
    post = post or term.posts[0]
    if term.kind == "speaker":
        keys = _keys_of_speaker(post, term.name)
    elif term.kind == "event":
        keys = (*(f"talk.{key}" for key in aliases_of("event")), "talk")
    else:
        names, key = (post.categories if term.kind == "category" else post.tags), FOLDERS[term.kind]
        keys = (f"{key}[{names.index(term.name)}]", key)
    return next((post.places[key] for key in keys if key in post.places), post.place)


def _keys_of_speaker(post: Post, name: str) -> tuple[str, ...]:
    """Returns the keys under which the place of a speaker's name may be stored."""
    keys = [f"talk.{key}" for key in aliases_of("speakers")]
    speakers = post.talk.speakers if post.talk is not None else ()
    items = [speaker.item for speaker in speakers if speaker.name == name]
    return (*(f"{key}[{item}]" for key in keys for item in items), *keys, "talk")
