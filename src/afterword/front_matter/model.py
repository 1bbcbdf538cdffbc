"""The values of front matter: what `parser` returns, posts are made from, and the cache keeps."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from msgspec import Struct, field

from afterword.core.diagnostics import Place
from afterword.core.structs import Serializable, Value


class Image(Serializable, frozen=True):
    """The picture that stands for a post: a URL or path as written, and what is known of it."""

    path: str
    alt: str = ""
    width: int = 0
    height: int = 0


class Visibility(Serializable, frozen=True):
    """Where and when a post is shown, as far as front matter says so.

    `draft`, `unlisted`, `appears_by` and `expires_by` are the entries that say so, as written (`status: draft`); empty
    if there is none. `appears` is the first day of the post, `expires` the first day without it. `robots` are the
    directives of `<meta name="robots">`. `scheduled` is an entry that says that the post waits for its date.
    """

    draft: str = ""
    unlisted: str = ""
    appears: date | None = None
    appears_by: str = ""
    expires: date | None = None
    expires_by: str = ""
    scheduled: str = ""
    robots: tuple[str, ...] = ()
    in_sitemap: bool = True
    in_search: bool = True

    @property
    def noindex(self) -> bool:
        """Whether search engines are asked to leave the page out."""
        return "noindex" in self.robots or "none" in self.robots


class FrontMatter(Struct, frozen=True, omit_defaults=True):
    """The keys that Afterword knows, typed; every other key is in `extra`. `talk` and `updates` are whole, as text.

    A key that is absent is None, an empty text or an empty tuple. `layout` is "none" where the writer asked for no
    layout. `date` and `updated` are aware; `date_only` says that the time of day was not given. `published` is the
    date of a key such as `publishDate`, with its own `date_only`. `ignored` are ids of diagnostics. `places` gives the
    place of each key's value; list entries are at `tags[0]`, the pieces of the excerpt at `excerpt[0]`, by where in it
    they begin.
    """

    title: str | None = None
    date: datetime | None = None
    date_only: bool = False
    published: tuple[datetime, bool] | None = None
    updated: datetime | None = None
    slug: str | None = None
    permalink: str | None = None
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    description: str = ""
    excerpt: str | None = None
    image: Image | None = None
    layout: str | None = None
    visibility: Visibility = Visibility()
    aliases: tuple[str, ...] = ()
    redirect_to: str = ""
    series: str = ""
    pinned: bool = False
    toc: bool | None = None
    lang: str = ""
    math: bool = False
    talk: Value = None
    takeaways: tuple[str, ...] = ()
    updates: Value = None
    related: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    extra: Mapping[str, Value] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)


INVALID_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""Placeholder for a date that is present but invalid."""


class ParsedMatter(Struct, frozen=True):
    """Front matter without diagnostics and comments, and the digest of its text, format and first line."""

    digest: str
    matter: FrontMatter
