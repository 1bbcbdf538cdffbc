"""Parses request targets (RFC 9112, section 3.2) and byte ranges.

A path is percent-decoded once, as UTF-8, and looked up in a table; it is never joined to a folder. An invalid target
raises `BadTarget`.
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
        raise BadTarget("the target contains characters that are not visible ASCII")
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


_RANGE = re.compile(r"bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.IGNORECASE)
_TAG = re.compile(r'(?:W/)?"([!\x23-\x7e\x80-\xff]*)"')
_MOST_DIGITS = 18

Span = tuple[int, int]
"""From the first byte to the one after the last."""


def find_span(header: str | None, size: int) -> Span | Literal["whole", "unsatisfiable"]:
    """What a Range header asks of `size` bytes (RFC 9110, section 14).

    One range is a span of at least one byte, or cannot be satisfied; several, other units and nonsense are answered
    with the whole.
    """
    match = _RANGE.fullmatch(header or "")
    if match is None or match[0].strip().endswith("=-"):
        return "whole"
    first, last = match.groups()
    if not first:
        length = min(_number(last), size)
        return (size - length, size) if length else "unsatisfiable"
    start = _number(first)
    stop = min(_number(last) + 1, size) if last else size
    if last and _number(last) < start:
        return "whole"
    return (start, stop) if start < size else "unsatisfiable"


def _number(digits: str) -> int:
    """The number, or one that is larger than any file: `int` raises an error for very long ones."""
    significant = digits.lstrip("0") or "0"
    return int(significant) if len(significant) <= _MOST_DIGITS else sys.maxsize - 1


def names_tag(header: str | None, tag: str) -> bool:
    """Whether an If-None-Match header names this entity tag, by weak comparison (RFC 9110, section 13.1.2)."""
    if header is None:
        return False
    return header.strip() == "*" or tag in _TAG.findall(header)


def allows_range(if_range: str | None, etag: str) -> bool:
    """Whether an If-Range header lets a range through: none does, and the same strong entity tag."""
    return if_range is None or if_range.strip() == etag


def accepts_gzip(header: str | None) -> bool:
    """Whether an Accept-Encoding header has room for gzip (RFC 9110, section 12.5.3)."""
    weights: dict[str, bool] = {}
    for item in (header or "").lower().split(","):
        coding, _, parameter = item.partition(";")
        weights[coding.strip()] = re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", parameter) is None
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", False)))
