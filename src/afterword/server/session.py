"""A session of the server: builds after each change and shows the result or the errors."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field

from afterword.core.diagnostics import Failure
from afterword.server.snapshot import look_again

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from afterword.content.file_snapshot import FileSnapshot
    from afterword.core.diagnostics import Diagnostic
    from afterword.server.snapshot import Answer, Generation
    from afterword.server.state import CurrentSite
    from afterword.server.watcher import Change

    Answers = Mapping[str, Answer]


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
