"""Timestamps are whole seconds, in all formats of texts and URLs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.talks.timestamps import (
    TimeRange,
    find_invalid_url_time,
    find_url_time,
    format_time_range,
    format_timestamp,
    parse_time_range,
    parse_timestamp,
    parse_url_time,
    split_timestamp,
)

SECONDS = st.integers(0, 99 * 3600)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0:00", 0), ("12:34", 754), ("1:02:03", 3723), ("75:03", 4503), ("01:00:00", 3600), (" 0:07 ", 7)],
)
def test_a_moment(text: str, seconds: int) -> None:
    assert parse_timestamp(text) == seconds


@pytest.mark.parametrize("text", ["", "12", "12:3", "1:2:3", "12:60", "1:60:00", "12:34.5", "-1:00", "a:bc", "1:٠٠"])
def test_what_is_no_moment(text: str) -> None:
    assert parse_timestamp(text) is None


@pytest.mark.parametrize("dash", ["-", "–", "—", " – "])
def test_a_span(dash: str) -> None:
    assert parse_time_range(f"12:34{dash}15:00") == TimeRange(754, 900)


def test_a_span_may_have_no_end() -> None:
    assert parse_time_range("12:34") == TimeRange(754)


@pytest.mark.parametrize("text", ["15:00-12:34", "12:34-12:34", "12:34-", "12:34-5", "12:34 15:00"])
def test_what_is_no_span(text: str) -> None:
    assert parse_time_range(text) is None


@given(SECONDS)
def test_a_moment_is_read_back(seconds: int) -> None:
    assert parse_timestamp(format_timestamp(seconds)) == seconds


@given(SECONDS, st.integers(1, 3599))
def test_a_span_is_read_back(start: int, length: int) -> None:
    assert parse_time_range(format_time_range(TimeRange(start, start + length))) == TimeRange(start, start + length)


@pytest.mark.parametrize(
    ("heading", "text", "span"),
    [
        ("Tool use [27:43]", "Tool use", TimeRange(1663)),
        ("Tool use [27:43–33:32]", "Tool use", TimeRange(1663, 2012)),
        ("Tool use", "Tool use", None),
        ("Tool use [27:43] and more", "Tool use [27:43] and more", None),
        ("Tool use [33:32–27:43]", "Tool use [33:32–27:43]", None),
        ("[0:20]", "[0:20]", None),
        ("[27:43] Tool use", "Tool use", TimeRange(1663)),
        ("[27:43–33:32]: Tool use ", "Tool use", TimeRange(1663, 2012)),
        ("[27:43] – Tool use", "Tool use", TimeRange(1663)),
        ("[27:43] -5 degrees", "-5 degrees", TimeRange(1663)),
        ("[27:43] Tool use [33:32]", "[27:43] Tool use", TimeRange(2012)),
        ("[27:43](https://example.org/) Tool use", "[27:43](https://example.org/) Tool use", None),
        (r"Tool use \[27:43]", r"Tool use \[27:43]", None),
        (r"\[27:43] Tool use", r"\[27:43] Tool use", None),
        ("Tool use[27:43]", "Tool use[27:43]", None),
        ("Орудия[27:43]", "Орудия[27:43]", None),
        ("道具を使う[27:43]", "道具を使う", TimeRange(1663)),
        ("データベース[27:43]", "データベース", TimeRange(1663)),
        ("使用工具【续】[27:43–33:32]", "使用工具【续】", TimeRange(1663, 2012)),
        ("ＧＰＴ２[27:43]", "ＧＰＴ２", TimeRange(1663)),
        ("도구 사용[27:43]", "도구 사용", TimeRange(1663)),
        ("การใช้เครื่องมือ[27:43]", "การใช้เครื่องมือ", TimeRange(1663)),
    ],
)
def test_a_stamp_leaves_a_heading(heading: str, text: str, span: TimeRange | None) -> None:
    assert split_timestamp(heading) == (text, span)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("754", 754),
        ("754s", 754),
        ("754.9", 754),
        ("12m34s", 754),
        ("12m", 720),
        ("1h2m3s", 3723),
        ("0h5m04s", 304),
        ("01:59.00", 119),
        ("1:02:03", 3723),
        ("npt:754", 754),
        ("754,800", 754),
        (",800", 0),
    ],
)
def test_a_time_in_a_url(text: str, seconds: int) -> None:
    assert parse_url_time(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "1x", "12:34:56:78", "s", "clock:2020", "-5"])
def test_what_is_no_time_in_a_url(text: str) -> None:
    assert parse_url_time(text) is None


@pytest.mark.parametrize(
    ("url", "seconds"),
    [
        ("https://www.youtube.com/watch?v=zjkBMFhNj_g&t=754s", 754),
        ("https://youtu.be/zjkBMFhNj_g?t=12m34s", 754),
        ("https://www.youtube.com/embed/zjkBMFhNj_g?start=754", 754),
        ("https://vimeo.com/36579366#t=12m34s", 754),
        ("talk.mp4#t=01:59.00", 119),
        ("#t=12:34", 754),
        ("https://www.youtube.com/watch?v=zjkBMFhNj_g", None),
        ("https://example.org/?t=soon", None),
        ("https://[", None),
    ],
)
def test_the_time_of_a_url(url: str, seconds: int | None) -> None:
    assert find_url_time(url) == seconds


@given(st.text())
def test_any_text_can_be_asked_for_a_time(text: str) -> None:
    for found in (parse_timestamp(text), parse_url_time(text), find_url_time(text)):
        assert found is None or found >= 0


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("#t=1:75", "t=1:75"),
        ("https://youtu.be/zjkBMFhNj_g?t=foo", "t=foo"),
        ("https://youtu.be/zjkBMFhNj_g?start=x&t=20", None),
        ("https://youtu.be/zjkBMFhNj_g?si=foo", None),
        ("talk.mp4#t=12:34", None),
        ("talk.mp4#time", None),
        ("https://[", None),
    ],
)
def test_what_a_url_has_in_place_of_a_moment(url: str, written: str | None) -> None:
    assert find_invalid_url_time(url) == written
