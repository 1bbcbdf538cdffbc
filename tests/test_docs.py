"""The examples of the documentation work: a blog made of them has nothing wrong with it, and shows what they mean."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Severity
from afterword.talks.block import ALIASES, KEYS
from afterword.talks.model import KINDS
from tests.conftest import TODAY

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
    assert [found for found in report.diagnostics if found.severity is not Severity.NOTE] == []
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


TALKS = find_examples("talks.md", "markdown")


@pytest.fixture
def noted(blog: BlogMaker) -> Blog:
    """A blog in which every example of notes on a talk is a post, with the settings that are shown."""
    (settings,) = find_examples("talks.md", "toml")
    made = blog(AROUND).write("afterword.toml", settings)
    for number, example in enumerate(TALKS, 1):
        made.write(f"posts/2026-02-01-example-{number}.md", example)
    return made


def test_the_examples_of_talks_have_nothing_wrong_with_them(noted: Blog) -> None:
    assert noted.build().diagnostics == ()
    assert "events/index.html" not in noted.tree(), "the settings say so"


@pytest.mark.parametrize(
    ("number", "part"),
    [
        (1, "<dd>Intro to Large Language Models</dd>"),
        (1, "≈&nbsp;1 h</time></a>"),
        (2, "<dd>Clojure/conj 2010</dd>"),
        (2, 'Watch <time datetime="PT39M49S">39:49</time></a>'),
        (2, '<a href="/posts/example-2/slides.pdf">Slides</a>'),
        (3, "<dd>Hammock Driven Development</dd>"),
        (4, 'data-t="109"><time datetime="PT1M49S">1:49</time></a>'),
        (4, "1:49–2:28</time></a>"),
        (4, "4:49</time></a>: ten terabytes"),
        (4, '<a class="ts label" href="https://www.youtube.com/watch?v=zjkBMFhNj_g&amp;t=348s" data-t="348">'),
        (4, "<figcaption>— <cite>The speaker</cite>&nbsp;"),
        (4, 'data-t="2554"><time datetime="PT42M34S">42:34</time></a> The model as the kernel'),
        (5, '"/posts/example-5/chapters.json"'),
        (5, '<a href="#tool-use">Tool use</a>'),
        (6, 'content="A model is two files · Training is lossy compression"'),
        (6, 'id="point-a-model-is-two-files"'),
        (7, '<a href="#update-2026-01-25">Update 2026-01-25</a>'),
        (7, "A wrong number corrected"),
        (7, '"dateModified": "2026-01-25T00:00:00+00:00"'),
    ],
)
def test_the_examples_of_talks_become_what_the_page_says(noted: Blog, number: int, part: str) -> None:
    noted.build()
    assert part in noted.page(f"/posts/example-{number}/")


def test_every_key_of_a_talk_is_told_and_every_other_name_for_one() -> None:
    text = (ROOT / "docs/talks.md").read_text()
    table = text.partition("## The talk block")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [*KEYS]
    assert {name for name in (*ALIASES, *KINDS) if f"`{name}`" not in table} == set()


def test_the_commands_of_talks_say_what_the_page_says(noted: Blog, monkeypatch: pytest.MonkeyPatch) -> None:
    (description,) = find_examples("talks.md", "text")
    monkeypatch.chdir(noted.write("description.txt", description).root)
    for number, example in enumerate(find_examples("talks.md", "console")):
        command, _, said = example.removeprefix("$ ").partition("\n")
        environ = {**os.environ, "SOURCE_DATE_EPOCH": TODAY}
        words = [sys.executable, "-m", *shlex.split(command)]
        done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)
        assert (number, done.returncode, done.stderr, done.stdout) == (number, 0, "", said)
    assert noted.build().diagnostics == ()
    chapters = find_examples("talks.md", "text")[0].count(":") - 2
    assert noted.page("/posts/intro-to-large-language-models/").count('<li><a class="ts"') == chapters


def test_the_theme_can_be_changed_as_the_page_says(blog: BlogMaker) -> None:
    (layout,) = find_examples("theme.md", "html")
    (style,) = find_examples("theme.md", "css")
    made = blog("-- posts/2026-02-01-a.md --\n---\ntitle: A\nlayout: talk\n---\nWords.\n")
    made.write("templates/talk.html", layout).write("static/own.css", style)
    made.write("afterword.toml", 'theme.stylesheets = ["own.css"]\n')
    assert made.build().diagnostics == ()
    page = made.page("/posts/a/")
    own = re.search(r'href="(/[^"]*own[^"]*\.css)"', page)
    assert own, "the page has the style sheet"
    assert made.page(own[1]) == style
    assert "<article>\n<h1>A</h1>" in page


def test_the_page_about_customizing_is_true(blog: BlogMaker) -> None:
    settings, *_ = find_examples("customizing.md", "toml")
    extension, *_ = find_examples("customizing.md", "html")
    made = blog("-- posts/2026-02-01-a.md --\n# A\n-- pages/about.md --\n# About\n")
    made.write("afterword.toml", settings.replace("/talks/", "/archive/")).write("templates/post.html", extension)
    assert made.build().diagnostics == ()
    page = made.page("/posts/a/")
    assert '<p class="small">Notes, not a transcript.</p>\n<article' in page
    assert "Ada Lovelace, CC BY 4.0" in page


def test_a_script_can_stand_in_the_page_as_the_page_says(blog: BlogMaker) -> None:
    head = (ROOT / "templates/partials/head.html").read_text()
    own = head.replace('csp("theme.js")', 'csp("theme.js", "own.js")') + '<script>{{ inline("own.js") }}</script>'
    made = blog("-- posts/2026-02-01-a.md --\n# A\n-- static/own.js --\nlet own = 1;\n")
    made.write("templates/partials/head.html", own)
    assert made.build().diagnostics == ()
    assert made.page("/posts/a/").count("&#39;sha256-") == 2


def test_a_script_that_would_end_its_element_is_an_error_at_its_line(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-02-01-a.md --\n# A\n-- static/own.js --\nlet own = '</SCRIPT>';\n")
    made.write("templates/archive.html", '\n<script>{{ inline("own.js") }}</script>')
    (found,) = made.build().diagnostics
    assert (found.id, str(found.place), found.hint) == (
        "template-error",
        "templates/archive.html:2:20",
        "write `<\\/script`",
    )
    assert made.edit("static/own.js", "</SCRIPT", "<\\/SCRIPT").build().published


def test_the_properties_of_the_theme_exist() -> None:
    table = (ROOT / "docs/theme.md").read_text().partition("## Looks")[2].partition("\n## ")[0]
    named = set(re.findall(r"--[a-z][a-z-]*", table))
    assert named <= set(re.findall(r"^ *(--[a-z-]+):", (ROOT / "static/style.css").read_text(), re.MULTILINE))
