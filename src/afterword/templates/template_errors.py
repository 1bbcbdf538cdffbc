"""Turns errors of templates into diagnostics, with the template, the line and, where Jinja says enough, the column.

It is imported only if a template fails.
"""

from __future__ import annotations

import inspect
import re
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.parser import Parser

from afterword.core.diagnostics import Diagnostic, Place, did_you_mean, error
from afterword.core.patterns import lazy_pattern
from afterword.templates.environment import GLOBALS, REMOVED_FILTERS
from afterword.templates.error_messages import Words, lower_first, reword

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from jinja2 import Environment

    from afterword.site.page import Page
    from afterword.templates.checks import Template
    from afterword.templates.output_formats import ParseProblem

_NAMED = lazy_pattern(r"`([^`]+)`")
_OPENING = lazy_pattern(r"\{% (\w+) %\}")
_UNKNOWN_TAG = lazy_pattern(r"unknown tag '(\w+)'")
_UNCLOSED = lazy_pattern(r"innermost block that needs to be closed is '(\w+)'")
_UNKNOWN = lazy_pattern(r"no (filter|test) named '(.*?)'")
_MACRO = lazy_pattern(r"\{%[-+]?\s*(?:macro|set)\s+(\w+)")
_TAG = lazy_pattern(r"\{[{%].*?(?:[%}]\}|\Z)", re.DOTALL)
_TAGS = (
    *("block", "call", "extends", "filter", "for", "from", "if", "import", "include", "macro", "set", "with", "raw"),
    *("elif", "else", "endblock", "endcall", "endfilter", "endfor", "endif", "endmacro", "endset", "endwith", "endraw"),
)
_OTHERS = {
    "assign": "set",
    "capture": "set",
    "elseif": "elif",
    "elsif": "elif",
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

_FUNCTIONS = {"asset": "asset(name)", "csp": "csp(name, …)", "inline": "inline(name)", "url": "url(path)"}


class TemplateErrors:
    """Explains the errors of these templates."""

    def __init__(self, templates: Mapping[str, Template], environment: Environment) -> None:
        self._templates = templates
        self._environment = environment
        self._texts = {template.path: template.text for template in templates.values()}

    def explain(self, problem: Exception, page: Page) -> Diagnostic:
        """Returns the diagnostic for an exception that a template raised."""
        subject = Place(page.place.path, 1) if page.place.path else Place(page.output)
        related = ((subject, "while this was rendered"),)
        words = self._find_words_for(problem)
        place = self._find_column(self._place(problem, page), words, problem)
        message, hint = words.message, words.hint
        match problem:
            case TemplateNotFound():
                return error("template-not-found", message, place, hint=hint, related=related)
            case TemplateSyntaxError():
                return error("template-syntax", message, place, hint=hint)
            case UndefinedError():
                return error("undefined-variable", message, place, hint=hint, related=related)
            case RecursionError():
                return error("template-cycle", message, place, hint=self._name_original(place), related=related)
            case _:
                return error("template-error", message, place, hint=hint, related=related)

    def _find_words_for(self, problem: Exception) -> Words:
        match problem:
            case TemplateNotFound():
                name = str(problem.name)
                return Words(f"template not found: `{name}`", did_you_mean(name, self._templates))
            case TemplateSyntaxError():
                return self._reword(problem.message or "syntax error")
            case RecursionError():
                return Words("templates include each other in a cycle")
            case MemoryError():
                return Words("out of memory")
            case _:
                return self._reword(str(problem))

    def report_malformed(self, problem: ParseProblem, page: Page) -> Diagnostic:
        spot = (
            Place(page.output, problem.line, problem.column),
            f"near `{problem.near}`" if problem.near else "at its end",
        )
        source = ((Place(page.place.path, 1), "while this was rendered"),) if page.place.path else ()
        message = f"invalid {problem.format} in the output of `{page.template}`: {lower_first(problem.message)}"
        place = Place(self._templates[page.template].path)
        return error("malformed-output", message, place, hint=problem.hint, related=(spot, *source))

    def _place(self, problem: Exception, page: Page) -> Place:
        """Returns the template and line of an error: a syntax error's own, or the innermost template frame."""
        if isinstance(problem, TemplateSyntaxError):
            return Place(problem.filename or problem.name or page.template, problem.lineno)
        frames = [(name, line) for name, line in _frames(problem.__traceback__) if name in self._texts]
        if frames:
            return Place(*frames[-1])
        template = self._templates.get(page.template)
        return Place(template.path if template else page.template)

    def _find_column(self, place: Place, words: Words, problem: Exception) -> Place:
        """Returns the place of what a message is about, since Jinja gives only the line."""
        text = self._texts.get(place.path, "")
        named = _NAMED.search(words.message)
        spot = words.spot or (named[1] if named is not None else "")
        if words.offset is not None:
            return _place_at(text, place.path, words.offset, 1)
        if not spot or not place.line or spot == "none":
            return place
        lines = text.split("\n")[: place.line]
        above = "\n".join(lines)
        if tag := _OPENING.match(spot):
            found = _find_opening(above, tag[1])
        else:
            matches = _find_words(above, len(above) - len(lines[-1]), spot)
            found = next(iter(matches), None)
            if isinstance(problem, TemplateSyntaxError) and words.spot:
                found = matches[-left] if 0 < (left := self._count_left(text)) <= len(matches) else None
            elif not isinstance(problem, (TemplateSyntaxError, TemplateNotFound, UndefinedError)) and len(matches) > 1:
                found = None
        return _place_at(text, place.path, found.start(), found.end() - found.start()) if found is not None else place

    def _count_left(self, text: str) -> int:
        """Returns how often the token at which the parser stops is on the rest of its line, with itself."""
        parser = Parser(self._environment, text)
        with suppress(TemplateSyntaxError):
            parser.parse()
        failed = parser.stream.current
        with suppress(TemplateSyntaxError):
            return 1 + sum(token == failed for token in islice(parser.stream, 1, None))
        return 0

    def _name_original(self, place: Place) -> str:
        """Returns a hint with the name of the theme's template that the blog's template at a place replaces."""
        templates = self._templates
        name = next((name for name, template in templates.items() if template.path == place.path), "")
        return f"for the theme's template, write `theme:{name}`" if f"theme:{name}" in templates else ""

    def _reword(self, raw: str) -> Words:
        return self._reword_tag(raw) or self._reword_unknown(lower_first(raw)) or reword(raw, self._look_up)

    def _reword_tag(self, raw: str) -> Words | None:
        """Returns the words for an unknown, unexpected or unclosed tag."""
        tag = _UNKNOWN_TAG.search(raw)
        unclosed = _UNCLOSED.search(raw)
        if unclosed is not None and (tag is None or "nesting mistake" in raw):
            where = f" before `{{% {tag[1]} %}}`" if tag is not None else ""
            return Words(f"unclosed `{{% {unclosed[1]} %}}`", f"add `{{% end{unclosed[1]} %}}`{where}")
        if tag is None:
            return None
        if tag[1] in _TAGS:
            hint = f"write `{{% end{unclosed[1]} %}}`" if unclosed else "remove it, or open its block above"
            return Words(f"unexpected tag `{tag[1]}`", hint)
        if tag[1] in GLOBALS:
            return Words(f"unknown tag `{tag[1]}`", "write `{{ … }}` to print a value")
        return Words(f"unknown tag `{tag[1]}`", _hint_at(tag[1], _TAGS))

    def _reword_unknown(self, said: str) -> Words | None:
        """Returns the words for an unknown filter or test."""
        unknown = _UNKNOWN.match(said)
        if unknown is None:
            return None
        kind, name = unknown.groups()
        if kind == "filter" and name in REMOVED_FILTERS:
            reason, hint = REMOVED_FILTERS[name]
            return Words(f"filter `{name}` is not available: {reason}", hint)
        known = self._environment.filters if kind == "filter" else self._environment.tests
        return Words(f"unknown {kind} `{name}`", _hint_at(name, sorted(known)))

    def _look_up(self, word: str, groups: Mapping[str, str]) -> str:
        """Returns what stands for a word of `error_messages`."""
        if word == "exports":
            text = next((self._templates[name].text for name in (groups["file"],) if name in self._templates), "")
            return did_you_mean(groups["name"], _MACRO.findall(text))
        function = groups["function"].rpartition(".")[2].removeprefix("sync_")
        if function in _FUNCTIONS:
            return function if word == "function" else f"write `{_FUNCTIONS[function]}`"
        known = {one.__name__.removeprefix("sync_"): name for name, one in self._environment.filters.items()}
        name = known.get(function, function)
        if word == "function":
            return name
        return _write_usage(name, self._environment.filters[name]) if function in known else ""


def _write_usage(name: str, function: Callable[..., object]) -> str:
    """Returns a hint with the parameters of a filter, without the value that it is applied to."""
    parameters = list(inspect.signature(function).parameters)[2 if hasattr(function, "jinja_pass_arg") else 1 :]
    return f"write `{name}({', '.join(parameters)})`" if parameters else f"write `{name}`"


def _hint_at(name: str, known: Iterable[str]) -> str:
    return f"write `{_OTHERS[name]}`" if name in _OTHERS else did_you_mean(name, known)


def _find_opening(text: str, tag: str) -> re.Match[str] | None:
    """Returns the last tag of this name that is not closed."""
    opened: list[re.Match[str]] = []
    for match in re.finditer(rf"\{{%[-+]?\s*(end)?{tag}\b", text):
        opened = opened[:-1] if match[1] else [*opened, match]
    return opened[-1] if opened else None


def _find_words(text: str, start: int, name: str) -> list[re.Match[str]]:
    """Returns where a filter or name, or else its last part, is in the tags of a text, after `start`."""
    tags = [tag.span() for tag in _TAG.finditer(text)]
    edge = r"\w" if name[-1].isalnum() else "=<>"
    whole, last = (rf"(?<![{edge}]){re.escape(word)}(?![{edge}])" for word in (name, name.rpartition(".")[2] or name))
    for pattern in (rf"(?<=\|){whole}", rf"(?<=\| ){whole}", whole, last):
        matches = re.compile(pattern).finditer(text, start)
        if found := [one for one in matches if any(first < one.start() < end for first, end in tags)]:
            return found
    return []


def _place_at(text: str, path: str, start: int, length: int) -> Place:
    return Place(path, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start), length)


def _frames(traceback: TracebackType | None) -> Iterable[tuple[str, int]]:
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next
