"""Names that were probably meant: those that `difflib` finds, however many are known."""

from __future__ import annotations

import random
from difflib import get_close_matches

import pytest

from afterword.core.similarity import CUTOFF, MAX_LENGTH, NameIndex
from tests.cost.counter import count_work

WORDS = ("notes", "talk", "model", "python", "simple", "growing", "language", "web", "intro", "large", "boundaries")


def make_names(count: int) -> list[str]:
    """So many URLs as blogs have them, the same on each run."""
    chance = random.Random(count)
    return [f"/posts/{'-'.join(chance.sample(WORDS, chance.randint(2, 5)))}-{number}/" for number in range(count)]


def misspell(name: str, chance: random.Random) -> str:
    """A name with a letter or two that are wrong, missing or too many."""
    letters = list(name)
    for _ in range(chance.randint(1, 2)):
        at = chance.randrange(1, len(letters))
        letters[at : at + chance.randint(0, 1)] = chance.choice(("", "x", "e", "-"))
    return "".join(letters)


def find_with_difflib(name: str, known: list[str]) -> str | None:
    return next(iter(get_close_matches(name, known, n=1, cutoff=CUTOFF)), None)


@pytest.mark.parametrize("count", [1, 10, 60, 600])
def test_the_nearest_name_is_the_one_that_difflib_finds(count: int) -> None:
    known = make_names(count)
    index = NameIndex(known)
    chance = random.Random(7)

    for _ in range(40):
        name = misspell(chance.choice(known), chance)
        if name not in known:
            assert index.nearest(name) == find_with_difflib(name, known)


@pytest.mark.parametrize(
    ("name", "known", "nearest"),
    [
        ("Title-Case", ["title_case", "other"], "title_case"),
        ("tgas", ["tags", "date"], "tags"),
        ("nothing", ["tags", "date"], None),
        ("", ["tags"], None),
        ("tags", [], None),
        ("a" * MAX_LENGTH, ["b" * MAX_LENGTH, "a" * (MAX_LENGTH - 1)], "a" * (MAX_LENGTH - 1)),
        ("a" * (MAX_LENGTH + 1), ["a" * MAX_LENGTH], None),
    ],
)
def test_nearest(name: str, known: list[str], nearest: str | None) -> None:
    assert NameIndex(known).nearest(name) == nearest


def test_a_search_among_many_names_is_hardly_more_work_than_among_few() -> None:
    few, many = NameIndex(make_names(200)), NameIndex(make_names(3_200))
    few.nearest("/posts/x/")
    many.nearest("/posts/x/")  # makes the index

    less = count_work(lambda: few.nearest("/posts/notes-talk-pyhton/"), long=10_000)
    more = count_work(lambda: many.nearest("/posts/notes-talk-pyhton/"), long=10_000)
    assert more.lines < 2 * less.lines
