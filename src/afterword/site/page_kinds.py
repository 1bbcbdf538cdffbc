"""The table of generated pages: lists, terms, feeds, and files for programs.

A row plans its pages: their templates and posts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.urls import url_of_file
from afterword.site.page import Page
from afterword.site.queries.selections import select
from afterword.site.sitemap import find_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from afterword.site.model import Site
    from afterword.site.page import Role
    from afterword.site.taxonomies import Taxonomy
    from afterword.site.terms import Term


class PageKind(Struct, frozen=True):
    """A kind of page. `plan` yields its pages or, with `continues`, the first page of each list.

    A list continues on further pages with `Page.stop` entries each. A standalone page or static file with the same
    output replaces any of these pages; any source replaces an optional one.
    """

    name: str
    plan: Callable[[Site], Iterable[Page]]
    role: Role = "list"
    continues: bool = False


def _plan_home(site: Site) -> Iterator[Page]:
    yield Page(
        kind="home",
        url="/",
        output="index.html",
        template="index.html",
        posts=("front",),
        stop=site.config.paginate,
        indexed=True,
        updated=site.updated,
    )


def _plan_archive(site: Site) -> Iterator[Page]:
    """Plans the archive: all posts or, in a large blog, its years."""
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


def _plan_years(site: Site) -> Iterator[Page]:
    """Plans a page for each year if the archive has too many posts for one page."""
    for year in site.years:
        if url := site.archive_url(year):
            yield _archive_page(site, "archive-year", url, f"{year}", ("year", f"{year}"))


def _plan_months(site: Site) -> Iterator[Page]:
    """Plans a page for each month of a year with too many posts for one page."""
    for year in site.years:
        for month in site.list_months(year):
            if url := site.archive_url(year, month):
                title, posts = f"{year}-{month:02}", ("month", f"{year}", f"{month}")
                yield _archive_page(site, "archive-month", url, title, posts)


def _archive_page(site: Site, kind: str, url: str, title: str, posts: tuple[str, ...]) -> Page:
    changes = (changed for post in select(site, posts) if (changed := post.changed))
    return Page(
        kind=kind,
        url=url,
        output=f"{url.removeprefix('/')}index.html",
        template="archive-part.html",
        title=title,
        posts=posts,
        optional=True,
        indexed=True,
        updated=max(changes, default=None),
    )


def _published_taxonomies(site: Site) -> Iterator[Taxonomy]:
    return (row for row in site.taxonomies if row.is_published(site.config))


def _plan_term_lists(site: Site) -> Iterator[Page]:
    for row in _published_taxonomies(site):
        if row.always_listed or site.lists[row.plural]:
            yield Page(
                kind=row.list_kind,
                url=row.url,
                output=f"{row.plural}/index.html",
                template=row.list_template,
                title=row.title,
                stop=site.config.list_limit,
                taxonomy=row.plural,
                optional=not row.always_listed,
                indexed=bool(site.lists[row.plural]),
            )


def _published_terms(site: Site) -> Iterator[tuple[Taxonomy, Term]]:
    for row in _published_taxonomies(site):
        yield from ((row, term) for term in site.lists[row.plural])


def _plan_terms(site: Site) -> Iterator[Page]:
    for row, term in _published_terms(site):
        yield Page(
            kind=row.kind,
            url=term.url,
            output=f"{row.plural}/{term.slug}/index.html",
            template=row.template,
            title=term.name,
            posts=(row.order, term.kind, term.slug),
            stop=site.config.paginate if row.paginated else None,
            taxonomy=row.plural,
            term=(term.kind, term.slug),
            feed_url=term.feed_url,
            optional=not row.always_listed,
            indexed=True,
            updated=term.updated,
        )


def _plan_term_feeds(site: Site) -> Iterator[Page]:
    for row, term in _published_terms(site):
        yield Page(
            kind="feed",
            url=term.feed_url,
            feed_id=site.id_of_feed(term.feed_url),
            output=f"{row.plural}/{term.slug}/feed.xml",
            template="feed.xml",
            title=term.name,
            posts=("term", term.kind, term.slug),
            stop=site.config.feed.limit,
            taxonomy=row.plural,
            term=(term.kind, term.slug),
            optional=not row.always_listed,
        )


def _plan_talks(site: Site) -> Iterator[Page]:
    if site.talks and site.config.talks.table:
        yield Page(
            kind="talks",
            url="/talks/",
            output="talks/index.html",
            template="talks.html",
            title="Talks",
            posts=("talks",),
            stop=site.config.list_limit,
            optional=True,
            indexed=True,
            updated=max((changed for post in site.talks if (changed := post.changed)), default=None),
        )


def _plan_talks_data(site: Site) -> Iterator[Page]:
    if site.talks and site.config.talks.table:
        for extension in ("json", "csv"):
            file = f"talks/index.{extension}"
            yield Page("talks-data", f"/{file}", file, f"talks.{extension}", posts=("talks",))


def _plan_chapters(site: Site) -> Iterator[Page]:
    """Plans a chapters file for each post and page whose headings have timestamps."""
    for post in site.everything if site.config.talks.chapter_files else ():
        if post.chapters_output:
            yield Page(
                kind="chapters",
                url=url_of_file(post.chapters_output),
                output=post.chapters_output,
                template="chapters.json",
                title=post.title,
                post=post.path,
                place=post.url_place,
            )


def _plan_transcripts(site: Site) -> Iterator[Page]:
    for post in site.everything:
        if post.transcript_output and not post.redirect_to:
            yield Page(
                kind="transcript",
                url=url_of_file(post.transcript_output).removesuffix("index.html"),
                output=post.transcript_output,
                template="transcript.html",
                title=post.title,
                post=post.path,
                place=post.url_place,
                optional=True,
            )


def _plan_markdown(site: Site) -> Iterator[Page]:
    for post in site.everything if site.config.markdown_pages else ():
        if output := find_markdown(post, site):
            url = url_of_file(output)
            yield Page("markdown", url, output, "markdown.md", post.title, post=post.path, place=post.url_place)


_LISTED_FOR_MODELS = 100
"""Number of the newest posts in `llms.txt`, which is to be short."""


def _plan_llms(site: Site) -> Iterator[Page]:
    """Plans the list of posts and pages for language models (llmstxt.org)."""
    if site.config.llms_txt:
        yield Page("llms", "/llms.txt", "llms.txt", "llms.txt", posts=("posts",), stop=_LISTED_FOR_MODELS)


def _plan_file(kind: str, name: str, title: str = "", *, is_feed: bool = False) -> Callable[[Site], Iterable[Page]]:
    """Returns a planner for a single file with the template of its name."""

    def plan(site: Site) -> Iterable[Page]:
        page = Page(kind, f"/{name}", name, name, title=title, optional=not is_feed)
        if is_feed:
            page = replace(page, posts=("posts",), stop=site.config.feed.limit, feed_id=site.id_of_feed(page.url))
        yield page

    return plan


def plan_files(site: Site, names: Iterable[str]) -> Iterator[Page]:
    """Plans a file with the newest posts for each of these templates, such as `feeds/rss.xml`."""
    for name in names:
        limit = site.config.feed.limit
        yield Page("file", url_of_file(name), name, name, posts=("posts",), stop=limit, optional=True)


PAGE_KINDS: tuple[PageKind, ...] = (
    PageKind("home", _plan_home, continues=True),
    PageKind("archive", _plan_archive),
    PageKind("archive-year", _plan_years),
    PageKind("archive-month", _plan_months),
    PageKind("terms", _plan_term_lists, continues=True),
    PageKind("term", _plan_terms, continues=True),
    PageKind("talks", _plan_talks, continues=True),
    PageKind("talks-data", _plan_talks_data, "data"),
    PageKind("chapters", _plan_chapters, "data"),
    PageKind("transcript", _plan_transcripts, "page"),
    PageKind("feed", _plan_file("feed", "feed.xml", is_feed=True), "data"),
    PageKind("json-feed", _plan_file("json-feed", "feed.json", is_feed=True), "data"),
    PageKind("feed", _plan_term_feeds, "data"),
    PageKind("sitemap", _plan_file("sitemap", "sitemap.xml"), "data"),
    PageKind("robots", _plan_file("robots", "robots.txt"), "data"),
    PageKind("markdown", _plan_markdown, "data"),
    PageKind("llms", _plan_llms, "data"),
    PageKind("404", _plan_file("404", "404.html", "Page not found"), "data"),
)
"""Kinds of pages, in planning order."""
