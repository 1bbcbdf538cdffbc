"""Which templates a template uses: all that its page must be made again for."""

from __future__ import annotations

import pytest

from afterword.templates.checks import Template, find_closures

OTHERS = {"base.html": "", "a.html": '{% include "b.html" %}', "b.html": "", "c.html": ""}


def closure(text: str) -> set[str]:
    """The closure of a template with this text, without itself."""
    templates = {name: Template(f"templates/{name}", other) for name, other in {**OTHERS, "page.html": text}.items()}
    return find_closures(templates)["page.html"] - {"page.html"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("<p>include it from there</p>{{ include }}", set()),
        ('{% extends "base.html" %}', {"base.html"}),
        ("{%- include 'b.html' -%}", {"b.html"}),
        ('{%+ include"c.html"+%}', {"c.html"}),
        ('{% include "a.html" %}', {"a.html", "b.html"}),
        ('{% include "missing.html" ignore missing %}', {"missing.html"}),
        ('{% include "b.html" without context %}', {"b.html"}),
        ('{% import "b.html" as b %}{% from "c.html" import c %}', {"b.html", "c.html"}),
        ('{% include ["b.html", "missing.html"] %}', {"b.html", "missing.html"}),
        ('{% include "b.html" %}\n{% include ("c.html", "base.html") %}', {"b.html", "c.html", "base.html"}),
        ('{% include "" %}', {""}),
        (r'{% include "b\u002ehtml" %}', {"b.html"}),
    ],
)
def test_the_names_of_templates_are_found(text: str, names: set[str]) -> None:
    assert closure(text) == names


@pytest.mark.parametrize(
    "text",
    [
        '{% include "b" ~ ".html" %}',
        '{% include "b.html" if page else "c.html" %}',
        '{% include "b.html"|lower %}',
        "{% extends page.kind %}",
        "{% include %}",
    ],
)
def test_a_name_that_is_computed_may_be_any(text: str) -> None:
    assert closure(text) == set(OTHERS)


def test_templates_that_include_each_other_have_the_same_closure() -> None:
    templates = {
        name: Template(name, f'{{% include "{other}" %}}')
        for name, other in (("a.html", "b.html"), ("b.html", "a.html"))
    }
    assert find_closures(templates) == {"a.html": {"a.html", "b.html"}, "b.html": {"a.html", "b.html"}}
