"""Server-sent events: tell an open page what changed since the generation that it shows."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from msgspec import Struct
from msgspec.structs import asdict

from afterword.server.request import InvalidTarget, parse_target
from afterword.server.routing import files_for_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.server.generation import Generation
    from afterword.server.state import CurrentSite

STREAM = "events"
"""The name of the event stream, in the folder of the live script."""

HEARTBEAT_SECONDS = 15.0
"""Seconds between comments on an idle stream, which show that the connection is alive."""

MAX_ASSETS = 5_000
"""Maximum number of changed files for an update in place; with more, the page reloads."""

_RETRY_MILLISECONDS = 500
_NUMBER = re.compile("[0-9]{1,9}")


class UpdateEvent(Struct, frozen=True):
    """What changed for one page.

    Attributes:
        page: whether the content of the page itself may have changed.
        assets: decoded paths, with the base path, of other changed files that still exist.
        reload: whether too many files have changed to list them.
        problems: the errors of the last build; empty if it succeeded.
        focus: URL of the page to show now; empty to stay.
    """

    generation: int
    page: bool
    assets: tuple[str, ...]
    reload: bool
    problems: str
    focus: str

    def encode(self) -> bytes:
        """Returns the event in the format of server-sent events, with the generation as its id."""
        return f"id: {self.generation}\ndata: {json.dumps(asdict(self))}\n\n".encode()


class Subscription(Struct, frozen=True):
    """A request for the events of the page at a decoded path that shows the generation `since`."""

    since: int
    path: str


def parse_subscription(generation: Generation, target: str, headers: Mapping[str, str]) -> Subscription | None:
    """Returns the subscription of a GET request; None for any other request."""
    parsed = parse_target(target)
    live = generation.live
    if not live or parsed.path != f"{generation.base_path}{live.folder}{STREAM}":
        return None
    query = parse_qs(parsed.query)
    since = headers.get("last-event-id") or query.get("generation", [""])[0]
    try:
        page = parse_target(query.get("page", ["/"])[0]).path
    except InvalidTarget:
        return None
    return Subscription(min(int(since), generation.number) if _NUMBER.fullmatch(since) else 0, page)


def stream_events(current: CurrentSite, subscription: Subscription) -> Iterator[bytes]:
    """Yields the events of a page, and a comment from time to time, until the server stops."""
    yield f"retry: {_RETRY_MILLISECONDS}\n\n".encode()
    since, path = subscription.since, subscription.path
    generation: Generation | None = current.generation
    while not current.is_closed:
        if generation is None:
            yield b":\n\n"
        else:
            yield update_since(generation, since, path).encode()
            since = generation.number
        generation = current.wait_for_newer(since, HEARTBEAT_SECONDS, files_for_url(current.generation, path))


def update_since(generation: Generation, since: int, path: str) -> UpdateEvent:
    """Returns what changed for the page at a decoded path that shows generation `since`."""
    changed = {name for name, number in generation.changed.items() if number > since}
    names = (*files_for_url(generation, path), "/404.html")
    page = not path.startswith(f"{generation.base_path}/") or not changed.isdisjoint(names)
    assets = sorted(name for name in changed & generation.resources.keys() if not name.endswith(".html"))
    too_many = len(assets) > MAX_ASSETS
    return UpdateEvent(
        generation.number,
        page,
        () if too_many else tuple(generation.base_path + name for name in assets),
        too_many,
        generation.problems,
        generation.focus if since >= generation.focus_since else "",
    )
