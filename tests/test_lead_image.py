"""The image that front matter names: found as an image in the text is, copied, measured, and missed where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html

if TYPE_CHECKING:
    from afterword.build.report import Report
    from tests.conftest import Blog, BlogMaker

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"></svg>\n'
"""A picture of a size that can be told from its first bytes."""

BASE = "https://example.org/notes"


def put(blog: BlogMaker, image: str, text: str = "Text.") -> Blog:
    """A blog with two pictures, one beside a post and one in `static/`, and the post that names one of them."""
    made = blog().write("afterword.toml", f'base_url = "{BASE}"\n')
    made.write("posts/talk/shot.svg", PICTURE.format(20, 10)).write("static/img/logo.svg", PICTURE.format(4, 3))
    return made.write("posts/2026-01-02-talk.md", f"---\ntitle: A talk\nimage: {image}\n---\n{text}\n")


def meta(blog: Blog, name: str) -> list[str]:
    """What the post's page says of it to those who share it."""
    return html.fromstring(blog.page("/posts/talk/")).xpath("//meta[@property=$name]/@content", name=name)  # type: ignore[no-any-return]


def say(report: Report) -> list[str]:
    """What a build says of the post, by line and column."""
    placed = [(found, found.place) for found in report.diagnostics if found.place is not None]
    return [f"{at.line}:{at.column} {found.severity} {found.id}: {found.hint}" for found, at in placed]


@pytest.mark.parametrize("written", ["talk/shot.svg", "posts/talk/shot.svg", "{path: talk/shot.svg}"])
def test_a_file_beside_the_post_is_copied_beside_its_page(blog: BlogMaker, written: str) -> None:
    made = put(blog, written)
    assert made.build(strict=True).published
    assert meta(made, "og:image") == [f"{BASE}/posts/talk/talk/shot.svg"]
    assert (meta(made, "og:image:width"), meta(made, "og:image:height")) == (["20"], ["10"])
    assert made.tree()["posts/talk/talk/shot.svg"] == PICTURE.format(20, 10).encode()


@pytest.mark.parametrize("written", ["/img/logo.svg", "img/logo.svg", "static/img/logo.svg", "../static/img/logo.svg"])
def test_a_static_file_is_found_by_its_url_and_by_its_path(blog: BlogMaker, written: str) -> None:
    made = put(blog, written, "![A shot](talk/shot.svg)")
    assert made.build(strict=True).published
    assert meta(made, "og:image") == [f"{BASE}/img/logo.svg"]
    assert (meta(made, "og:image:width"), meta(made, "og:image:height")) == (["4"], ["3"])


def test_the_size_that_front_matter_gives_goes_first(blog: BlogMaker) -> None:
    made = put(blog, "{path: talk/shot.svg, width: 200, height: 100}")
    assert made.build(strict=True).published
    assert (meta(made, "og:image:width"), meta(made, "og:image:height")) == (["200"], ["100"])


def test_an_image_elsewhere_stays_there_and_may_be_loaded(blog: BlogMaker) -> None:
    made = put(blog, "https://pictures.example/a.png", "![A shot](talk/shot.svg)")
    assert made.build(strict=True).published
    assert meta(made, "og:image") == ["https://pictures.example/a.png"]
    policy = html.fromstring(made.page("/posts/talk/")).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "img-src 'self' data: https://pictures.example;" in policy[0]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("talk/shoot.svg", "3:8 warning broken-link: did you mean `talk/shot.svg`?"),
        ("{alt: A, path: ../static/img/logoo.svg}", "3:23 warning broken-link: did you mean `/img/logo.svg`?"),
        ("/img/none.svg", "3:8 warning broken-link: "),
        ("gopher://pictures.example/a.svg", "3:8 warning unsafe-link: use `https:`, or `data:`"),
    ],
)
def test_an_image_that_is_not_there_is_missed_where_it_is_named(blog: BlogMaker, written: str, found: str) -> None:
    (said,) = say(put(blog, written, "![A shot](talk/shot.svg)").build())
    assert said.startswith(found)


def test_an_image_that_comes_changes_and_goes_is_noticed(blog: BlogMaker) -> None:
    made = put(blog, "talk/shot.svg")
    made.remove("posts/talk/shot.svg")
    assert [found.id for found in made.build().diagnostics] == ["broken-link"]
    made.write("posts/talk/shot.svg", PICTURE.format(20, 10))
    assert made.build().published
    made.write("posts/talk/shot.svg", PICTURE.format(30, 15))
    assert "posts/talk/index.html" in made.build().rendered
    assert meta(made, "og:image:width") == ["30"]
    made.edit("posts/2026-01-02-talk.md", "talk/shot.svg", "/img/logo.svg").remove("posts/talk/shot.svg")
    assert made.build().removed == ("posts/talk/talk/shot.svg",)
    assert made.remove("static/img/logo.svg").build().diagnostics[0].id == "broken-link"


def test_a_path_into_static_leads_to_its_url_from_the_text_too(blog: BlogMaker) -> None:
    made = put(blog, "talk/shot.svg", "![Logo](../static/img/logo.svg) and [the file](../static/img/logo.svg#part)")
    assert made.build(strict=True).published
    page = html.fromstring(made.page("/posts/talk/"))
    assert page.xpath("//p/img/@src") == ["/notes/img/logo.svg"]
    assert page.xpath("//p/img/@width") == ["4"]
    assert page.xpath("//p[img]/a/@href") == ["/notes/img/logo.svg#part"]
