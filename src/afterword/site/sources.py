"""Plans the pages of sources: one for each post, standalone page and alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.site.collisions import fold_output
from afterword.site.layouts import find_template
from afterword.site.page import Page

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from afterword.content.permalinks import Alias
    from afterword.content.post import Post
    from afterword.site.model import Site


def plan_sources(site: Site, templates: Collection[str] | None) -> Iterator[Page]:
    """Plans a page for each post and standalone page, by the template that its layout names, or a redirect.

    `templates` are the names of all templates; without them, every layout is taken to have one.
    """
    for post in site.everything:
        yield Page(
            kind="redirect" if post.redirect_to else post.kind,
            url=post.url,
            output=post.output,
            template="redirect.html" if post.redirect_to else find_template(post, templates),
            title=post.title,
            post=post.path,
            target=post.redirect_to,
            place=post.url_place,
            indexed=_is_indexed(post, site),
            updated=post.changed,
            role="page",
        )


def plan_redirects(site: Site) -> Iterator[Page]:
    """Plans a page for each alias, which redirects to its post."""
    for post in site.everything:
        for alias in _distinct_aliases(post):
            yield Page(
                kind="redirect",
                url=alias.url,
                output=alias.output,
                template="redirect.html",
                title=post.title,
                target=post.redirect_to or post.url,
                place=alias.place,
                role="page",
            )


def _distinct_aliases(post: Post) -> Iterable[Alias]:
    """The aliases of a post whose outputs differ from its own, and from each other's, in more than letter case."""
    found = {fold_output(alias.output): alias for alias in reversed(post.aliases)}
    found.pop(fold_output(post.output), None)
    return reversed(found.values())


def _is_indexed(post: Post, site: Site) -> bool:
    """Whether a page is in the sitemap: as with jekyll-sitemap, `sitemap: false` keeps it out.

    So does being a draft, too early, expired or unlisted, the error page, or one that leads elsewhere.
    """
    visibility = post.visibility
    asked_out = not visibility.in_sitemap or visibility.noindex or post.unlisted
    out_of_time = post.is_future(site.today) or post.is_expired(site.today)
    return not (asked_out or post.draft or out_of_time or post.redirect_to or post.output == "404.html")
