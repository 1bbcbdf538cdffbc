"""The examples of the documentation work: a blog made of them has nothing wrong with it, and shows what they mean."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

ROOT = Path(__file__).parents[1]


def find_examples(page: str, language: str) -> list[str]:
    """The code blocks of a page of `docs/` that are in a language."""
    text = (ROOT / "docs" / page).read_text()
    return [match[2] for match in re.finditer(rf"^(`{{3,}}){language}\n(.*?)^\1$", text, re.MULTILINE | re.DOTALL)]


EXAMPLES = find_examples("writing.md", "markdown")

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


def test_the_theme_can_be_changed_as_the_page_says(blog: BlogMaker) -> None:
    link, layout = find_examples("theme.md", "html")
    (style,) = find_examples("theme.md", "css")
    head = (ROOT / "templates/partials/head.html").read_text()
    made = blog("-- posts/2026-02-01-a.md --\n---\ntitle: A\nlayout: talk\n---\nWords.\n")
    made.write("templates/talk.html", layout).write("static/own.css", style)
    made.write("templates/partials/head.html", head + link)
    assert made.build().diagnostics == ()
    page = made.page("/posts/a/")
    own = re.search(r'href="(/[^"]*own[^"]*\.css)"', page)
    assert own, "the page has the style sheet"
    assert made.page(own[1]) == style
    assert "<article>\n<h1>A</h1>" in page


def test_a_script_can_stand_in_the_page_as_the_page_says(blog: BlogMaker) -> None:
    head = (ROOT / "templates/partials/head.html").read_text()
    own = head.replace('csp("theme.js")', 'csp("theme.js", "own.js")') + '<script>{{ inline("own.js") }}</script>'
    made = blog("-- posts/2026-02-01-a.md --\n# A\n-- static/own.js --\nlet own = 1;\n")
    made.write("templates/partials/head.html", own)
    assert made.build().diagnostics == ()
    assert made.page("/posts/a/").count("&#39;sha256-") == 2


def test_the_properties_of_the_theme_exist() -> None:
    table = (ROOT / "docs/theme.md").read_text().partition("## Looks")[2].partition("\n## ")[0]
    named = set(re.findall(r"--[a-z][a-z-]*", table))
    assert named <= set(re.findall(r"^ *(--[a-z-]+):", (ROOT / "static/style.css").read_text(), re.MULTILINE))
