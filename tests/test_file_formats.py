"""Templates make files of any format, and the default theme has RSS, OPML, calendars and BibTeX for those who want."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

import feedparser
import pytest

from afterword.templates.filters import write_bibtex, write_ics

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

POST = """
-- posts/2026-01-01-one.md --
---
title: Cats & dogs
talk: {title: "Cats & dogs, 100%", speakers: [Ada Lovelace], event: PyCon US 2025, date: 2025-05-16}
---
Text.
"""
BIB = "{% for post in site.posts %}{{ post.title }}\n{% endfor %}"


def cite(blog: BlogMaker, permalink: str, layout: str, template: str) -> Blog:
    made = blog(POST).write(f"templates/{template}", BIB)
    return made.write("pages/cite.md", f"---\npermalink: {permalink}\nlayout: {layout}\n---\n")


@pytest.mark.parametrize(
    ("permalink", "layout", "template"),
    [
        ("/talks.bib", "cite", "cite.bib"),
        ("/talks.bib", "cite.bib", "cite.bib"),
        ("/talks.bib", "talks", "talks.bib"),
        ("/data/talks.ris", "talks", "talks.ris"),
        ("/talks.foo", "talks.foo", "talks.foo"),
        ("/talks.csv", "mine.csv", "mine.csv"),
        ("/talks.txt", "cite", "cite.txt"),
    ],
)
def test_a_page_with_a_layout_is_the_file_of_its_permalink(
    blog: BlogMaker, permalink: str, layout: str, template: str
) -> None:
    made = cite(blog, permalink, layout, template)
    report = made.build()
    assert not any(found.is_error for found in report.diagnostics)
    escaped = template.endswith(".foo")
    assert made.page(permalink) == f"Cats {'&amp;' if escaped else '&'} dogs\n"


def test_a_template_for_html_can_make_it_too(blog: BlogMaker) -> None:
    made = cite(blog, "/talks.bib", "cite", "cite.html")
    assert made.build(strict=True).diagnostics == ()
    assert made.page("/talks.bib") == "Cats &amp; dogs\n"


@pytest.mark.parametrize("layout", ["page", "none"])
@pytest.mark.parametrize("permalink", ["/talks.bib", "/release-1.2", "/about.us"])
def test_a_text_is_a_page_whatever_its_permalink_ends_in(blog: BlogMaker, layout: str, permalink: str) -> None:
    made = blog(POST).write("pages/a.md", f"---\ntitle: A\npermalink: {permalink}\nlayout: {layout}\n---\nText.\n")
    assert made.build(strict=True).diagnostics == ()
    assert f"{permalink[1:]}.html" in made.tree()


def test_a_layout_of_the_blogs_own_leaves_other_suffixes_alone(blog: BlogMaker) -> None:
    made = cite(blog, "/about.us", "wide", "wide.html").edit("pages/cite.md", "---\nperm", "---\ntitle: A\nperm")
    assert made.build(strict=True).diagnostics == ()
    assert "about.us.html" in made.tree()


def test_a_layout_without_a_template_is_named_in_a_warning(blog: BlogMaker) -> None:
    made = cite(blog, "/talks.bib", "site", "cite.bib")
    (found,) = made.build().diagnostics
    assert (found.id, found.message) == ("layout-not-found", "layout `site` not found: no template `site.bib`")


def test_a_file_needs_no_title_and_is_not_in_the_navigation(blog: BlogMaker) -> None:
    made = cite(blog, "/talks.bib", "cite", "cite.bib")
    assert made.build(strict=True).diagnostics == ()
    assert "talks.bib" not in made.page("/posts/one/")
    made.edit("posts/2026-01-01-one.md", "Text.", "[All](/talks.bib)").build(strict=True)
    assert 'href="/talks.bib"' in made.page("/posts/one/")


def test_a_template_in_feeds_makes_a_file_of_the_newest_posts(blog: BlogMaker) -> None:
    made = blog(POST).write("templates/feeds/titles.txt", "{% for post in page.posts %}{{ post.title }}{% endfor %}")
    made.write("templates/feeds/rss.xml", "<rss>{% include 'feeds/_item.xml' %}</rss>")
    made.write("templates/feeds/_item.xml", "<item/>")
    made.write("templates/feeds/part.xml", "{{ unknown }}")
    made.write("templates/feed.xml", "{% if false %}{% include 'feeds/part.xml' %}{% endif %}<feed/>")
    assert made.build(strict=True).diagnostics == ()
    assert [path for path in made.tree() if path.startswith("feeds/")] == ["feeds/rss.xml", "feeds/titles.txt"]
    assert made.page("/feeds/titles.txt") == "Cats & dogs"


def test_a_file_of_a_template_that_is_not_well_formed_is_an_error(blog: BlogMaker) -> None:
    (found,) = blog(POST).write("templates/feeds/mine.opml", "<opml>").build().diagnostics
    assert (found.id, str(found.place)) == ("malformed-output", "templates/feeds/mine.opml")


def test_no_format_is_made_that_is_not_asked_for(blog: BlogMaker) -> None:
    made = blog(POST)
    made.build()
    assert not any(path.startswith("feeds/") for path in made.tree())
    assert "/feeds/" not in made.page("/")


@pytest.fixture
def feeds(blog: BlogMaker) -> Blog:
    """A blog with all formats."""
    settings = 'title = "T & T"\nbase_url = "https://x.example/n/"\nfeed.formats = ["rss", "opml", "ics", "bibtex"]\n'
    made = blog(POST).write("afterword.toml", settings)
    assert made.build(strict=True).diagnostics == ()
    return made


def test_rss_is_read_by_feed_readers(feeds: Blog) -> None:
    feed = feedparser.parse(feeds.tree()["feeds/rss.xml"])
    assert (feed.bozo, feed.version, feed.feed.title) == (False, "rss20", "T & T")
    (entry,) = feed.entries
    assert (entry.title, entry.link) == ("Cats & dogs", "https://x.example/n/posts/one/")
    assert entry.published == "Thu, 01 Jan 2026 00:00:00 +0000"
    assert "<p>Text.</p>" in entry.content[0].value
    assert 'type="application/rss+xml" title="T &amp; T" href="/n/feeds/rss.xml"' in feeds.page("/")


def test_opml_lists_all_feeds(feeds: Blog) -> None:
    opml = ElementTree.fromstring(feeds.tree()["feeds/feeds.opml"])
    urls = [outline.get("xmlUrl", "") for outline in opml.iter("outline") if outline.get("xmlUrl")]
    assert urls == [f"https://x.example/n/{path}" for path in ("feed.xml", *sorted(
        (path for path in feeds.tree() if path.endswith("/feed.xml")), key=lambda path: path.startswith("events")
    ))]  # fmt: skip


def test_a_calendar_has_the_talks_whose_day_is_known(feeds: Blog) -> None:
    text = (feeds.root / "site/feeds/talks.ics").read_bytes().decode()
    assert all(line.endswith("\r\n") for line in text.splitlines(keepends=True))
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART;VALUE=DATE:20250516" in lines
    assert "DTSTAMP:20260101T000000Z" in lines
    assert r"SUMMARY:Ada Lovelace: Cats & dogs\, 100%" in lines
    feeds.edit("posts/2026-01-01-one.md", "2025-05-16", "2025-05").build()
    assert "VEVENT" not in feeds.page("/feeds/talks.ics")


def test_a_bibliography_has_all_talks(feeds: Blog) -> None:
    text = feeds.page("/feeds/talks.bib")
    assert text.startswith("@misc{posts:one,\n  title = {Cats \\& dogs, 100\\%},\n  author = {Ada Lovelace},\n")
    assert "  year = {2025},\n  month = may,\n" in text
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("title", ["a } b", "{ a", "}, author = {x", "{a}"])
def test_no_title_ends_a_field_of_a_bibliography(title: str) -> None:
    depth = 0
    for character in write_bibtex(title):
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0


def test_the_url_of_a_recording_does_not_end_a_field_of_a_bibliography(feeds: Blog) -> None:
    feeds.write(
        "posts/2026-01-02-two.md",
        '---\ntitle: Two\ntalk: {title: T, date: 2025-01-02, video: "https://x.example/a}b{c.mp4"}\n---\nText.\n',
    ).build()
    assert "  url = {https://x.example/a%7Db%7Bc.mp4},\n" in feeds.page("/feeds/talks.bib")


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("SUMMARY", r"a\b;c,d", r"SUMMARY:a\\b\;c\,d"),
        ("SUMMARY", "one\ntwo", r"SUMMARY:one\ntwo"),
        ("X", "ä" * 50, f"X:{'ä' * 36}\r\n {'ä' * 14}"),
        ("X", "a" * 74, f"X:{'a' * 73}\r\n a"),
    ],
)
def test_a_property_of_a_calendar_is_escaped_and_folded(name: str, value: str, line: str) -> None:
    assert write_ics(name, value) == f"{line}\r"
    assert all(len(part.encode()) <= 75 for part in line.split("\r\n"))


def test_what_tex_would_read_as_a_command_stands_for_itself() -> None:
    assert write_bibtex(r"C# & {50%} $x_1$ ~ \a^b") == (
        r"C\# \& \textbraceleft{}50\%\textbraceright{} \$x\_1\$ \textasciitilde{} \textbackslash{}a\textasciicircum{}b"
    )


def test_a_name_with_and_is_one_author_in_bibtex(blog: BlogMaker) -> None:
    made = blog(POST.replace("[Ada Lovelace]", '[Ada Lovelace, Simon and Garfunkel, "Sammy Davis, Jr.", Andrea Sand]'))
    made.write("afterword.toml", 'feed.formats = ["bibtex"]\n').build(strict=True)
    author = "author = {Ada Lovelace and {Simon and Garfunkel} and {Sammy Davis, Jr.} and Andrea Sand},"
    assert author in made.page("/feeds/talks.bib")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("AND Corporation", "{AND Corporation}"),
        ("others", "{others}"),
        ("P&O and Co", r"{P\&O and Co}"),
        ("Anders", "Anders"),
    ],
)
def test_names_that_bibtex_would_divide_are_in_braces(name: str, written: str) -> None:
    assert write_bibtex(name, is_name=True) == written
