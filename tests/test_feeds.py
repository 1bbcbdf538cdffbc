"""Feeds and the sitemap, read as readers and search engines do: Atom (RFC 4287), JSON Feed 1.1, sitemaps.org."""

from __future__ import annotations

import json
import re
from typing import Any

import feedparser
import html5lib
import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from afterword.markdown import html_tags
from afterword.markdown.html_tags import HiddenElement, drop_hidden, read_tags
from afterword.templates import feed_html
from tests.conftest import Blog, BlogMaker

BLOG = """
-- afterword.toml --
title = "Notes & talks"
author = "Ada Writer"
base_url = "https://example.org/notes/"
-- posts/2026-01-02-talk.md --
---
title: A talk
categories: [llm]
tags: [ai, notes]
updated: 2026-02-03 04:05:06 +01:00
---
See [the other](2025-12-31-tricky.md), [a part](#part), [elsewhere](https://example.com/x) and a note[^1].

![A frame](frame.png)

<picture>
<source srcset="frame.png 1x, big.png 2x">
<img src="frame.png" srcset="frame.png 1x, big.png 2x" alt="">
</picture>

<video controls src="frame.png" poster="big.png"></video>

## Part

`<a href="/in/code">`

[^1]: A footnote.
-- posts/frame.png --
not really a picture
-- posts/big.png --
not really a picture
-- posts/2025-12-31-tricky.md --
---
title: 'A "quoted" ]]> </script> & <b>marked</b> title 🎉'
tags: [ai]
authors: [Guest One, Guest Two]
lang: de
---
Ein Text mit ]]> und `</script>` & "Zeichen" 🎉.
-- pages/about.md --
---
title: About
sitemap: false
---
About this blog.
"""

ATOM = "{http://www.w3.org/2005/Atom}"
TRICKY = "A „quoted“ ]]> </script> & <b>marked</b> title 🎉"
FEEDS = ("feed.xml", "categories/llm/feed.xml", "tags/ai/feed.xml", "tags/notes/feed.xml")
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Blog:
    """A built blog of two posts."""
    root = tmp_path_factory.mktemp("feeds") / "blog"
    root.mkdir()
    blog = Blog(root).add(BLOG)
    assert blog.build().diagnostics == ()
    return blog


def atom(blog: Blog, path: str = "feed.xml") -> Any:
    """A feed as XML."""
    return etree.fromstring(blog.tree()[path])


def texts(element: Any, name: str) -> list[str]:
    """The texts of an element's children of a name."""
    return [child.text for child in element.findall(f"{ATOM}{name}")]


def links(element: Any, rel: str) -> list[str]:
    """The targets of an element's links of a kind."""
    return [link.get("href") for link in element.findall(f"{ATOM}link") if link.get("rel") == rel]


def json_feed(blog: Blog) -> dict[str, Any]:
    """The JSON Feed."""
    data = json.loads(blog.tree()["feed.json"])
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize("path", FEEDS)
def test_feed_readers_find_nothing_to_mend(site: Blog, path: str) -> None:
    assert not feedparser.parse(site.tree()[path]).bozo


@pytest.mark.parametrize("path", FEEDS)
def test_atom_feeds_have_what_the_specification_demands(site: Blog, path: str) -> None:
    feed = atom(site, path)
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (text,) = texts(element, name)
            assert text
        assert texts(element, "id")[0].startswith("https://example.org/notes/")
        assert len(links(element, "alternate")) == 1
        assert all(DATE.fullmatch(date) for name in ("updated", "published") for date in texts(element, name))
    assert feed.find(f"{ATOM}author/{ATOM}name").text == "Ada Writer"
    assert links(feed, "self") == [f"https://example.org/notes/{path}"]
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))


def test_the_names_of_posts_are_those_of_jekyll(site: Blog, blog: BlogMaker) -> None:
    entries = atom(site).findall(f"{ATOM}entry")
    assert [texts(entry, "id") for entry in entries] == [
        ["https://example.org/notes/posts/talk"],
        ["https://example.org/notes/posts/tricky"],
    ]
    dated = blog(BLOG)
    dated.edit("afterword.toml", "author", 'permalink = "date"\nauthor')
    dated.build()
    (entry, _) = atom(dated).findall(f"{ATOM}entry")
    assert texts(entry, "id") == ["https://example.org/notes/llm/2026/01/02/talk"]
    assert links(entry, "alternate") == ["https://example.org/notes/llm/2026/01/02/talk.html"]


def test_dates_are_those_of_posts(site: Blog) -> None:
    feed = atom(site)
    talk, tricky = feed.findall(f"{ATOM}entry")
    assert texts(talk, "published") == ["2026-01-02T00:00:00+00:00"]
    assert texts(talk, "updated") == texts(feed, "updated")
    assert [item["date_modified"] for item in json_feed(site)["items"]] == [
        *texts(talk, "updated"),
        *texts(tricky, "updated"),
    ]
    assert feedparser.parse(site.tree()["feed.xml"]).entries[0].updated_parsed[:6] == (2026, 2, 3, 3, 5, 6)


def test_a_build_on_another_day_changes_no_feed(site: Blog) -> None:
    later = site.build_clean("1900000000")
    for path in (*FEEDS, "feed.json", "sitemap.xml"):
        assert later[path] == site.tree()[path]


def references(html: str) -> list[str]:
    """Every URL that HTML refers to."""
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    urls = [str(url) for name in ("href", "src", "poster") for url in root.xpath(f"//@{name}")]
    sets = [part.split()[0] for value in root.xpath("//@srcset") for part in value.split(",")]
    return urls + sets


def test_links_and_pictures_work_away_from_the_site(site: Blog) -> None:
    entry = atom(site).find(f"{ATOM}entry")
    for html in (*texts(entry, "content"), json_feed(site)["items"][0]["content_html"]):
        found = references(html)
        assert len(found) > 10
        assert all(url.startswith("https://") for url in found), found
        assert "https://example.org/notes/posts/talk/big.png" in found
        assert "https://example.org/notes/posts/talk/#part" in found
        assert '&lt;a href="/in/code"&gt;' in html


@pytest.mark.parametrize("permalink", ["/a'onclick='b/", "/a&lt;b/", "/a&amp;b=c/"])
def test_the_url_of_a_post_is_part_of_an_attribute_in_its_feed(blog: BlogMaker, permalink: str) -> None:
    made = blog(
        f"-- posts/2026-01-01-a.md --\n---\ntitle: A\npermalink: \"{permalink}\"\n---\n<p id=b><a href='#b'>C</a>\n"
    )
    made.build(base_url="https://example.org/it's&lt;/")
    content = json_feed(made)["items"][0]["content_html"]
    (link,) = html5lib.parseFragment(content, namespaceHTMLElements=False).iter("a")
    assert dict(link.attrib) == {"href": f"https://example.org/it's&lt;{permalink}#b"}


def test_the_address_of_the_sitemap_is_text(blog: BlogMaker) -> None:
    made = blog()
    made.write("posts/2026-01-01-a.md", "# A\n").build(base_url="https://example.org/it's&that/")
    assert "\nSitemap: https://example.org/it's&that/sitemap.xml\n" in made.page("/robots.txt")


def test_content_is_text_to_xml_whatever_it_holds(site: Blog) -> None:
    tricky = atom(site).findall(f"{ATOM}entry")[1]
    assert texts(tricky, "title") == [TRICKY]
    assert tricky.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
    assert texts(tricky, "content") == [json_feed(site)["items"][1]["content_html"]]
    (parsed,) = [found for found in feedparser.parse(site.tree()["feed.xml"]).entries if found.id.endswith("tricky")]
    assert parsed.title == TRICKY
    assert parsed.title_detail.type == "text/plain"
    assert [author.name for author in parsed.authors] == ["Guest One", "Guest Two"]


def test_the_json_feed_has_what_the_specification_demands(site: Blog) -> None:
    feed = json_feed(site)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "Notes & talks"
    assert feed["home_page_url"] == "https://example.org/notes/"
    assert feed["feed_url"] == "https://example.org/notes/feed.json"
    talk, tricky = feed["items"]
    assert talk["id"] == "https://example.org/notes/posts/talk"
    assert talk["url"] == "https://example.org/notes/posts/talk/"
    assert talk["tags"] == ["llm", "ai", "notes"]
    assert tricky["title"] == TRICKY
    assert tricky["language"] == "de"
    assert tricky["authors"] == [{"name": "Guest One"}, {"name": "Guest Two"}]


def test_a_term_has_a_feed_of_its_own(site: Blog) -> None:
    feed = atom(site, "tags/notes/feed.xml")
    assert texts(feed, "title") == ["Notes & talks: notes"]
    assert links(feed, "alternate") == ["https://example.org/notes/tags/notes/"]
    assert [texts(entry, "title") for entry in feed.findall(f"{ATOM}entry")] == [["A talk"]]


def test_pages_say_where_their_feeds_are(site: Blog) -> None:
    page = lxml.html.document_fromstring(site.page("/tags/notes/"))
    assert page.xpath("//link[@rel='alternate']/@href") == [
        "/notes/feed.xml",
        "/notes/feed.json",
        "/notes/tags/notes/feed.xml",
    ]


def test_a_blog_without_posts_has_valid_feeds(blog: BlogMaker) -> None:
    made = blog("-- drafts/a.md --\n# A\n")
    made.build()
    assert not feedparser.parse(made.tree()["feed.xml"]).bozo
    assert json_feed(made)["items"] == []


def test_the_sitemap_names_the_pages_to_find(site: Blog) -> None:
    namespace = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    root = etree.fromstring(site.tree()["sitemap.xml"])
    urls = root.xpath("//s:loc/text()", namespaces=namespace)
    assert len(urls) == len(set(urls))
    assert all(url.startswith("https://example.org/notes/") for url in urls)
    assert {"https://example.org/notes/", "https://example.org/notes/posts/talk/"} <= set(urls)
    assert not {url for url in urls if url.endswith(("/about/", "404.html", ".xml"))}
    dates = root.xpath("//s:url[s:loc=$url]/s:lastmod/text()", namespaces=namespace, url=urls[0])
    assert dates == ["2026-02-03T04:05:06+01:00"]
    assert b"Sitemap: https://example.org/notes/sitemap.xml" in site.tree()["robots.txt"]


HIDDEN = {
    "a block": "Intro.\n\n<div hidden>\n\nSecret.\n\n</div>\n\nEnd.\n",
    "the first block": "<div hidden>\n\nSecret.\n\n- Secret\n\n</div>\n\nIntro.\n",
    "a block in a block": "<div hidden>\n<div>Secret</div>\n\nSecret.\n\n</div>\n\nIntro.\n",
    "a paragraph": "<p hidden>Secret.</p>\n\nIntro.\n",
    "text": "Intro <span hidden>Secret</span>.\n",
    "a template": "<template>\n\nSecret.\n\n</template>\n\nIntro.\n",
    "a template in text": "Intro. <template>Secret</template>\n",
}
"""Texts with an element that browsers do not show."""


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_hidden_elements_are_on_the_page_alone(blog: BlogMaker, text: str) -> None:
    made = blog().write("afterword.toml", "markdown_pages = true\n")
    made.write("posts/2026-01-10-x.md", f"---\ntitle: X\ntags: [t]\n---\n{text}")
    made.build()
    assert {path for path, content in made.tree().items() if b"Secret" in content} == {"posts/x/index.html"}
    page = made.page("/posts/x/")
    assert "Secret" not in page[: page.index("</head>")]
    assert all("Intro" in made.tree()[path].decode() for path in ("feed.xml", "index.html", "posts/x/index.md"))


def test_a_hidden_paragraph_without_an_end_hides_no_other(blog: BlogMaker) -> None:
    made = blog().write("posts/2026-01-10-x.md", "---\ntitle: X\n---\n<p hidden>Secret.\n\nIntro.\n\nEnd.\n")
    made.build()
    assert "Intro" in made.page("/")
    assert "Secret" not in made.page("/")


PIECES = (
    *("<p", "<div ", "<TEMPLATE>", "</template>", "</p>", "</div>", ">", " hidden", "HIDDEN", "hidden=x", " ", "\n"),
    *("/", '"', "'", "=", "<", "a", "é", "\ud800", ' title="a>b"', "<!-- ", " -->", ' class="x"', "text hidden text"),
    "<b>",
)


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_no_hidden_element_is_overlooked(html: str) -> None:
    tags = [tag for tag in read_tags(html) if isinstance(tag, html_tags.Tag)]
    hidden = HiddenElement()
    ends = [hidden.follow(tag.name, is_closing=tag.closing, is_hidden=tag.is_hidden) for tag in tags]
    if drop_hidden(html) == html:
        assert ends.count(True) < 2  # none, or one that does not end
    assert html_tags._may_hide(html) == (html_tags._MAY_HIDE.search(html) is not None)


LINKS = (
    *('<a href="https://b.example/c"', '<a href="/d"', '<a href="#e"', '<a href="https:x"'),
    *('<a class="anchor" href="#f"', ' rel="noopener noreferrer"', ' title="/t"', ' style="url(g)"', ">", "text "),
    *("<em>", "</em>", "</a>", "<div>", "</div>", '<div class="scroll">', '<img src="/h">', "<span>", "</span>"),
    *('"', "<"),
)


@given(st.lists(st.sampled_from(LINKS), max_size=20).map("".join))
def test_feeds_have_the_same_html_if_each_tag_is_read(html: str) -> None:
    fast = feed_html.write_feed_html(html, "https://a.example", "https://a.example/p/")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed_html, "_UNCHANGED", None)
        assert feed_html.write_feed_html.__wrapped__(html, "https://a.example", "https://a.example/p/") == fast
