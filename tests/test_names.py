"""Names are shown as they are written, and compared without case, marks and punctuation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.core.names import find_near_duplicates, fold_name, make_names, tidy_name


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("José Valim", "jose valim"),
        ("Łukasz Langa", "Lukasz Langa"),
        ("Jean-Luc", "Jean Luc"),
        ("Guy L. Steele", "Guy L Steele"),
        ("O’Connell", "OConnell"),
        ("ＡＤＡ", "Ada"),
        ("Søren Straße", "Soren Strasse"),
    ],
)
def test_spellings_of_one_name(name: str, other: str) -> None:
    assert fold_name(name) == fold_name(other)
    assert find_near_duplicates([name, other, name]) == [(tidy_name(name), tidy_name(other))]


@pytest.mark.parametrize(
    ("name", "other"), [("J.P. Smith", "J. P. Smith"), ("Py-Con US", "PyCon US"), ("Clojure/conj", "ClojureConj")]
)
def test_names_that_differ_in_spaces_are_near(name: str, other: str) -> None:
    assert find_near_duplicates([name, other]) == [(name, other)]
    assert make_names({name: []}).choose(other) == name


@pytest.mark.parametrize(
    ("name", "other"),
    [
        *(("Ada", "Ida"), ("李雷", "李磊"), ("???", "!!!"), ("Андрей", "Андрея")),
        *(("C#Now", "C++Now"), ("C# Man", "C Man"), ("C++", "C"), ("Q&A", "QA")),
    ],
)
def test_different_names(name: str, other: str) -> None:
    assert find_near_duplicates([name, other]) == []


@given(st.text())
def test_folding_is_stable(name: str) -> None:
    assert fold_name(tidy_name(name)) == fold_name(name)
    assert tidy_name(tidy_name(name)) == tidy_name(name)


def test_a_name_without_an_alias_stays() -> None:
    names = make_names({"Ada Lovelace": ["Ada"]})
    assert [names.choose(name) for name in ("ada", "ADA  LOVELACE", "Grace  Hopper")] == [
        "Ada Lovelace",
        "Ada Lovelace",
        "Grace Hopper",
    ]
