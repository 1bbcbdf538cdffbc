"""The players of hosts, answered for on this machine, and where a talk page has its own part of them.

No host is really asked: `HOST` answers in its name, as its players do, and `SILENT` does not at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

YOUTUBE_ORIGIN = "https://www.youtube-nocookie.com"
VIMEO_ORIGIN = "https://player.vimeo.com"

HOST = """<!doctype html><title>Player</title><button>Pause</button><script>
const heard = [];
let seconds = 0;
const say = (message) => parent.postMessage(JSON.stringify(message), "*");
addEventListener("message", ({ data }) => {
  const message = JSON.parse(data);
  heard.push(message);
  if (message.func === "seekTo") seconds = message.args[0];
  const isYouTubes = message.event === "listening" || message.func === "seekTo";
  if (isYouTubes) say({ event: "infoDelivery", info: { currentTime: seconds } });
  if (message.method === "setCurrentTime") say({ event: "timeupdate", data: { seconds: message.value } });
});
</script>"""
"""A player that answers like YouTube's and Vimeo's, and keeps what it was told in `heard`."""

SILENT = "<!doctype html><title>Player</title>"


def answer(visited: Visit, html: str = HOST) -> None:
    """Answer whatever the page asks of others from now on."""
    visited.page.context.route(
        re.compile("^https:"), lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
    )


def stamp(page: Any, text: str) -> Any:
    """A moment in the notes, by what it says."""
    return page.locator(".prose a.ts", has_text=re.compile(f"^{text}$")).first


def watch(page: Any) -> Any:
    """The button that leads to the recording."""
    return page.locator("a.watch")


def player(page: Any, origin: str = YOUTUBE_ORIGIN) -> Any:
    """The document of the host's player, once it listens."""
    frame = page.locator(".talk-player iframe").element_handle().content_frame()
    frame.wait_for_url(f"{origin}/**")
    frame.wait_for_function("heard.length > 0")
    return frame


def started_at(page: Any) -> int:
    """The second at which the player was told to start."""
    source = page.locator(".talk-player iframe").get_attribute("src")
    return int(parse_qs(urlsplit(source).query)["start"][0])
