"""Renders a new post with the blog's own template, `templates/new/post.md`.

The template is Jinja. Its variables are `title`, `date`, `slug`, `tags` and `draft`; the filter `yaml` quotes a value
for front matter.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Exit, Failure, Place, error
from afterword.core.files import Unreadable, read, report_unreadable
from afterword.core.text import decode

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

TEMPLATE = "templates/new/post.md"
_LARGEST = 1_000_000


class NewPost(Struct, frozen=True):
    """The variables of a new post; `day` is None for a draft without a date."""

    title: str
    slug: str
    day: date | None
    tags: tuple[str, ...] = ()
    draft: bool = False


def read_template(root: Path) -> str | None:
    """Returns the blog's template for new posts; None if it has none. Raises `Failure` if it cannot be read."""
    if not (root / TEMPLATE).exists():
        return None
    try:
        decoded = decode(TEMPLATE, read(root / TEMPLATE, _LARGEST))
    except Unreadable as problem:
        raise Failure(Exit.CONTENT, report_unreadable(problem, "this template", Place(TEMPLATE))) from None
    if any(found.is_error for found in decoded.diagnostics):
        raise Failure(Exit.CONTENT, *decoded.diagnostics)
    return decoded.text


def fill_template(template: str, post: NewPost) -> str:
    """Returns the text of a new post; raises `Failure` for a mistake in the template."""
    from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
    environment.filters["yaml"] = _quote
    values = {
        "title": post.title,
        "slug": post.slug,
        "date": post.day.isoformat() if post.day is not None else "",
        "tags": list(post.tags),
        "draft": post.draft,
    }
    try:
        return environment.from_string(template).render(values)
    except TemplateSyntaxError as problem:
        place = Place(TEMPLATE, problem.lineno)
        raise Failure(Exit.CONTENT, error("template-syntax", _sentence(problem), place)) from None
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as problem:
        hint = "use the variables `title`, `slug`, `date`, `tags` and `draft`"
        raise Failure(Exit.CONTENT, error("template-error", _sentence(problem), Place(TEMPLATE), hint=hint)) from None


def _quote(value: object) -> str:
    """Returns a value as one line of YAML, in JSON syntax."""
    return json.dumps(value, ensure_ascii=False)


def _sentence(problem: Exception) -> str:
    message = str(problem)
    return (message[:1].lower() + message[1:]).rstrip(".")
