"""What templates may touch: nothing that is hidden from them, by whatever name they come to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

POST = "-- posts/2026-01-01-a.md --\n# A\n"


@pytest.mark.parametrize(
    "expression",
    [
        "page._recorder",
        'page["_recorder"]',
        'page["_rec" ~ "order"]',
        '[page]|map(attribute="_recorder")|list',
        '[page]|selectattr("_recorder")|list',
        '"{0._recorder}".format(page)',
        '"{page._recorder.edition}".format_map({"page": page})',
        '("{0._recorder}"|safe).format(page)',
    ],
)
def test_what_is_hidden_stays_so_whatever_names_it(blog: BlogMaker, expression: str) -> None:
    """What was read in secret would not be known when it changes, and its text would differ in each build."""
    made = blog(POST).write("templates/post.html", f"{{{{ {expression} }}}}")
    (found,) = made.build().diagnostics
    assert (found.id, str(found.place)) in {
        ("template-syntax", "templates/post.html:1"),
        ("template-error", "templates/post.html:1"),
    }


@pytest.mark.parametrize("expression", ["csp", "range", "cycler", "word", "page.title.upper"])
def test_a_function_is_not_text(blog: BlogMaker, expression: str) -> None:
    made = blog(POST).write("templates/post.html", f"{{% macro word() %}}x{{% endmacro %}}{{{{ {expression} }}}}")
    (found,) = made.build().diagnostics
    assert (found.id, found.message) == ("template-error", "a function cannot be printed")


def test_texts_are_filled_as_ever(blog: BlogMaker) -> None:
    template = (
        '{{ "{:02d} {}".format(3, post.title) }} {{ "{0.title}".format(post) }} {{ "{a}".format_map({"a": "<"}) }} '
        '{{ ("<b>{}</b>"|safe).format("<") }}{{ "!" if not post }}'
    )
    made = blog(POST).write("templates/post.html", template)
    assert made.build().diagnostics == ()
    assert made.page("/posts/a/") == "03 A A &lt; <b>&lt;</b>"
