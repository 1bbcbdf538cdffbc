"""Parses dates in front matter, and formats dates for pages and feeds.

`format_date` is `strftime` with English names in every locale; `rfc3339` is the format of feeds. Years outside 1900 to
2199 are errors.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MONTHS = {
    name: name[:3]
    for name in (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    )
}
"""English month names, each with its abbreviation."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

YEARS = range(1900, 2200)
"""Valid years."""

FORMS = "use `2026-02-01`, `2026-02-01 10:00` or `2026-02-01 10:00:00 +02:00`"
"""Hint that lists the formats of dates."""

_DATE = lazy_pattern(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:(?:[Tt]|[ \t]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?"
    r"[ \t]*([Zz]|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)
_WEEKDAY = r"(?:[A-Za-z]{3,9},? )?"
_LOOSE_FORMATS = (
    lazy_pattern(r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:[ Tt].*)?", re.ASCII),
    lazy_pattern(
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})\.? (?P<month>[A-Za-z]{{3,9}})\.?,? (?P<year>\d{{4}})(?:[ ,].*)?", re.ASCII
    ),
    lazy_pattern(
        rf"{_WEEKDAY}(?P<month>[A-Za-z]{{3,9}})\.? (?P<day>\d{{1,2}}),? (?P<year>\d{{4}})(?:[ ,].*)?", re.ASCII
    ),
)
_COMPACT = lazy_pattern(r"(\d{4})[. ]?(\d\d)[. ]?(\d\d)", re.ASCII)
_DAY_AND_MORE = lazy_pattern(
    r"(?!.*(?:GMT|UTC|\+))(\d{4}-\d{1,2}-\d{1,2})\b(?:\D+(\d{1,2})[:.h]?(\d\d)(?!\d))?.*", re.ASCII
)
_DAY_FIRST = lazy_pattern(r"(\d{1,2})([./-]) ?(\d{1,2})\2 ?(\d{4})(?:[ ,].*)?", re.ASCII)
_ZONES = {
    "UTC": "Z",
    "GMT": "Z",
    "CET": "+01:00",
    "CEST": "+02:00",
    "BST": "+01:00",
    "EST": "-05:00",
    "EDT": "-04:00",
    "CST": "-06:00",
    "CDT": "-05:00",
    "MST": "-07:00",
    "MDT": "-06:00",
    "PST": "-08:00",
    "PDT": "-07:00",
}
"""Offsets of zones by names that are often written; several zones share some of these names."""

_ZONE_NAME = lazy_pattern(
    rf"(\d{{4}}-\d\d?-\d\d?[T ]\d\d?:\d\d(?::\d\d)?) ?\(?({'|'.join(_ZONES)})\)?", re.ASCII | re.IGNORECASE
)
_DIRECTIVE = lazy_pattern(r"%([-_0^]*)(:?[A-Za-z]|%|\Z|.)", re.DOTALL)


class BadDate(ValueError):  # noqa: N818 - front matter makes a diagnostic of it
    """An invalid date; the message says why."""


class BadPattern(ValueError):  # noqa: N818 - the renderer makes a diagnostic of it
    """A date pattern with an unknown directive; the message names it."""


def parse_date(text: str, zone: tzinfo) -> tuple[datetime, bool]:
    """Returns the aware datetime of a text, and whether it has only a day.

    The grammar is `YYYY-M-D`, then optionally `T` or spaces and `H:MM`, `H:MM:SS` or `H:MM:SS.fraction`, then
    optionally an offset `Z`, `+HH:MM`, `+HHMM` or `+HH`, with or without spaces before it. It covers RFC 3339 and
    Jekyll's format, `2026-02-01 10:00:00 +0200`. Without an offset it is local time in `zone`; without a time,
    midnight. Raises `BadDate`.
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise BadDate(f"invalid date `{shown(text)}`")
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if match[4] is None:
        if not (year in YEARS and 1 <= month <= 12 and 1 <= day <= 28):
            _check_day(text, year, month, day)
        return datetime(year, month, day, tzinfo=zone), True
    _check_day(text, year, month, day)
    hour, minute, second = int(match[4]), int(match[5]), int(match[6] or 0)
    if hour > 23 or minute > 59 or second > 59:
        raise BadDate(f"invalid date `{text}`: invalid time {match[4]}:{match[5]}" + f":{match[6] or ''}".rstrip(":"))
    microsecond = int(f"{match[7] or '':0<6.6}")
    place = _offset(text, match[8].upper()) if match[8] else zone
    return datetime(year, month, day, hour, minute, second, microsecond, place), False


def parse_loose_date(text: str, zone: tzinfo) -> tuple[datetime, bool]:
    """Parses a date as `parse_date` does, or in other common formats; raises `BadDate`.

    The other formats are `2026/02/01`, `Feb 1, 2026`, `1 February 2026` and RFC 5322's `Sun, 01 Feb 2026 10:00:00 GMT`.
    Their time of day is ignored.
    """
    try:
        return parse_date(text, zone)
    except BadDate:
        found = next((match for form in _LOOSE_FORMATS if (match := form.fullmatch(" ".join(text.split())))), None)
        month = find_month(found["month"]) if found is not None else 0
        if found is None or not month:
            raise
        return parse_date(f"{found['year']}-{month}-{found['day']}", zone)


def hint_at_date(text: str) -> str:
    """Returns a hint with the date that an invalid one was probably meant to be, or else with the formats of dates."""
    meant = guess_dates(text)
    return f"write {' or '.join(f'`{date}`' for date in meant)}" if meant else FORMS


def guess_dates(text: str) -> list[str]:
    """Returns the dates that an invalid one can mean, in the format of `parse_date`."""
    return [date for date in dict.fromkeys(_guess(" ".join(text.split()))) if is_date(date)]


def _guess(text: str) -> Iterator[str]:
    """Yields dates that a text may mean, in the format of `parse_date`; not all of them exist."""
    if (found := _ZONE_NAME.fullmatch(text)) is not None:
        yield f"{found[1]} {_ZONES[found[2].upper()]}"
    elif (found := _COMPACT.fullmatch(text)) is not None:
        yield f"{found[1]}-{found[2]}-{found[3]}"
    elif (found := _DAY_AND_MORE.fullmatch(text)) is not None:
        yield f"{found[1]} {found[2]:0>2}:{found[3]}" if found[2] else found[1]
    elif (found := _DAY_FIRST.fullmatch(text)) is not None:
        day, sign, month, year = found.groups()
        yield f"{year}-{month:0>2}-{day:0>2}"
        if sign == "/":
            yield f"{year}-{day:0>2}-{month:0>2}"
    else:
        try:
            yield parse_loose_date(text, UTC)[0].date().isoformat()
        except BadDate:
            return


def is_date(text: str) -> bool:
    """Returns whether `parse_date` reads a text."""
    try:
        parse_date(text, UTC)
    except BadDate:
        return False
    return True


def find_month(name: str) -> int:
    """Returns the number of a month by number, English name, or the first letters of one; 0 if there is none."""
    if name.isdecimal():
        return int(name)
    lowered = name.lower()
    return next((number for number, month in enumerate(MONTHS, 1) if month.lower().startswith(lowered)), 0)


def _check_day(text: str, year: int, month: int, day: int) -> None:
    if year not in YEARS:
        raise BadDate(f"invalid date `{text}`: the year must be {YEARS[0]} to {YEARS[-1]}")
    if not 1 <= month <= 12:
        raise BadDate(f"invalid date `{text}`: there is no month {month}")
    last = count_days(year, month)
    if not 1 <= day <= last:
        raise BadDate(f"invalid date `{text}`: {[*MONTHS][month - 1]} {year} has {last} days")


def count_days(year: int, month: int) -> int:
    """Returns the number of days in a month; `calendar`, which has it too, loads the locales."""
    return 31 if month == 12 else (date(year, month + 1, 1) - timedelta(days=1)).day


def _offset(text: str, written: str) -> tzinfo:
    zone = _zone_of(written)
    if zone is None:
        raise BadDate(f"invalid date `{text}`: unknown UTC offset {written}")
    return zone


@lru_cache(maxsize=64)
def _zone_of(written: str) -> tzinfo | None:
    """Returns the zone of `Z`, `+HH:MM`, `+HHMM` or `+HH`; None beyond ±14 hours, which no place uses."""
    if written == "Z":
        return UTC
    digits = written[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    if minutes > 14 * 60 or int(digits[2:] or 0) > 59:
        return None
    return timezone(timedelta(minutes=-minutes if written[0] == "-" else minutes)) if minutes else UTC


def rfc3339(moment: datetime) -> str:
    """Formats an aware datetime in RFC 3339, in seconds: `2026-02-01T00:00:00+00:00`.

    Offsets with seconds, which zones had before standard time, become UTC: RFC 3339 has no notation for them.
    """
    offset = moment.utcoffset()
    if offset is not None and offset.seconds % 60:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="seconds")


def format_date(moment: datetime, pattern: str, months: Mapping[str, str] = MONTHS) -> str:
    """Formats a datetime in `strftime` notation, with English names in every locale.

    Supports all directives of C99, and `%k`, `%l`, `%L`, `%P`, `%s` and `%:z` of Ruby, which Jekyll's users know. A
    flag before the letter changes padding: `-` for none, `_` for spaces, `0` for zeros; `^` writes capitals. `months`
    maps the twelve month names to abbreviations. Raises `BadPattern` for any other directive.
    """
    if months is MONTHS:  # a date is shown on a dozen pages and feeds
        return _format_in_english(moment, moment.fold, repr(moment.tzinfo), pattern)
    return _fill_pattern(moment, pattern, months)


@lru_cache(maxsize=4096)
def _format_in_english(moment: datetime, _fold: int, _zone: str, pattern: str) -> str:
    """Formats a datetime, of which only equal ones of the same fold and zone are written alike."""
    return _fill_pattern(moment, pattern, MONTHS)


def _fill_pattern(moment: datetime, pattern: str, months: Mapping[str, str]) -> str:
    def fill(match: re.Match[str]) -> str:
        flags, letter = match.groups()
        if letter == "%":
            return "%"
        if (number := _NUMBERS.get(letter)) is not None:
            width, padding, value = number
            return _pad(str(value(moment)), width, padding, flags)
        if (text := _TEXTS.get(letter)) is not None:
            return _apply_case(text(moment), flags)
        if letter in ("B", "b", "h"):
            long, short = [*months.items()][moment.month - 1]
            return _apply_case(long if letter == "B" else short, flags)
        if (composite := _COMPOSITE.get(letter)) is not None:
            return _fill_pattern(moment, composite, months)
        raise BadPattern(f"unknown date directive `{match[0]}` in `{pattern}`; for a percent sign, write `%%`")

    return _DIRECTIVE.sub(fill, pattern)


def _apply_case(text: str, flags: str) -> str:
    return text.upper() if "^" in flags else text


def _pad(digits: str, width: int, padding: str, flags: str) -> str:
    if "-" in flags:
        return digits
    if "_" in flags:
        padding = " "
    elif "0" in flags:
        padding = "0"
    return digits.rjust(width, padding)


def _week_from(moment: datetime, first: int) -> int:
    """Returns the week of the year; week 1 starts with the first weekday `first` (0 is Monday)."""
    return (moment.timetuple().tm_yday + 6 - (moment.weekday() - first) % 7) // 7


def _offset_text(moment: datetime, separator: str) -> str:
    offset = moment.utcoffset()
    if offset is None:
        return ""
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{separator}{abs(minutes) % 60:02}"


_NUMBERS: Mapping[str, tuple[int, str, Callable[[datetime], int]]] = {
    "Y": (4, "0", lambda moment: moment.year),
    "C": (2, "0", lambda moment: moment.year // 100),
    "y": (2, "0", lambda moment: moment.year % 100),
    "m": (2, "0", lambda moment: moment.month),
    "d": (2, "0", lambda moment: moment.day),
    "e": (2, " ", lambda moment: moment.day),
    "j": (3, "0", lambda moment: moment.timetuple().tm_yday),
    "H": (2, "0", lambda moment: moment.hour),
    "k": (2, " ", lambda moment: moment.hour),
    "I": (2, "0", lambda moment: (moment.hour + 11) % 12 + 1),
    "l": (2, " ", lambda moment: (moment.hour + 11) % 12 + 1),
    "M": (2, "0", lambda moment: moment.minute),
    "S": (2, "0", lambda moment: moment.second),
    "L": (3, "0", lambda moment: moment.microsecond // 1000),
    "f": (6, "0", lambda moment: moment.microsecond),
    "s": (1, "0", lambda moment: int(moment.timestamp())),
    "G": (4, "0", lambda moment: moment.isocalendar().year),
    "g": (2, "0", lambda moment: moment.isocalendar().year % 100),
    "V": (2, "0", lambda moment: moment.isocalendar().week),
    "U": (2, "0", lambda moment: _week_from(moment, 6)),
    "W": (2, "0", lambda moment: _week_from(moment, 0)),
    "u": (1, "0", lambda moment: moment.isoweekday()),
    "w": (1, "0", lambda moment: moment.isoweekday() % 7),
}
"""Numeric directives: width, padding, and value."""

_TEXTS: Mapping[str, Callable[[datetime], str]] = {
    "A": lambda moment: DAYS[moment.weekday()],
    "a": lambda moment: DAYS[moment.weekday()][:3],
    "p": lambda moment: "AM" if moment.hour < 12 else "PM",
    "P": lambda moment: "am" if moment.hour < 12 else "pm",
    "z": lambda moment: _offset_text(moment, ""),
    ":z": lambda moment: _offset_text(moment, ":"),
    "Z": lambda moment: moment.tzname() or "",
    "n": lambda _: "\n",
    "t": lambda _: "\t",
}

_COMPOSITE: Mapping[str, str] = {
    "F": "%Y-%m-%d",
    "T": "%H:%M:%S",
    "R": "%H:%M",
    "D": "%m/%d/%y",
    "x": "%m/%d/%y",
    "X": "%H:%M:%S",
    "r": "%I:%M:%S %p",
    "c": "%a %b %e %H:%M:%S %Y",
}
"""Directives that expand to others, as in the C locale (C99, 7.23.3.5)."""
