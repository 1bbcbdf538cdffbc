"""Lengths are parsed in many formats, exact or rounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.talks.timestamps import Length, format_iso, format_length, format_words, parse_length

SECONDS = st.integers(0, 99 * 3600)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("59:48", 3588),
        ("1:56:20", 6980),
        ("3588", 3588),
        ("PT59M48S", 3588),
        ("PT1H", 3600),
        ("P1DT1H", 90_000),
        ("1h 56m 20s", 6980),
        ("1:30", 90),
    ],
)
def test_a_length_to_the_second(text: str, seconds: int) -> None:
    assert parse_length(text) == Length(seconds)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1hr", 60),
        ("2 hrs", 120),
        ("60 min", 60),
        ("60min.", 60),
        ("90-minute", 90),
        ("1h56m", 116),
        ("1h56", 116),
        ("1 hour and 30 minutes", 90),
        ("1.5 h", 90),
        ("about 42 min", 42),
        ("~42 minutes", 42),
        ("ca. 1 h", 60),
        ("about 59:00", 59),
        ("one hour", 60),
        ("An hour", 60),
        ("two hours", 120),
        ("half an hour", 30),
        ("a half-hour", 30),
        ("an hour and a half", 90),
        ("two and a half hours", 150),
        ("1 hour and a half", 90),
        ("about an hour", 60),
        ("one hour and twenty minutes", 80),
        ("forty-five minutes", 45),
    ],
)
def test_a_rounded_length(text: str, minutes: int) -> None:
    assert parse_length(text) == Length(minutes * 60, rounded=True)


@pytest.mark.parametrize(
    "text",
    [
        *("", "long", "about", "1:2", "5 potatoes", "PT", "P", "min", "1.5", "-5 min", "1 h " * 30, "²"),
        *("one", "an", "one talk", "half", "an hour or so ago", "the hour", "and a half", "happy hour", "banana hours"),
    ],
)
def test_what_is_no_length(text: str) -> None:
    assert parse_length(text) is None


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (Length(3588), "59:48"),
        (Length(3600, rounded=True), "about 1 h"),
        (Length(6960, rounded=True), "about 1 h 56 min"),
        (Length(2520, rounded=True), "about 42 min"),
    ],
)
def test_a_length_is_shown_as_exactly_as_it_is_known(length: Length, shown: str) -> None:
    assert format_length(length) == shown
    assert parse_length(shown) == length


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(45, "45 s"), (754, "13 min"), (3588, "1 h"), (6980, "1 h 56 min"), (35_999, "10 h"), (118_800, "33 h")],
)
def test_seconds_in_words(seconds: int, words: str) -> None:
    assert format_words(seconds) == words


@pytest.mark.parametrize(("seconds", "iso"), [(754, "PT12M34S"), (3600, "PT1H"), (3601, "PT1H1S"), (0, "PT0S")])
def test_seconds_as_iso(seconds: int, iso: str) -> None:
    assert format_iso(seconds) == iso


@given(SECONDS)
def test_machines_notation_is_read_back(seconds: int) -> None:
    assert parse_length(format_iso(seconds)) == Length(seconds)


@given(SECONDS)
def test_clock_notation_is_read_back(seconds: int) -> None:
    assert parse_length(format_length(Length(seconds))) == Length(seconds)


@given(st.integers(1, 599))
def test_a_rounded_length_is_read_back(minutes: int) -> None:
    length = Length(minutes * 60, rounded=True)
    assert parse_length(format_length(length)) == length


def test_a_rounded_length_leaves_room() -> None:
    assert Length(3600, rounded=True).longest == 4500
    assert Length(3600).longest == 3600


@given(st.text())
def test_any_text_can_be_asked_for_a_length(text: str) -> None:
    found = parse_length(text)
    assert found is None or found.seconds >= 0
