"""Dates of talks, which can be known to the day, the month or the year."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from afterword.core.structs import Serializable

SPELLINGS = "`2023`, `2023-11`, `2023-11-22` or `November 2023`"
"""The spellings of a date, for hints."""

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
"""The months as English names them."""

_MONTH = r"(?P<name>[A-Za-z]{3,9})\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NUMERIC = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:[-/](?P<month>\d{1,2})(?:[-/](?P<day>\d{1,2})(?:[T ]\d\d?:.*)?)?)?", re.ASCII
)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/((?:19|20)\d\d)", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?((?:19|20)\d\d)", re.ASCII)
_NAMED = (
    re.compile(rf"{_MONTH},? {_YEAR}", re.ASCII),
    re.compile(rf"{_DAY} {_MONTH},? {_YEAR}", re.ASCII),
    re.compile(rf"{_MONTH} {_DAY},? {_YEAR}", re.ASCII),
)


class PartialDate(Serializable, frozen=True, order=True):
    """A year, a month or a day; `month` and `day` are 0 where they are not known. A year sorts before its months."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def iso(self) -> str:
        """`2023`, `2023-11` or `2023-11-22`, as HTML's `datetime` and schema.org take it."""
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part)]
        return "-".join(parts)

    @property
    def earliest(self) -> date:
        """The first day that it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day that it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def exact(self) -> date | None:
        """The day, where it is known."""
        return date(self.year, self.month, self.day) if self.day else None


def parse_given(text: str) -> PartialDate | None:
    """The date that a text spells, or None for anything else and for a day that does not exist.

    `11/22/2023` and `22/11/2023` are days; `11/12/2023` is one here and another there, and so it is none. With dots
    the day stands first everywhere: `22.11.2023`.
    """
    text = " ".join(text.split())
    if (match := _SLASHED.fullmatch(text)) is not None:
        days = {_make(match[3], *order) for order in ((match[1], match[2]), (match[2], match[1]))} - {None}
        return days.pop() if len(days) == 1 else None
    if (match := _DOTTED.fullmatch(text)) is not None:
        return _make(match[3], match[2], match[1])
    match = _NUMERIC.fullmatch(text)
    if match is not None:
        return _make(match["year"], match["month"], match["day"])
    for pattern in _NAMED:
        match = pattern.fullmatch(text)
        if match is not None and (month := _find_month(match["name"])):
            return _make(match["year"], str(month), match.groupdict().get("day"))
    return None


def _make(*written: str | None) -> PartialDate | None:
    """The date of a year, month and day as written; None where there is no such day, as in month 0."""
    numbers = [int(part) for part in written if part is not None]
    try:
        date(*numbers, *[1] * (3 - len(numbers)))
    except ValueError:
        return None
    return PartialDate(*numbers)


def _find_month(name: str) -> int:
    """The number of a month by its name or by an abbreviation of at least three letters (`Sept`), or 0."""
    lowered = name.lower()
    return next((number for number, month in enumerate(MONTHS, 1) if month.lower().startswith(lowered)), 0)


def format_given(given: PartialDate) -> str:
    """`2023`, `November 2023` or `22 November 2023`."""
    parts = (str(given.day) if given.day else "", MONTHS[given.month - 1] if given.month else "", str(given.year))
    return " ".join(part for part in parts if part)


def find_age(given: PartialDate, noted: date) -> tuple[str, ...]:
    """From when talk and notes are, from their own dates, to the month: (`2023-11`, `2026-02`); nothing if from one.

    Never from today, so that a page says the same whenever it is built.
    """
    talk, notes = PartialDate(given.year, given.month), PartialDate(noted.year, noted.month)
    return (talk.iso, notes.iso) if talk != notes else ()
