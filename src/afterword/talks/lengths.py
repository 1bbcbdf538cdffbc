"""Parses and formats the length of a recording, exact to the second or rounded.

Formats: `59:48`, `1:56:20`, whole seconds, `PT59M48S`, `1h56m`, `1hr`, `60 min`, `about 42 min`, `an hour and a half`.
"""

from __future__ import annotations

import re

from afterword.core.patterns import lazy_pattern
from afterword.core.structs import Serializable
from afterword.talks.timestamps import format_timestamp, parse_timestamp

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
