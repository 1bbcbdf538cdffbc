"""What readers can operate: the skip link, the colour scheme, copy buttons and tables of contents."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NARROW, POST, WIDE, Visitor

pytestmark = pytest.mark.browser

CODE = "/posts/hettinger-beyond-pep-8/"
BACKGROUNDS = {"light": "rgb(253, 252, 249)", "dark": "rgb(21, 23, 26)"}
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


def test_the_first_key_leads_past_the_navigation(visit: Visitor) -> None:
    page = visit(POST).page
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text() == "Skip to the content"
    assert link.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_are_those_of_the_system(visit: Visitor, scheme: str) -> None:
    assert visit("/", color_scheme=scheme).page.evaluate(BACKGROUND) == BACKGROUNDS[scheme]


def test_a_chosen_scheme_stays_and_is_there_from_the_first_frame(visit: Visitor) -> None:
    page = visit("/", color_scheme="light").page
    button = page.get_by_role("button", name="Colour scheme")
    said = []
    for _ in range(2):
        button.click()
        said.append(button.inner_text().split()[-1])
    assert said == ["light", "dark"]
    assert page.evaluate(BACKGROUND) == BACKGROUNDS["dark"]
    # Without its deferred script a page shows what its first frame would.
    page.route("**/afterword.*.js", lambda route: route.abort())
    page.goto(page.url)
    assert page.evaluate(BACKGROUND) == BACKGROUNDS["dark"]


def test_the_third_choice_is_the_system_again(visit: Visitor) -> None:
    page = visit("/", color_scheme="dark").page
    for _ in range(3):
        page.get_by_role("button", name="Colour scheme").click()
    page.reload()
    assert page.evaluate(BACKGROUND) == BACKGROUNDS["dark"]
    assert page.evaluate("document.documentElement.dataset.scheme ?? ''") == ""


def test_code_can_be_copied(visit: Visitor) -> None:
    page = visit(CODE, permissions=["clipboard-read", "clipboard-write"]).page
    block = page.locator(".code").first
    button = block.get_by_role("button")
    assert button.inner_text() == "Copy"
    button.focus()
    page.keyboard.press("Enter")
    block.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == block.locator("code").text_content()


def test_the_contents_stand_beside_the_text_where_there_is_room(visit: Visitor) -> None:
    page = visit(POST, viewport=WIDE).page
    contents = page.get_by_role("navigation", name="On this page")
    assert contents.locator("details").get_attribute("open") is not None
    text = page.locator(".prose").bounding_box()
    assert contents.bounding_box()["x"] > text["x"] + text["width"]


def test_the_contents_are_one_line_where_there_is_not(visit: Visitor) -> None:
    page = visit(POST, viewport=NARROW).page
    contents = page.get_by_role("navigation", name="On this page")
    assert not contents.get_by_role("link").first.is_visible()
    contents.locator("summary").click()
    assert contents.get_by_role("link").first.is_visible()


def test_the_contents_follow_the_reader(visit: Visitor) -> None:
    page = visit(POST, viewport=WIDE, reduced_motion="reduce").page
    contents = page.get_by_role("navigation", name="On this page")
    link = contents.get_by_role("link").nth(4)
    link.click()
    current = contents.locator("a[aria-current]")
    current.wait_for()
    assert current.get_attribute("href") == link.get_attribute("href")
    page.evaluate("scrollTo(0, 0)")
    current.wait_for(state="detached")
    page.evaluate("document.querySelector('.heading ~ .heading ~ p').scrollIntoView()")
    current.wait_for()


def test_paper_gets_the_text_and_no_controls(visit: Visitor) -> None:
    page = visit(POST, viewport=WIDE, color_scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(31, 29, 26)"
    for hidden in (".tool", ".toc", ".neighbours", ".site-header nav", ".copy"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator(".prose").is_visible()
