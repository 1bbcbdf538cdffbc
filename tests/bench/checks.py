"""That a comparison is fair: all tools built the same pages of the same posts, and each build shows the last edit."""

from __future__ import annotations

import re
from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.bench.posts import Post

_OPTIONAL = {"404.html", "search/index.html"}
PER_PAGE = 10
IN_FEED = 20

COMPARED = (".html", "feed.xml", "sitemap.xml")
"""The ends of the names of the files that all must have, and of which none may have others, except `_OPTIONAL`."""

_HIGHLIGHTED = re.compile(r"<pre.*?<span class=\"", re.DOTALL)


class Unfair(Exception):  # noqa: N818 - the tool is left out, with the reason
    """A site that is not the one that was asked for; the message says how it differs."""


def check_site(site: Path, posts: Sequence[Post]) -> None:
    """Raise `Unfair` unless a site has exactly the pages that these posts make, with their texts, newest first."""
    found = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.name.endswith(COMPARED)}
    expected = set(paths_of(posts))
    for paths, what in ((expected - found, "it lacks"), (found - expected - _OPTIONAL, "it has besides")):
        if paths:
            raise Unfair(f"{what} {len(paths)} pages, among them `{min(paths)}`")
    for post in posts[:: max(1, len(posts) // 50)]:
        _check_post(site, post)
    _check_newest(site / "index.html", posts)
    _check_newest(site / "feed.xml", posts)
    _check_text(site / "feed.xml", "&lt;h3", "&lt;strong&gt;")
    if (entries := (site / "feed.xml").read_text(encoding="utf-8").count("<entry")) != min(IN_FEED, len(posts)):
        raise Unfair(f"its feed has {entries} entries")


def _check_newest(page: Path, posts: Sequence[Post]) -> None:
    """Raise `Unfair` unless a page shows the newest posts: of those that share the last day among them, any."""
    text = page.read_text(encoding="utf-8")
    newest = posts[:PER_PAGE]
    last = newest[-1].day
    possible = takewhile(lambda post: post.day >= last, posts)
    shown = {post.slug for post in possible if f"/posts/{post.slug}/" in text}
    for post in newest:
        if post.day > last and post.slug not in shown:
            raise Unfair(f"`/posts/{post.slug}/` is not in `{page.parent.name}/{page.name}`")
    if len(shown) < len(newest):
        raise Unfair(f"`{page.parent.name}/{page.name}` shows {len(shown)} of the newest posts")


def _check_post(site: Path, post: Post) -> None:
    heading = re.search(r"^### ([A-Za-z ]+)$", post.body, re.MULTILINE)
    page = site / "posts" / post.slug / "index.html"
    _check_text(page, f"/tags/{post.tags[0]}/", f"/categories/{post.category}/", heading[1] if heading else "<h3")
    if post.has_code and not _HIGHLIGHTED.search(page.read_text(encoding="utf-8")):
        raise Unfair(f"the code of `{post.slug}` is not highlighted")


def check_body(site: Path, post: Post, sentence: str) -> None:
    """Raise `Unfair` unless a post's page has this sentence, which was just written into it."""
    _check_text(site / "posts" / post.slug / "index.html", sentence)


def check_title(site: Path, post: Post) -> None:
    """Raise `Unfair` unless a post's title, just changed, is on its page, in the archive and under its last tag."""
    shown = re.compile(re.escape(post.title).replace("'", "(?:'|&#39;|&#x27;|&rsquo;|’)"))
    pages = (site / "posts" / post.slug / "index.html", site / "archive" / "index.html")
    if not all(shown.search(page.read_text(encoding="utf-8")) for page in pages):
        raise Unfair(f"it does not show the new title of `{post.slug}`")
    listed = (site / "tags" / post.tags[-1]).rglob("index.html")
    if not any(shown.search(page.read_text(encoding="utf-8")) for page in listed):
        raise Unfair(f"it does not list `{post.slug}` under its new tag")


def _check_text(page: Path, *wanted: str) -> None:
    text = page.read_text(encoding="utf-8")
    for piece in wanted:
        if piece not in text:
            raise Unfair(f"`{piece}` is not in `{page.parent.name}/{page.name}`")


def paths_of(posts: Sequence[Post]) -> Iterator[str]:
    """The files that these posts make: their pages, the lists by tens, the feeds, the archive, the sitemap."""
    yield from ("feed.xml", "sitemap.xml", "archive/index.html", "tags/index.html", "categories/index.html")
    yield from (f"posts/{post.slug}/index.html" for post in posts)
    yield from _list_paths("", len(posts))
    terms = Counter(folder for post in posts for folder in _folders_of(post))
    for folder, count in terms.items():
        yield f"{folder}feed.xml"
        yield from _list_paths(folder, count)


def _folders_of(post: Post) -> Iterator[str]:
    yield f"categories/{post.category}/"
    yield from (f"tags/{tag}/" for tag in post.tags)


def _list_paths(folder: str, count: int) -> Iterator[str]:
    yield f"{folder}index.html"
    yield from (f"{folder}page/{number}/index.html" for number in range(2, -(-count // PER_PAGE) + 1))
