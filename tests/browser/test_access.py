"""Whether everybody can use a page: what axe finds, in both schemes and at two widths, and where the keyboard leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import NARROW, POST, WIDE, find_violations
from tests.browser.sites import PAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.browser.conftest import Sites, Visitor

pytestmark = pytest.mark.browser

MOST_STOPS = 150
DEVICES = {"phone": {"viewport": NARROW, "has_touch": True, "is_mobile": True}, "desk": {"viewport": WIDE}}
"""What shows only where there is a pointer that hovers is always there on a phone."""

RING = """() => {
  const place = document.activeElement;
  if (place === document.body) return null;
  if (place.matches("audio, video")) return "";  // the browser's own controls are within
  const hasRing = [null, "::after", "::before"].some((part) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(place, part);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
  const { top, bottom } = place.getBoundingClientRect();
  const isSeen = bottom > 0 && top < innerHeight;
  return hasRing && isSeen ? "" : place.outerHTML.slice(0, 120);
}"""


@pytest.mark.parametrize("device", DEVICES.values(), ids=DEVICES)
@pytest.mark.parametrize(("name", "url"), PAGES)
def test_axe_finds_nothing(visit: Visitor, sites: Sites, name: str, url: str, device: Mapping[str, Any]) -> None:
    page = visit(f"{sites[name].origin}{url}", bypass_csp=True, reduced_motion="reduce", **device).page
    for scheme in ("light", "dark") if name == "own" else ("dark",):
        page.emulate_media(color_scheme=scheme)
        assert find_violations(page) == [], scheme


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
@pytest.mark.parametrize("url", ["/", POST, "/talks/", "/style-guide/"])
def test_the_keyboard_shows_where_it_is(visit: Visitor, url: str, viewport: dict[str, int]) -> None:
    page = visit(url, viewport=viewport, reduced_motion="reduce").page
    stops = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(RING)
        if stop is None:
            break
        stops.append(stop)
    assert len(stops) > 5
    assert [stop for stop in stops if stop] == []


@pytest.mark.parametrize("url", [POST, "/style-guide/"])
def test_only_what_scrolls_is_a_tab_stop(visit: Visitor, url: str) -> None:
    page = visit(url, viewport=WIDE).page
    wrong = page.locator(".scroll, pre").evaluate_all(
        "(boxes) => boxes.filter((box) => (box.scrollWidth > box.clientWidth) !== (box.tabIndex === 0)).length"
    )
    assert wrong == 0
