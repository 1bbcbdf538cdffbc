"""Ways to look at a blog's sources: when the system tells of events, every so often, or not at all.

Who looks at all sweeps, for events are only hints; the build that follows is handed the sweep. Relies on `events`,
imported where it is used: `watchdog` is slow to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.diagnostics import warning
from afterword.serve.sources import stamp_sources
from afterword.serve.watch import Pace
from afterword.sweep import Sweep, take_sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from afterword.diagnostics import Diagnostic
    from afterword.serve.watch import Hints
    from afterword.stamps import Stamp

POLL_SECONDS = 1.0
"""How often sources are looked at where no events come."""


class Sweeps:
    """Sweeps of the blog in `root`. The last one is as good for a build that begins now as one of its own."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._last: Sweep | None = None

    def sweep(self) -> Mapping[str, Stamp]:
        """The stamps of the sources."""
        self._last = None
        self._last = take_sweep(self._root, ())
        return stamp_sources(self._last)

    def hand_over(self) -> Sweep | None:
        """The last sweep, once: a later build must not take it for a look at what is there by then."""
        sweep, self._last = self._last, None
        return sweep


class Resting:
    """Looks at nothing: a build comes only when it is asked for."""

    pace = Pace.polling(3600.0)

    def sweep(self) -> Mapping[str, Stamp]:
        """No stamps."""
        return {}

    def hand_over(self) -> None:
        """No sweep: the build takes its own."""

    def stop(self) -> None:
        """Nothing has to be ended."""


class Polling(Sweeps):
    """Looks every so many seconds."""

    def __init__(self, root: Path, seconds: float) -> None:
        super().__init__(root)
        self.pace = Pace.polling(seconds)

    def stop(self) -> None:
        """Nothing has to be ended."""


class Listening(Sweeps):
    """Has the system hint at changes. Where it does not, says so once and looks every so often from then on."""

    def __init__(self, root: Path, hints: Hints, warn: Callable[[Diagnostic], None]) -> None:
        from afterword.serve.events import CannotWatch, Watcher

        super().__init__(root)
        self._failure = CannotWatch
        self._watcher: Watcher | None = Watcher(root, lambda _, saved: hints.event(saved=saved))
        self._warn = warn
        self.pace = Pace()

    def sweep(self) -> Mapping[str, Stamp]:
        """The stamps of the sources; events tell of whatever changes after it."""
        if self._watcher is not None:
            try:
                self._watcher.follow()
            except self._failure as problem:
                self._watcher = None
                self.pace = Pace.polling(POLL_SECONDS)
                self._warn(_without_events(str(problem)))
        return super().sweep()

    def stop(self) -> None:
        """Let the system hint no more."""
        if self._watcher is not None:
            self._watcher.stop()


def _without_events(reason: str) -> Diagnostic:
    message = f"sources are looked at every {POLL_SECONDS:g} s, for the system does not tell of changes: {reason}"
    return warning("no-file-events", message)
