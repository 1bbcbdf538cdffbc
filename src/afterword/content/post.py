"""Posts and standalone pages, and the settings that affect how they are parsed."""

import posixpath
from collections.abc import Callable, Mapping
from datetime import date, datetime, tzinfo
from typing import Literal, TypeAlias

from msgspec import Struct, field

from afterword.content.permalinks import Alias
from afterword.core.diagnostics import Place, Places
from afterword.core.structs import Serializable, Value
from afterword.core.typography import smartener
from afterword.front_matter.model import Image, Visibility
from afterword.markdown.context import TextSyntax
from afterword.talks.model import Talk
from afterword.talks.resolve import TalkOptions
from afterword.talks.transcripts import is_shown
from afterword.talks.updates import Update

_FLAGS = {"yes": True, "true": True, "no": False, "false": False}

Kind: TypeAlias = Literal["post", "page"]

Day: TypeAlias = date
"""A date without a time of day; inside `Post`, `date` is the name of a field."""


class Post(Serializable, frozen=True):
    """A post or standalone page (`kind` "page"): everything except its text.

    Attributes:
        url: root-absolute, percent-encoded, without the base path; `output` is its file in the site.
        id: Jekyll's id, which feeds use: the URL without suffix.
        date: aware; None for some pages. `day` is its day in the blog's time zone.
        updated: last change by front matter or dated updates, whichever is later.
        last_updated: day of the last dated update after `day`.
        updates: updates in front matter.
        has_chapters: whether headings have timestamps of the talk's recording.
        related: slugs or paths, as written.
        ignored: ids of diagnostics that are not reported in its file.
        redirect_to: target of the redirect that replaces the page, or empty: root-absolute or a full URL.
    """

    path: str
    kind: Kind
    title: str
    title_link: str
    slug: str
    url: str
    output: str
    id: str
    layout: str
    date: datetime | None
    date_only: bool
    updated: datetime | None
    last_updated: Day | None
    day: Day | None
    draft: bool
    visibility: Visibility
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    description: str
    excerpt: str | None
    image: Image | None
    aliases: tuple[Alias, ...]
    redirect_to: str
    series: str
    pinned: bool
    toc: bool | None
    lang: str
    math: bool
    talk: Talk | None
    takeaways: tuple[str, ...]
    updates: tuple[Update, ...]
    related: tuple[str, ...]
    ignored: tuple[str, ...]
    has_chapters: bool
    extra: Mapping[str, Value]
    places: Places

    def flag(self, key: str) -> bool | None:
        """Returns a boolean from the other front matter keys, or None if it is not one."""
        value = self.extra.get(key)
        return _FLAGS.get(value.lower()) if isinstance(value, str) else value if isinstance(value, bool) else None

    @property
    def place(self) -> Place:
        return Place(self.path, 1)

    @property
    def url_place(self) -> Place:
        """Place of the key that decides its URL, or of the start of the file."""
        return self.places.get("permalink") or self.places.get("slug", self.place)

    @property
    def chapters_output(self) -> str:
        """Output of its chapters file, beside the page; empty without chapters."""
        if not self.has_chapters:
            return ""
        folder, _, name = self.output.rpartition("/")
        own = "chapters.json" if name == "index.html" else f"{name.rpartition('.')[0]}.chapters.json"
        return posixpath.join(folder, own)

    @property
    def transcript_output(self) -> str:
        """Output of the page with the transcript of its talk; empty without a transcript in the blog."""
        if self.talk is None or not is_shown(self.talk.transcript):
            return ""
        return posixpath.join(self.output.removesuffix("index.html").removesuffix(".html"), "transcript/index.html")

    @property
    def named_image(self) -> tuple[str, Place] | None:
        """Its image as written, and the place; None without an image."""
        if self.image is None:
            return None
        place = self.places.get("image.path") or self.places.get("image", self.place)
        return self.image.path, place

    @property
    def excerpt_places(self) -> tuple[tuple[int, Place], ...]:
        """Places of the pieces of its `excerpt`, each with its offset there; empty if unknown."""
        names = (name for name in self.places if name.startswith("excerpt["))
        return tuple(sorted((int(name[8:-1]), self.places[name]) for name in names))

    @property
    def unlisted(self) -> bool:
        """True if it is left out of all lists."""
        return bool(self.visibility.unlisted)

    @property
    def first_day(self) -> Day | None:
        """First day of publication: its date or `publishDate`, whichever is later."""
        day, appears = self.day, self.visibility.appears
        return max(day, appears) if day is not None and appears is not None else day or appears

    def is_future(self, today: Day) -> bool:
        """Returns whether it is published after this day."""
        return self.first_day is not None and self.first_day > today

    def is_expired(self, today: Day) -> bool:
        """Returns whether it has expired on this day."""
        return self.visibility.expires is not None and self.visibility.expires <= today

    @property
    def changed(self) -> datetime | None:
        """Date of the last change, or of publication."""
        return self.updated or self.date


class PostOptions(Struct, frozen=True):
    """Settings that affect the parsing of posts.

    `syntax` decides how texts are parsed, and whether titles and sentences of front matter get smart punctuation.
    """

    permalink: str
    zone: tzinfo
    today: date
    talk_options: TalkOptions = field(default_factory=TalkOptions)
    syntax: TextSyntax = TextSyntax()

    def typeset(self, language: str | None) -> Callable[[str], str]:
        """Returns the function that applies smart punctuation, in the language of the post or the blog."""
        return smartener(language or self.syntax.language, smart=self.syntax.smart)
