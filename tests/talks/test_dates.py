"""The date of a talk is exact to the day, the month or the year."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as hold_for
from hypothesis import strategies as st

from afterword.talks.partial_dates import PartialDate, months_apart, parse_partial_date


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("2023", PartialDate(2023)),
        ("2023-11", PartialDate(2023, 11)),
        ("2023-1", PartialDate(2023, 1)),
        ("2023-11-22", PartialDate(2023, 11, 22)),
        ("2023-11-22T10:00:00Z", PartialDate(2023, 11, 22)),
        ("2023-11-22 10:00", PartialDate(2023, 11, 22)),
        ("Nov 2023", PartialDate(2023, 11)),
        ("Nov. 2023", PartialDate(2023, 11)),
        ("Sept 2011", PartialDate(2011, 9)),
        ("november 2023", PartialDate(2023, 11)),
        ("22 Nov 2023", PartialDate(2023, 11, 22)),
        ("November 22nd, 2023", PartialDate(2023, 11, 22)),
        ("11/22/2023", PartialDate(2023, 11, 22)),
        ("22/11/2023", PartialDate(2023, 11, 22)),
        ("11/11/2023", PartialDate(2023, 11, 11)),
        ("22.11.2023", PartialDate(2023, 11, 22)),
        ("1. 2. 2023", PartialDate(2023, 2, 1)),
    ],
)
def test_a_date_of_a_talk(text: str, given: PartialDate) -> None:
    assert parse_partial_date(text) == given


@pytest.mark.parametrize(
    "text",
    [
        "",
        "last year",
        "23",
        "2023-13",
        "2023-00",
        "2023-11-31",
        "2023-11-00",
        "31 Feb 2023",
        "Foo 2023",
        "1850",
        "Ma 2023",
        "11/12/2023",
        "22/22/2023",
        "11.22.2023",
        "22.11.23",
        "0/22/2023",
        "2/30/2023",
    ],
)
def test_what_is_no_date_of_a_talk(text: str) -> None:
    assert parse_partial_date(text) is None


@pytest.mark.parametrize(
    ("given", "iso"),
    [
        (PartialDate(2023), "2023"),
        (PartialDate(2023, 11), "2023-11"),
        (PartialDate(2023, 11, 2), "2023-11-02"),
    ],
)
def test_a_date_is_written_as_exactly_as_it_is_known(given: PartialDate, iso: str) -> None:
    assert given.iso == iso


@hold_for(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(1, 3))
def test_a_date_is_read_back(day: date, parts: int) -> None:
    given = PartialDate(*(day.year, day.month, day.day)[:parts])
    assert parse_partial_date(given.iso) == given
    assert given.earliest <= day <= given.latest


def test_dates_are_in_order_with_the_vague_ones_first() -> None:
    dates = [
        PartialDate(2024),
        PartialDate(2023, 2),
        PartialDate(2023),
        PartialDate(2023, 1, 1),
        PartialDate(2023, 1),
        PartialDate(2022, 12, 31),
    ]
    assert [given.iso for given in sorted(dates)] == ["2022-12-31", "2023", "2023-01", "2023-01-01", "2023-02", "2024"]


def test_a_vague_date_spans_its_days() -> None:
    assert (PartialDate(2024, 2).earliest, PartialDate(2024, 2).latest) == (date(2024, 2, 1), date(2024, 2, 29))
    assert PartialDate(2024, 2).exact is None
    assert PartialDate(2024, 2, 29).exact == date(2024, 2, 29)


def test_age_follows_from_the_two_dates() -> None:
    assert months_apart(PartialDate(2023, 11, 22), date(2026, 2, 1)) == ("2023-11", "2026-02")
    assert months_apart(PartialDate(1998), date(2025, 10, 26)) == ("1998", "2025-10")
    assert months_apart(PartialDate(2026, 2, 1), date(2026, 2, 28)) == ()
