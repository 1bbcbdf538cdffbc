"""Pages and files of a Jekyll blog that list its posts; drafts; texts for readers of the repository."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from afterword.cli.main import run
from afterword.importers.jekyll.blog import import_jekyll
from tests.conftest import TODAY, fill
from tests.importing import told

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.importers.model import Imported

POSTS = {
    "_config.yml": "title: T\nurl: https://a.example\nbaseurl: /blog\n",
    "_posts/2024-01-02-one.md": "---\ntags: [a, b]\ncategories: [x]\n---\nFirst *one*.\n\nMore.\n",
    "_posts/2024-03-01-two.md": "---\ntitle: Second\ntags: [b]\n---\nText of two.\n",
    "_posts/2025-05-01-three.md": "---\ntitle: Third\ncategory: y\ntag: c d\n---\nText of three.\n",
    "_posts/2025-06-01-off.md": "---\ntitle: Off\npublished: false\n---\nText.\n",
    "_posts/2099-01-01-later.md": "---\ntitle: Later\n---\nText.\n",
    "about.md": "---\ntitle: About\n---\nMe.\n",
}
YEARS = """{% for post in site.posts %}
{% capture year %}{{ post.date | date: "%Y" }}{% endcapture %}
{% capture before %}{{ post.previous.date | date: "%Y" }}{% endcapture %}
{% if forloop.first %}<h2>{{ year }}</h2><ul>{% endif %}
<li><a href="{{ site.baseurl }}{{ post.url }}">{{ post.title }}</a></li>
{% if forloop.last %}</ul>{% elsif year != before %}</ul><h2>{{ before }}</h2><ul>{% endif %}
{% endfor %}"""

TAGS = "{% for tag in site.tags %}{{ tag }}{% endfor %}"


def move(folder: Path, files: dict[str, str]) -> Imported:
    return import_jekyll(fill(folder, POSTS | files), today=date(2026, 1, 1))


def squeeze(text: str) -> str:
    return re.sub(r"\s*\n\s*", "", text.partition("---\n")[2].partition("---\n")[2])


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("{% for post in site.posts %}{{ post.title }} {% endfor %}", "Third Second One "),
        ("{% for post in site.posts limit:1 %}{{ post.title }}{% endfor %}", "Third"),
        ("{{ site.posts.size }} {{ site.posts.first.title }}", "3 Third"),
        ("{% for tag in site.tags %}{{ tag[0] }}:{{ tag[1].size }} {% endfor %}", "a:1 b:2 c d:1 "),
        ("{% for post in site.tags.b %}{{ post.title }} {% endfor %}", "Second One "),
        ("{% for post in site.categories['x'] %}{{ post.excerpt }}{% endfor %}", "<p>First <em>one</em>.</p>"),
        ("{{ site.categories.y.first.tags | join: '+' }} {{ site.posts.last.url }}", "c d /x/2024/01/02/one.html"),
        ("{{ site.posts.first.url }}", "/y/2025/05/01/three.html"),
        ("{{ site.posts.last.content | strip_html | strip_newlines }}", "First one.More."),
        ("{% assign old = site.posts | where_exp: 'p', 'p.next' %}{{ old | map: 'title' | join: ',' }}", "Second,One"),
        ("{% for page in site.pages %}{{ page.url }} {% endfor %}", "/about.html /list.html "),
    ],
)
def test_lists_of_the_site_are_known(tmp_path: Path, written: str, result: str) -> None:
    imported = move(tmp_path, {"list.html": f"---\ntitle: List\n---\n{written}\n"})
    assert squeeze(imported.texts["pages/list.md"]) == f"<div>{result.rstrip()}</div>"
    assert told(imported) == [("fixed-list", "list.html", 0)]


def test_a_list_by_years_is_that_of_jekyll(tmp_path: Path) -> None:
    imported = move(tmp_path, {"list.html": f"---\ntitle: List\n---\n{YEARS}\n"})
    assert squeeze(imported.texts["pages/list.md"]) == (
        '<div><h2>2025</h2><ul><li><a href="/y/2025/05/01/three.html">Third</a></li></ul><h2>2024</h2><ul>'
        '<li><a href="/2024/03/01/two.html">Second</a></li><li><a href="/x/2024/01/02/one.html">One</a></li></ul></div>'
    )


@pytest.mark.parametrize(
    ("path", "text", "new", "key"),
    [
        ("atom.xml", "<feed>{{ site.time }}</feed>", "pages/atom.xml.md", "layout: feed\n"),
        ("feed/rss.xml", "<rss>{{ x }}</rss>", "pages/feed/rss.xml.md", "layout: feeds/rss\n"),
        ("feed.xml", "<feed>{{ site.time }}</feed>", "", ""),
        ("sitemap.xml", "{% for post in site.posts %}{{ post.url }}{% endfor %}", "", ""),
        ("archive/index.html", YEARS, "", ""),
        ("search/index.html", TAGS, "", ""),
        ("search/data.json", YEARS, "", ""),
        ("tags/index.html", TAGS, "", ""),
        ("t/index.html", TAGS, "pages/t/index.md", "redirect_to: /tags/\n"),
        ("news/index.html", "{{ paginator.page }}", "pages/news/index.md", "layout: archive\n"),
    ],
)
def test_pages_and_feeds_of_afterword_take_the_place_of_jekylls(
    tmp_path: Path, path: str, text: str, new: str, key: str
) -> None:
    imported = move(tmp_path, {path: f"---\ntitle: L\n---\n{text}\n"})
    if new:
        assert f"permalink: /{path.removesuffix('index.html')}\n" in imported.texts[new]
        assert key in imported.texts[new]
    else:
        assert path not in imported.sources.values()
    assert told(imported) == ([] if new else [("no-equivalent", path, 0)])


@pytest.mark.parametrize(
    ("layout", "files", "is_kept"),
    [
        ("default", {"_layouts/default.html": "{{ content }}"}, True),
        ("post", {}, True),
        ("loop", {"_layouts/loop.html": "---\nlayout: loop\n---\n"}, True),
        ("home", {}, False),
        ("front", {"_layouts/front.html": "---\nlayout: base\n---\n", "_layouts/base.html": "{{ paginator }}"}, False),
    ],
)
def test_a_home_page_without_a_list_is_kept(tmp_path: Path, layout: str, files: dict[str, str], is_kept: bool) -> None:
    imported = move(tmp_path, {"index.md": f"---\ntitle: Home\nlayout: {layout}\n---\nHello.\n", **files})
    assert ("pages/index.md" in (*imported.texts, *imported.copies)) == is_kept
    assert (("not-imported", "index.md", 0) in told(imported)) != is_kept


def test_a_list_has_a_new_post_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    fill(tmp_path, {**POSTS, "list.html": f"---\ntitle: List\n---\n{YEARS}\n"})
    assert run(["build", "-s", str(tmp_path), "--strict"]) == 0
    fill(tmp_path, {"_posts/2025-07-01-new.md": "---\ntitle: Newest\n---\nText.\n"})
    assert run(["build", "-s", str(tmp_path), "--strict"]) == 0
    assert "Newest</a>" in (tmp_path / "site/list.html").read_text()


@pytest.mark.parametrize("draft", ["---\ntitle: a: b\n---\nText.\n", "", "---\ndraft: maybe\n---\n<script>\n"])
def test_a_draft_that_is_not_built_stops_nothing(tmp_path: Path, draft: str) -> None:
    fill(tmp_path, {**POSTS, "_drafts/idea.md": draft})
    assert run(["build", "-s", str(tmp_path), "--strict"]) == 0
    assert run(["build", "-s", str(tmp_path), "--drafts"]) == (1 if draft else 0)


def test_drafts_that_jekyll_shows_are_shown(tmp_path: Path) -> None:
    files = {"_config.yml": "permalink: /:title/\nshow_drafts: true\n", "_drafts/three.md": "---\n---\nOld.\n"}
    fill(tmp_path, {**POSTS, **files, "_drafts/empty.md": "", "_drafts/four.md": "---\n---\nNew.\n"})
    assert run(["build", "-s", str(tmp_path)]) == 0
    for path, word in {"three": "Text of three.", "drafts/three": "Old.", "four": "New."}.items():
        assert word in (tmp_path / "site" / path / "index.html").read_text()


def test_a_variable_without_a_value_is_reported_where_it_is_written(tmp_path: Path) -> None:
    setup = "{% capture x %}{{ layout.theme.name }}{% endcapture %}{% assign y = site.time %}"
    post = "---\ntitle: T\n---\n{% include setup %}\nText.\n"
    files = {"_includes/setup": setup, "_posts/2024-05-05-a.md": post, "_posts/2024-05-06-b.md": f"{post}{{{{ x }}}}\n"}
    imported = move(tmp_path, files)
    assert "include" not in imported.texts["posts/2024-05-05-a.md"]
    assert told(imported) == [("unsupported-liquid", "_posts/2024-05-06-b.md", 6)]


PAGES = "gem 'github-pages', group: :jekyll_plugins\n"


@pytest.mark.parametrize(
    ("files", "pages"),
    [
        ({"README.md": "# A blog\n"}, []),
        ({"README.md": "---\ntitle: R\n---\nText.\n"}, ["pages/README.md"]),
        ({"README.md": "# A blog\n", "Gemfile": PAGES}, ["pages/index.md"]),
        ({"README.md": "# A blog\n", "Gemfile": PAGES, "index.md": "---\n---\nHi.\n"}, ["pages/index.md"]),
        (
            {"talks/README.md": "# Talks\n", "Gemfile": PAGES, "index.html": "---\n---\nHi.\n"},
            ["pages/index.md", "pages/talks/index.md"],
        ),
        ({"notes.md": "# Notes\n", "LICENSE.md": "MIT\n", "Gemfile": PAGES}, ["pages/notes.md"]),
        ({"CONTRIBUTING.md": "Hi.\n"}, []),
    ],
)
def test_texts_for_the_repository_are_those_of_jekyll(tmp_path: Path, files: dict[str, str], pages: list[str]) -> None:
    imported = move(tmp_path, files)
    found = sorted(path for path in (*imported.texts, *imported.copies) if path.startswith("pages/"))
    assert [path for path in found if path != "pages/about.md"] == pages


@pytest.mark.parametrize(
    ("files", "menu"),
    [
        ({}, None),
        ({"_config.yml": "header_pages: [z.md, about.md, none.md]\n"}, [("Z", "/z.html"), ("About", "/about.html")]),
        (
            {"_data/navigation.yml": "main:\n- {title: Tags, url: /tags/}\n- {title: No, url: /no/}\n- title: X\n"},
            [("Tags", "/tags/")],
        ),
        (
            {"_data/navigation.yml": "- {name: Away, url: 'https://b.example/'}\n- text\n"},
            [("Away", "https://b.example/")],
        ),
    ],
)
def test_the_menu_is_that_of_the_theme(
    tmp_path: Path, files: dict[str, str], menu: list[tuple[str, str]] | None
) -> None:
    found = move(tmp_path, {"z.md": "---\ntitle: Z\n---\nText.\n", **files}).settings.get("menu")
    assert found == (None if menu is None else [{"title": title, "url": url} for title, url in menu])
