"""Parses timestamps as whole seconds from the start of a recording.

`12:34`, `1:02:03` and `75:03` are timestamps, `12:34–15:00` is a range. URLs also have `754`, `754s`, `12m34s`,
`1h2m3s` and `01:59.00`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOCK = r"(?:[0-9]{1,2}:[0-5][0-9]|[0-9]{1,3}):[0-5][0-9]"
"""A pattern for `h:mm:ss` and `m:ss`, whose minutes may be more than 59 (`75:03`)."""

DASH = "-–—"
"""The characters that stand between the two ends of a span."""

SEPARATOR = rf"\s*(?:[{DASH}:|](?=\s))?\s*"
"""A pattern for what stands between a time and the title behind it."""

_UNSPACED = (
    r"\u0e00-\u109f\u1780-\u17ff"  # Thai, Lao, Tibetan, Burmese, Khmer
    r"\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffdc\U00020000-\U0003ffff"  # Chinese, Japanese, Korean, Yi
)
APART = rf"(?<![^\W_{_UNSPACED}])"
"""A pattern for where a timestamp may begin: not directly behind a letter or digit, where `a[12:34]` is an index,
except in scripts that put no space there and that no program is written in."""

_MOMENT = re.compile(CLOCK)
_SPAN = re.compile(rf"({CLOCK})(?:\s*[{DASH}]\s*({CLOCK}))?")
_STAMP = rf"\[({CLOCK}(?:\s*[{DASH}]\s*{CLOCK})?)\]"
_STAMPED_BEHIND = re.compile(rf"(.*\S)\s*(?<!\\){APART}{_STAMP}\s*", re.DOTALL)
_STAMPED_BEFORE = re.compile(rf"{_STAMP}(?![(\[]){SEPARATOR}(\S.*)", re.DOTALL)
_URL_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]?\d)(?:\.\d*)?", re.ASCII)
_URL_UNITS = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,7})(?:\.\d*)?s?)?", re.ASCII)
_URL_KEYS = ("t", "start", "time_continue")


class TimeRange(Struct, frozen=True, order=True):
    """A moment, or the time from one moment to another: whole seconds, and None for no end."""

    start: int
    end: int | None = None


def parse_moment(text: str) -> int | None:
    """The seconds of `12:34`, `1:02:03` or `75:03`, or None for anything else."""
    text = text.strip()
    if _MOMENT.fullmatch(text) is None:
        return None
    seconds = 0
    for part in text.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds


def parse_span(text: str) -> TimeRange | None:
    """The span of `12:34` or `12:34–15:00`, or None for anything else and for one that ends before it begins."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return None
    start, end = parse_moment(match[1]), parse_moment(match[2] or "")
    if start is None or (end is not None and end <= start):
        return None
    return TimeRange(start, end)


def is_backward(text: str) -> bool:
    """Whether a text is written as a span, but does not end after it begins."""
    return _SPAN.fullmatch(text.strip()) is not None and parse_span(text) is None


def split_stamp(text: str) -> tuple[str, TimeRange | None]:
    """A heading's text and the `[12:34]` at its end, or else at its beginning; a text without one is as it was.

    A stamp is never all of a heading.
    """
    if (match := _STAMPED_BEHIND.fullmatch(text)) and (span := parse_span(match[2])):
        return match[1], span
    if (match := _STAMPED_BEFORE.fullmatch(text)) and (span := parse_span(match[1])):
        return match[2].rstrip(), span
    return text, None


def format_moment(seconds: int) -> str:
    """`12:34`, and from one hour on `1:02:03`."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def format_span(span: TimeRange) -> str:
    """`12:34`, or `12:34–15:00` with an en dash."""
    start = format_moment(span.start)
    return start if span.end is None else f"{start}–{format_moment(span.end)}"


def parse_url_time(text: str) -> int | None:
    """The seconds that a URL's time parameter means, fractions cut off, or None where it means none.

    Knows the notations of YouTube and Vimeo (`754`, `754s`, `12m34s`, `1h2m3s`) and those of W3C Media Fragments 1.0
    (`01:59.00`, `npt:754`, `754,800`, of which the beginning counts).
    """
    start, comma, _ = text.strip().lower().removeprefix("npt:").partition(",")
    if not start:
        return 0 if comma else None
    match = _URL_CLOCK.fullmatch(start) or _URL_UNITS.fullmatch(start)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def find_url_time(url: str) -> int | None:
    """The moment that a URL names in `t=`, `start=` or `#t=`, or None; `#t=12:34` alone is a URL too."""
    moments = (parse_url_time(value) for _, value in _list_url_times(url))
    return next((seconds for seconds in moments if seconds is not None), None)


def find_bad_url_time(url: str) -> str | None:
    """What a URL has in place of a moment, as in `t=1:75`; None where it names one, or does not try to."""
    written = next((f"{key}={value}" for key, value in _list_url_times(url)), None)
    return written if find_url_time(url) is None else None


def _list_url_times(url: str) -> Iterator[tuple[str, str]]:
    """The parameters of a URL's query and fragment that say where to begin, in the order in which they count."""
    try:
        parts = urlsplit(url.strip().removesuffix(">"))
    except ValueError:
        return
    for fields in (parts.query.replace("?", "&"), parts.fragment):
        given = parse_qs(fields)
        yield from ((key, value) for key in _URL_KEYS for value in given.get(key, ()))
