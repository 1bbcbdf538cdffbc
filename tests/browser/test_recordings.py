"""A talk's recording, wherever it is: on YouTube, Vimeo, PeerTube, in the blog's own files, or anywhere else.

A blog with a note of each kind. Hosts are answered for on this machine, as in `test_player`.
"""

from __future__ import annotations

import io
import os
import re
import wave
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from afterword.build.builder import build
from afterword.build.report import Request
from tests.browser.conftest import Visitor, find_violations
from tests.browser.players import VIMEO_ORIGIN, YOUTUBE_ORIGIN, answer, player, stamp, watch
from tests.browser.sites import serve
from tests.conftest import Blog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PEERTUBE_ID = "9c9de5e8-0a1e-484a-b099-e80766180a6d"


@dataclass(frozen=True)
class Kind:
    """A kind of recording: its URL in front matter, the origin of its player, and how hosts spell the second 754."""

    url: str
    player: str
    embedded: str
    link: str


HOSTED = {
    "youtube": Kind(
        "https://youtu.be/zjkBMFhNj_g",
        YOUTUBE_ORIGIN,
        r"/embed/zjkBMFhNj_g\?.*\bstart=754&",
        "https://www.youtube.com/watch?v=zjkBMFhNj_g&t=754s",
    ),
    "vimeo": Kind(
        "https://vimeo.com/36579366",
        VIMEO_ORIGIN,
        r"/video/36579366\?dnt=1&autoplay=1#t=754s$",
        "https://vimeo.com/36579366#t=754s",
    ),
    "peertube": Kind(
        f"https://tube.example/w/{PEERTUBE_ID}",
        "https://tube.example",
        rf"/videos/embed/{PEERTUBE_ID}\?.*\bstart=754\b",
        f"https://tube.example/w/{PEERTUBE_ID}?start=754",
    ),
}
OWN = {"video": "talk.webm", "audio": "talk.wav"}
ELSEWHERE = "https://talks.example/the-talk"

NOTE = """---
title: On {name}
talk:
  title: The talk on {name}
  video: {url}
---
Notes on the talk.

## Beginning [0:10]

Said at [0:20], and at [12:34].

## End [0:40]

That is all.
"""


def make_sound(seconds: int) -> bytes:
    """A WAVE file of silence."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8_000)
        sound.writeframes(b"\x80" * 8_000 * seconds)
    return file.getvalue()


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the blog with a note of each kind is served."""
    blog = Blog(tmp_path_factory.mktemp("recordings"))
    urls = {**{name: kind.url for name, kind in HOSTED.items()}, **OWN, "elsewhere": ELSEWHERE}
    for name, url in urls.items():
        blog.write(f"posts/{name}/2026-01-01-{name}.md", NOTE.format(name=name, url=url))
    # Chromium looks at what a file holds, not at what it is called: a video of sound alone will do.
    for name, file in OWN.items():
        blog.write(f"posts/{name}/{file}", make_sound(60))
    found = build(Request(blog.root), environ=os.environ).diagnostics
    assert {diagnostic.id for diagnostic in found} == {"unlinked-timestamps"}
    with serve(blog.root / "site") as address:
        yield address


def others(visited: Visit, kinds: str) -> set[str]:
    """The origins, besides the blog's, of which anything was asked."""
    return {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in visited.requests} - {kinds}


def source(page: Any) -> str:
    """Where the open player comes from."""
    address: str = page.locator(".talk-player iframe").get_attribute("src")
    return address


@pytest.mark.parametrize("name", HOSTED)
def test_before_the_click_nothing_is_asked_and_then_only_the_player(visit: Visitor, kinds: str, name: str) -> None:
    visited = visit(f"{kinds}/posts/{name}/")
    answer(visited)
    visited.page.mouse.wheel(0, 20_000)
    assert others(visited, kinds) == set()
    watch(visited.page).click()
    visited.page.frame_locator(".talk-player iframe").get_by_role("button").wait_for()
    assert others(visited, kinds) == {HOSTED[name].player}
    assert visited.complaints == []


@pytest.mark.parametrize("name", HOSTED)
def test_a_moment_opens_the_player_at_its_second(visit: Visitor, kinds: str, name: str) -> None:
    visited = visit(f"{kinds}/posts/{name}/")
    answer(visited)
    stamp(visited.page, "12:34").click()
    assert source(visited.page).startswith(HOSTED[name].player)
    assert re.search(HOSTED[name].embedded, source(visited.page))
    assert visited.page.get_by_role("status").filter(has_text="Playing").inner_text() == "Playing from 12:34"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("youtube", "message.func === 'seekTo' && message.args[0] === 754"),
        ("vimeo", "message.method === 'setCurrentTime' && message.value === 754"),
    ],
)
def test_a_moment_moves_an_open_player_to_its_second(visit: Visitor, kinds: str, name: str, told: str) -> None:
    visited = visit(f"{kinds}/posts/{name}/")
    answer(visited)
    watch(visited.page).click()
    frame = player(visited.page, HOSTED[name].player)
    stamp(visited.page, "12:34").click()
    frame.wait_for_function(f"heard.some((message) => {told})")
    assert visited.page.locator(".toc a.ts[aria-current=true]").get_attribute("data-t") == "40"


def test_a_player_that_cannot_be_told_is_opened_again_at_the_second(visit: Visitor, kinds: str) -> None:
    visited = visit(f"{kinds}/posts/peertube/")
    answer(visited)
    watch(visited.page).click()
    assert "start=0" in source(visited.page)
    stamp(visited.page, "12:34").click()
    assert re.search(HOSTED["peertube"].embedded, source(visited.page))
    assert visited.page.locator("iframe").count() == 1


@pytest.mark.parametrize("name", HOSTED)
def test_the_player_is_worked_by_keyboard_alone(visit: Visitor, kinds: str, name: str) -> None:
    visited = visit(f"{kinds}/posts/{name}/")
    answer(visited)
    page = visited.page
    reach(page, "a.watch")
    page.keyboard.press("Enter")
    page.locator(".talk-player iframe").wait_for(state="attached")  # the script of the player comes with the key
    page.keyboard.press("Escape")
    assert page.locator("iframe").count() == 0
    assert watch(page).evaluate("(link) => link === document.activeElement")
    reach(page, ".prose a.ts[data-t='754']")
    page.keyboard.press("Enter")
    assert re.search(HOSTED[name].embedded, source(page))
    page.keyboard.press("Escape")
    assert stamp(page, "12:34").evaluate("(link) => link === document.activeElement")


def reach(page: Any, selector: str) -> None:
    """Press Tab until an element has the keyboard's place."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"Tab does not lead to {selector}")


@pytest.mark.parametrize("name", HOSTED)
def test_a_moment_in_the_pages_url_makes_the_player_ready(visit: Visitor, kinds: str, name: str) -> None:
    visited = visit(f"{kinds}/posts/{name}/?t=754")
    answer(visited)
    assert "from 12:34" in watch(visited.page).inner_text()
    assert watch(visited.page).get_attribute("href").removesuffix("s") == HOSTED[name].link.removesuffix("s")
    assert others(visited, kinds) == set()
    watch(visited.page).click()
    assert re.search(HOSTED[name].embedded, source(visited.page))


@pytest.mark.parametrize("name", HOSTED)
def test_without_scripts_a_moment_is_a_link_to_it(visit: Visitor, kinds: str, name: str) -> None:
    page = visit(f"{kinds}/posts/{name}/", java_script_enabled=False).page
    assert stamp(page, "12:34").get_attribute("href") == HOSTED[name].link


@pytest.mark.parametrize("name", HOSTED)
def test_on_a_page_that_was_opened_from_a_disk_the_links_open(visit: Visitor, kinds: str, name: str) -> None:
    visited = visit("about:blank")
    page = visited.page
    # The page and its files as if from a disk: such a page has no site to name to a host's player.
    page.route("file:///**", lambda route: route.fulfill(response=fetch(page, kinds, route.request.url)))
    answer(visited)
    page.goto(f"file:///posts/{name}/")
    with page.expect_navigation(url=re.compile("^https:")):
        stamp(page, "12:34").click()
    assert page.url == HOSTED[name].link


def fetch(page: Any, kinds: str, url: str) -> Any:
    """What the blog has at the path of a `file:` URL."""
    return page.request.get(f"{kinds}{urlsplit(url).path}")


def test_a_recording_elsewhere_is_a_link_and_so_is_every_moment_of_it(visit: Visitor, kinds: str) -> None:
    visited = visit(f"{kinds}/posts/elsewhere/")
    answer(visited)
    page = visited.page
    assert page.locator("script[src*=talk]").count() == 0
    assert page.locator("a.ts").evaluate_all("(links) => [...new Set(links.map((link) => link.href))]") == [ELSEWHERE]
    assert others(visited, kinds) == set()
    watch(page).click()
    page.wait_for_url(ELSEWHERE)


def open_own(visit: Visitor, url: str) -> Visit:
    """Open a page with a media file of its own, which is served in parts, as hosts do."""
    visited = visit("about:blank")
    content = make_sound(60)

    def send_part(route: Any) -> None:
        asked = re.match(r"bytes=(\d+)-(\d*)", route.request.headers.get("range", "bytes=0-"))
        assert asked is not None
        start, end = int(asked[1]), int(asked[2] or len(content) - 1)
        headers = {"Content-Range": f"bytes {start}-{end}/{len(content)}", "Accept-Ranges": "bytes"}
        route.fulfill(status=206, headers=headers, content_type="audio/wav", body=content[start : end + 1])

    visited.page.route(re.compile(r"/talk\.(webm|wav)"), send_part)
    visited.page.goto(url)
    return visited


def wait_for_second(page: Any, name: str, second: int) -> None:
    """Wait until a media file plays at a second, or a moment later."""
    page.wait_for_function(
        "([name, second]) => { const media = document.querySelector(name);"
        " return media.readyState > 0 && media.currentTime >= second && media.currentTime < second + 10; }",
        arg=[name, second],
    )


@pytest.mark.parametrize("name", OWN)
def test_a_file_of_our_own_is_not_loaded_before_it_is_played(visit: Visitor, kinds: str, name: str) -> None:
    visited = open_own(visit, f"{kinds}/posts/{name}/")
    assert [url for url in visited.requests if OWN[name] in url] == []
    stamp(visited.page, "0:20").click()
    wait_for_second(visited.page, name, 20)
    assert others(visited, kinds) == set()
    assert visited.complaints == []


@pytest.mark.parametrize("name", OWN)
def test_moments_move_a_file_of_our_own_and_its_chapter_is_marked(visit: Visitor, kinds: str, name: str) -> None:
    visited = open_own(visit, f"{kinds}/posts/{name}/")
    page = visited.page
    stamp(page, "0:20").click()
    wait_for_second(page, name, 20)
    page.locator(".toc a.ts[aria-current=true][data-t='10']").wait_for(state="attached")
    page.locator(".toc a.ts[data-t='40']").click()
    wait_for_second(page, name, 40)
    page.locator(".toc a.ts[aria-current=true][data-t='40']").wait_for()
    assert page.get_by_role("status").filter(has_text="Playing").inner_text() == "Playing from 0:40"


@pytest.mark.parametrize("name", OWN)
def test_a_moment_in_the_pages_url_makes_a_file_of_our_own_ready(visit: Visitor, kinds: str, name: str) -> None:
    visited = open_own(visit, f"{kinds}/posts/{name}/?t=20")
    visited.page.locator(name).evaluate("(media) => media.play()")
    wait_for_second(visited.page, name, 20)


@pytest.mark.parametrize("name", OWN)
def test_without_scripts_moments_lead_into_the_file(visit: Visitor, kinds: str, name: str) -> None:
    page = visit(f"{kinds}/posts/{name}/", java_script_enabled=False).page
    assert page.locator(name).get_attribute("controls") == ""
    assert stamp(page, "0:20").get_attribute("href") == f"/posts/{name}/{OWN[name]}#t=20"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*HOSTED, *OWN, "elsewhere"])
def test_each_kind_of_page_is_accessible(visit: Visitor, kinds: str, name: str, scheme: str) -> None:
    page = visit(f"{kinds}/posts/{name}/", color_scheme=scheme, bypass_csp=True).page
    assert find_violations(page) == []
