"""Parses request targets (RFC 9112, section 3.2), byte ranges and conditional headers.

A path is percent-decoded once, as UTF-8, and looked up in a table. It is never joined to a folder.
"""

from __future__ import annotations

import re
import sys
from typing import Literal
from urllib.parse import unquote_to_bytes

from msgspec import Struct

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
            raise InvalidTarget("the target names no host")
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
