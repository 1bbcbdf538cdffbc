"""All of it with JavaScript off: pages are complete, and the player is a link."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import NARROW, POST, WIDE
from tests.browser.sites import PAGES
from tests.browser.test_reading import OVERFLOW

if TYPE_CHECKING:
    from tests.browser.conftest import Sites, Visitor

pytestmark = pytest.mark.browser

OFF = {"java_script_enabled": False}


@pytest.mark.parametrize(("name", "url"), PAGES)
def test_a_page_is_complete(visit: Visitor, sites: Sites, name: str, url: str) -> None:
    page = visit(f"{sites[name].origin}{url}", viewport=NARROW, **OFF).page
    assert page.evaluate(OVERFLOW) == []
    assert page.locator(".js, .copy, [hidden]").filter(visible=True).count() == 0
    assert page.get_by_role("heading", level=1).is_visible()


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_the_player_is_a_link(visit: Visitor, viewport: dict[str, int]) -> None:
    page = visit(POST, viewport=viewport, **OFF).page
    link = page.get_by_role("link", name="Watch").first
    assert link.is_visible()
    assert link.get_attribute("href") == "https://www.youtube.com/watch?v=zjkBMFhNj_g"
    assert page.locator("iframe").count() == 0


def test_the_contents_open(visit: Visitor) -> None:
    page = visit(POST, viewport=NARROW, **OFF).page
    contents = page.get_by_role("navigation", name="On this page")
    assert not contents.get_by_role("link").first.is_visible()
    contents.locator("summary").click()
    assert contents.get_by_role("link").first.is_visible()


def test_the_contents_beside_a_text_are_open(visit: Visitor) -> None:
    page = visit(POST, viewport=WIDE, **OFF).page
    assert page.get_by_role("navigation", name="On this page").get_by_role("link").first.is_visible()


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_the_table_of_talks_has_all_rows(visit: Visitor, sites: Sites, viewport: dict[str, int]) -> None:
    listed: list[Any] = json.loads((sites["own"].folder / "talks" / "index.json").read_text())
    page = visit("/talks/", viewport=viewport, **OFF).page
    assert page.locator("table.talks tbody tr").filter(visible=True).count() == len(listed)
    assert page.locator(".talk-filter, table.talks button").filter(visible=True).count() == 0
