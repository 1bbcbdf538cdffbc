"""Builds the preview site of the server with the one `build`, into its own folder and at its own address."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec.structs import replace

from afterword.build.builder import build
from afterword.build.cache_session import CacheSession
from afterword.build.workers.pool import silent
from afterword.config import loader as config
from afterword.core.urls import Address
from afterword.server.session import Built
from afterword.server.snapshot import read_table, renew_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from afterword.build.pipeline import Blog
    from afterword.build.report import Report, Request
    from afterword.build.workers.pool import Progress
    from afterword.config.schema import Config
    from afterword.content.file_snapshot import FileSnapshot
    from afterword.server.session import PreviewCallbacks
    from afterword.server.snapshot import Answer
    from afterword.templates.renderer import RenderContext

    Watch = Callable[[], AbstractContextManager[Progress]]

FOLDER = ".afterword/serve"
"""Where, in the blog's folder, the server keeps its site and what is remembered of its builds."""

SITE = "site"
"""The folder in it that holds the site."""


def _unwatched() -> AbstractContextManager[Progress]:
    return nullcontext(silent)


class _PreviewObserver:
    """Serves an audience from a site that is being made; all that makes sites is imported by the build: 0.2 s."""

    def __init__(self, callbacks: PreviewCallbacks, before: Mapping[str, Answer] | None) -> None:
        self._audience = callbacks
        self._before = before

    def see_plan(self, blog: Blog) -> None:
        """Offer what can be made of the plan, one by one."""
        if self._audience.offer is not None:
            from afterword.server.on_demand import OnDemandPages

            self._audience.offer(OnDemandPages(blog))

    def see_press(self, blog: Blog, render_context: RenderContext) -> None:
        """Renders first the pages that are open, and answers at once for pages that stay as they are."""
        if self._before is not None:
            from afterword.server.on_demand import find_unchanged, print_in_advance

            pages = print_in_advance(blog, render_context, self._audience.list_wanted())
            self._audience.advance({**find_unchanged(blog, self._before), **pages})


class Preview:
    """The builds of a blog for a server (`serve.built.Builder`).

    `request.base_url` is the address where it will be published; `watch` reports the progress of each build.
    Raises `Failure` where there is no blog.
    """

    def __init__(self, request: Request, *, environ: Mapping[str, str], watch: Watch = _unwatched) -> None:
        self._request = request
        self._environ = environ
        self._watch = watch
        self._workshop = CacheSession()
        self._table: Mapping[str, Answer] | None = None
        self._is_first = True
        settings = self._read_settings()
        self.base_path = unquote(_base_path_of(settings))
        self.allowed_hosts = settings.serve.allowed_hosts

    def look(self) -> Mapping[str, Answer]:
        """What stands of the site that was built last, by whichever run."""
        return read_table(self._request.source / FOLDER / SITE)

    def build(
        self, origin: str, callbacks: PreviewCallbacks | None = None, inputs: FileSnapshot | None = None
    ) -> Built:
        """Build for the server at `origin`; raises `Failure` as `builder.build` does."""
        base_path = _base_path_of(self._read_settings())
        folder = self._request.source / FOLDER
        here = replace(self._request, destination=folder / SITE, state=folder, base_url=f"{origin}{base_path}/")
        # What this build leaves behind is known only when it is done.
        before, self._table = self._table, None
        try:
            with self._watch() as progress:
                report = build(
                    here,
                    environ=self._environ,
                    progress=progress,
                    cache_session=self._workshop,
                    observer=_PreviewObserver(callbacks, before) if callbacks is not None else None,
                    inputs=inputs,
                    may_repeat=self._is_first,
                )
        except BaseException:
            self._workshop.close()  # nor what it has made of what is kept
            raise
        self._is_first = False
        self._table = self._look(report, before) if report.published else before
        answers = self._table if report.published else None
        return Built(answers, unquote(base_path), report.diagnostics, report.urls, report.is_repeated)

    def close(self) -> None:
        """Let go of what is kept between builds."""
        self._workshop.close()

    def _look(self, report: Report, before: Mapping[str, Answer] | None) -> Mapping[str, Answer]:
        if before is None:
            return read_table(report.destination)
        return renew_table(before, report.destination, report.written, report.removed)

    def _read_settings(self) -> Config:
        settings, _ = config.open_blog(self._request.source, self._request.base_url)
        return settings


def _base_path_of(settings: Config) -> str:
    """The path below which the blog will be published, percent-encoded; empty for the root of a host."""
    return Address.of(settings.base_url).base_path
