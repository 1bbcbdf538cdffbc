"""The terms of a taxonomy: their posts and slugs, and warnings about similar names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Place, warning
from afterword.core.fingerprints import digest
from afterword.core.output_paths import fold_output
from afterword.core.slugs import term_slug
from afterword.core.urls import url_of_file
from afterword.talks.resolve import check_similar_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from afterword.config.schema import Config
    from afterword.content.post import Post
    from afterword.site.taxonomies import Taxonomy


class Term(Struct, frozen=True):
    """A category, tag, speaker or other term, with its posts, newest first.

    `kind` is the name of its taxonomy, `folder` the plural. `link` is its page on another site, or empty.
    """

    kind: str
    folder: str
    name: str
    slug: str
    posts: tuple[Post, ...]
    link: str = ""

    @property
    def url(self) -> str:
        return url_of_file(f"{self.folder}/{self.slug}/")

    @property
    def feed_url(self) -> str:
        return f"{self.url}feed.xml"

    @property
    def updated(self) -> datetime | None:
        """Date of the last change of its posts."""
        return max((changed for post in self.posts if (changed := post.changed)), default=None)


class GatheredTerms(Struct, frozen=True):
    """The terms of a taxonomy by name, the slug of each name in use, and diagnostics."""

    terms: tuple[Term, ...]
    slugs: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...]


def gather_terms(row: Taxonomy, posts: Iterable[Post], config: Config) -> GatheredTerms:
    """Returns the terms of a taxonomy; the posts of each keep their order."""
    members: dict[str, list[Post]] = {}
    for post in posts:
        for name in row.names_of(post, config):
            members.setdefault(name, []).append(post)
    if len(members) < row.min_terms:
        return GatheredTerms((), {}, ())
    named = [
        Term(row.name, row.plural, name, term_slug(name), tuple(members[name]))
        for name in sorted(members, key=lambda name: (name.casefold(), name))
    ]
    groups = _group_spellings(named) if row.one_spelling else [[term] for term in _with_unique_slugs(named)]
    terms = tuple(_complete(_merge_spellings(group), row, config) for group in groups)
    slugs = {spelling.name: term.slug for group, term in zip(groups, terms, strict=True) for spelling in group}
    spellings = tuple(_report_spellings(row, group) for group in groups if len(group) > 1)
    return GatheredTerms(terms, slugs, (*spellings, *(_check_names(row, terms) if row.checks_names else ())))


def _complete(term: Term, row: Taxonomy, config: Config) -> Term:
    return replace(term, link=row.link_of(term.name, term.posts, config)) if row.link_of is not None else term


def _group_spellings(terms: Iterable[Term]) -> list[list[Term]]:
    """Groups terms with the same slug, such as `P2P` and `p2p`."""
    spellings: dict[str, list[Term]] = {}
    for term in terms:
        spellings.setdefault(fold_output(term.slug), []).append(term)
    return list(spellings.values())


def _merge_spellings(group: Sequence[Term]) -> Term:
    """Merges spellings into one term, named by the most frequent one or, if tied, the newest."""
    if len(group) == 1:
        return group[0]
    posts = {post.path: post for term in group for post in term.posts}
    return replace(_choose_spelling(group), posts=tuple(sorted(posts.values(), key=by_date, reverse=True)))


def _choose_spelling(group: Sequence[Term]) -> Term:
    return max(group, key=lambda term: (len(term.posts), by_date(term.posts[0]), term.name))


def by_date(post: Post) -> tuple[datetime, str]:
    """Returns the key that sorts posts by date."""
    assert post.date is not None, "posts have dates: `make_post` reports others"  # noqa: S101
    return post.date, post.path


def _report_spellings(row: Taxonomy, group: Sequence[Term]) -> Diagnostic:
    """Returns the warning for spellings of one term: at the first place of another spelling, with all places."""
    chosen = _choose_spelling(group)
    others = [term for term in group if term is not chosen]
    places = sorted((_place_of(row, term, post), term.name) for term in others for post in term.posts)
    names = ", ".join(f"`{term.name}`" for term in sorted(group, key=lambda term: term.name))
    (place, _), *rest = places
    rest += [(_place_of(row, chosen, post), chosen.name) for post in chosen.posts[:1]]
    return warning(
        "term-slug-conflict",
        f"{len(group)} spellings of one {chosen.kind}: {names}",
        place,
        label=f"shown as `{chosen.name}`",
        hint=f"use one spelling: `{chosen.name}`",
        related=tuple((place, f"`{name}`") for place, name in rest),
    )


def _with_unique_slugs(terms: Iterable[Term]) -> Iterator[Term]:
    """Yields the terms with unique slugs, also on file systems that ignore letter case.

    If names of people share a slug, all but one get a part of the digest of their name.
    """
    taken: set[str] = set()
    for term in terms:
        folded = fold_output(term.slug)
        yield replace(term, slug=f"{term.slug}-{digest(term.name)[:6]}") if folded in taken else term
        taken.add(folded)


def _check_names(row: Taxonomy, terms: Iterable[Term]) -> Iterable[Diagnostic]:
    """Yields a warning for similar names that probably mean the same, in the order of their posts."""
    places = {term.name: _place_of(row, term, term.posts[0]) for term in terms}
    return check_similar_names(row.name, dict(sorted(places.items(), key=lambda item: item[1])))


def _place_of(row: Taxonomy, term: Term, post: Post) -> Place:
    return next((post.places[key] for key in row.keys_of(post, term.name) if key in post.places), post.place)
