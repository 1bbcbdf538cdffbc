"""Pages in advance: those that somebody looks at, printed before all others of a site that is being built.

They are printed with what the build prints with, so they are the very pages that it publishes. Relies on `renderer`.
Refuses pages that list a whole blog, which would hold the others up; and to say why a page cannot be printed: the build
will.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.construction import list_assets, list_copies
from afterword.renderer import start_renderer
from afterword.serve.table import answer_copy, answer_text

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
    """The pages among these files (`/posts/x/index.html`; the first ones of many), with the assets that are new with
    them, as answers."""
    outputs = dict.fromkeys(name.removeprefix("/") for name in wanted)
    known = {page.output: page for page in blog.pages if page.output in outputs and _is_short(page)}
    pages = [known[output] for output in outputs if output in known][:MOST]
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
    """The assets that a page asked for, but for those that have changed since they were looked at."""
    names = {str(question[1]) for question, _ in facts if question[0] == "asset"}
    found = ((copy, answer_copy(copy)) for copy in list_assets(blog, names))
    return {f"/{copy.output}": answer for copy, answer in found if answer is not None and answer.tag == copy.digest}


def find_unchanged(blog: Blog, before: Mapping[str, Answer]) -> Mapping[str, Answer]:
    """The files that the new site has as they were `before`: who asks for them need not wait."""
    copies = (*list_copies(blog, ()), *list_assets(blog, blog.theme.assets))
    kept = ((f"/{copy.output}", copy.digest) for copy in copies)
    return {path: before[path] for path, digest in kept if path in before and before[path].tag == digest}
