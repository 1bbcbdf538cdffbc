"""Texts that repeat one construct: the work of each grows as its length does, and stays small for each character.

Work is counted, not timed. A sixteenth of the texts is tried each time, all by `make soak` (`AFTERWORD_SHAPES`); `make
cost` measures how long they take.
"""

from __future__ import annotations

import os

import pytest

from tests.cost.constructs import Shape, list_shapes
from tests.cost.counter import count_work
from tests.cost.work import process

COUNT = int(os.environ.get("AFTERWORD_SHAPES", "150"))
SHAPES = list_shapes()

SHORT, LONG = 500, 2_000
"""The characters of the texts that are compared."""

MOST_GROWTH = 8
"""By how many times the lines of Python that the longer text takes may be more than those of the shorter: four times,
and what begins only in a longer one. It would be sixteen times if the work grew with the square of the length."""

MOST_LINES = 600
"""Lines of Python for each character of a text, at most: 200,000 characters then take some two seconds."""

MOST_SCANS = 200
"""How often all of a text may be scanned."""

NEARLY_ALL = 1_500
"""Characters from which a scan counts: the sentences around links are shorter."""


def choose() -> list[Shape]:
    """So many shapes, from all kinds of constructs."""
    return SHAPES[:: max(1, len(SHAPES) // COUNT)]


@pytest.mark.parametrize("shape", choose(), ids=str)
def test_work_grows_with_the_length_of_a_text(shape: Shape) -> None:
    process(shape, 100)  # loads what is loaded once
    short = count_work(lambda: process(shape, SHORT), long=NEARLY_ALL)
    long = count_work(lambda: process(shape, LONG), long=NEARLY_ALL)

    assert long.lines <= MOST_GROWTH * short.lines
    assert long.lines <= MOST_LINES * LONG
    assert long.scanned <= MOST_SCANS * LONG


def test_lines_and_scans_are_counted() -> None:
    text = "word " * 1_000

    def look() -> None:
        for _ in range(200):
            text.count(" ")

    work = count_work(look, long=LONG)
    assert work.lines > 2 * 200
    assert work.scanned == 200 * len(text)
