"""Content security policies: a page may load what it shows, and no list what only the posts behind it show."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Blog, BlogMaker

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
-- templates/home.html --
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
    made.build(cache=False)
    assert made.tree() == edited
    assert (loads(made, "/")["img-src"] == ["https://first.example"]) == ("first" not in old)
