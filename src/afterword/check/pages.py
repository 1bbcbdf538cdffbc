"""Checks the HTML of built pages: unclosed elements, duplicate ids and broken links."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Collection

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_OPTIONAL = frozenset(
    {
        *("html", "head", "body", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot"),
        *("option", "optgroup", "colgroup", "caption", "rt", "rp"),
    }
)
"""Elements whose end tag may be left out (HTML Standard, 13.1.2.4)."""

_URLS = frozenset({"href", "src", "poster"})
_FOREIGN = frozenset({"svg", "math"})


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
    """Tracks the open elements of a page."""

    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self._url = url
        self._open: list[str] = []
        self._ids: set[str] = set()
        self._problems: dict[tuple[str, str], None] = {}
        self.duplicate_ids: dict[str, None] = {}
        self.targets: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._read_attributes(attrs)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._read_attributes(attrs)
        if tag not in _VOID and _FOREIGN.isdisjoint({tag, *self._open}):
            self._open.append(tag)  # HTML ignores the slash

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or tag == "p":
            return
        if tag not in self._open:
            self._problems[f"</{tag}", f"`</{tag}>` closes nothing"] = None
            return
        while (name := self._open.pop()) != tag:
            self._report_unclosed(name)

    def finish(self) -> list[tuple[str, str]]:
        """Returns all errors, including elements that are still open."""
        for name in self._open:
            self._report_unclosed(name)
        return list(self._problems)

    def _report_unclosed(self, name: str) -> None:
        if name not in _OPTIONAL:
            self._problems[f"<{name}", f"`<{name}>` is not closed"] = None

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
