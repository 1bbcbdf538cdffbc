"""Web origins: the scheme, host and port that a browser loads a URL from.

Parses URLs as browsers do (WHATWG URL Standard, sections 3.5 and 4.4), for `http` and `https` only. An `Origin` is
created only here, so no other text of a post can reach a content security policy. Non-ASCII hosts are converted to
Punycode by an approximation of UTS #46; if it is wrong, a page does not load the resource.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from hashlib import sha256
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Literal, NewType, TypeAlias
from urllib.parse import unquote_to_bytes

from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown

Origin = NewType("Origin", str)
"""`https://host` or `https://host:8080`, in lower case and without a default port; or `DATA` or `BLOB`."""

DATA = Origin("data:")
"""The origin of a `data:` URL."""

BLOB = Origin("blob:")
"""The origin of a `blob:` URL."""

UNSAFE_HASHES = Origin("'unsafe-hashes'")
"""Allows style attributes by hash (CSP Level 3, section 6.7.3.2)."""

Directive: TypeAlias = Literal["frame-src", "img-src", "media-src", "object-src", "style-src-attr"]
"""CSP directives that allow what texts load; the last one is for formulas only."""

Load: TypeAlias = tuple[Directive, Origin]
"""Directive and origin that a text loads from: `("img-src", "https://example.com")`."""

_LABELS = r"[a-z0-9-]+(?:\.[a-z0-9-]+)*"
_ORIGIN = lazy_pattern(rf"https?://(?:{_LABELS}\.?|\[[0-9a-f:.]+\])(?::[0-9]{{1,5}})?|data:|blob:")
_STYLE_HASH = lazy_pattern(r"'unsafe-hashes'|'sha256-[A-Za-z0-9+/]{43}='")
WASM = "'wasm-unsafe-eval'"
_HOST_SOURCE = lazy_pattern(rf"(?:https?|wss?)://(?:\*\.)?{_LABELS}(?::(?:[0-9]{{1,5}}|\*))?")
_PLAIN = lazy_pattern(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*(?=[/?#]|\Z)")
_URL = lazy_pattern(r"(?:(https?):)?[/\\]{2,}([^/\\?#]*)", re.IGNORECASE)
_DROPPED = lazy_pattern(r"[\t\n\r]")
_TRIMMED = "".join(map(chr, range(0x21)))
_HOST = lazy_pattern(rf"{_LABELS}\.?")
_UNNAMED_HOST = lazy_pattern(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")
_NUMBER = lazy_pattern(r"[0-9]+|0x[0-9a-f]*")
_PORT = lazy_pattern(r":0*[0-9]{1,5}")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65_535
_MAX_HOST = 1_000  # a name in the DNS has 253 bytes
_DEVIATIONS = {"\xdf": "\xdf", "\u1e9e": "\xdf", "\u03c2": "\u03c2"}
_FORBIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs"})
_JOINERS = "\u200c\u200d"
_IGNORED = lazy_pattern(
    "[\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060\u2064\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)


class InvalidOrigin(ValueError):  # noqa: N818 - the caller makes a diagnostic of it
    """A URL that browsers cannot load from; the message names the invalid part."""


class UnsupportedHost(InvalidOrigin):
    """A URL with a host that a content security policy cannot name."""


def read_origin(url: str) -> Origin:
    """Returns the origin that a browser loads a URL from; `//` at the start means `https`.

    Raises `InvalidOrigin` for a relative URL, another scheme, and an invalid host or port.
    """
    if (plain := _PLAIN.match(url)) is not None:
        return Origin(plain[0])
    match = _URL.match(_DROPPED.sub("", url.strip(_TRIMMED)))
    if match is None:
        raise InvalidOrigin("missing `https://` and a host")
    scheme = (match[1] or "https").lower()
    host, written = _split_port(match[2].rpartition("@")[2])
    port = _read_port(written, scheme)
    return Origin(f"{scheme}://{_read_host(host)}{port}")


def find_origin(url: str) -> Origin | None:
    """Returns the origin of a URL, or None."""
    try:
        return read_origin(url)
    except InvalidOrigin:
        return None


def hash_style(style: str) -> Origin:
    """Returns the CSP hash of the value of a style attribute."""
    return Origin(f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'")


def is_style_hash(text: str) -> bool:
    """Returns whether a text is `UNSAFE_HASHES` or has the form of a style hash."""
    return _STYLE_HASH.fullmatch(text) is not None


def is_origin(text: str) -> bool:
    """Returns whether a text has the form of an `Origin`, so that it cannot change the rest of a policy."""
    return _ORIGIN.fullmatch(text) is not None


def is_host_source(text: str, kind: str) -> bool:
    """Returns whether a text is a CSP host source: `https://host`, `https://*.host`, optionally with a port.

    `script` also allows WebAssembly, with the keyword `'wasm-unsafe-eval'`.
    """
    return _HOST_SOURCE.fullmatch(text) is not None or (kind, text) == ("script", WASM)


def to_punycode(url: str) -> str:
    """Converts the host of a full URL to Punycode; other URLs are unchanged."""
    match = _URL.match(url)
    if match is None or match[2].isascii():
        return url
    user, at, rest = match[2].rpartition("@")
    host, port = _split_port(rest)
    try:
        host = _to_ascii(host)
    except InvalidOrigin:
        return url
    return f"{url[: match.start(2)]}{user}{at}{host}{port}{url[match.end() :]}"


def _split_port(authority: str) -> tuple[str, str]:
    """Splits an authority into host and port; the port has its colon, and may be empty."""
    if authority.startswith("["):
        host, bracket, port = authority.partition("]")
        return host + bracket, port
    host, colon, port = authority.partition(":")
    return host, colon + port


def _read_port(port: str, scheme: str) -> str:
    """Returns `:8080`, or empty for the default port of the scheme."""
    if port in ("", ":"):
        return ""
    digits = port.removeprefix(":").lstrip("0") or "0"
    if not _PORT.fullmatch(port) or int(digits) > _LAST_PORT:
        raise InvalidOrigin(f"invalid port `{shown(port.removeprefix(':'))}`")
    return "" if int(digits) == _DEFAULT_PORTS[scheme] else f":{digits}"


def _read_host(written: str) -> str:
    """Returns a host as CSP names it: in lower case, percent-decoded, in Punycode."""
    if not written:
        raise InvalidOrigin("missing host")
    if written.startswith("["):
        return _read_ipv6(written)
    host = _to_ascii(written)
    if not _HOST.fullmatch(host):
        if _UNNAMED_HOST.fullmatch(host):
            raise UnsupportedHost(
                f"the host `{shown(host)}` contains `_`, which a content security policy does not allow"
            )
        raise InvalidOrigin(f"invalid host `{shown(written)}`")
    if _NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]):
        return _read_ipv4(host.removesuffix("."))
    return host


def _read_ipv6(written: str) -> str:
    try:
        IPv6Address(written[1:].removesuffix("]"))
    except AddressValueError:
        raise InvalidOrigin(f"invalid IPv6 address `{shown(written)}`") from None
    if not written.endswith("]") or "%" in written:
        raise InvalidOrigin(f"invalid IPv6 address `{shown(written)}`")
    return written.lower()


def _read_ipv4(host: str) -> str:
    """Returns an address of four decimal numbers; the other notations of browsers are invalid."""
    try:
        return str(IPv4Address(host))
    except AddressValueError:
        raise InvalidOrigin(f"invalid IPv4 address `{shown(host)}`: an IPv4 address has four decimal numbers") from None


def _to_ascii(host: str) -> str:
    """Decodes percent-encoding, and converts a host to lower case and Punycode; raises `InvalidOrigin`."""
    if len(host) > _MAX_HOST:
        raise InvalidOrigin(f"invalid host `{shown(host)}`")
    if "%" in host:
        host = unquote_to_bytes(host).decode(errors="replace")
    if host.isascii():
        return host.lower()
    mapped = _map_letters(host)
    if any(_is_forbidden(letter) for letter in mapped):
        raise InvalidOrigin(f"invalid host `{shown(host)}`")
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in mapped.split(".")
    )


def _is_forbidden(letter: str) -> bool:
    """Returns whether a host cannot have a character: spaces, invisible, unassigned or undecodable ones.

    A character that this Python version does not know may be a letter.
    """
    return letter == "\ufffd" or (unicodedata.category(letter) in _FORBIDDEN_CATEGORIES and letter not in _JOINERS)


def _map_letters(host: str) -> str:
    """Applies the mapping of UTS #46: compatibility forms, lower case, no invisible characters."""
    return unicodedata.normalize("NFC", "".join(map(_map_letter, _IGNORED.sub("", host)))).replace("\u3002", ".")


def _map_letter(letter: str) -> str:
    if letter in _DEVIATIONS:
        return _DEVIATIONS[letter]
    return unicodedata.normalize("NFKC", letter.casefold()).casefold()
