"""Request targets: the second word of a request line, read strictly.

A path is percent-decoded exactly once, as UTF-8; what is then not plain text (`BadTarget`) is refused rather than
repaired, since a repaired path is one that nobody asked for. Forms and names are those of RFC 9112, section 3.2. Dot
segments and doubled slashes stay as they are: a path is only ever looked up in a table, never joined to a folder.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from msgspec import Struct

_ABSOLUTE = re.compile(r"(?i:https?)://([^/?]*)(.*)")
_VISIBLE = re.compile(r"[!-~]+")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_REFUSED = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")


class BadTarget(ValueError):  # noqa: N818 - becomes a response
    """A request target that is no path of a site; the message says why, and repeats nothing of it."""


class Target(Struct, frozen=True):
    """A decoded path, the query as it was sent, and the authority of an absolute target (else empty)."""

    path: str
    query: str = ""
    authority: str = ""


def parse_target(text: str) -> Target:
    """The target that a request line names: `/path?query`, or `http://authority/path?query`; raises `BadTarget`."""
    if not _VISIBLE.fullmatch(text):
        raise BadTarget("the target has characters other than visible ASCII")
    authority = ""
    if (absolute := _ABSOLUTE.fullmatch(text)) is not None:
        authority, text = absolute.groups()
        text = text if text.startswith("/") else f"/{text}"
        if not authority:
            raise BadTarget("the target names no host")
    if not text.startswith("/") or "#" in text:
        raise BadTarget("the target is not a path")
    path, _, query = text.partition("?")
    return Target(_decode(path), query, authority)


def _decode(path: str) -> str:
    if _BAD_ESCAPE.search(path):
        raise BadTarget("the path has a `%` that is not followed by two hexadecimal digits")
    try:
        decoded = unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        raise BadTarget("the path is not UTF-8") from None
    if _REFUSED.search(decoded):
        raise BadTarget("the path has a backslash or a control character")
    return decoded
