"""Content security policies: a page may load what it shows, and no list what only the posts behind it show."""

from __future__ import annotations

import html
import re
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.core.diagnostics import Failure
from afterword.core.fingerprints import digest
from afterword.core.web_origins import is_origin
from afterword.markdown.context import MarkdownOptions
from afterword.templates.csp import Policies, write_policy
from tests.writing import write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Blog, BlogMaker

STATIC = Path(__file__).parents[1] / "static"

POST = """
-- posts/2026-01-01-a.md --
---
title: A
tags: [x]
---
First, ![one](https://first.example/1.png) picture.

![two](https://second.example/2.png)

<video src="https://third.example/3.mp4"></video>
"""


EXCERPTS = """
-- templates/index.html --
{% extends "base.html" %}
{% block main %}
<h1>Beginnings</h1>
{% for post in page.posts %}
{{ post.excerpt }}
{% endfor %}
{% endblock %}
"""
"""A home page that shows how posts begin, which the theme's own does not."""


def loads(made: Blog, url: str) -> dict[str, list[str]]:
    """What the page's policy allows besides this site, by directive."""
    found = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', made.page(url))
    assert found is not None
    directives = (part.split() for part in unescape(found[1]).split("; "))
    return {name: remote for name, *allowed in directives if (remote := [one for one in allowed if "://" in one])}


def test_a_post_may_load_what_it_shows_and_lists_what_its_excerpt_shows(blog: BlogMaker) -> None:
    made = blog(POST + EXCERPTS)
    assert made.build().diagnostics == ()
    assert loads(made, "/posts/a/") == {
        "img-src": ["https://first.example", "https://second.example"],
        "media-src": ["https://third.example"],
    }
    assert loads(made, "/") == {"img-src": ["https://first.example"]}
    assert loads(made, "/tags/x/") == loads(made, "/archive/") == {}


@pytest.mark.parametrize(
    ("matter", "separator"),
    [("", "<!--more-->"), ("excerpt: 'Look: ![](https://own.example/x.png)'\n", "\n\n")],
    ids=["up to a separator", "one of its own"],
)
def test_an_excerpt_loads_what_it_holds_wherever_it_comes_from(blog: BlogMaker, matter: str, separator: str) -> None:
    made = blog(EXCERPTS).write("afterword.toml", f"excerpt_separator = {separator!r}\n")
    text = "![](https://own.example/1.png) <!--more--> ![](https://second.example/2.png)\n"
    made.write("posts/2026-01-01-a.md", f"---\ntitle: A\n{matter}---\n{text}")
    assert made.build().diagnostics == ()
    assert loads(made, "/")["img-src"] == ["https://own.example"]
    assert loads(made, "/posts/a/")["img-src"] == ["https://own.example", "https://second.example"]


def test_the_image_of_a_post_may_come_from_elsewhere(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\nimage: https://Image.example/a.png\n---\nText.\n")
    made.build()
    assert loads(made, "/posts/a/") == {"img-src": ["https://image.example"]}
    assert loads(made, "/") == {}


def test_a_list_of_the_blogs_own_may_load_what_it_shows(blog: BlogMaker) -> None:
    shown = "{{ csp() }}{% for post in site.posts %}{{ post.content }}{% endfor %}"
    made = blog(POST).write("templates/archive.html", shown)
    made.build()
    assert "img-src &#39;self&#39; data: https://first.example https://second.example;" in made.page("/archive/")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://first.example/1.png", "https://other.example/1.png"),
        ("https://second.example/2.png", "https://other.example/2.png"),
        ("First, ", "![zero](https://zero.example/0.png)\n\nFirst, "),
    ],
    ids=["in the excerpt", "behind it", "before it"],
)
def test_policies_follow_each_edit(blog: BlogMaker, old: str, new: str) -> None:
    made = blog(POST + EXCERPTS)
    made.build()
    made.edit("posts/2026-01-01-a.md", old, new).build()
    edited = made.tree()
    assert made.build_clean() == edited
    assert (loads(made, "/")["img-src"] == ["https://first.example"]) == ("first" not in old)


INJECTED = "https://g.h; script-src-elem 'unsafe-inline' *; y"
WITHOUT_SPACES = "https://g.h;script-src-elem/a.mp4"


def post(text: str, matter: str = "") -> str:
    return f"-- posts/2026-01-01-a.md --\n---\ntitle: A\n{matter}---\n{text}\n"


@pytest.mark.parametrize(
    ("files", "place", "id"),
    [
        (post(f'<img src="{INJECTED}">'), "4:11", "invalid-host"),
        (post(f"<img srcset='/a.png 1x, {WITHOUT_SPACES} 2x'>"), "4:14", "invalid-host"),
        (post(f'<video poster="{INJECTED}"></video>'), "4:16", "invalid-host"),
        (post(f'<video><source src="{INJECTED}"></video>'), "4:21", "invalid-host"),
        (post(f'<audio src="{INJECTED}"></audio>'), "4:13", "invalid-host"),
        (post(f'A <iframe src="{INJECTED}"></iframe>'), "4:16", "invalid-host"),
        (post(f'<embed src="{INJECTED}">'), "4:13", "invalid-host"),
        (post(f'<object data="{INJECTED}"></object>'), "4:15", "invalid-host"),
        (post(f'<img src="//{INJECTED.partition("//")[2]}">'), "4:11", "invalid-host"),
        (post("<img src='https://g.h&#59;&#9;*/'>"), "4:11", "invalid-host"),
        (post(f"![a](<{INJECTED}>)"), "4:7", "invalid-host"),
        (post("![a](https://*/a.png)"), "4:6", "invalid-host"),
        (post("![a](https://g%20h;*/a.png)"), "4:6", "invalid-host"),
        (post(f"![a][r]\n\n[r]: {WITHOUT_SPACES}"), "6:6", "invalid-host"),
        (post("Text.", f'image: "{INJECTED}"\n'), "3:8", "invalid-host"),
        (post("Text.", f"image: {{path: {WITHOUT_SPACES}, alt: A}}\n"), "3:15", "invalid-host"),
        (post("Text.", f'excerpt: "![]({WITHOUT_SPACES})"\n'), "3:15", "invalid-host"),
        (post("Text.", f"talk: {WITHOUT_SPACES}\n"), "3:7", "invalid-talk"),
        (post("Text.", f"talk: {{video: {WITHOUT_SPACES}}}\n"), "3:15", "invalid-video"),
        (post("Text.", "talk: https://g.h;y/w/9c9de5e8-0a1e-484a-b099-e80766180a6d\n"), "3:7", "invalid-talk"),
        (post("Text.", "talk: //g.h;y/a.mp3\n"), "3:7", "invalid-talk"),
    ],
)
def test_invalid_host_is_an_error_at_its_place(blog: BlogMaker, files: str, place: str, id: str) -> None:
    report = blog(files).build()
    assert not report.published
    found = {(str(found.place), found.id) for found in report.diagnostics if found.is_error}
    assert found == {(f"posts/2026-01-01-a.md:{place}", id)}


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("![](https://Bücher.example/ö.png)", "https://xn--bcher-kva.example"),
        ('<img src="https://bücher.example/">', "https://xn--bcher-kva.example"),
        ('<img src="https://a.example\\@b.example/">', "https://a.example"),
        ('<img src="https://;script-src@a.example:443/">', "https://a.example"),
        ('<img src="https://a.exam\nple/">', "https://a.example"),
        ('<img src="https://a.example&#10;.;b/">', ""),
        ("![](https://A.example.:8080/?;*#;*)", "https://a.example.:8080"),
    ],
)
def test_a_policy_names_what_a_browser_loads_from(blog: BlogMaker, text: str, origin: str) -> None:
    made = blog(post(text))
    assert made.build().published == bool(origin)
    if origin:
        assert loads(made, "/posts/a/") == {"img-src": [origin]}


def test_the_blogs_own_host_needs_no_policy_however_it_is_spelt(blog: BlogMaker) -> None:
    made = blog(post('![](https://Bücher.example:443/a.png)\n\n<img src="//xn--bcher-kva.example/a.png">'))
    made.build(base_url="https://bücher.example/")
    assert loads(made, "/posts/a/") == {}


@pytest.mark.parametrize(
    "files",
    [
        post("![A](https://my_bucket.example/a.png)"),
        post('<img src="https://my_bucket.example/a.png">'),
        post("Text.", "image: https://my_bucket.example/a.png\n"),
        post("Text.", "talk: https://my_bucket.example/a.mp3\n"),
        post("Text.", "talk: https://my_tube.example/w/9c9de5e8-0a1e-484a-b099-e80766180a6d\n"),
    ],
)
def test_a_host_that_no_policy_can_name_is_told_where_there_is_a_policy(blog: BlogMaker, files: str) -> None:
    made = blog(files)
    (found,) = made.build().diagnostics
    assert (found.id, found.is_error) == ("blocked-by-csp", False)
    assert loads(made, "/posts/a/") == {}
    made.write("afterword.toml", 'theme = {csp = "off"}\n')
    assert made.build(strict=True).diagnostics == ()


def test_a_recording_without_a_scheme_may_be_loaded(blog: BlogMaker) -> None:
    made = blog(post("Text.", "talk: //a.example/a.mp3\n"))
    made.build()
    assert loads(made, "/posts/a/") == {"media-src": ["https://a.example"]}


PIECES = [
    "https:",
    "http:",
    "//",
    "/",
    "\\\\",
    "@",
    ":443",
    ":",
    "%3B",
    "%20",
    "g.h",
    "ü",
    "[::1]",
    "_",
    *" ;,*'?#\t\n",
]


@given(st.lists(st.sampled_from(PIECES) | st.characters(), max_size=8).map("".join))
def test_no_url_changes_more_of_a_policy_than_what_is_loaded(url: str) -> None:
    quoted = html.escape(f"https://{url}")
    markup = f"<img src='{quoted}' srcset='{quoted} 2x'><video poster='{quoted}' src='{quoted}'></video>"
    body = write(f"<div>{markup}<iframe src='{quoted}'></iframe></div>\n\n![a](<https://{url}>)\n", MarkdownOptions())
    plain, made = (dict(read_policy(write_policy(remote, ["a()"]))) for remote in ((), body.remote))
    assert {name: made[name] for name in plain if name not in ("img-src", "media-src")} == {
        name: plain[name] for name in plain if name not in ("img-src", "media-src")
    }
    assert made.keys() - plain.keys() <= {"frame-src"}
    assert all(is_origin(one) for name in made for one in set(made[name]) - set(plain.get(name, ())))


def read_policy(policy: str) -> Iterator[tuple[str, list[str]]]:
    """The directives of a policy, as browsers read it: split at semicolons, then at white space."""
    for directive in policy.split(";"):
        name, *sources = re.split(r"[ \t\n\f\r]+", directive.strip(" \t\n\f\r"))
        yield name, sources


@pytest.mark.parametrize(
    "load",
    [
        ("img-src", INJECTED),
        ("img-src", "https://*"),
        ("img-src", "'unsafe-inline'"),
        ("img-src", ""),
        ("script-src", "https://a.example"),
        ("script-src-elem", "data:"),
        ("img-src; script-src", "https://a.example"),
        ("default-src", "https://a.example"),
    ],
)
def test_write_policy_accepts_only_origins(load: Any) -> None:
    with pytest.raises(ValueError, match="invalid content security policy source"):
        write_policy([load], [])


def test_text_cannot_be_a_policy_placeholder(blog: BlogMaker) -> None:
    script = (STATIC / "theme.js").read_text()
    placeholder = Policies().placeholder([script]).strip("\0")
    guesses = [
        placeholder,
        f"policy-{digest('posts/a/index.html', script)}",
        f"&#0;{placeholder}&#0;",
        f"\ufffd{placeholder}\ufffd",
    ]
    made = blog(
        post(
            "\n\n".join(guesses), f'subtitle: "{placeholder}"\ndescription: "{placeholder}"\ntags: ["{placeholder}"]\n'
        )
    )
    assert made.build().published
    page = made.page("/posts/a/")
    assert page.count(placeholder) > len(guesses)
    assert page.count("default-src") == 1
    assert "\0" not in page


@pytest.mark.parametrize("matter", ['description: "\\0policy\\0"\n', 'subtitle: "\\x00"\n'])
def test_front_matter_cannot_contain_a_placeholder(blog: BlogMaker, matter: str) -> None:
    made = blog(post("Text.", matter))
    assert [found.id for found in made.build().diagnostics] == ["control-character"]
    assert "\0" not in made.page("/posts/a/")


def test_setting_cannot_contain_a_placeholder(blog: BlogMaker) -> None:
    made = blog(post("Text.")).write("afterword.toml", 'title = "A\\u0000policy"\n')
    with pytest.raises(Failure) as failure:
        made.build()
    assert [found.id for found in failure.value.diagnostics] == ["invalid-setting"]


def test_policy_is_inserted_at_every_placeholder(blog: BlogMaker) -> None:
    made = blog(POST).write(
        "templates/archive.html", "{% set own = csp() %}<p>{{ own }}</p>{{ own }} {{ csp('theme.js') }}"
    )
    made.build()
    page = made.page("/archive/")
    assert page.count("default-src") == 3
    assert page.count("sha256-") == 1
    assert "\0" not in page
