"""Plans the pages that list posts: home, archive, categories and tags, with pagination."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.site.collisions import fold_output
from afterword.site.layouts import find_template
from afterword.site.model import FOLDERS
from afterword.site.page import Page

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from afterword.content.permalinks import Alias
    from afterword.content.post import Post
    from afterword.site.model import Site, Term


def plan_home(site: Site) -> Iterator[Page]:
    """The home page and those that continue it."""
    home = Page(
        kind="home",
        url="/",
        output="index.html",
        template="index.html",
        posts=("front",),
        indexed=True,
        updated=site.updated,
    )
    return paginate(home, len(site.posts), site.config.paginate)


def plan_archive(site: Site) -> Iterator[Page]:
    """The one page on which all posts are found, by year."""
    yield Page(
        kind="archive",
        url="/archive/",
        output="archive/index.html",
        template="archive.html",
        title="Archive",
        posts=("posts",),
        indexed=bool(site.posts),
        updated=site.updated,
    )


def plan_terms(site: Site) -> Iterator[Page]:
    """The index of each taxonomy, and a paginated page for each of its terms."""
    yield Page(
        kind="categories",
        url="/categories/",
        output="categories/index.html",
        template="terms.html",
        title="Categories",
        indexed=bool(site.categories),
    )
    yield Page(
        kind="tags",
        url="/tags/",
        output="tags/index.html",
        template="terms.html",
        title="Tags",
        indexed=bool(site.tags),
    )
    for term in site.topics:
        yield from paginate(_term_page(term), len(term.posts), site.config.paginate)


def _term_page(term: Term) -> Page:
    return Page(
        kind=term.kind,
        url=term.url,
        output=f"{FOLDERS[term.kind]}/{term.slug}/index.html",
        template="term.html",
        title=term.name,
        posts=("term", term.kind, term.slug),
        term=(term.kind, term.slug),
        feed_url=term.feed_url,
        indexed=True,
        updated=max((changed for post in term.posts if (changed := post.changed)), default=None),
    )


def paginate(first: Page, count: int, size: int) -> Iterator[Page]:
    """A list page and those that continue it, at `page/2/` and so on below it; only the first is in the sitemap."""
    total = max(1, -(-count // size))
    folder = first.output.removesuffix("index.html")
    urls = [first.url, *(f"{first.url}page/{number}/" for number in range(2, total + 1))]
    for index, url in enumerate(urls):
        yield replace(
            first,
            url=url,
            output=first.output if index == 0 else f"{folder}page/{index + 1}/index.html",
            start=index * size,
            stop=(index + 1) * size,
            number=index + 1,
            total=total,
            previous_url=urls[index - 1] if index else "",
            next_url=urls[index + 1] if index + 1 < total else "",
            indexed=first.indexed and index == 0,
        )


def plan_posts(site: Site, layouts: Collection[str] | None = None) -> Iterator[Page]:
    """A page for each post and standalone page: by the template that its layout names, or one that leads elsewhere."""
    for post in site.everything:
        yield Page(
            kind="redirect" if post.redirect_to else post.kind,
            url=post.url,
            output=post.output,
            template="redirect.html" if post.redirect_to else find_template(post, layouts),
            title=post.title,
            post=post.path,
            target=post.redirect_to,
            place=post.url_place,
            indexed=_is_indexed(post, site),
            updated=post.changed,
        )


def plan_redirects(site: Site) -> Iterator[Page]:
    """A page for each alias, which sends its readers on."""
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
