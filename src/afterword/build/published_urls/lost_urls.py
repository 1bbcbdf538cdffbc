"""Compares the URLs of a site with the recorded ones: what to record, and which published URLs are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place, warning
from afterword.core.files import URL_LOCK
from afterword.core.text import shown
from afterword.site.published_urls import MAIN_FEED, PublishedUrl

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from afterword.content.post import Post
    from afterword.core.urls import Address
    from afterword.site.page import Page
    from afterword.site.published_urls import FeedIds, UrlLock

_FEED_KINDS = ("feed", "json-feed", "file")
_ACCEPT = "if it is no longer needed, run `afterword urls --accept`"


def list_urls(
    pages: Iterable[Page], posts: Mapping[str, Post], ids: FeedIds, address: Address, *, with_ids: bool
) -> Iterator[PublishedUrl]:
    """Yields the URLs of a site that are worth keeping: those of posts, pages and feeds, and aliases.

    Lists and terms change with the posts. Without `with_ids`, only ids that are recorded already are kept.
    """
    start = ids.base or (f"{address.origin}{address.base_path}" if with_ids else "")
    for page in pages:
        if page.role == "page":
            post = posts.get(page.post)
            named = ids.posts.get(page.post, "")
            if not named and with_ids and post is not None and post.kind == "post":
                named = address.absolute(address.rooted(post.id))
            yield PublishedUrl(page.url, named, page.post or page.place.path)
        elif page.kind in _FEED_KINDS and page.term is None:
            yield PublishedUrl(page.url, f"{start}{page.url}" if start and page.url == MAIN_FEED else "")


class Unpublished(Struct, frozen=True):
    """Sources that are not in a build: `held` with the reason, `ignored` those that need no warning."""

    held: Mapping[str, str]
    ignored: Collection[str]


def find_lost_urls(
    lock: UrlLock, pages: Iterable[Page], files: Iterable[str], posts: Mapping[str, Post], unpublished: Unpublished
) -> Iterator[Diagnostic]:
    """Yields a warning for each recorded URL that the site no longer has.

    `files` are the paths of the site's other files.
    """
    if not lock.urls:
        return
    pages = tuple(pages)
    urls = {page.url for page in pages} | {alias.url for post in posts.values() for alias in post.aliases}
    outputs = {page.output for page in pages}.union(files)
    for recorded in lock.urls.values():
        is_served = recorded.url in urls or not outputs.isdisjoint(_list_files(recorded.url))
        if not is_served and recorded.source not in unpublished.ignored:
            yield _report_lost(recorded, posts.get(recorded.source), unpublished.held.get(recorded.source, ""))


def _list_files(url: str) -> Iterator[str]:
    """Yields the files with which hosts answer a URL."""
    path = unquote(url).strip("/")
    yield f"{path}/index.html".lstrip("/")
    if not url.endswith("/"):
        yield from (path, f"{path}.html")


def _report_lost(recorded: PublishedUrl, post: Post | None, reason: str) -> Diagnostic:
    url = recorded.url
    line = Place(URL_LOCK, recorded.line)
    if post is not None:
        aliases = ", ".join((*(alias.url for alias in post.aliases), url))
        hint = f"to redirect it, write `aliases: [{aliases}]` in the front matter; {_ACCEPT}"
        label = f"its URL is now `{shown(post.url)}`"
        place = post.places.get("aliases") or post.url_place
        return warning(
            "lost-url", f"published URL `{shown(url)}` has no page or redirect", place, label=label, hint=hint
        )
    if reason:
        message = f"published URL `{shown(url)}` would be removed: `{shown(recorded.source)}` is {reason}"
        return warning("lost-url", message, Place(recorded.source), hint=f"publish it again; {_ACCEPT}")
    message = f"published URL `{shown(url)}` has no page or redirect"
    if not recorded.source:
        return warning("lost-url", message, line, hint=f"publish the feed again; {_ACCEPT}")
    hint = f"to redirect it, add `{url}` to the `aliases` of another post; {_ACCEPT}"
    label = f"its source was `{shown(recorded.source)}`"
    return warning("lost-url", message, line, label=label, hint=hint)
