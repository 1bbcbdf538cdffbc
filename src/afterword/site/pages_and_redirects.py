"""Plans the pages of sources: one for each post, standalone page and alias, with the template of its layout."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from afterword.core.diagnostics import did_you_mean, warning
from afterword.core.output_paths import fold_output
from afterword.core.text import shown
from afterword.core.urls import PLAIN_EXTENSIONS
from afterword.site.page import Page
from afterword.site.sitemap import is_indexed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from afterword.content.permalinks import Alias
    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic
    from afterword.site.model import Site


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

    For `/talks.bib`, the layout `cite` is `cite.bib`, or else `cite.html`. If the extension of the URL always names its
    file, an HTML template comes first.
    """
    html = f"{post.layout.removesuffix('.html')}.html"
    if post.output.endswith(".html"):
        return (html,)
    extension = posixpath.splitext(post.output)[1]
    given = post.layout if post.layout.endswith(extension) else f"{post.layout}{extension}"
    return (html, given) if extension in PLAIN_EXTENSIONS else (given, html)


def report_unknown_layouts(posts: Iterable[Post], templates: Collection[str]) -> Iterator[Diagnostic]:
    """Yields a warning for each post or page with an unknown layout."""
    known = frozenset(templates)
    layouts = list_layouts(known)
    for post in posts:
        names = _name_templates(post)
        if not known.isdisjoint(names):
            continue
        yield warning(
            "layout-not-found",
            f"layout `{shown(post.layout)}` not found: no template `{shown(names[0])}`",
            post.places.get("layout", post.place),
            label=f"shown with `{post.kind}.html`",
            hint=did_you_mean(post.layout.removesuffix(".html"), layouts)
            or f"use `layout: {post.kind}`, or add the template to `templates/`",
        )


def plan_sources(site: Site, templates: Collection[str] | None) -> Iterator[Page]:
    """Plans a page, or a redirect, for each post and standalone page.

    `templates` are the names of all templates; without them, every layout counts as known.
    """
    known = frozenset(templates) if templates is not None else None
    for post in site.everything:
        yield Page(
            kind="redirect" if post.redirect_to else post.kind,
            url=post.url,
            output=post.output,
            template="redirect.html" if post.redirect_to else find_template(post, known),
            title=post.title,
            post=post.path,
            target=post.redirect_to,
            place=post.url_place,
            indexed=is_indexed(post, site),
            updated=post.changed,
            role="page",
        )


def plan_redirects(site: Site) -> Iterator[Page]:
    """Plans a redirect to its post for each alias."""
    for post in site.everything:
        for alias in _unique_aliases(post):
            yield Page(
                kind="redirect",
                url=alias.url,
                output=alias.output,
                template="redirect.html",
                title=post.title,
                target=post.redirect_to or post.url,
                place=alias.place,
                role="page",
            )


def _unique_aliases(post: Post) -> Iterable[Alias]:
    """Returns the aliases whose outputs differ in more than letter case, from each other and the post's."""
    found = {fold_output(alias.output): alias for alias in reversed(post.aliases)}
    found.pop(fold_output(post.output), None)
    return reversed(found.values())
