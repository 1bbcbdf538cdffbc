"""What templates may touch: nothing that is hidden from them, by whatever name they come to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jinja2 import pass_context
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from markupsafe import Markup

from afterword.templates.environment import MeteredEnvironment, Undefined, check_printable

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
def test_hidden_attributes_are_never_available(blog: BlogMaker, expression: str) -> None:
    """What was read in secret would not be known when it changes, and its text would differ in each build."""
    made = blog(POST).write("templates/post.html", f"{{{{ {expression} }}}}")
    (found,) = made.build().diagnostics
    assert found.id in ("template-syntax", "template-error")
    assert found.place is not None
    assert (found.place.path, found.place.line) == ("templates/post.html", 1)


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


PRINTED = (
    '{{ "<a>" }}{{ text }}{{ html }}{{ text ~ html }}{{ number }}{{ none }}{{ things }}',
    "{{ text.upper() }}{{ html.upper() }}",
    "{% for one in things %}{{ loop.index }}{{ one }}{% if loop.last %}{{ one * 2 + 1 }}{% endif %}{% endfor %}",
    "{% macro shout(x, loud=true) %}{{ x|upper if loud else x }}{% endmacro %}{{ shout(text, loud=false) }}",
    "{% set block %}{{ text }}{{ html }}{% endset %}{{ block }}{{ {'a': text}.a }}{{ {'a': 1}['a'] }}",
    "{% autoescape false %}{{ text }}{{ html }}{{ plain(text) }}{% endautoescape %}{{ plain(html) }}{{ greet(text) }}",
    "{{ thing.title }}{{ thing.missing is defined }}{{ thing.items is callable }}{{ 'a%s'|format(text) }}",
)


@pytest.mark.parametrize("text", PRINTED)
def test_output_equals_that_of_plain_jinja(text: str) -> None:
    class PlainEnvironment(MeteredEnvironment):
        code_generator_class = CodeGenerator
        context_class = Context

    @pass_context
    def greet(context: Context, name: str) -> str:
        return f"{context['number']} {name}"

    values = {
        "text": "<&'\">",
        "html": Markup("<b>&amp;</b>"),
        "number": 3,
        "none": None,
        "things": ["<", Markup("<i>"), 7],
        "thing": {"title": "T<"},
        "plain": lambda value: value,
        "greet": greet,
    }
    printed = []
    for kind in (MeteredEnvironment, PlainEnvironment):
        environment = kind(autoescape=True, undefined=Undefined, finalize=check_printable)
        environment.start_meter()
        printed.append(environment.from_string(text).render(values))
    assert printed[0] == printed[1]
    assert printed[0]
