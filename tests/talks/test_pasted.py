"""Chapters are found in pasted texts as a person would.

Each file of `tests/chapters` is a text, a line `====`, and its chapters: one per line with its group in brackets and
its link in angle brackets, then corrections, skipped and duplicate rows; or `none`. `descriptions.expected` has the
same for those real descriptions, by number, that the prototype beside them parsed differently from a person.
"""

from __future__ import annotations

import json
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.talks.chapters import MIN_MEDIAN_SECONDS, Chapter, ChapterList, parse_chapters
from afterword.talks.timestamps import TimeRange, format_time_range, format_timestamp
from tests.conftest import DATA

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

FIXTURES = sorted((Path(__file__).parents[1] / "chapters").glob("*.txt"))
REAL = DATA / "chapters" / "descriptions.jsonl"
EXPECTED = Path(__file__).parents[1] / "chapters" / "descriptions.expected"


def show(chapters: ChapterList) -> str:
    """Returns a chapter list in the notation of the fixtures."""
    lines = [
        *(show_chapter(chapter) for chapter in chapters.chapters),
        *(f"correction {show_chapter(chapter)}" for chapter in chapters.corrections),
        *(f"skipped {show_chapter(chapter)}" for chapter in chapters.skipped),
        *(f"doubled {show_chapter(chapter)}" for chapter in chapters.duplicates),
    ]
    return "\n".join(lines) or ("transcript" if chapters.is_transcript else "none")


def show_chapter(chapter: Chapter) -> str:
    group = f" [{chapter.group}]" if chapter.group else ""
    url = f" <{chapter.url}>" if chapter.url else ""
    return f"{format_time_range(TimeRange(chapter.seconds, chapter.end))} {chapter.title}{group}{url}"


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_pasted_text(path: Path) -> None:
    text, expected = path.read_text().split("\n====\n")
    assert show(parse_chapters(text)) == expected.strip()


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_windows_line_ends_change_nothing(path: Path) -> None:
    text = path.read_text().partition("\n====\n")[0]
    assert parse_chapters(text.replace("\n", "\r\n")) == parse_chapters(text)


def test_an_end_before_the_beginning_is_none() -> None:
    entries = [{"startTime": start, "endTime": end, "title": "A"} for start, end in ((0, 0), (60, 30), (120, 100))]
    assert [chapter.end for chapter in parse_chapters(json.dumps(entries)).chapters] == [None] * 3


def test_of_two_chapters_of_a_file_in_one_second_the_first_counts() -> None:
    entries = [{"startTime": start, "title": title} for start, title in ((0, "A"), (60, "B"), (60.5, "C"), (120, "D"))]
    found = parse_chapters(json.dumps({"chapters": entries}))
    assert [chapter.title for chapter in found.chapters] == ["A", "B", "D"]
    assert [chapter.title for chapter in found.duplicates] == ["C"]


def real_descriptions() -> list[ParameterSet]:
    """Yields each description with its chapters: those of the prototype, or the corrected ones."""
    cases = []
    written = {
        int(section.split("\n", 1)[0]): section.split("\n", 1)[1].strip()
        for section in EXPECTED.read_text().removeprefix("== ").split("\n== ")
    }
    for number, line in enumerate(REAL.read_text().splitlines(), 1):
        data = json.loads(line)
        prototype = ChapterList(tuple(Chapter(seconds, title) for seconds, title in data["chapters"]))
        cases.append(pytest.param(data["text"], written.get(number) or show(prototype), id=f"description {number}"))
    return cases


@pytest.mark.parametrize(("text", "expected"), real_descriptions())
def test_a_real_description_is_read_as_a_person_reads_it(text: str, expected: str) -> None:
    assert show(parse_chapters(text)) == expected


@given(st.text(alphabet=st.sampled_from("0123456789:.-–[]()*_`<>|+=#\n AaЯ→ap m"), max_size=400))
def test_whatever_is_pasted_chapters_ascend_and_have_titles(text: str) -> None:
    found = parse_chapters(text)
    times = [chapter.seconds for chapter in found.chapters]
    assert times == sorted(set(times))
    assert all(chapter.title for chapter in found.chapters)


@st.composite
def chapter_lists(draw: st.DrawFn) -> tuple[Chapter, ...]:
    words = st.text(alphabet="abcdefgäößжλ", min_size=2, max_size=8)
    titles = draw(st.lists(st.lists(words, min_size=1, max_size=4).map(" ".join), min_size=3, max_size=12))
    lengths = draw(st.lists(st.integers(MIN_MEDIAN_SECONDS, 3_000), min_size=len(titles) - 1, max_size=len(titles) - 1))
    return tuple(Chapter(seconds, title) for seconds, title in zip(accumulate([0, *lengths]), titles, strict=True))


@given(
    chapter_lists(), st.sampled_from(["{time} {title}", "- [{time}] {title}", "{title} - {time}", "{time} | {title}"])
)
def test_a_list_is_read_back_in_every_form(chapters: tuple[Chapter, ...], form: str) -> None:
    if chapters[-1].seconds < 60:
        return
    text = "\n".join(form.format(time=format_timestamp(part.seconds), title=part.title) for part in chapters)
    assert parse_chapters(text) == ChapterList(chapters)


@given(chapter_lists())
def test_a_chapters_file_is_read_back(chapters: tuple[Chapter, ...]) -> None:
    data = {"version": "1.2.0", "chapters": [{"startTime": part.seconds, "title": part.title} for part in chapters]}
    assert parse_chapters(json.dumps(data)) == ChapterList(chapters)


@pytest.mark.parametrize(
    "text", ["", "{", "[1, 2]", '{"chapters": 3}', '{"chapters": [{"startTime": "0", "title": "x"}]}']
)
def test_what_is_no_chapters_file_has_no_chapters(text: str) -> None:
    assert parse_chapters(text) == ChapterList()
