"""Parses timestamps as whole seconds from the start of a recording, and the lengths of recordings; formats lengths.

`12:34`, `1:02:03` and `75:03` are timestamps, `12:34–15:00` is a range. URLs also have `754`, `754s`, `12m34s`,
`1h2m3s` and `01:59.00`.

Lengths are exact to the second or rounded: `59:48`, `1:56:20`, whole seconds, `PT59M48S`, `1h56m`, `1hr`, `60 min`,
`about 42 min`, `an hour and a half`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct

from afterword.core.patterns import lazy_pattern
from afterword.core.structs import Serializable

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


FORMATS = '`"59:48"`, `1h56m` or a number of seconds'
"""The formats of a length, for hints."""

_MAX_LENGTH = 60
_MAX_SECONDS = 1_000 * 3600
"""A longer time is not the length of a recording."""

_ROUNDING_FACTOR = 1.25
"""A talk of "1hr" may take up to 1:15."""

_ABOUT = lazy_pattern(
    r"(?:about|around|approx(?:\.|imately)?|roughly|nearly|almost|over|circa|ca?\.|~|≈)\s*", re.IGNORECASE
)
_ISO = lazy_pattern(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,7})(?:\.\d+)?S)?)?", re.ASCII)
_NUMBER = r"\d{1,4}(?:[.,]\d{1,2})?"
_UNITS = lazy_pattern(
    rf"(?:({_NUMBER})[ -]?(?:hours?|hrs?|h)\.?)?"
    rf"(?:,? ?(?:and )?({_NUMBER})[ -]?(?:minutes?|mins?|m)\.?)?"
    r"(?:,? ?(?:and )?(\d{1,5})[ -]?(?:seconds?|secs?|s)\.?)?",
    re.ASCII | re.IGNORECASE,
)
_NUMBERS = {
    **dict.fromkeys(("a", "an", "one"), 1),
    **dict(zip(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), range(2, 11), strict=True)),
    **dict(zip(("fifteen", "twenty", "thirty", "forty", "fifty", "sixty"), (15, *range(20, 70, 10)), strict=True)),
    **dict(zip(("twenty-five", "thirty-five", "forty-five", "fifty-five"), range(25, 65, 10), strict=True)),
    "ninety": 90,
}
"""Numbers that are written as words before a unit."""

_WORD = lazy_pattern(
    rf"\b({'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?=(?: and a half)?[ -](?:hour|minute))", re.IGNORECASE
)
_HALF_HOUR = lazy_pattern(r"half an? hour|(?:a )?half[ -]hour", re.IGNORECASE)
_AND_A_HALF = lazy_pattern(r"(\d{1,2})(?: and a half hours?| hours? and a half)", re.IGNORECASE)
_SHORT = lazy_pattern(r"(\d{1,2}) ?h ?([0-5]\d)", re.ASCII | re.IGNORECASE)


class Length(Serializable, frozen=True):
    """The length of a recording in whole seconds.

    A length in hours or minutes alone is rounded.
    """

    seconds: int
    rounded: bool = False

    @property
    def longest(self) -> int:
        """The highest timestamp, in seconds, in a recording of this length: a rounded one may take a quarter longer."""
        return int(self.seconds * _ROUNDING_FACTOR) if self.rounded else self.seconds


def parse_length(text: str) -> Length | None:
    """Parses a length; `about` or `~` before it means that it is rounded. Returns None for 1,000 hours and more."""
    text = " ".join(text.split())
    if len(text) > _MAX_LENGTH:
        return None
    about = _ABOUT.match(text)
    rest = text[about.end() :] if about else text
    length = _parse_exact(rest) or _parse_units(rest)
    if length is not None and length.seconds >= _MAX_SECONDS:
        return None
    return Length(length.seconds, rounded=True) if about and length else length


def _parse_exact(text: str) -> Length | None:
    if (seconds := parse_timestamp(text)) is not None:
        return Length(seconds)
    if text.isascii() and text.isdigit():
        return Length(int(text))
    match = _ISO.fullmatch(text.upper())
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, whole = (int(part or 0) for part in match.groups())
    return Length(((days * 24 + hours) * 60 + minutes) * 60 + whole)


def _parse_units(text: str) -> Length | None:
    text = _to_digits(text)
    if (short := _SHORT.fullmatch(text)) is not None:
        return Length(int(short[1]) * 3600 + int(short[2]) * 60, rounded=True)
    match = _UNITS.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.groups())
    return Length(round(hours * 3600 + minutes * 60 + seconds), rounded=match[3] is None)


def _to_digits(text: str) -> str:
    """Replaces numbers of hours and minutes by digits: `an hour and a half` becomes `1.5 hours`."""
    if _HALF_HOUR.fullmatch(text):
        return "30 minutes"
    return _AND_A_HALF.sub(r"\1.5 hours", _WORD.sub(lambda match: str(_NUMBERS[match[1].lower()]), text))


def format_length(length: Length) -> str:
    """Formats a length as in a talk's header: `59:48`, or `about 1 h` if it is rounded."""
    return f"about {format_words(length.seconds)}" if length.rounded else format_timestamp(length.seconds)


def format_words(seconds: int) -> str:
    """Formats seconds to the nearest minute: `45 s`, `42 min`, `1 h 56 min`, and from ten hours on `33 h`."""
    if seconds < 60:
        return f"{seconds} s"
    hours, minutes = divmod((seconds + 30) // 60, 60)
    if hours >= 10:
        return f"{(seconds + 1800) // 3600} h"
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)


def format_iso(seconds: int) -> str:
    """Formats an ISO 8601 duration for HTML's `datetime` and schema.org: `PT12M34S`, `PT1H`, `PT0S`."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    parts = (f"{number}{unit}" for number, unit in ((hours, "H"), (minute, "M"), (second, "S")) if number)
    return "PT" + ("".join(parts) or "0S")
