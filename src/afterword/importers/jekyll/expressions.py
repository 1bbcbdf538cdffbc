"""Evaluates expressions of Liquid: literals, variables, and the filters that Jekyll's posts use in links and dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = "\0"
"""Stands for the address of the site in a value, until it is known what follows it."""

_ATOM = re.compile(
    r"""\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<number>-?\d+)|(?P<path>[A-Za-z_][\w.-]*))\s*"""
)
_PART = re.compile(r"""(?:"[^"]*"|'[^']*'|[^|"'])+""")
_ARGUMENT = re.compile(r"""(?:"[^"]*"|'[^']*'|[^,"'])+""")
_OPTION = re.compile(r"""([\w-]+)\s*=\s*("[^"]*"|'[^']*'|[\w.-]+)""")
_HOST = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


class UnknownValue(Exception):  # noqa: N818 - not an error of the program
    """An expression without a known value: an unknown variable or filter, or a list."""


def evaluate(expression: str, values: Mapping[str, object]) -> str:
    """Returns the value of an expression as text; raises `UnknownValue`."""
    first, *filters = _PART.findall(expression) or [""]
    value = _evaluate_atom(first, values)
    for written in filters:
        name, _, rest = written.partition(":")
        arguments = [_evaluate_atom(argument, values) for argument in _ARGUMENT.findall(rest)]
        if (function := _FILTERS.get(name.strip())) is None:
            raise UnknownValue
        try:
            value = function(value, *arguments)
        except (TypeError, ValueError):
            raise UnknownValue from None
    return value


def parse_options(written: str, values: Mapping[str, object]) -> dict[str, object]:
    """Returns the parameters of an include; raises `UnknownValue`."""
    return {name: _evaluate_atom(value, values) for name, value in _OPTION.findall(written)}


def resolve_roots(value: str) -> str:
    """Returns a value in which the address of the site is a slash: the paths of a blog do not contain it."""
    return re.sub(rf"(?:{ROOT})+/*", "/", value)


def _evaluate_atom(written: str, values: Mapping[str, object]) -> str:
    match = _ATOM.fullmatch(written)
    if match is None:
        raise UnknownValue
    if (path := match["path"]) is None:
        return next(text for text in (match["double"], match["single"], match["number"]) if text is not None)
    if path in ("site.url", "site.baseurl"):
        return ROOT
    found: object = values
    for name in path.split("."):
        if not isinstance(found, Mapping) or name not in found:
            if path.startswith("include."):
                return ""  # a parameter that is not given
            raise UnknownValue
        found = found[name]
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, (datetime, date)):
        return str(found)
    if not isinstance(found, (str, int, float)):
        raise UnknownValue
    return str(found)


def _make_relative(value: str) -> str:
    return value if _HOST.match(value) or value.startswith(ROOT) else f"{ROOT}/{value.lstrip('/')}"


def _format_date(value: str, pattern: str) -> str:
    moment = datetime.fromisoformat(value.strip())
    return moment.strftime(pattern)


_FILTERS: Mapping[str, Callable[..., str]] = {
    "relative_url": _make_relative,
    "absolute_url": _make_relative,
    "escape": escape,
    "xml_escape": escape,
    "escape_once": escape,
    "strip": str.strip,
    "upcase": str.upper,
    "downcase": str.lower,
    "capitalize": lambda value: value[:1].upper() + value[1:],
    "append": lambda value, end: value + end,
    "prepend": lambda value, start: start + value,
    "remove": lambda value, part: value.replace(part, ""),
    "replace": lambda value, part, new: value.replace(part, new),
    "date": _format_date,
    "default": lambda value, other: value or other,
}
