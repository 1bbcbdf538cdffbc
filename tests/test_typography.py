"""Smart punctuation of titles and of sentences of front matter: shown everywhere, and never in a URL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt

from afterword.core.smart_quotes import use_dash_replacements, use_linear_smartquotes
from afterword.core.typography import smarten

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

SMART = """
-- afterword.toml --
title = "Ada's notes"
description = 'Talks -- watched "twice"'
"""
OFF = "-- afterword.toml --\nmarkdown.smart_punctuation = false\n"
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
        ("后来......完了, 'twas....", "后来……完了, ’twas...."),
        ("'네트워크 안'이라는 구조, 'CNN'은", "‘네트워크 안’이라는 구조, ‘CNN’은"),
        ("他说'你好'了，说\"你好\"吧", "他说‘你好’了，说“你好”吧"),
        ("The '90s, rock 'n' roll, '07, 'tis 'em", "The ’90s, rock ’n’ roll, ’07, ’tis ’em"),
        ("the letter 'n' is 'em'", "the letter ‘n’ is ‘em’"),
        ("One ` backtick isn't code", "One ` backtick isn’t code"),
        ("C-- and -- x", "C-- and – x"),
        ("plain-text, e.g. this", "plain-text, e.g. this"),
        ("'Cause the '68ers 'hat' is 'round", "’Cause the ’68ers ‘hat’ is ’round"),
        ('git log --all [--follow] (--force), "--flag"', "git log --all [--follow] (--force), “--flag”"),
        ("i--; x-->y, a --> b", "i--; x-->y, a --> b"),
        ('1990--2000, "a"--"b"', "1990–2000, “a”–“b”"),
        ("from the community-- that means, ab-- c", "from the community– that means, ab-- c"),
        ('"A paragraph of a longer quotation.', "“A paragraph of a longer quotation."),
        ('(1) "is this it?, and some-type" inquiries" (end)"', "(1) “is this it?, and some-type” inquiries” (end)”"),
        ('a 5 1/4" disk, 27" wide, x="1 " y', 'a 5 1/4" disk, 27" wide, x="1 " y'),
        (
            'At https://x.example/it\'s--so, "www.x.example/a--b"',
            "At https://x.example/it's--so, “www.x.example/a--b”",
        ),
        ('{{< fig src="a--b" >}} {#a--b title="it\'s"}', '{{< fig src="a--b" >}} {#a--b title="it\'s"}'),
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
        ("fr-CH", "«a» and ‹b›"),
        ("es", "“a” and ‘b’"),
        ("pl", "„a” and «b»"),
        ("tlh", "“a” and ‘b’"),
    ],
)
def test_quotation_marks_are_those_of_the_language(language: str, shown: str) -> None:
    assert smarten("\"a\" and 'b'", language) == shown


def test_a_post_has_the_quotation_marks_of_its_language(blog: BlogMaker) -> None:
    made = blog(
        '-- afterword.toml --\nlanguage = "de"\n'
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


CODE = """
-- posts/2026-01-02-a.md --
---
title: A
---

## What's -- "new"--est {#own--id}

## It's --all -- "x"

Type <code>--it's "x"</code>, <kbd>'q'</kbd> or `it's --x`; <i>it's</i> <https://x.example/it's--x>, "x".

[[2026-01-02-a|Don't]], ![it's](/e.svg "'Cap'")

```py title="it's here"
x = "it's" -- 1
```

$$f'(x) -- "y"$$

*[CSS]: It's "style"

CSS.
-- static/e.svg --
<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>
"""


def test_a_quotation_can_end_behind_a_footnote(blog: BlogMaker) -> None:
    made = blog(
        '-- posts/2026-01-01-a.md --\n---\ntitle: A\n---\nHe said "so [^1]" and "no[^1]" then.\n\n[^1]: Note.\n'
    )
    made.build()
    shown = "".join(html.fromstring(made.page("/posts/a/")).find_class("prose")[0].find("p").itertext())
    assert shown == "He said “so 1” and “no1” then."


def test_code_urls_and_ids_stay_as_they_are_written(blog: BlogMaker) -> None:
    made = blog(CODE)
    made.build(strict=True)
    page = made.page("/posts/a/")
    for kept in (
        "<code>--it's \"x\"</code>, <kbd>'q'</kbd> or <code>it's --x</code>",
        ">https://x.example/it's--x</a>, “x”",
        '<h2 id="own--id">What’s – “new”–est<',
        '<h2 id="its---all----x">It’s --all – “x”<',
        '$$f\'(x) -- "y"$$',
    ):
        assert kept in page
    for shown in (
        ">Don’t</a>",
        'alt="it’s"',
        'title="‘Cap’"',
        "<figcaption>it’s here<",
        'title="It’s “style”"',
        "<i>it’s</i>",
    ):
        assert shown in page


def test_smart_punctuation_changes_no_id(blog: BlogMaker) -> None:
    made = blog(CODE)
    made.build()
    smart = set(html.fromstring(made.page("/posts/a/")).xpath("//@id"))
    made.add(OFF).build()
    assert set(html.fromstring(made.page("/posts/a/")).xpath("//@id")) == smart


def test_a_dash_can_touch_emphasis_and_links_but_not_code(blog: BlogMaker) -> None:
    made = blog("""
-- posts/2026-01-01-a.md --
---
title: A
subtitle: Ada's (and others') talks
---
It is great--**virtual** types--*all*--and a [link](https://x.example/)--too. `a`--b.
""")
    made.build()
    page = made.page("/posts/a/")
    assert "great–<strong>virtual</strong> types–<em>all</em>–and" in page
    assert "</a>–too. <code>a</code>--b." in page
    assert '<p class="lede">Ada’s (and others’) talks</p>' in page


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
    made = blog(OFF + POST)
    assert made.build().published
    assert json.loads(made.tree()["feed.json"])["items"][0]["title"] == "Don't -- `it's` \"quoted\""


def test_the_setting_reaches_titles_that_were_read_before(blog: BlogMaker) -> None:
    made = blog(OFF + POST)
    made.build()
    made.add(SMART)
    made.build()
    after = made.tree()
    assert after == made.build_clean()
    assert json.loads(after["feed.json"])["items"][0]["title"] == TITLE
