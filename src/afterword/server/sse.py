"""Server-sent events: tells an open page what changed since the generation that it shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict

from afterword.server.routing import names_near

if TYPE_CHECKING:
    from afterword.server.snapshot import Generation

MOST_ASSETS = 200
"""With more changed files than this a page is told to reload."""


class News(Struct, frozen=True):
    """What is new for one page.

    `page` says whether its own content may have changed, `assets` which files besides pages did (decoded paths with the
    base path; not those that are gone), `reload` that they are too many to name, `problems` what keeps the site from
    being newer (empty: nothing), `focus` which page is to be shown now.
    """

    generation: int
    page: bool
    assets: tuple[str, ...]
    reload: bool
    problems: str
    focus: str

    def as_event(self) -> bytes:
        """The news in the form of server-sent events, under the generation's number."""
        return f"id: {self.generation}\ndata: {json.dumps(asdict(self))}\n\n".encode()


def news_since(generation: Generation, since: int, path: str) -> News:
    """What a page at a decoded path has to know that shows generation `since`."""
    changed = {name for name, number in generation.changed.items() if number > since}
    names = (*names_near(generation, path), "/404.html")
    page = not path.startswith(f"{generation.base_path}/") or not changed.isdisjoint(names)
    assets = sorted(name for name in changed & generation.answers.keys() if not name.endswith(".html"))
    many = len(assets) > MOST_ASSETS
    return News(
        generation.number,
        page,
        () if many else tuple(generation.base_path + name for name in assets),
        many,
        generation.problems,
        generation.focus if since >= generation.focus_since else "",
    )
