"""`llms.txt` and the Markdown versions of pages: what readers see, and nothing that is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.templates.html_to_markdown import write_markdown

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

FILES = """
-- afterword.toml --
title = "Notes"
description = "On talks."
base_url = "https://e.org/n/"
markdown_pages = true
-- posts/2026-01-01-one.md --
---
title: One [1]
description: First words.
---
Text with [a link](2026-01-02-two.md#part). <!-- secret-a -->

[//]: # (secret-b)

%%secret-c%%

{% comment %}secret-d{% endcomment %}

[^unused]: secret-e

<p hidden>secret-f</p>
<div style="display: none">secret-g</div>
-- posts/2026-01-02-two.md --
---
title: Two
---
## Part
-- posts/2026-01-03-unlisted.md --
---
title: Secret-h
unlisted: true
---
secret-i
-- posts/2026-01-04-robots.md --
---
title: Secret-j
robots: noindex
---
secret-k
-- drafts/idea.md --
---
title: Secret-l
---
secret-m
-- posts/2026-09-01-later.md --
---
title: Secret-n
---
secret-o
-- pages/about.md --
---
title: About
permalink: /about.html
---
This blog.
"""


@pytest.fixture
def built(blog: BlogMaker) -> Blog:
    made = blog(FILES)
    assert made.build().published
    return made


def texts(made: Blog) -> dict[str, str]:
    return {path: data.decode() for path, data in made.tree().items() if path.endswith((".md", "llms.txt"))}


def test_each_page_has_a_markdown_version_beside_it(built: Blog) -> None:
    assert set(texts(built)) == {"llms.txt", "posts/one/index.md", "posts/two/index.md", "about.md"}
    link = '<link rel="alternate" type="text/markdown" title="Markdown" href="/n/posts/one/index.md">'
    assert link in built.page("/posts/one/")


def test_it_has_what_readers_see_with_full_urls(built: Blog) -> None:
    text = built.page("/posts/one/index.md")
    assert text.startswith("# One [1]\n\n2026-01-01 · <https://e.org/n/posts/one/>\n")
    assert "Text with [a link](https://e.org/n/posts/two/#part)." in text


def test_nothing_hidden_is_in_any_of_them(built: Blog) -> None:
    assert {path: text for path, text in texts(built).items() if "secret" in text.lower()} == {}


def test_a_preview_has_no_markdown_of_drafts(built: Blog) -> None:
    built.build(drafts=True, future=True)
    assert {path: text for path, text in texts(built).items() if "secret" in text.lower()} == {}


def test_llms_txt_lists_posts_and_pages(built: Blog) -> None:
    assert built.page("/llms.txt") == (
        "# Notes\n\n> On talks.\n\n## Posts\n\n"
        "- [Two](https://e.org/n/posts/two/index.md)\n"
        "- [One \\[1\\]](https://e.org/n/posts/one/index.md): First words.\n\n"
        "## Pages\n\n- [About](https://e.org/n/about.md): This blog.\n\n## Optional\n\n"
        "- [Archive](https://e.org/n/archive/): All posts.\n- [Sitemap](https://e.org/n/sitemap.xml): All pages.\n"
    )


def test_each_can_be_turned_off(built: Blog) -> None:
    built.edit("afterword.toml", "markdown_pages = true", "llms_txt = false").build()
    assert texts(built) == {}
    assert "text/markdown" not in built.page("/posts/one/")
    assert "llms.txt" not in built.page("/")


def test_incremental_builds_are_as_clean_ones(built: Blog) -> None:
    built.edit("posts/2026-01-02-two.md", "## Part", "## Part\n\nMore.").build()
    incremental = built.tree()
    assert "More." in built.page("/posts/two/index.md")
    assert built.build_clean() == incremental


def test_a_file_of_the_blog_comes_first(built: Blog) -> None:
    built.write("static/llms.txt", "mine").write("static/posts/one/index.md", "mine").build()
    assert (built.page("/llms.txt"), built.page("/posts/one/index.md")) == ("mine", "mine")


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a * b_c_d _e_ [x] `y` &lt;z&gt; \\</p>", "a \\* b_c_d \\_e\\_ \\[x\\] \\`y\\` \\<z> \\\\"),
        ("<p># no heading</p><p>- no item</p><p>1. no number</p>", "\\# no heading\n\n\\- no item\n\n\\1. no number"),
        ("<p><em> spaced </em>word</p>", "*spaced* word"),
        ("<p>10<sup>6</sup> and H<sub>2</sub>O</p>", "10<sup>6</sup> and H<sub>2</sub>O"),
        ("<p>one<br>two</p>", "one\\\ntwo"),
        ("<p><code>a`b</code> <code>`</code></p>", "``a`b`` `` ` ``"),
        ("<pre><code>```\ncode\n```\n</code></pre>", "````\n```\ncode\n```\n````"),
        ("<ul><li><p>a</p><ul><li>b</li></ul></li><li><p>c</p></li></ul>", "- a\n\n  - b\n\n- c"),
        ("<table><tr><th>a|b</th></tr><tr><td>1</td><td>2</td></tr></table>", "| a\\|b |  |\n| --- | --- |\n| 1 | 2 |"),
        ('<p><a href="https://e.org/a_b">https://e.org/a_b</a></p>', "<https://e.org/a_b>"),
        ('<p><a href="/x (1)">x</a></p>', "[x](/x%20%281%29)"),
        ("<p>$a_b * c$ costs $5 or $6</p>", "$a_b * c$ costs $5 or $6"),
        ("<p>loose <b>bold<p>never closed", "loose **bold**\n\nnever closed"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "- a\n- b\n  - c"),
        ('<p aria-hidden="true">x</p><script>y</script><noscript>z</noscript>', ""),
        ("<video><source src='/f.webm'></video>", "[video](/f.webm)"),
        ("<div>" * 300 + "deep", "deep"),
    ],
)
def test_elements_become_markdown(html: str, markdown: str) -> None:
    assert write_markdown(html) == markdown
