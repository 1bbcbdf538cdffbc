"""The record of published URLs and feed ids, `afterword.lock`: parsing, formatting, and the recorded ids.

Each line has a URL without base path, the id in feeds (`-` for none) and the source, separated by spaces. Lines are
sorted, so that two branches that add posts usually merge without a conflict. A feed has no source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Place, error
from afterword.core.files import URL_LOCK
from afterword.core.merge_conflicts import find_conflicts, report_conflict
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.content.post import Post
    from afterword.core.urls import Address

_HEADER = (
    "# Published URLs, feed ids and sources. `afterword build` adds lines; `afterword urls --accept` removes them.\n"
)
_LINE = lazy_pattern(r"(?P<url>/\S*)(?: +(?P<id>\S+)(?: +(?P<source>\S.*))?)?")
_NO_ID = "-"
MAIN_FEED = "/feed.xml"
"""The feed whose recorded id decides the ids of all feeds."""


class PublishedUrl(Struct, frozen=True, order=True):
    """A published URL: root-absolute, without base path. Only posts and feeds have an `id`."""

    url: str
    id: str = ""
    source: str = ""
    line: int = 0


class UrlLock(Struct, frozen=True):
    """The record of a blog, by URL; `exists` is False if the blog has none."""

    urls: Mapping[str, PublishedUrl] = field(default_factory=dict)
    exists: bool = False
    diagnostics: tuple[Diagnostic, ...] = ()

    def rename(self, paths: Mapping[str, str]) -> UrlLock:
        """Returns the record with other paths of sources."""
        if not paths:
            return self
        renamed = {one.url: replace(one, source=paths.get(one.source, one.source)) for one in self.urls.values()}
        return replace(self, urls=renamed)


NO_LOCK = UrlLock()


def parse_lock(text: str) -> UrlLock:
    """Parses the text of `afterword.lock`; invalid lines are errors at their place."""
    if conflicts := tuple(find_conflicts(text)):
        hint = "delete the markers and keep the lines of both versions"
        return UrlLock(
            exists=True, diagnostics=tuple(replace(report_conflict(URL_LOCK, one), hint=hint) for one in conflicts)
        )
    urls: dict[str, PublishedUrl] = {}
    problems: list[Diagnostic] = []
    for number, line in enumerate(text.split("\n"), 1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        match = _LINE.fullmatch(written)
        if match is None:
            hint = "write `/posts/name/ - posts/name.md`"
            message = f"invalid line `{shown(written)}`: expected URL, feed id and source"
            problems.append(error("invalid-lock", message, Place(URL_LOCK, number), hint=hint))
            continue
        named = match["id"] if match["id"] not in (None, _NO_ID) else ""
        found = PublishedUrl(match["url"], named, match["source"] or "", number)
        known = urls.setdefault(found.url, found)
        if known.id != found.id:
            message = f"duplicate URL `{shown(found.url)}` with another feed id"
            problems.append(
                error(
                    "invalid-lock",
                    message,
                    Place(URL_LOCK, number),
                    hint="delete one of the lines",
                    related=((Place(URL_LOCK, known.line), "the first"),),
                )
            )
    return UrlLock(urls, exists=True, diagnostics=tuple(problems))


def format_lock(urls: Iterable[PublishedUrl]) -> str:
    """Returns the text of `afterword.lock`, sorted by URL."""
    lines = (" ".join((one.url, one.id or _NO_ID, one.source)).rstrip() for one in sorted(urls))
    return _HEADER + "".join(f"{line}\n" for line in lines)


class FeedIds(Struct, frozen=True):
    """The ids in feeds that differ from those derived from URLs.

    `posts` are the ids by source; `base` is the URL that ids of feeds start with, empty for that of the site.
    """

    posts: Mapping[str, str] = field(default_factory=dict)
    base: str = ""


def find_feed_ids(lock: UrlLock, posts: Iterable[Post], address: Address) -> FeedIds:
    """Returns the recorded ids. A post keeps the id of its URL, of its first alias with one, or of its source."""
    if not lock.urls:
        return FeedIds()
    by_url = {one.url: one.id for one in lock.urls.values() if one.id}
    by_source = {one.source: one.id for one in lock.urls.values() if one.id}
    ids: dict[str, str] = {}
    for post in posts:
        urls = (post.url, *(alias.url for alias in post.aliases))
        recorded = next((by_url[url] for url in urls if url in by_url), by_source.get(post.path, ""))
        if recorded and recorded != address.absolute(address.rooted(post.id)):
            ids[post.path] = recorded
    feed = lock.urls.get(MAIN_FEED)
    base = feed.id.removesuffix(MAIN_FEED) if feed is not None and feed.id.endswith(MAIN_FEED) else ""
    return FeedIds(ids, base if base != f"{address.origin}{address.base_path}" else "")


def extend_lock(lock: UrlLock, found: Iterable[PublishedUrl]) -> tuple[PublishedUrl, ...]:
    """Returns the recorded URLs with new ones added, and missing ids filled in. Removes nothing."""
    urls = dict(lock.urls)
    for one in found:
        known = urls.get(one.url)
        if known is None or (one.id and not known.id):
            urls[one.url] = one
    return tuple(sorted(urls.values()))
