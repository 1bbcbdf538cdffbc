"""Origins on the web: the scheme, host and port that a browser loads a URL from.

Reads URLs as browsers do (WHATWG URL Standard, sections 3.5 and 4.4), for `http` and `https` alone. An `Origin` is made
here and nowhere else, so no other text of a post can reach a content security policy. Hosts in other letters are
converted to Punycode by an approximation of UTS #46: where it is wrong, a page does not load what it shows.
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
"""Stands for an origin where a URL holds the content itself."""

BLOB = Origin("blob:")
"""Stands for an origin where a script of the page makes the content."""

UNSAFE_HASHES = Origin("'unsafe-hashes'")
"""Stands for an origin where a policy allows style attributes by their hashes (CSP Level 3, section 6.7.3.2)."""

Directive: TypeAlias = Literal["frame-src", "img-src", "media-src", "object-src", "style-src-attr"]
"""The directives of a content security policy that allow what texts load; the last one is for formulas alone."""

Load: TypeAlias = tuple[Directive, Origin]
"""Directive and origin that a text loads from: `("img-src", "https://example.com")`."""

_LABELS = r"[a-z0-9-]+(?:\.[a-z0-9-]+)*"
_ORIGIN = lazy_pattern(rf"https?://(?:{_LABELS}\.?|\[[0-9a-f:.]+\])(?::[0-9]{{1,5}})?|data:|blob:")
_STYLE_HASH = lazy_pattern(r"'unsafe-hashes'|'sha256-[A-Za-z0-9+/]{43}='")
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
_LONGEST_HOST = 1_000  # a name in the DNS has 253 bytes
_KEPT = {"\xdf": "\xdf", "\u1e9e": "\xdf", "\u03c2": "\u03c2"}
_REFUSED = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs"})
_JOINERS = "\u200c\u200d"
_IGNORED = lazy_pattern(
    "[\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060\u2064\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)


class NoOrigin(ValueError):  # noqa: N818 - the caller makes a diagnostic of it
    """A URL that browsers load nothing from; the message names the fault and the part that has it."""


class UnnamedOrigin(NoOrigin):
    """A URL that browsers load from a host that no content security policy can name."""


def read_origin(url: str) -> Origin:
    """The origin that a browser loads a URL from; one that begins with `//` has the scheme `https`.

    Raises `NoOrigin` for a relative URL, for another scheme, and for an invalid host or port.
    """
    if (plain := _PLAIN.match(url)) is not None:
        return Origin(plain[0])
    match = _URL.match(_DROPPED.sub("", url.strip(_TRIMMED)))
    if match is None:
        raise NoOrigin("missing `https://` and a host")
    scheme = (match[1] or "https").lower()
    host, written = _split_port(match[2].rpartition("@")[2])
    port = _read_port(written, scheme)
    return Origin(f"{scheme}://{_read_host(host)}{port}")


def find_origin(url: str) -> Origin | None:
    """The same, or None where there is none."""
    try:
        return read_origin(url)
    except NoOrigin:
        return None


def hash_style(style: str) -> Origin:
    """What stands for an origin where a policy allows a style attribute: the hash of its value."""
    return Origin(f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'")


def is_style_hash(text: str) -> bool:
    """Whether a text is `UNSAFE_HASHES`, or has the form of the hash of a style attribute."""
    return _STYLE_HASH.fullmatch(text) is not None


def is_origin(text: str) -> bool:
    """Whether a text has the form of an `Origin`, and so no character that means more than that in a policy."""
    return _ORIGIN.fullmatch(text) is not None


def is_host_source(text: str) -> bool:
    """Whether a text names hosts in a content security policy: `https://host`, `https://*.host`, with a port if any."""
    return _HOST_SOURCE.fullmatch(text) is not None


def spell_host(url: str) -> str:
    """A full URL with its host in Punycode, where it has other letters than those of ASCII; else as it is."""
    match = _URL.match(url)
    if match is None or match[2].isascii():
        return url
    user, at, rest = match[2].rpartition("@")
    host, port = _split_port(rest)
    try:
        host = _to_ascii(host)
    except NoOrigin:
        return url
    return f"{url[: match.start(2)]}{user}{at}{host}{port}{url[match.end() :]}"


def _split_port(authority: str) -> tuple[str, str]:
    """The host, and the port with its colon, which may be empty."""
    if authority.startswith("["):
        host, bracket, port = authority.partition("]")
        return host + bracket, port
    host, colon, port = authority.partition(":")
    return host, colon + port


def _read_port(port: str, scheme: str) -> str:
    """`:8080`, or nothing for the default port of the scheme."""
    if port in ("", ":"):
        return ""
    digits = port.removeprefix(":").lstrip("0") or "0"
    if not _PORT.fullmatch(port) or int(digits) > _LAST_PORT:
        raise NoOrigin(f"invalid port `{shown(port.removeprefix(':'))}`")
    return "" if int(digits) == _DEFAULT_PORTS[scheme] else f":{digits}"


def _read_host(written: str) -> str:
    """A host as a policy names it: in lower case, percent-decoded, in Punycode."""
    if not written:
        raise NoOrigin("missing host")
    if written.startswith("["):
        return _read_ipv6(written)
    host = _to_ascii(written)
    if not _HOST.fullmatch(host):
        if _UNNAMED_HOST.fullmatch(host):
            raise UnnamedOrigin(
                f"the host `{shown(host)}` contains `_`, which a content security policy does not allow"
            )
        raise NoOrigin(f"invalid host `{shown(written)}`")
    if _NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]):
        return _read_ipv4(host.removesuffix("."))
    return host


def _read_ipv6(written: str) -> str:
    try:
        IPv6Address(written[1:].removesuffix("]"))
    except AddressValueError:
        raise NoOrigin(f"invalid IPv6 address `{shown(written)}`") from None
    if not written.endswith("]") or "%" in written:
        raise NoOrigin(f"invalid IPv6 address `{shown(written)}`")
    return written.lower()


def _read_ipv4(host: str) -> str:
    """An address in four decimal numbers; browsers also read other spellings, which are not needed."""
    try:
        return str(IPv4Address(host))
    except AddressValueError:
        raise NoOrigin(f"invalid IPv4 address `{shown(host)}`: it has four decimal numbers") from None


def _to_ascii(host: str) -> str:
    """A host with percent-encoding decoded, in lower case, its other labels in Punycode; raises `NoOrigin`."""
    if len(host) > _LONGEST_HOST:
        raise NoOrigin(f"invalid host `{shown(host)}`")
    if "%" in host:
        host = unquote_to_bytes(host).decode(errors="replace")
    if host.isascii():
        return host.lower()
    mapped = _map_letters(host)
    if any(_is_refused(letter) for letter in mapped):
        raise NoOrigin(f"invalid host `{shown(host)}`")
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in mapped.split(".")
    )


def _is_refused(letter: str) -> bool:
    """Whether no host has this character: a space, what cannot be seen or has no meaning, what could not be decoded.

    One that this Python does not know yet may be a letter.
    """
    return letter == "\ufffd" or (unicodedata.category(letter) in _REFUSED and letter not in _JOINERS)


def _map_letters(host: str) -> str:
    """The mapping of UTS #46: compatible letters, lower case, without what cannot be seen."""
    return unicodedata.normalize("NFC", "".join(map(_map_letter, _IGNORED.sub("", host)))).replace("\u3002", ".")


def _map_letter(letter: str) -> str:
    if letter in _KEPT:
        return _KEPT[letter]
    return unicodedata.normalize("NFKC", letter.casefold()).casefold()
