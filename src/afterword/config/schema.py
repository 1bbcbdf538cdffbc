"""The settings of a blog: a frozen `Config`, with a default and a description for every key.

`config.loader` converts TOML to these classes, templates read their values, and `docs/settings.md` is generated from
them.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, TypeGuard, get_args, get_origin

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields


class Setting(Struct, frozen=True):
    """The documentation of a setting.

    Attributes:
        least: minimum of a number.
        table: name of the setting that a table in its place sets.
        aliases: other names of the setting.
    """

    sentence: str
    least: int | None = None
    table: str = ""
    aliases: tuple[str, ...] = ()


class SettingKey(Struct, frozen=True):
    """A key of a table: the type of its value, its default (`NODEFAULT` for none), and its documentation."""

    type: Any  # of any form, such as `tuple[str, ...]`
    default: object
    setting: Setting


@cache
def list_keys(table: type[Struct]) -> Mapping[str, SettingKey]:
    """Returns the keys of a table by name; those of list entries have no description."""
    keys = {}
    for field in fields(table):
        kind, *metadata = get_args(field.type) if get_origin(field.type) is Annotated else (field.type, Setting(""))
        default = field.default if field.default_factory is NODEFAULT else field.default_factory()
        keys[field.name] = SettingKey(kind, default, metadata[0])
    return keys


def is_table(kind: object) -> TypeGuard[type[Struct]]:
    """Returns whether values of a type are TOML tables."""
    return isinstance(kind, type) and issubclass(kind, Struct)


class MenuItem(Struct, frozen=True):
    """A navigation link: its text, and a path such as `/about/` or a full URL."""

    title: str
    url: str


class AuthorLink(Struct, frozen=True):
    """A profile of the author on another site: link text (`Mastodon`) and full URL."""

    name: str
    url: str


class AuthorProfile(Struct, frozen=True):
    """Profile of the author of the blog."""

    name: Annotated[str, Setting("Author of posts that have no `author`.")] = ""
    bio: Annotated[str, Setting("A sentence or two about the author, shown on the home page and below posts.")] = ""
    picture: Annotated[str, Setting("Square picture of the author in `static/`: `me.jpg`.")] = ""
    links: Annotated[
        tuple[AuthorLink, ...],
        Setting("Pages of the author elsewhere, linked with `rel=me`; they come before those in `author_links`."),
    ] = ()


class MarkdownSettings(Struct, frozen=True):
    html: Annotated[bool, Setting("Allow raw HTML; with `false`, it is shown as text.")] = True
    smart_punctuation: Annotated[
        bool,
        Setting(
            "Convert straight quotes, `--`, `---` and `...` to typographic punctuation, in posts, titles and "
            "text values of front matter. The quotation marks depend on the language.",
            aliases=("smart", "typographer"),  # Pandoc and markdown-it
        ),
    ] = True
    line_breaks: Annotated[
        bool,
        Setting(
            "Show each line break within a paragraph, as Obsidian does.",
            aliases=("breaks", "hard_wrap", "hardWraps"),  # markdown-it, kramdown and Hugo
        ),
    ] = False
    math: Annotated[
        bool,
        Setting(
            "Render formulas (`$…$`, `$$…$$`, `\\(…\\)`, `\\[…\\]`) as MathML, with `pip install 'afterword[math]'`. "
            "A post can enable it with `math: true`."
        ),
    ] = False
    emoji: Annotated[bool, Setting("Convert emoji names, such as `:tada:`, to emoji.")] = True
    schemes: Annotated[
        tuple[str, ...], Setting("Allowed URL schemes of links. The build warns about other schemes.")
    ] = ("http", "https", "mailto", "tel")
    external_rel: Annotated[str, Setting("Value of the `rel` attribute of links to other sites.")] = (
        "noopener noreferrer"
    )


class CodeSettings(Struct, frozen=True):
    line_numbers: Annotated[bool, Setting("Number the lines of all code blocks.")] = False
    max_block: Annotated[int, Setting("Maximum size of highlighted code blocks, in bytes.", least=0)] = 65_536
    max_line: Annotated[int, Setting("Maximum line length of highlighted code blocks, in characters.", least=0)] = 2_000


class FeedSettings(Struct, frozen=True):
    limit: Annotated[int, Setting("Number of posts in a feed.", least=1)] = 20
    formats: Annotated[
        tuple[Literal["rss", "opml", "ics", "bibtex"], ...],
        Setting(
            "Formats in addition to Atom and JSON Feed: `/feeds/rss.xml`, `/feeds/feeds.opml` with all feeds, and "
            "`/feeds/talks.ics` and `/feeds/talks.bib` with all talks."
        ),
    ] = ()


class TocSettings(Struct, frozen=True):
    min_headings: Annotated[int, Setting("Minimum number of headings for a table of contents.", least=1)] = 3
    depth: Annotated[int, Setting("Deepest heading level in tables of contents.", least=2)] = 3


class Naming(Struct, frozen=True):
    """A speaker or event: the name to show, other spellings of it, and its own page."""

    name: str
    aliases: tuple[str, ...] = ()
    url: str = ""


class TalkSettings(Struct, frozen=True):
    tags: Annotated[
        tuple[str, ...], Setting("Tags of notes on talks. A title that starts with `Notes:` has the same effect.")
    ] = ("notes", "talk-notes")
    table: Annotated[bool, Setting("Create `/talks/`, the table of all talks, with JSON and CSV data.")] = True
    speaker_pages: Annotated[bool, Setting("Create a page and a feed for each speaker.")] = True
    event_pages: Annotated[bool, Setting("Create a page and a feed for each event.")] = True
    chapter_files: Annotated[bool, Setting("Create a `chapters.json` for each talk with chapters.")] = True
    list_item_ids: Annotated[
        bool,
        Setting(
            "Add ids to list items that start with bold text, in notes on talks. A post can override it with "
            "`list_item_ids: false`."
        ),
    ] = True
    speakers: Annotated[tuple[Naming, ...], Setting("Speakers with aliases and links.")] = ()
    events: Annotated[tuple[Naming, ...], Setting("Events with aliases and links.")] = ()


class Font(Struct, frozen=True):
    """A font in `static/`: its family, its file, and its use."""

    family: str
    file: str
    use: str = "text"
    style: str = "normal"
    weight: str = "100 900"


class AllowedHosts(Struct, frozen=True):
    """Other hosts that pages may load from, by type of resource."""

    script: Annotated[
        tuple[str, ...],
        Setting("Hosts of scripts, such as `https://giscus.app`. `'wasm-unsafe-eval'` allows WebAssembly."),
    ] = ()
    style: Annotated[tuple[str, ...], Setting("Hosts of style sheets.")] = ()
    img: Annotated[tuple[str, ...], Setting("Hosts of images.")] = ()
    font: Annotated[tuple[str, ...], Setting("Hosts of fonts.")] = ()
    connect: Annotated[tuple[str, ...], Setting("Hosts to which scripts can connect.")] = ()
    frame: Annotated[tuple[str, ...], Setting("Hosts of embedded pages.")] = ()
    media: Annotated[tuple[str, ...], Setting("Hosts of video and audio.")] = ()
    form: Annotated[tuple[str, ...], Setting("Hosts to which forms can be sent.")] = ()


class ThemeSettings(Struct, frozen=True):
    """Settings of the default theme."""

    accent: Annotated[str, Setting("Accent colour in CSS: `#8a2c0d`.")] = ""
    accent_dark: Annotated[str, Setting("Accent colour in dark mode. Default: a lighter `accent`.")] = ""
    width: Annotated[str, Setting("Maximum width of pages in CSS: `72rem`.")] = ""
    tagline: Annotated[str, Setting("Text below the name of the blog.")] = ""
    icons: Annotated[
        Literal["svg", "all", "off"],
        Setting(
            "Icons of the site, made from the logo or the first letter of the title: `svg` with a web manifest, `all` "
            "with PNG and ICO too (`pip install 'afterword[cards]'`), or none (`off`). A `favicon` in `static/` is "
            "used instead."
        ),
    ] = "svg"
    cards: Annotated[
        bool, Setting("Draw a social card for each page without an image, with `pip install 'afterword[cards]'`.")
    ] = False
    logo: Annotated[str, Setting("Square image in `static/`, shown before the name of the blog: `logo.svg`.")] = ""
    footer: Annotated[str, Setting("First line of the footer of all pages, instead of the author.")] = ""
    edit_url: Annotated[
        str,
        Setting(
            "URL of the edit link of a page; `:path` is replaced with the path of its source: "
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
        Setting("Content security policy of all pages. The table `[theme.csp]` allows other hosts.", table="csp_hosts"),
    ] = "strict"
    csp_hosts: Annotated[AllowedHosts, Setting("Other hosts from which pages can load files.")] = AllowedHosts()

    @property
    def has_style(self) -> bool:
        """True if a setting needs a generated style sheet."""
        return bool(self.accent or self.accent_dark or self.width or self.fonts or self.tagline)


class DiagnosticSettings(Struct, frozen=True):
    ignore: Annotated[
        tuple[str, ...],
        Setting(
            "Ids of warnings and notes to ignore, such as `unused-file`. To ignore them in one file, use "
            "`ignore` in its front matter. Errors cannot be ignored."
        ),
    ] = ()


class ServeSettings(Struct, frozen=True):
    allowed_hosts: Annotated[
        tuple[str, ...],
        Setting(
            "Host names that `afterword serve` accepts in addition to `localhost`, such as `mybox.local`; "
            "`.example.dev` allows a domain and its subdomains. Read when the server starts."
        ),
    ] = ()


class LimitSettings(Struct, frozen=True):
    """Limits; a larger post is an error."""

    post_size: Annotated[int, Setting("Maximum size of a post, in bytes.", least=1)] = 2_000_000
    front_matter_size: Annotated[int, Setting("Maximum size of front matter, in bytes.", least=1)] = 65_536
    nesting: Annotated[int, Setting("Maximum nesting of quotes and lists. A list counts as two levels.", least=1)] = 100
    max_expansion: Annotated[
        int, Setting("Maximum size of the HTML of a post, as a multiple of its Markdown. 1 MB is added.", least=1)
    ] = 20


class Config(Struct, frozen=True):
    """All settings of a blog. An empty table is a working blog."""

    title: Annotated[str, Setting("Title of the blog.")] = "Notes on talks"
    description: Annotated[
        str, Setting("Description of the blog in one sentence, for search engines, feeds and the home page.")
    ] = ""
    author: Annotated[
        str,
        Setting(
            "Author of posts that have no `author`. The table `[author]` also has a bio and a picture.",
            table="author_profile",
        ),
    ] = ""
    author_profile: Annotated[AuthorProfile, Setting("The author of the blog.")] = AuthorProfile()
    author_links: Annotated[
        tuple[AuthorLink, ...],
        Setting("Pages of the author elsewhere, linked with `rel=me` on the home page and below posts."),
    ] = ()
    base_url: Annotated[
        str,
        Setting("URL of the site: `https://me.github.io/notes/`. A bare path, such as `/notes/`, sets only the path."),
    ] = ""
    language: Annotated[str, Setting("Language of the blog, as a BCP 47 tag.")] = "en"
    timezone: Annotated[str, Setting("Time zone (IANA name) of dates without an offset and of today's date.")] = "UTC"
    date_format: Annotated[str, Setting("Format of dates, in `strftime` notation.")] = "%-d %B %Y"
    permalink: Annotated[
        str, Setting("URL of posts: a pattern with Jekyll's placeholders, or the name of a Jekyll style.")
    ] = "/posts/:title/"
    destination: Annotated[str, Setting("Output folder.")] = "site"
    keep_going: Annotated[
        bool, Setting("Publish the site without posts that have errors, as with `--keep-going`. The exit code is 1.")
    ] = False
    paginate: Annotated[int, Setting("Number of posts on a list page.", least=1)] = 10
    paginate_path: Annotated[
        str, Setting("Path of list pages after the first, relative to the first; `:num` is the page number.")
    ] = "/page/:num/"
    list_limit: Annotated[
        int,
        Setting(
            "Number of entries on one page of the archive, the table of talks and lists of terms. A longer archive has "
            "a page for each year or, in years with more posts, for each month. Other lists are paginated.",
            least=1,
        ),
    ] = 2_000
    related_posts: Annotated[int, Setting("Number of related posts below a post.", least=0)] = 3
    excerpt_separator: Annotated[
        str, Setting("End of excerpts. Default: the first blank line. Empty for no excerpts.")
    ] = "\n\n"
    images: Annotated[
        Literal["original", "responsive"],
        Setting(
            "With `responsive`, JPEG and PNG images of posts are published in several widths, as AVIF too, and "
            "without metadata such as the location of a photograph (`pip install 'afterword[images]'`)."
        ),
    ] = "original"
    search: Annotated[
        Literal["full", "titles", "off"],
        Setting("Searched text: `full` texts, only `titles` with speakers, events and tags, or nothing (`off`)."),
    ] = "full"
    llms_txt: Annotated[
        bool, Setting("Publish `/llms.txt`, a list of pages and the newest posts for language models.")
    ] = True
    markdown_pages: Annotated[
        bool, Setting("Publish a Markdown version of each post and page: `index.md` next to `index.html`.")
    ] = False
    exclude: Annotated[tuple[str, ...], Setting("Glob patterns of source paths to ignore: `posts/private/**`.")] = ()
    menu: Annotated[
        tuple[MenuItem, ...],
        Setting("Navigation links, to a path such as `/about/` or a full URL. Default: the menu of the theme."),
    ] = ()
    taxonomies: Annotated[
        Mapping[str, str],
        Setting(
            "Custom taxonomies: the name of a term, and the front matter key that lists terms, which is also the "
            'folder of their pages. `topic = "topics"` creates `/topics/`.'
        ),
    ] = {}
    markdown: Annotated[MarkdownSettings, Setting("Markdown.")] = MarkdownSettings()
    code: Annotated[CodeSettings, Setting("Code blocks.")] = CodeSettings()
    toc: Annotated[TocSettings, Setting("Tables of contents.")] = TocSettings()
    feed: Annotated[FeedSettings, Setting("Feeds.")] = FeedSettings()
    talks: Annotated[TalkSettings, Setting("Notes on talks.")] = TalkSettings()
    theme: Annotated[ThemeSettings, Setting("The default theme.")] = ThemeSettings()
    serve: Annotated[ServeSettings, Setting("Live preview.")] = ServeSettings()
    diagnostics: Annotated[DiagnosticSettings, Setting("Errors and warnings.")] = DiagnosticSettings()
    limits: Annotated[LimitSettings, Setting("Size limits. A post that exceeds one is an error.")] = LimitSettings()


def list_static_files(config: Config) -> Mapping[str, tuple[str, ...]]:
    """Returns the files in `static/` that settings name, by the full name of the setting."""
    theme = config.theme
    return {
        "author.picture": (config.author_profile.picture,),
        "theme.logo": (theme.logo,),
        "theme.stylesheets": theme.stylesheets,
        "theme.scripts": theme.scripts,
        "theme.fonts": tuple(font.file for font in theme.fonts),
    }
