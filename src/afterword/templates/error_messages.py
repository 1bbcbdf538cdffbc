"""Turns messages of Jinja and Python into messages and hints for the author of a template.

It is imported only if a template fails.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MESSAGES = r"""
# Calls
'<type>' object is not callable
  <type> cannot be called; remove the parentheses after it
<function>\(\) missing \d+ required .*arguments?: '(?P<name>\w+)'.*
  missing argument `<name>` of `<function>`; <usage>
<function>\(\) got an unexpected keyword argument '(?P<name>\w+)'
  unknown argument `<name>` of `<function>`; <usage>
<function>\(\) got multiple values for argument '(?P<name>\w+)'
  duplicate argument `<name>`; <usage>
<function>\(\) takes .* given\)?
  too many arguments for `<function>`; <usage>
<function> expected at most .*
  too many arguments for `<function>`; <usage>
<function> expected at least .*
  missing argument of `<function>`; <usage>
macro '<function>' takes not more .*
  too many arguments for `<function>`; add parameters to the macro
macro '<function>' takes no keyword argument '(?P<name>\w+)'
  unknown argument `<name>` of `<function>`; use the names of the macro's parameters
parameter '(?P<name>\w+)' was not provided
  missing argument `<name>` of a macro; pass it, or give the parameter a default: `<name>=""`
.*argument after \*\* must be a mapping, not <type>
  `**` needs a mapping, found <type>
.*after \* must be an iterable, not <type>
  `*` needs a list, found <type>
the template '(?P<file>.+?)' .*does not export the requested name '(?P<name>\w+)'
  no macro `<name>` in `<file>`; <exports>
cannot assign attribute on .*
  an attribute can be set only on a `namespace`; write `{% set name = … %}`
# Operators
unsupported operand type\(s\) for (?P<sign>\+): '<type>' and '<other>'
  `+` cannot add <type> and <other>; join text with `~`, or convert it to a number with `|int`
unsupported operand type\(s\) for (?P<sign>\S+?)=?(?: or pow\(\))?: '<type>' and '<other>'
  `<sign>` cannot calculate with <type> and <other>; convert text to a number with `|int`
can only concatenate <type> \(not \"<other>\"\) to \w+
  `+` cannot add <type> and <other>; join text with `~`, or convert it to a number with `|int`
can't multiply sequence by non-int of type '<type>'
  `*` cannot multiply <type> with text or a list; convert text to a number with `|int`
bad operand type for (?:unary )?(?P<name>[^:(]+)(?:\(\))?: '<type>'
  `<name>` needs a number, found <type>; convert text to a number with `|int`
'(?P<sign>[<>]=?)' not supported between instances of '<type>' and '<other>'
  `<sign>` cannot compare <type> with <other>; `sort` needs values of one kind, too; convert text with `|int`
.*(?:division|modulo) by zero
  division by zero; test the number first
argument of type '<type>' is not .*iterable
  `in` needs a list or text after it, found <type>
'in <string>' requires string as left operand, not <type>
  `in` needs text before it, found <type>; convert the value to text with `|string`
slice indices must be integers.*
  a limit of `[…:…]` is not a whole number; write numbers: `site.posts[:10]`
unhashable type: '<type>'
  <type> cannot be the key of a mapping; use text or a number as the key
a <type> cannot be printed.*
  <type> cannot be printed; print one of its values, or loop over it
# Lists
cannot unpack non-iterable <type> object
  <type> is not a pair; write one name instead of several, or loop over `items()` of a mapping
not enough values to unpack \(expected (?P<count>\d+), got (?P<got>\d+)\)
  expected <count> values, found <got>; write as many names as there are values
too many values to unpack \(expected (?P<count>\d+).*
  expected <count> values, found more; write as many names as there are values
'<type>' object is not iterable
  <type> is not a list; use a list, such as `site.posts`
object of type '<type>' has no len\(\)
  <type> has no length; use a list or text
argument must be iterable
  `reverse` needs a list or text
can only get item pairs from a mapping
  `items` needs a mapping
'<type>' object has no attribute '(?:items|keys|values)'
  expected a mapping, found <type>
# Values of filters and functions
`date` needs a date, found <type>
  `date` needs a date, found <type>; use it with a date, such as `post.date`, and print text without it
(?P<start>`\w+` needs .*), found <type>
  <start>, found <type>
'<type>' object has no attribute '\w+'
  expected text, found <type>
.*must be str.*, not <type>
  expected text, found <type>; convert the value to text with `|string`
'<type>' object cannot be interpreted as an integer
  expected a whole number, found <type>; convert text to a number with `|int`
type <type> doesn't define __round__ method
  `round` needs a number, found <type>; convert text to a number with `|float`
could not convert string to float: '(?P<value>.*)'
  not a number: `<value>`
invalid literal for int\(\).*: '(?P<value>.*)'
  not a number: `<value>`
range\(\) arg 3 must not be zero
  the step of `range` is 0; leave it out, or write another number
substring not found
  text not found; test with `in` first
object of type <type> is not JSON serializable
  `tojson` cannot convert <type>; pass text, numbers, or a list of these
# Formats
(?P<sign>%\w) (?:format: an? .*|requires .*), not <type>
  `<sign>` needs a number, found <type>; write `%s` for text
not enough arguments for format string
  the format has more places than values; pass a value for each `%s`; `%%` writes `%`
not all arguments converted during string formatting
  the format has fewer places than values; write a `%s` for each value
unsupported format character '(?P<sign>.)'.*
  unknown format `%<sign>`; write `%s` for text, `%d` for a number, `%%` for `%`
incomplete format.*
  a format ends with `%`; write `%s` for text, `%d` for a number, `%%` for `%`
format requires a mapping
  `%(…)s` needs a named value; write `"%(name)s"|format(name=…)`
(?:tuple|replacement) index .*out of range.*
  the format has more places than values; pass a value for each `{}`
unknown format code '(?P<sign>.)' for object of type '<type>'
  invalid format `<sign>` for <type>
'(?P<name>\w+)'
  unknown key `<name>`
# Syntax: where a tag ends
unexpected end of template, expected 'end of print statement'
  unclosed `{{`; add `}}`
unexpected end of template, expected 'end of statement block'
  unclosed `{%`; add `%}`
missing end of comment tag
  unclosed `{#`; add `#}`
missing end of raw directive
  unclosed `{% raw %}`; add `{% endraw %}`
unexpected '\}', expected '(?P<missing>.)'
  missing `<missing>`; add it before `}}` or `%}`
unexpected '(?P<found>\})'
  unexpected <found>; end it with `}}` or `%}`
tag name expected
  missing tag name after `{%`; write `{{ … }}` to print a value
# Syntax: tags
expected token 'in', got '<found>'
  expected `in`, found <found>; write `{% for post in site.posts %}`
expected token 'end of statement block', got '(?P<found>if)'
  unexpected <found>; write `{% elif … %}`
expected token 'end of statement block', got '(?P<found>=)'
  unexpected <found>; compare with `==`
expected token 'end of statement block', got '(?P<found>==)'
  unexpected <found>; assign with `=`
expected token 'end of [a-z]+ (?:statement|block)', got '(?P<found>:)'
  unexpected <found>; write the arguments of a filter in parentheses: `date("%Y")`
expected token 'end of \w+ \w+', got '<found>'
  unexpected <found>; write filters with `|`, and one expression in each tag
expected token 'as', got '<found>'
  expected `as`, found <found>; write `{% import "name.html" as name %}`
expected token 'import', got '<found>'
  expected `import`, found <found>; write `{% from "name.html" import macro %}`
expected token '\(', got '<found>'
  expected `(`, found <found>; write the parameters of a macro in parentheses: `{% macro name() %}`
expected token ',', got '(?P<found>for)'
  unexpected <found>; write `{% for … %}`, or the filter `map`
expected token 'name', got '(?P<found>\|)'
  unexpected <found>; write `or` between conditions
expected token '<token>', got '<found>'
  expected <token>, found <found>
expected call
  `{% call %}` without a call of a macro; write `{% call name() %}`
block '(?P<name>\w+)' defined twice
  duplicate block `<name>`; write `{{ self.<name>() }}` to repeat it
can't assign to '.*'
  invalid name; use another name
extended multiple times
  duplicate `{% extends %}`; remove one
cannot use extend from .*
  `{% extends %}` inside another tag; write it at the top of the template
# Syntax: expressions
expected an expression, got '<found>'
  missing expression before <found>
unexpected '(?P<found>end of \w+ \w+)'
  missing expression before <found>
unexpected '(?P<found>\.)'
  unexpected <found>; write the object too: `post.title`
unexpected '(?P<found>/)'
  unexpected <found>; end it with `}}` or `%}`, and put names of templates in quotes
unexpected '(?P<found>[)\]])'
  unexpected <found>; remove it, or add the opening one
unexpected '<found>'
  unexpected <found>
unexpected char [\"'](?P<sign>[\"'])[\"'] at (?P<offset>\d+)
  unclosed `<sign>`; add the closing quote
unexpected char '(?P<sign>[‘’“”])' at (?P<offset>\d+)
  unexpected `<sign>`; write straight quotes
unexpected char '(?P<sign>&)' at (?P<offset>\d+)
  unexpected `&`; write `and`
unexpected char '(?P<sign>!)' at (?P<offset>\d+)
  unexpected `!`; write `not`
unexpected char '(?P<sign>\?)' at (?P<offset>\d+)
  unexpected `?`; write `a if condition else b`
unexpected char '(?P<sign>.+)' at (?P<offset>\d+)
  unexpected `<sign>`; remove it
invalid syntax for function call expression
  a named argument is before an unnamed one; write named arguments last
expected name or number
  missing name after `.`
"""
"""Patterns of raw messages, which start in lower case, each with our message and a hint after `;`.

In patterns, `<type>`, `<other>`, `<function>`, `<token>` and `<found>` match a type, a function or a token. In messages
and hints, they and the groups stand for these in our words. `<usage>` lists the parameters of the function, and
`<exports>` the similar names in a file.
"""

_KINDS = {
    "NoneType": "`none`",
    "bool": "`true` or `false`",
    **dict.fromkeys(("str", "Markup"), "text"),
    **dict.fromkeys(("int", "float"), "a number"),
    **dict.fromkeys(("list", "tuple", "set", "range", "generator", "LazyList", "TermList"), "a list"),
    **dict.fromkeys(("dict", "mappingproxy", "Namespace"), "a mapping"),
    **dict.fromkeys(("date", "datetime"), "a date"),
    **dict.fromkeys(("function", "method", "builtin_function_or_method", "Macro"), "a function"),
    "Posts": "a list of posts",
    "PostRow": "a post",
    "TermRow": "a term",
    "PageView": "`page`",
    "SiteView": "`site`",
    "ConfigView": "`config`",
}
"""Python's types in our words."""

_TOKENS = {
    "end of print statement": "`}}`",
    "end of statement block": "`%}`",
    "end of template": "the end of the template",
    "name": "name",
    "string": "text in quotes",
    **dict.fromkeys(("integer", "float"), "number"),
}

_WORD = re.compile(r"(?<!\(\?P)<(\w+)>")
"""A word to fill in, and not the name of a group."""


class Words(Struct, frozen=True):
    """A message in our words.

    Attributes:
        spot: the text in the template that it is about, empty if it is what the message names first.
        offset: where this is in the template, None if that is unknown.
    """

    message: str
    hint: str = ""
    spot: str = ""
    offset: int | None = None


def reword(raw: str, look_up: Callable[[str, Mapping[str, str]], str]) -> Words:
    """Returns our words for a message of Jinja, of Python or of our own functions, which ends with `; hint`.

    `look_up` returns the words for `function`, `usage` and `exports`, given the groups of the pattern.
    """
    said = lower_first(raw)
    lines = [line for line in _MESSAGES.strip().split("\n") if not line.startswith("#")]
    for pattern, written in zip(lines[::2], lines[1::2], strict=True):
        found = re.fullmatch(_WORD.sub(lambda word: f"(?P<{word[1]}>.+?)", pattern), said, re.DOTALL)
        if found is not None:
            return _fill(*_split(written.strip()), found.groupdict(), look_up)
    return Words(*_split(said))


def _split(text: str) -> tuple[str, str]:
    message, _, hint = text.partition("; ")
    return message, hint


def _fill(
    message: str, hint: str, groups: Mapping[str, str], look_up: Callable[[str, Mapping[str, str]], str]
) -> Words:
    def words_for(word: re.Match[str]) -> str:
        value = groups.get(word[1], "")
        match word[1]:
            case "type" | "other":
                return _KINDS.get(value.rpartition(".")[2], "another value")
            case "token" | "found":
                return _TOKENS.get(value, f"`{value}`")
            case "function" | "usage" | "exports":
                return look_up(word[1], groups)
            case _:
                return value

    is_none = "NoneType" in (groups.get("type"), groups.get("other"))
    return Words(
        _WORD.sub(words_for, message),
        "test for it first, as in `{% if post.talk %}`" if is_none else _WORD.sub(words_for, hint),
        _TOKENS.get(groups["found"], groups["found"]).strip("`") if "found" in groups else "",
        int(groups["offset"]) if "offset" in groups else None,
    )


def lower_first(message: str) -> str:
    """Returns a library's message in our style: lower case, without a full stop."""
    first, rest = message[:1], message[1:]
    return (first.lower() + rest if rest[:1].islower() else message).rstrip(".")
