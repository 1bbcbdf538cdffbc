"""Permalinks and redirects: the URL of a document, from its own permalink, the blog's pattern or its file name.

A URL must be that of a valid output path (`core.urls`).
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Place, did_you_mean, error, note
from afterword.core.patterns import lazy_pattern
from afterword.core.structs import Serializable
from afterword.core.text import shown
from afterword.core.urls import (
    PLACEHOLDERS,
    STYLES,
    BadUrl,
    PermalinkFields,
    adjust_url,
    expand_permalink,
    file_path,
    folder_of,
    output_path,
    url_of_file,
)

if TYPE_CHECKING:
    from afterword.front_matter.parser import Document

_PLAIN_LAYOUTS = ("post", "page", "none")
"""Layouts of the default theme that render HTML."""

_SLUG = lazy_pattern(":(?:title|slug)(?!ified)")


class Location(Struct, frozen=True):
    """The URL and output of a post or page, both empty if there is an error; and diagnostics."""

    url: str
    output: str
    diagnostics: tuple[Diagnostic, ...] = ()


def locate(document: Document, kind: str, fields: PermalinkFields, permalink: str) -> Location:
    """Returns the URL and output of a post or page (`kind`).

    `permalink` is the blog's pattern, or the name of a style. An invalid name from a file name or category is adjusted,
    with a note; one from front matter is an error at its place.
    """
    own = document.matter.permalink
    layout = document.matter.layout if own and document.matter.layout not in _PLAIN_LAYOUTS else ""
    pattern = own or (STYLES.get(permalink, permalink) if kind == "post" else "")
    try:
        url = _expand(pattern, fields)
        return Location(url, output_path(url, layout or ""))
    except BadUrl as problem:
        slug = _place_of_slug(document, pattern, fields)
        adjusted = _adjust(pattern, fields) if slug is None else ""
        if adjusted:
            return Location(adjusted, output_path(adjusted), (_report_adjusted(document, adjusted, problem),))
        unknown = re.search(r"`:(\w+)`", str(problem))
        hint = did_you_mean(f":{unknown[1]}", [f":{name}" for name in PLACEHOLDERS]) if unknown else problem.hint
        shape = shown(pattern or fields.path)
        message = f"invalid permalink `{shape}`: {problem}"
        place = slug or _place_of_url(document)
        return Location("", "", (error("invalid-permalink", message, place, hint=hint),))


def _expand(pattern: str, fields: PermalinkFields, *, adjust: bool = False) -> str:
    """Returns the URL for a pattern; without a pattern, that of a standalone page by its file."""
    if pattern:
        return expand_permalink(pattern, fields, adjust=adjust)
    url = _page_url(fields)
    return adjust_url(url) if adjust else url


def _adjust(pattern: str, fields: PermalinkFields) -> str:
    """Returns the URL with adjusted names, or empty if it is invalid too."""
    try:
        url = _expand(pattern, fields, adjust=True)
        output_path(url)
    except BadUrl:
        return ""
    return url


def _report_adjusted(document: Document, url: str, problem: BadUrl) -> Diagnostic:
    hint = "set `slug` or `permalink` to choose another URL"
    return note("adjusted-url", f"the page is published at `{url}`: {problem}", _place_of_url(document), hint=hint)


def _place_of_slug(document: Document, pattern: str, fields: PermalinkFields) -> Place | None:
    """Returns the place of a slug that makes the URL invalid, or None."""
    place = document.matter.places.get("slug")
    if place is None or (pattern and _SLUG.search(pattern) is None):
        return None
    try:
        output_path(expand_permalink("/:title/", fields))
    except BadUrl:
        return place
    return None


def _place_of_url(document: Document) -> Place:
    """Returns the place of the key that decides the URL; line 1 if there is none."""
    places = document.matter.places
    return places.get("permalink") or places.get("categories", Place(document.path, 1))


def _page_url(fields: PermalinkFields) -> str:
    """Returns the URL of a standalone page by its file: `pages/about.md` is `/about/`.

    `pages/404.md` is the file that hosts show for missing pages.
    """
    if fields.path == "404":
        return "/404.html"
    folder, name = posixpath.split(fields.path)
    plain = replace(fields, slug=fields.slug if name != "index" else "")
    if name == "index":
        return expand_permalink(f"/{folder}/", plain) if folder else "/"
    return expand_permalink(f"/{folder}/:title/" if folder else "/:title/", plain)


def entry_id(url: str, slug: str) -> str:
    """Returns Jekyll's `document.id`, the id of feed entries: the URL's folder and the slug, without extension."""
    return folder_of(url.rstrip("/") or "/") + url_of_file(slug).removeprefix("/")


_SCHEME = lazy_pattern(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


class Alias(Serializable, frozen=True):
    """A former URL of a post, root-absolute, which redirects to it; and its place."""

    url: str
    output: str
    place: Place


def read_aliases(document: Document) -> tuple[tuple[Alias, ...], tuple[Diagnostic, ...]]:
    """Returns the valid aliases of a document, and errors for the others."""
    found: list[Alias] = []
    problems: list[Diagnostic] = []
    for index, written in enumerate(document.matter.aliases):
        place = document.matter.places.get(
            f"aliases[{index}]", document.matter.places.get("aliases", Place(document.path, 1))
        )
        url = written if written.startswith("/") else f"/{written}"
        try:
            found.append(Alias(url, find_alias_output(url), place))
        except BadUrl as problem:
            message = f"invalid alias `{shown(written)}`: {problem}"
            problems.append(error("invalid-alias", message, place, hint=problem.hint))
    return tuple(found), tuple(problems)


def find_alias_output(url: str) -> str:
    """Returns the output of an alias, as in jekyll-redirect-from: `/x/` and `/x` are folders, `/x.html` a file.

    Raises `BadUrl`.
    """
    if url.endswith((".html", ".htm")):
        return file_path(url)
    return output_path(url if url.endswith("/") else f"{url}.html")


def read_target(document: Document, url: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """Returns the redirect target of a document at `url`: a full or root-absolute URL, or empty."""
    written = document.matter.redirect_to
    if not written:
        return "", ()
    scheme = _SCHEME.match(written)
    target = written if scheme or written.startswith("/") else f"/{written}"
    place = document.matter.places.get("redirect_to", Place(document.path, 1))
    if scheme and scheme[1].lower() not in ("http", "https"):
        hint = "use a URL that starts with `https://`, or a path such as `/about/`"
        return "", (
            error("invalid-redirect", f"URL scheme `{scheme[0]}` is not allowed in `redirect_to`", place, hint=hint),
        )
    if not scheme and unquote(urlsplit(target).path) == unquote(url):
        return "", (error("invalid-redirect", f"`redirect_to` points to the page itself, `{url}`", place),)
    return target, ()
