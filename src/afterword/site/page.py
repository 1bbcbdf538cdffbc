"""A planned page: URL, output path, template and selection of posts. Plain data."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from afterword.cache.codec import to_json
from afterword.core.diagnostics import Place

if TYPE_CHECKING:
    from datetime import datetime

    from afterword.site.queries.selections import Selection

Role: TypeAlias = Literal["page", "list", "data"]
"""Purpose of a page: it shows a source, lists posts, or is read by programs."""

GENERATED = Place("")
"""The place of a generated page, which no source requests."""


class Page(Struct, frozen=True):
    """A planned output file of the site.

    Attributes:
        url: root-absolute, without the base path, as all URLs here.
        output: path of the file, relative to the site.
        post: path of the source that the page shows, or empty.
        posts: selection of posts; the page lists `posts[start:stop]`.
        taxonomy: plural of the taxonomy whose terms it lists or shows; `term` is (taxonomy, slug).
        number, total: position in a paginated list; `previous_url` is newer, `next_url` older.
        feed_id: recorded id of a feed; empty for its full URL.
        place: where a source requests the page.
        optional: whether a source with the same output replaces it.
        indexed: whether the sitemap has it.
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
    place: Place = GENERATED
    role: Role = "data"
    optional: bool = False
    indexed: bool = False
    updated: datetime | None = None


def fingerprint(page: Page) -> str:
    """Returns the part of the plan that can affect the page's text, as text."""
    return to_json(_rendered_fields(page))


_NOT_RENDERED = ("place", "role", "optional", "indexed", "updated")
"""Fields that rendering does not use. `updated` is for the sitemap."""

_rendered_fields = attrgetter(*(name for name in Page.__struct_fields__ if name not in _NOT_RENDERED))
