"""Warns about unused parts of a blog's templates: blocks, text outside blocks, partials, misnamed files.

Templates are parsed with Jinja. A template with a syntax error is skipped: rendering a page reports it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Place, did_you_mean, warning
from afterword.core.fingerprints import digest
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from jinja2 import nodes

    from afterword.core.diagnostics import Diagnostic


class Template(Struct, frozen=True):
    """The source of a template, and the path for its errors."""

    path: str
    text: str


def digest_templates(templates: Mapping[str, Template]) -> str:
    """Returns the digest of all templates with their names and paths."""
    parts = [part for name in sorted(templates) for part in (name, templates[name].path, templates[name].text)]
    return digest(*parts)


def digest_closures(templates: Mapping[str, Template]) -> Mapping[str, str]:
    """Returns the digest of each template's closure. A missing name counts too, since the template may be added."""
    digests = {name: digest(name, template.path, template.text) for name, template in templates.items()}
    closures = find_closures(templates).items()
    return {name: digest(*(digests.get(one, one) for one in sorted(names))) for name, names in closures}


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


_PARTIALS = "partials/"
_MAX_LISTED = 8


class Outline(Struct, frozen=True):
    """The structure of a template.

    Attributes:
        extends: name of the parent template; empty for none, None if it is computed.
        outermost: outermost blocks with their lines.
        blocks: names of all blocks.
        outside: line of the first text outside a block that is not shown, 0 for none.
        above: line of the first text above `{% extends %}`, which is shown above the page; 0 for none.
    """

    extends: str | None = ""
    outermost: tuple[tuple[str, int], ...] = ()
    blocks: frozenset[str] = frozenset()
    outside: int = 0
    above: int = 0


def check_templates(templates: Mapping[str, Template], own: Collection[str]) -> Iterator[Diagnostic]:
    """Yields warnings for the blog's `own` templates; `templates` includes those of the theme."""
    if not own:
        return
    theme_names = {name.casefold(): name for name in templates if name not in own}
    for name in own:
        template = templates[name]
        intended = theme_names.get(name.casefold())
        if intended is not None:
            message = f"template `{shown(name)}` is ignored"
            yield warning(
                "misnamed-template", message, Place(template.path), hint=f"rename it to `templates/{intended}`"
            )
            continue
        if (outline := _parse_outline(template.text)) is not None:
            yield from _check_blocks(template, outline, templates)
    yield from _find_unused_partials(templates, own)


def _check_blocks(template: Template, outline: Outline, templates: Mapping[str, Template]) -> Iterator[Diagnostic]:
    if not outline.extends:
        return
    known = _list_blocks(outline.extends, templates)
    if known is None:
        return
    lines = template.text.split("\n")
    for name, line in outline.outermost:
        if name not in known:
            column = max(lines[line - 1].find(name), 0)
            message = f"unknown block `{name}`: `{shown(outline.extends)}` has no such block"
            named = ", ".join(f"`{one}`" for one in sorted(known)[:_MAX_LISTED])
            hint = did_you_mean(name, known) or (f"use one of its blocks: {named}" if named else "remove the block")
            place = Place(template.path, line, column + 1, len(name))
            yield warning("unknown-block", message, place, label="not shown", hint=hint)
    if outline.above:
        message = "text above `{% extends %}` is written above the page's `<!doctype html>`"
        hint = "move it into a block, or remove it"
        yield warning("unknown-block", message, Place(template.path, outline.above, 1), hint=hint)
    if outline.outside:
        message = f"text outside the blocks of a template that extends `{shown(outline.extends)}`"
        place = Place(template.path, outline.outside, 1)
        yield warning("unknown-block", message, place, label="not shown", hint="move it into a block")


def _list_blocks(name: str, templates: Mapping[str, Template]) -> set[str] | None:
    """Returns the blocks of a template and of those that it extends, or None if a name is computed."""
    found: set[str] = set()
    seen: set[str] = set()
    while name:
        if name in seen or name not in templates or (outline := _parse_outline(templates[name].text)) is None:
            return None
        if outline.extends is None:
            return None
        seen.add(name)
        found |= outline.blocks
        name = outline.extends
    return found


def _find_unused_partials(templates: Mapping[str, Template], own: Collection[str]) -> Iterator[Diagnostic]:
    partials = [name for name in own if name.startswith(_PARTIALS)]
    if not partials:
        return
    used: set[str] = set()
    for template in templates.values():
        names = find_names(template.text)
        if names is None:
            return  # a computed name can be any partial
        used |= names
    for name in partials:
        if name not in used:
            others = (path.removeprefix(_PARTIALS) for path in used)
            near = did_you_mean(name.removeprefix(_PARTIALS), others)
            hint = near or f'add `{{% include "{name}" %}}` to a template, or remove the file'
            yield warning("unused-template", f"unused partial `{shown(name)}`", Place(templates[name].path), hint=hint)


@lru_cache(maxsize=1_000)
def _parse_outline(text: str) -> Outline | None:
    """Returns the structure of a template, or None if Jinja cannot parse it."""
    from jinja2 import Environment, TemplateSyntaxError, nodes  # only blogs with templates of their own need it

    try:
        tree = Environment(autoescape=True).parse(text)
    except TemplateSyntaxError:
        return None
    extends: str | None = ""
    outermost: list[tuple[str, int]] = []
    above = outside = 0
    for node in tree.body:
        if isinstance(node, nodes.Extends):
            is_text = isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)
            extends = node.template.value if is_text else None  # type: ignore[attr-defined]
            above, outside = outside, 0
        elif isinstance(node, nodes.Block):
            outermost.append((node.name, node.lineno))
        elif not outside:
            outside = next(_find_text(node), 0)
    blocks = frozenset(block.name for block in tree.find_all(nodes.Block))
    return Outline(extends, tuple(outermost), blocks, outside, above)


def _find_text(node: nodes.Node) -> Iterator[int]:
    """Yields the lines on which a part of a template writes text or the value of an expression."""
    from jinja2 import nodes

    if isinstance(node, (nodes.Block, nodes.Macro, nodes.AssignBlock)):
        return
    if isinstance(node, (nodes.Include, nodes.CallBlock)):
        yield node.lineno
    elif not isinstance(node, nodes.Output):
        for part in node.iter_child_nodes():
            yield from _find_text(part)
    else:
        for part in node.nodes:
            text = part.data if isinstance(part, nodes.TemplateData) else "{{"
            if text.strip():
                yield part.lineno + text[: len(text) - len(text.lstrip())].count("\n")
