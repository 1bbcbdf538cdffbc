"""Classifies the target of a link: a scheme, another host, this site, this page, or a file beside the source.

`classify` decides as a browser does (WHATWG URL Standard), so that no spelling hides a scheme. Also finds the source
positions of targets, and the hosts that a page loads from.
"""

from __future__ import annotations

import posixpath
import re
from enum import Enum
from typing import TYPE_CHECKING
from unicodedata import normalize
from urllib.parse import quote, unquote

from markdown_it.common.utils import unescapeAll
from msgspec import Struct

from afterword.core.diagnostics import error, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.core.web_origins import BLOB, DATA, InvalidOrigin, UnsupportedHost, read_origin, to_punycode
from afterword.markdown.rules.brackets import read_destination

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from markdown_it.token import Token

    from afterword.core.diagnostics import Place
    from afterword.core.web_origins import Directive, Origin
    from afterword.markdown.writers.writer import Writer

_SCHEME = lazy_pattern(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_IGNORED = lazy_pattern(r"[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060\ufeff]+")
_CLEAN = lazy_pattern(r"(?:[A-Za-z0-9;/?:@&=+$,\-_.!~*'()#]|%[0-9A-Fa-f]{2})*")
_KEPT = "/;?:@&=+$,-_.!~*'()#%"
_BARE_PERCENT = lazy_pattern(r"%(?![0-9A-Fa-f]{2})")
_IMAGE_DATA = lazy_pattern(r"data:image/(?:png|gif|jpeg|webp)[;,]", re.IGNORECASE)


URL_ATTRIBUTES = frozenset(
    {
        *(("a", "href"), ("area", "href"), ("link", "href"), ("image", "href"), ("use", "href")),
        *(("image", "xlink:href"), ("use", "xlink:href"), ("a", "xlink:href")),
        *(("img", "src"), ("input", "src"), ("script", "src"), ("source", "src"), ("track", "src")),
        *(("audio", "src"), ("video", "src"), ("embed", "src"), ("iframe", "src"), ("frame", "src")),
        *(("video", "poster"), ("object", "data"), ("form", "action"), ("button", "formaction")),
        *(("input", "formaction"), ("blockquote", "cite"), ("q", "cite"), ("del", "cite"), ("ins", "cite")),
        *(("img", "longdesc"), ("table", "background"), ("tr", "background"), ("td", "background")),
        *(("th", "background"), ("feimage", "href"), ("feimage", "xlink:href")),
    }
)
"""Attributes of HTML and SVG with one URL, each with its element.

Source: the HTML Standard, section "Attributes" of its index ("Valid URL potentially surrounded by spaces"), and
"Obsolete features" (`background`, `longdesc`); SVG 2, "URL reference attributes".
"""

URL_LISTS = frozenset({("a", "ping"), ("area", "ping")})
"""Attributes with several URLs, between spaces."""

CANDIDATE_LISTS = frozenset({("img", "srcset"), ("source", "srcset"), ("link", "imagesrcset")})
"""Attributes with several URLs, each with a width or a density behind it, between commas."""


class Kind(Enum):
    """Where a target leads."""

    SCHEME = "a full URL"
    HOST = "//host/…"
    ROOT = "/…"
    SELF = "#… or ?…"
    BESIDE = "a path from here"


def classify(target: str) -> tuple[Kind, str]:
    """Returns the kind of a target, and its scheme in lower case if it has one.

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
    """Returns whether a target is a picture in itself, of a kind that cannot hold a script."""
    return _IMAGE_DATA.match(target) is not None


def encode(url: str) -> str:
    """Returns a URL with all invalid characters percent-encoded. Encoded characters stay as they are."""
    if _CLEAN.fullmatch(url):
        return url
    if "://" in url:
        return _encode_full(url)
    return quote(_BARE_PERCENT.sub("%25", url), safe=_KEPT)


def _encode_full(url: str) -> str:
    """Returns a full URL: host names with other letters are spelled in Punycode."""
    from markdown_it.common.normalize_url import normalizeLink  # few URLs need it

    return normalizeLink(to_punycode(url))


class LocalTarget(Struct, frozen=True):
    """A local target: its path as written, the query with `?`, and the fragment without `#`."""

    path: str
    query: str
    fragment: str


def split(target: str) -> LocalTarget:
    """Part a local target; the fragment is spelled with composed characters, as ids are."""
    rest, _, fragment = target.partition("#")
    path, question, query = rest.partition("?")
    return LocalTarget(path, question + query, normalize("NFC", fragment))


def source_path(source: str, path: str) -> str:
    """Returns the source path of a path written in `source`; it begins with `../` outside the site."""
    decoded = unquote(path)
    if decoded.startswith("/"):
        return posixpath.normpath(decoded.lstrip("/") or ".")
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), decoded))


def join(url: str, path: str) -> str:
    """Returns the root-absolute URL that a relative one means on the page `url`."""
    folder = url[: url.rfind("/") + 1]
    joined = posixpath.normpath(f"/{folder}{path}").replace("//", "/", 1)
    is_folder = path.endswith(("/", "/.", "/..")) or path in (".", "..")
    return f"{joined}/" if is_folder and not joined.endswith("/") else joined


_SPACE = lazy_pattern(r"[ \t\n]*")


def place_of_target(writer: Writer, token: Token, target: str) -> Place:
    """Returns the place of the target of a link, an image or an HTML tag that the block at hand has."""
    label = token.meta.get("label")
    if label is not None and label in writer.definitions:
        if label not in writer.targets:
            writer.targets[label] = _place_in_definition(writer, writer.definitions[label], target)
        return writer.targets[label]
    start, end = token.meta.get("at", (0, 0))
    content = writer.blocks[writer.index].content
    found = _inline_target(content[start:end], target)
    offset, length = found if found is not None else (0, end - start)
    return writer.place_of(start + offset, length)


def _inline_target(link: str, target: str) -> tuple[int, int] | None:
    """Returns where in a link or tag as written its target is, and how long."""
    position = len(link)
    while (position := link.rfind("](", 0, position)) >= 0:
        found = _destination(link, position + 2, target)
        if found is not None:
            return found
    position = link.find(target)
    return (position, len(target)) if target and position >= 0 else None


def _destination(text: str, start: int, target: str) -> tuple[int, int] | None:
    match = _SPACE.match(text, start)
    begin = match.end() if match else start
    read = read_destination(text, begin)
    if read is None or read[0] != target:
        return None
    written = text[begin : read[1]]
    if written.startswith("<"):
        return begin + 1, len(written) - 2
    return begin, len(written)


def _place_in_definition(writer: Writer, lines: tuple[int, int], target: str) -> Place:
    first, end = lines
    for number in range(first, min(end, len(writer.source.lines))):
        line = writer.source.lines[number]
        begin = line.find("]:") + 2 if number == first else 0
        for match in re.finditer(r"<[^<>]*>|[^\s<>]+", line[begin:]):
            written = match[0]
            column = begin + match.start()
            if written.startswith("<"):
                written, column = written[1:-1], column + 1
            if unescapeAll(written) == target:
                return writer.source.place(number, column, len(written))
    return writer.source.place(first)


_INNER: Mapping[str, Origin] = {"data": DATA, "blob": BLOB}
_WEB = ("", "http", "https")


def note_load(writer: Writer, directive: Directive, url: str, where: Callable[[], Place], label: str = "") -> bool:
    """Records that the text loads this URL. Returns False, with an error, if the host of the URL is invalid.

    `label` says what the page shows instead.
    """
    _, scheme = classify(url)
    if scheme not in _WEB:
        if scheme in _INNER and directive != "object-src":
            writer.remote.add((directive, _INNER[scheme]))
        elif scheme in _INNER and writer.options.strict_csp:
            message = f"blocked by the content security policy: a document in a `{scheme}:` URL"
            writer.report(warning("blocked-by-csp", message, where(), hint="save it as a file of the blog"))
        return True
    try:
        origin = read_origin(url)
    except UnsupportedHost as problem:
        if writer.options.strict_csp:
            _report_unnamed(writer, problem, where())
        return True
    except InvalidOrigin as problem:
        message = f"{problem}, in the URL `{shown(url)}`"
        hint = "use a full URL, such as `https://example.com/picture.png`"
        writer.report(error("invalid-host", message, where(), label=label, hint=hint))
        return False
    if origin != writer.options.origin:
        writer.remote.add((directive, origin))
    return True


def check_recording_host(writer: Writer) -> None:
    """Warns where pages load the recording of the talk from a host that no policy can name."""
    talk_context = writer.talk_context
    if talk_context is None or not writer.options.strict_csp:
        return
    if talk_context.recording is None or talk_context.place is None:
        return
    try:
        read_origin(talk_context.recording.url)
    except UnsupportedHost as problem:
        _report_unnamed(writer, problem, talk_context.place)
    except InvalidOrigin:
        return  # it is a file of this site


def _report_unnamed(writer: Writer, problem: UnsupportedHost, place: Place) -> None:
    hint = 'copy the file into the blog, or set `theme.csp = "off"`'
    message = f"blocked by the content security policy: {problem}"
    writer.report(warning("blocked-by-csp", message, place, hint=hint))


_HOST = lazy_pattern(
    r"(?:[a-z0-9-]+\.)+(?:ai|app|at|au|be|biz|blog|br|ca|ch|cn|co|com|cz|de|dev|dk|edu|es|eu|fi|fr|gov|ie|in|info|io|it|jp|kr"
    r"|me|net|nl|no|nz|online|org|page|pt|se|site|tech|tv|uk|us|xyz|za)(?:[/?#:].*)?",
    re.IGNORECASE | re.DOTALL,
)
"""Matches a target that is a host without a scheme: `example.org/about`."""


_SLIP = lazy_pattern(
    r"(https?)(?::?/{0,1}|;?/{1,3}|:/{3,}|://https?:/{1,2})(?=[\w-]+(?:\.\w|:\d))([^/].*)", re.IGNORECASE
)
"""Matches a full URL with a slip behind `https`: `https:/example.org`, `https//…`, `https://https://…`."""


def hint_at_slip(target: str) -> str:
    """Returns a hint for a misspelled full URL or a Windows path; empty for any other target."""
    if (slip := _SLIP.fullmatch(target)) is not None:
        return f"write `{slip[1].lower()}://{slip[2]}`"
    return f"write `{target.replace(chr(92), '/')}`" if "\\" in target and "://" not in target else ""


def hint_at_host(target: str) -> str:
    """Returns a hint for an e-mail address or a host without a scheme; empty for any other target."""
    name, _, host = target.partition("@")
    if name and "/" not in name and _HOST.fullmatch(host) is not None:
        return f"for an e-mail address, write `mailto:{target}`"
    is_host = target.startswith("www.") or _HOST.fullmatch(target) is not None
    return f"for an external link, write `https://{target}`" if is_host else ""
