"""Converts the HTML of a post for feeds: full URLs, formulas as LaTeX, and no page-only or hidden elements.

Tags are parsed as browsers do (`markdown.writers.raw_html.read_tags`), so unquoted values are found too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from msgspec import Struct

from afterword.core.patterns import lazy_pattern
from afterword.markdown.html_tags import Unclosed, drop_hidden, read_tags
from afterword.markdown.link_targets import CANDIDATE_LISTS, URL_ATTRIBUTES, URL_LISTS
from afterword.markdown.writers.math import restore_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.markdown.html_tags import Attribute, Tag

_ROOTED = lazy_pattern(r"/(?!/)")
_CANDIDATE = lazy_pattern(r"(^\s*|,\s*)/(?!/)")
_STYLE_URL = lazy_pattern(r"""(url\(\s*["']?)(?!["'#])([^"'()\s]+)""", re.IGNORECASE)
_WRAPPERS = frozenset({"heading", "heading update", "scroll"})
"""Classes of wrappers around headings, tables and formulas; their other content is for pages only."""

_LINKS = frozenset({"a", "area"})
"""Elements whose URL can be relative to the page. In `use` and other elements of SVG, `#id` is an id in the post."""

_REMOVED = frozenset({("a", "anchor"), ("span", "linenos")})
"""Elements of the theme, by name and class, that are removed with their content."""


_HEADING = lazy_pattern(
    r'<div class="heading">(<h[1-6] id="[^"]*">[^<]*(?:</?(?:code|em|strong)>[^<]*)*</h[1-6]>)'
    r'<a class="anchor" href="#[^"]*" aria-label="[^"]*"><span aria-hidden="true">#</span></a></div>'
)
"""A heading as `writers.headings` writes most of them, with its wrapper and its link. One post has eight of them."""

_UNCHANGED = lazy_pattern(
    r"(?:[^<]+"
    r"|</?(?:p|ul|ol|li|dl|dt|dd|strong|em|code|blockquote|table|thead|tbody|tr|t[hd]|h[1-6]|br|hr|figure|figcaption)>"
    r'|<h[1-6] id="[^"]*">|<figure class="code" data-language="[^"]*">|<code class="[^"]*">|</pre>'
    r'|<span class="\w{1,3}">[^<]*</span>'
    r'|<a href="https?:[^"]*"(?: (?:rel|title)="[^"]*")*>[^<]*(?:</?(?:code|em|strong)>[^<]*)*</a>)*+'
)
"""A run of text, highlighted code, tags and links, which feeds keep: they have no attributes, or none that changes."""


class _Edit(Struct, frozen=True):
    start: int
    end: int
    text: str = ""


@lru_cache(maxsize=512)  # a post is in the feed of the site and in those of its terms
def write_feed_html(html: str, origin: str, page_url: str) -> str:
    """Returns the HTML of a post for feeds; `origin` is `https://host`, `page_url` the page's full URL."""
    html = drop_hidden("".join(_HEADING.split(restore_source(html))))
    pieces: list[str] = []
    done = 0
    for edit in _list_edits(html, origin, page_url):
        pieces += (html[done : edit.start], edit.text)
        done = edit.end
    return "".join((*pieces, html[done:]))


def _list_edits(html: str, origin: str, page_url: str) -> Iterator[_Edit]:
    wrapped: list[bool] = []  # whether each open `div` is a wrapper
    removed = ""
    start = depth = 0
    for tag in read_tags(html, _UNCHANGED):
        if isinstance(tag, Unclosed):
            return
        if removed:
            depth += (1 if not tag.closing else -1) if tag.name == removed else 0
            if not depth:
                yield _Edit(start, tag.end)
                removed = ""
            continue
        if tag.closing:
            if tag.name == "div" and wrapped and wrapped.pop():
                yield _Edit(tag.start, tag.end)
            continue
        attributes = {attribute.name: attribute.value for attribute in tag.attributes}
        kind = attributes.get("class", "")
        if (tag.name, kind) in _REMOVED:
            removed, start, depth = tag.name, tag.start, 1
            continue
        if tag.name == "div":
            wrapped.append(kind in _WRAPPERS)
            if wrapped[-1]:
                yield _Edit(tag.start, tag.end)
                continue
        yield from _edit_attributes(html, tag, origin, page_url)


def _edit_attributes(html: str, tag: Tag, origin: str, page_url: str) -> Iterator[_Edit]:
    is_scrolled = tag.name == "pre" and any(attribute.name == "tabindex" for attribute in tag.attributes)
    for attribute in tag.attributes:
        is_ours = attribute.name == "data-player" and html[attribute.end : attribute.end + 1] == '"'
        if is_ours or (is_scrolled and attribute.name in ("tabindex", "role", "aria-label")):
            yield _remove_attribute(attribute)
        elif (value := _make_full(tag.name, attribute, origin, page_url)) is not None:
            text = escape(value)
            if html[attribute.start - 1] not in "\"'":
                text = f'"{text}"'
            yield _Edit(attribute.start, attribute.end, text)


def _remove_attribute(attribute: Attribute) -> _Edit:
    """Removes an attribute that Afterword wrote: ` name="value"`."""
    return _Edit(attribute.start - len(attribute.name) - 3, attribute.end + 1)


def _make_full(element: str, attribute: Attribute, origin: str, page_url: str) -> str | None:
    """Returns the value of an attribute with full URLs, or None if it stays."""
    key, value = (element, attribute.name), attribute.value
    if attribute.name == "style" and _STYLE_URL.search(value) is not None:
        return _STYLE_URL.sub(lambda found: found[1] + urljoin(page_url, found[2]), value)
    if key in URL_ATTRIBUTES:
        url = value.strip()
        if _ROOTED.match(url):
            return origin + url
        return page_url + url if element in _LINKS and (not url or url[0] in "#?") else None
    if key in URL_LISTS:
        return " ".join(origin + url if _ROOTED.match(url) else url for url in value.split())
    if key in CANDIDATE_LISTS:
        return _CANDIDATE.sub(lambda url: f"{url[1]}{origin}/", value)
    return None
