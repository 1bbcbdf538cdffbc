"""Permalinks: where a document is published, by its own, by the blog's pattern, or by where its file is.

The URL must be one that a file of the site can have (`urls.output_path`).
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from afterword.diagnostics import Diagnostic, Place, did_you_mean, error, note
from afterword.text import shown
from afterword.urls import (
    PLACEHOLDERS,
    STYLES,
    BadUrl,
    PermalinkFields,
    adjust_url,
    expand_permalink,
    folder_of,
    output_path,
    url_of_file,
)

if TYPE_CHECKING:
    from afterword.frontmatter import Document

_SLUG = re.compile(":(?:title|slug)(?!ified)")


class Location(NamedTuple):
    """The URL of a post or page and its output, both empty if there is an error; and the findings about them."""

    url: str
    output: str
    diagnostics: tuple[Diagnostic, ...] = ()


def locate(document: Document, kind: str, fields: PermalinkFields, permalink: str) -> Location:
    """Finds where a post or a page (`kind`) is published.

    `permalink` is the blog's pattern, or the name of a style. A name that was made from a file name or a category is
    adjusted if it is invalid, with a note. One that the writer asked for is an error at its place.
    """
    own = document.matter.permalink
    pattern = own or (STYLES.get(permalink, permalink) if kind == "post" else "")
    try:
        url = _expand(pattern, fields)
        return Location(url, output_path(url))
    except BadUrl as problem:
        slug = _place_of_slug(document, pattern, fields)
        adjusted = _adjust(pattern, fields) if slug is None else ""
        if adjusted:
            return Location(adjusted, output_path(adjusted), (_adjusted(document, adjusted, problem),))
        unknown = re.search(r"`:(\w+)`", str(problem))
        hint = did_you_mean(unknown[1], PLACEHOLDERS) if unknown else problem.hint
        shape = shown(pattern or fields.path)
        message = f"the permalink `{shape}` gives this page no URL: {problem}"
        place = slug or _place_of_url(document)
        return Location("", "", (error("bad-permalink", message, place, hint=hint),))


def _expand(pattern: str, fields: PermalinkFields, *, adjust: bool = False) -> str:
    """The URL that a pattern gives a post or page; without a pattern, that of a standalone page, by its file."""
    if pattern:
        return expand_permalink(pattern, fields, adjust=adjust)
    url = _page_url(fields)
    return adjust_url(url) if adjust else url


def _adjust(pattern: str, fields: PermalinkFields) -> str:
    """The URL with adjusted names; empty if that is invalid too."""
    try:
        url = _expand(pattern, fields, adjust=True)
        output_path(url)
    except BadUrl:
        return ""
    return url


def _adjusted(document: Document, url: str, problem: BadUrl) -> Diagnostic:
    hint = "set `slug` or `permalink` to choose another URL"
    return note("adjusted-url", f"this page is published at `{url}`: {problem}", _place_of_url(document), hint=hint)


def _place_of_slug(document: Document, pattern: str, fields: PermalinkFields) -> Place | None:
    """Where front matter gives a slug that makes the URL invalid; None if there is none, or it is not the reason."""
    place = document.matter.places.get("slug")
    if place is None or (pattern and _SLUG.search(pattern) is None):
        return None
    try:
        output_path(expand_permalink("/:title/", fields))
    except BadUrl:
        return place
    return None


def _place_of_url(document: Document) -> Place:
    """Where front matter gives what decides a page's URL; the file's first line if it does not."""
    places = document.matter.places
    return places.get("permalink") or places.get("categories", Place(document.path, 1))


def _page_url(fields: PermalinkFields) -> str:
    """A standalone page is where its file is, below `pages/` or `posts/`: `pages/about.md` is `/about/`."""
    folder, name = posixpath.split(fields.path)
    plain = replace(fields, slug=fields.slug if name != "index" else "")
    if name == "index":
        return expand_permalink(f"/{folder}/", plain) if folder else "/"
    return expand_permalink(f"/{folder}/:title/" if folder else "/:title/", plain)


def identify(url: str, slug: str) -> str:
    """Jekyll's `document.id`, which names feed entries: the folder of the URL and the slug, without any suffix."""
    return folder_of(url.rstrip("/") or "/") + url_of_file(slug).removeprefix("/")
