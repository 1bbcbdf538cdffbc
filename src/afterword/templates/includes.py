"""The source of a template, and the templates that it extends, includes or imports, directly or not.

A name that is computed at run time counts as a dependency on all templates.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.fingerprints import digest
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping


class Template(Struct, frozen=True):
    """The source of a template, and the path for its errors."""

    path: str
    text: str


def digest_templates(templates: Mapping[str, Template]) -> str:
    """Returns the digest of all templates with their names and paths."""
    parts = [part for name in sorted(templates) for part in (name, templates[name].path, templates[name].text)]
    return digest(*parts)


def digest_closures(templates: Mapping[str, Template]) -> Mapping[str, str]:
    """Returns the digest of each template's closure."""
    return {name: _digest_all(names, templates) for name, names in find_closures(templates).items()}


def find_closures(templates: Mapping[str, Template]) -> Mapping[str, set[str]]:
    """Returns the closure of each template: its own name and all it uses, including missing templates."""
    reached: dict[str, set[str]] = {}
    for name, template in templates.items():
        names = find_names(template.text)
        reached[name] = set(templates) if names is None else set(names)
    return {name: _find_closure(name, reached) for name in templates}


def find_referenced(templates: Mapping[str, Template]) -> set[str]:
    """Returns the templates that another one extends, includes or imports by a literal name."""
    return {part for name, template in templates.items() for part in find_names(template.text) or () if part != name}


_REFERENCE = lazy_pattern(
    r"""\{%[-+]?\s*(?:extends|include|import|from)\b
    (?:\s*(?:"(?P<double>[^"\\]*)"|'(?P<single>[^'\\]*)')\s*(?:[-+]?%\}|(?:import|as|ignore|with|without)\b))?""",
    re.VERBOSE,
)
"""A tag that refers to another template; with its name, if the expression is a string literal."""


@lru_cache(maxsize=1_000)
def find_names(text: str) -> frozenset[str] | None:
    """Returns the template names in a template's text, also those in comments; None if one is computed."""
    names = [found["double"] or found["single"] for found in _REFERENCE.finditer(text)]
    return frozenset(names) if all(names) else _parse_names(text)


def _parse_names(text: str) -> frozenset[str] | None:
    """Returns the same with Jinja's parser."""
    from jinja2 import Environment, TemplateSyntaxError, meta  # only where a template has changed

    try:
        names = list(meta.find_referenced_templates(Environment(autoescape=True).parse(text)))
    except TemplateSyntaxError:
        return None
    return None if None in names else frozenset(name for name in names if name is not None)


def _find_closure(name: str, reached: Mapping[str, set[str]]) -> set[str]:
    closed: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in closed:
            closed.add(current)
            waiting.extend(reached.get(current, ()))
    return closed


def _digest_all(names: set[str], templates: Mapping[str, Template]) -> str:
    """Digests these templates. A missing name counts too, since the template may be added."""
    return digest_templates({name: templates[name] for name in names if name in templates}) + digest(*sorted(names))
