"""Permalinks: where a document is published, by its own, by the blog's pattern, or by where its file is.

Relies on `urls` for Jekyll's styles and placeholders. Refuses a permalink that no file can stand for.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.diagnostics import Diagnostic, Place, did_you_mean, error
from afterword.urls import (
    PLACEHOLDERS,
    STYLES,
    BadUrl,
    PermalinkFields,
    expand_permalink,
    folder_of,
    output_path,
    url_of_file,
)

if TYPE_CHECKING:
    from afterword.frontmatter import Document


def locate(
    document: Document, kind: str, fields: PermalinkFields, permalink: str
) -> tuple[str, str, Diagnostic | None]:
    """The URL and the output of a post or a page (`kind`), or what is wrong with the permalink that gives them.

    `permalink` is the blog's pattern, or the name of a style.
    """
    own = document.matter.permalink
    pattern = own or (STYLES.get(permalink, permalink) if kind == "post" else _page_pattern(fields))
    try:
        url = expand_permalink(pattern, fields) if own or kind == "post" else pattern
        return url, output_path(url), None
    except BadUrl as problem:
        place = _place_of_url(document, fields)
        unknown = re.search(r"`:(\w+)`", str(problem))
        hint = did_you_mean(unknown[1], PLACEHOLDERS) if unknown else ""
        message = f"the permalink `{pattern}` gives this page no URL: {problem}"
        return "", "", error("bad-permalink", message, place, hint=hint)


def _place_of_url(document: Document, fields: PermalinkFields) -> Place:
    """Where front matter gives what makes a page's URL a bad one; the file's first line where it does not."""
    places = document.matter.places
    if "slug" in places and "permalink" not in places:
        try:
            output_path(expand_permalink("/:title/", fields))
        except BadUrl:
            return places["slug"]
    return places.get("permalink") or places.get("categories", Place(document.path, 1))


def _page_pattern(fields: PermalinkFields) -> str:
    """A standalone page is where its file is, below `pages/` or `posts/`: `pages/about.md` is `/about/`."""
    folder, name = posixpath.split(fields.path)
    plain = replace(fields, slug=fields.slug if name != "index" else "")
    if name == "index":
        return expand_permalink(f"/{folder}/", plain) if folder else "/"
    return expand_permalink(f"/{folder}/:title/" if folder else "/:title/", plain)


def identify(url: str, slug: str) -> str:
    """Jekyll's `document.id`, which names feed entries: the folder of the URL and the slug, without any suffix."""
    return folder_of(url.rstrip("/") or "/") + url_of_file(slug).removeprefix("/")
