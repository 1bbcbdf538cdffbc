"""The settings of a blog: one frozen `Config`, in which every key has a default and a sentence.

`config.loader` reads TOML into these classes, templates read their values, and `docs/settings.md` is generated from
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeGuard, get_args, get_origin

from msgspec import Struct
from msgspec.structs import fields

if TYPE_CHECKING:
    from collections.abc import Mapping


class Setting(Struct, frozen=True):
    """The documentation of a setting, the least number it may be, and the setting that a table in its place is."""

    sentence: str
    least: int | None = None
    table: str = ""


class SettingKey(NamedTuple):
    """A key of a table: the type of its value, its default (`NODEFAULT` for none), and its documentation."""

    type: Any  # of any form, such as `tuple[str, ...]`
    default: object
    setting: Setting


def list_keys(table: type[Struct]) -> Mapping[str, SettingKey]:
    """The keys of a table, by name; one of the entries of a list has no sentence."""
    keys = {}
    for field in fields(table):
        kind, *said = get_args(field.type) if get_origin(field.type) is Annotated else (field.type, Setting(""))
        keys[field.name] = SettingKey(kind, field.default, said[0])
    return keys


def is_table(kind: object) -> TypeGuard[type[Struct]]:
    """Whether a type of values is a table of its own in TOML."""
    return isinstance(kind, type) and issubclass(kind, Struct)


class MenuItem(Struct, frozen=True):
    """One link of the site's navigation: what it says and where it goes (`/about/`, or a full URL)."""

    title: str
    url: str


class AuthorLink(Struct, frozen=True):
    """A page of the author elsewhere: what its link says (`Mastodon`), and its full URL."""

    name: str
    url: str


class MarkdownSettings(Struct, frozen=True):
    """How the text of posts is read."""

    html: Annotated[
        bool, Setting("Pass raw HTML in posts through; `false` shows it as text, for posts from others.")
    ] = True
    smart_punctuation: Annotated[
        bool,
        Setting(
            "Turn straight quotes, `--`, `---` and `...` into their typographic forms, in texts, in titles and in the "
            "sentences of front matter. Quotation marks are those of the language of the post or the blog."
        ),
    ] = False
    math: Annotated[
        bool,
        Setting(
            "Render formulas (`$…$`, `$$…$$`, `\\(…\\)`, `\\[…\\]`) as MathML, with `pip install 'afterword[math]'`. "
            "`math: true` in the front matter of a post does it for that post."
        ),
    ] = False
    emoji: Annotated[bool, Setting("Show the names of emoji, such as `:tada:`, as emoji.")] = True
    schemes: Annotated[tuple[str, ...], Setting("The URL schemes that links may use; any other is an error.")] = (
        "http",
        "https",
        "mailto",
        "tel",
    )
    external_rel: Annotated[str, Setting("The `rel` of links that lead to other sites.")] = "noopener noreferrer"


class CodeSettings(Struct, frozen=True):
    """How code blocks are shown."""

    line_numbers: Annotated[bool, Setting("Number the lines of every code block.")] = False
    max_block: Annotated[int, Setting("Code blocks of more bytes than this are not highlighted.", least=0)] = 65_536
    max_line: Annotated[
        int, Setting("Code blocks with a line of more characters than this are not highlighted.", least=0)
    ] = 2_000


class FeedSettings(Struct, frozen=True):
    """What the feeds carry."""

    limit: Annotated[int, Setting("How many of the newest posts a feed holds.", least=1)] = 20


class TocSettings(Struct, frozen=True):
    """When a post gets a table of contents."""

    min_headings: Annotated[
        int, Setting("The fewest headings with which a post gets a table of contents.", least=1)
    ] = 3
    depth: Annotated[int, Setting("The deepest heading level that a table of contents lists.", least=2)] = 3


class Naming(Struct, frozen=True):
    """A speaker or an event by the name to show: other spellings of it, and a page of their own."""

    name: str
    aliases: tuple[str, ...] = ()
    url: str = ""


class TalkSettings(Struct, frozen=True):
    """How notes on talks are told, and which pages are made of them."""

    tags: Annotated[
        tuple[str, ...],
        Setting("The tags that mark a post as notes on a talk, as a title that begins with `Notes:` does."),
    ] = ("notes", "talk-notes")
    table: Annotated[bool, Setting("Make `/talks/`, the table of all talks, with its data as JSON and CSV.")] = True
    speaker_pages: Annotated[bool, Setting("Make a page and a feed for each speaker.")] = True
    event_pages: Annotated[bool, Setting("Make a page and a feed for each event.")] = True
    chapter_files: Annotated[bool, Setting("Make a `chapters.json` for each talk with chapters.")] = True
    list_item_ids: Annotated[
        bool,
        Setting("Give list items that begin in bold an id on notes on talks. A page may say `list_item_ids: false`."),
    ] = True
    speakers: Annotated[
        tuple[Naming, ...], Setting("Speakers under one name, with other spellings and a link of theirs.")
    ] = ()
    events: Annotated[
        tuple[Naming, ...], Setting("Events under one name, with other spellings and a link of theirs.")
    ] = ()


class Font(Struct, frozen=True):
    """A typeface that the site serves itself: its name, its file in `static/`, and what it is for."""

    family: str
    file: str
    use: str = "text"
    style: str = "normal"
    weight: str = "100 900"


class AllowedHosts(Struct, frozen=True):
    """Hosts of others that pages may load from, by what they load."""

    script: Annotated[tuple[str, ...], Setting("Hosts of scripts, such as `https://giscus.app`.")] = ()
    style: Annotated[tuple[str, ...], Setting("Hosts of style sheets.")] = ()
    img: Annotated[tuple[str, ...], Setting("Hosts of images.")] = ()
    font: Annotated[tuple[str, ...], Setting("Hosts of fonts.")] = ()
    connect: Annotated[tuple[str, ...], Setting("Hosts that scripts send to and load from.")] = ()
    frame: Annotated[tuple[str, ...], Setting("Hosts of embedded pages.")] = ()
    media: Annotated[tuple[str, ...], Setting("Hosts of video and audio.")] = ()
    form: Annotated[tuple[str, ...], Setting("Hosts that forms send to.")] = ()


class ThemeSettings(Struct, frozen=True):
    """How the default theme looks and behaves."""

    accent: Annotated[str, Setting("The accent colour, as CSS writes it: `#8a2c0d`.")] = ""
    accent_dark: Annotated[str, Setting("The accent colour on dark screens; without it, a lighter `accent`.")] = ""
    width: Annotated[str, Setting("How wide a page is at most, as a CSS length: `72rem`.")] = ""
    tagline: Annotated[str, Setting("A few words beside the name of the blog.")] = ""
    logo: Annotated[str, Setting("A square image in `static/` before the name of the blog: `logo.svg`.")] = ""
    footer: Annotated[str, Setting("The first line of the foot of all pages, in place of the author.")] = ""
    edit_url: Annotated[
        str,
        Setting(
            "Where readers propose changes of a page; `:path` stands for its source: "
            "`https://github.com/me/notes/edit/main/:path`."
        ),
    ] = ""
    stylesheets: Annotated[
        tuple[str, ...], Setting('Style sheets in `static/` that come after the theme\'s: `["own.css"]`.')
    ] = ()
    scripts: Annotated[tuple[str, ...], Setting('Scripts in `static/` for all pages: `["own.js"]`.')] = ()
    fonts: Annotated[
        tuple[Font, ...],
        Setting(
            "Fonts in `static/`, each `{ family, file }`; `use` is `text`, `ui` or `code`, and `style` and `weight` "
            "are as in `@font-face`."
        ),
    ] = ()
    csp: Annotated[
        Literal["strict", "off"],
        Setting(
            "Give every page a content security policy that allows what the page uses and no more. The table "
            "`[theme.csp]` allows hosts of others as well.",
            table="csp_hosts",
        ),
    ] = "strict"
    csp_hosts: Annotated[
        AllowedHosts, Setting("Hosts of others that pages may load from; written as `[theme.csp]`.")
    ] = AllowedHosts()

    @property
    def has_style(self) -> bool:
        """Whether a setting is one that a style sheet is made of."""
        return bool(self.accent or self.accent_dark or self.width or self.fonts)


FILES = ("logo", "stylesheets", "scripts", "fonts")
"""The settings of `[theme]` that name files in `static/`."""


class DiagnosticSettings(Struct, frozen=True):
    """Which diagnostics a build reports."""

    ignore: Annotated[
        tuple[str, ...],
        Setting(
            "Ids of warnings and notes that are not reported, such as `unused-file`. For one file, list them as "
            "`ignore` in its front matter. Errors are always reported."
        ),
    ] = ()


class ServeSettings(Struct, frozen=True):
    """How `afterword serve` shows the site while it is written."""

    allowed_hosts: Annotated[
        tuple[str, ...],
        Setting(
            "More host names under which `afterword serve` answers, such as `mybox.local`; `.example.dev` stands for "
            "all names of that domain. Read when the server starts."
        ),
    ] = ()


class LimitSettings(Struct, frozen=True):
    """Sizes beyond which a post is refused rather than built."""

    post_size: Annotated[int, Setting("The largest post, in bytes.", least=1)] = 2_000_000
    front_matter_size: Annotated[int, Setting("The largest front matter, in bytes.", least=1)] = 65_536
    nesting: Annotated[int, Setting("The deepest nesting of quotes and lists in Markdown.", least=1)] = 100
    max_expansion: Annotated[
        int, Setting("How many times larger than its Markdown a post's HTML may be, plus 1 MB.", least=1)
    ] = 20


class Config(Struct, frozen=True):
    """All settings of a blog. An empty table is a working blog."""

    title: Annotated[str, Setting("The name of the blog.")] = "Notes on talks"
    description: Annotated[
        str, Setting("One sentence about the blog, for search engines, feeds and the home page.")
    ] = ""
    author: Annotated[str, Setting("Who writes the blog, where a post does not say.")] = ""
    author_links: Annotated[
        tuple[AuthorLink, ...],
        Setting(
            "Pages of the author elsewhere, linked with `rel=me` on the home page and at the foot of the author's "
            "posts."
        ),
    ] = ()
    base_url: Annotated[
        str,
        Setting(
            "Where the blog is published, with its path: `https://me.github.io/notes/`. A bare path sets only the path."
        ),
    ] = ""
    language: Annotated[str, Setting("The language of the blog, as a BCP 47 tag.")] = "en"
    timezone: Annotated[str, Setting("The time zone (IANA name) of dates without an offset, and of today.")] = "UTC"
    date_format: Annotated[str, Setting("How dates are shown, in `strftime` notation.")] = "%-d %B %Y"
    permalink: Annotated[
        str, Setting("The URL of a post: a pattern with Jekyll's placeholders, or a Jekyll style name.")
    ] = "/posts/:title/"
    destination: Annotated[str, Setting("The folder that the site is written to.")] = "site"
    keep_going: Annotated[
        bool,
        Setting(
            "Publish the site without the posts that have errors, as `--keep-going` does; the build still exits with 1."
        ),
    ] = False
    paginate: Annotated[int, Setting("How many posts a list page shows.", least=1)] = 10
    related_posts: Annotated[int, Setting("How many related posts a post names; 0 for none.", least=0)] = 3
    excerpt_separator: Annotated[
        str, Setting("What ends a post's excerpt: by default the first blank line; empty for no excerpts.")
    ] = "\n\n"
    search: Annotated[
        Literal["full", "titles", "off"],
        Setting(
            "What readers can search: `full` texts, `titles` with speakers, events and tags only, or nothing (`off`)."
        ),
    ] = "full"
    exclude: Annotated[
        tuple[str, ...], Setting("Source paths to leave out, as glob patterns (`posts/private/**`).")
    ] = ()
    menu: Annotated[
        tuple[MenuItem, ...],
        Setting(
            "The links of the site's navigation, each to `/about/` or a full URL; empty for the default theme's own."
        ),
    ] = ()
    markdown: Annotated[MarkdownSettings, Setting("How the text of posts is read.")] = MarkdownSettings()
    code: Annotated[CodeSettings, Setting("How code blocks are shown.")] = CodeSettings()
    toc: Annotated[TocSettings, Setting("When a post gets a table of contents.")] = TocSettings()
    feed: Annotated[FeedSettings, Setting("What the feeds carry.")] = FeedSettings()
    talks: Annotated[TalkSettings, Setting("How notes on talks are told, and which pages are made of them.")] = (
        TalkSettings()
    )
    theme: Annotated[ThemeSettings, Setting("How the default theme looks and behaves.")] = ThemeSettings()
    serve: Annotated[ServeSettings, Setting("How `afterword serve` shows the site while it is written.")] = (
        ServeSettings()
    )
    diagnostics: Annotated[DiagnosticSettings, Setting("Which diagnostics a build reports.")] = DiagnosticSettings()
    limits: Annotated[LimitSettings, Setting("Sizes beyond which a post is refused rather than built.")] = (
        LimitSettings()
    )
