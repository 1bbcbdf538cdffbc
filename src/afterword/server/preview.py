"""Rebuilds the preview site when sources change, and updates the site that the server shows.

A build that changes the site creates a new generation. After a failed build the server keeps the last good site and
shows the errors on it. The preview is built by the one `build`, into a folder and with a base URL of its own.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.build.builder import build
from afterword.build.cache_session import CacheSession
from afterword.build.workers.pool import silent
from afterword.config import loader as config
from afterword.core.diagnostics import Failure
from afterword.core.urls import Address
from afterword.server.snapshot import look_again, read_table, renew_table

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from contextlib import AbstractContextManager

    from afterword.build.pipeline import Blog
    from afterword.build.report import Report, Request
    from afterword.build.workers.pool import Progress
    from afterword.config.schema import Config
    from afterword.content.file_snapshot import FileSnapshot
    from afterword.core.diagnostics import Diagnostic
    from afterword.server.snapshot import Answer, Generation
    from afterword.server.state import CurrentSite
    from afterword.server.watcher import Change
    from afterword.templates.renderer import RenderContext

    Answers = Mapping[str, Answer]
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


class Built(Struct, frozen=True):
    """What a build gave. `answers` is None where nothing was published; `base_path` is decoded.

    `pages` are the URLs of posts and pages by the paths of their sources, with the base path. Where it `is_repeated`,
    nothing had changed since an earlier run, so that the first build after a change has much to read.
    """

    answers: Mapping[str, Answer] | None
    base_path: str
    diagnostics: tuple[Diagnostic, ...] = ()
    pages: Mapping[str, str] = field(default_factory=dict)
    is_repeated: bool = False


class PreviewCallbacks(Struct, frozen=True):
    """Who does not want to wait for the end of a build.

    `offer` takes answers that can be had one by one while there is no site at all; None where these are of no use.
    `list_wanted` gives the files of the site that are open or waited for (`/posts/x/index.html`), and `advance`
    takes those of the new site that there are of them.
    """

    list_wanted: Callable[[], Collection[str]]
    advance: Callable[[Answers], None]
    offer: Callable[[Answers], None] | None = None


class Builder(Protocol):
    """Builds a blog for a server. `base_path` is decoded, as far as is known now; `allowed_hosts` are the settings'."""

    base_path: str
    allowed_hosts: tuple[str, ...]

    def look(self) -> Mapping[str, Answer]:
        """What stands of the site that an earlier run has built, however old."""

    def build(
        self, origin: str, callbacks: PreviewCallbacks | None = None, inputs: FileSnapshot | None = None
    ) -> Built:
        """Build for the server at `origin`; raises `Failure` where there is no blog to build.

        `callbacks` is served while the build is at work. `inputs` is a look at the sources, if one was just taken.
        """


class Outcome(Struct, frozen=True):
    """What a build did: the sources that had changed, the files of the site that it changed, its diagnostics."""

    sources: tuple[str, ...]
    changed: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    seconds: float


class ErrorReporter(Protocol):
    """Formats the errors of a build."""

    def explain(self, problem: Exception) -> tuple[Diagnostic, ...]:
        """What an exception of a build comes to: a full disk, a bug, of which it keeps a record."""

    def describe(self, diagnostics: Iterable[Diagnostic]) -> str:
        """What is the matter, as plain text with places, frames and hints, to be shown on the page."""


class Session:
    """Builds, and shows what was built, or what the critic says of it."""

    def __init__(
        self,
        stage: CurrentSite,
        build: Callable[[], Built],
        reporter: ErrorReporter,
        *,
        navigate: bool = False,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._stage = stage
        self._build = build
        self._critic = reporter
        self._navigate = navigate
        self._clock = clock
        self._is_cold = False

    def begin(self) -> Outcome:
        """The first build; raises `Failure` where there is no blog to build."""
        return self._try((), ends=Failure)

    def warm_up(self) -> Outcome | None:
        """After a first build that had nothing to do: read now what the build after the first change is going to need.

        It is a build like any other; None where there is no need for it.
        """
        return self._try(()) if self._is_cold else None

    def follow(self, change: Change) -> Outcome:
        """The build after a change. What would have ended the run at its beginning is now a problem among others."""
        self._stage.announce()
        return self._try(change.paths)

    def _try(self, sources: tuple[str, ...], *, ends: type[Exception] | tuple[()] = ()) -> Outcome:
        """Build after a change of these sources; of all exceptions, only those of the kind `ends` are let through."""
        begun = self._clock()
        before = self._stage.generation
        try:
            built = self._build()
            self._is_cold = built.is_repeated
            after, diagnostics = self._after(before, built, sources), built.diagnostics
        except ends:
            raise
        except Exception as problem:  # with the next change it may work
            diagnostics = self._critic.explain(problem)
            after = self._latest(before).with_problems(self._describe(diagnostics), look_again(before.answers))
        self._stage.show(after)
        return Outcome(sources, after.changes_since(before.number), diagnostics, self._clock() - begun)

    def _after(self, before: Generation, built: Built, sources: tuple[str, ...]) -> Generation:
        latest = self._latest(before)
        if built.answers is None:
            return latest.with_problems(self._describe(built.diagnostics), before.answers)
        pages = [built.pages[path] for path in sources if path in built.pages] if self._navigate else []
        return latest.with_site(built.answers, built.base_path, pages[0] if pages else "", before.number)

    def _latest(self, before: Generation) -> Generation:
        """The generation that the next one comes after: where there was a site before the build, pages may have been
        shown in advance."""
        return before if before.is_empty else self._stage.generation

    def _describe(self, diagnostics: Iterable[Diagnostic]) -> str:
        return self._critic.describe(found for found in diagnostics if found.is_error)
