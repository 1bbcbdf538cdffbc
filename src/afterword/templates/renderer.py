"""Renders a planned page: its text, its dependencies, and its errors by template and line.

The same page, site and templates give the same text.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast
from xml.parsers import expat

from jinja2 import TemplateError, TemplateNotFound, TemplateSyntaxError, UndefinedError
from msgspec import Struct
from msgspec.structs import replace

from afterword.cache.codec import CacheCorrupted
from afterword.core.diagnostics import Diagnostic, Place, did_you_mean, error
from afterword.core.patterns import lazy_pattern
from afterword.site.page_kinds import PAGE_KINDS
from afterword.site.queries.recording import RecordedQuery, Recorder
from afterword.site.taxonomies import TAXONOMIES
from afterword.site.template_objects import (
    ConfigView,
    Posts,
    SiteView,
    TaxonomyRow,
    TermList,
    TermRow,
    raise_not_printable,
)
from afterword.templates.csp import Policies, list_loads
from afterword.templates.environment import make_environment
from afterword.templates.filters import make_functions
from afterword.templates.render_limits import check_text

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from types import TracebackType

    from afterword.site.page import Page
    from afterword.site.site_snapshot import SiteSnapshot
    from afterword.templates.checks import Template


_HINTS: Mapping[str, str] = {
    "XML or text declaration not at start of entity": "remove everything before `<?xml`, even an empty line",
    "undefined entity": "use `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;` or a number such as `&#160;`",
    "not well-formed (invalid token)": "escape the value; it may come from `|safe`",
    "Expecting value": "write values with `|tojson`, and remove the trailing comma",
    "Illegal trailing comma before end of array": "remove the trailing comma",
}
"""Hints for common parser messages."""

_STRINGS = lazy_pattern(r'"(?:\\.|[^"\\])*"|-?Infinity|NaN')
"""Strings, and numbers that only Python's parser accepts."""

_SHOWN = 60


class ParseProblem(Struct, frozen=True):
    """A parser error: format, message, line and column from 1, the text near it, and a hint."""

    format: str
    message: str
    line: int
    column: int
    near: str
    hint: str


def find_parse_problem(path: str, text: str) -> ParseProblem | None:
    """Returns the first parser error of an output, or None if it is valid or of another format."""
    check = _CHECKS.get(path.rpartition(".")[2])
    return check(text) if check is not None else None


def _check_xml(text: str) -> ParseProblem | None:
    try:
        expat.ParserCreate().Parse(text.encode(), True)
    except expat.ExpatError as problem:
        return _make_problem("XML", expat.ErrorString(problem.code), text, problem.lineno, problem.offset + 1)
    return None


def _check_json(text: str) -> ParseProblem | None:
    try:
        json.loads(text, parse_constant=_reject_constant)
    except json.JSONDecodeError as problem:
        return _make_problem("JSON", problem.msg, text, problem.lineno, problem.colno)
    except _InvalidNumber as problem:
        found = next(match.start() for match in _STRINGS.finditer(text) if match[0] == str(problem))
        start = text.rfind("\n", 0, found) + 1
        return _make_problem("JSON", "invalid number", text, text.count("\n", 0, found) + 1, found - start + 1)
    except RecursionError:
        return _make_problem("JSON", "nested too deeply", text, 1, 1)
    return None


class _InvalidNumber(ValueError):  # noqa: N818 - becomes a fault
    """`NaN`, `Infinity` or `-Infinity`, which Python's parser accepts."""


def _reject_constant(constant: str) -> None:
    raise _InvalidNumber(constant)


def _make_problem(format: str, message: str, text: str, line: int, column: int) -> ParseProblem:
    lines = text.split("\n")
    whole = lines[line - 1] if line <= len(lines) else ""
    start = max(0, column - 1 - _SHOWN // 2)
    near = whole[start : start + _SHOWN].strip()
    return ParseProblem(format, message, line, column, near, _HINTS.get(message, ""))


_CHECKS: Mapping[str, Callable[[str], ParseProblem | None]] = {
    **dict.fromkeys(("xml", "rss", "atom", "opml"), _check_xml),
    "json": _check_json,
}


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
    (r"expected .*got ':'", 'write the arguments of a filter in brackets: `date("%Y")`'),
    (r"expected .*got (?:'string'|'\w+')", "write filters with `|`, and one expression in each tag"),
    (r"unexpected '\.'", "write the object too: `post.title`"),
    (r"unexpected '/'", "end it with `}}` or `%}`, and put names of templates in quotes"),
    (r"unexpected char '[\"']'", "add the closing quote"),
)
"""Patterns for messages of Jinja, and our hints."""

_UNAVAILABLE = frozenset({("filter", "random"), ("filter", "attr")})
_UNKNOWN = lazy_pattern(r"no (filter|test) named '(.*?)'")


class RenderResult(Struct, frozen=True):
    """Result of rendering one page: text (None if it failed), recorded queries and diagnostics."""

    page: Page
    text: str | None
    queries: tuple[RecordedQuery, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


class RenderContext(Struct, frozen=True):
    """Data that a worker process needs to render pages; sent once. `compiled` is the folder of compiled templates."""

    site_snapshot: SiteSnapshot
    templates: Mapping[str, Template]
    compiled: str = ""


_KINDS = dict.fromkeys(
    (
        *("post", "page", "redirect"),
        *(kind.name for kind in PAGE_KINDS),
        *(kind for row in TAXONOMIES for kind in (row.list_kind, row.kind)),
        *("file", "search"),
    )
)
"""Values of `page.kind`."""


class PageView:
    """The `page` object of templates."""

    __slots__ = ("_page", "_recorder")
    __str__ = raise_not_printable

    PREFIX = "page."
    VOCABULARY: Mapping[str, str] = {
        "kind": (
            f"Kind of page: {', '.join(f'`{kind}`' for kind in _KINDS)}. For custom taxonomies: `terms` or `term`."
        ),
        "title": "Title; empty on the home page.",
        "url": "URL with the base path.",
        "absolute_url": "Full URL.",
        "description": "Description, or empty text.",
        "number": "Number of this list page, from 1.",
        "total": "Number of list pages.",
        "previous_url": "URL of the list page with newer posts, or empty text.",
        "next_url": "URL of the list page with older posts, or empty text.",
        "posts": "Posts on this list page.",
        "taxonomy": "Taxonomy whose terms this page lists or shows, or none.",
        "term": "Category, tag or other term of this page, or none.",
        "terms": "On the list of a taxonomy: the terms on this page, by name.",
        "feed_url": "URL of the feed of this list, or empty text.",
        "feed_id": "On feeds: the id of the feed, a full URL.",
        "target": "On `redirect`: the target URL.",
    }

    def __init__(self, recorder: Recorder, page: Page) -> None:
        self._recorder = recorder
        self._page = page

    def __getattr__(self, name: str) -> object:
        page = self._page
        address = self._recorder.site_snapshot.site.address
        match name:
            case "kind" | "title" | "description" | "number" | "total":
                return getattr(page, name)
            case "url" | "previous_url" | "next_url" | "feed_url" | "target":
                return address.rooted(getattr(page, name))
            case "absolute_url":
                return address.absolute(address.rooted(page.url))
            case "feed_id":
                return page.feed_id or address.absolute(address.rooted(page.url))
            case "posts":
                return self.listed()
            case "term":
                return self._term()
            case "taxonomy":
                return self._taxonomy()
            case "terms":
                is_list = page.taxonomy and page.term is None
                return self._terms() if is_list else ()
            case _:
                raise AttributeError(name)

    def listed(self) -> Posts | tuple[()]:
        """Returns the posts of the page as a lazy list."""
        page = self._page
        return Posts(self._recorder, page.posts, page.start, page.stop) if page.posts else ()

    def _taxonomy(self) -> TaxonomyRow | None:
        self._recorder.record("config", "taxonomies")
        row = self._recorder.site_snapshot.site.find_taxonomy(self._page.taxonomy)
        return TaxonomyRow(self._recorder, row) if row is not None else None

    def _terms(self) -> TermList:
        """Returns the terms of the page; all terms if the list has a single page."""
        page = self._page
        span = (page.start, page.stop) if page.total > 1 else (0, None)
        return TermList(self._recorder, ("terms", page.taxonomy), *span)

    def _term(self) -> TermRow | None:
        if self._page.term is None:
            return None
        columns = self._recorder.record("term", *self._page.term)
        return TermRow(self._recorder, columns, self._recorder.site_snapshot.site.terms[self._page.term])


class Renderer:
    """Renders the pages of one site snapshot, in one process."""

    def __init__(self, render_context: RenderContext) -> None:
        self._context = render_context
        self._environment = make_environment(
            render_context.templates, render_context.site_snapshot.site.address, render_context.compiled
        )
        self._paths = {template.path for template in render_context.templates.values()}

    def render(self, page: Page) -> RenderResult:
        """Renders a page; an error in its template becomes a diagnostic."""
        recorder = Recorder(self._context.site_snapshot)
        policies = Policies(self._context.site_snapshot.site.config.theme.csp_hosts)
        try:
            template = self._environment.get_template(page.template)
            text = self._write(template.generate(self._names(recorder, policies, page)))
        except CacheCorrupted:
            raise
        except Exception as problem:  # templates can raise anything; each becomes a diagnostic
            return RenderResult(page, None, recorder.recorded(), (self._diagnose(problem, page),))
        text = policies.fill(text, lambda: list_loads(recorder, page.post))
        malformed = find_parse_problem(page.output, text)
        if malformed is not None:
            return RenderResult(page, None, recorder.recorded(), (self._report_malformed(malformed, page),))
        return RenderResult(page, text, recorder.recorded())

    def _write(self, pieces: Iterator[str]) -> str:
        """Joins the pieces of a page; raises errors at the template line of the last piece."""
        self._environment.start_meter()
        return check_text(pieces, cast("Generator[str, None, None]", pieces).throw)

    def _names(self, recorder: Recorder, policies: Policies, page: Page) -> dict[str, object]:
        names: dict[str, object] = {
            "site": SiteView(recorder),
            "page": PageView(recorder, page),
            "config": ConfigView(recorder, self._context.site_snapshot.site.config),
        }
        if page.post:
            names["post"] = next(iter(Posts(recorder, ("post", page.post))))
        names.update(make_functions(recorder, policies))
        return names

    def _diagnose(self, problem: Exception, page: Page) -> Diagnostic:
        subject = Place(page.place.path, 1) if page.place.path else Place(page.output)
        related = ((subject, "while this was rendered"),)
        place = self._place(problem, page)
        match problem:
            case TemplateNotFound():
                name = str(problem.name)
                hint = did_you_mean(name, self._context.templates)
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
        text = next((one.text for one in self._context.templates.values() if one.path == place.path), "")
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
        templates = self._context.templates
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

    def _report_malformed(self, problem: ParseProblem, page: Page) -> Diagnostic:
        spot = (
            Place(page.output, problem.line, problem.column),
            f"near `{problem.near}`" if problem.near else "at its end",
        )
        source = ((Place(page.place.path, 1), "while this was rendered"),) if page.place.path else ()
        message = f"invalid {problem.format} in the output of `{page.template}`: {_to_our_style(problem.message)}"
        place = Place(self._context.templates[page.template].path)
        return error("malformed-output", message, place, hint=problem.hint, related=(spot, *source))

    def _place(self, problem: Exception, page: Page) -> Place:
        """Returns the template and line of an error: a syntax error's own, or the innermost template frame."""
        if isinstance(problem, TemplateSyntaxError):
            return Place(problem.filename or problem.name or page.template, problem.lineno)
        frames = [(name, line) for name, line in _frames(problem.__traceback__) if name in self._paths]
        if frames:
            return Place(*frames[-1])
        template = self._context.templates.get(page.template)
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


def start_renderer(render_context: RenderContext) -> Callable[[Page], RenderResult]:
    """Returns the function that renders pages, for one process."""
    return Renderer(render_context).render


def gather_template_errors(found_on_pages: Iterable[Iterable[Diagnostic]]) -> Iterator[Diagnostic]:
    """Yields each template error once, with the first page and the number of other pages."""
    found: dict[tuple[str, Place | None, str], list[Diagnostic]] = {}
    for diagnostics in found_on_pages:
        for diagnostic in diagnostics:
            found.setdefault((diagnostic.id, diagnostic.place, diagnostic.message), []).append(diagnostic)
    for first, *others in found.values():
        if others and first.related:
            (subject, label), *rest = first.related
            related = ((subject, f"{label}, and {len(others)} other pages"), *rest)
            yield replace(first, related=related)
        else:
            yield first


def _frames(traceback: TracebackType | None) -> Iterable[tuple[str, int]]:
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next


def _to_our_style(message: str) -> str:
    """Returns a library's message in our style: lower case, without a full stop."""
    first, rest = message[:1], message[1:]
    return (first.lower() + rest if rest[:1].islower() else message).rstrip(".")
