"""URLs: permalinks, their output files, and the base path of a site.

Inside Afterword a URL is root-absolute (`/posts/x/`), percent-encoded and without the base path; `Address` adds the
base path and the host. The permalink grammar is Jekyll's. A URL must be that of a valid output path (`output_paths`);
functions raise `BadUrl` for any other.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize
from urllib.parse import quote, unquote, urlsplit

from msgspec import Struct

from afterword.core.dates import format_date
from afterword.core.output_paths import adjust_name, check_output_path
from afterword.core.patterns import lazy_pattern
from afterword.core.slugs import slugify

if TYPE_CHECKING:
    from datetime import datetime

STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
"""Jekyll's permalink styles by name (`Jekyll::Drops::UrlDrop`, documentation of permalinks)."""

DATE_FIELDS = {
    "year": "%Y",
    "short_year": "%y",
    "month": "%m",
    "i_month": "%-m",
    "short_month": "%b",
    "long_month": "%B",
    "day": "%d",
    "i_day": "%-d",
    "y_day": "%j",
    "short_day": "%a",
    "long_day": "%A",
    "w_year": "%G",
    "week": "%V",
    "w_day": "%u",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
}
"""Jekyll's date placeholders and their `strftime` directives."""

PLACEHOLDERS = (
    *DATE_FIELDS,
    *("title", "slug", "name", "categories", "slugified_categories", "collection", "path", "output_ext"),
)

_PLACEHOLDER = lazy_pattern(r":([a-z_]+)")
_SEGMENT = lazy_pattern(r'[^/\0-\x1f\x7f\\:*?"<>|]+')
_LONE_PERCENT = lazy_pattern(r"%(?![0-9A-Fa-f]{2})[^/]{0,2}")
_SAFE = "/~!$&'()*+,;=:@-._"
_HOST = lazy_pattern(r"(?:[\w-]+(?:\.[\w-]+)*\.?|\[[0-9A-Fa-f:.]+\])(?::\d+)?")
_UNFIT = lazy_pattern(r"[\s<>\"\\\x00-\x1f\x7f]")
_DEFAULT_ORIGIN = "http://localhost:4000"


class BadUrl(ValueError):  # noqa: N818 - the caller makes a diagnostic of it
    """A URL without a valid output path; the message says why, `hint` how to fix it."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.hint = hint


class PermalinkFields(Struct, frozen=True):
    """Values of permalink placeholders. `date` is None for pages; `path` has no extension."""

    date: datetime | None
    slug: str
    path: str
    categories: tuple[str, ...]
    collection: str


def expand_permalink(pattern: str, fields: PermalinkFields, *, adjust: bool = False) -> str:
    """Returns the URL of a page by a permalink pattern, percent-encoded.

    With `adjust`, invalid names from placeholders are adjusted (see `output_paths.adjust_name`); literal names are not.
    Raises `BadUrl` for an unknown placeholder, and for a date placeholder without a date.
    """

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        known = name.rstrip("_")
        if name in PLACEHOLDERS:
            return _placeholder(name, fields)
        if known in PLACEHOLDERS:
            return _placeholder(known, fields) + name[len(known) :]
        raise BadUrl(f"unknown placeholder `:{name}`")

    def expand(segment: str) -> str:
        filled = _PLACEHOLDER.sub(fill, segment)
        return adjust_url(filled) if filled != segment and not segment.startswith(".") else filled

    path = "/".join(map(expand, pattern.split("/"))) if adjust else _PLACEHOLDER.sub(fill, pattern)
    return re.sub("//+", "/", f"/{path}")


def adjust_url(url: str) -> str:
    """Adjusts the invalid names in a generated URL."""
    return "/".join(_adjust(segment) for segment in url.split("/"))


def _adjust(segment: str) -> str:
    name = unquote(segment, errors="surrogateescape")
    adjusted = adjust_name(name)
    return segment if adjusted == name else quote(adjusted, safe=_SAFE, errors="surrogateescape")


def _placeholder(name: str, fields: PermalinkFields) -> str:
    if (directive := DATE_FIELDS.get(name)) is not None:
        if fields.date is None:
            raise BadUrl(f"`:{name}` needs a date, and the page has none")
        return format_date(fields.date, directive)
    return quote(_text_placeholder(name, fields), safe=_SAFE)


def _text_placeholder(name: str, fields: PermalinkFields) -> str:
    basename = posixpath.basename(fields.path)
    match name:
        case "title":
            return slugify(fields.slug, "pretty", keep_case=True) or slugify(basename, "pretty", keep_case=True)
        case "slug":
            return slugify(fields.slug) or slugify(basename)
        case "name":
            return slugify(basename)
        case "categories":
            return "/".join(dict.fromkeys(category.lower() for category in fields.categories))
        case "slugified_categories":
            return "/".join(dict.fromkeys(slugify(category) for category in fields.categories))
        case "collection":
            return fields.collection
        case "path":
            return fields.path
        case _:
            return ".html"


PLAIN_EXTENSIONS = (".html", ".xml", ".json", ".txt")
"""Extensions of a URL that always name its file."""

_FILE_EXTENSIONS = frozenset(
    {
        *(".atom", ".bib", ".csv", ".geojson", ".gpx", ".htm", ".ics", ".jsonld", ".kml", ".md", ".opml", ".org"),
        *(".ris", ".rdf", ".rss", ".rst", ".srt", ".svg", ".tex", ".toml", ".tsv", ".ttl", ".vcf", ".vtt"),
        *(".webmanifest", ".xhtml", ".xsl", ".yaml", ".yml"),
    }
)
"""Extensions of text formats, which name the file if a layout renders it."""


def output_path(url: str, layout: str = "") -> str:
    """Returns the output path of a page's URL, relative to the site.

    As in Jekyll and GitHub Pages, `/x/` is `x/index.html`, and `/x` is `x.html`. With a `layout`, `/talks.bib` is that
    file, and so is a URL with the extension of the layout. Raises `BadUrl` for another host, a query, a fragment, dot
    segments, and characters that some file systems do not allow.
    """
    path = file_path(f"{url}index.html" if url.endswith("/") else url)
    extension = posixpath.splitext(path)[1]
    is_file = extension in _FILE_EXTENSIONS if layout else False
    is_file |= bool(extension) and layout.endswith(extension)
    return path if path.endswith(PLAIN_EXTENSIONS) or is_file else f"{path}.html"


def file_path(url: str) -> str:
    """Returns the output path that a root-absolute URL names directly, percent-decoded once; raises `BadUrl`."""
    path = _decode_path(url)
    if (invalid := check_output_path(path)) is not None:
        raise BadUrl(invalid.reason, invalid.hint)
    return path


def _decode_path(url: str) -> str:
    """Decodes the path of a root-absolute URL; raises `BadUrl`."""
    if not is_rooted(url):
        raise BadUrl("it must start with one `/`")
    if "?" in url or "#" in url:
        raise BadUrl("query and fragment are not allowed")
    if (lone := _LONE_PERCENT.search(url)) is not None:
        raise BadUrl(f"invalid percent-encoding `{lone[0]}`; for a percent sign, write `%25`")
    try:
        path = unquote(url[1:], errors="strict")
    except UnicodeDecodeError:
        raise BadUrl("invalid UTF-8 after percent-decoding") from None
    for segment in path.split("/"):
        _check_segment(segment)
    return path


def _check_segment(segment: str) -> None:
    if segment in ("", ".", ".."):
        raise BadUrl("empty or dot segment")
    if segment in ("http:", "https:"):
        raise BadUrl("it must be a path, not a full URL", "write only the path, such as `/about/`")
    if not _SEGMENT.fullmatch(segment):
        raise BadUrl(
            f"the segment `{segment!a}` contains a character that some file systems do not allow".replace("'", "")
        )
    if len(segment.encode()) > 240:
        raise BadUrl("a segment has more than 240 bytes")
    if segment.startswith(".afterword"):
        raise BadUrl("names that start with `.afterword` are reserved")
    if segment.endswith((".", " ")):
        raise BadUrl("a segment ends in a dot or a space")


@lru_cache(maxsize=4096)  # those of terms, which lists and feeds name again and again
def url_of_file(path: str) -> str:
    """Returns the root-absolute, percent-encoded URL of an output path."""
    return "/" + quote(path, safe=_SAFE)


def is_web(url: str) -> bool:
    """Returns whether a URL is a full `https://` or `http://` URL with a host and without spaces."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and _UNFIT.search(url) is None


def hint_at_web(text: str) -> str:
    """Returns a hint for text that should be a full URL: the text with `https://`, if it starts with a host."""
    is_host = "." in text.partition("/")[0].strip(".") and is_web(f"https://{text}")
    return f"write `https://{text}`" if is_host else "use a full URL: `https://…`"


def is_rooted(url: str) -> bool:
    """Returns whether a URL is root-absolute: it starts with a single `/`."""
    return url.startswith("/") and not url.startswith("//")


def compose(url: str) -> str:
    """Returns a URL of this site spelled with composed characters (NFC), as the URLs of pages are."""
    decoded = unquote(url)
    composed = normalize("NFC", decoded)
    return url if composed == decoded else quote(composed, safe="/?#=&")


def folder_of(url: str) -> str:
    """Returns the URL of the folder of a page's file, with `/` at the end."""
    return url[: url.rindex("/") + 1]


class Address(Struct, frozen=True):
    """Address of a site: its origin (`https://me.github.io`) and its base path (empty or `/notes`).

    `published` is False if the settings have no host; the origin is then that of a local server.
    """

    origin: str
    base_path: str
    published: bool

    @classmethod
    def of(cls, base_url: str) -> Address:
        """Returns the address of a normalized `base_url` setting: a full URL, a bare path, or empty."""
        parts = urlsplit(base_url)
        origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else _DEFAULT_ORIGIN
        return cls(origin, parts.path.rstrip("/"), bool(parts.netloc))

    def rooted(self, url: str) -> str:
        """Adds the base path to a root-absolute URL; other URLs are unchanged."""
        return self.base_path + url if is_rooted(url) else url

    def absolute(self, url: str) -> str:
        """Adds the origin to a root-absolute URL with base path; full URLs are unchanged."""
        if url.startswith("//"):
            return f"https:{url}"
        return self.origin + url if url.startswith("/") else url


def normalize_base_url(written: str) -> str:
    """Returns a base URL with a final `/`: a full URL or a bare path; empty for none. Raises `BadUrl`."""
    url = written.strip()
    if not url or url == "/":
        return ""
    if "?" in url or "#" in url:
        raise BadUrl("query and fragment are not allowed")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as problem:
        raise BadUrl(str(problem).lower()) from None
    if is_rooted(url):
        return _normalize_path(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadUrl("it must start with `https://` and a host, or with `/`")
    if "@" in parts.netloc:
        raise BadUrl("a user name is not allowed")
    if not _HOST.fullmatch(parts.netloc):
        raise BadUrl(f"invalid host `{parts.netloc}`")
    return f"{parts.scheme}://{parts.netloc.lower()}{_normalize_path(parts.path)}"


def _normalize_path(path: str) -> str:
    normal = f"{path.rstrip('/')}/"
    _decode_path(f"{normal}index.html")
    return quote(normal, safe=f"{_SAFE}%")
