"""The small sums done with URLs."""

from __future__ import annotations

import pytest

from afterword.markdown.link_targets import Kind, classify, encode, join, source_path, split


@pytest.mark.parametrize(
    ("target", "kind", "scheme"),
    [
        ("https://a.example", Kind.SCHEME, "https"),
        ("HTTPS://a.example", Kind.SCHEME, "https"),
        ("java\nscript:a", Kind.SCHEME, "javascript"),
        ("\u200bjavascript:a", Kind.SCHEME, "javascript"),
        (" data:a", Kind.SCHEME, "data"),
        ("//a.example", Kind.HOST, ""),
        ("\\\\a.example", Kind.HOST, ""),
        ("/\\a.example", Kind.HOST, ""),
        ("/a:b", Kind.ROOT, ""),
        ("\\a", Kind.ROOT, ""),
        ("#a", Kind.SELF, ""),
        ("?a", Kind.SELF, ""),
        ("", Kind.SELF, ""),
        ("a/b:c", Kind.BESIDE, ""),
        ("../a", Kind.BESIDE, ""),
        ("1:2", Kind.BESIDE, ""),
    ],
)
def test_targets_are_read_as_browsers_read_them(target: str, kind: Kind, scheme: str) -> None:
    assert classify(target) == (kind, scheme)


@pytest.mark.parametrize(
    ("url", "encoded"),
    [
        ("/a/b?c=d&e#f", "/a/b?c=d&e#f"),
        ("/a b", "/a%20b"),
        ("/a%20b%", "/a%20b%25"),
        ("/ö", "/%C3%B6"),
        ('"<>`', "%22%3C%3E%60"),
        ("https://bücher.example/ö", "https://xn--bcher-kva.example/%C3%B6"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
        ("https://me:ö@straße.example:8080/", "https://me:%C3%B6@xn--strae-oqa.example:8080/"),
        ("https://a\u3002example/", "https://a.example/"),
    ],
)
def test_urls_are_encoded_once(url: str, encoded: str) -> None:
    assert encode(url) == encoded
    assert encode(encoded) == encoded


def test_local_targets_have_three_parts() -> None:
    parts = split("a/b?c=d#e?f")

    assert (parts.path, parts.query, parts.fragment) == ("a/b", "?c=d", "e?f")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("a.png", "posts/2026/a.png"),
        ("../a.png", "posts/a.png"),
        ("a%20b.png", "posts/2026/a b.png"),
        ("/pages/a.md", "pages/a.md"),
        ("../../../a", "../a"),
    ],
)
def test_paths_are_relative_to_the_source(path: str, source: str) -> None:
    assert source_path("posts/2026/x.md", path) == source


@pytest.mark.parametrize(
    ("path", "url"),
    [("a", "/p/x/a"), ("../a/", "/p/a/"), ("..", "/p/"), (".", "/p/x/"), ("../../../a", "/a"), ("./a/../b", "/p/x/b")],
)
def test_urls_are_relative_to_the_page(path: str, url: str) -> None:
    assert join("/p/x/", path) == url
