"""The settings of a blog: one typed, frozen `Config`, in which every key has a default and a sentence.

The dataclasses below are the one table: `config` reads TOML into them, templates ask for their values, and
`docs/settings.md` is generated from them. Relies on nothing; refuses keys without a sentence (a test says so).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeVar

T = TypeVar("T")


def setting(default: T, sentence: str, *, least: int | None = None) -> T:
    """A field of the table: its default, the sentence that documents it, and the least number that it may be."""
    result: T = field(default=default, metadata={"sentence": sentence, "least": least})
    return result


def section(factory: type[T], sentence: str) -> T:
    """A field that is a table of its own in TOML."""
    result: T = field(default_factory=factory, metadata={"sentence": sentence})
    return result


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One link of the site's navigation: what it says and where it goes (`/about/`, or a full URL)."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class MarkdownSettings:
    """How the text of posts is read."""

    html: bool = setting(True, "Pass raw HTML in posts through; `false` shows it as text, for posts from others.")
    smart: bool = setting(False, "Turn straight quotes, `--`, `---` and `...` into their typographic forms.")
    schemes: tuple[str, ...] = setting(
        ("http", "https", "mailto", "tel"), "The URL schemes that links may use; any other is an error."
    )
    external_rel: str = setting("noopener noreferrer", "The `rel` of links that lead to other sites.")


@dataclass(frozen=True, slots=True)
class CodeSettings:
    """How code blocks are shown."""

    line_numbers: bool = setting(False, "Number the lines of every code block.")
    max_block: int = setting(65_536, "Code blocks of more bytes than this are not highlighted.", least=0)
    max_line: int = setting(2_000, "Code blocks with a line of more characters than this are not highlighted.", least=0)


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """What the feeds carry."""

    limit: int = setting(20, "How many of the newest posts a feed holds.", least=1)


@dataclass(frozen=True, slots=True)
class TocSettings:
    """When a post gets a table of contents."""

    min_headings: int = setting(3, "The fewest headings with which a post gets a table of contents.", least=1)
    depth: int = setting(3, "The deepest heading level that a table of contents lists.", least=2)


@dataclass(frozen=True, slots=True)
class Naming:
    """A speaker or an event by the name to show: other spellings of it, and a page of their own."""

    name: str
    aliases: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class TalkSettings:
    """How notes on talks are told, and which pages are made of them."""

    marks: tuple[str, ...] = setting(
        ("notes", "talk-notes"),
        "The tags that mark a post as notes on a talk, as a title that begins with `Notes:` does.",
    )
    table: bool = setting(True, "Make `/talks/`, the table of all talks, with its data as JSON and CSV.")
    speaker_pages: bool = setting(True, "Make a page and a feed for each speaker.")
    event_pages: bool = setting(True, "Make a page and a feed for each event.")
    chapter_files: bool = setting(True, "Make a `chapters.json` for each talk with chapters.")
    lead_ids: bool = setting(
        True,
        "Give list items that begin in bold an id on notes on talks. A page may say `lead_ids: false`.",
    )
    speakers: tuple[Naming, ...] = setting((), "Speakers under one name, with other spellings and a link of theirs.")
    events: tuple[Naming, ...] = setting((), "Events under one name, with other spellings and a link of theirs.")


@dataclass(frozen=True, slots=True)
class ThemeSettings:
    """How the default theme looks and behaves."""

    csp: Literal["strict", "off"] = setting(
        "strict", "Give every page a content security policy that allows what the page uses and no more."
    )


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """Sizes beyond which a post is refused rather than built."""

    post_size: int = setting(2_000_000, "The largest post, in bytes.", least=1)
    front_matter_size: int = setting(65_536, "The largest front matter, in bytes.", least=1)
    nesting: int = setting(100, "The deepest nesting of quotes and lists in Markdown.", least=1)
    growth: int = setting(20, "How many times larger than its Markdown a post's HTML may be, plus 1 MB.", least=1)


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of a blog. An empty table is a working blog."""

    title: str = setting("Notes on talks", "The name of the blog.")
    description: str = setting("", "One sentence about the blog, for search engines, feeds and the home page.")
    author: str = setting("", "Who writes the blog, where a post does not say.")
    base_url: str = setting(
        "", "Where the blog is published, with its path: `https://me.github.io/notes/`. A bare path sets only the path."
    )
    language: str = setting("en", "The language of the blog, as a BCP 47 tag.")
    timezone: str = setting("UTC", "The time zone (IANA name) of dates without an offset, and of today.")
    date_format: str = setting("%-d %B %Y", "How dates are shown, in `strftime` notation.")
    permalink: str = setting(
        "/posts/:title/", "The URL of a post: a pattern with Jekyll's placeholders, or a Jekyll style name."
    )
    destination: str = setting("site", "The folder that the site is written to.")
    paginate: int = setting(10, "How many posts a list page shows.", least=1)
    related: int = setting(3, "How many related posts a post names; 0 for none.", least=0)
    excerpt_separator: str = setting(
        "\n\n", "What ends a post's excerpt: by default the first blank line; empty for no excerpts."
    )
    exclude: tuple[str, ...] = setting((), "Source paths to leave out, as glob patterns (`posts/private/**`).")
    menu: tuple[MenuItem, ...] = setting(
        (),
        "The links of the site's navigation, each to `/about/` or a full URL; empty for the default theme's own.",
    )
    markdown: MarkdownSettings = section(MarkdownSettings, "How the text of posts is read.")
    code: CodeSettings = section(CodeSettings, "How code blocks are shown.")
    toc: TocSettings = section(TocSettings, "When a post gets a table of contents.")
    feed: FeedSettings = section(FeedSettings, "What the feeds carry.")
    talks: TalkSettings = section(TalkSettings, "How notes on talks are told, and which pages are made of them.")
    theme: ThemeSettings = section(ThemeSettings, "How the default theme looks and behaves.")
    limits: LimitSettings = section(LimitSettings, "Sizes beyond which a post is refused rather than built.")
