"""Formulas: kept as they are written, or rendered as MathML where a post or the blog says `math: true`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from afterword.core.web_origins import hash_style
from afterword.markdown.context import MarkdownOptions
from afterword.markdown.writers import math
from tests.writing import say, write

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

ON = MarkdownOptions(math=True)
MATH = re.compile(r'<math.*?<annotation encoding="application/x-tex">(.*?)</annotation></semantics></math>', re.DOTALL)


def formulas(text: str) -> str:
    """The HTML of a text, in which `{…}` stands for the MathML of a formula."""
    return MATH.sub(r"{\1}", write(text, ON).html.rstrip("\n"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (r"$$\text{In}_1 = x_{i} * y_{j}$$", r'<div class="scroll">{\text{In}_1 = x_{i} * y_{j}}</div>'),
        (r"a $$x_1$$, \(y*z*\), \\(u\\) and \[v\] b", "<p>a {x_1}, {y*z*}, {u} and {v} b</p>"),
        ("$a_1$ and $b_2$", "<p>{a_1} and {b_2}</p>"),
        (
            "$5 and $6, $ a $ and \\$a`$`, `$b$`",
            "<p>$5 and $6, $ a $ and $a<code>$</code>, <code>$b$</code></p>",
        ),
        ("$a$5", "<p>$a$5</p>"),
        (r"Count $ n \cdot m $, $ x^2$ and $y_{1} $", r"<p>Count {n \cdot m}, {x^2} and {y_{1}}</p>"),
        ("It is $ 5, $ 6 or $ A_B $; $ x\n^2 $", "<p>It is $ 5, $ 6 or $ A_B $; $ x\n^2 $</p>"),
        ("> $$\n> a\n> $$\n\ntext", '<blockquote>\n<div class="scroll">{a}</div>\n</blockquote>\n<p>text</p>'),
        ("a\n$$\nb\n$$\nc", '<p>a</p>\n<div class="scroll">{b}</div>\n<p>c</p>'),
        ("```\n$$x$$\n```", '<figure class="code"><pre><code>$$x$$\n</code></pre></figure>'),
    ],
)
def test_formulas_are_rendered_where_mathematics_is_on(text: str, html: str) -> None:
    assert formulas(text) == html


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            r"A formula $a + \foo{b}$ here.",
            r'warning[invalid-formula] 5:16+4 invalid formula: unknown command "\foo"',
        ),
        ("$$\na\n\\frac{a}{\n$$", None),
        (
            "Text.\n\n- $$ é \\bar $$",
            None,
        ),
    ],
)
def test_what_latex_does_not_know_is_a_warning_at_its_place(text: str, finding: str | None) -> None:
    body = write(text, ON)

    assert [found.id for found in body.diagnostics] == ["invalid-formula"]
    if finding is not None:
        assert [say(found) for found in body.diagnostics] == [finding]
    assert "<math" not in body.html


def test_without_the_package_a_message_says_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(math, "_find_converter", lambda: None)
    body = write("At $x_1$ and $$y$$", ON)

    assert body.html == "<p>At $x_1$ and $$y$$</p>\n"
    assert [say(found) for found in body.diagnostics][:1] == [
        (
            "warning[math-not-installed] 5:4+5 missing package `math-core`: formulas need it "
            "(run `pip install 'afterword[math]'`)"
        )
    ]


def test_feeds_and_descriptions_have_formulas_as_they_are_written(blog: BlogMaker) -> None:
    made = blog(
        "-- afterword.toml --\nbase_url = 'https://a.example/'\n"
        "-- posts/2026-01-10-x.md --\n---\ntitle: A\nmath: true\n---\n\nThe $a_1 < b$ of it.\n\n"
        "\\begin{align}\na &= b\n\\end{align}\n"
        "-- posts/2026-01-11-y.md --\n---\ntitle: B\n---\n\nThe $a_1$.\n"
    )
    made.build(strict=True)
    page = made.page("/posts/x/")

    assert "<math><semantics>" in page
    assert '<meta name="description" content="The $a_1 &lt; b$ of it.">' in page
    (item,) = [item for item in json.loads(made.page("/feed.json"))["items"] if item["title"] == "A"]
    assert item["content_html"] == (
        "<p>The $a_1 &lt; b$ of it.</p>\n<p>$$\\begin{align}\na &amp;= b\n\\end{align}$$</p>\n"
    )
    assert "The $a_1$." in made.page("/posts/y/")


def test_the_policy_of_a_page_allows_the_styles_of_its_formulas(blog: BlogMaker) -> None:
    made = blog(
        "-- posts/2026-01-10-x.md --\n---\ntitle: A\nmath: true\n---\n\n$$\\begin{cases} 1 & x \\end{cases}$$\n"
    )
    made.build(strict=True)
    page = made.page("/posts/x/")

    styles = set(re.findall(r' style="([^"]*)"', page))
    assert styles
    assert "style-src-attr &#39;sha256-" in page
    for style in styles:
        assert hash_style(style).replace("'", "&#39;") in page
    assert "unsafe-hashes" in page


@pytest.mark.parametrize(
    ("text", "places"),
    [(r"A $X\_{ij}$ here.", [(5, 5)]), ("$$\n\\text{a\\_b}\nX\\_{i}\n$$", [(7, 2)]), (r"$\text{a\_b} x\_i$", [])],
)
def test_an_escaped_subscript_is_a_warning(blog: BlogMaker, text: str, places: list[tuple[int, int]]) -> None:
    made = blog(f"-- posts/2026-01-01-a.md --\n---\nmath: true\n---\n# A\n{text}\n")
    found = made.build().diagnostics
    assert [(one.place.line, one.place.column) for one in found if one.place] == places
    assert {one.hint for one in found} <= {"write `_`"}


def test_contents_show_formulas_as_headings_do(blog: BlogMaker) -> None:
    heads = ("Cost $O(n^2)$ of \\(a_b\\) <i>x</i>", "`a<b` and $5 & 6", "Twice $x$ and $x$", "Broken $\\frac$")
    text = "\n\n".join(f"## {head}" for head in heads)
    made = blog(f"-- posts/2026-01-10-x.md --\n---\ntitle: A\nmath: true\ntoc: true\n---\n{text}\n")
    made.build()

    contents = made.page("/posts/x/").partition('<nav class="toc"')[2].partition("</nav>")[0]
    entries = re.findall(r'<li>\s*<a href="#[^"]*">(.*)</a></li>', MATH.sub(r"{\1}", contents))
    assert entries == [
        "Cost {O(n^2)} of {a_b} x",
        "a&lt;b and $5 &amp; 6",
        "Twice {x} and {x}",
        "Broken $\\frac$",
    ]
