"""The pages that writers ask for: one for each post and standalone page, or where it leads, and former URLs of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.plan.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.post import Post
    from afterword.site import Site


def plan_posts(site: Site) -> Iterator[Page]:
    """A page for each post and standalone page: by the template that its layout names, or one that leads elsewhere."""
    for post in site.everything:
        yield Page(
            kind="redirect" if post.redirect_to else post.kind,
            url=post.url,
            output=post.output,
            template="redirect.html" if post.redirect_to else f"{post.layout}.html",
            title=post.title,
            post=post.path,
            target=post.redirect_to,
            place=post.place,
            indexed=_is_indexed(post, site),
            updated=post.changed,
        )


def plan_redirects(site: Site) -> Iterator[Page]:
    """A page for each alias, which sends its readers on."""
    for post in site.everything:
        for alias in post.aliases:
            yield Page(
                kind="redirect",
                url=alias.url,
                output=alias.output,
                template="redirect.html",
                title=post.title,
                target=post.redirect_to or post.url,
                place=alias.place,
            )


def _is_indexed(post: Post, site: Site) -> bool:
    """Whether a page is in the sitemap: as with jekyll-sitemap, `sitemap: false` keeps it out.

    So does being a draft, too early, expired or unlisted, the error page, or one that leads elsewhere.
    """
    visibility = post.visibility
    asked_out = not visibility.in_sitemap or visibility.noindex or post.unlisted
    out_of_time = post.is_future(site.today) or post.is_expired(site.today)
    return not (asked_out or post.draft or out_of_time or post.redirect_to or post.output == "404.html")
