"""Dates: one grammar for writers, `strftime` with English names for pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.core.dates import BadDate, BadPattern, format_date, parse_date, parse_loose_date, rfc3339

BERLIN = ZoneInfo("Europe/Berlin")
MOMENT = datetime(2026, 2, 1, 9, 5, 7, 123456, UTC)


@pytest.mark.parametrize("text", ["2026-02-01", "2026-2-1", " 2026-02-01 "])
def test_a_day_begins_at_midnight_in_the_zone_of_the_blog(text: str) -> None:
    assert parse_date(text, BERLIN) == (datetime(2026, 2, 1, tzinfo=BERLIN), True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-02-01 10:00", "2026-02-01T10:00:00+01:00"),
        ("2026-02-01 9:05", "2026-02-01T09:05:00+01:00"),
        ("2026-02-01 10:00:30", "2026-02-01T10:00:30+01:00"),
        ("2026-02-01T10:00:30", "2026-02-01T10:00:30+01:00"),
        ("2026-02-01t10:00:30z", "2026-02-01T10:00:30+00:00"),
        ("2026-02-01T10:00:30.25Z", "2026-02-01T10:00:30+00:00"),
        ("2026-02-01T10:00:30+02:00", "2026-02-01T10:00:30+02:00"),
        ("2026-02-01 10:00:30 +0200", "2026-02-01T10:00:30+02:00"),
        ("2026-02-01 10:00 -05:30", "2026-02-01T10:00:00-05:30"),
        ("2026-02-01 10:00 +02", "2026-02-01T10:00:00+02:00"),
        ("2026-07-01 10:00", "2026-07-01T10:00:00+02:00"),
    ],
)
def test_a_time_without_offset_is_the_clocks_in_the_zone_of_the_blog(text: str, expected: str) -> None:
    moment, date_only = parse_date(text, BERLIN)
    assert (rfc3339(moment), date_only) == (expected, False)


def test_fractions_of_a_second_are_kept() -> None:
    assert parse_date("2026-02-01 10:00:00.5", UTC)[0].microsecond == 500_000
    assert parse_date("2026-02-01 10:00:00.123456789", UTC)[0].microsecond == 123_456


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-02-30", "invalid date `2026-02-30`: February 2026 has 28 days"),
        ("2026-04-31", "invalid date `2026-04-31`: April 2026 has 30 days"),
        ("2026-02-00", "invalid date `2026-02-00`: February 2026 has 28 days"),
        ("2026-13-01", "invalid date `2026-13-01`: there is no month 13"),
        ("2026-00-01", "invalid date `2026-00-01`: there is no month 0"),
        ("1899-12-31", "invalid date `1899-12-31`: the year must be 1900 to 2199"),
        ("2200-01-01 10:00", "invalid date `2200-01-01 10:00`: the year must be 1900 to 2199"),
        ("2026-02-01 24:00", "invalid date `2026-02-01 24:00`: invalid time 24:00"),
        ("2026-02-01 10:60", "invalid date `2026-02-01 10:60`: invalid time 10:60"),
        ("2026-02-01 10:00:60", "invalid date `2026-02-01 10:00:60`: invalid time 10:00:60"),
        (
            "2026-02-01 10:00 +25:00",
            "invalid date `2026-02-01 10:00 +25:00`: unknown UTC offset +25:00",
        ),
        ("2026-02-01 10:00 +01:60", "invalid date `2026-02-01 10:00 +01:60`: unknown UTC offset +01:60"),
        ("01.02.2026", "invalid date `01.02.2026`"),
        ("Feb 1, 2026", "invalid date `Feb 1, 2026`"),
        ("12:34", "invalid date `12:34`"),
        ("20260201", "invalid date `20260201`"),
        ("2026-02", "invalid date `2026-02`"),
        ("26-02-01", "invalid date `26-02-01`"),
        ("2026-02-01 10", "invalid date `2026-02-01 10`"),
        ("2026-02-01 10:00 CET", "invalid date `2026-02-01 10:00 CET`"),
        ("٢٠٢٦-٠٢-٠١", "invalid date `٢٠٢٦-٠٢-٠١`"),
        ("", "invalid date ``"),
        ("2026-02-01\n" + "x" * 90, "invalid date `2026-02-01 " + "x" * 49 + "…`"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(BadDate) as caught:
        parse_date(text, UTC)
    assert str(caught.value) == message


@given(st.text(alphabet="0123456789-: TZ+.٣", max_size=30))
def test_any_text_is_a_date_or_is_refused(text: str) -> None:
    try:
        moment, _ = parse_date(text, BERLIN)
    except BadDate:
        return
    assert 1900 <= moment.year < 2200
    assert moment.utcoffset() is not None


@given(st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
def test_what_is_written_for_machines_is_read_back(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    assert parse_date(rfc3339(whole), UTC)[0].timestamp() == whole.timestamp()


def test_machines_read_an_offset_of_whole_minutes() -> None:
    assert rfc3339(datetime(2026, 2, 1, tzinfo=UTC)) == "2026-02-01T00:00:00+00:00"
    amsterdam = timezone(timedelta(minutes=19, seconds=32))
    assert rfc3339(datetime(1900, 6, 1, 12, tzinfo=amsterdam)) == "1900-06-01T11:40:28+00:00"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%-d %B %Y", "1 February 2026"),
        ("%d/%m/%y", "01/02/26"),
        ("%A, %b %e", "Sunday, Feb  1"),
        ("%a %h", "Sun Feb"),
        ("%^b %^A", "FEB SUNDAY"),
        ("%j %-j", "032 32"),
        ("%G-W%V-%u", "2026-W05-7"),
        ("%U %W %w", "05 04 0"),
        ("%H:%M:%S.%L", "09:05:07.123"),
        ("%f", "123456"),
        ("%I:%M %p, %-I %P", "09:05 AM, 9 am"),
        ("%k|%l|%_m|%0e", " 9| 9| 2|01"),
        ("%z %:z %Z", "+0000 +00:00 UTC"),
        ("%s", "1769936707"),
        ("%F %T", "2026-02-01 09:05:07"),
        ("%D %R", "02/01/26 09:05"),
        ("%c", "Sun Feb  1 09:05:07 2026"),
        ("%x %X %r", "02/01/26 09:05:07 09:05:07 AM"),
        ("%C %g", "20 26"),
        ("100%%", "100%"),
        ("%%d", "%d"),
        ("%n%t", "\n\t"),
        ("le %-d", "le 1"),
    ],
)
def test_patterns(pattern: str, text: str) -> None:
    assert format_date(MOMENT, pattern) == text


@pytest.mark.parametrize("pattern", ["%Q", "%", "%-", "%é", "%E", "%:a", "%\n"])
def test_an_unknown_directive_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern, match="unknown date directive"):
        format_date(MOMENT, f"on {pattern}")


@given(st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)))  # noqa: DTZ001
def test_numbers_are_those_of_the_c_library(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    for directive in "YymdjHIMSGVUWuwf":
        assert format_date(aware, f"%{directive}") == aware.strftime(f"%{directive}")


@pytest.mark.parametrize("hour", [0, 11, 12, 23])
def test_the_hours_of_a_half_day(hour: int) -> None:
    moment = MOMENT.replace(hour=hour)
    assert format_date(moment, "%-I %p") == {0: "12 AM", 11: "11 AM", 12: "12 PM", 23: "11 PM"}[hour]


def test_negative_offsets() -> None:
    moment = datetime(2026, 2, 1, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
    assert format_date(moment, "%z") == "-0330"


def test_equal_moments_of_two_zones_are_written_as_the_clocks_there_show() -> None:
    moment = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    assert format_date(moment, "%H:%M %Z") == "00:30 UTC"
    assert format_date(moment.astimezone(BERLIN), "%H:%M %Z") == "02:30 CEST"
    assert format_date((moment + timedelta(hours=1)).astimezone(BERLIN), "%H:%M %Z") == "02:30 CET"


def test_names_are_english_whatever_the_locale() -> None:
    names = [format_date(MOMENT.replace(month=month), "%B") for month in range(1, 13)]
    assert names[0] == "January"
    assert len(set(names)) == 12
    days = [format_date(MOMENT.replace(day=day), "%A") for day in range(2, 9)]
    assert days == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@pytest.mark.parametrize(
    "text",
    [
        *("2026/2/1", "2026/02/01 10:00", "Feb 1, 2026", "Feb 01 2026", "February 1, 2026", "1 February 2026"),
        *("1. Feb. 2026", "Sun, 01 Feb 2026 10:00:00 GMT", "Sun Feb 01 2026 10:00:00 GMT+0100", "2026-02-01"),
    ],
)
def test_other_generators_write_days_in_other_ways(text: str) -> None:
    assert parse_loose_date(text, BERLIN) == (datetime(2026, 2, 1, tzinfo=BERLIN), True)


def test_a_loose_date_with_a_time_of_the_grammar_keeps_it() -> None:
    assert parse_loose_date("2026-02-01T10:00:00.000Z", BERLIN) == (datetime(2026, 2, 1, 10, tzinfo=UTC), False)


@pytest.mark.parametrize("text", ["2026", "02/01/2026", "Foo 1, 2026", "Feb 30, 2026", "soon", "", "1 May", "May 2026"])
def test_what_names_no_day_for_sure_is_no_loose_date(text: str) -> None:
    with pytest.raises(BadDate):
        parse_loose_date(text, BERLIN)
