"""The player of a talk: what it asks for and when, how moments reach it, and how it is worked by keyboard.

No host is really asked: see `players`.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser.conftest import NARROW, POST, WIDE, Visitor, find_violations
from tests.browser.players import SILENT, VIMEO_ORIGIN, YOUTUBE_ORIGIN, answer, player, stamp, started_at, watch

pytestmark = pytest.mark.browser

VIMEO = "/posts/victor-inventing-on-principle/"
IN_SIGHT = "(box) => box.getBoundingClientRect().bottom > 0 && box.getBoundingClientRect().top < innerHeight"
OUT_OF_SIGHT = 50
"""Milliseconds between looks at a frame out of sight, for which Chromium draws no animation frames."""
ELSEWHERE = "/posts/bernhardt-birth-and-death-of-javascript/"
TALKS = (
    POST,
    "/posts/karpathy-lets-build-gpt/",
    "/posts/karpathy-gpt-tokenizer/",
    "/posts/karpathy-deep-dive-into-llms/",
)


def test_nothing_is_asked_of_others_before_the_click_and_then_only_of_the_player(visit: Visitor, origin: str) -> None:
    visited = visit(POST)
    answer(visited)
    visited.page.mouse.wheel(0, 20_000)
    assert [asked for asked in visited.requests if not asked.startswith(origin)] == []
    watch(visited.page).click()
    player(visited.page)
    others = {f"{urlsplit(asked).scheme}://{urlsplit(asked).netloc}" for asked in visited.requests} - {origin}
    assert others == {YOUTUBE_ORIGIN}
    assert visited.complaints == []


def test_the_player_is_told_which_site_embeds_it(visit: Visitor, origin: str) -> None:
    visited = visit(POST)
    answer(visited)
    with visited.page.expect_request(re.compile("youtube-nocookie")) as asked:
        watch(visited.page).click()
    assert asked.value.headers["referer"] == f"{origin}/"
    assert parse_qs(urlsplit(asked.value.url).query)["origin"] == [origin]


def test_a_moment_opens_the_player_there(visit: Visitor) -> None:
    visited = visit(POST)
    answer(visited)
    stamp(visited.page, "43:51").click()
    assert started_at(visited.page) == 43 * 60 + 51
    assert visited.page.get_by_role("status").filter(has_text="Playing").inner_text() == "Playing from 43:51"


def test_a_moment_moves_the_open_player(visit: Visitor) -> None:
    visited = visit(POST)
    answer(visited)
    watch(visited.page).click()
    frame = player(visited.page)
    stamp(visited.page, "43:51").click()
    frame.wait_for_function("heard.some((message) => message.func === 'playVideo')")
    assert frame.evaluate("heard.find((message) => message.func === 'seekTo').args") == [43 * 60 + 51, True]


def test_a_player_that_does_not_answer_is_opened_again_at_the_moment(visit: Visitor) -> None:
    visited = visit(POST)
    answer(visited, SILENT)
    watch(visited.page).click()
    assert started_at(visited.page) == 0
    stamp(visited.page, "43:51").click()
    visited.page.locator(f'.talk-player iframe[src*="start={43 * 60 + 51}&"]').wait_for()
    assert visited.page.locator(".talk-player iframe").count() == 1


def test_vimeo_is_spoken_to_in_its_own_way(visit: Visitor) -> None:
    visited = visit(f"{VIMEO}?t=60")
    answer(visited)
    watch(visited.page).click()
    assert urlsplit(visited.page.locator(".talk-player iframe").get_attribute("src")).fragment == "t=60s"
    frame = player(visited.page, VIMEO_ORIGIN)
    assert frame.evaluate("heard[0]") == {"method": "addEventListener", "value": "timeupdate"}
    assert visited.complaints == []


def test_the_chapter_that_plays_is_marked_and_said_beside_the_player(visit: Visitor) -> None:
    visited = visit(POST)
    answer(visited)
    page = visited.page
    current = page.locator(".toc a.ts[aria-current=true]")
    assert current.count() == 0
    watch(page).click()
    frame = player(page)
    frame.evaluate(f"say({{ event: 'infoDelivery', info: {{ currentTime: {14 * 60 + 30} }} }})")
    page.locator(".talk-now", has_text="14:14 Training has two stages").wait_for()
    assert current.get_attribute("data-t") == str(14 * 60 + 14)
    stamp(page, "25:54").click()
    page.locator(".talk-now", has_text="25:43 Scaling is predictable").wait_for()
    assert current.get_attribute("data-t") == str(25 * 60 + 43)
    page.keyboard.press("Escape")
    assert current.count() == 0


def test_messages_of_others_are_not_heeded(visit: Visitor) -> None:
    visited = visit(POST)
    answer(visited)
    watch(visited.page).click()
    player(visited.page)
    message = '{"event": "infoDelivery", "info": {"currentTime": 3000}}'
    visited.page.evaluate(f"new Promise((done) => {{ onmessage = done; postMessage({message!r}, '*') }})")
    assert visited.page.locator(".toc a.ts[aria-current=true]", has_text="45:43").count() == 0


def test_the_player_is_opened_and_closed_by_keyboard(visit: Visitor) -> None:
    visited = visit(POST)
    answer(visited)
    page = visited.page
    watch(page).focus()
    page.keyboard.press("Enter")
    player(page)
    assert page.evaluate("document.activeElement.textContent") == "Close the player"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.title") == "Player: Intro to Large Language Models"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    assert page.locator("iframe").count() == 0
    assert page.evaluate("document.activeElement.className") == "watch play"


def test_escape_leads_back_to_the_moment_that_was_chosen(visit: Visitor) -> None:
    visited = visit(POST)
    answer(visited)
    page = visited.page
    chosen = stamp(page, "43:51")
    chosen.focus()
    page.keyboard.press("Enter")
    player(page)
    page.keyboard.press("Escape")
    assert chosen.evaluate("(link) => link === document.activeElement")
    assert watch(page).is_visible()


@pytest.mark.parametrize("how", [{"modifiers": ["Control"]}, {"button": "middle"}], ids=["Ctrl", "middle button"])
def test_a_new_tab_is_still_a_new_tab(visit: Visitor, how: dict[str, Any]) -> None:
    visited = visit(POST)
    with visited.page.context.expect_page():
        stamp(visited.page, "43:51").click(**how)
    assert visited.page.locator("iframe").count() == 0


@pytest.mark.parametrize("moment", ["?t=754", "?t=12m34s", "#t=754", "#t=12:34"])
def test_a_moment_in_the_pages_own_url_makes_the_player_ready(visit: Visitor, origin: str, moment: str) -> None:
    visited = visit(f"{POST}{moment}")
    answer(visited)
    assert "from 12:34" in watch(visited.page).inner_text()
    assert parse_qs(urlsplit(watch(visited.page).get_attribute("href")).query)["t"] == ["754"]
    assert [asked for asked in visited.requests if not asked.startswith(origin)] == []
    watch(visited.page).click()
    assert started_at(visited.page) == 754


@pytest.mark.parametrize("moment", ["?t=99999", "#t=59:48"])
def test_a_moment_beyond_the_talks_end_is_passed_over(visit: Visitor, moment: str) -> None:
    visited = visit(f"{POST}{moment}")
    answer(visited)
    assert "from" not in watch(visited.page).inner_text()
    watch(visited.page).click()
    assert started_at(visited.page) == 0


def test_a_recording_on_another_host_is_a_link(visit: Visitor) -> None:
    page = visit(ELSEWHERE).page
    assert watch(page).get_attribute("href").startswith("https://www.destroyallsoftware.com/")
    assert page.locator("script[src*=talk]").count() == 0


@pytest.mark.parametrize("url", TALKS)
def test_without_scripts_every_moment_is_a_link_to_it(visit: Visitor, url: str) -> None:
    page = visit(url, java_script_enabled=False).page
    stamps = page.locator("a.ts").evaluate_all("(links) => links.map((link) => [link.href, link.dataset.t])")
    assert len(stamps) > 10
    for href, seconds in stamps:
        moment = parse_qs(urlsplit(href).query).get("t", ["0s"])[0]
        assert moment == f"{seconds}s"


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_out_of_sight_the_player_stays_in_a_corner_and_nothing_moves(visit: Visitor, viewport: dict[str, int]) -> None:
    visited = visit(POST, viewport=viewport)
    answer(visited)
    page = visited.page
    chosen = stamp(page, "43:51")
    chosen.click()
    page.locator(".docked").wait_for()
    assert page.locator(".talk-player").evaluate("(box) => box.getBoundingClientRect().bottom <= innerHeight")
    width, height = page.locator(".docked iframe").evaluate("(frame) => [frame.offsetWidth, frame.offsetHeight]")
    assert min(width, height) >= 200, "as YouTube asks for"
    before = page.evaluate("document.documentElement.scrollHeight")
    page.evaluate("document.querySelector('.talk-place').scrollIntoView({ behavior: 'instant' })")
    page.locator(".talk-place:not(.docked)").wait_for()
    assert page.evaluate("document.documentElement.scrollHeight") == before


def test_on_a_low_screen_the_player_plays_in_sight_and_covers_no_text(visit: Visitor) -> None:
    visited = visit(POST, viewport={"width": 740, "height": 360})
    answer(visited)
    page = visited.page
    chosen = stamp(page, "43:51")
    chosen.click()
    frame = player(page)
    assert page.locator(".talk-place:not(.docked)").evaluate(IN_SIGHT)
    chosen.evaluate("(link) => link.scrollIntoView({ behavior: 'instant' })")
    page.locator(".docked").wait_for(state="attached")
    assert page.locator(".talk-player").evaluate("(box) => getComputedStyle(box).position") == "static"
    frame.wait_for_function("heard.at(-1).func === 'pauseVideo'", polling=OUT_OF_SIGHT)
    chosen.click()
    frame.wait_for_function("heard.at(-1).func === 'playVideo'")
    assert page.locator(".talk-place:not(.docked)").evaluate(IN_SIGHT)
    assert visited.complaints == []


def test_vimeo_is_paused_in_its_own_way(visit: Visitor) -> None:
    visited = visit(VIMEO, viewport={"width": 740, "height": 360})
    answer(visited)
    watch(visited.page).click()
    frame = player(visited.page, VIMEO_ORIGIN)
    visited.page.evaluate("scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })")
    frame.wait_for_function("heard.some((message) => message.method === 'pause')", polling=OUT_OF_SIGHT)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_player_is_accessible(visit: Visitor, scheme: str) -> None:
    visited = visit(f"{POST}?t=60", color_scheme=scheme, bypass_csp=True)
    answer(visited)
    page = visited.page
    watch(page).click()
    player(page)
    assert find_violations(page, iframes=False) == []
