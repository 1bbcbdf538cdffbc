"""A planned page: URL, output path, template and selection of posts. Plain data, before anything is rendered."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from afterword.core.diagnostics import Place

if TYPE_CHECKING:
    from datetime import datetime

    from afterword.site.tracking import Selection

Role: TypeAlias = Literal["page", "list", "data"]
"""What a page is for: it shows a source, it lists others, or programs read it."""

MADE_HERE = Place("")
"""The place of a page that no source asks for: Afterword makes it of all posts."""


class Page(Struct, frozen=True):
    """One file of the site and what it is rendered from.

    `url` and the other URLs are root-absolute, without base path; `output` is the file, relative to the site. `post`
    is the path of the source that the page shows, if it shows one. `posts[start:stop]` are the posts that it lists.
    `taxonomy` is the plural of the one whose terms it lists or shows, and `term` is (taxonomy, slug). `number` of
    `total` is its place in a paginated list, whose neighbours are `previous_url` (newer) and `next_url` (older).
    `feed_id` is the recorded id of a feed, empty for its full URL.
    `place` is where a writer asked for it. `optional` pages give way to whatever source makes the same file. `indexed`
    pages are in the sitemap.
    """

    kind: str
    url: str
    output: str
    template: str
    title: str = ""
    description: str = ""
    post: str = ""
    posts: Selection = ()
    start: int = 0
    stop: int | None = None
    taxonomy: str = ""
    term: tuple[str, str] | None = None
    number: int = 1
    total: int = 1
    previous_url: str = ""
    next_url: str = ""
    feed_url: str = ""
    feed_id: str = ""
    target: str = ""
    place: Place = MADE_HERE
    role: Role = "data"
    optional: bool = False
    indexed: bool = False
    updated: datetime | None = None


def fingerprint(page: Page) -> str:
    """Everything that a page's text may depend on of its plan, as text: two pages with one fingerprint are alike."""
    return repr(_DECISIVE(page))


_OF_THE_SITE = ("place", "role", "optional", "indexed", "updated")
"""Fields that only the site uses: changing them does not render the page again. `updated` is for the sitemap."""

_DECISIVE = attrgetter(*(name for name in Page.__struct_fields__ if name not in _OF_THE_SITE))
