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
    for post in (*site.posts, *site.pages):
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
    for post in (*site.posts, *site.pages):
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
    """As with jekyll-sitemap, `sitemap: false` keeps a page out.

    So does being a draft, too early, the error page, or one that leads elsewhere.
    """
    asked_out = post.says("sitemap") is False or post.says("noindex") is True
    too_early = post.day is not None and post.day > site.today
    return not (asked_out or post.draft or too_early or post.redirect_to or post.output == "404.html")
