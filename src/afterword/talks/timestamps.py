"""Parses timestamps as whole seconds from the start of a recording.

`12:34`, `1:02:03` and `75:03` are timestamps, `12:34–15:00` is a range. URLs also have `754`, `754s`, `12m34s`,
`1h2m3s` and `01:59.00`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOCK = r"(?:[0-9]{1,2}:[0-5][0-9]|[0-9]{1,3}):[0-5][0-9]"
"""Pattern of `h:mm:ss` and `m:ss`, whose minutes may be more than 59 (`75:03`)."""

DASH = "-–—"
"""The characters between the two ends of a range."""

SEPARATOR = rf"\s*(?:[{DASH}:|](?=\s))?\s*"
"""Pattern of what separates a timestamp from the title after it."""

_UNSPACED = (
    r"\u0e00-\u109f\u1780-\u17ff"  # Thai, Lao, Tibetan, Burmese, Khmer
    r"\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffdc\U00020000-\U0003ffff"  # Chinese, Japanese, Korean, Yi
)
NOT_AFTER_WORD = rf"(?<![^\W_{_UNSPACED}])"
"""Pattern of the start of a timestamp: not directly after a letter or digit, because `a[12:34]` is an index.

Scripts without spaces, in which no program is written, are excepted.
"""

_TIMESTAMP = lazy_pattern(CLOCK)
_RANGE = lazy_pattern(rf"({CLOCK})(?:\s*[{DASH}]\s*({CLOCK}))?")
_IN_BRACKETS = rf"\[({CLOCK}(?:\s*[{DASH}]\s*{CLOCK})?)\]"
_TIMESTAMP_LAST = lazy_pattern(rf"(.*\S)\s*(?<!\\){NOT_AFTER_WORD}{_IN_BRACKETS}\s*", re.DOTALL)
_TIMESTAMP_FIRST = lazy_pattern(rf"{_IN_BRACKETS}(?![(\[]){SEPARATOR}(\S.*)", re.DOTALL)
_URL_CLOCK = lazy_pattern(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]?\d)(?:\.\d*)?", re.ASCII)
_URL_UNITS = lazy_pattern(r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,7})(?:\.\d*)?s?)?", re.ASCII)
_URL_KEYS = ("t", "start", "time_continue")


class TimeRange(Struct, frozen=True, order=True):
    """A timestamp, or the time between two timestamps, in whole seconds. `end` is None for a single one."""

    start: int
    end: int | None = None


def parse_timestamp(text: str) -> int | None:
    """Returns the seconds of `12:34`, `1:02:03` or `75:03`; None for anything else."""
    text = text.strip()
    if _TIMESTAMP.fullmatch(text) is None:
        return None
    seconds = 0
    for part in text.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds


def parse_time_range(text: str) -> TimeRange | None:
    """Parses `12:34` or `12:34–15:00`. Returns None for anything else, and if the range ends before it begins."""
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        return None
    start, end = parse_timestamp(match[1]), parse_timestamp(match[2] or "")
    if start is None or (end is not None and end <= start):
        return None
    return TimeRange(start, end)


def is_reversed_range(text: str) -> bool:
    """Returns whether a text is a range that does not end after it begins."""
    return _RANGE.fullmatch(text.strip()) is not None and parse_time_range(text) is None


def split_timestamp(text: str) -> tuple[str, TimeRange | None]:
    """Splits the `[12:34]` at the end of a heading, or else at its beginning, from its text.

    A heading that is only a timestamp is not split.
    """
    if (match := _TIMESTAMP_LAST.fullmatch(text)) and (time_range := parse_time_range(match[2])):
        return match[1], time_range
    if (match := _TIMESTAMP_FIRST.fullmatch(text)) and (time_range := parse_time_range(match[1])):
        return match[2].rstrip(), time_range
    return text, None


def format_timestamp(seconds: int) -> str:
    """Formats seconds as `12:34`, and from one hour on as `1:02:03`."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def format_time_range(time_range: TimeRange) -> str:
    """Formats a range as `12:34`, or `12:34–15:00` with an en dash."""
    start = format_timestamp(time_range.start)
    return start if time_range.end is None else f"{start}–{format_timestamp(time_range.end)}"


def parse_url_time(text: str) -> int | None:
    """Returns the whole seconds of a URL's time parameter, or None if it is invalid.

    Knows the formats of YouTube and Vimeo (`754`, `754s`, `12m34s`, `1h2m3s`) and of W3C Media Fragments 1.0
    (`01:59.00`, `npt:754`, `754,800`, of which only the start is used).
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
    """Returns the seconds of `t=`, `start=` or `#t=` in a URL, or None. `#t=12:34` alone is a URL, too."""
    times = (parse_url_time(value) for _, value in _list_url_times(url))
    return next((seconds for seconds in times if seconds is not None), None)


def find_invalid_url_time(url: str) -> str | None:
    """Returns an invalid time parameter of a URL, such as `t=1:75`; None if there is none, or a valid one, too."""
    written = next((f"{key}={value}" for key, value in _list_url_times(url)), None)
    return written if find_url_time(url) is None else None


def _list_url_times(url: str) -> Iterator[tuple[str, str]]:
    """Yields the time parameters in the query and the fragment of a URL, in order of precedence."""
    if "=" not in url:
        return
    try:
        parts = urlsplit(url.strip().removesuffix(">"))
    except ValueError:
        return
    for fields in (parts.query.replace("?", "&"), parts.fragment):
        parameters = parse_qs(fields)
        yield from ((key, value) for key in _URL_KEYS for value in parameters.get(key, ()))
