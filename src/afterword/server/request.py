"""Parses and checks requests: target, ranges, encodings, and Host, Origin and Fetch Metadata.

The last three protect against DNS rebinding and requests from other sites. Loopback names and the names of
`--allowed-host` are accepted with any port, because ssh, containers and editors forward a port under another number.
"""

from __future__ import annotations

import re
import sys
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote_to_bytes

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


_ABSOLUTE = re.compile(r"(?i:https?)://([^/?]*)(.*)")
_VISIBLE = re.compile(r"[!-~]+")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")


class InvalidTarget(ValueError):  # noqa: N818 - becomes a response
    """An invalid request target. The message says why, without quoting the target."""


class Target(Struct, frozen=True):
    """A decoded path, the raw query, and the authority of an absolute target, or an empty string."""

    path: str
    query: str = ""
    authority: str = ""


def parse_target(text: str) -> Target:
    """Parses a request target: `/path?query` or `http://authority/path?query`. Raises `InvalidTarget`."""
    if not _VISIBLE.fullmatch(text):
        raise InvalidTarget("the target contains characters that are not visible ASCII")
    authority = ""
    if (absolute := _ABSOLUTE.fullmatch(text)) is not None:
        authority, text = absolute.groups()
        text = text if text.startswith("/") else f"/{text}"
        if not authority:
            raise InvalidTarget("the target has no host")
    if not text.startswith("/") or "#" in text:
        raise InvalidTarget("the target is not a path")
    path, _, query = text.partition("?")
    return Target(_decode(path), query, authority)


def _decode(path: str) -> str:
    if _BAD_ESCAPE.search(path):
        raise InvalidTarget("the path has a `%` that is not followed by two hexadecimal digits")
    try:
        decoded = unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        raise InvalidTarget("the path is not UTF-8") from None
    if _FORBIDDEN.search(decoded):
        raise InvalidTarget("the path has a backslash or a control character")
    return decoded


_RANGE = re.compile(r"bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE)
_TAG = re.compile(r'(?:W/)?"([!\x23-\x7e\x80-\xff]*)"')
_MAX_DIGITS = 18

ByteRange = tuple[int, int]
"""Offsets of the first byte and of the byte after the last one."""


def parse_range(header: str | None, size: int) -> ByteRange | Literal["whole", "unsatisfiable"]:
    """Parses a Range header for content of `size` bytes (RFC 9110, section 14).

    Several ranges, other units and invalid headers are answered with the whole content.
    """
    match = _RANGE.fullmatch(header or "")
    if match is None or match[0].strip().endswith("=-"):
        return "whole"
    first, last = match.groups()
    if not first:
        length = min(_parse_number(last), size)
        return (size - length, size) if length else "unsatisfiable"
    start = _parse_number(first)
    stop = min(_parse_number(last) + 1, size) if last else size
    if last and _parse_number(last) < start:
        return "whole"
    return (start, stop) if start < size else "unsatisfiable"


def _parse_number(digits: str) -> int:
    """Returns the number, or one larger than any file: `int` raises an error for very long ones."""
    significant = digits.lstrip("0") or "0"
    return int(significant) if len(significant) <= _MAX_DIGITS else sys.maxsize - 1


def matches_etag(header: str | None, tag: str) -> bool:
    """Returns whether an If-None-Match header contains this entity tag, by weak comparison (RFC 9110, section
    13.1.2)."""
    if header is None:
        return False
    return header.strip() == "*" or tag in _TAG.findall(header)


def allows_range(if_range: str | None, etag: str) -> bool:
    """Returns whether If-Range is missing or has the same strong entity tag."""
    return if_range is None or if_range.strip() == etag


def accepts_gzip(header: str | None) -> bool:
    """Returns whether an Accept-Encoding header accepts gzip (RFC 9110, section 12.5.3)."""
    weights: dict[str, bool] = {}
    for item in (header or "").lower().split(","):
        coding, _, parameter = item.partition(";")
        weights[coding.strip()] = re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", parameter) is None
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", False)))


LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""Names that resolve to this machine only. All names below `localhost` do, too."""

_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
"""The last label of a name that browsers read as an IPv4 address: `127.1`, `0x7f000001` (URL Standard, section 3.5)."""

_ORIGIN = re.compile(r"https?://(.+)")
_CROSS_SITE = "requests from other sites are not allowed"


class RejectedRequest(Struct, frozen=True):
    """Status and reason of a rejected request."""

    status: HTTPStatus
    reason: str


class HostPolicy(Struct, frozen=True):
    """The host names that this server answers to, in lower case.

    Attributes:
        names: names of this machine.
        allowed: names that the user has added; `.example.org` stands for the domain and all names below it.
        any_address: whether every IP address is accepted, for a server that listens on all of them. DNS rebinding needs
            a name, so this is safe.
    """

    names: frozenset[str] = frozenset(LOOPBACK)
    allowed: frozenset[str] = frozenset()
    any_address: bool = False

    @classmethod
    def of(cls, host: str, machine: str = "", allowed: Iterable[str] = ()) -> HostPolicy:
        """Returns the policy of a server that listens on `host`. `machine` is this computer's name in its network."""
        added = frozenset(name.lower() for name in allowed)
        if host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
            return cls(frozenset((*LOOPBACK, *_names_of_machine(machine.lower()))), added, any_address=True)
        shown = f"[{host}]" if ":" in host else host.lower()
        return cls(frozenset((*LOOPBACK, shown)), added)

    def accepts(self, host: str) -> bool:
        """Returns whether a Host header or an authority, with or without a port, names this server."""
        name = _name_in(host)
        if name is None:
            return False
        is_known = name in self.names or name.endswith(".localhost") or self.is_allowed(name)
        return is_known or (self.any_address and _is_address(name))

    def is_allowed(self, name: str) -> bool:
        """Returns whether the user has added this name or a domain above it."""
        if name in self.allowed:
            return True
        labels = name.split(".")
        return any("." + ".".join(labels[start:]) in self.allowed for start in range(len(labels)))


def check_request(
    policy: HostPolicy, hosts: Sequence[str], headers: Mapping[str, str], *, authority: str = "", page: bool = True
) -> RejectedRequest | None:
    """Returns why a request is rejected, or None.

    `hosts` are the values of all its Host headers, `headers` all headers by name in lower case. `authority` is that of
    an absolute request target. `page` says whether other sites may link to the target.
    """
    if len(hosts) != 1:
        return RejectedRequest(HTTPStatus.BAD_REQUEST, "a request must have one Host header")
    for host in (hosts[0], authority) if authority else hosts:
        if not policy.accepts(host):
            return RejectedRequest(HTTPStatus.MISDIRECTED_REQUEST, _explain_host(host))
    if not _is_own_origin(policy, headers.get("origin"), hosts[0]):
        return RejectedRequest(HTTPStatus.FORBIDDEN, _CROSS_SITE)
    if headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return None
    if page and headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document":
        return None
    return RejectedRequest(HTTPStatus.FORBIDDEN, _CROSS_SITE)


def _is_own_origin(policy: HostPolicy, origin: str | None, host: str) -> bool:
    """Returns whether a request comes from a page of this server.

    A name that the user has added may be that of a TLS proxy that changes the Host header.
    """
    if origin is None or origin.lower() == f"http://{host.lower()}":
        return True
    found = _ORIGIN.fullmatch(origin.lower())
    name = _name_in(found[1]) if found else None
    return name is not None and policy.is_allowed(name)


def _name_in(host: str) -> str | None:
    """Returns the host name of a Host header, in lower case and without port; None if the header is invalid."""
    match = _HOST.fullmatch(host.lower())
    if match is None or int(match[2] or 0) > 65_535:
        return None
    return match[1]


def _explain_host(host: str) -> str:
    """Returns the body of a 421 response. A browser shows it if the user tried another name of this machine."""
    name = _name_in(host)
    if name is None or _is_address(name) or _NUMBER.match(name.rpartition(".")[2]) is not None:
        return "host name not allowed; see `afterword serve --host`"
    return (
        f"host name not allowed: {name}\n"
        f"to allow it, start the server with `afterword serve --allowed-host {name}`,\n"
        f'or add it to the settings: [serve] allowed_hosts = ["{name}"]'
    )


def _names_of_machine(name: str) -> Iterable[str]:
    """Returns a computer's name as it is, without its domain, and as mDNS name (RFC 6762)."""
    if not name:
        return ()
    short = name.partition(".")[0]
    return (name, short, f"{short}.local")


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
