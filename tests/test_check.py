"""`afterword check` finds planted faults at their lines, each once, and nothing in a sound blog."""

from __future__ import annotations

import json
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from afterword.build.report import Request
from afterword.build.workers.pool import no_progress
from afterword.check.external import Limits, read_answers, request_all
from afterword.check.run import CheckResult, check_blog
from afterword.check.site_files import find_feed_problems, find_json_feed_problems, read_page
from afterword.cli.main import run
from afterword.core.diagnostics import Exit
from tests.conftest import TODAY, environ_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Blog, BlogMaker

ENVIRON = environ_on()
ROOT = Path(__file__).parents[1]
IN_2027 = "1798761600"
"""A day on which all posts of our own blog are published."""


def check(made: Blog, *, external: Limits | None = None) -> CheckResult:
    return check_blog(Request(source=made.root), ENVIRON, no_progress, external)


def found(checked: CheckResult) -> Counter[tuple[str, str, int]]:
    return Counter((one.id, one.place.path, one.place.line) for one in checked.diagnostics if one.place is not None)


TEXT = "posts/2026-01-01-text.md"
FRONT = "posts/2026-01-02-front.md"
TALK = "posts/2026-01-03-talk.md"

PLANTED_TEXT = """\
---
title: Text
tags: [kubernetes, "python"]
---
![](photo.png) <!-- image-without-alt -->

<img src="/img/big.png"> <!-- image-without-alt -->

[gone](gone.md) <!-- broken-link -->

[slides](gone.pdf) <!-- broken-link -->

[page](/gone/) <!-- broken-link -->

[part](#gone) <!-- broken-anchor -->

[run](foo:bar) <!-- unsafe-link -->

[host](//example.org/) <!-- protocol-relative-link -->

A note[^gone] <!-- undefined-footnote -->

[^unused]: Never used.

[Audience]: Yes.

[ref]: /posts/text/
[ref]: /other/

See [ref].

{% include x.html %} <!-- unsupported-liquid -->

```pyhton
x = 1
```

<div class="open"> <!-- invalid-html -->

| a | b |
| - | - |
| 1 | 2 | 3 |

## One {#same}

## Two {#same}

[draft](../drafts/later.md) <!-- link-to-draft -->

A bell\x07 here.
"""

PLANTED_FRONT = """\
---
title: Front
title: Front
date: 2026-13-01
updated: soon
layout: presentation
tags: [kubernets, Python]
image: none.png
redirect_from: [/old/]
titel: Front
related: [nowhere]
---
Text.
"""

PLANTED_TALK = """\
---
title: Text
talk:
  title: A talk
  speakers: [Ada Lovelace, '']
  date: 2026-12-01
  video: https://youtu.be/zjkBMFhNj_g
  length: 10:00
  urll: x
---
## One [5:00]

## Two [4:00]

At [11:00] it ends.
"""

PLANTED: dict[str, str | bytes] = {
    "afterword.toml": 'menu = [{title = "Home", url = "/"}]\n',
    TEXT: PLANTED_TEXT,
    FRONT: PLANTED_FRONT,
    TALK: PLANTED_TALK,
    "posts/2026-01-04-speaker.md": "---\ntitle: S\ntalk: {title: T, speakers: [ada lovelace]}\n---\nText.\n",
    "posts/2062-02-01-far.md": "---\ntitle: Far\n---\nText.\n",
    "posts/undated.md": "---\ntitle: Undated\n---\nText.\n",
    "posts/files/unused.pdf": "x",
    "posts/photo.png": "x",
    "drafts/later.md": "---\ntitle: Later\n---\nText.\n",
    "pages/alone.md": "---\ntitle: Alone\n---\nText.\n",
    "templates/lonely.html": "<p>Nobody asks for this.</p>",
    "templates/partials/lonely.html": "<p>Nor for this.</p>",
    "templates/tag.html": "<p>Nor for this.</p>",
    "templates/archive.html": (
        '<!doctype html><html lang="en"><head><title>Archive</title></head><body>\n'
        '<p id="twice">One</p><p id="twice">Two</p>\n'
        '<a href="/no-such-page/">Dead</a>\n'
        "<section>Open\n"
        "</article>\n"
        "</body></html>\n"
    ),
    "templates/sitemap.xml": (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        "<url><loc>/relative/</loc><lastmod>yesterday</lastmod></url></urlset>\n"
    ),
    "templates/feed.json": '{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"url": "x"}]}\n',
    "static/unused.css": "body{}",
    "static/embeds.js": "// replaces a file of the theme, which only some blogs need",
    "static/img/big.png": b"\x89PNG" + bytes(1_100_000),
}

EXPECTED = [
    ("image-without-alt", TEXT, 5),
    ("image-without-alt", TEXT, 7),
    ("broken-link", TEXT, 9),
    ("broken-link", TEXT, 11),
    ("broken-link", TEXT, 13),
    ("broken-anchor", TEXT, 15),
    ("unsafe-link", TEXT, 17),
    ("protocol-relative-link", TEXT, 19),
    ("undefined-footnote", TEXT, 21),
    ("unused-footnote", TEXT, 23),
    ("text-as-definition", TEXT, 25),
    ("duplicate-definition", TEXT, 28),
    ("unsupported-liquid", TEXT, 32),
    ("unknown-language", TEXT, 34),
    ("invalid-html", TEXT, 38),
    ("surplus-cells", TEXT, 42),
    ("duplicate-id", TEXT, 46),
    ("link-to-draft", TEXT, 48),
    ("control-character", TEXT, 50),
    ("repeated-key", FRONT, 3),
    ("ignored-date", FRONT, 4),
    ("ignored-date", FRONT, 5),
    ("layout-not-found", FRONT, 6),
    ("similar-tags", TEXT, 3),
    ("term-slug-conflict", TEXT, 3),
    ("broken-link", FRONT, 8),
    ("unknown-key", FRONT, 10),
    ("broken-link", FRONT, 11),
    ("duplicate-title", TALK, 2),
    ("empty-speaker", TALK, 5),
    ("talk-after-notes", TALK, 6),
    ("unknown-key", TALK, 9),
    ("chapter-order", TALK, 13),
    ("timestamp-out-of-range", TALK, 15),
    ("near-duplicate", "posts/2026-01-04-speaker.md", 3),
    ("far-future", "posts/2062-02-01-far.md", 1),
    ("missing-date", "posts/undated.md", 1),
    ("unused-file", "posts/files/unused.pdf", 0),
    ("orphan-page", "pages/alone.md", 1),
    ("unused-layout", "templates/lonely.html", 0),
    ("unused-template", "templates/partials/lonely.html", 0),
    ("unused-layout", "templates/tag.html", 0),
    ("broken-link", "templates/archive.html", 3),
    ("invalid-html", "templates/archive.html", 4),
    ("invalid-html", "templates/archive.html", 5),
    ("invalid-html", "templates/archive.html", 2),
    ("invalid-feed", "templates/sitemap.xml", 0),
    ("invalid-feed", "templates/sitemap.xml", 0),
    ("invalid-feed", "templates/feed.json", 0),
    ("invalid-feed", "templates/feed.json", 0),
    ("unused-asset", "static/unused.css", 0),
    ("large-image", "static/img/big.png", 0),
]


@pytest.fixture
def faulty(blog: BlogMaker) -> Blog:
    made = blog()
    for path, content in PLANTED.items():
        made.write(path, content)
    return made


def test_each_planted_fault_is_found_at_its_line_and_told_once(faulty: Blog) -> None:
    assert len(EXPECTED) >= 40
    checked = check(faulty)
    assert found(checked) == Counter(EXPECTED)
    assert checked.exit_code is Exit.CONTENT
    assert not (faulty.root / "site").exists()


def test_a_second_check_says_the_same(faulty: Blog) -> None:
    assert check(faulty).diagnostics == check(faulty).diagnostics


def test_a_file_that_another_program_adds_to_the_site_is_no_dead_link(blog: BlogMaker) -> None:
    made = blog().write("posts/2026-01-01-a.md", "---\ntitle: A\n---\nText.\n")
    made.write("templates/partials/head-end.html", '<link rel="stylesheet" href="{{ url("/index/ui.css") }}">\n')
    assert {one.id for one in check(made).diagnostics} >= {"broken-link"}
    made.build()
    made.write("site/index/ui.css", "b {}")
    assert "broken-link" not in {one.id for one in check(made).diagnostics}


def test_there_is_nothing_to_say_of_our_own_blog(blog: BlogMaker) -> None:
    made = blog()
    for file in (file for name in ("posts", "pages") for file in (ROOT / name).rglob("*")):
        if file.is_file():
            made.write(file.relative_to(ROOT).as_posix(), file.read_bytes())
    made.write("pyproject.toml", (ROOT / "pyproject.toml").read_bytes())
    checked = check_blog(Request(source=made.root), environ_on(IN_2027), no_progress)
    assert [(one.id, one.place) for one in checked.diagnostics] == []


def test_a_player_needs_no_alt_text(blog: BlogMaker) -> None:
    players = "![](https://www.youtube.com/watch?v=yTkzNHF6rMs) ![](talk.mp3)"
    made = blog().write("posts/2026-01-01-a.md", f"---\ntitle: A\n---\n{players}\n\n![](photo.png)\n")
    found = (one.place for one in check(made).diagnostics if one.id == "image-without-alt")
    assert [place.line for place in found if place is not None] == [6]


def test_a_new_blog_is_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init", "x", "--base-url", "https://me.example/x/"]) == 0
    monkeypatch.chdir(tmp_path / "x")
    assert run(["build"]) == 0
    assert run(["check"]) == 0
    assert "nothing to report" in capsys.readouterr().out


@pytest.mark.parametrize(
    "html", ["<p>One<p>Two", "<ul><li>a<li>b</ul>", "<br><img src=x>", "<svg><path d='M0'/></svg>"]
)
def test_sound_html_has_no_fault(html: str) -> None:
    assert read_page("/x/", html).problems == ()


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<div><em>a</div>", ("<em", "`<em>` is not closed")),
        ("<b>a</b></b>", ("</b", "`</b>` closes nothing")),
        ("<div>", ("<div", "`<div>` is not closed")),
        ("<span/>a", ("<span", "`<span>` is not closed")),
    ],
)
def test_faults_of_html_name_the_element(html: str, fault: tuple[str, str]) -> None:
    assert read_page("/x/", html).problems == (fault,)


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><title>T</title><updated>2026-01-01T00:00:00Z</updated>'


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("<entry><title>A</title></entry>", "entry 1 has no `id`"),
        ("<entry><id>a</id><title>A</title><updated>2026-01-01</updated></entry>", "not an RFC 3339 date"),
        ("<entry><id>a</id></entry><entry><id>a</id></entry>", "two entries have the id `a`"),
    ],
)
def test_faults_of_atom_feeds(entry: str, fault: str) -> None:
    assert any(fault in one for one in find_feed_problems(f"{ATOM}{entry}</feed>"))


def test_faults_of_json_feeds_and_of_other_files() -> None:
    assert list(find_json_feed_problems('{"a": 1}')) == []
    assert (
        list(find_json_feed_problems('{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": []}'))
        == []
    )


@pytest.mark.parametrize("format_", ["text", "github", "json"])
def test_the_command_says_it_in_three_formats(
    faulty: Blog, format_: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)
    assert run(["check", "-s", str(faulty.root), "--format", format_]) == 1
    captured = capsys.readouterr()
    if format_ == "json":
        told = json.loads(captured.out)["diagnostics"]
        assert len(told) == len(EXPECTED)
    elif format_ == "github":
        assert "::warning " in captured.err
    else:
        assert "warning[image-without-alt]" in captured.err
        assert captured.out.startswith("checked ")


class _Handler(BaseHTTPRequestHandler):
    """Answers by the path: `/200`, `/404`; `/get` knows only GET."""

    asked: ClassVar[Counter[str]] = Counter()

    def do_HEAD(self) -> None:
        self._answer(405 if self.path == "/get" else int(self.path.strip("/")))

    def do_GET(self) -> None:
        self._answer(200 if self.path == "/get" else int(self.path.strip("/")))

    def _answer(self, status: int) -> None:
        self.asked[f"{self.command} {self.path}"] += 1
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def host() -> Iterator[str]:
    """A host on this machine; yields its origin."""
    _Handler.asked = Counter()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


QUICK = Limits(request=5, whole=30, pause=0)


def test_links_to_other_sites_are_asked_for_once_and_remembered(blog: BlogMaker) -> None:
    with host() as origin:
        lines = [f"[a]({origin}/200) [b]({origin}/404) [c]({origin}/get) [d]({origin}/403) [again]({origin}/404#x)"]
        made = blog().write("posts/2026-01-01-a.md", "---\ntitle: A\n---\n" + "\n".join(lines) + "\n")
        assert check(made).links is None
        assert not _Handler.asked, "without `--external` nothing is asked for"
        checked = check(made, external=QUICK)
        assert [(one.id, one.severity, len(one.related)) for one in checked.diagnostics] == [
            ("broken-external-link", "warning", 1),
            ("unchecked-link", "note", 0),
        ]
        assert _Handler.asked["HEAD /200"] == 1
        check(made, external=QUICK)
        assert _Handler.asked["HEAD /200"] == 1, "good answers are kept"
        assert _Handler.asked["HEAD /404"] == 2, "bad ones are asked for again"
    assert read_answers(made.root / ".afterword/check/external.json")[f"{origin}/404"].status == 404


def test_a_host_that_does_not_answer_is_a_warning(blog: BlogMaker) -> None:
    made = blog().write("posts/2026-01-01-a.md", "---\ntitle: A\n---\n[x](http://127.0.0.1:9/)\n")
    (one,) = check(made, external=QUICK).diagnostics
    assert one.id == "broken-external-link"
    assert "no answer" in one.message


def test_the_time_limit_ends_it() -> None:
    def never(_url: str, _timeout: float):  # type: ignore[no-untyped-def]
        raise AssertionError

    assert request_all(["http://a.example/", "http://b.example/"], Limits(whole=0), never) == {}
