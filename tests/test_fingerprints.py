"""Stamps: when what the file system says of a file is enough."""

from __future__ import annotations

import pytest

from afterword.core.fingerprints import Known, Stamp, is_settled, split_by_age

SECOND = 1_000_000_000
THEN = 1_700_000_000 * SECOND


@pytest.mark.parametrize(
    ("written", "changed", "age", "settled"),
    [
        (THEN, THEN, 1_900_000_000, False),
        (THEN, THEN, 2_100_000_000, True),
        (THEN + 1, THEN + 1, 90_000_000, False),
        (THEN + 1, THEN + 1, 110_000_000, True),
        (THEN, THEN + 1, 1_900_000_000, False),
        (THEN + 1, THEN, 1_900_000_000, False),
        (THEN - SECOND + 1, THEN + 1, 90_000_000, False),
        (THEN + 1, THEN - SECOND + 1, 90_000_000, False),
        (THEN + 1, THEN + 1, -SECOND, False),
    ],
)
def test_a_stamp_settles_in_the_time_of_its_clock(written: int, changed: int, age: int, settled: bool) -> None:
    """Times in whole seconds may be those of a clock that knows no others."""
    assert is_settled(Stamp(1, written, changed, 7), THEN + age) is settled


def test_files_are_parted_by_age() -> None:
    old, new = Known(Stamp(1, THEN, THEN, 1), "a"), Known(Stamp(1, THEN + 9 * SECOND, THEN, 2), "b")
    assert split_by_age({"old": old, "new": new}, THEN + 10 * SECOND) == ({"old": old}, {"new": new})
