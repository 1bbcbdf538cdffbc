"""Afterword's own pages: a page of the blog can take the place of any, and long lists are split."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

POSTS = """
-- posts/2026-01-01-one.md --
---
title: One
tags: [llm, zig]
categories: [talks]
series: Course
---
Text.
-- posts/2026-01-02-two.md --
---
title: Two
author: Grace
tags: [llm]
---
Text.
"""
AUTHOR = 'author = "Ada"\n'
TEXT = "---\ntitle: Mine\n---\nMy own page.\n"
PLACES = (
    *("index", "archive", "tags", "categories", "series", "authors", "tags/llm", "categories/talks", "series/course"),
    *("authors/grace", "404"),
)
"""Standalone pages at the URLs of Afterword's own."""


@pytest.mark.parametrize("name", PLACES)
def test_a_standalone_page_takes_the_place_of_any(blog: BlogMaker, name: str) -> None:
    made = blog(f"-- afterword.toml --\n{AUTHOR}paginate = 1\n{POSTS}")
    made.write(f"pages/{name}.md", TEXT)
    assert made.build(strict=True).diagnostics == ()
    url = {"index": "/", "404": "/404.html"}.get(name, f"/{name}/")
    assert "My own page." in made.page(url)
    assert not (made.root / f"site{url}" / "page/2/index.html").exists(), "nor is there anything to continue"
    made.remove(f"pages/{name}.md").build()
    assert "My own page." not in made.page(url)
    assert (made.root / "site/page/2/index.html").exists()


@pytest.mark.parametrize("path", ["feed.xml", "feed.json", "tags/llm/feed.xml", "sitemap.xml", "404.html"])
def test_a_page_with_a_layout_takes_the_place_of_a_file(blog: BlogMaker, path: str) -> None:
    made = blog(POSTS).write("pages/own.md", f"---\ntitle: Own\npermalink: /{path}\nlayout: own\n---\n")
    made.write("templates/own.html", '{% if page.url.endswith("json") %}{}{% else %}<own/>{% endif %}')
    assert made.build(strict=True).diagnostics == ()
    assert made.page(f"/{path}") in ("{}", "<own/>")


@pytest.mark.parametrize("path", ["index.html", "tags/index.html", "feed.xml", "archive/index.html"])
def test_a_static_file_takes_the_place_of_any(blog: BlogMaker, path: str) -> None:
    made = blog(POSTS).write(f"static/{path}", "<own/>")
    assert made.build(strict=True).diagnostics == ()
    assert made.tree()[path] == b"<own/>"


def test_a_page_in_the_place_of_another_is_told_what_that_lists(blog: BlogMaker) -> None:
    made = blog(POSTS)
    made.write(
        "templates/page.html",
        "{% for term in page.terms %}{{ term.name }};{% endfor %}{{ page.feed_url }}"
        "{{ page.taxonomy.title if page.taxonomy }}{% for post in page.posts %}{{ post.title }};{% endfor %}",
    )
    for name in ("tags", "index", "tags/llm"):
        made.write(f"pages/{name}.md", TEXT)
    made.build()
    assert made.page("/tags/") == "llm;zig;Tags"
    assert made.page("/") == "Two;One;"
    assert made.page("/tags/llm/") == "/tags/llm/feed.xmlTagsTwo;One;"


def test_a_page_in_the_place_of_another_has_one_entry_in_the_navigation(blog: BlogMaker) -> None:
    made = blog(POSTS).write("pages/tags.md", TEXT)
    made.build()
    assert made.page("/posts/one/").count('<li><a href="/tags/"') == 1


@pytest.mark.parametrize("matter", ["permalink: /tags/", "aliases: [/tags/]"])
def test_a_post_or_an_alias_in_the_place_of_a_list_is_an_error(blog: BlogMaker, matter: str) -> None:
    made = blog(POSTS).edit("posts/2026-01-02-two.md", "author: Grace", matter)
    (found,) = made.build().diagnostics
    assert (found.id, "posts/2026-01-02-two.md" in found.message) == ("duplicate-output", True)


@pytest.mark.parametrize("name", ["Authors", "series", "Series"])
@pytest.mark.parametrize("matter", ["permalink: /{}/", "aliases: [/{}/]"])
def test_no_source_collides_with_the_pages_of_authors_and_series(blog: BlogMaker, name: str, matter: str) -> None:
    made = blog(f"-- afterword.toml --\n{AUTHOR}{POSTS}")
    made.write("pages/mine.md", f"---\ntitle: Mine\n{matter.format(name)}\n---\nText.\n")
    assert made.build(strict=True).diagnostics == ()


def test_a_file_without_suffix_is_where_no_folder_can_be(blog: BlogMaker) -> None:
    made = blog(POSTS).write("static/series", "a file")
    assert made.build(strict=True).diagnostics == ()
    assert [path for path in made.tree() if path.startswith("series")] == ["series"]


# Lists that grow


def large(blog: BlogMaker) -> Blog:
    made = blog("-- afterword.toml --\nlist_limit = 2\n")
    for day in ("2024-05-01", "2026-01-01", "2026-01-02", "2026-01-03", "2026-02-01"):
        made.write(f"posts/{day}-on-{day}.md", f"---\ntitle: On {day}\ntags: [t{day}]\n---\nText.\n")
    return made


def test_a_large_archive_is_split_by_years_and_a_large_year_by_months(blog: BlogMaker) -> None:
    made = large(blog)
    assert made.build(strict=True).diagnostics == ()
    archive = made.page("/archive/")
    assert '<a href="/archive/2026/">2026</a> <span class="count">4</span>' in archive
    assert "/posts/" not in archive.partition("<main")[2]
    assert "On 2024-05-01" in made.page("/archive/2024/")
    year = made.page("/archive/2026/")
    assert year.index('<a href="/archive/2026/02/">February</a>') < year.index(
        '<a href="/archive/2026/01/">January</a>'
    )
    assert "<h1>January 2026</h1>" in made.page("/archive/2026/01/")
    assert made.page("/archive/2026/01/").count("/posts/on-2026-01-0") == 3
    assert "/archive/2026/02/" in made.page("/sitemap.xml")
    assert not (made.root / "site/archive/2024/05").exists()


def test_a_small_archive_stays_on_one_page(blog: BlogMaker) -> None:
    made = large(blog).write("afterword.toml", "list_limit = 5\n")
    made.build()
    assert [path for path in made.tree() if path.startswith("archive/")] == ["archive/index.html"]
    assert made.page("/archive/").count("/posts/on-") == 5


def test_an_archive_of_the_blogs_own_templates_is_split_only_if_they_can(blog: BlogMaker) -> None:
    made = large(blog).write("templates/archive.html", "{% for year in site.years %}[{{ year.url }}]{% endfor %}")
    made.build()
    assert made.page("/archive/") == "[][]"
    made.write("templates/archive-part.html", "{{ page.posts|length }}").build()
    assert (made.page("/archive/"), made.page("/archive/2026/")) == ("[/archive/2026/][/archive/2024/]", "4")


def test_a_long_list_of_terms_goes_on_on_further_pages(blog: BlogMaker) -> None:
    made = large(blog)
    made.build()
    pages = [made.page(url).partition("<main")[2] for url in ("/tags/", "/tags/page/2/", "/tags/page/3/")]
    assert [page.count('href="/tags/t') for page in pages] == [2, 2, 1]
    assert 'rel="next"' in pages[0]
    assert 'rel="prev"' in pages[2]
