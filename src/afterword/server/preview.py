"""Rebuilds the preview site when sources change, and updates the site that the server shows.

A build that changes the site creates a new generation. After a failed build the server keeps the last good site and
shows the errors on it. The preview is built by the one `build`, into its own folder and with the server's address.
"""

from __future__ import annotations

import time
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.build.builder import build
from afterword.build.workers.pool import no_progress
from afterword.cache.store import CacheSession
from afterword.config import loader as config
from afterword.core.diagnostics import Failure
from afterword.core.urls import Address
from afterword.server.generation import load_resources, refresh_resources, update_resources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from afterword.build.gather.blog import Blog
    from afterword.build.report import Report, Request
    from afterword.build.workers.pool import Progress
    from afterword.config.schema import Config
    from afterword.content.file_snapshot import FileSnapshot
    from afterword.core.diagnostics import Diagnostic
    from afterword.server.debounce import Change
    from afterword.server.generation import Generation, Resource
    from afterword.server.state import CurrentSite
    from afterword.templates.renderer import RenderContext

    ShowProgress = Callable[[], AbstractContextManager[Progress]]

PREVIEW_FOLDER = ".afterword/serve"
"""The server's own folder in the folder of the blog: the preview and the cache of its builds."""

SITE_FOLDER = "site"
"""The folder of the preview, in `PREVIEW_FOLDER`."""


class PreviewResult(Struct, frozen=True):
    """Result of a build of the preview.

    Attributes:
        resources: the files of the site; None if nothing was published.
        base_path: decoded.
        pages: the URLs of posts and pages by the paths of their sources, with the base path.
        is_repeated: whether nothing had changed since an earlier run, so that the next build has much to load.
    """

    resources: Mapping[str, Resource] | None
    base_path: str
    diagnostics: tuple[Diagnostic, ...] = ()
    pages: Mapping[str, str] = field(default_factory=dict)
    is_repeated: bool = False


class PreviewBuilder(Protocol):
    """Builds a blog for the server. `base_path` is decoded; `allowed_hosts` are those of the settings."""

    base_path: str
    allowed_hosts: tuple[str, ...]

    def load_previous(self) -> Mapping[str, Resource]:
        """Returns the site of the last build of an earlier run; it may be out of date."""

    def build(
        self, origin: str, current: CurrentSite | None = None, snapshot: FileSnapshot | None = None
    ) -> PreviewResult:
        """Builds the site for the server at `origin`. Raises `Failure` if there is no blog.

        `current`, if given, is shown single pages while the build runs. `snapshot` is a current snapshot of the
        sources.
        """


class Preview:
    """The `PreviewBuilder` of a blog.

    `request.base_url` is the address where the blog will be published. `show_progress` shows the progress of a build.
    Raises `Failure` if there is no blog.
    """

    def __init__(
        self,
        request: Request,
        *,
        environ: Mapping[str, str],
        show_progress: ShowProgress = lambda: nullcontext(no_progress),
    ) -> None:
        self._request = request
        self._environ = environ
        self._show_progress = show_progress
        self._cache_session = CacheSession()
        self._resources: Mapping[str, Resource] | None = None
        self._is_first = True
        try:
            settings = self._read_settings()
        except config.InvalidSettings:
            # Fails with these errors and those in posts. If the settings were corrected in the meantime, it builds: a
            # preview, because drafts must not be written to the published site.
            build(self._preview_request(), environ=environ)
            raise
        self.base_path = unquote(_base_path_of(settings))
        self.allowed_hosts = settings.serve.allowed_hosts

    def load_previous(self) -> Mapping[str, Resource]:
        """Returns the site of the last build, of this run or an earlier one."""
        return load_resources(self._folder / SITE_FOLDER)

    @property
    def _folder(self) -> Path:
        """`PREVIEW_FOLDER`, or the same in the state folder of the request."""
        source, state = self._request.source, self._request.state
        return source / PREVIEW_FOLDER if state is None else state / PREVIEW_FOLDER.rpartition("/")[2]

    def build(
        self, origin: str, current: CurrentSite | None = None, snapshot: FileSnapshot | None = None
    ) -> PreviewResult:
        """Builds the site for the server at `origin`. Raises `Failure` as `builder.build` does."""
        base_path = ""
        with suppress(config.InvalidSettings):  # which the build reports, with the errors in posts
            base_path = _base_path_of(self._read_settings())
        before, self._resources = self._resources, None  # unknown until the build is done
        try:
            with self._show_progress() as progress:
                report = build(
                    self._preview_request(f"{origin}{base_path}"),
                    environ=self._environ,
                    progress=progress,
                    cache_session=self._cache_session,
                    observer=_PreviewObserver(current, before) if current is not None else None,
                    snapshot=snapshot,
                    may_repeat=self._is_first,
                )
        except BaseException:
            self._cache_session.close()  # its values in memory may be incomplete
            raise
        self._is_first = False
        self._resources = self._find_resources(report, before) if report.published else before
        resources = self._resources if report.published else None
        return PreviewResult(resources, unquote(base_path), report.diagnostics, report.urls, report.is_repeated)

    def close(self) -> None:
        """Closes the cache."""
        self._cache_session.close()

    def _preview_request(self, url: str = "") -> Request:
        """Returns the request of a build into the server's own folder; `url` is the base URL without its last `/`."""
        folder = self._folder
        return replace(self._request, destination=folder / SITE_FOLDER, state=folder, base_url=f"{url}/")

    def _find_resources(self, report: Report, before: Mapping[str, Resource] | None) -> Mapping[str, Resource]:
        if before is None:
            return load_resources(report.destination)
        return update_resources(before, report.destination, report.written, report.removed)

    def _read_settings(self) -> Config:
        settings, _ = config.open_blog(self._request.source, self._request.base_url)
        return settings


def _base_path_of(settings: Config) -> str:
    """Returns the base path of the published blog, percent-encoded; empty for the root of a host."""
    return Address.of(settings.base_url).base_path


class _PreviewObserver:
    """Shows pages of a site that is being built. `on_demand` is imported late, with all of the build: 0.2 s."""

    def __init__(self, current: CurrentSite, before: Mapping[str, Resource] | None) -> None:
        self._current = current
        self._before = before

    def on_plan(self, blog: Blog) -> None:
        """Renders requested pages one by one until the first build is done."""
        if self._current.needs_fallback:
            from afterword.server.on_demand import OnDemandPages

            self._current.set_fallback(OnDemandPages(blog))

    def on_ready_to_render(self, blog: Blog, render_context: RenderContext) -> None:
        """Renders open pages first, and shows unchanged files at once."""
        if self._before is not None:
            from afterword.server.on_demand import find_unchanged, render_open_pages

            pages = render_open_pages(blog, render_context, self._current.requested_files())
            self._current.show_pages({**find_unchanged(blog, self._before), **pages})


class Outcome(Struct, frozen=True):
    """Result of a rebuild: the changed sources, the files of the site that changed, and the diagnostics.

    `has_site` is false if there is no site to show, not even that of an earlier run.
    """

    sources: tuple[str, ...]
    changed: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    seconds: float
    has_site: bool = True


class ErrorReporter(Protocol):
    """Turns exceptions and diagnostics into text."""

    def explain(self, problem: Exception) -> tuple[Diagnostic, ...]:
        """Converts an exception of a build to diagnostics. Writes a crash report if it is a bug."""

    def describe(self, diagnostics: Iterable[Diagnostic]) -> str:
        """Formats diagnostics as plain text with places, source lines and hints, to be shown on the page."""


class PreviewSession:
    """Runs the builds of a server, and shows their sites or their errors."""

    def __init__(
        self,
        current: CurrentSite,
        build: Callable[[], PreviewResult],
        reporter: ErrorReporter,
        *,
        navigate: bool = False,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._current = current
        self._build = build
        self._reporter = reporter
        self._navigate = navigate
        self._clock = clock
        self._is_cold = False

    def build_first(self) -> Outcome:
        """Runs the first build. Raises `Failure` if there is no blog."""
        return self._run_build((), reraise=Failure)

    def warm_up(self) -> Outcome | None:
        """Loads the cache if the first build did not need it, so that the next build is fast.

        This is a build like any other. Returns None if there is nothing to load.
        """
        return self._run_build(()) if self._is_cold else None

    def rebuild(self, change: Change) -> Outcome:
        """Rebuilds after a change. A `Failure` is reported, not raised."""
        self._current.begin_update()
        return self._run_build(change.paths)

    def _run_build(self, sources: tuple[str, ...], *, reraise: type[Exception] | tuple[()] = ()) -> Outcome:
        begun = self._clock()
        before = self._current.generation
        try:
            result = self._build()
            self._is_cold = result.is_repeated
            after, diagnostics = self._next_generation(before, result, sources), result.diagnostics
        except reraise:
            raise
        except Exception as problem:  # keep serving: the next change may fix it
            diagnostics = self._reporter.explain(problem)
            resources = refresh_resources(before.resources)
            after = self._latest_generation(before).with_problems(self._describe(diagnostics), resources)
        self._current.show(after)
        seconds = self._clock() - begun
        return Outcome(
            sources, after.changed_since(before.number), diagnostics, seconds, not self._current.needs_fallback
        )

    def _next_generation(self, before: Generation, result: PreviewResult, sources: tuple[str, ...]) -> Generation:
        latest = self._latest_generation(before)
        if result.resources is None:
            return latest.with_problems(self._describe(result.diagnostics), before.resources)
        pages = [result.pages[path] for path in sources if path in result.pages] if self._navigate else []
        return latest.with_site(result.resources, result.base_path, pages[0] if pages else "", before.number)

    def _latest_generation(self, before: Generation) -> Generation:
        """Returns the generation that the build ends with: if there was a site, single pages may have been shown."""
        return before if before.is_empty else self._current.generation

    def _describe(self, diagnostics: Iterable[Diagnostic]) -> str:
        return self._reporter.describe(found for found in diagnostics if found.is_error)
