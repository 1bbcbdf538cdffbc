"""The context of a render: options, translated strings, the links of the site, and the talk of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import asdict, replace

from afterword.core.diagnostics import Place
from afterword.core.typography import smarten
from afterword.core.web_origins import find_origin
from afterword.talks.block import aliases_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from afterword.config.schema import Config
    from afterword.talks.model import Talk
    from afterword.talks.recordings import Recording


class UiStrings(Struct, frozen=True):
    """Strings that the rendering of Markdown puts on a page, in English; a theme can translate them.

    `{number}` and `{title}` are replaced.
    """

    note: str = "Note"
    tip: str = "Tip"
    important: str = "Important"
    warning: str = "Warning"
    caution: str = "Caution"
    footnotes: str = "Footnotes"
    footnote: str = "Footnote {number}"
    back: str = "Back to the text"
    back_again: str = "Back to reference {number}"
    link_to: str = "Link to “{title}”"
    code: str = "Code {number}"
    table: str = "Table"
    done: str = "Done"
    to_do: str = "To do"

    @classmethod
    def of(cls, given: Mapping[str, str]) -> UiStrings:
        """Returns the given strings, and the English ones for the rest."""
        return cls(**{name: given[name] for name in NAMES if name in given})


NAMES = UiStrings.__struct_fields__
"""The names of the strings."""


ENGLISH = UiStrings()


MAX_NESTING = 200
"""The deepest nesting that any setting gets: the parser recurses, and Python's stack ends at 1000 calls."""


class TextSyntax(Struct, frozen=True):
    """The options of the parser: the settings of these names; `smart` is `smart_punctuation`.

    `nesting` counts elements: a quote is one, a list is two (the list and its item). `excerpt_separator` is empty for
    no excerpts. `hides_chunks` says that the code of chunks is not shown (`front_matter.comment_syntax`).
    """

    html: bool = True
    smart: bool = False
    math: bool = False
    emoji: bool = True
    language: str = "en"
    nesting: int = 100
    excerpt_separator: str = "\n\n"
    hides_chunks: bool = False

    @classmethod
    def from_config(cls, config: Config) -> TextSyntax:
        """Returns the options that the settings of a blog give."""
        return TextSyntax(
            html=config.markdown.html,
            smart=config.markdown.smart_punctuation,
            math=config.markdown.math,
            emoji=config.markdown.emoji,
            language=config.language,
            nesting=min(config.limits.nesting, MAX_NESTING),
            excerpt_separator=config.excerpt_separator,
        )

    def for_post(self, *, math: bool, language: str) -> Self:
        """Returns the options for a post whose front matter sets `math` or `lang`."""
        return replace(self, math=self.math or math, language=language or self.language) if math or language else self


class MarkdownOptions(TextSyntax, frozen=True):
    """How text is read and written.

    `origin` is `https://host` of the blog itself or empty, `base_path` is `/notes` or empty. `growth` is how many times
    larger than the text the HTML may be, plus 1 MB. `strict_csp` says that pages have a content security policy under
    which inline scripts and styles do nothing. `ui_strings` are those of the theme.
    """

    schemes: tuple[str, ...] = ("http", "https", "mailto", "tel")
    external_rel: str = "noopener noreferrer"
    line_breaks: bool = False
    line_numbers: bool = False
    max_block: int = 65_536
    max_line: int = 2_000
    growth: int = 20
    strict_csp: bool = True
    origin: str = ""
    base_path: str = ""
    ui_strings: UiStrings = ENGLISH

    @classmethod
    def of(cls, config: Config, base_path: str, ui_strings: UiStrings) -> MarkdownOptions:
        """Returns the options for the settings of a blog; `base_path` is as in `urls.Address`."""
        return cls(
            **asdict(TextSyntax.from_config(config)),
            schemes=tuple(scheme.lower() for scheme in config.markdown.schemes),
            external_rel=config.markdown.external_rel,
            line_breaks=config.markdown.line_breaks,
            line_numbers=config.code.line_numbers,
            max_block=config.code.max_block,
            max_line=config.code.max_line,
            growth=config.limits.max_expansion,
            strict_csp=config.theme.csp == "strict",
            origin=find_origin(config.base_url) or "",
            base_path=base_path,
            ui_strings=ui_strings,
        )

    def typeset(self, line: str) -> str:
        """Returns a line that is no inline text, such as a caption, with the punctuation that texts have."""
        return smarten(line, self.language) if self.smart else line


class PageTarget(Struct, frozen=True):
    """The page made of a source file.

    `url` is root-absolute, percent-encoded and without the base path. `held` is empty, or says why the page is not in
    this build: "a draft", "a future post, due 2027-01-01".
    """

    url: str
    held: str = ""


class Original(Struct, frozen=True):
    """An image that is published in several widths: its path in the blog, the digest of its bytes, and the format of
    the resized files."""

    source: str
    digest: str
    format: str


class FileTarget(Struct, frozen=True):
    """A file that is published as it is: its URL as in `PageTarget`, and its size in pixels if it is an image.

    A width and height of 0 mean that the size is not known. `held` is empty, or says why the file is not published:
    "a file of `drafts/x.md`, which is a draft". `path` is its path in the site if that is spelled with other characters
    than the one that was asked for: `é` may be one character or two. `flaw` says why an image cannot be shown, as a key
    of `writers.images.FLAWS`; empty if it can. `original` is set for an image that is published in several widths.
    """

    url: str
    width: int = 0
    height: int = 0
    held: str = ""
    path: str = ""
    flaw: str = ""
    original: Original | None = None


class Links(Protocol):
    """The questions that a body asks about the rest of the site. Paths are relative to the site, with `/`."""

    def page(self, path: str) -> PageTarget | None:
        """Returns the page made of the Markdown source `posts/2026-01-01-x.md`, if there is such a source."""

    def file(self, path: str) -> FileTarget | None:
        """Returns the file beside posts and pages, with the URL of its copy beside the page that asks."""

    def asset(self, url: str) -> FileTarget | None:
        """Returns the file of `static/` that a root-absolute URL, percent-decoded and without base path, leads to."""

    def named(self, name: str) -> tuple[str, ...]:
        """Returns the sources and files that a wiki's link `[[name]]` can mean: by path or file name, slug, or title.

        All are of the first of these that any is found by. Paths are relative to the site, sorted.
        """

    def near(self, path: str) -> str | None:
        """Returns the source that `path` probably means, relative to the folder of the body, for hints."""


_ANYWHERE = ("media", "peertube")


class TalkContext(Struct, frozen=True):
    """The talk that a text is about.

    `files` are the paths, as written, that front matter names beside the post or in `static/`, each with its place.
    `list_item_ids`: list items that start with bold text get ids. `doubtful`: front matter has errors, so the talk may
    be wrong. `place` is where a recording on an arbitrary host is named; None for all others.
    """

    talk: Talk
    files: Mapping[str, Place]
    list_item_ids: bool = True
    doubtful: bool = False
    place: Place | None = None

    @property
    def recording(self) -> Recording | None:
        return self.talk.video


def make_talk_context(talk: Talk, path: str, places: Mapping[str, Place], *, list_item_ids: bool) -> TalkContext:
    """Returns the context for a post at `path`; `places` are those of the values of its front matter."""

    def place_of(*keys: str) -> Place:
        known = (places[key] for key in (*(f"talk.{key}" for key in keys), "talk", *keys) if key in places)
        return next(known, Place(path, 1))

    also = {recording.url: place_of(f"also[{index}]", "also") for index, recording in enumerate(talk.also)}
    video = {talk.video.url: place_of(*aliases_of("video"))} if talk.video is not None else {}
    named = {talk.slides: place_of("slides"), talk.transcript: place_of("transcript"), **also, **video}
    files = {url: place for url, place in named.items() if url and not _is_full(url)}
    is_elsewhere = talk.video is not None and talk.video.host in _ANYWHERE and _is_full(talk.video.url)
    return TalkContext(talk, files, list_item_ids, place=next(iter(video.values())) if is_elsewhere else None)


def _is_full(url: str) -> bool:
    return "://" in url or url.startswith("//")
