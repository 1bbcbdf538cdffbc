"""The examples of `docs/writing.md` are what a writer can write: a blog of them has nothing wrong with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

WRITING = Path(__file__).parents[1] / "docs" / "writing.md"
EXAMPLES = [
    match[2] for match in re.finditer(r"^(`{3,})markdown\n(.*?)^\1$", WRITING.read_text(), re.MULTILINE | re.DOTALL)
]

AROUND = """
-- pages/about.md --
# About

A blog.
-- posts/2026-01-15-earlier.md --
# An earlier talk

## Files
-- posts/slides.pdf --
%PDF
-- posts/loop.svg --
<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"></svg>
"""
"""What the examples link to."""


@pytest.fixture
def written(blog: BlogMaker) -> Blog:
    """A blog in which every example is a post."""
    made = blog(AROUND)
    for number, example in enumerate(EXAMPLES, 1):
        is_whole = example.startswith(("---\n", "# "))
        made.write(f"posts/2026-02-01-example-{number}.md", example if is_whole else f"# Example\n\n{example}")
    return made


def test_the_examples_have_nothing_wrong_with_them(written: Blog) -> None:
    report = written.build()
    assert report.diagnostics == ()
    assert report.published


@pytest.mark.parametrize(
    "part",
    [
        '<td class="align-right">70 billion',
        'type="checkbox"',
        "<s>once</s>",
        'id="fn:lossy"',
        "<dt>Token",
        'class="alert alert-warning"',
        '<h2 id="files">A model is two files</h2>',
        "<figcaption>tokens.py</figcaption>",
        '<span class="hll"><span class="linenos">3  </span>',
        '<span class="linenos">10  </span>',
        'href="/posts/earlier/#files"',
        "<figcaption>One word at a time.</figcaption>",
        'class="wide" id="loop"',
        'download="loop.pdf"',
        '<p class="lead">The first paragraph',
        '<p lang="fr">A paragraph',
    ],
)
def test_the_examples_become_what_the_page_says(written: Blog, part: str) -> None:
    written.build()
    assert part in "\n".join(written.page(f"/posts/example-{number}/") for number in range(1, len(EXAMPLES) + 1))
