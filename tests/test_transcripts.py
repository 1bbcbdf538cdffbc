"""Transcripts of talks: what is read of each format, the page, and the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.talks.transcripts import is_shown, parse_transcript

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

VTT = """WEBVTT

00:00:01.000 --> 00:00:05.000
Welcome &amp; hello.

00:00:05.000 --> 00:00:31.000
Simplicity is prerequisite.

00:00:32.000 --> 00:01:10.000
The zeugma of the hammock.
"""

NOTE = """
-- posts/2026-01-01-talk/index.md --
---
title: Simple
talk:
  video: https://www.youtube.com/watch?v=SxdOUGdseq4
  transcript: talk.vtt
---
Notes.
-- posts/2026-01-02-other.md --
# Other
"""


def lines(text: str) -> list[tuple[int | None, str]]:
    return [(line.seconds, line.text) for line in parse_transcript(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (VTT, [(1, "Welcome & hello. Simplicity is prerequisite."), (32, "The zeugma of the hammock.")]),
        (
            "1\n00:00:02,500 --> 00:00:04,000\nHello.\n\n2\n00:01:10,000 --> 00:01:12,000\nBye.\n",
            [(2, "Hello."), (70, "Bye.")],
        ),
        (
            "0:00\nHello there.\n0:40\nMore words.\n1:02:03 The end.\n",
            [(0, "Hello there."), (40, "More words."), (3723, "The end.")],
        ),
        ("[00:05] One.\n[00:50] Two.", [(5, "One."), (50, "Two.")]),
        (
            "A talk\nin two lines.\n\nAt 12:30\n12:30\nlunch.",
            [(None, "A talk in two lines."), (None, "At 12:30 12:30 lunch.")],
        ),
        ("", []),
    ],
)
def test_formats(text: str, expected: list[tuple[int | None, str]]) -> None:
    assert lines(text) == expected


def test_a_rolling_caption_is_not_repeated() -> None:
    rolling = "WEBVTT\n\n00:01.000 --> 00:03.000\nso this\n\n00:03.000 --> 00:05.000\nso this is it\n"
    assert lines(rolling) == [(1, "so this is it")]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a.vtt", True),
        ("/t/A.SRT", True),
        ("a.txt", True),
        ("https://x.org/a.vtt", False),
        ("//x.org/a.txt", False),
        ("a.pdf", False),
        ("", False),
    ],
)
def test_files_of_the_blog_are_shown(written: str, shown: bool) -> None:
    assert is_shown(written) is shown


def words(made: Blog) -> str:
    return made.tree()["search/words.json"].decode()


def test_a_transcript_is_a_page_and_in_the_search(blog: BlogMaker) -> None:
    made = blog(NOTE).write("posts/2026-01-01-talk/talk.vtt", VTT)
    assert made.build(strict=True).diagnostics == ()
    page = made.page("/posts/talk/transcript/")
    assert "<title>Transcript: Simple · Notes on talks</title>" in page
    assert 'href="https://www.youtube.com/watch?v=SxdOUGdseq4&amp;t=32s" data-t="32"' in page
    assert "Welcome &amp; hello." in page
    assert '<a class="transcript" href="/posts/talk/transcript/">' in made.page("/posts/talk/")
    assert '"zeugma"' in words(made)
    assert "talk.vtt" in "".join(made.tree())


def test_an_edited_transcript_changes_its_page_and_the_search(blog: BlogMaker) -> None:
    made = blog(NOTE).write("posts/2026-01-01-talk/talk.vtt", VTT)
    made.build()
    made.edit("posts/2026-01-01-talk/talk.vtt", "zeugma", "syllepsis")
    written = made.build().written
    assert "posts/talk/transcript/index.html" in written
    assert "posts/talk/index.html" not in written
    assert '"zeugma"' not in words(made)
    assert '"syllepsis"' in words(made)
    incremental = made.tree()
    assert made.build_clean() == incremental
    made.edit("posts/2026-01-01-talk/index.md", "transcript: talk.vtt", "transcript: https://x.org/talk.vtt")
    made.build()
    assert "posts/talk/transcript/index.html" not in made.tree()
    assert '"syllepsis"' not in words(made)


def test_a_transcript_that_is_missing_has_no_page(blog: BlogMaker) -> None:
    made = blog(NOTE)
    assert [found.id for found in made.build().diagnostics] == ["broken-link"]
    assert "posts/talk/transcript/index.html" not in made.tree()
    assert "transcript" not in made.page("/posts/talk/").partition('class="media-links"')[2].partition("href")[0]


def test_a_transcript_in_static_of_a_draft_is_not_for_search_engines(blog: BlogMaker) -> None:
    made = blog(NOTE).write("static/talk.txt", "Plain words.\n\nMore of them.")
    made.edit("posts/2026-01-01-talk/index.md", "  transcript: talk.vtt", "  transcript: /talk.txt\ndraft: true")
    assert made.build(drafts=True).published
    page = made.page("/posts/talk/transcript/")
    assert '<meta name="robots" content="noindex">' in page
    assert "<p>Plain words.</p>" in page


def test_a_transcript_of_a_draft_stays_private(blog: BlogMaker) -> None:
    made = blog(NOTE).write("drafts/plan.md", "# Plan").write("drafts/plan/talk.vtt", VTT)
    made.edit("posts/2026-01-01-talk/index.md", "talk.vtt", "../../drafts/plan/talk.vtt")
    made.build()
    assert "zeugma" not in "".join(content.decode(errors="ignore") for content in made.tree().values())
