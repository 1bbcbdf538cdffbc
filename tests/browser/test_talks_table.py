"""The table of talks: sorted and filtered by scripts, complete without them, also where it is long."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import NARROW

if TYPE_CHECKING:
    from tests.browser.conftest import Sites, Visitor

pytestmark = pytest.mark.browser

PAGE = "/talks/"
MANY = 2_000

ROW = """<tr>
<td class="given">{year}</td>
<td class="talk"><a href="/">{title}</a> <span class="topics"><span>{topic}</span></span></td>
<td class="speaker"><a href="/">{speaker}</a></td>
<td class="event"><a href="/" data-value="{event}">{event} {year}</a></td>
<td class="length" data-key="{length}">{length}</td>
<td class="noted">2026</td>
</tr>"""

TALK, LENGTH = ".talk > a", ".length time"


def shown(page: Any, part: str = TALK) -> list[str]:
    """The texts of a part of each row that is shown; empty where it is not there."""
    texts: list[str] = page.locator("table.talks tbody tr:not([hidden])").evaluate_all(
        "(rows, part) => rows.map((row) => row.querySelector(part)?.innerText.trim() ?? '')", part
    )
    return texts


def status(page: Any) -> str:
    text: str = page.locator(".talk-filter [role=status]").inner_text()
    return text


def sort_by(page: Any, name: str) -> None:
    page.locator("table.talks").get_by_role("button", name=name, exact=True).click()


def make_long(page: Any) -> None:
    """Let the page come with as many rows as a large blog has."""
    names = ("Ōe Kenzaburō", "李雷", "Жанна Агузарова", "Łukasz Weiß-Sørærþ")
    rows = "".join(
        ROW.format(
            title=f"Talk {number}",
            speaker=escape(names[number % 4]),
            event=f"Event {number % 9}",
            topic=("python", "types")[number % 2],
            year=2000 + number % 20,
            length=number * 3,
        )
        for number in range(1, MANY + 1)
    )

    def lengthen(route: Any) -> None:
        response = route.fetch()
        html = re.sub(r"(?s)(<tbody>).*?(</tbody>)", lambda found: found[1] + rows + found[2], response.text())
        route.fulfill(response=response, body=html)

    page.route(re.compile(f"{PAGE}(?:\\?.*)?$"), lengthen)
    page.reload()


def test_the_table_is_complete_without_scripts(visit: Visitor) -> None:
    page = visit(PAGE, java_script_enabled=False).page
    assert "Intro to Large Language Models" in shown(page)
    assert not page.locator(".talk-filter").is_visible()
    assert page.locator("table.talks button").count() == 0


def test_a_heading_sorts_up_and_then_down(visit: Visitor) -> None:
    page = visit(PAGE).page
    sort_by(page, "Talk")
    titles = shown(page)
    assert titles == sorted(titles, key=lambda title: re.sub(r"\W", "", title).casefold())
    heading = page.get_by_role("columnheader", name="Talk", exact=True)
    assert heading.get_attribute("aria-sort") == "ascending"
    sort_by(page, "Talk")
    assert shown(page) == titles[::-1]
    assert heading.get_attribute("aria-sort") == "descending"
    assert page.locator("th[aria-sort]").count() == 1


@pytest.mark.parametrize("times", [1, 2])
def test_what_is_not_known_comes_last_both_ways(visit: Visitor, times: int) -> None:
    page = visit(PAGE).page
    for _ in range(times):
        sort_by(page, "Length")
    lengths = shown(page, LENGTH)
    assert "" in lengths
    assert lengths[-lengths.count("") :] == [""] * lengths.count("")


def test_filters_are_combined_and_counted(visit: Visitor) -> None:
    page = visit(PAGE).page
    total = len(shown(page))
    assert not page.get_by_label("Speaker").is_visible()
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Speaker").select_option("Andrej Karpathy")
    page.locator("select[name=length]").select_option("over 90 min")
    page.wait_for_url("**length=90*")
    assert sorted(shown(page)) == [
        "Deep Dive into LLMs like ChatGPT",
        "Let’s build GPT: from scratch, in code, spelled out.",
        "Let’s build the GPT Tokenizer",
    ]
    assert status(page) == f"3 of {total} talks"
    page.get_by_role("button", name="Show all").click()
    page.wait_for_url(re.compile(r"/talks/$"))
    assert len(shown(page)) == total


def test_what_was_chosen_is_in_the_url_and_comes_back_from_it(visit: Visitor) -> None:
    page = visit(PAGE).page
    page.get_by_label("Search", exact=True).fill("  HICKEY ")
    sort_by(page, "Given")
    page.locator(".talk-filter [role=status]").filter(has_text="2 of").wait_for()
    page.wait_for_url("**q=*")
    found = shown(page)
    assert len(found) == 2
    again = visit(f"{PAGE}?{page.url.partition('?')[2]}").page
    assert shown(again) == found
    assert again.get_by_role("columnheader", name="Given").get_attribute("aria-sort") == "ascending"


def test_filters_of_the_url_are_shown(visit: Visitor) -> None:
    page = visit(f"{PAGE}?speaker=Andrej+Karpathy").page
    assert page.get_by_label("Speaker").is_visible()
    assert not visit(f"{PAGE}?q=hickey&sort=talk").page.get_by_label("Speaker").is_visible()


def test_nothing_found_is_said(visit: Visitor) -> None:
    page = visit(f"{PAGE}?q=zzz").page
    assert shown(page) == []
    assert status(page).startswith("0 of ")


def test_the_table_is_worked_by_keyboard(visit: Visitor) -> None:
    page = visit(PAGE).page
    page.get_by_role("button", name="Speaker", exact=True).focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("columnheader", name="Speaker").get_attribute("aria-sort") == "ascending"
    assert page.evaluate("document.activeElement.tagName") == "BUTTON"


def test_a_long_table_is_filtered_and_sorted(visit: Visitor) -> None:
    page = visit(PAGE).page
    make_long(page)
    assert len(shown(page)) == MANY
    page.get_by_label("Search", exact=True).fill("oe kenzaburo talk 1000")
    page.wait_for_url("**q=*")
    assert shown(page) == ["Talk 1000"]
    page.get_by_label("Search", exact=True).fill("lukasz weiss-soraerth talk 1003")
    page.wait_for_url("**q=lukasz*")
    assert shown(page) == ["Talk 1003"]
    page.get_by_label("Search", exact=True).fill("")
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("Speaker").select_option("李雷")
    page.wait_for_url("**speaker=*")
    assert status(page) == f"{MANY // 4} of {MANY} talks"
    sort_by(page, "Talk")
    assert shown(page)[:3] == ["Talk 1", "Talk 5", "Talk 9"]


@pytest.mark.parametrize("width", [360, 1200])
def test_the_editions_of_an_event_are_parts_of_one_table(visit: Visitor, width: int) -> None:
    page = visit("/events/pycon-us/", viewport={"width": width, "height": 900}).page
    assert page.locator("table.talks tr.edition th").filter(visible=True).count() > 2
    cut = page.locator("table.talks :is(th, td)").evaluate_all(
        "(cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)"
    )
    assert cut == []


def test_on_a_phone_order_is_chosen_behind_the_button(visit: Visitor) -> None:
    page = visit(PAGE, viewport=NARROW).page
    speaker = page.get_by_label("Speaker")
    assert not speaker.is_visible()
    page.get_by_role("button", name="Filter").click()
    assert page.get_by_role("button", name="Filter").get_attribute("aria-expanded") == "true"
    speaker.select_option("Andrej Karpathy")
    page.get_by_label("Sort by").select_option("-length")
    page.wait_for_url("**sort=-length*")
    assert shown(page)[0] == "Deep Dive into LLMs like ChatGPT"


@pytest.mark.xdist_group("arabic")
def test_a_card_without_a_date_has_its_length_on_a_line_of_its_own(visit: Visitor, sites: Sites) -> None:
    card = visit(f"{sites['arabic'].origin}{PAGE}", viewport=NARROW).page.locator("table.talks tbody tr")
    event, length = card.locator(".event").bounding_box(), card.locator(".length").bounding_box()
    assert event["y"] + event["height"] <= length["y"] + 1


@pytest.mark.parametrize("url", ["/", PAGE, "/archive/", "/events/pycon-us/"])
def test_on_a_tablet_dates_hang_in_the_margin_beside_their_titles(visit: Visitor, url: str) -> None:
    page = visit(url, viewport={"width": 768, "height": 1024}).page
    rows = page.locator(".timeline > li, table.talks tbody tr:not(.edition)").filter(visible=True).all()
    assert len(rows) >= 4
    for row in rows:
        date, title = row.locator(".when, .given").bounding_box(), row.locator("a").first.bounding_box()
        assert date["x"] >= 0
        assert date["x"] + date["width"] < title["x"]
        assert title["y"] - 4 <= date["y"] < title["y"] + title["height"]
