"""Checks Host, Origin and Fetch Metadata of a request against DNS rebinding and requests from other sites.

Loopback names and the names of `--allowed-host` are accepted with any port, because ssh, containers and editors forward
a port under another number.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
