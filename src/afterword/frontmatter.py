"""Front matter and text of one source file: `parse` turns bytes into a `Document`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from afterword.diagnostics import Diagnostic, Place
    from afterword.values import Value


@dataclass(frozen=True, slots=True)
class Image:
    """The picture that stands for a post: a URL or path as written, and what is known of it."""

    path: str
    alt: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys that Afterword knows, typed; every other key is in `extra`, and `talk` is kept whole.

    A key that is absent is None, an empty text or an empty tuple. `layout` is "none" where the writer asked for no
    layout. `date` and `updated` are aware; `date_only` says that the time of day was not given. `places` gives the
    place of each key's value; list entries are at `tags[0]`.
    """

    title: str | None = None
    date: datetime | None = None
    date_only: bool = False
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
    draft: bool = False
    aliases: tuple[str, ...] = ()
    series: str = ""
    pinned: bool = False
    toc: bool | None = None
    lang: str = ""
    math: bool = False
    talk: Value = None
    extra: Mapping[str, Value] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A source file, read: its front matter, and its text with the line of the file on which the text begins.

    `text` has `\\n` line ends, no byte order mark and no front matter. With an error among the `diagnostics` the
    document must not be published; what could be read is there all the same, so that one run finds all mistakes.
    """

    path: str
    matter: FrontMatter
    text: str
    first_line: int
    diagnostics: tuple[Diagnostic, ...] = ()
