"""Turns errors of templates into diagnostics, with the template, the line and, where Jinja says enough, the column.

It is imported only if a template fails.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError

from afterword.core.diagnostics import Diagnostic, Place, did_you_mean, error
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType

    from jinja2 import Environment

    from afterword.site.page import Page
    from afterword.templates.checks import Template
    from afterword.templates.output_formats import ParseProblem

_NAMED = lazy_pattern(r"`([^`]+)`")
_OPENING = lazy_pattern(r"\{% (\w+) %\}")
_UNKNOWN_TAG = lazy_pattern(r"unknown tag '(\w+)'")
_UNCLOSED = lazy_pattern(r"innermost block that needs to be closed is '(\w+)'")
_TAGS = (
    *("block", "call", "extends", "filter", "for", "from", "if", "import", "include", "macro", "set", "with", "raw"),
    *("elif", "else", "endblock", "endcall", "endfilter", "endfor", "endif", "endmacro", "endset", "endwith", "endraw"),
)
_OTHERS = {
    "assign": "set",
    "capture": "set",
    "else if": "elif",
    "unless": "if not",
    "downcase": "lower",
    "size": "length",
    "strip_html": "striptags",
    "upcase": "upper",
    "jsonify": "tojson",
    "relative_url": "url(…)",
    "absolute_url": "absolute",
}
"""Tags and filters of Liquid and Twig, and ours."""

_SYNTAX_HINTS = (
    (r"unexpected '\}'", "end it with `}}` or `%}`"),
    (r"expected .*got '='", "compare with `==`"),
    (r"expected .*got ':'", 'write the arguments of a filter in parentheses: `date("%Y")`'),
    (r"expected .*got (?:'string'|'\w+')", "write filters with `|`, and one expression in each tag"),
    (r"unexpected '\.'", "write the object too: `post.title`"),
    (r"unexpected '/'", "end it with `}}` or `%}`, and put names of templates in quotes"),
    (r"unexpected char '[\"']'", "add the closing quote"),
)
"""Patterns for messages of Jinja, and our hints."""

_UNAVAILABLE = frozenset({("filter", "random"), ("filter", "attr")})
_UNKNOWN = lazy_pattern(r"no (filter|test) named '(.*?)'")


class TemplateErrors:
    """Explains the errors of these templates."""

    def __init__(self, templates: Mapping[str, Template], environment: Environment) -> None:
        self._templates = templates
        self._environment = environment
        self._paths = {template.path for template in templates.values()}

    def explain(self, problem: Exception, page: Page) -> Diagnostic:
        """Returns the diagnostic for an exception that a template raised."""
        subject = Place(page.place.path, 1) if page.place.path else Place(page.output)
        related = ((subject, "while this was rendered"),)
        place = self._place(problem, page)
        match problem:
            case TemplateNotFound():
                name = str(problem.name)
                hint = did_you_mean(name, self._templates)
                message = f"template not found: `{name}`"
                place = self._find_column(place, message)
                return error("template-not-found", message, place, hint=hint, related=related)
            case TemplateSyntaxError():
                message, hint = self._explain_syntax(problem.message or "syntax error")
                return error("template-syntax", message, self._find_column(place, message), hint=hint)
            case UndefinedError():
                message, _, hint = str(problem.message).partition("; ")
                message = _to_our_style(message)
                place = self._find_column(place, message)
                return error("undefined-variable", message, place, hint=hint, related=related)
            case RecursionError():
                message = "templates include each other in a cycle"
                return error("template-cycle", message, place, hint=self._name_original(place), related=related)
            case MemoryError():
                return error("template-error", "out of memory", place, related=related)
            case TemplateError():
                message, _, hint = str(problem.message).partition("; ")
                message, near = self._name_unknown(_to_our_style(message))
                place = self._find_column(place, message)
                return error("template-error", message, place, hint=hint or near, related=related)
            case _:
                message, _, hint = str(problem).partition("; ")
                return error("template-error", _to_our_style(message), place, hint=hint, related=related)

    def _find_column(self, place: Place, message: str) -> Place:
        """Returns the place of what a message names in backticks, since Jinja gives only the line."""
        named = _NAMED.search(message)
        text = next((one.text for one in self._templates.values() if one.path == place.path), "")
        lines = text.split("\n")[: place.line]
        if named is None or not place.line:
            return place
        above = "\n".join(lines)
        tag = _OPENING.match(named[1])
        spot = (
            _find_opening(above, tag[1])
            if tag is not None
            else _find_word(above, len(above) - len(lines[-1]), named[1])
        )
        if spot is None:
            return place
        line, column = above.count("\n", 0, spot.start()) + 1, spot.start() - above.rfind("\n", 0, spot.start())
        return Place(place.path, line, column, spot.end() - spot.start())

    def _name_original(self, place: Place) -> str:
        """Returns a hint with the name of the theme's template that the blog's template at a place replaces."""
        templates = self._templates
        name = next((name for name, template in templates.items() if template.path == place.path), "")
        return f"for the theme's template, write `theme:{name}`" if f"theme:{name}" in templates else ""

    def _explain_syntax(self, said: str) -> tuple[str, str]:
        tag = _UNKNOWN_TAG.search(said)
        unclosed = _UNCLOSED.search(said)
        if unclosed is not None and (tag is None or "nesting mistake" in said):
            where = f" before `{{% {tag[1]} %}}`" if tag is not None else ""
            return f"unclosed `{{% {unclosed[1]} %}}`", f"add `{{% end{unclosed[1]} %}}`{where}"
        if tag is not None:
            if tag[1] in _TAGS:
                hint = f"write `{{% end{unclosed[1]} %}}`" if unclosed else "remove it, or open its block above"
                return f"unexpected tag `{tag[1]}`", hint
            return f"unknown tag `{tag[1]}`", _hint_at(tag[1], _TAGS)
        message, hint = self._name_unknown(_to_our_style(said.partition(". ")[0]))
        return message, hint or next((hint for pattern, hint in _SYNTAX_HINTS if re.match(pattern, message)), "")

    def _name_unknown(self, message: str) -> tuple[str, str]:
        """Returns the message and hint for an unknown filter or test; other messages unchanged."""
        unknown = _UNKNOWN.match(message)
        if unknown is None:
            return message, ""
        kind, name = unknown.groups()
        if (kind, name) in _UNAVAILABLE:
            return f"{kind} `{name}` is not available: builds must be reproducible", "remove it"
        known = self._environment.filters if kind == "filter" else self._environment.tests
        return f"unknown {kind} `{name}`", _hint_at(name, sorted(known))

    def report_malformed(self, problem: ParseProblem, page: Page) -> Diagnostic:
        spot = (
            Place(page.output, problem.line, problem.column),
            f"near `{problem.near}`" if problem.near else "at its end",
        )
        source = ((Place(page.place.path, 1), "while this was rendered"),) if page.place.path else ()
        message = f"invalid {problem.format} in the output of `{page.template}`: {_to_our_style(problem.message)}"
        place = Place(self._templates[page.template].path)
        return error("malformed-output", message, place, hint=problem.hint, related=(spot, *source))

    def _place(self, problem: Exception, page: Page) -> Place:
        """Returns the template and line of an error: a syntax error's own, or the innermost template frame."""
        if isinstance(problem, TemplateSyntaxError):
            return Place(problem.filename or problem.name or page.template, problem.lineno)
        frames = [(name, line) for name, line in _frames(problem.__traceback__) if name in self._paths]
        if frames:
            return Place(*frames[-1])
        template = self._templates.get(page.template)
        return Place(template.path if template else page.template)


def _hint_at(name: str, known: Iterable[str]) -> str:
    return f"write `{_OTHERS[name]}`" if name in _OTHERS else did_you_mean(name, known)


def _find_opening(text: str, tag: str) -> re.Match[str] | None:
    """Returns the last tag of this name that is not closed."""
    opened: list[re.Match[str]] = []
    for match in re.finditer(rf"\{{%[-+]?\s*(end)?{tag}\b", text):
        opened = opened[:-1] if match[1] else [*opened, match]
    return opened[-1] if opened else None


def _find_word(text: str, start: int, name: str) -> re.Match[str] | None:
    """Returns where a name, or its last part, is in a text behind `start`."""
    words = (re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in (name, name.rpartition(".")[2]))
    return next(filter(None, (word.search(text, start) for word in words)), None)


def _frames(traceback: TracebackType | None) -> Iterable[tuple[str, int]]:
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next


def _to_our_style(message: str) -> str:
    """Returns a library's message in our style: lower case, without a full stop."""
    first, rest = message[:1], message[1:]
    return (first.lower() + rest if rest[:1].islower() else message).rstrip(".")
