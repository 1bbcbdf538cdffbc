"""How far a build is, for whoever watches a terminal: a bar that comes after a moment and leaves nothing behind.

Relies on Rich, which is imported when the bar is first drawn. Refuses to flicker: a short build shows nothing.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.progress import Progress as RichProgress

    from afterword.jobs import Progress

PATIENCE = 0.5
"""Seconds of a build before there is a bar."""

_PHASES = {"read": "Reading", "write": "Markdown", "render": "Pages", "publish": "Publishing"}


class Bar:
    """A progress bar on standard error, one line for the phase that runs."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._drawn: RichProgress | None = None

    def __call__(self, phase: str, done: int, total: int) -> None:
        if self._drawn is None:
            if self._clock() - self._begun < PATIENCE:
                return
            self._drawn = _draw()
        label = _PHASES.get(phase, phase)
        tasks = self._drawn.tasks
        if not tasks or tasks[0].description != label:
            for task in tasks:
                self._drawn.remove_task(task.id)
            self._drawn.add_task(label, total=total)
        self._drawn.update(self._drawn.tasks[0].id, completed=done, total=total)

    def stop(self) -> None:
        """Take the bar away."""
        if self._drawn is not None:
            self._drawn.stop()


def _draw() -> RichProgress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    drawn = Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=8)
    drawn.start()
    return drawn


@contextmanager
def watched(*, wanted: bool) -> Iterator[Progress]:
    """The progress to give to a build: a bar where one is wanted."""
    if not wanted:
        yield lambda _phase, _done, _total: None
        return
    bar = Bar()
    try:
        yield bar
    finally:
        bar.stop()
