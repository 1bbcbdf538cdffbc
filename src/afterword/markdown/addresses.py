"""What a link's target means: a scheme, another host, this site, this page, or a file beside the source.

`classify` decides as a browser would, so that no spelling hides a scheme; the rest are the small sums done with URLs.
Relies on `origins` for the names of hosts. Refuses to guess: what it calls local has no scheme and no host whatever
reads it.
"""

from __future__ import annotations

import posixpath
import re
from enum import Enum
from urllib.parse import quote, unquote

from msgspec import Struct

from afterword.origins import spell_host

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060\ufeff]+")
_CLEAN = re.compile(r"(?:[A-Za-z0-9;/?:@&=+$,\-_.!~*'()#]|%[0-9A-Fa-f]{2})*")
_KEPT = "/;?:@&=+$,-_.!~*'()#%"
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_IMAGE_DATA = re.compile(r"data:image/(?:png|gif|jpeg|webp)[;,]", re.IGNORECASE)


class Kind(Enum):
    """Where a target leads."""

    SCHEME = "a full URL"
    HOST = "//host/…"
    ROOT = "/…"
    SELF = "#… or ?…"
    BESIDE = "a path from here"


def classify(target: str) -> tuple[Kind, str]:
    """The kind of a target, and its scheme in lower case if it has one.

    Browsers drop control characters and white space before they read a scheme, and take `\\` for `/`; so does this.
    """
    match = _SCHEME.match(target)
    if (match is None and not target.isprintable()) or target[:1].isspace():
        match = _SCHEME.match(_IGNORED.sub("", target))
    if match is not None:
        return Kind.SCHEME, match[1].lower()
    start = target[:2].replace("\\", "/")
    if start == "//":
        return Kind.HOST, ""
    if start[:1] == "/":
        return Kind.ROOT, ""
    return (Kind.SELF, "") if start[:1] in ("#", "?", "") else (Kind.BESIDE, "")


def is_image_data(target: str) -> bool:
    """Whether a target is a picture in itself, of a kind that cannot hold a script."""
    return _IMAGE_DATA.match(target) is not None


def encode(url: str) -> str:
    """A URL with everything percent-encoded that may not stand in one; what is encoded already stays as it is."""
    if _CLEAN.fullmatch(url):
        return url
    if "://" in url:
        return _encode_full(url)
    return quote(_BARE_PERCENT.sub("%25", url), safe=_KEPT)


def _encode_full(url: str) -> str:
    """A full URL: host names with other letters are spelled in Punycode."""
    from markdown_it.common.normalize_url import normalizeLink  # few URLs need it

    return normalizeLink(spell_host(url))


class Parts(Struct, frozen=True):
    """A local target: its path as written, the query with `?`, and the fragment without `#`."""

    path: str
    query: str
    fragment: str


def split(target: str) -> Parts:
    """Part a local target."""
    rest, _, fragment = target.partition("#")
    path, question, query = rest.partition("?")
    return Parts(path, question + query, fragment)


def source_path(source: str, path: str) -> str:
    """The path in the site's sources that a path written in `source` leads to; begins with `../` outside the site."""
    decoded = unquote(path)
    if decoded.startswith("/"):
        return posixpath.normpath(decoded.lstrip("/") or ".")
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), decoded))


def join(url: str, path: str) -> str:
    """The root-absolute URL that a relative one means on the page `url`."""
    folder = url[: url.rfind("/") + 1]
    joined = posixpath.normpath(f"/{folder}{path}").replace("//", "/", 1)
    is_folder = path.endswith(("/", "/.", "/..")) or path in (".", "..")
    return f"{joined}/" if is_folder and not joined.endswith("/") else joined
