"""An error in a template is told in the words of its author: no types of Python, and a hint that says what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import BlogMaker

CASES = r"""
{{ page.title() }}
  2 template-error: text cannot be called
  remove the parentheses after it

{{ site.posts() }}
  2 template-error: a list of posts cannot be called
  remove the parentheses after it

{{ 1 + "a" }}
  2:6 template-error: `+` cannot add a number and text
  join text with `~`, or convert it to a number with `|int`

{{ "a" + 1 }}
  2:8 template-error: `+` cannot add text and a number
  join text with `~`, or convert it to a number with `|int`

{{ none + 1 }}
  2:9 template-error: `+` cannot add `none` and a number
  test for it first, as in `{% if post.talk %}`

{{ "a" - 1 }}
  2:8 template-error: `-` cannot calculate with text and a number
  convert text to a number with `|int`

{{ "a" * "b" }}
  2:8 template-error: `*` cannot multiply text with text or a list
  convert text to a number with `|int`

{{ -"a" }}
  2:4 template-error: `-` needs a number, found text
  convert text to a number with `|int`

{{ 1 / 0 }}
  2 template-error: division by zero
  test the number first

{{ 1 < "a" }}
  2:6 template-error: `<` cannot compare a number with text
  `sort` needs values of one kind, too; convert text with `|int`

{{ ["a", 1]|sort }}
  2 template-error: `<` cannot compare a number with text
  `sort` needs values of one kind, too; convert text with `|int`

{{ "a" in 3 }}
  2:8 template-error: `in` needs a list or text after it, found a number

{{ 3 in "a" }}
  2:6 template-error: `in` needs text before it, found a number
  convert the value to text with `|string`

{% for x in 3 %}{% endfor %}
  2 template-error: a number is not a list
  use a list, such as `site.posts`

{% for x in none %}{% endfor %}
  2 template-error: `none` is not a list
  test for it first, as in `{% if post.talk %}`

{% for a, b in site.posts %}{% endfor %}
  2 template-error: a post is not a pair
  write one name instead of several, or loop over `items()` of a mapping

{% for a, b in [[1]] %}{% endfor %}
  2 template-error: expected 2 values, found 1
  write as many names as there are values

{% for a, b in ["abc"] %}{% endfor %}
  2 template-error: expected 2 values, found more
  write as many names as there are values

{{ "2026-01-01"|date }}
  2:17 template-error: `date` needs a date, found text
  use it with a date, such as `post.date`, and print text without it

{{ 3|length }}
  2 template-error: a number has no length
  use a list or text

{{ 3|clip }}
  2 template-error: a number has no length
  use a list or text

{{ url(none) }}
  2 template-error: expected text, found `none`
  test for it first, as in `{% if post.talk %}`

{{ "a".split(1) }}
  2 template-error: expected text, found a number
  convert the value to text with `|string`

{{ range("a") }}
  2 template-error: expected a whole number, found text
  convert text to a number with `|int`

{{ "abc"|round }}
  2:10 template-error: `round` needs a number, found text
  convert text to a number with `|float`

{{ site.posts|tojson }}
  2:15 template-error: `tojson` cannot convert a list of posts
  pass text, numbers, or a list of these

{{ url() }}
  2 template-error: missing argument `path` of `url`
  write `url(path)`

{{ "a"|replace("b") }}
  2 template-error: missing argument `new` of `replace`
  write `replace(old, new, count)`

{{ "a"|clip(1, 2, 3) }}
  2:8 template-error: too many arguments for `clip`
  write `clip(characters)`

{{ url("a", "b") }}
  2:4 template-error: too many arguments for `url`
  write `url(path)`

{{ "a"|shorten(count=3) }}
  2:16 template-error: unknown argument `count` of `shorten`
  write `shorten(words)`

{{ "a".upper(1) }}
  2:8 template-error: too many arguments for `upper`

{% macro a(x) %}{% endmacro %}{{ a(1, 2) }}
  2 template-error: too many arguments for `a`
  add parameters to the macro

{% macro a(x) %}{% endmacro %}{{ a(y=2) }}
  2:36 template-error: unknown argument `y` of `a`
  use the names of the macro's parameters

{% macro a(x) %}{{ x }}{% endmacro %}{{ a() }}
  2:12 undefined-variable: missing argument `x` of a macro
  pass it, or give the parameter a default: `x=""`

{{ url(*3) }}
  2:8 template-error: `*` needs a list, found a number

{{ url(**3) }}
  2:8 template-error: `**` needs a mapping, found a number

{% set page.x = 3 %}
  1 template-error: an attribute can be set only on a `namespace`
  write `{% set name = … %}`

{{ "abc"["a":] }}
  2 template-error: a limit of `[…:…]` is not a whole number
  write numbers: `site.posts[:10]`

{{ {[1]: 2} }}
  2 template-error: a list cannot be the key of a mapping
  use text or a number as the key

{{ "%d"|format("a") }}
  2:5 template-error: `%d` needs a number, found text
  write `%s` for text

{{ "%s %s" % "a" }}
  2 template-error: the format has more places than values
  pass a value for each `%s`; `%%` writes `%`

{{ "%s"|format("a", "b") }}
  2 template-error: the format has fewer places than values
  write a `%s` for each value

{{ "%q"|format("a") }}
  2:5 template-error: unknown format `%q`
  write `%s` for text, `%d` for a number, `%%` for `%`

{{ "%"|format() }}
  2:5 template-error: a format ends with `%`
  write `%s` for text, `%d` for a number, `%%` for `%`

{{ "%(a)s" % "x" }}
  2 template-error: `%(…)s` needs a named value
  write `"%(name)s"|format(name=…)`

{{ "{} {}".format(1) }}
  2 template-error: the format has more places than values
  pass a value for each `{}`

{{ "{a}".format(1) }}
  2:6 template-error: unknown key `a`

{{ "{:d}".format("x") }}
  2:7 template-error: invalid format `d` for text

{{ page.title page.url }}
  2:15 template-syntax: unexpected `page`
  write filters with `|`, and one expression in each tag

{{ url "a" }}
  2 template-syntax: unexpected text in quotes
  write filters with `|`, and one expression in each tag

{{ page.title | date: "%Y" }}
  2:21 template-syntax: unexpected `:`
  write the arguments of a filter in parentheses: `date("%Y")`

{% if page.title = "x" %}{% endif %}
  2:18 template-syntax: unexpected `=`
  compare with `==`

{% set x == 3 %}
  2:10 template-syntax: unexpected `==`
  assign with `=`

{% if 1 %}{% else if 2 %}{% endif %}
  2:19 template-syntax: unexpected `if`
  write `{% elif … %}`

{% for x of site.posts %}{% endfor %}
  2:10 template-syntax: expected `in`, found `of`
  write `{% for post in site.posts %}`

{% for x %}{% endfor %}
  2:10 template-syntax: expected `in`, found `%}`
  write `{% for post in site.posts %}`

{% for x in %}{% endfor %}
  2:13 template-syntax: missing expression before `%}`

{{ page.title | }}
  2:17 template-syntax: expected name, found `}}`

{{ page.title || page.url }}
  2:16 template-syntax: unexpected `|`
  write `or` between conditions

{{ page.title && page.url }}
  2:15 template-syntax: unexpected `&`
  write `and`

{{ !page.title }}
  2:4 template-syntax: unexpected `!`
  write `not`

{{ ‘a’ }}
  2:4 template-syntax: unexpected `‘`
  write straight quotes

{{ page["title }}
  2:9 template-syntax: unclosed `"`
  add the closing quote

{{ (3 }}
  2 template-syntax: missing `)`
  add it before `}}` or `%}`

{{ 3) }}
  2:5 template-syntax: unexpected `)`
  remove it, or add the opening one

{{ page.title }
  2:15 template-syntax: unexpected `}`
  end it with `}}` or `%}`

{{ page.title
  2 template-syntax: unclosed `{{`
  add `}}`

{% if x
  2 template-syntax: unclosed `{%`
  add `%}`

{# open
  2 template-syntax: unclosed `{#`
  add `#}`

{{ 3 + }}
  2:8 template-syntax: missing expression before `}}`

{{ page..title }}
  2:8 template-syntax: missing name after `.`

{% macro a %}{% endmacro %}
  2:12 template-syntax: expected `(`, found `%}`
  write the parameters of a macro in parentheses: `{% macro name() %}`

{% import "a" %}
  2:15 template-syntax: expected `as`, found `%}`
  write `{% import "name.html" as name %}`

{% from "partials/posts.html" %}
  2:31 template-syntax: expected `import`, found `%}`
  write `{% from "name.html" import macro %}`

{% call "a" %}{% endcall %}
  2 template-syntax: `{% call %}` without a call of a macro
  write `{% call name() %}`

{% block a %}{% endblock %}{% block a %}{% endblock %}
  2:10 template-syntax: duplicate block `a`
  write `{{ self.a() }}` to repeat it

{{ url(a=1, 2) }}
  2 template-syntax: a named argument is before an unnamed one
  write named arguments last

{{ [x for x in site.posts] }}
  2:7 template-syntax: unexpected `for`
  write `{% for … %}`, or the filter `map`

{% "a" %}
  2 template-syntax: missing tag name after `{%`
  write `{{ … }}` to print a value

{% page.title %}
  2:4 template-syntax: unknown tag `page`
  write `{{ … }}` to print a value

{% elseif true %}
  2:4 template-syntax: unknown tag `elseif`
  write `elif`

{% fro x in [] %}{% endfor %}
  2:4 template-syntax: unknown tag `fro`
  did you mean `from`?

{% if true %}
  2:1 template-syntax: unclosed `{% if %}`
  add `{% endif %}`

{{ page.title|uper }}
  2:15 template-syntax: unknown filter `uper`
  did you mean `upper`?

{{ page.title|upcase }}
  2:15 template-syntax: unknown filter `upcase`
  write `upper`

{{ site.posts|random }}
  2:15 template-syntax: filter `random` is not available: builds must be reproducible
  remove it

{{ page|pprint }}
  2:9 template-syntax: filter `pprint` is not available: it prints Python's notation
  write `|tojson`

{% if page is defnied %}{% endif %}
  2:15 template-error: unknown test `defnied`
  did you mean `defined`?

{% include "posts.html" %}
  2:13 template-not-found: template not found: `posts.html`
  did you mean `post.html`?

table of contents {{ 1 }} of {% for x of site.posts %}{% endfor %}
  2:39 template-syntax: expected `in`, found `of`
  write `{% for post in site.posts %}`

{{ post.date }} {{ post.title|date }}
  2:31 template-error: `date` needs a date, found text
  use it with a date, such as `post.date`, and print text without it

{{ 1 + 1 }} {{ 1 + "a" }}
  2 template-error: `+` cannot add a number and text
  join text with `~`, or convert it to a number with `|int`

{{ page.url }} {{ page.title page.url }} {{ page.url }}
  2:30 template-syntax: unexpected `page`
  write filters with `|`, and one expression in each tag
"""
"""Templates of one line, each with the place, the message and the hint of its error."""

POST = "-- posts/2026-01-01-a.md --\n# A\n"


@pytest.mark.parametrize("case", [pytest.param(case, id=case.split("\n")[0]) for case in CASES.strip().split("\n\n")])
def test_an_error_in_a_template_says_what_to_write(blog: BlogMaker, case: str) -> None:
    template, *expected = case.split("\n")
    made = blog(POST).write("templates/post.html", f"text\n{template}")
    (found,) = made.build().diagnostics
    place = str(found.place).removeprefix("templates/post.html:")
    told = f"  {place} {found.id}: {found.message}" + (f"\n  {found.hint}" if found.hint else "")
    assert told == "\n".join(expected)


def test_a_macro_that_a_template_does_not_define(blog: BlogMaker) -> None:
    made = blog(POST).write("templates/partials/words.html", "{% macro entries() %}x{% endmacro %}")
    made.write("templates/post.html", '{% from "partials/words.html" import entrys %}\n{{ entrys() }}')
    (found,) = made.build().diagnostics
    assert str(found.place) == "templates/post.html:2:4"
    assert (found.message, found.hint) == (
        "no macro `entrys` in `partials/words.html`",
        "did you mean `entries`?",
    )
