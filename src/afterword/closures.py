"""The closure of a template: everything that it extends, includes or imports, and what these do in turn.

A page follows from the text of its template's closure. Relies on Jinja's parser for names. Refuses to guess: a name
that is computed, or a template that cannot be parsed, counts as reaching every template.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.digest import digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.environment import Template


def digest_templates(templates: Mapping[str, Template]) -> str:
    """The digest of all templates with their names and paths."""
    parts = [part for name in sorted(templates) for part in (name, templates[name].path, templates[name].text)]
    return digest(*parts)


def digest_closures(templates: Mapping[str, Template]) -> Mapping[str, str]:
    """For each template, the digest of its closure."""
    return {name: _digest_all(names, templates) for name, names in find_closures(templates).items()}


def find_closures(templates: Mapping[str, Template]) -> Mapping[str, set[str]]:
    """For each template, the names in its closure, its own among them; some may be of templates that do not exist."""
    from jinja2 import Environment, TemplateSyntaxError, meta  # only where a template has changed

    parser = Environment(autoescape=True)
    reached: dict[str, set[str]] = {}
    for name, template in templates.items():
        try:
            names = list(meta.find_referenced_templates(parser.parse(template.text)))
        except TemplateSyntaxError:
            names = [None]
        reached[name] = set(templates) if None in names else {found for found in names if found is not None}
    return {name: _close(name, reached) for name in templates}


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
