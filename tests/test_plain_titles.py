"""A heading that becomes the title is plain text wherever titles are shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from lxml import html

from afterword.content.outline import PlainLine, read_line, read_outline
from afterword.markdown.context import TextSyntax

if TYPE_CHECKING:
    from tests.conftest import BlogMaker


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Simple made easy", "Simple made easy"),
        ("The *best* `talk`", "The best talk"),
        ("**Notes:** _Growing_ a ~~small~~ language", "Notes: Growing a small language"),
        ("`__init__` and snake_case_names", "__init__ and snake_case_names"),
        (r"2 \* 3 &amp; 4", "2 * 3 & 4"),
        ("A talk {#top .wide}", "A talk"),
        ("Sets {1, 2}", "Sets {1, 2}"),
        ("At <https://example.org/>", "At https://example.org/"),
        ("H<sub>2</sub>O<!-- water -->", "H2O"),
        ("From List<String> to <div>", "From List<String> to <div>"),
        ("At [12:34], a footnote[^1]", "At [12:34], a footnote[^1]"),
        ("Half *open and `so", "Half *open and `so"),
    ],
)
def test_what_is_markup_goes_and_what_is_text_stays(written: str, words: str) -> None:
    assert read_line(written, TextSyntax()) == PlainLine(words)


def test_what_words_cannot_show_is_named() -> None:
    shown = PlainLine("The logo talk", ("image", "link", "footnote"))
    heading = read_outline(
        "# The ![logo](a.png) [talk][one][^1]\n\n[one]: b.md\n\n[^1]: A note.\n", TextSyntax(), has_title=False
    ).title
    assert heading is not None
    assert heading.plain == shown
    link = PlainLine("The talk", ("link",), "https://x.example/")
    assert read_line("[The *talk*](https://x.example/)", TextSyntax()) == link


def test_a_title_is_the_same_text_on_its_page_in_lists_and_in_feeds(blog: BlogMaker) -> None:
    made = blog().write("posts/2026-01-02-talk.md", "# The *best* `<b>` & `talk`\n\nText.\n")
    assert made.build(strict=True).published
    title = "The best <b> & talk"
    page = html.fromstring(made.page("/posts/talk/"))
    assert page.xpath("//h1/text()") == [title]
    assert page.findtext(".//title").startswith(title)
    assert html.fromstring(made.page("/")).xpath("//h2/a/text()") == [title]
    assert "<title>The best &lt;b&gt; &amp; talk</title>" in made.page("/feed.xml")


def test_a_link_in_a_title_is_missed(blog: BlogMaker) -> None:
    made = blog().write("posts/2026-01-02-talk.md", "# The [talk](https://example.org/)\n\nText.\n")
    (found,) = made.build().diagnostics
    assert (str(found.place), found.id) == ("posts/2026-01-02-talk.md:1:3", "markup-in-title")


def test_a_title_that_is_a_link_stays_one(blog: BlogMaker) -> None:
    made = blog().write("posts/2026-01-02-talk.md", "# [The *talk*](https://example.org/?a&b)\n\nText.\n")
    made.build(strict=True)
    heading = '<h1><a href="https://example.org/?a&amp;b" rel="noopener noreferrer">The talk</a></h1>'
    assert heading in made.page("/posts/talk/")
    (item,) = json.loads(made.tree()["feed.json"])["items"]
    assert (item["title"], item["external_url"]) == ("The talk", "https://example.org/?a&b")


@pytest.mark.parametrize(
    ("front_matter", "is_talk"),
    [("", True), ("talk: {title: T}\n", True), ("tags: [notes]\n", True), ("talk: false\n", False)],
)
def test_a_title_that_links_to_a_video_host_names_the_recording(
    blog: BlogMaker, front_matter: str, is_talk: bool
) -> None:
    text = "# [Growing](https://youtu.be/zjkBMFhNj_g)\n\nText.\n"
    made = blog().write("posts/2026-01-02-talk.md", f"---\nslug: talk\n{front_matter}---\n{text}")
    made.build(strict=True)
    page = made.page("/posts/talk/")
    assert ("<h1>Growing</h1>" in page, 'class="watch play"' in page) == (is_talk, is_talk)
    assert ('<h1><a href="https://youtu.be/zjkBMFhNj_g"' in page) != is_talk


def test_a_title_whose_talk_has_another_recording_stays_a_link(blog: BlogMaker) -> None:
    text = "---\ntalk: https://vimeo.com/36579366\n---\n# [Growing](https://youtu.be/zjkBMFhNj_g)\n\nText.\n"
    made = blog().write("posts/2026-01-02-talk.md", text)
    made.build(strict=True)
    assert '<h1><a href="https://youtu.be/zjkBMFhNj_g"' in made.page("/posts/talk/")
    assert 'href="https://vimeo.com/36579366" title="Watch' in made.page("/posts/talk/")


def test_blank_lines_may_go_before_the_title(blog: BlogMaker) -> None:
    made = blog().write("posts/2026-01-02-talk.md", "---\ntags: [x]\n---\n\n# A talk\n\nText [x](nowhere.md).\n")
    (found,) = made.build().diagnostics
    assert (str(found.place), found.id) == ("posts/2026-01-02-talk.md:7:10", "broken-link")


def test_a_heading_without_words_is_no_title(blog: BlogMaker) -> None:
    made = blog().write("posts/2026-01-02-talk.md", "# ![](https://example.org/a.png)\n\nText.\n")
    assert [found.id for found in made.build().diagnostics] == ["missing-title"]
    assert "https://example.org/a.png" in made.page("/posts/talk/")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# A talk[^1]\n\nText.\n\n[^1]: A note.\n", "A talk"),
        ("# A talk[^2]\n\nText.\n", "A talk[^2]"),
        ("A talk\n======\n\nText.\n", "A talk"),
        ("   # A talk #\n\nText.\n", "A talk"),
        ("# A ==talk== :tada:\n\nText.\n", "A talk 🎉"),
    ],
)
def test_a_title_is_what_the_heading_would_say(blog: BlogMaker, text: str, title: str) -> None:
    made = blog().write("posts/2026-01-02-talk.md", text)
    found = [diagnostic.id for diagnostic in made.build().diagnostics]
    page = html.fromstring(made.page("/posts/talk/"))
    assert page.xpath("//h1/text()") == [title]
    assert ("markup-in-title" in found) is ("A note" in text)
