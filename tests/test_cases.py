"""Small blogs in the form in which other tools have them: what `expect.txt` of each says."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Literal
from unicodedata import normalize
from urllib.parse import quote, unquote

import feedparser
import pytest

from tests.conftest import DATA

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.build.report import Report
    from tests.conftest import Blog, BlogMaker

CASES = DATA / "cases"


@pytest.fixture
def case(blog: BlogMaker) -> Callable[[str], Blog]:
    """Makes the blog of a case."""

    def make(name: str) -> Blog:
        made = blog()
        for path in sorted((CASES / name).rglob("*")):
            if path.is_file() and path.name != "expect.txt":
                made.write(path.relative_to(CASES / name).as_posix(), path.read_bytes())
        return made

    return make


def say(report: Report) -> list[str]:
    """The findings of a build: severity, id, line, column, hint."""
    return [
        f"{found.severity} {found.id} {found.place.line}:{found.place.column} {found.hint}"
        for found in report.diagnostics
        if found.place is not None
    ]


def test_an_image_with_a_space_in_its_path(case: Callable[[str], Blog]) -> None:
    findings = say(case("image-path-with-space").build())
    assert "warning near-markdown 5:6 write `![a](<my picture.svg>)`" in findings


def test_a_fence_without_an_end(case: Callable[[str], Blog]) -> None:
    assert say(case("fence-without-end").build()) == [
        "warning unclosed-fence 5:1 add a closing fence: a line of 3 backticks"
    ]


def test_a_table_with_few_dashes(case: Callable[[str], Blog]) -> None:
    assert say(case("table-with-few-dashes").build()) == ["warning near-markdown 6:1 write `| --- | --- | --- |`"]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("| a | b |\n| - |\n| 1 | 2 |", "write `| --- | --- |`"),
        ("a | b | c\n:-: | -\n1 | 2 | 3", "write `| --- | --- | --- |`"),
        ("## Head {.a\n.b}", "write `{.a .b}`"),
        ("## Head {#x\n.b .c}\nText.", "write `{#x .b .c}`"),
    ],
)
def test_what_is_nearly_a_table_or_a_list_of_attributes(blog: BlogMaker, text: str, hint: str) -> None:
    made = blog(f"-- posts/2026-01-10-x.md --\n---\ntitle: A\n---\n\n{text}\n")
    (found,) = made.build().diagnostics
    assert (found.id, found.hint) == ("near-markdown", hint)


@pytest.mark.parametrize("text", ["a | b\n- | -\n1 | 2", "## Set {.a}\n.b}", "## A {x\nb}", "x | y\n- item"])
def test_what_is_a_table_or_only_text_is_not_nearly_one(blog: BlogMaker, text: str) -> None:
    made = blog(f"-- posts/2026-01-10-x.md --\n---\ntitle: A\n---\n\n{text}\n")
    assert made.build().diagnostics == ()


def test_a_title_with_a_number_sign(case: Callable[[str], Blog]) -> None:
    assert say(case("title-with-number-sign").build()) == [
        'warning cut-value 2:25 write `title: "Community meetup #12, what I keep"`'
    ]


@pytest.mark.parametrize(
    ("line", "findings"),
    [
        ("tags: #a #b", ["warning cut-value 2:7 write `tags: [a, b]`, or put the value in quotes"]),
        ("series: Part #2", ['warning cut-value 2:14 write `series: "Part #2"`']),
        ("series: A # comment", []),
        ("toc: false #for now", []),
        ("tags: [a, b] #for now", []),
        ('series: "Part #2"', []),
    ],
)
def test_a_number_sign_cuts_text_and_nothing_else(blog: BlogMaker, line: str, findings: list[str]) -> None:
    made = blog(f"-- posts/2026-01-10-x.md --\n---\n{line}\ntitle: A\n---\n\nText.\n")
    assert say(made.build()) == findings


def test_decades_and_words_that_begin_with_an_apostrophe(case: Callable[[str], Blog]) -> None:
    made = case("smart-decades")
    made.build(strict=True)
    assert "The ’90s, rock ’n’ roll, an ’07 tape, ’tis ’em." in made.page("/posts/x/")


def test_lettered_points(case: Callable[[str], Blog]) -> None:
    made = case("smart-lettered-points")
    made.build(strict=True)
    assert "(a) keep it, (b) drop it, (c) split it." in made.page("/posts/x/")


def test_emphasis_beside_wide_punctuation(case: Callable[[str], Blog]) -> None:
    made = case("emphasis-beside-wide-punctuation")
    made.build(strict=True)
    assert "<strong>「重要」</strong>です。これは<strong>重点：</strong>後で。" in made.page("/posts/x/")


def test_an_accent_in_one_character_or_two(case: Callable[[str], Blog]) -> None:
    made = case("decomposed-image-link")
    assert made.build(strict=True).diagnostics == ()
    (picture,) = [path for path in made.tree() if path.endswith(".svg") and path.startswith("posts/")]
    assert f'<img src="/{quote(picture)}"' in made.page("/posts/x/")


ONE, TWO = "caf\u00e9", "cafe\u0301"
"""A word with an accent, in one character and in two."""


@pytest.mark.parametrize(("name", "link"), [(ONE, TWO), (TWO, ONE)])
def test_one_form_of_a_letter(blog: BlogMaker, name: str, link: str) -> None:
    made = blog(
        f"-- posts/2026-01-10-x.md --\n---\ntitle: A\ntags: [{name}]\nseries: {link}\nrelated: [{link}]\n---\n\n"
        f"[a](2026-01-11-{link}.md) [b](2026-01-11-{link}.md#{link}) [c](#{link}) [[{link}]]\n"
        f"![d](/{link}.svg) ![e]({link}.svg)\n\n## {name}\n"
        f"-- posts/2026-01-11-{name}.md --\n---\ntags: [{link}]\nseries: {name}\n---\n# {name}\n\n## {name}\n"
        f'-- posts/{name}.svg --\n<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>\n'
        f'-- static/{name}.svg --\n<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>\n'
    )
    report = made.build(strict=True)
    assert report.diagnostics == ()
    tree, page = made.tree(), made.page("/posts/x/")
    assert len([path for path in tree if path.startswith("tags/caf") and path.endswith("index.html")]) == 1
    for target in re.findall(r'(?:href|src)="(/[^"#]*caf[^"#]*)', page):
        path = unquote(target).removeprefix("/")
        assert path in tree or f"{path}index.html" in tree, target
    assert page.count(f'href="#{quote(ONE)}"') == 2 or f'id="{ONE}"' in page


def read_feed(made: Blog) -> list[str]:
    """The HTML of all posts in both feeds."""
    entries = feedparser.parse(made.tree()["feed.xml"]).entries
    texts = re.findall(r'<content type="html">(.*?)</content>', made.page("/feed.xml"), re.DOTALL)
    assert len(texts) == len(entries)
    return [*map(unescape, texts), *(item["content_html"] for item in json.loads(made.page("/feed.json"))["items"])]


DECOMPOSED = """
-- afterword.toml --
menu = [{ title = "Tag", url = "/tags/né/" }]
-- posts/2026-01-10-café.md --
---
title: A
tags: [né]
---
Text[^né] and né, [Né].

A paragraph.
{: #né-1}

<a id="né-2"></a>

[^né]: The note.
[né]: https://a.example/
*[né]: The name.
-- posts/2026-01-11-y.md --
# Y

[a](/posts/café/#né-1) [c](/tags/né/) [d](/posts/caf%C3%A9/#né-2) [e](/posts/cafe%CC%81/)
"""


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_composed_and_decomposed_letters_are_the_same_in_links_and_names(
    blog: BlogMaker, form: Literal["NFC", "NFD"]
) -> None:
    made = blog(DECOMPOSED)
    linking = made.root / "posts/2026-01-11-y.md"
    for path in (made.root / "afterword.toml", linking):
        path.write_text(normalize(form, path.read_text()))
    named = made.root / "posts/2026-01-10-café.md"
    text, found, notes = named.read_text().partition("[^né]: ")
    named.write_text(normalize("NFD", text) + normalize("NFC", found + notes))
    assert made.build(strict=True).diagnostics == ()
    assert '<a href="https://a.example/"' in made.page("/posts/café/")
    page = made.page("/posts/y/")
    assert re.findall('<a href="(/[^"]*)">[a-e]</a>', page) == [
        "/posts/caf%C3%A9/#n%C3%A9-1",
        "/tags/n%C3%A9/",
        "/posts/caf%C3%A9/#n%C3%A9-2",
        "/posts/caf%C3%A9/",
    ]


def test_attributes_without_quotes_in_feeds(case: Callable[[str], Blog]) -> None:
    made = case("feed-unquoted-attribute")
    made.build(strict=True)
    urls = [url for html in read_feed(made) for url in re.findall(r"(?:src|href)=[\"']?([^\s\"'>]+)", html)]
    assert len(urls) == 4
    assert all(url.startswith("https://example.org/n/") for url in urls)


def test_anchors_are_not_in_feeds(case: Callable[[str], Blog]) -> None:
    made = case("feed-without-anchors")
    made.build(strict=True)
    for html in read_feed(made):
        assert '<h2 id="part-one">Part one</h2>' in html
        assert ">#<" not in html


def test_a_form_below_the_base_path(case: Callable[[str], Blog]) -> None:
    made = case("form-below-base-path")
    assert made.build(strict=True).diagnostics == ()
    assert '<form action="/n/find/">' in made.page("/posts/x/")
    made.remove("pages/find.md")
    assert [found.id for found in made.build().diagnostics] == ["broken-link"]


def test_every_attribute_with_a_url_is_absolute_in_feeds(blog: BlogMaker) -> None:
    made = blog(
        "-- afterword.toml --\nbase_url = 'https://example.org/n/'\n"
        "-- posts/2026-01-10-x.md --\n---\ntitle: A\n---\n\n## Part\n\n"
        '<a href = "2026-01-11-y.md" ping="/posts/y/ https://a.example/">y</a> <a href=#part>p</a>\n\n'
        '<blockquote cite="2026-01-11-y.md">q</blockquote>\n\n'
        '<svg id="s"><image href="p.svg"/><use href="#s"/></svg>\n\n'
        '<img srcset="p.svg 1x, /p.svg 2x" src=p.svg alt="a>b">\n\n'
        '<table background="p.svg"><tr><td background=p.svg>t</td></tr></table>\n\n'
        '<a href="">e</a> <a href="?q=1">f</a>\n\n'
        "```python linenos\na_long_line_of_code = 1\n```\n\n"
        "| a long head of a column | another |\n| --- | --- |\n| b | c |\n"
        "-- posts/2026-01-11-y.md --\n---\ntitle: Y\n---\n\ny\n"
        '-- posts/p.svg --\n<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>\n'
        '-- static/p.svg --\n<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>\n'
    )
    made.build(strict=True)
    html = next(item for item in json.loads(made.page("/feed.json"))["items"] if item["title"] == "A")["content_html"]
    root = "https://example.org/n"
    for piece in (
        f'<a href = "{root}/posts/y/" ping="{root}/posts/y/ https://a.example/">',
        f'<a href="{root}/posts/x/#part">',
        f'<blockquote cite="{root}/posts/y/">',
        f'<image href="{root}/posts/x/p.svg"/><use href="#s"/>',
        f'<table background="{root}/posts/x/p.svg"><tr><td background="{root}/posts/x/p.svg">',
        f'<a href="{root}/posts/x/">e</a> <a href="{root}/posts/x/?q=1">f</a>',
        f'srcset="{root}/posts/x/p.svg 1x, {root}/p.svg 2x"',
        "<pre><code",
        "<table>",
    ):
        assert piece in html
    for piece in ("linenos", "tabindex", "scroll", 'class="heading"', 'class="anchor"'):
        assert piece not in html


def test_a_long_first_paragraph_is_cut_at_a_word(case: Callable[[str], Blog]) -> None:
    made = case("long-first-paragraph")
    made.build(strict=True)
    page = made.page("/posts/x/")
    data = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    descriptions = [*re.findall(r'<meta (?:name|property)="(?:og:)?description" content="([^"]*)">', page)]
    descriptions.append(data["description"])
    assert len(descriptions) == 3
    for text in descriptions:
        assert len(text) <= 160
        assert text.endswith("word…")
    summary = json.loads(made.page("/feed.json"))["items"][0]["summary"]
    assert 160 < len(summary) <= 300
    assert summary.endswith("word…")


def test_an_image_with_one_dimension(case: Callable[[str], Blog]) -> None:
    made = case("image-with-one-dimension")
    made.build(strict=True)
    for html in (made.page("/posts/x/"), *read_feed(made)):
        assert 'width="20" height="10"' in html


def test_a_pointer_of_git_lfs(case: Callable[[str], Blog]) -> None:
    assert say(case("lfs-pointer").build()) == [
        "warning damaged-image 5:6 run `git lfs pull`; in a GitHub workflow, set `lfs: true` for `actions/checkout`"
    ]


@pytest.mark.parametrize("path", ["posts/talk.mp4", "posts/slides.pdf", "static/talk.vtt"])
def test_any_published_file_may_be_a_pointer_of_git_lfs(blog: BlogMaker, path: str) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n"
    name = path.partition("/")[2]
    made = blog(f"-- posts/2026-01-01-a.md --\n# A\n\n[b]({'/' * path.startswith('static')}{name})\n").write(
        path, pointer
    )
    for _ in range(2):  # the second build has it from the cache
        (found,) = made.build().diagnostics
        assert (found.id, found.message) == ("git-lfs-pointer", f"`{path}` is a Git LFS pointer")
    assert made.write(path, "the file").build().diagnostics == ()


PNG = bytes.fromhex("89504e470d0a1a0a0000000d494844520000000100000001080000000 03a7e9b55".replace(" ", ""))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.png", b"", "empty image file: `p.png`"),
        ("p.png", PNG, "truncated image file: `p.png`"),
        ("p.jpg", b"\xff\xd8\xff\xe0" + b"x" * 100, "truncated image file: `p.jpg`"),
        ("p.svg", b"<!doctype html><p>404", "invalid SVG image: `p.svg` has no `<svg>` element"),
        ("p.png", b"\n<!doctype html><p>404", "not an image but HTML or XML: `p.png`"),
        ("p.svg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', ""),
        ("p.jpg", b"\xff\xd8\xff\xe0" + b"x" * 100 + b"\xff\xd9", ""),
        ("p.gif", b"GIF89a" + b"x" * 20 + b"\x3b", ""),
    ],
)
@pytest.mark.parametrize("text", ["![a]({})", '<img src="{}" alt="a">'])
def test_images_that_cannot_be_shown(blog: BlogMaker, name: str, content: bytes, message: str, text: str) -> None:
    made = blog(f"-- posts/2026-01-10-x.md --\n---\ntitle: A\n---\n\n{text.format(name)}\n")
    made.write(f"posts/{name}", content)
    for _ in range(2):
        found = [finding.message for finding in made.build().diagnostics]
        assert found == ([message] if message else [])


def test_robots_at_the_root(case: Callable[[str], Blog]) -> None:
    made = case("robots-at-the-root")
    (found,) = made.build().diagnostics
    assert (str(found.place), found.hint) == (
        "robots.txt",
        "move it to `static/robots.txt`; it is published from there",
    )
    assert b"Disallow: /" in made.tree()["robots.txt"]


def test_a_block_that_the_parent_does_not_have(case: Callable[[str], Blog]) -> None:
    (found,) = case("block-without-parent").build().diagnostics
    assert str(found.place) == "templates/wide.html:2:10"
    assert found.message == "unknown block `content`: `base.html` has no such block"
    assert "`main`" in found.hint


@pytest.mark.parametrize(
    ("files", "findings"),
    [
        ({"wide.html": '{% extends "base.html" %}{% block mian %}x{% endblock %}'}, ["unknown-block"]),
        ({"wide.html": '{% extends "base.html" %}\n{% block main %}x{% endblock %}\nText.'}, ["unknown-block"]),
        (
            {"wide.html": '{% extends "base.html" %}\n{{ config.title }}{% block main %}x{% endblock %}'},
            ["unknown-block"],
        ),
        ({"wide.html": 'Text.\n{% extends "base.html" %}{% block main %}x{% endblock %}'}, ["unknown-block"]),
        (
            {"wide.html": '{% extends "base.html" %}{% for tag in post.tags %}{{ tag }}{% endfor %}'},
            ["unknown-block"],
        ),
        ({"wide.html": '{% extends "base.html" %}{% include "partials/toc.html" %}'}, ["unknown-block"]),
        ({"wide.html": '{% set x %}text{% endset %}\n{% extends "base.html" %}{% macro m() %}x{% endmacro %}'}, []),
        (
            {"wide.html": '{% extends "base.html" %}{# x #}\n{% set a = 1 %}\n{% block main %}x{% endblock %}\n'},
            [],
        ),
        (
            {
                "wide.html": '{% extends "own.html" %}{% block part %}x{% endblock %}',
                "own.html": '{% extends "base.html" %}{% block main %}{% block part %}{% endblock %}{% endblock %}',
            },
            [],
        ),
        ({"wide.html": "<p>no parent</p>{% block any %}{% endblock %}"}, []),
        ({"wide.html": "x", "Post.html": "x"}, ["misnamed-template"]),
        ({"wide.html": "x", "partials/mine.html": "x"}, ["unused-template"]),
        ({"wide.html": '{% include "partials/mine.html" %}', "partials/mine.html": "x"}, []),
        ({"wide.html": "x", "partials/toc.html": "x"}, []),
    ],
)
def test_parts_of_templates_that_no_page_shows(blog: BlogMaker, files: dict[str, str], findings: list[str]) -> None:
    made = blog("-- posts/2026-01-10-x.md --\n---\ntitle: A\nlayout: wide\n---\n\nText.\n")
    for name, text in files.items():
        made.write(f"templates/{name}", text)
    assert [found.id for found in made.build().diagnostics if found.id != "broken-page"] == findings


def test_a_name_with_a_date_and_spaces(case: Callable[[str], Blog]) -> None:
    made = case("name-with-date-and-spaces")
    assert made.build(strict=True).diagnostics == ()
    assert "5 January 2026" in made.page("/posts/My-talk-notes/") or "5 Jan 2026" in made.page("/posts/My-talk-notes/")


@pytest.mark.parametrize(
    "name", ["2026-01-05 My talk", "2026-01-05 - My talk", "2026-01-05_My talk", "2026-01-05-My-talk"]
)
def test_the_date_and_the_name_of_a_file(blog: BlogMaker, name: str) -> None:
    made = blog().write(f"posts/{name}.md", "# T\n\nText.\n")
    made.build(strict=True)
    assert "posts/My-talk/index.html" in made.tree()
