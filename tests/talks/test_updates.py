"""An update is recognised by its heading, and dated by the date in it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Place
from afterword.talks.partial_dates import PartialDate
from afterword.talks.updates import Update, find_update, last_update, parse_updates

if TYPE_CHECKING:
    from afterword.core.structs import Value


@pytest.mark.parametrize(
    ("heading", "given"),
    [
        ("What's Changed Since 2023", None),
        ("What has changed since", None),
        ("What’s new since November 2023?", None),
        ("What changed", None),
        ("Update", None),
        ("Update 2026-05-01", PartialDate(2026, 5, 1)),
        ("Updates (May 2026)", PartialDate(2026, 5)),
        ("Updated on 3 May 2026", PartialDate(2026, 5, 3)),
        ("Update: a reply from the speaker", None),
        ("Update, May 3rd, 2026: a reply", PartialDate(2026, 5, 3)),
        ("Update 2026-05-01: what changed since 2023-11-22", PartialDate(2026, 5, 1)),
        ("Corrections", None),
        ("Errata", None),
        ("Addendum – a benchmark", None),
    ],
)
def test_the_heading_of_an_update(heading: str, given: PartialDate | None) -> None:
    assert find_update(heading) == Update(given, heading)


@pytest.mark.parametrize(
    "heading",
    [
        *("Updating the model", "Updates in place", "Update-in-place", "Edit distance", "Correction factors", ""),
        *(
            "What changed in Python 3",
            "What is new",
            "The update 2026-05-01",
            "PSF",
            "Where I disagree, and what has changed",
        ),
    ],
)
def test_another_heading(heading: str) -> None:
    assert find_update(heading) is None


def test_updates_in_front_matter() -> None:
    found = parse_updates(({"date": "2026-05-01", "note": "a  reply"}, {"date": "May 2026"}, "2026-06-01"), "x.md")
    assert found.diagnostics == ()
    assert found.updates == (
        Update(PartialDate(2026, 5, 1), "a reply"),
        Update(PartialDate(2026, 5), ""),
        Update(PartialDate(2026, 6, 1), ""),
    )


@pytest.mark.parametrize("entry", [{"note": "x"}, {"date": "soon"}, ("2026-05-01",), None])
def test_an_update_without_a_date_is_an_error_at_its_place(entry: Value) -> None:
    place = Place("x.md", 9, 3)
    found = parse_updates(("2026-05-01", entry), "x.md", {"updates[1]": place})
    assert [(finding.id, finding.place) for finding in found.diagnostics] == [("invalid-date", place)]
    assert len(found.updates) == 1


def test_no_updates() -> None:
    assert parse_updates(None, "x.md").updates == ()


def test_only_a_day_says_when_the_notes_changed_last() -> None:
    days = [
        Update(PartialDate(2026, 5, 1), ""),
        Update(PartialDate(2026, 4, 30), ""),
        Update(PartialDate(2027), ""),
        Update(None, ""),
    ]
    assert last_update(days) == date(2026, 5, 1)
    assert last_update(days[2:]) is None
