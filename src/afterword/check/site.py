"""Checks a blog as a whole: duplicate titles, similar tags, dates far in the future, orphan pages."""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import SequenceMatcher
from itertools import combinations
from typing import TYPE_CHECKING

from afterword.core.diagnostics import note, warning
from afterword.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.site.model import Site
    from afterword.site.terms import Term

_FAR = timedelta(days=366)
_MIN_RATIO = 0.86
_SHORTEST = 5
"""Minimum length of compared tags: short ones, such as `css` and `cssr`, are similar by chance."""

_MOST_TAGS = 1_500
"""Maximum number of tags for which all pairs are compared."""


def find_duplicate_titles(posts: Iterable[Post]) -> Iterator[Diagnostic]:
    """Yields a note for each title that several posts have."""
    by_title: dict[str, list[Post]] = {}
    for post in posts:
        by_title.setdefault(" ".join(post.title.casefold().split()), []).append(post)
    for group in by_title.values():
        if len(group) > 1:
            first, *others = sorted(group, key=lambda post: post.path)
            yield note(
                "duplicate-title",
                f"duplicate title `{shown(first.title)}`: {len(group)} posts",
                _place_of_title(others[0]),
                related=tuple((_place_of_title(post), "same title") for post in (first, *others[1:])),
            )


def _place_of_title(post: Post) -> Place:
    return post.places.get("title", post.place)


def find_far_dates(posts: Iterable[Post], today: date) -> Iterator[Diagnostic]:
    """Yields a warning for each post that is dated more than a year ahead."""
    for post in posts:
        if post.day is not None and post.day - today > _FAR:
            message = f"date {post.day} is more than a year ahead"
            place = post.places.get("date", post.place)
            yield warning("far-future", message, place, hint="correct the date if it is a mistake")


def find_similar_tags(site: Site) -> Iterator[Diagnostic]:
    """Yields a note for each pair of tags, or categories, with similar names; the rarer one may be a typo."""
    for terms in (site.lists["tags"], site.lists["categories"]):
        names = [term for term in terms if len(term.name) >= _SHORTEST]
        for one, other in combinations(names, 2) if len(names) <= _MOST_TAGS else ():
            if _are_similar(one.name, other.name):
                rare, common = sorted((one, other), key=lambda term: (len(term.posts), term.name))
                message = f"similar {rare.folder}: `{shown(rare.name)}` and `{shown(common.name)}`"
                related = ((_place_of(common), f"`{shown(common.name)}`"),)
                hint = "use one spelling if they are the same"
                yield note("similar-tags", message, _place_of(rare), hint=hint, related=related)


def _are_similar(one: str, other: str) -> bool:
    """Returns whether two names differ by a plural or one or two letters, and not in numbers."""
    one, other = one.casefold(), other.casefold()
    if re.findall(r"\d+", one) != re.findall(r"\d+", other) or abs(len(one) - len(other)) > 2:
        return False
    if one.removesuffix("s") == other.removesuffix("s"):
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _MIN_RATIO
        and matcher.quick_ratio() >= _MIN_RATIO
        and matcher.ratio() >= _MIN_RATIO
    )


def _place_of(term: Term) -> Place:
    post = term.posts[0]
    names, key = (post.tags, "tags") if term.kind == "tag" else (post.categories, "categories")
    at = names.index(term.name) if term.name in names else 0
    return post.places.get(f"{key}[{at}]") or post.places.get(key, post.place)


def find_orphans(pages: Sequence[Post], linked: Mapping[str, frozenset[str]]) -> Iterator[Diagnostic]:
    """Yields a note for each standalone page without links to it; `linked` are the targets of each page."""
    for page in pages:
        others = (targets for url, targets in linked.items() if url != page.url)
        is_apart = page.output == "404.html" or page.redirect_to or page.visibility.noindex
        if not is_apart and not any(page.url in targets for targets in others):
            hint = "link to it, or set `unlisted: true`"
            yield note("orphan-page", f"no page links to `{page.url}`", page.place, hint=hint)
