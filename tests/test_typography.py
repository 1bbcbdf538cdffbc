"""Smart punctuation of titles and of sentences of front matter: shown everywhere, and never in a URL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from afterword.core.smart_quotes import use_dash_replacements, use_linear_smartquotes
from afterword.core.typography import smarten

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

SMART = """
-- afterword.toml --
title = "Ada's notes"
description = 'Talks -- watched "twice"'
[markdown]
smart_punctuation = true
"""
POST = """
-- posts/2026-01-02-dont.md --
---
title: "Don't -- `it's` \\"quoted\\""
description: It's about "quotes"...
takeaways: ["Don't wait"]
series: Ada's series
tags: [x]
talk: {title: "Why I don't", video: "https://youtu.be/zjkBMFhNj_g"}
updates:
  - {date: 2026-02-01, note: "It's over"}
---
The text isn't straight.
-- posts/2026-01-01-other.md --
---
series: Ada's series
---
# What's "new"

See [the first](2026-01-02-dont.md).
"""
TITLE = "Don’t – `it's` “quoted”"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Karpathy's intro", "Karpathy’s intro"),
        ('"Attention" -- is that "all"?', "“Attention” – is that “all”?"),
        ("Wait---what...", "Wait—what…"),
        ("`don't` isn't", "`don't` isn’t"),
        ("a `--flag` -- and more", "a `--flag` – and more"),
        ("(a), (b), (c), +-, !!!!, ????, ,,", "(a), (b), (c), +-, !!!!, ????, ,,"),
        ("../x, .../x and etc....", "../x, .../x and etc...."),
        ("The '90s, rock 'n' roll, '07, 'tis 'em", "The ’90s, rock ’n’ roll, ’07, ’tis ’em"),
        ("the letter 'n' is 'em'", "the letter ‘n’ is ‘em’"),
        ("One ` backtick isn't code", "One ` backtick isn’t code"),
        ("C-- and -- x", "C-- and – x"),
        ("plain-text, e.g. this", "plain-text, e.g. this"),
        ("", ""),
    ],
)
def test_a_line_gets_typographic_punctuation(written: str, shown: str) -> None:
    assert smarten(written) == shown
    assert smarten(shown) == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "“a” and ‘b’"),
        ("de", "„a“ and ‚b‘"),
        ("de-AT", "„a“ and ‚b‘"),
        ("de-CH", "«a» and ‹b›"),
        ("fr", "«\u202fa\u202f» and “b”"),
        ("tlh", "“a” and ‘b’"),
    ],
)
def test_quotation_marks_are_those_of_the_language(language: str, shown: str) -> None:
    assert smarten("\"a\" and 'b'", language) == shown


def test_a_post_has_the_quotation_marks_of_its_language(blog: BlogMaker) -> None:
    made = blog(
        '-- afterword.toml --\nlanguage = "de"\n[markdown]\nsmart_punctuation = true\n'
        '-- posts/2026-01-02-a.md --\n---\ntitle: Ein "a"\n---\n\nSagt "b". ![c "d"](/e.svg "f \'g\'")\n'
        '-- posts/2026-01-03-b.md --\n---\ntitle: A "a"\nlang: en\n---\n\nSays "b".\n'
        '-- static/e.svg --\n<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>\n'
    )
    made.build(strict=True)
    german, english = made.page("/posts/a/"), made.page("/posts/b/")
    for shown in ("<h1>Ein „a“</h1>", "Sagt „b“.", 'alt="c „d“"', 'title="f ‚g‘"'):
        assert shown in german
    for shown in ("A “a”</h1>", "Says “b”."):
        assert shown in english


@given(
    st.lists(st.sampled_from(('"', "'", " ", "a", "9", "é", "(", ".", "-", "+", ",", "?")), max_size=25).map("".join)
)
def test_a_line_is_as_in_a_text(line: str) -> None:
    line = f"a{line}"  # no list item, and no spaces to trim at the beginning
    parser = MarkdownIt("zero", {"typographer": True}).enable(["replacements", "smartquotes"])
    use_linear_smartquotes(parser)
    use_dash_replacements(parser)
    tokens = parser.parseInline(line)[0].children or []
    assert smarten(line) == "".join(token.content for token in tokens)


def test_titles_are_smart_wherever_they_are_shown_and_urls_are_not(blog: BlogMaker) -> None:
    made = blog(SMART + POST)
    assert made.build(strict=True).published
    page, home = made.page("/posts/dont/"), made.page("/")
    assert "<h1>Don’t – <code>it&#39;s</code> “quoted”</h1>" in page
    for shown in ("Ada’s notes", "It’s about “quotes”…", "Why I don’t", "It’s over", "Ada’s series", "isn’t straight"):
        assert shown in page, shown
    assert "Don’t wait" in home
    assert "Talks – watched “twice”" in home
    assert "What’s “new”" in home
    assert json.loads(made.tree()["feed.json"])["items"][0]["title"] == TITLE
    assert "Ada’s notes" in made.tree()["feed.xml"].decode()
    assert {"posts/dont/index.html", "posts/other/index.html"} <= made.tree().keys()


def test_titles_are_as_written_without_the_setting(blog: BlogMaker) -> None:
    made = blog(POST)
    assert made.build().published
    assert json.loads(made.tree()["feed.json"])["items"][0]["title"] == "Don't -- `it's` \"quoted\""


def test_the_setting_reaches_titles_that_were_read_before(blog: BlogMaker) -> None:
    made = blog(POST)
    made.build()
    made.add(SMART)
    made.build()
    after = made.tree()
    made.build(cache=False, destination=made.root / "clean")
    assert after == made.tree("clean")
    assert json.loads(after["feed.json"])["items"][0]["title"] == TITLE
