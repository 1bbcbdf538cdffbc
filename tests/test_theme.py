"""The default theme, page by page: valid HTML, landmarks, ids, languages, and what machines read in the head.

How pages look and behave in a browser is in `tests/browser`.
"""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import html5lib
import lxml.html
import pytest

from afterword.core.diagnostics import Failure
from afterword.core.names import fold_name
from tests.conftest import Blog, BlogMaker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RICH = (Path(__file__).parent / "blogs" / "rich.txt").read_text()
STATIC = Path(__file__).parents[1] / "static"
PUBLISHED = "https://example.org/notes/"


def documents(blog: Blog) -> Mapping[str, str]:
    """The text of every HTML page of a built blog, by its path."""
    return {path: content.decode() for path, content in blog.tree().items() if path.endswith(".html")}


def build(root: Path, base_url: str) -> Blog:
    """The blog with one of everything, built, with what is not published yet."""
    root.mkdir()
    blog = Blog(root).add(RICH)
    assert blog.build(drafts=True, future=True, base_url=base_url).diagnostics == ()
    return blog


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Blog:
    """The blog with one of everything, as published at `PUBLISHED`."""
    return build(tmp_path_factory.mktemp("theme") / "blog", PUBLISHED)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Blog:
    """The same blog before it says where it will be published."""
    return build(tmp_path_factory.mktemp("theme") / "blog", "")


@pytest.fixture(params=["published", "local"])
def rich(request: pytest.FixtureRequest) -> Blog:
    """The blog with one of everything, with and without a base URL."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Blog)
    return found


def parse(page: str) -> Any:
    """A page, for XPath."""
    return lxml.html.document_fromstring(page)


def meta(page: str, name: str) -> list[str]:
    """The contents of a page's `meta` elements of a name or property."""
    return list(parse(page).xpath("//meta[@name=$name or @property=$name]/@content", name=name))


def structured(page: str) -> dict[str, Any]:
    """A page's JSON-LD."""
    (text,) = parse(page).xpath("//script[@type='application/ld+json']/text()")
    data = json.loads(text)
    assert isinstance(data, dict)
    return data


def shown(page: str) -> bool:
    """Whether a page is one to read, and not one that only leads elsewhere."""
    return 'http-equiv="refresh"' not in page


def test_every_page_is_valid_html(rich: Blog) -> None:
    for path, page in documents(rich).items():
        parser = html5lib.HTMLParser(strict=True)
        try:
            parser.parse(page)
        except html5lib.html5parser.ParseError as problem:
            pytest.fail(f"{path}: {problem} {parser.errors}")


def test_every_page_has_one_main_heading_and_its_landmarks(rich: Blog) -> None:
    for path, page in documents(rich).items():
        root = parse(page)
        assert len(root.xpath("//h1")) == 1, path
        assert len(root.xpath("//main")) == 1, path
        if shown(page):
            assert len(root.xpath("/html/body/header")) == 1, path
            assert len(root.xpath("/html/body/footer")) == 1, path
            assert root.xpath("string(//a[1]/@href)") == f"#{root.xpath('string(//main/@id)')}", path


def test_landmarks_of_one_kind_have_names_of_their_own(rich: Blog) -> None:
    for path, page in documents(rich).items():
        names = parse(page).xpath("//nav/@aria-label")
        assert len(names) == len(set(names)) == len(parse(page).xpath("//nav")), path


def test_ids_are_unique_and_references_lead_to_them(rich: Blog) -> None:
    for path, page in documents(rich).items():
        root = parse(page)
        ids = root.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        wanted = {unquote(href[1:]) for href in root.xpath("//a/@href[starts-with(., '#')]")}
        wanted |= {name for value in root.xpath("//@aria-labelledby") for name in value.split()}
        assert wanted <= set(ids), path


def test_headings_go_down_one_level_at_a_time(rich: Blog) -> None:
    for path, page in documents(rich).items():
        levels = [int(heading.tag[1]) for heading in parse(page).xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
        assert all(after <= before + 1 for before, after in pairwise(levels)), path


def test_controls_have_names(rich: Blog) -> None:
    for path, page in documents(rich).items():
        root = parse(page)
        for element in root.xpath("(//button|//a|//summary)[not(ancestor::template)]"):
            assert element.text_content().strip() or element.get("aria-label"), path
        for element in root.xpath("//input|//iframe|//*[@role='region']"):
            names = (element.get(name) for name in ("aria-label", "aria-labelledby", "title"))
            assert any(names) or element.xpath("ancestor::label"), path
        assert all(image.get("alt") is not None for image in root.xpath("//img")), path


def test_the_language_is_that_of_the_blog_and_of_posts_that_have_another(rich: Blog) -> None:
    for path, page in documents(rich).items():
        assert parse(page).get("lang") == "en", path
        assert parse(page).get("dir") == "ltr", path
    post = parse(rich.page("/posts/arabic/"))
    assert post.xpath("//h1[@lang='ar'][@dir='rtl']")
    assert post.xpath("//div[@class='prose'][@lang='ar'][@dir='rtl']")
    assert post.xpath("//main[@dir='rtl'][not(@lang)]"), "words of the interface are in the blog's language"
    assert not post.xpath("//*[@lang='ar']//time")
    for list_page in ("/archive/", "/tags/css/"):
        assert parse(rich.page(list_page)).xpath("//a[@lang='ar'][@dir='rtl'][.='عنوان']")


def test_a_blog_can_be_written_from_right_to_left(blog: BlogMaker) -> None:
    made = blog('-- afterword.toml --\nlanguage = "he-IL"\n-- posts/2026-01-01-a.md --\n---\ntitle: A\n---\n')
    made.build()
    assert '<html lang="he-IL" dir="rtl">' in made.page("/")


def test_unpublished_posts_are_marked_in_lists(rich: Blog) -> None:
    for title, url, mark in (
        ("An idea", "/posts/idea/", "Draft"),
        ("Of the future", "/posts/future/", "Not published yet"),
    ):
        post = parse(rich.page(url))
        assert post.xpath("//h1/following-sibling::p/*[@class='badge']/text()") == [mark]
        home = parse(rich.page("/"))
        assert home.xpath("//li[h2/a=$title]//*[@class='badge']/text()", title=title) == [mark]
        archive = parse(rich.page("/archive/"))
        assert archive.xpath("//li[a=$title]/*[@class='badge']/text()", title=title) == [mark]


def test_unpublished_posts_have_noindex(rich: Blog) -> None:
    sitemap = rich.tree()["sitemap.xml"].decode()
    for url in ("/posts/idea/", "/posts/future/", "/404.html"):
        assert meta(rich.page(url), "robots") == ["noindex"]
        assert url not in sitemap
    assert meta(rich.page("/posts/everything/"), "robots") == []
    assert "/posts/everything/" in sitemap


def test_full_urls_are_given_where_the_blog_says_where_it_is(published: Blog) -> None:
    page = published.page("/posts/everything/")
    url = f"{PUBLISHED}posts/everything/"
    assert parse(page).xpath("//link[@rel='canonical']/@href") == [url]
    assert meta(page, "og:url") == [url]
    assert meta(page, "og:image") == [f"{PUBLISHED}poster.png"]
    assert meta(page, "og:image:alt") == ["A frame of the talk"]
    assert meta(page, "twitter:card") == ["summary_large_image"]
    assert structured(page)["url"] == url
    assert structured(page)["image"] == f"{PUBLISHED}poster.png"


def test_no_full_url_is_invented_where_it_does_not(local: Blog) -> None:
    for path, page in documents(local).items():
        assert "localhost" not in page, path
        assert meta(page, "og:url") == meta(page, "og:image") == [], path
        if shown(page):
            assert parse(page).xpath("//link[@rel='canonical']") == [], path
    assert "url" not in structured(local.page("/posts/everything/"))


def test_posts_describe_themselves_to_machines(rich: Blog) -> None:
    page = rich.page("/posts/everything/")
    assert structured(page) | {"url": "", "mainEntityOfPage": "", "image": ""} == {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": "Everything that Markdown makes",
        "description": "Notes with emphasis, code, Ctrl and a note.",
        "datePublished": "2026-01-05T00:00:00+00:00",
        "dateModified": "2026-02-10T00:00:00+00:00",
        "inLanguage": "en",
        "keywords": ["css", "c++"],
        "wordCount": structured(page)["wordCount"],
        "author": [{"@type": "Person", "name": "Ada Writer"}],
        "url": "",
        "mainEntityOfPage": "",
        "image": "",
    }
    assert meta(page, "og:type") == ["article"]
    assert meta(page, "article:modified_time") == ["2026-02-10T00:00:00+00:00"]
    assert meta(page, "article:tag") == ["css", "c++"]


def test_characters_with_a_meaning_in_html_are_only_characters(rich: Blog) -> None:
    title = "A “quoted” </script> & <b>marked</b> ]]> title 🎉"
    page = rich.page("/posts/tricky/")
    root = parse(page)
    assert root.xpath("string(//h1)") == title
    assert root.xpath("string(//title)") == f"{title} · Notes & “quotes”"
    assert meta(page, "og:title") == [title]
    assert structured(page)["headline"] == title
    assert structured(page)["description"] == "It’s “quoted” </script> & <b>marked</b> ]]>"
    assert root.xpath("//a[@rel='tag']/text()") == ['<b>"tag"</b>']


def test_backticks_in_titles_are_code(blog: BlogMaker) -> None:
    made = blog('-- posts/2026-01-01-a.md --\n---\ntitle: "`a < b`, & one ` more"\n---\nText.\n')
    made.build()
    for url in ("/", "/archive/", "/posts/a/"):
        assert "<code>a &lt; b</code>, &amp; one ` more" in made.page(url), url
    assert parse(made.page("/posts/a/")).xpath("string(//title)").startswith("`a < b`, & one ` more")


def test_links_of_the_error_page_hold_wherever_it_is_shown(published: Blog) -> None:
    root = parse(published.page("/404.html"))
    for reference in (*root.xpath("//@href"), *root.xpath("//@src")):
        assert reference.startswith(("/notes/", "#")), reference


def policy(page: str) -> str:
    """A page's content security policy."""
    return str(parse(page).xpath("string(//meta[@http-equiv='Content-Security-Policy']/@content)"))


def test_no_page_allows_more_than_the_posts_on_it_use(rich: Blog) -> None:
    for path, page in documents(rich).items():
        assert policy(page).startswith("default-src 'none'; "), path
        assert "unsafe" not in policy(page), path
    assert "frame-src https://www.youtube-nocookie.com" in policy(rich.page("/posts/everything/"))
    for url in ("/posts/tricky/", "/posts/pinned/", "/about/", "/404.html", "/tags/"):
        assert "frame-src" not in policy(rich.page(url)), url
        assert "https:" not in policy(rich.page(url)), url


def test_a_series_says_which_part_this_is(rich: Blog) -> None:
    page = parse(rich.page("/posts/everything/"))
    (series,) = page.xpath("//nav[@aria-label='The look of it']")
    assert page.xpath("//header/p/a[@href=$place]//text()", place=f"#{series.get('id')}") == ["part 2 of 2"]
    assert series.xpath(".//a[@aria-current='page']/text()") == ["Everything that Markdown makes"]


def test_a_blog_without_posts_says_so_and_how_to_begin(blog: BlogMaker) -> None:
    made = blog("-- drafts/a.md --\n# A\n")
    made.build()
    for url in ("/", "/archive/"):
        assert "There are no posts here yet." in made.page(url)
    assert "afterword new talk URL" in parse(made.page("/")).xpath("string(//main)")


def test_lists_show_what_a_post_says_of_itself_and_link_to_nothing_else(blog: BlogMaker) -> None:
    made = blog(
        """
-- posts/2026-01-02-described.md --
---
title: Described
description: One line about it.
---
It [begins](https://example.org/) so.
-- posts/2026-01-01-not.md --
---
title: Not described
---
It [begins](https://example.org/) so.

## And goes on
"""
    )
    made.build()
    rows = parse(made.page("/")).xpath("//li[@class='row']")
    assert [row.xpath("string(p[@class='deck'])") for row in rows] == ["One line about it.", "It begins so."]
    assert [row.xpath(".//a/@href") for row in rows] == [["/posts/described/"], ["/posts/not/"]]
    ledes = [parse(made.page(url)).xpath("//p[@class='lede']/text()") for url in ("/posts/described/", "/posts/not/")]
    assert ledes == [["One line about it."], []], "what begins a text is not said twice"


def test_a_blog_without_tags_does_not_lead_to_them(blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\n---\nText.\n")
    made.build()
    assert parse(made.page("/")).xpath("//header//li/a/text()") == ["Archive"]


def weigh(text: str | bytes) -> int:
    """Bytes, compressed as servers do."""
    return len(gzip.compress(text if isinstance(text, bytes) else text.encode(), mtime=0))


def weigh_assets(blog: Blog, url: str, kind: str) -> int:
    """The compressed bytes of style (`css`) or scripts (`js`) that a page has, in files and in itself."""
    root, tree = parse(blog.page(url)), blog.tree()
    found = root.xpath("//link[@rel='stylesheet']/@href" if kind == "css" else "//script/@src")
    inlined = root.xpath("//script[not(@src)][not(@type)]/text()") if kind == "js" else []
    return sum(weigh(tree[path.lstrip("/")]) for path in found) + sum(map(weigh, inlined))


@pytest.mark.parametrize("url", ["/", "/posts/a/", "/talks/", "/tags/"])
def test_pages_stay_light(blog: BlogMaker, url: str) -> None:
    made = blog()
    for name in "ab":
        talk = "talk: {title: T, video: https://youtu.be/zjkBMFhNj_g}"
        made.write(f"posts/2026-01-01-{name}.md", f"---\ntitle: A\ntags: [t]\n{talk}\n---\nText.\n")
    assert made.build().diagnostics == ()
    assert weigh_assets(made, url, "css") <= 8 * 1024
    assert weigh_assets(made, url, "js") <= 3 * 1024


def test_the_table_of_talks_is_searched_without_marks_as_names_are_compared() -> None:
    """The letters that Unicode does not decompose are the same in the script as in names."""
    (table,) = re.findall(r"const plain = \{(.*)\}", (STATIC / "talks.js").read_text())
    letters = [chr(code) for code in range(0x80, 0x250) if chr(code).islower()]
    kept = [letter for letter in letters if not unicodedata.normalize("NFKD", letter)[0].isascii()]
    folded = {letter: fold_name(letter) for letter in kept}
    wanted = {letter: plain for letter, plain in folded.items() if plain.isascii()}
    assert dict(re.findall(r'(\w): "(\w+)"', table)) == wanted


def chrome(blog: Blog) -> Iterator[str]:
    """The pages of posts without their texts."""
    for path, page in documents(blog).items():
        if path.startswith("posts/"):
            root = parse(page)
            for prose in root.xpath("//div[@class='prose']"):
                prose.clear()
            yield lxml.html.tostring(root, encoding="unicode")


def test_chrome_of_a_post_stays_small(published: Blog) -> None:
    assert max(map(weigh, chrome(published))) <= 2560


MARKED = """
-- posts/2026-01-01-x.md --
---
title: X
talk: {video: "https://youtu.be/zjkBMFhNj_g", length: "1:00:00"}
---
At [10:30], [11:00], [13:00] and [16:00].

## One [10:00]

## Two [12:00]

## Three [20:00]
"""


def test_a_note_draws_all_its_marks_and_lists_draw_all_chapters(blog: BlogMaker) -> None:
    made = blog(MARKED)
    assert made.build().published
    moments, line, chapters = "M630 6V10M660 6V10M780 6V10M960 6V10", "M0 6V9.5H3600V6", "M600 1V10M720 1V10M1200 1V10"
    for url, paths in {
        "/posts/x/": [moments, line, chapters],
        "/": [line, chapters],
        "/talks/": [line, chapters],
    }.items():
        drawing = (
            re.sub(r'<p class="extent scale".*', "", made.page(url))
            .partition('class="score"')[2]
            .partition("</svg>")[0]
        )
        assert re.findall(r' d="([^"]+)"', drawing) == paths, url


AUTHOR = """
-- afterword.toml --
author = "Ada"
author_links = [{ name = "Mastodon", url = "https://social.example/@ada" }, { name = "Mail", url = "mailto:a@x.org" }]
-- posts/2026-01-02-own.md --
---
title: Own
---
Text.
-- posts/2026-01-01-guest.md --
---
title: Of a guest
authors: [Guest]
---
Text.
"""


def test_the_author_is_linked_at_home_and_where_the_author_wrote(blog: BlogMaker) -> None:
    made = blog(AUTHOR)
    assert made.build(strict=True).published
    link = '<a href="https://social.example/@ada" rel="me">Mastodon</a>'
    assert [url for url in ("/", "/posts/own/", "/posts/guest/", "/archive/") if link in made.page(url)] == [
        "/",
        "/posts/own/",
    ]


def test_the_author_is_a_table_with_a_bio_and_a_picture(blog: BlogMaker) -> None:
    made = blog(AUTHOR).write("static/me.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    made.write(
        "afterword.toml",
        'base_url = "https://x.example/"\n[author]\nname = "Ada"\nbio = "Takes <notes>."\npicture = "me.svg"\n'
        'links = [{ name = "Mastodon", url = "https://social.example/@ada" }, { name = "M", url = "mailto:a@x.y" }]\n',
    )
    assert made.build(strict=True).published
    for url in ("/", "/posts/own/"):
        assert "Takes &lt;notes&gt;." in made.page(url)
        assert 'rel="me">Mastodon</a>' in made.page(url)
        assert 'width="64" height="64" alt=""' in made.page(url)
    assert "Takes" not in made.page("/posts/guest/")
    assert '{"@type": "Person", "name": "Ada", "sameAs": ["https://social.example/@ada"]}' in made.page("/posts/own/")
    assert '"avatar": "https://x.example/me.' in made.tree()["feed.json"].decode()
    assert "<name>Ada</name>" in made.tree()["feed.xml"].decode()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('picture = "you.jpg"', "file not found: `static/you.jpg`, set in `author.picture`"),
        ('links = [{ name = "X", url = "x" }]', "invalid URL `x`"),
        ('mail = "a@x.org"', "unknown setting `author.mail`"),
    ],
)
def test_a_mistake_in_the_table_of_the_author_is_at_its_line(blog: BlogMaker, setting: str, message: str) -> None:
    made = blog(AUTHOR).write("afterword.toml", f"[author]\nname = 'A'\n{setting}\n")
    with pytest.raises(Failure) as caught:
        made.build()
    (found,) = caught.value.diagnostics
    assert found.message == message
    assert found.place is not None
    assert found.place.line == 3


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('name = "", url = "https://x.org/"', "empty name in entry 1 of `author_links`"),
        ('name = "Mail", url = "a@x.org"', "invalid URL `a@x.org`"),
        ('name = "Code", url = "javascript:alert(1)"', "invalid URL `javascript:alert(1)`"),
        ('name = "Code", url = "/me/"', "invalid URL `/me/`"),
    ],
)
def test_links_of_the_author_lead_somewhere(blog: BlogMaker, entry: str, said: str) -> None:
    made = blog(f"-- afterword.toml --\nauthor_links = [{{ {entry} }}]\n-- posts/2026-01-01-x.md --\n# X\n")
    with pytest.raises(Failure) as caught:
        made.build()
    (found,) = caught.value.diagnostics
    assert (found.id, found.message) == ("invalid-setting", said)


@pytest.mark.parametrize(("others", "is_listed"), [(9, True), (10, False)])
def test_many_pages_in_folders_are_not_in_the_navigation(blog: BlogMaker, others: int, is_listed: bool) -> None:
    pages = "".join(f"-- pages/old/{number}.md --\n# Old {number}\n" for number in range(others))
    missing = "-- pages/404.md --\n---\npermalink: /404\n---\n# Missing\n"
    made = blog(f"-- pages/a.md --\n# A\n-- pages/b.md --\n# B\n{missing}{pages}")
    made.build()
    links = parse(made.page("/a/")).xpath("//header//nav//li/a/text()")
    assert {"A", "B"} <= set(links)
    assert ("Old 0" in links) is is_listed
    assert "Missing" not in links


@pytest.mark.parametrize(("others", "is_listed"), [(10, True), (11, False)])
def test_of_many_pages_the_navigation_has_the_usual_ones(blog: BlogMaker, others: int, is_listed: bool) -> None:
    pages = "".join(f"-- pages/old-{number}.md --\n# Old {number}\n" for number in range(others))
    made = blog(f"-- pages/about.md --\n# About\n-- pages/now.md --\n---\npermalink: /now.html\n---\n# Now\n{pages}")
    made.build()
    links = parse(made.page("/about/")).xpath("//header//nav//li/a/text()")
    assert {"About", "Now"} <= set(links)
    assert ("Old 0" in links) is is_listed
