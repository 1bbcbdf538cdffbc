"""What is planned from a text agrees with its page: both are read by the same parser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.content import outline
from afterword.content.outline import read_outline
from afterword.markdown.context import MarkdownOptions, TalkContext
from afterword.talks.model import Talk
from afterword.talks.recordings import parse_recording
from tests.conftest import DATA
from tests.writing import read_fixtures, write

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

VIDEO = "https://youtu.be/zjkBMFhNj_g"
TALK = f"-- posts/2026-01-01-x.md --\n---\ntitle: X\ntalk: {VIDEO}\n---\n\nText.\n\n"
ABOUT = TalkContext(Talk(video=parse_recording(VIDEO)), {})


@pytest.mark.parametrize(
    "text",
    [
        "<!--\n## Update 2026-05-01\n\n## Old [12:34]\n-->",
        "<div>\n## Update 2026-05-01\n## Old [12:34]\n</div>",
        "<pre>\n\n## Update 2026-05-01\n\n## Old [12:34]\n\n</pre>",
        "<details><summary>Old</summary>\n## Update 2026-05-01\n## Old [12:34]\n</details>",
        "```\n## Update 2026-05-01\n## Old [12:34]\n```",
        "- Item\n\n      ## Update 2026-05-01\n      ## Old [12:34]",
        "{% raw %}\n## Update 2026-05-01\n## Old [12:34]\n{% endraw %}",
        "$$\n## Update 2026-05-01\n## Old [12:34]\n$$",
        "\\## Update 2026-05-01\n\n\\## Old [12:34]",
        "####### Update 2026-05-01\n\n####### Old [12:34]",
        "Old\nUpdate 2026-05-01\n---\n\n## Old `[12:34]`",
    ],
)
def test_what_is_no_heading_of_the_page_is_none_for_the_feed(blog: BlogMaker, text: str) -> None:
    made = blog(f"{TALK}{text}\n")

    assert made.build().published
    assert "<updated>2026-05-01" not in made.page("/feed.xml")
    assert "posts/x/chapters.json" not in made.tree()


@pytest.mark.parametrize(
    "text",
    [
        "> ## Update 2026-05-01\n>\n> ## Old [12:34]",
        "- ## Update 2026-05-01\n- ## Old [12:34]",
        '<div markdown="1">\n## Update 2026-05-01\n## Old [12:34]\n</div>',
        "Update\n2026-05-01\n---\n\nOld [12:34]\n---",
        "## *Update* 2026-05-01 {#u}\n\n## Old {.a} [12:34]",
        "## Update 2026-05-01[^1] [12:34]\n\n[^1]: A note.",
        "## &#85;pdate 2026-05-01 [12:34]",
        "## [Update](#x) <b>2026-05-01</b>\n\n## [12:34] Old\n\n## X",
    ],
)
def test_every_heading_of_the_page_is_one_for_the_feed(blog: BlogMaker, text: str) -> None:
    made = blog(f"{TALK}{text}\n")

    assert made.build().published
    assert "<updated>2026-05-01" in made.page("/feed.xml")
    assert "2026-05-01" in made.page("/posts/x/").partition("<body")[2]
    assert [found["startTime"] for found in json.loads(made.page("/posts/x/chapters.json"))["chapters"]] == [754]


PIECES = st.sampled_from(
    (
        *("## ", "# ", "> ", "- ", "1. ", "    ", "\t", "\n", "\n\n", "---\n", "===\n", "```\n", "~~~\n", "<!--"),
        *("<div>\n", "</div>\n", '<div markdown="1">\n', "<pre>", "</pre>", "{% raw %}\n", "{% endraw %}\n", "$$\n"),
        *("[12:34]", "[1:02:03]", "`", "**", "*", "_", "[^1]", "{#a}", "{.b}", "{: .c}\n", ":::note\n", ":::\n"),
        *("!!! tip\n", "| a |\n|---|\n", ": b\n", "Update", " 2026-05-01", "a", " ", "\\", ":tada:", "-->", '"', "--"),
        *("<!--more-->\n", "[TOC]\n", "- TOC\n{:toc}\n", "[a]: /b\n", "[a]", "==", "<b>", "&amp;", "[[other]]"),
    )
)
OPTIONS = MarkdownOptions(smart=True, excerpt_separator="<!--more-->")
BRACKETS = str.maketrans("", "", "[]")


def check_headings(text: str) -> None:
    """Compares the headings of an outline with those of the body, if they have a digit, as dates and stamps have.

    A stamp within a heading is written as a time.
    """
    found = read_outline(text, OPTIONS, has_title=True)
    body = write(text, OPTIONS, ABOUT)
    planned = [(heading.text.translate(BRACKETS), heading.has_timestamp) for heading in found.headings]
    written = [(heading.text.translate(BRACKETS), heading.start is not None) for heading in body.headings]
    assert list(filter(has_digit, planned)) == list(filter(has_digit, written))


def has_digit(heading: tuple[str, bool]) -> bool:
    text, has_timestamp = heading
    return has_timestamp or any(character.isdecimal() for character in text)


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_the_outline_has_the_headings_of_the_body(text: str) -> None:
    check_headings(text)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=25).map("".join), st.booleans())
def test_the_outline_of_a_part_is_that_of_the_whole_text(text: str, has_title: bool) -> None:
    part = read_outline(text, OPTIONS, has_title=has_title)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outline, "may_have_contents", lambda _: True)  # then all blocks are read
        assert read_outline(text, OPTIONS, has_title=has_title) == part


def test_the_outlines_of_all_examples_have_the_headings_of_the_bodies() -> None:
    examples = json.loads((DATA / "commonmark" / "spec.json").read_text())
    for text in (*(example["markdown"] for example in examples), *(text for _, text, _ in read_fixtures("attributes"))):
        if "![" not in text:
            check_headings(text)
