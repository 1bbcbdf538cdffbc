"""Selects the posts and pages of the search index, and writes their rows.

Drafts, future, expired and unlisted posts are never in the index, even if a build includes them. Nor are pages with
`noindex`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.site.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from afterword.content.post import Post
    from afterword.search.tokens import Row
    from afterword.site.model import Site

FOLDER = "search"
"""Folder of the search page and its index, in the site."""


def plan_search(site: Site, claimed: Iterable[str]) -> Iterator[Page]:
    """Plans the search page, unless it is off or the blog has its own files there.

    `claimed` are the outputs of all other pages and static files.
    """
    taken = any(f"{output.lower()}/".startswith(f"{FOLDER}/") for output in claimed)
    if site.config.search != "off" and not taken:
        yield Page("search", "/search/", f"{FOLDER}/index.html", "search.html", title="Search", role="list")


def list_rows(site: Site) -> tuple[tuple[str, Row], ...]:
    """Lists the searchable posts and pages by source, in the order of the index.

    Pages come first, then posts, oldest first: a new post renumbers no other.
    """
    documents = (*site.pages, *reversed(site.posts))
    return tuple((post.path, _write_row(post, site)) for post in documents if is_searchable(post, site))


def is_searchable(post: Post, site: Site) -> bool:
    """Returns whether the search index has a post or page; `search: false` excludes it."""
    hidden = post.draft or post.unlisted or post.is_future(site.today) or post.is_expired(site.today)
    is_text = not post.redirect_to and post.output.endswith(".html") and post.output != "404.html"
    return is_text and not hidden and not post.visibility.noindex and post.visibility.in_search


def _write_row(post: Post, site: Site) -> Row:
    talk = post.talk
    speakers = ", ".join(speaker.name for speaker in talk.speakers) if talk is not None else ""
    event = talk.event.name if talk is not None and talk.event is not None else ""
    given = talk.date.iso if talk is not None and talk.date is not None else ""
    year = (given or (post.date.isoformat() if post.date is not None else ""))[:4]
    title = (post.title or post.slug).replace("`", "")
    lang = post.lang if post.lang != site.config.language else ""
    row = (
        *(post.url.removeprefix("/"), title, speakers, event, ", ".join((*post.tags, *post.categories))),
        *("" if year in event else year, lang),
    )
    return _strip_empty_end(row)


def _strip_empty_end(row: Row) -> Row:
    end = len(row)
    while not row[end - 1]:
        end -= 1
    return row[:end]
