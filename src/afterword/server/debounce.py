"""The debounce of the watcher: waits until changed sources are quiet, then reports them as one change.

An event is only a hint that a file may have changed. After the last event the debouncer waits for a quiet moment,
because programs save in several steps, and then compares the stamps of the sources. A slow poll finds changes whose
events were lost.
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


class WatchTimings(Struct, frozen=True):
    """Times of the debounce and the poll, in seconds.

    Attributes:
        quiet: how long no event may come after the last one.
        saved: the same, if the last event says that a file was closed or renamed.
        longest: how long a change is delayed while events keep coming.
        missing: how long a missing file may be absent before it counts as deleted.
        active, idle: time between polls after a recent change, and otherwise.
        active_for: how long a change counts as recent.
    """

    quiet: float = 0.05
    saved: float = 0.01
    longest: float = 0.5
    missing: float = 0.25
    active: float = 2.0
    idle: float = 10.0
    active_for: float = 60.0

    @classmethod
    def polling(cls, seconds: float) -> WatchTimings:
        """Returns the timings without events: a poll every so many seconds."""
        return cls(active=seconds, idle=seconds)


class Change(Struct, frozen=True):
    """The sorted paths of sources that changed; none if a build was requested without a change."""

    paths: tuple[str, ...]


class WatchEvent(IntEnum):
    """An event of the watcher. Of several events, the highest one decides."""

    CHANGED = 1
    SAVED = 2
    BUILD_REQUESTED = 3
    CLOSED = 4


class WatchEvents:
    """A queue of events from any thread."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[WatchEvent] = queue.SimpleQueue()

    def put_change(self, *, saved: bool = False) -> None:
        """Adds the event that a source may have changed; `saved` if the file is complete."""
        self._queue.put(WatchEvent.SAVED if saved else WatchEvent.CHANGED)

    def request_build(self) -> None:
        """Requests a build even if nothing has changed."""
        self._queue.put(WatchEvent.BUILD_REQUESTED)

    def close(self) -> None:
        """Ends all waiting."""
        self._queue.put(WatchEvent.CLOSED)

    def get(self, timeout: float) -> WatchEvent | None:
        """Returns the next event, or None after `timeout` seconds without one."""
        try:
            return self._queue.get(timeout=timeout)
        except queue.Empty:
            return None


class StampSource(Protocol):
    """Takes the stamps of the sources. Its timings may change when it does."""

    @property
    def timings(self) -> WatchTimings: ...

    def take_stamps(self) -> Mapping[str, Stamp]: ...


def _do_nothing() -> None:
    pass


class Debouncer:
    """Reports the changes of sources since its creation, one at a time.

    `on_event` is called as soon as there may be a change, and `on_no_change` if there was none.
    """

    def __init__(
        self,
        detector: StampSource,
        events: WatchEvents,
        *,
        on_event: Callable[[], None] = _do_nothing,
        on_no_change: Callable[[], None] = _do_nothing,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._detector = detector
        self._events = events
        self._on_event = on_event
        self._on_no_change = on_no_change
        self._clock = clock
        self._known: Mapping[str, Stamp] = {}
        self._known = self._take_stamps()
        self._active_until = clock() + detector.timings.active_for

    def wait(self) -> Change | None:
        """Blocks until there is a change or a build is requested. Returns None once the events are closed."""
        while True:
            event = self._events.get(self._poll_interval())
            if event is not None:
                self._on_event()
                timings = self._detector.timings
                event = self._wait_until_quiet(event, timings.quiet, timings.saved, timings.longest)
            if event is WatchEvent.CLOSED:
                return None
            paths = self._find_changed()
            if paths or event is WatchEvent.BUILD_REQUESTED:
                self._active_until = self._clock() + self._detector.timings.active_for
                return Change(paths)
            if event is not None:
                self._on_no_change()

    def _poll_interval(self) -> float:
        timings = self._detector.timings
        return timings.active if self._clock() < self._active_until else timings.idle

    def _wait_until_quiet(self, first: WatchEvent, quiet: float, saved: float, longest: float) -> WatchEvent:
        """Takes events until none comes for a while, or for `longest` seconds. Returns the highest of them."""
        deadline = self._clock() + longest
        event: WatchEvent | None = first
        highest = first
        while highest is not WatchEvent.CLOSED and (left := deadline - self._clock()) > 0:
            event = self._events.get(min(saved if event is WatchEvent.SAVED else quiet, left))
            if event is None:
                break
            highest = max(highest, event)
        return highest

    def _find_changed(self) -> tuple[str, ...]:
        """Returns the paths whose stamps differ from the last ones. A missing file gets some time to come back."""
        found = self._take_stamps()
        if self._known.keys() - found.keys():
            self._wait_for_missing()
            found = self._take_stamps()
        known, self._known = self._known, found
        return tuple(sorted(path for path in known.keys() | found.keys() if known.get(path) != found.get(path)))

    def _take_stamps(self) -> Mapping[str, Stamp]:
        try:
            return self._detector.take_stamps()
        except OSError:
            return self._known

    def _wait_for_missing(self) -> None:
        """Waits for missing files. Their events belong to the same change; other events are put back."""
        missing = self._detector.timings.missing
        match self._wait_until_quiet(WatchEvent.CHANGED, missing, missing, missing):
            case WatchEvent.BUILD_REQUESTED:
                self._events.request_build()
            case WatchEvent.CLOSED:
                self._events.close()
