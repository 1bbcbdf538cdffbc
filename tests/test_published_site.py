"""What the publishing workflow builds works below a base path: every link, asset and feed is reached."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.parse import urldefrag, urljoin
from urllib.request import urlopen

import pytest

from tests.published_site import run_workflow, serve_as_pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ATTRIBUTE = re.compile(r'\s(?:href|src|poster|action)="([^"]*)"')
_TEXTS = ("text/", "application/xml", "application/json", "application/rss+xml")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    blog = tmp_path_factory.mktemp("published") / "blog"
    with serve_as_pages(blog) as base_url:
        run_workflow(blog, base_url)
        yield blog, base_url


def find_links(url: str, base_url: str, kind: str, text: str) -> set[str]:
    """The links of a file to files of the site: relative ones of HTML, and full ones anywhere."""
    found = set(re.findall(rf"{re.escape(base_url)}/[^\s\"'<>\\)&?,]*", unescape(unescape(text))))
    if kind == "text/html":
        found |= {urljoin(url, unescape(written)) for written in _ATTRIBUTE.findall(text)}
    host = base_url.removesuffix("/x")
    return {urldefrag(link)[0].partition("?")[0] for link in found if link.startswith(f"{host}/")}


def crawl(base_url: str, *starts: str) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Follows links from several pages. Returns the files that are reached, and the links that lead nowhere, each with
    the pages that have it."""
    waiting = [(start, "") for start in starts]
    reached: dict[str, set[str]] = {}
    dead: dict[str, set[str]] = {}
    while waiting:
        url, origin = waiting.pop()
        if url in reached or url in dead:
            (dead if url in dead else reached)[url].add(origin)
            continue
        try:
            with urlopen(url) as answer:
                kind, data, place = answer.headers.get_content_type(), answer.read(), answer.url
        except HTTPError as problem:
            problem.close()
            dead[url] = {origin}
            continue
        reached[url] = {origin}
        if kind.startswith(_TEXTS):
            waiting += [(link, url) for link in find_links(place, base_url, kind, data.decode())]
    return reached, dead


def test_every_link_leads_to_a_file_below_the_base_path(published: tuple[Path, str]) -> None:
    blog, base_url = published
    reached, dead = crawl(base_url, f"{base_url}/")
    assert dead == {}
    paths = {url.removeprefix(base_url) for url in reached}
    assert {"/feed.xml", "/feed.json", "/posts/a-first-talk/", "/posts/a-first-talk/recording.wav"} <= paths
    pages = {
        f"/{path.parent.relative_to(blog / 'site').as_posix()}/" for path in (blog / "site/posts").rglob("index.html")
    }
    assert pages <= paths


def test_the_sitemap_and_the_feeds_name_the_published_address(published: tuple[Path, str]) -> None:
    blog, base_url = published
    names = ("sitemap.xml", "feed.xml", "feed.json", "robots.txt")
    assert [name for name in names if base_url not in (blog / "site" / name).read_text()] == []
    assert crawl(base_url, *(f"{base_url}/{name}" for name in names))[1] == {}


def test_a_missing_page_has_links_that_work_at_any_depth(published: tuple[Path, str]) -> None:
    _, base_url = published
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{base_url}/nothing/is/here/")
    text = caught.value.read().decode()
    missing = f"{base_url}/nothing/is/here/"
    links = find_links(missing, base_url, "text/html", text) - {missing}  # the link to the main content
    assert links
    assert crawl(base_url, *links)[1] == {}


def test_the_run_is_summed_up(published: tuple[Path, str]) -> None:
    blog, _ = published
    summary = (blog.parent / "summary.md").read_text()
    assert summary.count("### Afterword: ") == 2
    assert "built `site`" in summary
    assert "checked " in summary
