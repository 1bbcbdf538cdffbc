"""What holds for every page of the blog."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NARROW, PAGES, POST, WIDE, Visitor

pytestmark = pytest.mark.browser

MISSING = "status of 404"
"""How Chromium's console mentions that the error page was served as one."""


@pytest.mark.parametrize("url", PAGES)
def test_pages_ask_nothing_of_others_and_break_no_rule(visit: Visitor, origin: str, url: str) -> None:
    visited = visit(url)
    assert len(visited.requests) <= 5
    assert [asked for asked in visited.requests if not asked.startswith(origin)] == []
    assert [said for said in visited.complaints if MISSING not in said] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("url", PAGES)
def test_pages_are_accessible(visit: Visitor, url: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    # The page's own policy would not let axe in.
    page = visit(url, color_scheme=scheme, bypass_csp=True).page
    found = axe.Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("url", PAGES)
def test_pages_fit_narrow_screens(visit: Visitor, url: str, width: int) -> None:
    page = visit(url, viewport={**NARROW, "width": width}).page
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_text_of_twice_the_size_still_fits(visit: Visitor) -> None:
    page = visit(POST, viewport=NARROW).page
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


def test_lines_have_a_length_that_is_good_to_read(visit: Visitor) -> None:
    page = visit(POST, viewport=WIDE).page
    characters = page.evaluate(
        """() => {
          const paragraph = document.querySelector(".prose > p");
          const lines = paragraph.getBoundingClientRect().height / parseFloat(getComputedStyle(paragraph).lineHeight);
          return paragraph.textContent.length / Math.round(lines);
        }"""
    )
    assert 45 <= characters <= 85


def test_nothing_moves_while_a_page_loads(visit: Visitor) -> None:
    page = visit(POST, viewport=WIDE).page
    shift = page.evaluate(
        """() => new Promise((resolve) => {
          const observer = new PerformanceObserver((list) => resolve(list.getEntries()));
          observer.observe({ type: "layout-shift", buffered: true });
          requestAnimationFrame(() => requestAnimationFrame(() => resolve([])));
        })"""
    )
    assert shift == []
