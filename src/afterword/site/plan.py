"""Plans all pages of a site: those of sources, the generated pages that they do not replace, and search."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.core.diagnostics import did_you_mean, warning
from afterword.core.output_paths import fold_output, parent_folders
from afterword.core.text import shown
from afterword.core.urls import PLAIN_EXTENSIONS
from afterword.site.page import Page
from afterword.site.page_kinds import PAGE_KINDS, PageKind, plan_files
from afterword.site.queries.selections import select, terms_of
from afterword.site.searchable import plan_search
from afterword.site.sitemap import is_indexed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from afterword.content.permalinks import Alias
    from afterword.content.post import Post
    from afterword.core.diagnostics import Diagnostic
    from afterword.site.model import Site


def plan_pages(
    site: Site, static: Collection[str] = (), templates: Collection[str] | None = None, files: Collection[str] = ()
) -> tuple[Page, ...]:
    """Plans all pages of the site.

    `static` are the outputs of copied files, `templates` the names of all templates, and `files` those that produce one
    file each. Without `templates`, every layout counts as known. A standalone page that replaces a generated one gets
    its posts and terms.
    """
    requested = (*plan_sources(site, templates), *plan_redirects(site))
    standalone = {
        fold_output(page.output): page for page in requested if page.post and site.by_path[page.post].kind == "page"
    }
    copied = {fold_output(path) for path in static}
    taken = copied | {fold_output(page.output) for page in requested}
    replaced: dict[str, Page] = {}
    generated: list[Page] = []
    for kind in (*PAGE_KINDS, PageKind("file", lambda site: plan_files(site, files), "data")):
        for page in kind.plan(site):
            path = fold_output(page.output)
            if path in standalone:
                replaced[standalone[path].output] = replace(page, stop=None) if kind.continues else page
            elif path in copied or (page.optional and not taken.isdisjoint((path, *parent_folders(path)))):
                continue
            else:
                page = replace(page, role=kind.role)
                generated += continue_list(page, site) if kind.continues else (page,)
    sources = (_replace_page(page, replaced[page.output]) if page.output in replaced else page for page in requested)
    search = plan_search(site, {page.output for page in (*requested, *generated)} | set(static))
    return (*sources, *generated, *search)


def find_search(pages: Collection[Page], site: Site) -> str:
    """Returns the extent of the search: the setting `search`, or empty without a search page."""
    return site.config.search if any(page.kind == "search" for page in pages) else ""


def _replace_page(page: Page, other: Page) -> Page:
    """Returns a standalone page with the posts and terms of the generated page it replaces."""
    return replace(
        page, posts=other.posts, stop=other.stop, taxonomy=other.taxonomy, term=other.term, feed_url=other.feed_url
    )


__all__ = ["Page", "find_search", "plan_pages"]


def continue_list(first: Page, site: Site) -> Iterator[Page]:
    """Yields a list page and its continuations at `page/2/` by default; only the first is in the sitemap."""
    size = first.stop
    if size is None:
        yield first
        return
    count = len(select(site, first.posts)) if first.posts else len(terms_of(site, first.taxonomy))
    total = max(1, -(-count // size))
    paths = [
        "",
        *(site.config.paginate_path.strip("/").replace(":num", f"{number}/") for number in range(2, total + 1)),
    ]
    folder = first.output.removesuffix("index.html")
    urls = [f"{first.url}{path}" for path in paths]
    for index, url in enumerate(urls):
        yield replace(
            first,
            url=url,
            output=f"{folder}{paths[index]}index.html" if index else first.output,
            start=index * size,
            stop=(index + 1) * size,
            number=index + 1,
            total=total,
            previous_url=urls[index - 1] if index else "",
            next_url=urls[index + 1] if index + 1 < total else "",
            indexed=first.indexed and index == 0,
        )


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
