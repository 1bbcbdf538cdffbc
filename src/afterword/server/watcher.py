"""The watcher: waits for changed sources, with a debounce, and starts a build.

An event is a hint. After the last hint the watcher waits for a quiet moment, because programs save in several steps,
and then compares snapshots. A slow poll finds changes whose events were lost.
"""

from __future__ import annotations

import queue
import time
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from afterword.core.fingerprints import Stamp


class Pace(Struct, frozen=True):
    """Seconds: of `quiet` after the last hint, or after one that a file is `saved`, at `most` after the first one; for
    which a file must be `gone`; between sweeps while there is something going on (`active`) and otherwise (`idle`), and
    how long that is (`awake`)."""

    quiet: float = 0.05
    saved: float = 0.02
    most: float = 0.5
    gone: float = 0.25
    active: float = 2.0
    idle: float = 10.0
    awake: float = 60.0

    @classmethod
    def polling(cls, seconds: float) -> Pace:
        """The pace where no events come: a sweep every so many seconds."""
        return cls(active=seconds, idle=seconds)


class Change(Struct, frozen=True):
    """What changed: paths of the blog, sorted; none where a build was asked for without any change."""

    paths: tuple[str, ...]


class Hint(IntEnum):
    """What is hinted at, from the least weighty on: a later one says all that an earlier one says."""

    EVENT = 1
    SAVED = 2
    ASKED = 3
    CLOSED = 4


class Hints:
    """Hints from any thread, in order."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Hint] = queue.SimpleQueue()

    def event(self, *, saved: bool = False) -> None:
        """Something may have changed; `saved` where it is a file that is whole now."""
        self._queue.put(Hint.SAVED if saved else Hint.EVENT)

    def ask(self) -> None:
        """A build is wanted, changed or not."""
        self._queue.put(Hint.ASKED)

    def close(self) -> None:
        """Ends all waiting."""
        self._queue.put(Hint.CLOSED)

    def next(self, timeout: float) -> Hint | None:
        """The next hint, or None after so many seconds without one."""
        try:
            return self._queue.get(timeout=timeout)
        except queue.Empty:
            return None


class Lookout(Protocol):
    """A way to look at sources: the pace that it wants, which may change, and a sweep of them."""

    @property
    def pace(self) -> Pace: ...

    def take_stamps(self) -> Mapping[str, Stamp]: ...

    def stop(self) -> None: ...


def _nothing() -> None:
    pass


class Changes:
    """The changes of a blog's sources since this was made, one at a time.

    `noticed` is called at once when a change may be coming, and `dismissed` when it turns out to be none.
    """

    def __init__(
        self,
        lookout: Lookout,
        hints: Hints,
        *,
        noticed: Callable[[], None] = _nothing,
        dismissed: Callable[[], None] = _nothing,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lookout = lookout
        self._hints = hints
        self._noticed = noticed
        self._dismissed = dismissed
        self._clock = clock
        self._known: Mapping[str, Stamp] = {}
        self._known = self._sweep()
        self._awake_until = clock() + lookout.pace.awake

    def wait(self) -> Change | None:
        """Block until there is a change, or a build is asked for; None once the hints are closed."""
        while True:
            hint = self._hints.next(self._interval())
            if hint is not None:
                self._noticed()
                pace = self._lookout.pace
                hint = self._settle(hint, pace.quiet, pace.saved, pace.most)
            if hint is Hint.CLOSED:
                return None
            paths = self._compare()
            if paths or hint is Hint.ASKED:
                self._awake_until = self._clock() + self._lookout.pace.awake
                return Change(paths)
            if hint is not None:
                self._dismissed()

    def _interval(self) -> float:
        pace = self._lookout.pace
        return pace.active if self._clock() < self._awake_until else pace.idle

    def _settle(self, first: Hint, quiet: float, saved: float, most: float) -> Hint:
        """Take hints until there is quiet, or for long enough; the weightiest of them."""
        latest = self._clock() + most
        hint: Hint | None = first
        weightiest = first
        while weightiest is not Hint.CLOSED and (left := latest - self._clock()) > 0:
            hint = self._hints.next(min(saved if hint is Hint.SAVED else quiet, left))
            if hint is None:
                break
            weightiest = max(weightiest, hint)
        return weightiest

    def _compare(self) -> tuple[str, ...]:
        """The paths that differ from the sweep before; a file that is missing gets a moment to come back."""
        found = self._sweep()
        if self._known.keys() - found.keys():
            self._await_return()
            found = self._sweep()
        known, self._known = self._known, found
        return tuple(sorted(path for path in known.keys() | found.keys() if known.get(path) != found.get(path)))

    def _sweep(self) -> Mapping[str, Stamp]:
        """The stamps of the sources; the known ones while the sources cannot be read."""
        try:
            return self._lookout.take_stamps()
        except OSError:
            return self._known

    def _await_return(self) -> None:
        """Give missing files a moment. Events of it are part of the same change; all else is hinted at again."""
        gone = self._lookout.pace.gone
        match self._settle(Hint.EVENT, gone, gone, gone):
            case Hint.ASKED:
                self._hints.ask()
            case Hint.CLOSED:
                self._hints.close()
