"""Renders a planned page: its text, the queries that it made, and its errors.

The same page, site and templates give the same text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import Struct
from msgspec.structs import replace

from afterword.cache.codec import CacheCorrupted
from afterword.site.queries.recording import RecordedQuery, Recorder
from afterword.site.template_objects import ConfigView, Posts, SiteView
from afterword.templates.csp import Policies, list_loads
from afterword.templates.environment import make_environment
from afterword.templates.filters import make_functions
from afterword.templates.output_formats import find_parse_problem
from afterword.templates.page_object import PageView
from afterword.templates.render_limits import check_text

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.site.page import Page
    from afterword.site.site_snapshot import SiteSnapshot
    from afterword.templates.checks import Template
    from afterword.templates.template_errors import TemplateErrors


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


class Renderer:
    """Renders the pages of one site snapshot, in one process."""

    def __init__(self, render_context: RenderContext) -> None:
        self._context = render_context
        self._environment = make_environment(
            render_context.templates, render_context.site_snapshot.site.address, render_context.compiled
        )

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
            return RenderResult(page, None, recorder.recorded(), (self._errors().explain(problem, page),))
        text = policies.fill(text, lambda: list_loads(recorder, page.post))
        malformed = find_parse_problem(page.output, text)
        if malformed is not None:
            return RenderResult(page, None, recorder.recorded(), (self._errors().report_malformed(malformed, page),))
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

    def _errors(self) -> TemplateErrors:
        from afterword.templates.template_errors import TemplateErrors  # only if a template fails

        return TemplateErrors(self._context.templates, self._environment)


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
