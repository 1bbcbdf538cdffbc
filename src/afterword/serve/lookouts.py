"""Ways to look at a blog's sources: when the system tells of events, every so often, or not at all.

Who looks at all sweeps, for events are only hints. Relies on `events`, imported where it is used: `watchdog` is slow to
load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.diagnostics import warning
from afterword.serve.sources import stamp_sources
from afterword.serve.watch import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from afterword.diagnostics import Diagnostic
    from afterword.serve.watch import Hints
    from afterword.stamps import Stamp

POLL_SECONDS = 1.0
"""How often sources are looked at where no events come."""


class Resting:
    """Looks at nothing: a build comes only when it is asked for."""

    pace = Pace.polling(3600.0)

    def sweep(self) -> Mapping[str, Stamp]:
        """No stamps."""
        return {}

    def stop(self) -> None:
        """Nothing has to be ended."""


class Polling:
    """Looks every so many seconds."""

    def __init__(self, root: Path, seconds: float) -> None:
        self._root = root
        self.pace = Pace.polling(seconds)

    def sweep(self) -> Mapping[str, Stamp]:
        """The stamps of the sources."""
        return stamp_sources(self._root)

    def stop(self) -> None:
        """Nothing has to be ended."""


class Listening:
    """Has the system hint at changes. Where it does not, says so once and looks every so often from then on."""

    def __init__(self, root: Path, hints: Hints, warn: Callable[[Diagnostic], None]) -> None:
        from afterword.serve.events import CannotWatch, Watcher

        self._failure = CannotWatch
        self._watcher: Watcher | None = Watcher(root, lambda _: hints.event())
        self._root = root
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
        return stamp_sources(self._root)

    def stop(self) -> None:
        """Let the system hint no more."""
        if self._watcher is not None:
            self._watcher.stop()


def _without_events(reason: str) -> Diagnostic:
    message = f"sources are looked at every {POLL_SECONDS:g} s, for the system does not tell of changes: {reason}"
    return warning("no-file-events", message)
