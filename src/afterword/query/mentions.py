"""Mentions: which other posts and pages link to a post or page, each with the first sentence that does.

Relies on the references of all bodies. Refuses what is no link in a text, such as an image, and links of a page to
itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct

from afterword.query.questions import Mention

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.body import Reference
    from afterword.query.questions import Edition
    from afterword.site import Site


class Mentioned(Struct, frozen=True):
    """A sentence that links to a post or page; title, URL (with the base path) and language of where it stands."""

    title: str
    url: str
    lang: str
    sentence: str


def find_by_url(site: Site) -> Mapping[str, str]:
    """The paths of all posts and pages by URL (percent-decoded)."""
    return {unquote(post.url): post.path for post in site.by_path.values()}


def gather_mentions(
    references: Iterable[tuple[str, tuple[Reference, ...]]], by_url: Mapping[str, str], site: Site
) -> Mapping[str, tuple[Mention, ...]]:
    """The mentions of all posts and pages, by path, from the references of each source; the newest posts' first.

    Unlisted posts and pages mention nothing. `by_url` is what `find_by_url` finds in the site.
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
    """The newest posts' first; those of pages come after those of posts."""
    last = len(site.position)
    return tuple(sorted(mentions, key=lambda mention: (site.position.get(mention.path, last), mention.path)))


def find_mentions(edition: Edition, path: str) -> tuple[Mentioned, ...]:
    """The mentions of a post or page, with the pages that they are on."""
    site = edition.site
    return tuple(
        Mentioned(post.title, site.address.rooted(post.url), post.lang, mention.sentence)
        for mention in edition.mentions.get(path, ())
        if (post := site.by_path.get(mention.path)) is not None
    )
