"""Finds the posts and terms that an edit can have changed, by comparing two states of a site.

A large blog has tens of thousands of dependencies, most of them about a post or a term. Those about posts and terms
that an edit cannot affect are not read. In doubt they are, and the answer decides (`build.stale_pages.has_changed`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.build.content_cache import is_same_serialized
from afterword.core.output_paths import fold_output
from afterword.core.slugs import term_slug
from afterword.site.queries.columns import BODY_COLUMNS
from afterword.site.queries.selections import RELATIONS
from afterword.site.related import Edit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from afterword.content.post import Post
    from afterword.site.model import Site
    from afterword.site.taxonomies import Taxonomy


class Delta(Struct, frozen=True):
    """The difference between two states of a site.

    Attributes:
        edit: the posts and terms that changed.
        columns: columns that may have changed; None for any.
        order: whether posts were added, removed or moved.
        whole: whether settings or the day changed; then anything may differ.
    """

    site: Site
    edit: Edit
    columns: frozenset[str] | None
    order: bool
    whole: bool = False

    def subjects(self) -> Collection[str] | None:
        """Returns the subjects (`subject_of`) of all queries whose answers may have changed; None for any."""
        if self.whole or self.order:
            return None
        found = {"", *(f"{kind}:{slug}" for kind, slug in self.edit.terms)}
        for relation in RELATIONS.values():
            if relation.shown_by is None:
                return None
            found.update(post.path for post in relation.shown_by(self.site, self.edit))
        return found

    def may_concern(self, posts: Iterable[Post], columns: Collection[str]) -> bool:
        """Returns whether these columns of any of these posts may have changed."""
        if self.whole:
            return True
        is_read = self.columns is None or not self.columns.isdisjoint(columns)
        return is_read and any(post.path in self.edit.posts for post in posts)


def compare(
    site: Site,
    before: Mapping[str, Post],
    old_digests: Mapping[str, str],
    digests: Mapping[str, str],
    *,
    whole: bool,
) -> Delta:
    """Compares the posts `before`, by path, with those of the site now.

    The digests of bodies are as in the cache; those of unchanged bodies may be left out.
    """
    now = site.by_path
    unlike = [path for path in before.keys() | now.keys() if before.get(path) is not now.get(path)]
    changed = {
        path
        for path in unlike
        if (old := before.get(path)) is None or (new := now.get(path)) is None or not is_same_serialized(old, new)
    }
    printed = now.keys() & (digests.keys() | old_digests.keys())
    rewritten = {path for path in printed if digests.get(path) != old_digests.get(path)}
    concerned = [post for path in changed | rewritten for post in (before.get(path), now.get(path)) if post is not None]
    moved = frozenset(_moved_terms(site, changed, before, now))
    # A page or an unlisted post is in none of its terms: they come and go without it, and its links to them with them.
    linking = set(_find_outside(site, moved))
    pairs = [(before.get(path), now.get(path)) for path in changed]
    kinds = {kind for kind, _ in moved}
    return Delta(
        site=site,
        edit=Edit(frozenset(changed | rewritten | linking), frozenset(_terms_of(site, concerned)), moved),
        columns=None if changed else BODY_COLUMNS,
        order=any(_place_in_order(old) != _place_in_order(new) for old, new in pairs),
        whole=whole
        or any(
            _depend_on_each_other(row, site, before.values(), now.values())
            for row in site.taxonomies
            if row.name in kinds
        ),
    )


def _find_outside(site: Site, terms: frozenset[tuple[str, str]]) -> Iterable[str]:
    """Yields the paths of pages and unlisted posts that name one of these terms."""
    if terms:
        yield from (post.path for post in site.outside_terms if not terms.isdisjoint(_terms_of(site, (post,))))


def _depend_on_each_other(row: Taxonomy, site: Site, before: Iterable[Post], now: Iterable[Post]) -> bool:
    """Returns whether the page of a term can depend on the other terms of its taxonomy.

    It does if names share a slug, or if the taxonomy reached or lost its minimum number of terms.
    """
    old, new = (
        {
            name
            for post in posts
            if post.kind == "post" and not post.unlisted
            for name in row.names_of(post, site.config)
        }
        for posts in (before, now)
    )
    if (len(old) < row.min_terms) != (len(new) < row.min_terms):
        return True
    names = old | new
    return len({fold_output(term_slug(name)) for name in names}) < len(names)


def _place_in_order(post: Post | None) -> object:
    if post is None:
        return None
    moment = post.date.isoformat() if post.date else ""
    return post.kind, moment, post.pinned, post.unlisted, post.url if post.kind == "page" else ""


def _talk(post: Post | None) -> object:
    return post.talk if post is not None else None


def _moved_terms(
    site: Site, changed: Iterable[str], before: Mapping[str, Post], now: Mapping[str, Post]
) -> Iterable[tuple[str, str]]:
    """Yields the terms that a changed post joined or left; all of its terms if the post or its talk moved."""
    for path in changed:
        old, new = before.get(path), now.get(path)
        old_terms = set(_terms_with_names(site, (old,))) if old is not None else set()
        new_terms = set(_terms_with_names(site, (new,))) if new is not None else set()
        same_place = _place_in_order(old) == _place_in_order(new) and _talk(old) == _talk(new)
        moved = old_terms ^ new_terms if same_place else old_terms | new_terms
        yield from ((kind, slug) for kind, slug, _ in moved)


def _terms_of(site: Site, posts: Iterable[Post]) -> Iterable[tuple[str, str]]:
    """Yields the terms of posts as (taxonomy, slug), including terms that the site no longer has."""
    return ((kind, slug) for kind, slug, _ in _terms_with_names(site, posts))


def _terms_with_names(site: Site, posts: Iterable[Post]) -> Iterable[tuple[str, str, str]]:
    """Yields the same with names, since two spellings of a term have one slug."""
    for post in posts:
        for row in site.taxonomies:
            for name in row.names_of(post, site.config):
                yield row.name, site.slugs.get((row.name, name)) or term_slug(name), name
