"""A small site as a generation, without a build."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from afterword.core.fingerprints import digest
from afterword.server.generation import Generation, LiveReload, Resource, media_type
from afterword.server.state import CurrentSite

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

SECONDS = 10
"""How long a test waits for another thread before it fails."""

TOKEN = "0123456789abcdef0123456789abcdef"

SITE = {
    "/index.html": b"<title>Home</title><body>Home</body>",
    "/404.html": b"<title>404</title><body>Not here</body>",
    "/posts/x/index.html": b"<title>X</title><body>A talk</body>",
    "/about.html": b"<title>About</title><body>About</body>",
    "/talks/index.html": b"<body>folder</body>",
    "/talks.html": b"<body>file</body>",
    "/caf\u00e9/index.html": b"<body>caf\xc3\xa9</body>",
    "/a b/index.html": b"<body>space</body>",
    "/style.css": b"body { color: black }",
    "/data.json": b"{}",
    "/feed.xml": b"<feed/>",
    "/clip.mp4": b"0123456789",
    "/empty.png": b"",
    "/CNAME": b"me.example",
    "/.well-known/x": b"well known",
}


def resources(files: dict[str, bytes]) -> dict[str, Resource]:
    """Returns the resources of a site of these files."""
    return {path: Resource(content, media_type(path), digest(content)) for path, content in files.items()}


def live(token: str = TOKEN) -> LiveReload:
    """Returns live reload with an empty script."""
    return LiveReload(token, Resource(b"// live", media_type("live.js"), "script"))


def generation(
    base_path: str = "/notes", files: dict[str, bytes] | None = None, live: LiveReload | None = None
) -> Generation:
    """Returns the first generation of a site."""
    return Generation(live=live).with_site(resources(SITE if files is None else files), base_path)


class OpenPages(CurrentSite):
    """A site with these files open in a browser. Keeps the pages that builds show before they end."""

    def __init__(self, requested: Callable[[], Collection[str]] = tuple) -> None:
        super().__init__(Generation())
        self.requested = requested
        self.shown: list[Mapping[str, Resource]] = []

    def requested_files(self) -> Collection[str]:
        return self.requested()

    def show_pages(self, pages: Mapping[str, Resource]) -> None:
        self.shown.append(pages)


def wait_until(condition: Callable[[], object]) -> None:
    """Waits for a condition that another thread makes true."""
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.001)
