"""The result of rendering one Markdown text: HTML, headings, links, files, takeaways and plain text."""

from collections.abc import Sequence

from msgspec import Struct

from afterword.cache.codec import to_json
from afterword.core.diagnostics import Diagnostic, Place
from afterword.core.fingerprints import digest
from afterword.core.structs import Serializable
from afterword.core.web_origins import Load
from afterword.talks.transcripts import TranscriptLine


class Heading(Serializable, frozen=True):
    """One entry of a table of contents: `level` 1 to 6, `id` as in the page, `text` without markup.

    One with a timestamp of the page's talk begins a chapter, at the second `start`; `end` is where that
    is said to end. Both are None where they are not known.

    `html` is the text with its formulas as MathML; empty if there are none.
    """

    level: int
    id: str
    text: str
    start: int | None = None
    end: int | None = None
    html: str = ""


class Reference(Serializable, frozen=True):
    """A link from a body to somewhere in this site, to be checked once all bodies are known.

    `url` is root-absolute, without base path, fragment and query, percent-decoded (`/posts/x/`, `/img/a.png`); it is
    the page itself for `#fragment`. `fragment` is percent-decoded, without `#`; empty for none. `target` is what the
    writer wrote. `sentence` is the one that a link to another page stands in; empty for what is no link in a text. A
    `full` URL is not checked: what others publish beside this site has the same host.
    """

    url: str
    fragment: str
    target: str
    place: Place
    sentence: str = ""
    full: bool = False


class Attachment(Serializable, frozen=True):
    """A file beside a post that the post refers to: copied from `source` (a path in the site) to `url`.

    `width` and `format` are those of an image that is resized for the page, 0 and empty for a copy.
    """

    source: str
    url: str
    place: Place
    width: int = 0
    format: str = ""


class Variants(Serializable, frozen=True):
    """An image in several widths, for HTML: candidates for `srcset` in a modern format, and as JPEG or empty."""

    format: str
    modern: str
    plain: str
    sizes: str


class LeadImage(Serializable, frozen=True):
    """The image that front matter names, found: its URL with the base path, and its size in pixels, 0 if unknown."""

    url: str
    width: int = 0
    height: int = 0
    variants: Variants | None = None


class Code(Serializable, frozen=True):
    """Highlighted code in a body: from `start` up to `end` of its HTML; `made_from` is a digest of its inputs."""

    made_from: str
    start: int
    end: int


class Body(Struct, frozen=True):
    """Rendered Markdown.

    `html` is the whole text and `excerpt` its beginning, both with URLs that start with the base path. `summary` is the
    excerpt without markup, on one line. `headings` are those in order that a table of contents may list. `anchors` are
    all ids in the page that a link can go to. `words` counts words of text. `remote` names what the text loads from
    other hosts, as (content security policy directive, origin), sorted: `("img-src", "https://example.com")`;
    `excerpt_remote` what the excerpt loads. `takeaways` are the points of the section of that name.
    `timestamps` are those that the text links to, in seconds, sorted. `image` is the one that stands for the post.
    `code` locates the highlighted blocks in `html` that can be cached: those without marked or numbered lines and
    without diagnostics. `text` is the whole text without markup and timestamps.
    """

    html: str
    excerpt: str = ""
    summary: str = ""
    headings: tuple[Heading, ...] = ()
    anchors: tuple[str, ...] = ()
    words: int = 0
    references: tuple[Reference, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    remote: tuple[Load, ...] = ()
    excerpt_remote: tuple[Load, ...] = ()
    takeaways: tuple[str, ...] = ()
    timestamps: tuple[int, ...] = ()
    image: LeadImage | None = None
    code: tuple[Code, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    text: str = ""
    transcript: tuple[TranscriptLine, ...] = ()


class ContentMeta(Serializable, frozen=True):
    """What pages show of a body besides its HTML, which is most of it and which lists do not need."""

    excerpt: str
    summary: str
    headings: tuple[Heading, ...]
    words: int
    remote: tuple[Load, ...]
    excerpt_remote: tuple[Load, ...]
    takeaways: tuple[str, ...]
    timestamps: tuple[int, ...]
    image: LeadImage | None
    transcript: tuple[TranscriptLine, ...]


def content_meta(body: Body) -> ContentMeta:
    """Returns the parts of a body that pages show besides its HTML."""
    return ContentMeta(
        excerpt=body.excerpt,
        summary=body.summary,
        headings=body.headings,
        words=body.words,
        remote=body.remote,
        excerpt_remote=body.excerpt_remote,
        takeaways=body.takeaways,
        timestamps=body.timestamps,
        image=body.image,
        transcript=body.transcript,
    )


class ContentDigests(Serializable, frozen=True):
    """Digests of the parts of a body: if two bodies have the same digest for a part, the part is the same.

    `words` is the number itself. Where the digests are enough, the body is not read.
    """

    html: str
    excerpt: str
    summary: str
    headings: str
    anchors: str
    remote: str
    excerpt_remote: str
    takeaways: str
    timestamps: str
    image: str
    words: int
    transcript: str


def _digest_all(values: Sequence[object]) -> str:
    return digest(to_json(values)) if values else _DIGEST_OF_NONE


_DIGEST_OF_NONE = digest(to_json(()))


def content_digests(body: Body) -> ContentDigests:
    """Returns the digests of the parts of a body."""
    return ContentDigests(
        html=digest(body.html),
        excerpt=digest(body.excerpt),
        summary=digest(body.summary),
        headings=_digest_all(body.headings),
        anchors=_digest_all(body.anchors),
        remote=_digest_all(body.remote),
        excerpt_remote=_digest_all(body.excerpt_remote),
        takeaways=_digest_all(body.takeaways),
        timestamps=_digest_all(body.timestamps),
        image=digest(to_json(body.image)),
        words=body.words,
        transcript=digest(to_json(body.transcript)) if body.transcript else "",
    )
