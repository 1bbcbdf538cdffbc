"""Requests are answered as on GitHub Pages, below the base path, and only from the resources of the generation."""

from __future__ import annotations

import gzip
import re
from urllib.parse import quote, unquote

import html5lib
import pytest

from afterword.core.fingerprints import digest
from afterword.server.generation import Generation
from afterword.server.routing import prepare_response, route
from tests.serve.conftest import SITE, TOKEN, generation, live, resources

HOME, MISSING, POST = SITE["/index.html"], SITE["/404.html"], SITE["/posts/x/index.html"]

PAGES = [
    # The base path.
    ("/", 302, "/notes/"),
    ("/?q=1", 302, "/notes/"),
    ("/notes", 301, "/notes/"),
    ("/notes?q=1", 301, "/notes/"),
    ("/notes/", 200, HOME),
    ("/notes/?q=1", 200, HOME),
    ("/notes/?../../etc", 200, HOME),
    ("/Notes/", 404, b"published under another path"),
    ("/notesx/", 404, b"published under another path"),
    ("/other/", 404, b"published under another path"),
    ("/style.css", 404, b"published under another path"),
    ("//notes/", 404, b"published under another path"),
    # Files, folders, and `.html` left out.
    ("/notes/index.html", 200, HOME),
    ("/notes/index", 200, HOME),
    ("/notes/posts/x/", 200, POST),
    ("/notes/posts/x/index.html", 200, POST),
    ("/notes/posts/x", 301, "/notes/posts/x/"),
    ("/notes/posts/x?a=b", 301, "/notes/posts/x/"),
    ("/notes/about", 200, SITE["/about.html"]),
    ("/notes/about.html", 200, SITE["/about.html"]),
    ("/notes/about/", 404, MISSING),
    ("/notes/about.html/", 404, MISSING),
    ("/notes/talks", 200, SITE["/talks.html"]),
    ("/notes/talks/", 200, SITE["/talks/index.html"]),
    ("/notes/style.css", 200, SITE["/style.css"]),
    ("/notes/style", 404, MISSING),
    ("/notes/style.css/", 404, MISSING),
    ("/notes/CNAME", 200, b"me.example"),
    ("/notes/.well-known/x", 200, b"well known"),
    ("/notes/.well-known", 404, MISSING),
    ("/notes/posts", 404, MISSING),
    ("/notes/posts/", 404, MISSING),
    ("/notes/404.html", 200, MISSING),
    ("/notes/404", 200, MISSING),
    ("/notes/nothing", 404, MISSING),
    # Letter by letter.
    ("/notes/About", 404, MISSING),
    ("/notes/POSTS/x/", 404, MISSING),
    ("/notes/style.CSS", 404, MISSING),
    ("/notes/cname", 404, MISSING),
    # Decoded once, as UTF-8.
    ("/notes/caf%C3%A9/", 200, SITE["/café/index.html"]),
    ("/notes/caf%c3%a9", 301, "/notes/caf%C3%A9/"),
    ("/notes/cafe%CC%81/", 404, MISSING),
    ("/notes/a%20b/", 200, SITE["/a b/index.html"]),
    ("/notes/a%20b", 301, "/notes/a%20b/"),
    ("/notes/a+b/", 404, MISSING),
    ("/notes/%61bout", 200, SITE["/about.html"]),
    ("/%6eotes/about", 200, SITE["/about.html"]),
    ("/notes/%2561bout", 404, MISSING),
    # Nothing is joined to a folder.
    ("/notes/../notes/about", 404, MISSING),
    ("/notes/./about", 404, MISSING),
    ("/notes//about", 404, MISSING),
    ("/notes/posts/../about", 404, MISSING),
    ("/notes/%2e%2e/%2e%2e/etc/passwd", 404, MISSING),
    ("/notes/..%2f..%2fetc/passwd", 404, MISSING),
    ("/notes/%252e%252e/etc/passwd", 404, MISSING),
    ("/../etc/passwd", 404, b"published under another path"),
    ("/etc/passwd", 404, b"published under another path"),
    ("/notes/C:/Windows", 404, MISSING),
    ("/notes/about::$DATA", 404, MISSING),
    ("/notes/NUL", 404, MISSING),
    ("/notes/.afterword-manifest", 404, MISSING),
    ("/notes/__afterword/", 404, MISSING),
    ("//evil.example/..", 404, b"published under another path"),
    ("//evil.example/notes", 404, b"published under another path"),
    # Absolute targets.
    ("http://localhost:4000/notes/about", 200, SITE["/about.html"]),
    ("HTTP://localhost:4000/notes/about", 200, SITE["/about.html"]),
    ("http://localhost:4000", 302, "/notes/"),
    ("http://localhost:4000?x", 302, "/notes/"),
    # Malformed.
    ("*", 400, b""),
    ("notes/about", 400, b""),
    ("", 400, b""),
    ("ftp://localhost/notes/", 400, b""),
    ("http:///notes/", 400, b""),
    ("/notes/#about", 400, b""),
    ("/notes/%", 400, b""),
    ("/notes/%2", 400, b""),
    ("/notes/%zz", 400, b""),
    ("/notes/%00", 400, b""),
    ("/notes/about%00.html", 400, b""),
    ("/notes/%0d%0aLocation:%20x", 400, b""),
    ("/notes/..%5c..%5cetc", 400, b""),
    ("/notes/..\\etc", 400, b""),
    ("/notes/%ff", 400, b""),
    ("/notes/%c0%ae%c0%ae/etc", 400, b""),
    ("/notes/%ed%a0%80", 400, b""),
    ("/notes/caf\u00e9/", 400, b""),
    ("/notes/\x01", 400, b""),
    ("/notes/%7f", 400, b""),
]


@pytest.mark.parametrize(("target", "status", "expected"), PAGES, ids=[repr(row[0]) for row in PAGES])
def test_a_target_is_answered_as_on_github_pages(target: str, status: int, expected: str | bytes) -> None:
    response = route(generation(), "GET", target, {})
    assert response.status == status
    if isinstance(expected, str):
        assert dict(response.headers)["Location"] == expected
    else:
        assert isinstance(response.content, bytes)
        assert expected in response.content
        assert "Location" not in dict(response.headers)


@pytest.mark.parametrize(
    ("target", "status"),
    [("/", 200), ("/index.html", 200), ("/posts/x", 301), ("/about", 200), ("/notes/", 404), ("//about", 404)],
)
def test_a_site_at_the_root_has_no_base_path(target: str, status: int) -> None:
    response = route(generation(base_path=""), "GET", target, {})
    assert response.status == status
    assert dict(response.headers).get("Location", "/posts/x/") == "/posts/x/"


def test_what_is_outside_the_base_path_says_where_the_site_is() -> None:
    response = route(generation(), "GET", "/about", {})
    assert b'href="/notes/"' in prepare_response(response).content


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "BREW"])
def test_other_methods_are_not_allowed(method: str) -> None:
    response = route(generation(), method, "/notes/", {})
    assert response.status == 405
    assert dict(response.headers)["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("path", "type"),
    [
        ("/posts/x/", "text/html; charset=utf-8"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/data.json", "application/json; charset=utf-8"),
        ("/feed.xml", "application/xml; charset=utf-8"),
        ("/clip.mp4", "video/mp4"),
        ("/empty.png", "image/png"),
        ("/CNAME", "application/octet-stream"),
        ("/nothing", "text/html; charset=utf-8"),
    ],
)
def test_types_follow_from_names(path: str, type: str) -> None:
    assert dict(route(generation(), "GET", f"/notes{path}", {}).headers)["Content-Type"] == type


TAG = digest(SITE["/clip.mp4"])


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f'"{TAG}"', 304),
        (f'W/"{TAG}"', 304),
        (f'"other", "{TAG}"', 304),
        (f'W/"other" , W/"{TAG}","third"', 304),
        ("*", 304),
        ('"other"', 200),
        ("other", 200),
        (TAG, 200),
        ("", 200),
        ('"', 200),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_the_browser_has_is_not_sent_again(method: str, header: str, status: int) -> None:
    response = route(generation(), method, "/notes/clip.mp4", {"if-none-match": header})
    assert response.status == status
    assert dict(response.headers)["ETag"] == f'"{TAG}"'


def test_a_missing_page_is_not_mistaken_for_one_that_is_known() -> None:
    assert route(generation(), "GET", "/notes/nothing", {"if-none-match": "*"}).status == 404


RANGES = [
    ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
    ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
    ("bytes=-3", 206, b"789", "bytes 7-9/10"),
    ("bytes=-30", 206, b"0123456789", "bytes 0-9/10"),
    ("bytes=9-9", 206, b"9", "bytes 9-9/10"),
    ("bytes=0-99999999999999999999999999", 206, b"0123456789", "bytes 0-9/10"),
    ("BYTES=0-0", 206, b"0", "bytes 0-0/10"),
    ("bytes=000000000000000000000001-2", 206, b"12", "bytes 1-2/10"),
    ("bytes=10-", 416, b"", "bytes */10"),
    ("bytes=10-20", 416, b"", "bytes */10"),
    ("bytes=-0", 416, b"", "bytes */10"),
    ("bytes=" + "9" * 5000 + "-", 416, b"", "bytes */10"),
    ("bytes=0-1,4-5", 200, b"0123456789", None),
    ("bytes=0-1,", 200, b"0123456789", None),
    ("bytes=3-1", 200, b"0123456789", None),
    ("bytes=-", 200, b"0123456789", None),
    ("bytes=a-b", 200, b"0123456789", None),
    ("bytes=١-٢", 200, b"0123456789", None),
    ("bytes 0-1", 200, b"0123456789", None),
    ("lines=0-1", 200, b"0123456789", None),
    ("", 200, b"0123456789", None),
]


@pytest.mark.parametrize(("header", "status", "content", "range"), RANGES, ids=[row[0][:30] for row in RANGES])
def test_media_are_sent_in_single_ranges(header: str, status: int, content: bytes, range: str | None) -> None:
    response = route(generation(), "GET", "/notes/clip.mp4", {"range": header})
    assert response.status == status
    assert dict(response.headers).get("Content-Range") == range
    if status != 416:
        assert prepare_response(response).content == content
        assert dict(response.headers)["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/clip.mp4", {"if-range": f'"{TAG}"'}, 206),
        ("GET", "/clip.mp4", {"if-range": '"other"'}, 200),
        ("GET", "/clip.mp4", {"if-range": f'W/"{TAG}"'}, 200),
        ("GET", "/clip.mp4", {"if-range": "Wed, 01 Jan 2026 00:00:00 GMT"}, 200),
        ("GET", "/clip.mp4", {"if-none-match": f'"{TAG}"'}, 304),
        ("HEAD", "/clip.mp4", {}, 200),
        ("GET", "/style.css", {}, 200),
        ("GET", "/posts/x/", {}, 200),
        ("GET", "/empty.png", {}, 416),
        ("GET", "/nothing", {}, 404),
    ],
)
def test_a_range_counts_only_where_it_means_something(
    method: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert route(generation(), method, f"/notes{path}", {"range": "bytes=0-3", **headers}).status == status


@pytest.mark.parametrize(
    ("header", "compressed"),
    [
        ("gzip", True),
        ("GZIP, deflate, br", True),
        ("gzip;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("br", False),
        ("identity", False),
        ("", False),
    ],
)
def test_text_is_compressed_for_who_accepts_it(header: str, compressed: bool) -> None:
    delivery = prepare_response(route(generation(), "GET", "/notes/style.css", {"accept-encoding": header}))
    assert isinstance(delivery.content, bytes)
    assert dict(delivery.headers).get("Content-Encoding") == ("gzip" if compressed else None)
    assert (gzip.decompress(delivery.content) if compressed else delivery.content) == SITE["/style.css"]
    assert dict(delivery.headers)["Vary"] == "Accept-Encoding"


def test_media_are_not_compressed() -> None:
    delivery = prepare_response(route(generation(), "GET", "/notes/clip.mp4", {"accept-encoding": "gzip"}))
    assert delivery.content == SITE["/clip.mp4"]


def live_page(path: str, headers: dict[str, str]) -> bytes:
    content = prepare_response(route(generation(live=live()), "GET", path, headers)).content
    assert isinstance(content, bytes)
    return content


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-dest": "document"}], ids=["unknown", "document"])
@pytest.mark.parametrize("path", ["/notes/posts/x/", "/notes/nothing"])
def test_a_page_is_as_built_but_for_one_element(path: str, headers: dict[str, str]) -> None:
    page = live_page(path, headers)
    added = re.findall(rb"<script[^>]*></script>", page)
    assert len(added) == 1
    assert f'src="/notes/__afterword/{TOKEN}/live.js"'.encode() in added[0]
    assert page.replace(added[0], b"") in (POST, MISSING)
    assert page.endswith(added[0] + b"</body>")


@pytest.mark.parametrize("base_path", ["/a&lt;b", "/a'b\"c", "/a%b é"])
def test_a_base_path_is_part_of_a_url_in_html(base_path: str) -> None:
    first = generation(base_path, live=live())
    target = quote(f"{base_path}/posts/x/")
    page, other = (prepare_response(route(first, "GET", path, {})).content for path in (target, "/"))
    assert isinstance(page, bytes)
    assert isinstance(other, bytes)
    (source,) = html5lib.parse(page.decode(), namespaceHTMLElements=False).findall(".//script")
    assert unquote(source.get("src") or "") == f"{base_path}/__afterword/{TOKEN}/live.js"
    outside = prepare_response(route(first, "GET", "/elsewhere", {})).content
    assert isinstance(outside, bytes)
    (link,) = html5lib.parse(outside.decode(), namespaceHTMLElements=False).findall(".//a")
    assert unquote(link.get("href") or "") == f"{base_path}/"


@pytest.mark.parametrize("destination", ["iframe", "empty", "embed", "script"])
def test_what_is_no_document_of_its_own_is_as_built(destination: str) -> None:
    assert live_page("/notes/posts/x/", {"sec-fetch-dest": destination}) == POST


@pytest.mark.parametrize("path", ["/notes/style.css", "/notes/feed.xml", "/notes/data.json", "/other/"])
def test_only_pages_of_the_site_are_live(path: str) -> None:
    assert b"__afterword" not in live_page(path, {})


def test_the_tag_of_a_live_page_is_of_this_generation_of_this_run() -> None:
    def etag(shown: Generation) -> str:
        return dict(route(shown, "GET", "/notes/", {}).headers)["ETag"]

    first = generation(live=live("one run"))
    second = first.with_site(resources({**SITE, "/new.png": b""}), "/notes")
    assert len({etag(generation()), etag(first), etag(second), etag(generation(live=live("another run")))}) == 4
    assert route(first, "GET", "/notes/", {"if-none-match": etag(first)}).status == 304


def test_a_page_that_quotes_html_gets_the_script_at_its_end() -> None:
    page = b"<body><pre>&lt;/body></pre><script>'</body>'</script></BODY></html>\n"
    first = generation(files={"/index.html": page}, live=live())
    content = prepare_response(route(first, "GET", "/notes/", {})).content
    assert isinstance(content, bytes)
    assert content.startswith(page.removesuffix(b"</BODY></html>\n") + b"<script src=")
    assert content.endswith(b"</script></BODY></html>\n")


def test_a_page_without_a_body_element_gets_the_script_last() -> None:
    first = generation(files={"/index.html": b"<p>short"}, live=live())
    content = prepare_response(route(first, "GET", "/notes/", {})).content
    assert isinstance(content, bytes)
    assert content.startswith(b"<p>short<script src=")


def test_before_the_first_build_there_is_a_page_that_waits() -> None:
    response = route(Generation(live=live()), "GET", "/", {})
    content = prepare_response(response).content
    assert response.status == 503
    assert isinstance(content, bytes)
    assert b"live.js" in content
    assert "Refresh" not in dict(response.headers)


def test_without_a_script_the_page_that_waits_looks_again_by_itself() -> None:
    assert dict(route(Generation(), "GET", "/", {}).headers)["Refresh"] == "1"
    assert "Refresh" in dict(route(Generation(base_path="/notes"), "GET", "/notes/posts/x/", {}).headers)


def test_the_first_builds_problems_are_shown_as_text() -> None:
    response = route(Generation().with_problems("posts/<x>.md:1:1"), "GET", "/", {})
    assert isinstance(response.content, bytes)
    assert b"<pre>posts/&lt;x&gt;.md:1:1</pre>" in response.content


def test_a_site_without_a_404_page_has_404s() -> None:
    assert route(generation(files={"/index.html": b"x"}), "GET", "/notes/nothing", {}).status == 404


def test_the_live_script_is_there_for_who_knows_the_secret() -> None:
    def status(path: str, shown: Generation) -> int:
        return route(shown, "GET", f"/notes/__afterword/{path}", {}).status

    assert status(f"{TOKEN}/live.js", generation(live=live())) == 200
    assert status(f"{TOKEN}/live.js", generation()) == 404
    assert status("0000/live.js", generation(live=live())) == 404
    assert status("live.js", generation(live=live())) == 404
