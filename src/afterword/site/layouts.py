"""Layouts: finds the template of a post or page, with a fallback for unknown layouts."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from afterword.core.diagnostics import did_you_mean, warning
from afterword.core.text import shown
from afterword.core.urls import PLAIN_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic


def list_layouts(templates: Iterable[str]) -> tuple[str, ...]:
    """Lists the layouts that these templates provide: `post` for `post.html`."""
    return tuple(sorted(name.removesuffix(".html") for name in templates if name.endswith(".html") and "/" not in name))


def find_template(post: Post, templates: Collection[str] | None) -> str:
    """Returns the template of a post or page; `post.html` or `page.html` if its layout is unknown.

    Without `templates`, every layout counts as known.
    """
    names = _name_templates(post)
    return next((name for name in names if templates is None or name in templates), f"{post.kind}.html")


def _name_templates(post: Post) -> tuple[str, ...]:
    """Returns the templates that a layout can mean, best first.

    For `/talks.bib`, the layout `cite` is `cite.bib`, or else `cite.html`. If the URL's suffix always names its file,
    an HTML template comes first.
    """
    html = f"{post.layout.removesuffix('.html')}.html"
    if post.output.endswith(".html"):
        return (html,)
    suffix = posixpath.splitext(post.output)[1]
    given = post.layout if post.layout.endswith(suffix) else f"{post.layout}{suffix}"
    return (html, given) if suffix in PLAIN_SUFFIXES else (given, html)


def report_unknown_layouts(posts: Iterable[Post], templates: Collection[str]) -> Iterator[Diagnostic]:
    """Yields a warning for each post or page with an unknown layout."""
    layouts = list_layouts(templates)
    for post in posts:
        names = _name_templates(post)
        if any(name in templates for name in names):
            continue
        yield warning(
            "layout-not-found",
            f"layout `{shown(post.layout)}` not found: no template `{shown(names[0])}`",
            post.places.get("layout", post.place),
            label=f"shown with `{post.kind}.html`",
            hint=did_you_mean(post.layout.removesuffix(".html"), layouts)
            or f"use `layout: {post.kind}`, or add the template to `templates/`",
        )
