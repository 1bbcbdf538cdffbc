"""Finds the templates that a template extends, includes or imports, directly or not.

A name that is computed at run time counts as a dependency on all templates.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from afterword.core.fingerprints import digest
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.templates.environment import Template


def digest_templates(templates: Mapping[str, Template]) -> str:
    """The digest of all templates with their names and paths."""
    parts = [part for name in sorted(templates) for part in (name, templates[name].path, templates[name].text)]
    return digest(*parts)


def digest_closures(templates: Mapping[str, Template]) -> Mapping[str, str]:
    """For each template, the digest of its closure."""
    return {name: _digest_all(names, templates) for name, names in find_closures(templates).items()}


def find_closures(templates: Mapping[str, Template]) -> Mapping[str, set[str]]:
    """For each template, the names in its closure, its own among them; some may be of templates that do not exist."""
    reached: dict[str, set[str]] = {}
    for name, template in templates.items():
        names = find_names(template.text)
        reached[name] = set(templates) if names is None else set(names)
    return {name: _close(name, reached) for name in templates}


def find_parts(templates: Mapping[str, Template]) -> set[str]:
    """The names of the templates that another one extends, includes or imports by their plain names."""
    return {part for name, template in templates.items() for part in find_names(template.text) or () if part != name}


_REFERENCE = lazy_pattern(
    r"""\{%[-+]?\s*(?:extends|include|import|from)\b
    (?:\s*(?:"(?P<double>[^"\\]*)"|'(?P<single>[^'\\]*)')\s*(?:[-+]?%\}|(?:import|as|ignore|with|without)\b))?""",
    re.VERBOSE,
)
"""A tag that refers to another template; by what name, where that is a plain text and all of the expression."""


@lru_cache(maxsize=1_000)
def find_names(text: str) -> frozenset[str] | None:
    """The names of the templates that a template's text refers to, if only in a comment; None for any."""
    names = [found["double"] or found["single"] for found in _REFERENCE.finditer(text)]
    return frozenset(names) if all(names) else _parse_names(text)


def _parse_names(text: str) -> frozenset[str] | None:
    """The names of the templates that a template refers to, as Jinja finds them; None for any."""
    from jinja2 import Environment, TemplateSyntaxError, meta  # only where a template has changed

    try:
        names = list(meta.find_referenced_templates(Environment(autoescape=True).parse(text)))
    except TemplateSyntaxError:
        return None
    return None if None in names else frozenset(name for name in names if name is not None)


def _close(name: str, reached: Mapping[str, set[str]]) -> set[str]:
    closed: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in closed:
            closed.add(current)
            waiting.extend(reached.get(current, ()))
    return closed


def _digest_all(names: set[str], templates: Mapping[str, Template]) -> str:
    """The digest of these templates; a name without a template counts too, since one may come."""
    return digest_templates({name: templates[name] for name in names if name in templates}) + digest(*sorted(names))
