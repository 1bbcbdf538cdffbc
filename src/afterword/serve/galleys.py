"""Galleys: pages of a site whose first build is not done, each made when it is asked for.

The first build of a large blog takes minutes; what its pages are is known after seconds. A galley is made of what was
gathered by then, by the functions that the build makes pages with, in the thread that asks for it. So it is the page
that the build will make, but for what is known last of all: which posts mention it, and the files beside posts. Relies
on `construction`. Refuses to say what is wrong with a page, which is not there yet then: the build will.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from afterword import plan
from afterword.bodies import make_job, start_writer
from afterword.body import take_shown
from afterword.construction import list_assets, list_copies, set_desk
from afterword.lookup import Lookup
from afterword.query import Edition
from afterword.renderer import Press, start_renderer
from afterword.serve.answers import Answer
from afterword.serve.table import answer_copy, answer_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.body import Body
    from afterword.construction import Blog


class Galleys(Mapping[str, Answer]):
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
        shown = Lookup(paths, lambda path: take_shown(texts.write(path)))
        html = Lookup(paths, lambda path: texts.write(path).html)
        edition = Edition(blog.site, shown, blog.theme.assets, sitemap, html=html)
        self._render = start_renderer(Press(edition, blog.theme.templates))
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
        self._desk = set_desk(blog)
        self._write = start_writer(self._desk)
        self._written: dict[str, Body] = {}

    def write(self, path: str) -> Body:
        """The body of a source; raises `KeyError` for what is none."""
        body = self._written.get(path)
        if body is None:
            body = self._written[path] = self._write_anew(path)
        return body

    def _write_anew(self, path: str) -> Body:
        post, reading = self._blog.site.by_path[path], self._blog.library.readings[path]
        source = self._blog.reader.read_text(path, reading)
        return self._write(make_job(post, source, self._desk.about(post))).body
