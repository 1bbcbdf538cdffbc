"""Talks are checked against the notes on them, and against each other."""

from __future__ import annotations

from datetime import date

from afterword.core.diagnostics import Place
from afterword.talks.model import Talk
from afterword.talks.partial_dates import PartialDate
from afterword.talks.resolve import check_chapters, check_date, check_similar_names, check_timestamps
from afterword.talks.timestamps import Length

PLACES = [Place("posts/x.md", line) for line in range(1, 5)]


def test_notes_do_not_come_before_the_talk() -> None:
    for given in (None, PartialDate(2026), PartialDate(2026, 2), PartialDate(2026, 2, 1)):
        assert check_date(Talk(date=given), date(2026, 2, 1), PLACES[0]) == ()
    (finding,) = check_date(Talk(date=PartialDate(2026, 3)), date(2026, 2, 1), PLACES[0])
    assert finding.id == "talk-after-notes"
    assert "(2026-03)" in finding.message


def test_a_moment_is_within_the_recording() -> None:
    moments = [(600, PLACES[0]), (601, PLACES[1])]
    (finding,) = check_timestamps(Talk(length=Length(600)), moments)
    assert (finding.id, finding.place) == ("timestamp-out-of-range", PLACES[1])
    assert "timestamp 10:01 is after the end of the talk (10:00)" in finding.message
    assert check_timestamps(Talk(), moments) == ()
    assert check_timestamps(Talk(length=Length(600, rounded=True)), moments) == ()


def test_chapters_ascend() -> None:
    findings = check_chapters([(0, PLACES[0]), (60, PLACES[1]), (60, PLACES[2]), (90, PLACES[3])])
    assert [(finding.id, finding.place) for finding in findings] == [("chapter-order", PLACES[2])]


def test_near_duplicates_name_both_places() -> None:
    names = {"José Valim": PLACES[0], "Ada": PLACES[1], "Jose Valim": PLACES[2]}
    (finding,) = check_similar_names("speaker", names)
    assert (finding.id, finding.place) == ("near-duplicate", PLACES[2])
    assert finding.related[0][0] == PLACES[0]
