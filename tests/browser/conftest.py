"""Built blogs, served on this machine, and a Chromium to read them with.

Without a Chromium or the `browser` group of `pyproject.toml`, every test fails: `-m "not browser"` leaves them out.
"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urljoin

import pytest

from tests.browser.sites import SITES, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 10_000
"""Milliseconds that an element may take to appear, on a busy machine."""

POST = "/posts/karpathy-intro-to-llms/"
NARROW = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A running Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.fail("the `browser` group is not installed: `make test-browser` installs it", pytrace=False)
    if CHROMIUM is None:
        pytest.fail("there is no Chromium (on Debian: apt-get install chromium)", pytrace=False)
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Served:
    """A built blog: the folder of its site, and where it is served."""

    folder: Path
    origin: str


class Sites:
    """The blogs of `sites.SITES`, each built and served when it is first asked for."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._served: dict[str, Served] = {}

    def __getitem__(self, name: str) -> Served:
        if name not in self._served:
            site = SITES[name].build(self._folder / name)
            self._served[name] = Served(site, self._stack.enter_context(serve(site)))
        return self._served[name]


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """The blogs of these tests, by name."""
    with ExitStack() as stack:
        yield Sites(tmp_path_factory.mktemp("sites"), stack)


@pytest.fixture(scope="session")
def origin(sites: Sites) -> str:
    """Where this repository's own blog is served."""
    return sites["own"].origin


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

    `script` runs in the page before all others. Another site than the blog is visited by its full URL.
    """
    contexts = []

    def open_page(url: str, *, script: str = "", **options: Any) -> Visit:
        context = chromium.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        if script:
            page.add_init_script(script)
        made = Visit(page, [], [])
        page.on("request", lambda request: made.requests.append(request.url))
        page.on("console", lambda message: made.complaints.append(message.text))
        page.on("pageerror", lambda problem: made.complaints.append(str(problem)))
        page.goto(urljoin(origin, url), wait_until="load")
        return made

    yield open_page
    for context in contexts:
        context.close()


def find_violations(page: Any, **options: Any) -> list[tuple[str, list[str]]]:
    """The rules of axe that a page breaks, each with the elements; its context needs `bypass_csp`."""
    from axe_playwright_python.sync_playwright import Axe

    rules = {"target-size": {"enabled": True}}  # of WCAG 2.2 AA, which axe looks for only when it is asked to
    found = Axe().run(page, options={"rules": rules, **options}).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]
