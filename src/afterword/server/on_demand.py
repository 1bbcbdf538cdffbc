"""Renders pages on demand during the first build, and open pages first in every build.

A page is rendered by the functions of the build. During the first build it can lack what is known last: the posts
that mention it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from afterword.build.content_cache import Lookup
from afterword.build.markdown_jobs import make_job, start_writer
from afterword.build.pipeline import list_assets, list_copies, make_markdown_context
from afterword.markdown.body import content_meta
from afterword.server.snapshot import Answer, answer_copy, answer_text
from afterword.site import plan
from afterword.site.tracking import SiteSnapshot
from afterword.templates.renderer import RenderContext, start_renderer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from afterword.build.pipeline import Blog
    from afterword.markdown.body import Body
    from afterword.site.page import Page
    from afterword.site.tracking import Facts


class OnDemandPages(Mapping[str, Answer]):
    """The answers of a blog that was gathered, by path (`/posts/x/index.html`).

    Looking one up makes it; as a collection, it is those that were made so far. Several threads may ask.
    """

    def __init__(self, blog: Blog) -> None:
        self._blog = blog
        self._pages = {f"/{page.output}": page for page in blog.pages}
        copies = (*list_assets(blog, blog.theme.assets), *list_copies(blog, ()))
        self._files = {f"/{copy.output}": copy for copy in copies}
        sitemap = plan.list_sitemap(blog.pages, blog.site)
        texts, paths = _Texts(blog), blog.site.by_path
        shown = Lookup(paths, lambda path: content_meta(texts.write(path)))
        html = Lookup(paths, lambda path: texts.write(path).html)
        site_snapshot = SiteSnapshot(blog.site, shown, blog.theme.assets, sitemap, html=html)
        self._render = start_renderer(RenderContext(site_snapshot, blog.theme.templates))
        self._turn = threading.Lock()
        self._made: dict[str, Answer] = {}

    def __getitem__(self, path: str) -> Answer:
        with self._turn:
            answer = self._made.get(path) or self._make(path)
            if answer is None:
                raise KeyError(path)
            self._made[path] = answer
            return answer

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._made))

    def __len__(self) -> int:
        return len(self._made)

    def _make(self, path: str) -> Answer | None:
        if path in self._files:
            return answer_copy(self._files[path])
        page = self._pages.get(path)
        text = self._render(page).text if page is not None else None
        return answer_text(path, text) if text is not None else None


class _Texts:
    """The texts of a blog, each written when it is first asked for."""

    def __init__(self, blog: Blog) -> None:
        self._blog = blog
        self._markdown_context = make_markdown_context(blog)
        self._write = start_writer(self._markdown_context)
        self._written: dict[str, Body] = {}

    def write(self, path: str) -> Body:
        """The body of a source; raises `KeyError` for what is none."""
        body = self._written.get(path)
        if body is None:
            body = self._written[path] = self._rewrite(path)
        return body

    def _rewrite(self, path: str) -> Body:
        post, reading = self._blog.site.by_path[path], self._blog.library.readings[path]
        source = self._blog.reader.read_text(path, reading)
        return self._write(make_job(post, source, self._markdown_context.about(post))).body


MOST = 8
"""Number of pages that are rendered first: about as many as are open in a browser."""


def print_in_advance(blog: Blog, render_context: RenderContext, wanted: Collection[str]) -> Mapping[str, Answer]:
    """The pages among these files (`/posts/x/index.html`; the first ones of many), with the assets that are new with
    them, as answers."""
    outputs = dict.fromkeys(name.removeprefix("/") for name in wanted)
    known = {page.output: page for page in blog.pages if page.output in outputs and _is_short(page)}
    pages = [known[output] for output in outputs if output in known][:MOST]
    render = start_renderer(render_context)
    answers: dict[str, Answer] = {}
    for rendered in map(render, pages):
        if rendered.text is not None:
            path = f"/{rendered.page.output}"
            answers |= {path: answer_text(path, rendered.text), **_answer_assets(blog, rendered.facts)}
    return answers


def _is_short(page: Page) -> bool:
    """Whether a page shows one source, or some of a list, or nothing of the blog's."""
    return not page.posts or page.stop is not None


def _answer_assets(blog: Blog, facts: Facts) -> Mapping[str, Answer]:
    """The assets that a page asked for, but for those that have changed since they were looked at."""
    names = {str(question[1]) for question, _ in facts if question[0] == "asset"}
    found = ((copy, answer_copy(copy)) for copy in list_assets(blog, names))
    return {f"/{copy.output}": answer for copy, answer in found if answer is not None and answer.tag == copy.digest}


def find_unchanged(blog: Blog, before: Mapping[str, Answer]) -> Mapping[str, Answer]:
    """The files that the new site has as they were `before`: who asks for them need not wait."""
    copies = (*list_copies(blog, ()), *list_assets(blog, blog.theme.assets))
    kept = ((f"/{copy.output}", copy.digest) for copy in copies)
    return {path: before[path] for path, digest in kept if path in before and before[path].tag == digest}
