"""Who may ask: the check of Host, Origin and Fetch Metadata, before anything is answered.

Any page that is open in the author's browser can send requests to this machine, and a host name of its own can be made
to lead here (DNS rebinding). So a request must name this server as its host, and must not come from another site,
except as a link that somebody followed. Pure; forwarded headers are not looked at. Sources: RFC 9110 section 7.2 and
7.4, and Fetch Metadata Request Headers (W3C).
"""

from __future__ import annotations

import re
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""The names of this machine that lead nowhere else."""

_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")
_DEFAULT_PORT = 80


class Refusal(Struct, frozen=True):
    """Why a request is not answered."""

    status: HTTPStatus
    reason: str


class Door(Struct, frozen=True):
    """The names and the port under which this server may be asked.

    `any_address` lets every IP address through, for a server that listens on all of them: a name can be made to lead
    here, an address cannot.
    """

    port: int
    names: frozenset[str] = frozenset(LOOPBACK)
    any_address: bool = False

    @classmethod
    def of(cls, host: str, port: int, machine: str = "") -> Door:
        """The door of a server that listens on `host`; `machine` is this computer's name in its network."""
        shown = f"[{host}]" if ":" in host else host.lower()
        if host in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
            more = (machine.lower(), f"{machine.lower()}.local") if machine else ()
            return cls(port, frozenset((*LOOPBACK, *more)), any_address=True)
        return cls(port, frozenset((*LOOPBACK, shown)))

    def admits(self, host: str) -> bool:
        """Whether a Host header's value, or an authority, names this server: a known name and the very port."""
        match = _HOST.fullmatch(host.lower())
        if match is None:
            return False
        name, port = match[1], int(match[2] or _DEFAULT_PORT)
        return port == self.port and (name in self.names or (self.any_address and _is_address(name)))


def check(
    door: Door, hosts: Sequence[str], headers: Mapping[str, str], *, authority: str = "", page: bool = True
) -> Refusal | None:
    """Why a request is refused, or None.

    `hosts` are all its Host headers, `headers` all its headers by name in lower case, `authority` is that of an
    absolute target. `page` says that it asks for something that a link may lead to.
    """
    if len(hosts) != 1:
        return Refusal(HTTPStatus.BAD_REQUEST, "a request names one host")
    if not door.admits(hosts[0]) or (authority and not door.admits(authority)):
        return Refusal(HTTPStatus.MISDIRECTED_REQUEST, "this server is not the host that was asked for")
    origin = headers.get("origin")
    if origin is not None and origin.lower() != f"http://{hosts[0].lower()}":
        return Refusal(HTTPStatus.FORBIDDEN, "other sites are not answered")
    if headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return None
    if page and headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document":
        return None
    return Refusal(HTTPStatus.FORBIDDEN, "other sites are not answered")


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
