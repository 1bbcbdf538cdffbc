"""Taxonomies are rows of a table: authors, series and a blog's own have pages, feeds and lists as tags have."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace

from afterword.config.schema import Config
from afterword.core.diagnostics import Failure
from afterword.site import taxonomies
from afterword.site.queries import answer_digests as answers
from afterword.site.queries.answer_digests import SiteValue
from afterword.site.taxonomies import RESERVED, TAXONOMIES, FrontMatterNames, PlaceOfKey, list_taxonomies
from afterword.site.template_objects import SiteView

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

POSTS = """
-- posts/2026-01-01-one.md --
---
title: One
author: Grace Hopper
topics: [Types, Tools]
series: The Course
---
Text.
-- posts/2026-01-02-two.md --
---
title: Two
topics: Types
series: The Course
---
Text.
"""


def pages_of(blog: Blog, folder: str) -> list[str]:
    return [path.removeprefix(f"{folder}/") for path in blog.tree() if path.startswith(f"{folder}/")]


def feed_titles(blog: Blog, path: str) -> list[str | None]:
    feed = ElementTree.fromstring(blog.tree()[path])
    return [title.text for title in feed.iterfind("{*}entry/{*}title")]


def test_authors_have_pages_where_a_blog_has_several(blog: BlogMaker) -> None:
    made = blog(f'-- afterword.toml --\nauthor = "Ada Lovelace"\n{POSTS}')
    assert made.build(strict=True).diagnostics == ()
    terms = ("ada-lovelace", "grace-hopper")
    assert pages_of(made, "authors") == [
        *(f"{term}/{file}" for term in terms for file in ("feed.xml", "index.html")),
        "index.html",
    ]
    assert '<a href="/authors/grace-hopper/" rel="author">Grace Hopper</a>' in made.page("/posts/one/")
    assert '<a href="/authors/ada-lovelace/" rel="author">Ada Lovelace</a>' in made.page("/posts/two/")
    assert ">Two</a>" in made.page("/authors/ada-lovelace/")
    assert feed_titles(made, "authors/grace-hopper/feed.xml") == ["One"]
    assert "/authors/grace-hopper/" in made.page("/sitemap.xml")


@pytest.mark.parametrize("author", ["", 'author = "Grace Hopper"'])
def test_one_author_has_no_page(blog: BlogMaker, author: str) -> None:
    made = blog(f"-- afterword.toml --\n{author}\n{POSTS}")
    made.build()
    assert pages_of(made, "authors") == []
    assert "by Grace Hopper</span>" in made.page("/posts/one/")


def test_authors_whose_names_share_a_slug_have_a_page_each(blog: BlogMaker) -> None:
    made = blog(f'-- afterword.toml --\nauthor = "grace hopper"\n{POSTS}')
    assert made.build().diagnostics == ()
    assert len(pages_of(made, "authors")) == 5


def test_the_taxonomies_of_the_settings_have_pages_feeds_and_lists(blog: BlogMaker) -> None:
    made = blog(f'-- afterword.toml --\ntaxonomies = {{ topics = "topics" }}\n{POSTS}')
    made.write("templates/page.html", "{% for topic in site.topics %}{{ topic.name }} {{ topic.count }};{% endfor %}")
    made.write("pages/about.md", "# About")
    assert made.build(strict=True).diagnostics == ()
    assert pages_of(made, "topics") == [
        *("index.html", "tools/feed.xml", "tools/index.html", "types/feed.xml", "types/index.html"),
    ]
    assert feed_titles(made, "topics/types/feed.xml") == ["Two", "One"]
    assert '<a href="/topics/tools/" rel="tag">Tools</a>' in made.page("/posts/one/")
    assert made.page("/about/") == "Tools 1;Types 2;"
    assert '<a href="/topics/">Topics</a>' in made.page("/topics/tools/")


def test_without_the_setting_the_key_is_one_for_templates(blog: BlogMaker) -> None:
    made = blog(POSTS).write("templates/post.html", "{{ post.topics is string }}")
    assert made.build(strict=True).diagnostics == ()
    assert (made.page("/posts/one/"), made.page("/posts/two/")) == ("False", "True")
    assert pages_of(made, "topics") == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[Types, 2024, Types]", ["2024", "Types"]),
        ("2024", ["2024"]),
        ('"  Two words "', ["Two words"]),
        ("", []),
        ("[]", []),
        ("true", []),
        ("{a: b}", []),
        ("[[deep], Types]", ["Types"]),
    ],
)
def test_a_key_lists_names_or_is_one_name(blog: BlogMaker, value: str, expected: list[str]) -> None:
    made = blog(f"-- posts/2026-01-01-a.md --\n---\ntitle: A\ntopics: {value}\n---\nText.\n")
    made.write("afterword.toml", 'taxonomies = { topic = "topics" }')
    made.write("templates/index.html", "{{ site.topics|map(attribute='name')|join(';') }}")
    made.build()
    assert made.page("/") == ";".join(expected)


def test_terms_can_be_in_a_table_as_in_zola(blog: BlogMaker) -> None:
    made = blog('-- posts/2026-01-01-a.md --\n+++\ntitle = "A"\n[taxonomies]\ntopics = ["Types"]\n+++\nText.\n')
    made.write("afterword.toml", 'taxonomies = { topic = "topics" }').build()
    assert pages_of(made, "topics") == ["index.html", "types/feed.xml", "types/index.html"]


def test_two_spellings_of_a_term_are_one_with_a_warning_as_for_tags(blog: BlogMaker) -> None:
    made = blog(POSTS).write("afterword.toml", 'taxonomies = { topic = "topics" }')
    made.edit("posts/2026-01-02-two.md", "topics: Types", "topics: types")
    (found,) = made.build().diagnostics
    assert (found.id, found.message) == ("term-slug-conflict", "2 spellings of one topic: `Types`, `types`")
    assert feed_titles(made, "topics/types/feed.xml") == ["Two", "One"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('topic = "title"', "front matter key `title` has another meaning"),
        ('topic = "words"', "front matter key `words` has another meaning"),
        ('topic = "archive"', "reserved taxonomy name `archive`"),
        ('topic = "Tags"', "reserved taxonomy name `Tags`"),
        ('topic = "a/b"', "invalid taxonomy name `a/b`"),
        ('topic = ""', "invalid taxonomy name ``"),
        ('tag = "topics"', "duplicate taxonomy `tag`: it is built in"),
        ('a = "topics"\nb = "Topics"', "duplicate taxonomy `Topics`: `a` and `b`"),
    ],
)
def test_a_taxonomy_that_cannot_be_is_an_error_at_its_setting(blog: BlogMaker, written: str, said: str) -> None:
    made = blog(POSTS).write("afterword.toml", f"[taxonomies]\n{written}")
    with pytest.raises(Failure) as failure:
        made.build()
    (found,) = failure.value.diagnostics
    assert (found.id, found.message) == ("invalid-setting", said)
    assert found.place is not None
    assert (found.place.path, found.place.line) == ("afterword.toml", len(written.splitlines()) + 1)


def test_non_text_value_is_an_error_at_its_setting(blog: BlogMaker) -> None:
    made = blog(POSTS).write("afterword.toml", "[taxonomies]\ntopic = 1")
    with pytest.raises(Failure) as failure:
        made.build()
    assert failure.value.diagnostics[0].message == "`taxonomies.topic` must be text, found a number"


def test_the_settings_of_hugo_name_taxonomies_that_exist(blog: BlogMaker) -> None:
    hugo = '[taxonomies]\ntag = "tags"\ncategory = "categories"\nseries = "series"\nauthor = "authors"'
    assert blog(POSTS).write("afterword.toml", hugo).build(strict=True).diagnostics == ()


def test_reserved_names_are_those_that_templates_see_of_the_site() -> None:
    assert RESERVED | {row.plural for row in TAXONOMIES} >= set(SiteView.VOCABULARY)


# Series


def test_a_series_has_a_page_and_a_feed(blog: BlogMaker) -> None:
    made = blog(POSTS)
    assert made.build(strict=True).diagnostics == ()
    assert pages_of(made, "series") == ["index.html", "the-course/feed.xml", "the-course/index.html"]
    page = made.page("/series/the-course/")
    assert page.index(">One</a>") < page.index(">Two</a>"), "oldest first"
    assert feed_titles(made, "series/the-course/feed.xml") == ["Two", "One"]
    assert '<a href="/series/the-course/"><strong>The Course</strong></a>' in made.page("/posts/one/")


def test_the_pages_of_a_list_are_named_by_its_order(blog: BlogMaker) -> None:
    made = blog("-- afterword.toml --\npaginate = 2\nlist_limit = 2\n")
    for day in (1, 2, 3):
        front_matter = f"title: Part {day}\nseries: Parts\ntags: [all, tag{day}]"
        made.write(f"posts/2026-01-0{day}-part-{day}.md", f"---\n{front_matter}\n---\nText.\n".encode())
    made.build()
    assert "Older posts" in made.page("/")
    assert "Older posts" in made.page("/tags/all/")
    assert "Next page" in made.page("/series/parts/")
    assert "Previous page" in made.page("/series/parts/page/2/")
    assert "Next page" in made.page("/tags/")


def test_long_series_lists_its_ends_and_neighbours(blog: BlogMaker) -> None:
    made = blog()
    for number in range(1, 13):
        made.write(f"posts/2026-01-{number:02}-p{number}.md", f"---\ntitle: P{number}\nseries: S\n---\nText.\n")
    made.write(
        "templates/post.html",
        "{{ post.series_part.number }}/{{ post.series_part.total }}:"
        "{% for number, part in post.series_part.shown %} {{ number }}={{ part.title }}{% endfor %}",
    )
    made.build()
    assert made.page("/posts/p1/") == "1/12: 1=P1 2=P2 12=P12"
    assert made.page("/posts/p6/") == "6/12: 1=P1 5=P5 6=P6 7=P7 12=P12"
    assert made.page("/posts/p12/") == "12/12: 1=P1 11=P11 12=P12"
    made.remove("posts/2026-01-01-p1.md").remove("posts/2026-01-02-p2.md").build()
    assert made.page("/posts/p6/").startswith("4/10: 1=P3 2=P4 3=P5 4=P6 5=P7")


def test_a_part_that_no_list_has_is_none_of_a_series(blog: BlogMaker) -> None:
    made = blog(POSTS).edit("posts/2026-01-02-two.md", "title: Two", "title: Two\nunlisted: true")
    made.write("templates/post.html", "{{ post.series_part is none }} {{ post.series_posts|length }}").build()
    assert (made.page("/posts/one/"), made.page("/posts/two/")) == ("False 1", "True 1")


# Adding to the tables


def test_a_row_is_all_that_a_taxonomy_needs(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    row = replace(
        TAXONOMIES[1], name="mood", plural="moods",
        names_of=FrontMatterNames("mood"), keys_of=PlaceOfKey(("mood",)),
    )  # fmt: skip
    monkeypatch.setattr(taxonomies, "TAXONOMIES", (*TAXONOMIES, row))
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\nmood: calm\n---\nText.\n")
    made.write("templates/index.html", "{% for mood in site.moods %}{{ mood.name }} {{ mood.url }}{% endfor %}")
    assert made.build(strict=True).diagnostics == ()
    assert pages_of(made, "moods") == ["calm/feed.xml", "calm/index.html", "index.html"]
    assert "/moods/calm/" in made.page("/sitemap.xml")
    assert made.page("/") == "calm /moods/calm/"
    made.edit("posts/2026-01-01-a.md", "calm", "glad").build()
    assert made.page("/") == "glad /moods/glad/"


def test_a_row_is_all_that_a_value_of_the_site_needs(blog: BlogMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = SiteValue("The longest title.", "the longest title", lambda site: max(len(p.title) for p in site.posts))
    monkeypatch.setitem(answers.SITE_VALUES, "longest", longest)
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: Abc\n---\nText.\n")
    made.write("templates/index.html", "{{ site.longest }}")
    made.build()
    assert made.page("/") == "3"
    report = made.edit("posts/2026-01-01-a.md", "Abc", "Abcd").build()
    assert made.page("/") == "4"
    assert report.rendered["index.html"].text == "the longest title changed"


def test_the_taxonomies_of_a_blog_are_those_of_the_table_and_of_its_settings() -> None:
    names = [row.plural for row in list_taxonomies(Config(taxonomies={"topic": "topics", "tag": "tags"}))]
    assert names == [*(row.plural for row in TAXONOMIES), "topics"]


def test_a_blog_without_terms_has_the_lists_of_categories_and_tags_alone(blog: BlogMaker) -> None:
    made = blog("-- pages/about.md --\n# About\n")
    made.build()
    assert {path.partition("/")[0] for path in made.tree() if "/" in path} == {
        "about",
        "archive",
        "categories",
        "search",
        "tags",
    }
