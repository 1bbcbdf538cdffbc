"""Redirects, as in jekyll-redirect-from: the former URLs that lead to a post, and where its own page leads instead.

Relies on `urls` for what is a URL of the site. Refuses to lead readers to itself, or to anything but a page on the web.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from afterword.diagnostics import Diagnostic, Place, error
from afterword.text import shown
from afterword.urls import BadUrl, file_path, output_path
from afterword.values import Memorable

if TYPE_CHECKING:
    from afterword.frontmatter import Document

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


class Alias(Memorable, frozen=True):
    """A former URL of a post, from which the site redirects: root-absolute, and where it is written."""

    url: str
    output: str
    place: Place


def read_aliases(document: Document) -> tuple[tuple[Alias, ...], tuple[Diagnostic, ...]]:
    """The former URLs of a document, and what is wrong with others."""
    found: list[Alias] = []
    problems: list[Diagnostic] = []
    for index, written in enumerate(document.matter.aliases):
        place = document.matter.places.get(
            f"aliases[{index}]", document.matter.places.get("aliases", Place(document.path, 1))
        )
        url = written if written.startswith("/") else f"/{written}"
        try:
            found.append(Alias(url, _alias_output(url), place))
        except BadUrl as problem:
            message = f"the alias `{shown(written)}` is no URL of this site: {problem}"
            problems.append(error("bad-alias", message, place, hint=problem.hint))
    return tuple(found), tuple(problems)


def _alias_output(url: str) -> str:
    """As in jekyll-redirect-from: `/x/` and `/x` are folders with an index, `/x.html` is that file."""
    if url.endswith((".html", ".htm")):
        return file_path(url)
    return output_path(url if url.endswith("/") else f"{url}.html")


def read_target(document: Document, url: str) -> tuple[str, tuple[Diagnostic, ...]]:
    """Where the page of a document at `url` leads: a full URL, or a root-absolute one; empty for nowhere else."""
    written = document.matter.redirect_to
    if not written:
        return "", ()
    scheme = _SCHEME.match(written)
    target = written if scheme or written.startswith("/") else f"/{written}"
    place = document.matter.places.get("redirect_to", Place(document.path, 1))
    if scheme and scheme[1].lower() not in ("http", "https"):
        hint = "write a URL that begins with `https://`, or `/about/` for a page of this site"
        return "", (error("bad-redirect", f"a page cannot lead to `{scheme[0]}`", place, hint=hint),)
    if not scheme and unquote(urlsplit(target).path) == unquote(url):
        return "", (error("bad-redirect", f"this page is at `{url}` itself, so it would lead nowhere", place),)
    return target, ()
