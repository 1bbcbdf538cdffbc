"""Header lines, as Pelican's posts have them: read where they are front matter beyond doubt, and never lost."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from afterword.config.schema import LimitSettings
from afterword.core.diagnostics import Exit
from afterword.front_matter.parser import Document, parse

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

POST = """\
Title: My super title: a subtitle
Date: 2010-12-03 10:20
Modified: 2010-12-05 19:30
Category: Python
Tags: pelican, publishing ,  static sites
Slug: my-super-post
Authors: Alexis Metaireau; Conan Doyle, Arthur
Summary: Short version
    for the index.
Lang: fr
Template: wide
Header_Cover: /images/x.png

This is the content.
"""


def read(source: str, path: str = "posts/x.md") -> Document:
    return parse(path, source.encode(), zone=ZoneInfo("UTC"), limits=LimitSettings())


def findings(source: str, path: str = "posts/x.md") -> list[tuple[str, str, str]]:
    return [
        (str(found.place).removeprefix(f"{path}:"), found.severity, found.id)
        for found in read(source, path).diagnostics
    ]


def test_a_post_of_pelican() -> None:
    document = read(POST)
    matter = document.matter
    assert document.diagnostics == ()
    assert (document.text, document.first_line) == ("This is the content.\n", 14)
    assert matter.title == "My super title: a subtitle"
    assert (matter.date, matter.date_only) == (datetime(2010, 12, 3, 10, 20, tzinfo=ZoneInfo("UTC")), False)
    assert matter.updated == datetime(2010, 12, 5, 19, 30, tzinfo=ZoneInfo("UTC"))
    assert (matter.categories, matter.tags) == (("Python",), ("pelican", "publishing", "static sites"))
    assert (matter.slug, matter.lang) == ("my-super-post", "fr")
    assert matter.authors == ("Alexis Metaireau", "Conan Doyle, Arthur")
    assert matter.description == "Short version for the index."
    assert matter.extra == {"template": "wide", "header_cover": "/images/x.png"}
    places = {name: str(matter.places[name]) for name in ("title", "tags[1]", "authors[1]", "description")}
    assert places == {
        "title": "posts/x.md:1:8",
        "tags[1]": "posts/x.md:5:16",
        "authors[1]": "posts/x.md:7:28",
        "description": "posts/x.md:8:10",
    }


@pytest.mark.parametrize(
    ("headers", "text", "first_line"),
    [
        ("title: A\nslug: a\n\nText\n", "Text\n", 4),
        ("TITLE: A\nSLUG: a\n\nText\n", "Text\n", 4),
        ("\ufeffTitle: A\r\nSlug: a\r\n\r\nText\r\n", "Text\n", 4),
        ("Title: A\nSlug: a\nText\n", "Text\n", 3),
        ("Title: A\nSlug: a\n---\nText\n", "Text\n", 4),
        ("Title: A\nSlug: a\n \t\n\nText\n", "\nText\n", 4),
        ("  Title: A\n Slug: a\n\nText\n", "Text\n", 4),
        ("Title:A\nslug:a\n\nText\n", "Text\n", 4),
        ("Title: A\nSlug: a\n\nText.\n\n---\n\nMore.\n", "Text.\n\n---\n\nMore.\n", 4),
        ("Title: A\nSlug: a", "", 3),
        ("Title: A\nSlug: a\nhttps://example.org/\n", "https://example.org/\n", 3),
        ("Slug: a\nTitle: A\nNote that it is so.\n", "Note that it is so.\n", 3),
        ("Title: A\nTags:\nSlug: a\n\nText\n", "Text\n", 5),
        ("Title: A\nSlug: a\n--- and so\n", "--- and so\n", 3),
        ("Title: A\nSlug: a\n\nText\nStatus: draft\n", "Text\nStatus: draft\n", 4),
    ],
)
def test_the_text_begins_behind_the_headers(headers: str, text: str, first_line: int) -> None:
    document = read(headers)
    assert document.diagnostics == ()
    assert (document.matter.title, document.matter.slug) == ("A", "a")
    assert (document.text, document.first_line) == (text, first_line)


@pytest.mark.parametrize(
    ("header", "name", "expected"),
    [
        ("Tags: a; b, c", "tags", ("a", "b, c")),
        ("Tags: a,, b,", "tags", ("a", "b")),
        ("Tags: a,\n    b", "tags", ("a", "b")),
        ("Tags: null", "tags", ("null",)),
        ("Tags:", "tags", ()),
        ("Authors: Ada, Bob", "authors", ("Ada", "Bob")),
        ("Author: King, Ada", "authors", ("King, Ada",)),
        ("Date: 2010-12-03_10:20", "date", datetime(2010, 12, 3, 10, 20, tzinfo=ZoneInfo("UTC"))),
        ("URL: old/a.html", "permalink", "/old/a.html"),
        ("Save_as: old/a/index.html", "permalink", "/old/a/"),
        ("URL: old/a/\nSave_as: old/a/index.html", "permalink", "/old/a/"),
        ("Keywords: a, b", "extra", {"keywords": "a, b"}),
        ("Comments: true", "extra", {"comments": True}),
    ],
)
def test_what_headers_become(header: str, name: str, expected: object) -> None:
    document = read(f"Title: A\nCategory: c\n{header}\n\nText.\n")
    assert getattr(document.matter, name) == expected
    assert document.text == "Text.\n"


@pytest.mark.parametrize(
    "header",
    [
        *("Status: draft", "status: DRAFT", "Status: draft, see below", "Draft: true", "Published: no"),
        *("Status: {value: draft}", "Status:\n    value: draft", "Status:\n    name: Draft"),
    ],
)
def test_a_draft_is_held_back(blog: BlogMaker, header: str) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n")
    made.write("posts/2026-01-02-b.md", f"Title: B\nDate: 2026-01-02\n{header}\nNot yet.\n")
    report = made.build(strict=True)
    assert report.exit_code is Exit.DONE
    assert [(skipped.path, skipped.reason) for skipped in report.skipped] == [("posts/2026-01-02-b.md", "draft")]


def test_a_hidden_post_is_unlisted(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n# A\n")
    made.write("posts/2026-01-02-b.md", "Title: Bee\nDate: 2026-01-02\nStatus: hidden\n\nText.\n")
    assert made.build(strict=True).exit_code is Exit.DONE
    assert "Bee" in made.page("/posts/b/")
    assert "Bee" not in made.page("/") + made.page("/feed.xml") + made.page("/archive/")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Title: A\nSlug: a\nTitle: B\n\n", ("3:1", "error", "duplicate-key")),
        ("Title: A\nDate: 2010-13-01 10:00\n\n", ("2:7", "error", "invalid-date")),
        ("Title:\nSlug: a\n\n", ("1:1", "error", "empty-value")),
        ("Title: A\nSlug: a\nSave_as:\n\n", ("3:1", "error", "empty-value")),
        ("Title: A\nSlug: a\nDraft: perhaps\n\n", ("3:8", "error", "invalid-type")),
        ("Title: A\nSlug: a\nURL: https://example.org/a/\nTagz: b\n\n", ("4:1", "note", "header-line")),
        ("Title: A\nTags: b\nSpeaker: Ada\n\nText.\n", ("3:1", "note", "header-line")),
    ],
)
def test_what_is_wrong_with_headers_is_told_at_its_place(source: str, found: tuple[str, str, str]) -> None:
    assert found in findings(source)


def test_headers_are_front_matter_by_a_date_alone_unless_the_name_has_another_one() -> None:
    source = "Title: A\nDate: 2026-01-10\n\nText.\n"
    for path in ("posts/a.md", "posts/2026-01-10-a.md"):
        assert findings(source, path) == []
        assert read(source, path).matter.title == "A"
    assert findings(source, "posts/2026-02-01-a.md") == [("1:1", "warning", "possible-front-matter")]


@pytest.mark.parametrize(
    "source",
    [
        "Title: A\nAuthor: Ada\n\nText.\n",
        "Title: A\nDate: in 1843\nAuthor: Ada\n\nText.\n",
        "Title: A\nDate: 2026-01-10\nSpeaker: Ada\n\nText.\n",
        "Category: c\nAuthor: Ada\n\nText.\n",
    ],
)
def test_lines_in_doubt_are_published_with_a_warning(blog: BlogMaker, source: str) -> None:
    assert findings(source) == [("1:1", "warning", "possible-front-matter")]
    assert read(source).text == source
    made = blog().write("posts/2026-01-10-x.md", source)
    assert made.build().exit_code is Exit.DONE
    assert "Author" in made.page("/posts/x/") or "Text." in made.page("/posts/x/")


def test_a_blog_of_pelican(blog: BlogMaker) -> None:
    made = blog()
    for number in range(1, 4):
        text = f"Title: Post {number}\nDate: 2026-01-0{number} 10:20\nTags: a, b\nStatus: published\n\nText.\n"
        made.write(f"posts/post{number}.md", text)
    made.write("posts/secret.md", "Title: Not yet\nDate: 2026-01-04 10:20\nDraft: true\n\nSecret.\n")
    report = made.build(strict=True)
    assert report.exit_code is Exit.DONE
    page = made.page("/posts/post1/")
    assert ">Post 1</h1>" in page
    assert "Title:" not in page
    assert "Secret" not in made.page("/feed.xml")
    assert {"tags/a/index.html", "posts/post2/index.html"} <= {*made.tree()}
