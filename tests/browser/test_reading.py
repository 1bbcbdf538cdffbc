"""Whether a page can be read: where its text begins, how long its lines are, and that it fits any screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import NARROW, POST, WIDE
from tests.browser.sites import NOTES, PAGES, SITES

if TYPE_CHECKING:
    from tests.browser.conftest import Sites, Visitor

pytestmark = pytest.mark.browser

FIRST_WORD = """() => {
  const texts = document.createTreeWalker(document.querySelector(".prose"), NodeFilter.SHOW_TEXT);
  while (!texts.nextNode().data.trim());
  const range = document.createRange();
  range.selectNodeContents(texts.currentNode);
  return range.getClientRects()[0].top + scrollY;
}"""

OVERFLOW = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const isOut = (element) => {
    const { left, right } = element.getBoundingClientRect();
    return (right > clientWidth + 1 || left < -1) && !element.closest(".scroll, pre, .visually-hidden, .skip");
  };
  const out = [...document.querySelectorAll("body *")].filter(isOut).map(({ outerHTML }) => outerHTML.slice(0, 80));
  return [`${scrollWidth} > ${clientWidth}`, ...out];
}"""

SPACE_BELOW_LABEL = """(blocks) => blocks.map((block) => {
  const { paddingTop } = getComputedStyle(block.querySelector("pre"));
  const { height } = getComputedStyle(block, "::after");
  return parseFloat(paddingTop) - parseFloat(height);
})"""

LINES = """() => {
  const paragraph = document.querySelector(".prose > p");
  const lines = paragraph.getBoundingClientRect().height / parseFloat(getComputedStyle(paragraph).lineHeight);
  return paragraph.textContent.length / Math.round(lines);
}"""


def find_first_word(page: Any, viewport: dict[str, int]) -> float:
    page.set_viewport_size(viewport)
    return float(page.evaluate(FIRST_WORD))


@pytest.mark.parametrize("url", NOTES)
def test_a_note_begins_on_the_first_screen(visit: Visitor, url: str) -> None:
    page = visit(url, viewport=WIDE).page
    assert find_first_word(page, WIDE) <= 480
    assert find_first_word(page, NARROW) <= 560


@pytest.mark.xdist_group("example")
def test_the_example_post_begins_on_the_first_screen(visit: Visitor, sites: Sites) -> None:
    page = visit(f"{sites['example'].origin}{POST}", viewport=WIDE).page
    assert find_first_word(page, WIDE) <= 480
    assert find_first_word(page, NARROW) <= 560


@pytest.mark.parametrize(("name", "url"), PAGES)
def test_a_page_fits_every_screen(visit: Visitor, sites: Sites, name: str, url: str) -> None:
    page = visit(f"{sites[name].origin}{url}", viewport=WIDE).page
    for width in (1920, 1024, 768, 480, 360, 320, 256):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate(OVERFLOW) == [], width


@pytest.mark.parametrize("url", SITES["own"].pages)
def test_text_of_twice_the_size_still_fits(visit: Visitor, url: str) -> None:
    page = visit(url, viewport=NARROW).page
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(OVERFLOW) == []


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_the_language_of_code_stands_above_its_first_line(visit: Visitor, viewport: dict[str, int]) -> None:
    page = visit("/style-guide/", viewport=viewport).page
    spaces = page.locator(".code[data-language]").evaluate_all(SPACE_BELOW_LABEL)
    assert len(spaces) >= 5
    assert min(spaces) >= 0


def test_lines_have_a_length_that_is_good_to_read(visit: Visitor) -> None:
    assert 60 <= visit(POST, viewport=WIDE).page.evaluate(LINES) <= 78


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize(
    ("name", "url", "side"),
    [
        pytest.param("arabic", "/posts/note/", "right", marks=pytest.mark.xdist_group("arabic")),
        pytest.param("in-english", "/posts/arabic/", "right", marks=pytest.mark.xdist_group("in-english")),
        pytest.param("arabic", "/posts/latin/", "left", marks=pytest.mark.xdist_group("arabic")),
        ("own", POST, "left"),
    ],
)
def test_an_article_stands_on_one_edge_in_its_own_direction(
    visit: Visitor, sites: Sites, name: str, url: str, side: str, viewport: dict[str, int]
) -> None:
    page = visit(f"{sites[name].origin}{url}", viewport=viewport).page
    edges = page.locator(".post-header :is(h1, .lede), .prose > p, .prose h2, .post-footer p").evaluate_all(
        f"(boxes) => boxes.map((box) => Math.round(box.getBoundingClientRect().{side}))"
    )
    assert len(edges) >= 3
    assert len(set(edges)) == 1
