"""Pages in advance: those that somebody looks at, printed before all others of a site that is being built.

They are printed with what the build prints with, so they are the very pages that it publishes. Relies on `renderer`.
Refuses pages that list a whole blog, which would hold the others up; and to say why a page cannot be printed: the build
will.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from afterword.files import locate
from afterword.renderer import start_renderer
from afterword.serve.table import answer_file, answer_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from afterword.construction import Blog
    from afterword.plan import Page
    from afterword.query import Facts
    from afterword.renderer import Press
    from afterword.serve.answers import Answer

MOST = 8
"""How many pages are printed in advance: as many as somebody may have before his eyes."""


def print_in_advance(blog: Blog, press: Press, wanted: Collection[str]) -> Mapping[str, Answer]:
    """The pages among these files (`/posts/x/index.html`), with the assets that are new with them, as answers."""
    outputs = {name.removeprefix("/") for name in wanted}
    pages = islice((page for page in blog.pages if page.output in outputs and _is_short(page)), MOST)
    render = start_renderer(press)
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
    """The assets that a page asked for."""
    names = [str(question[1]) for question, _ in facts if question[0] == "asset"]
    found = {name: answer_file(locate(blog.request.source, blog.theme.sources[name])) for name in names}
    return {f"/{blog.theme.assets[name].output}": answer for name, answer in found.items() if answer is not None}
