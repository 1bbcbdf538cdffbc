"""One run of the server: each change of the sources becomes a build, each build that changes the site a generation.

Relies on a function that builds, and on `stage` to show what it made. A build that fails leaves the last good site in
its place, with what is the matter. Refuses to print: what happened is told, as data.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterword.diagnostics import Failure
from afterword.serve.built import Built

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from afterword.diagnostics import Diagnostic
    from afterword.serve.answers import Generation
    from afterword.serve.stage import Stage
    from afterword.serve.watch import Change


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build did: the sources that had changed, the files of the site that it changed, what there is to say."""

    sources: tuple[str, ...]
    changed: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    seconds: float


class Session:
    """Builds, and shows what was built. `describe` makes text of diagnostics, for the page."""

    def __init__(
        self,
        stage: Stage,
        build: Callable[[], Built],
        describe: Callable[[Iterable[Diagnostic]], str],
        *,
        navigate: bool = False,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._stage = stage
        self._build = build
        self._describe = describe
        self._navigate = navigate
        self._clock = clock

    def begin(self) -> Outcome:
        """The first build; raises `Failure` where there is no blog to build."""
        begun = self._clock()
        return self._show(self._build(), (), begun)

    def follow(self, change: Change) -> Outcome:
        """The build after a change. What would have ended the run at its beginning is now a problem among others."""
        self._stage.announce()
        begun = self._clock()
        try:
            built = self._build()
        except Failure as failure:
            built = Built(None, "", failure.diagnostics)
        return self._show(built, change.paths, begun)

    def _show(self, built: Built, sources: tuple[str, ...], begun: float) -> Outcome:
        before = self._stage.generation
        after = self._after(before, built, sources)
        self._stage.show(after)
        changed = after.changes() if after.number > before.number else ()
        return Outcome(sources, changed, built.diagnostics, self._clock() - begun)

    def _after(self, before: Generation, built: Built, sources: tuple[str, ...]) -> Generation:
        if built.answers is None:
            return before.with_problems(self._describe(found for found in built.diagnostics if found.is_error))
        pages = [built.pages[path] for path in sources if path in built.pages] if self._navigate else []
        return before.with_site(built.answers, built.base_path, pages[0] if pages else "")
