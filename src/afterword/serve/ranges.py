"""The conditions of a request: byte ranges, entity tags, encodings, as RFC 9110 has them.

Pure functions of header values. A value that is malformed is as good as absent, as the RFC asks for.
"""

from __future__ import annotations

import re
import sys
from typing import Literal

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
    """The number, or one that is larger than any file: `int` refuses very long ones."""
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
