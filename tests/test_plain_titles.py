"""A heading that becomes the title is plain text wherever titles are shown."""

from __future__ import annotations

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
