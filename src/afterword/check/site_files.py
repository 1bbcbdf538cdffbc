"""Checks the files of the built site: HTML pages, feeds and the sitemap.

Atom (RFC 4287), JSON Feed 1.1 and the Sitemap protocol 0.9. Every build checks that they are well-formed.
"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

from msgspec import Struct

from afterword.markdown.html_tags import OpenElements

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


_URLS = frozenset({"href", "src", "poster"})


class ParsedPage(Struct, frozen=True):
    """Errors in a page's elements, its duplicate ids and its local link targets.

    An error is the start of its tag, such as `</div`, with a message. Targets are root-absolute paths, percent-decoded.
    """

    problems: tuple[tuple[str, str], ...]
    duplicate_ids: tuple[str, ...]
    targets: frozenset[str]


def read_page(url: str, html: str) -> ParsedPage:
    """Parses the page at a root-absolute URL."""
    reader = _Reader(url)
    reader.feed(html)
    reader.close()
    return ParsedPage(tuple(reader.finish()), tuple(reader.duplicate_ids), frozenset(reader.targets))


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self._url = url
        self._open = OpenElements[None]()
        self._ids: set[str] = set()
        self._problems: dict[tuple[str, str], None] = {}
        self.duplicate_ids: dict[str, None] = {}
        self.targets: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._read_attributes(attrs)
        self._open.begin(tag, None)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._read_attributes(attrs)
        self._open.begin(tag, None, has_slash=True)

    def handle_endtag(self, tag: str) -> None:
        unclosed = self._open.end(tag)
        if unclosed is None:
            self._problems[f"</{tag}", f"`</{tag}>` closes nothing"] = None
        else:
            self._report_unclosed(unclosed)

    def finish(self) -> list[tuple[str, str]]:
        """Returns all errors, including elements that are still open."""
        self._report_unclosed(self._open.end_all())
        return list(self._problems)

    def _report_unclosed(self, elements: list[tuple[str, None]]) -> None:
        self._problems.update(((f"<{name}", f"`<{name}>` is not closed"), None) for name, _ in elements)

    def _read_attributes(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                if value in self._ids:
                    self.duplicate_ids[value] = None
                self._ids.add(value)
            elif name in _URLS and value is not None:
                self._add_target(value)

    def _add_target(self, value: str) -> None:
        try:
            parts = urlsplit(urljoin(self._url, value.strip()))
        except ValueError:
            return
        if not parts.scheme and not parts.netloc and parts.path:
            self.targets.add(unquote(parts.path))


def is_served(path: str, outputs: Collection[str]) -> bool:
    """Returns whether a web server finds a path, without base path, among these files."""
    name = path.removeprefix("/")
    candidates = (name, f"{name.rstrip('/')}/index.html" if name.rstrip("/") else "index.html", f"{name}.html")
    return any(candidate in outputs for candidate in candidates)


_ATOM = "{http://www.w3.org/2005/Atom}"
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_W3C_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)?)?")
_MOST_URLS = 50_000


def find_feed_problems(text: str) -> Iterator[str]:
    """Yields the errors of an XML file, if it is an Atom feed or a sitemap."""
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - a file that this build has just made
    except ElementTree.ParseError:
        return  # an error of the build
    if root.tag == f"{_ATOM}feed":
        yield from _check_atom(root)
    elif root.tag == f"{_SITEMAP}urlset":
        yield from _check_sitemap(root)


def _check_atom(feed: ElementTree.Element) -> Iterator[str]:
    yield from _check_element(feed, "the feed")
    seen: set[str] = set()
    entries = feed.findall(f"{_ATOM}entry")
    has_author = feed.find(f"{_ATOM}author") is not None
    for number, entry in enumerate(entries, 1):
        yield from _check_element(entry, f"entry {number}")
        if not has_author and entry.find(f"{_ATOM}author") is None:
            yield f"entry {number} has no `author`, and the feed has none"
        if entry.find(f"{_ATOM}content") is None and entry.find(f"{_ATOM}link") is None:
            yield f"entry {number} has neither `content` nor `link`"
        name = (entry.findtext(f"{_ATOM}id") or "").strip()
        if name and name in seen:
            yield f"two entries have the id `{name}`"
        seen.add(name)


def _check_element(element: ElementTree.Element, what: str) -> Iterator[str]:
    for name in ("id", "title", "updated"):
        found = element.findall(f"{_ATOM}{name}")
        if len(found) != 1:
            yield f"{what} has {len(found) or 'no'} `{name}`"
        elif name == "id" and not (found[0].text or "").strip():
            yield f"the `id` of {what} is empty"
    for name in ("updated", "published"):
        for found_date in element.findall(f"{_ATOM}{name}"):
            if _DATE.fullmatch((found_date.text or "").strip()) is None:
                yield f"`{name}` of {what} is not an RFC 3339 date: `{found_date.text}`"


def _check_sitemap(urlset: ElementTree.Element) -> Iterator[str]:
    urls = urlset.findall(f"{_SITEMAP}url")
    if len(urls) > _MOST_URLS:
        yield f"a sitemap has at most {_MOST_URLS:,} URLs, found {len(urls):,}"
    seen: set[str] = set()
    for url in urls:
        loc = (url.findtext(f"{_SITEMAP}loc") or "").strip()
        if not loc.startswith(("http://", "https://")):
            yield f"`loc` is not a full URL: `{loc}`"
        if loc in seen:
            yield f"duplicate URL `{loc}`"
        seen.add(loc)
        modified = url.findtext(f"{_SITEMAP}lastmod")
        if modified is not None and _W3C_DATE.fullmatch(modified.strip()) is None:
            yield f"`lastmod` is not a date: `{modified}`"


def find_json_feed_problems(text: str) -> Iterator[str]:
    """Yields the errors of a JSON file, if it is a JSON Feed."""
    try:
        feed = json.loads(text)
    except ValueError:
        return  # an error of the build
    if not isinstance(feed, dict) or not str(feed.get("version", "")).startswith("https://jsonfeed.org/version/"):
        return
    if not isinstance(feed.get("title"), str):
        yield "the feed has no `title`"
    items = feed.get("items")
    if not isinstance(items, list):
        yield "the feed has no list of `items`"
        return
    seen: set[object] = set()
    for number, item in enumerate(items, 1):
        name = item.get("id") if isinstance(item, dict) else None
        if not isinstance(name, str) or not name:
            yield f"item {number} has no `id`"
        elif name in seen:
            yield f"two items have the id `{name}`"
        seen.add(name)
        if isinstance(item, dict) and not {"content_html", "content_text"} & item.keys():
            yield f"item {number} has neither `content_html` nor `content_text`"
