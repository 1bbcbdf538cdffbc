"""A template that does too much ends with an error at its line, and not with the machine's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.core.diagnostics import Exit
from afterword.templates import render_limits as bounds

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

POST = "-- posts/2026-01-01-a.md --\n# A\n"


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds that a small template reaches at once."""
    monkeypatch.setattr(bounds, "MAX_ITERATIONS", 10_000)
    monkeypatch.setattr(bounds, "MAX_TEXT", 100_000)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (
            "one\n{% for i in range(10**9) %}{% endfor %}",
            "`range` of 1,000,000,000 numbers, the limit is 100,000",
        ),
        (
            "{% for i in range(1000) %}\n{% for j in range(1000) %}{% endfor %}\n{% endfor %}",
            "loops run more than 10,000 times on this page",
        ),
        (
            (
                "{% macro row(i) %}\n{% for j in range(1000) %}{{ j }}{% endfor %}\n{% endmacro %}"
                "{% for i in range(1000) %}{{ row(i) }}{% endfor %}"
            ),
            "loops run more than 10,000 times on this page",
        ),
        (
            "{% for i in range(1000) %}\n{{ 'long enough' * 2000 }}\n{% endfor %}",
            "the page exceeds 100,000 characters",
        ),
        (
            "{% block all %}{% for i in range(1000) %}\n{{ 'long enough' * 2000 }}\n{% endfor %}{% endblock %}",
            "the page exceeds 100,000 characters",
        ),
        ("\n{{ 'a' * 10**9 }}", "the result is a text of more than 100,000 characters"),
        ("\n{{ 10**9 * [site] }}", "the result is a list of more than 100,000 items"),
        ("\n{{ 7 ** (7 ** 30) }}", "the result is a number with tens of thousands of digits"),
        ("\n{{ 7 ** 20000 * 7 ** 20000 }}", "the result is a number with tens of thousands of digits"),
        (
            (
                "{% set all = namespace(text='a') %}{% for i in range(60) %}\n"
                "{% set all.text = all.text ~ all.text %}{% endfor %}"
            ),
            "the result is a text of more than 100,000 characters",
        ),
        (
            (
                "{% set all = namespace(text=['a']) %}{% for i in range(60) %}\n"
                "{% set all.text = all.text + all.text %}{% endfor %}"
            ),
            "the result is a list of more than 100,000 items",
        ),
    ],
)
def test_a_template_that_does_too_much_is_an_error_at_its_line(blog: BlogMaker, template: str, said: str) -> None:
    made = blog(POST).write("templates/index.html", template)
    report = made.build(cache=False)
    assert report.exit_code is Exit.CONTENT
    (found,) = report.diagnostics
    assert found.place is not None
    assert (found.id, found.place.path, found.place.line, found.message) == (
        "template-error",
        "templates/index.html",
        2,
        said,
    )


def test_each_page_has_its_own_count(blog: BlogMaker) -> None:
    made = blog(POST).add("-- posts/2026-01-02-b.md --\n# B\n")
    made.write("templates/post.html", "{% for i in range(9000) %}{% if loop.last %}{{ i }}{% endif %}{% endfor %}")
    assert made.build(cache=False).diagnostics == ()
    assert made.page("/posts/b/") == "8999"


def test_operators_give_the_same_results_as_in_jinja(blog: BlogMaker) -> None:
    template = (
        "{{ 2 * 3 }} {{ 2 ** 8 }} {{ 2 ** -1 }} {{ 1.5 * 2 }} {{ '-' * 3 }} {{ 1 + 2 }} {{ '<' ~ 1 }} {{ [1] + [2] }}"
    )
    made = blog(POST).write("templates/post.html", template)
    assert made.build().diagnostics == ()
    assert made.page("/posts/a/") == "6 256 0.5 3.0 --- 3 &lt;1 [1, 2]"
