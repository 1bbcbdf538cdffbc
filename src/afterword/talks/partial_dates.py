"""Dates of talks, exact to the day, the month or the year."""

from __future__ import annotations

import re
from datetime import date

from afterword.core.dates import count_days, find_month
from afterword.core.patterns import lazy_pattern
from afterword.core.structs import Serializable

FORMATS = "`2023`, `2023-11`, `2023-11-22` or `November 2023`"
"""The formats of a date, for hints."""

_MONTH = r"(?P<name>[A-Za-z]{3,9})\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NUMERIC = lazy_pattern(
    r"(?P<year>(?:19|20)\d\d)(?:[-/](?P<month>\d{1,2})(?:[-/](?P<day>\d{1,2})(?:[T ]\d\d?:.*)?)?)?", re.ASCII
)
_SLASHED = lazy_pattern(r"(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)", re.ASCII)
_DOTTED = lazy_pattern(r"(\d{1,2})\. ?(\d{1,2})\. ?((?:19|20)\d\d)", re.ASCII)
_UPDATE = (
    lazy_pattern(rf"{_MONTH},? {_YEAR}", re.ASCII),
    lazy_pattern(rf"{_DAY} {_MONTH},? {_YEAR}", re.ASCII),
    lazy_pattern(rf"{_MONTH} {_DAY},? {_YEAR}", re.ASCII),
)


class PartialDate(Serializable, frozen=True, order=True):
    """A year, month or day. `month` and `day` are 0 if unknown. A year sorts before its months."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def iso(self) -> str:
        """`2023`, `2023-11` or `2023-11-22`, as in HTML's `datetime` and schema.org."""
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return "-".join(parts)

    @property
    def earliest(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        month = self.month or 12
        return date(self.year, month, self.day or count_days(self.year, month))

    @property
    def exact(self) -> date | None:
        """The day, or None if only month or year are known."""
        return date(self.year, self.month, self.day) if self.day else None


def parse_partial_date(text: str) -> PartialDate | None:
    """Parses a date. Returns None for anything else and for days that do not exist.

    `11/22/2023` and `22/11/2023` are unambiguous; `11/12/2023` is not, so it is None. With dots the day comes first:
    `22.11.2023`.
    """
    text = " ".join(text.split())
    if (match := _SLASHED.fullmatch(text)) is not None:
        days = {_make_date(match[3], *order) for order in ((match[1], match[2]), (match[2], match[1]))} - {None}
        return days.pop() if len(days) == 1 else None
    if (match := _DOTTED.fullmatch(text)) is not None:
        return _make_date(match[3], match[2], match[1])
    match = _NUMERIC.fullmatch(text)
    if match is not None:
        return _make_date(match["year"], match["month"], match["day"])
    for pattern in _UPDATE:
        match = pattern.fullmatch(text)
        if match is not None and (month := find_month(match["name"])):
            return _make_date(match["year"], str(month), match.groupdict().get("day"))
    return None


def _make_date(*written: str | None) -> PartialDate | None:
    """Returns the date of a year, month and day as written; None if it does not exist."""
    numbers = [int(part) for part in written if part is not None]
    try:
        date(*numbers, *[1] * (3 - len(numbers)))
    except ValueError:
        return None
    return PartialDate(*numbers)


def months_apart(talk_date: PartialDate, post_date: date) -> tuple[str, ...]:
    """Returns the months of the talk and of its notes, as in (`2023-11`, `2026-02`); empty if they are the same.

    Does not depend on today's date, so that a page is the same whenever it is built.
    """
    talk, notes = PartialDate(talk_date.year, talk_date.month), PartialDate(post_date.year, post_date.month)
    return (talk.iso, notes.iso) if talk != notes else ()
