"""This repository's own blog, built once and served on this machine, and a Chromium to read it with.

Skipped where Chromium or the `browser` group is not installed: `make test-browser` installs the group.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urljoin

import pytest

from afterword.builder import build
from afterword.report import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

POST = "/posts/karpathy-intro-to-llms/"
TALK_PAGES = ("/talks/", "/speakers/", "/speakers/andrej-karpathy/", "/events/", "/events/pycon-us/")
PAGES = ("/", POST, *TALK_PAGES, "/archive/", "/categories/", "/tags/", "/tags/llm/", "/about/", "/nothing/is/here/")
"""One page of each kind."""

NARROW = {"width": 390, "height": 844}
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="session", autouse=True)
def chromium() -> Iterator[Any]:
    """A running Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the `browser` group is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class _Handler(SimpleHTTPRequestHandler):
    """Serves a site as static hosts do: silently, and with the site's own page for what is not there."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html").read_bytes() if code == 404 else (message or explain or "").encode()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serve(site: Path) -> Iterator[str]:
    """Serve a folder for as long as it is needed: `http://127.0.0.1:…`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(site))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the blog is served."""
    site = tmp_path_factory.mktemp("browser") / "site"
    build(Request(ROOT, site, cache=False), environ=os.environ)
    with serve(site) as address:
        yield address


@dataclass(frozen=True)
class Visit:
    """A page that was opened; `requests` are the URLs it asked for, `complaints` what the console had to say."""

    page: Any
    requests: list[str]
    complaints: list[str]


class Visitor(Protocol):
    """Opens a page of the blog."""

    def __call__(self, url: str, **context: Any) -> Visit: ...


@pytest.fixture
def visit(chromium: Any, origin: str) -> Iterator[Visitor]:
    """A maker of visits: `visit("/", color_scheme="dark")`; what it is given is for Playwright's `new_context`.

    Another site than the blog is visited by its full URL.
    """
    contexts = []

    def open_page(url: str, **options: Any) -> Visit:
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        made = Visit(page, [], [])
        page.on("request", lambda request: made.requests.append(request.url))
        page.on("console", lambda message: made.complaints.append(message.text))
        page.on("pageerror", lambda problem: made.complaints.append(str(problem)))
        page.goto(urljoin(origin, url), wait_until="load")
        return made

    yield open_page
    for context in contexts:
        context.close()
