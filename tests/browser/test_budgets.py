"""What a page costs: the bytes that it loads, compressed, the requests, and what moves while it loads."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.conftest import NARROW, WIDE
from tests.browser.sites import MISSING, PAGES

if TYPE_CHECKING:
    from tests.browser.conftest import Served, Sites, Visitor

pytestmark = pytest.mark.browser

KB = 1024
STYLES, SCRIPTS, HOME, REQUESTS = 8 * KB, 3 * KB, 15 * KB, 5
SEARCH = {"search.*.js": 3 * KB, "search.*.css": KB}
"""What opening the search loads, besides its page."""
COMPRESSED = (".html", ".css", ".js", ".svg", ".json", ".xml")

LINKED = """() => ({
  styles: [...document.querySelectorAll("link[rel=stylesheet]")].map((link) => link.href),
  scripts: [...document.querySelectorAll("script[src]")].map((script) => script.src),
  inline: [...document.querySelectorAll("script:not([src], [type])")].map((script) => script.textContent).join("\\n"),
  icons: [...document.querySelectorAll("link[rel=icon]")].map((link) => link.href),
  shown: [...document.querySelectorAll(".prose :is(img, video)")].flatMap(({ src, poster }) => [src, poster]),
})"""

WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    if (!hadRecentInput) shifts.push([value, ...sources.map(({ node }) => node?.nodeName + "." + node?.className)]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""

SCROLL_DOWN = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (let y = 0; y < document.documentElement.scrollHeight && y < 12_000; y += innerHeight) {
    scrollTo({ top: y, behavior: "instant" });
    await frame();
    await frame();
  }
  return shifts;
}"""


def weigh(content: bytes) -> int:
    return len(gzip.compress(content, mtime=0))


def measure(served: Served, url: str) -> int:
    """The bytes that a file of the site takes on its way, from a host that compresses text."""
    path = unquote(urlsplit(url).path).lstrip("/")
    file = served.folder / (path if path and not path.endswith("/") else f"{path}index.html")
    content = (file if file.exists() else served.folder / "404.html").read_bytes()
    return weigh(content) if file.suffix in COMPRESSED else len(content)


@pytest.mark.parametrize(("name", "url"), PAGES)
def test_a_page_is_light_and_asks_nothing_of_others(visit: Visitor, sites: Sites, name: str, url: str) -> None:
    served = sites[name]
    visited = visit(f"{served.origin}{url}")
    linked: dict[str, Any] = visited.page.evaluate(LINKED)
    loaded = {*visited.requests, *linked["icons"]}
    assert [asked for asked in loaded if not asked.startswith((served.origin, "data:"))] == []
    assert len(loaded.difference(linked["shown"])) <= REQUESTS, "besides what the text shows"
    assert sum(measure(served, style) for style in linked["styles"]) <= STYLES
    assert weigh(linked["inline"].encode()) + sum(measure(served, script) for script in linked["scripts"]) <= SCRIPTS
    if url == "/":
        assert sum(measure(served, asked) for asked in loaded) <= HOME
    assert [said for said in visited.complaints if not (url == MISSING and "status of 404" in said)] == []


def test_the_search_is_light(sites: Sites) -> None:
    folder = sites["own"].folder
    for name, most in SEARCH.items():
        (file,) = folder.glob(name)
        assert weigh(file.read_bytes()) <= most, name


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize(("name", "url"), PAGES)
def test_nothing_moves(visit: Visitor, sites: Sites, name: str, url: str, viewport: dict[str, int]) -> None:
    page = visit(f"{sites[name].origin}{url}", script=WATCH_SHIFTS, viewport=viewport).page
    assert page.evaluate(SCROLL_DOWN) == []
