"""Renders pages on demand during the first build, and open pages first in every build.

Pages are rendered by the functions of the build. During the first build, backlinks may be missing, because they are
known last.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from afterword.build.content_cache import Lookup
from afterword.build.gather.blog import list_assets, list_copies, make_markdown_context
from afterword.build.markdown_jobs import make_job, start_body_renderer
from afterword.markdown.body import content_meta
from afterword.server.generation import Resource, resource_of_bytes, resource_of_copy
from afterword.site.site_snapshot import SiteSnapshot
from afterword.site.sitemap import list_sitemap
from afterword.templates.renderer import RenderContext, Renderer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from afterword.build.gather.blog import Blog
    from afterword.markdown.body import Body
    from afterword.site.page import Page
    from afterword.site.queries.recording import RecordedQuery


class OnDemandPages(Mapping[str, Resource]):
    """The files of a loaded blog, by path (`/posts/x/index.html`); each is rendered when it is looked up.

    Iteration yields only the files that were rendered so far. Thread-safe.
    """

    def __init__(self, blog: Blog) -> None:
        self._blog = blog
        self._pages = {f"/{page.output}": page for page in blog.pages}
        copies = (*list_assets(blog, blog.inputs.theme.assets), *list_copies(blog, ()))
        self._files = {f"/{copy.output}": copy for copy in copies}
        self._icons = {f"/{icon.output}": icon for icon in blog.icons.files}
        sitemap = list_sitemap(blog.pages, blog.site)
        bodies, paths = _Bodies(blog), blog.site.by_path
        shown = Lookup(paths, lambda path: content_meta(bodies.render(path)))
        html = Lookup(paths, lambda path: bodies.render(path).html)
        site_snapshot = SiteSnapshot(
            blog.site, shown, blog.inputs.theme.assets, sitemap, html=html, search=blog.search, icons=blog.icons.links
        )
        self._render = Renderer(RenderContext(site_snapshot, blog.inputs.theme.templates, blog.compiled)).render
        self._lock = threading.Lock()
        self._rendered: dict[str, Resource] = {}

    def __getitem__(self, path: str) -> Resource:
        with self._lock:
            resource = self._rendered.get(path) or self._render_file(path)
            if resource is None:
                raise KeyError(path)
            self._rendered[path] = resource
            return resource

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._rendered))

    def __len__(self) -> int:
        return len(self._rendered)

    def _render_file(self, path: str) -> Resource | None:
        if path in self._files:
            return resource_of_copy(self._files[path])
        if path in self._icons:
            return resource_of_bytes(path, self._icons[path].make().draw())
        page = self._pages.get(path)
        text = self._render(page).text if page is not None else None
        return resource_of_bytes(path, text.encode()) if text is not None else None


class _Bodies:
    """The rendered bodies of a blog's sources; each is rendered when it is first needed."""

    def __init__(self, blog: Blog) -> None:
        self._blog = blog
        self._texts = blog.inputs.library.texts.copy()  # the build forgets them
        self._markdown_context = make_markdown_context(blog)
        self._render = start_body_renderer(self._markdown_context)
        self._bodies: dict[str, Body] = {}

    def render(self, path: str) -> Body:
        """Returns the body of a source. Raises `KeyError` if the path is not a source."""
        body = self._bodies.get(path)
        if body is None:
            body = self._bodies[path] = self._render_body(path)
        return body

    def _render_body(self, path: str) -> Body:
        post, reading = self._blog.site.by_path[path], self._blog.inputs.library.readings[path]
        source = self._texts.read(path, reading.digest)
        return self._render(make_job(post, source, self._markdown_context.talk_context_of(post))).body


MAX_PAGES = 8
"""Number of pages that are rendered first: about as many as are open in a browser."""


def render_open_pages(blog: Blog, render_context: RenderContext, requested: Collection[str]) -> Mapping[str, Resource]:
    """Renders the first of the requested files (`/posts/x/index.html`) that are pages.

    Returns them with the assets that they use.
    """
    outputs = dict.fromkeys(name.removeprefix("/") for name in requested)
    known = {page.output: page for page in blog.pages if page.output in outputs and _is_cheap(page)}
    pages = [known[output] for output in outputs if output in known][:MAX_PAGES]
    render = Renderer(render_context).render
    resources: dict[str, Resource] = {}
    for rendered in map(render, pages):
        if rendered.text is not None:
            path = f"/{rendered.page.output}"
            resources |= {
                path: resource_of_bytes(path, rendered.text.encode()),
                **_find_new_assets(blog, rendered.queries),
            }
    return resources


def _is_cheap(page: Page) -> bool:
    """Returns whether a page does not depend on the whole blog: it shows one source or a part of a list."""
    return not page.posts or page.stop is not None


def _find_new_assets(blog: Blog, queries: Iterable[RecordedQuery]) -> Mapping[str, Resource]:
    """Returns the assets that a page uses, without those that have changed since the build looked at them."""
    names = {one.query.key[0] for one in queries if one.query.kind == "asset"}
    found = ((copy, resource_of_copy(copy)) for copy in list_assets(blog, names))
    return {
        f"/{copy.output}": resource for copy, resource in found if resource is not None and resource.tag == copy.digest
    }


def find_unchanged(blog: Blog, before: Mapping[str, Resource]) -> Mapping[str, Resource]:
    """Returns the files that the new site shares with `before`, so that requests for them need not wait."""
    copies = (*list_copies(blog, ()), *list_assets(blog, blog.inputs.theme.assets))
    kept = ((f"/{copy.output}", copy.digest) for copy in copies)
    return {path: before[path] for path, digest in kept if path in before and before[path].tag == digest}
