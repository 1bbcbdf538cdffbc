"""Permalinks are Jekyll's; files follow from URLs; the base path is added in one place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from afterword.core.urls import STYLES, Address, BadUrl, PermalinkFields, expand_permalink, file_path, output_path

FIELDS = PermalinkFields(
    date=datetime(2026, 2, 1, 9, 5, 7, tzinfo=UTC),
    slug="Intro to LLMs",
    path="2026-02-01-intro-to-llms",
    categories=("Work 2", "llm"),
    collection="posts",
)


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        (STYLES["date"], "/work%202/llm/2026/02/01/Intro-to-LLMs.html"),
        (STYLES["pretty"], "/work%202/llm/2026/02/01/Intro-to-LLMs/"),
        (STYLES["ordinal"], "/work%202/llm/2026/032/Intro-to-LLMs.html"),
        (STYLES["weekdate"], "/work%202/llm/2026/W05/Sun/Intro-to-LLMs.html"),
        (STYLES["none"], "/work%202/llm/Intro-to-LLMs.html"),
        ("/posts/:title/", "/posts/Intro-to-LLMs/"),
        ("/:slug", "/intro-to-llms"),
        ("/:slugified_categories/:name/", "/work-2/llm/2026-02-01-intro-to-llms/"),
        ("/:year_:month/:i_day-:short_year:long_month", "/2026_02/1-26February"),
        ("blog/:hour:minute:second/", "/blog/090507/"),
    ],
)
def test_permalinks_expand_as_in_jekyll(pattern: str, url: str) -> None:
    assert expand_permalink(pattern, FIELDS) == url


def test_empty_categories_leave_no_empty_segment() -> None:
    fields = PermalinkFields(FIELDS.date, "x", "x", (), "posts")
    assert expand_permalink(STYLES["pretty"], fields) == "/2026/02/01/x/"


def test_an_unknown_placeholder_is_an_error() -> None:
    with pytest.raises(BadUrl, match=":titel"):
        expand_permalink("/:titel/", FIELDS)


@pytest.mark.parametrize(
    ("url", "output"),
    [
        ("/", "index.html"),
        ("/posts/x/", "posts/x/index.html"),
        ("/blog/x", "blog/x.html"),
        ("/x.html", "x.html"),
        ("/caf%C3%A9/", "café/index.html"),
        ("/v1.2", "v1.2.html"),
    ],
)
def test_each_url_has_its_file(url: str, output: str) -> None:
    assert output_path(url) == output


@pytest.mark.parametrize(
    "url",
    [
        "/../../etc/passwd",
        "/..%2f..%2fetc/",
        "/%2e%2e/x/",
        "//host/x/",
        "https://example.com/x/",
        "/a\\b/",
        "/C:/x/",
        "/x?y=1",
        "/x#y",
        "/a%00b/",
        "/a%0Ab/",
        "/a//b/",
        "/.afterword-manifest",
        "/%ff/",
        "/ends./",
        f"/{'x' * 300}/",
    ],
)
def test_urls_that_no_file_should_stand_for_are_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        output_path(url)


def test_a_percent_sign_is_decoded_once() -> None:
    assert file_path("/100%25.txt") == "100%.txt"


@pytest.mark.parametrize(
    ("base_url", "rooted", "absolute"),
    [
        ("", "/x/", "http://localhost:4000/x/"),
        ("/notes/", "/notes/x/", "http://localhost:4000/notes/x/"),
        ("https://me.github.io/", "/x/", "https://me.github.io/x/"),
        ("https://me.github.io/notes/", "/notes/x/", "https://me.github.io/notes/x/"),
        ("https://me.github.io/a/b/", "/a/b/x/", "https://me.github.io/a/b/x/"),
    ],
)
def test_the_base_url_is_added_once(base_url: str, rooted: str, absolute: str) -> None:
    address = Address.of(base_url)
    assert address.rooted("/x/") == rooted
    assert address.absolute(address.rooted("/x/")) == absolute
    assert address.rooted("https://example.com/") == "https://example.com/"


def test_an_address_without_a_host_is_not_published() -> None:
    assert not Address.of("/notes/").published
    assert Address.of("https://me.github.io/notes/").published
