"""The current snapshot of the server, shared between the builder's thread and the request threads.

Waiting threads have no queue: what a page missed follows from the number of its generation.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from afterword.server.snapshot import Answer, Generation


class CurrentSite:
    """Shows one generation at a time; at first an empty one, of which the real one is awaited."""

    def __init__(self, first: Generation) -> None:
        self._generation = first
        self._is_awaited = first.is_empty
        self._is_closed = False
        self._advanced: Collection[str] = frozenset()
        self._wanted: dict[str, int] = {}
        self._changed = threading.Condition()

    @property
    def generation(self) -> Generation:
        """What is shown now."""
        return self._generation

    def announce(self) -> None:
        """A build may be about to change what is shown: requests from now on wait for `show`."""
        with self._changed:
            self._is_awaited, self._advanced = True, frozenset()

    def show(self, generation: Generation) -> None:
        """Show a generation, which may be the one that is shown already, and let everybody go on."""
        with self._changed:
            self._generation = generation
            self._is_awaited, self._advanced = False, frozenset()
            self._changed.notify_all()

    def list_wanted(self) -> Collection[str]:
        """The files of the site that requests or open pages wait for: the last request
        comes first, for who has gone is noticed late."""
        with self._changed:
            return tuple(reversed(self._wanted))

    def advance(self, pages: Mapping[str, Answer]) -> None:
        """While a build is at work: show these files of the site that it makes before the rest of it."""
        with self._changed:
            if not self._generation.is_empty:
                self._generation = self._generation.with_pages(pages)
                self._advanced = pages.keys()
                self._changed.notify_all()

    def offer(self, early: Mapping[str, Answer]) -> None:
        """While the first build is at work: what there is for who does not want to wait, unless there is something."""
        with self._changed:
            if self._generation.is_empty and not self._generation.early:
                self._generation = replace(self._generation, early=early)

    def resume(self) -> None:
        """There is nothing new after all: let everybody go on."""
        self.show(self._generation)

    def settled(self, timeout: float, names: Collection[str] = ()) -> Generation:
        """The generation, once none is awaited any more, or one of these files is shown in advance, or after so many
        seconds."""
        with self._changed, self._wanting(names):
            self._changed.wait_for(lambda: not self._is_awaited or self._has_advanced(names), timeout)
            return self._generation

    def other_than(self, generation: Generation, timeout: float) -> None:
        """Wait for so many seconds at most until another generation is shown."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._generation is not generation, timeout)

    def newer_than(self, number: int, timeout: float, names: Collection[str] = ()) -> Generation | None:
        """A generation later than the one with this number, for who looks at one of these files; None after so many
        seconds, and when all is over."""
        with self._changed, self._wanting(names):
            self._changed.wait_for(lambda: self._is_closed or self._generation.number > number, timeout)
            return self._generation if self._generation.number > number else None

    @contextmanager
    def _wanting(self, names: Collection[str]) -> Iterator[None]:
        """Under the lock: these files are wanted while a request waits."""
        for name in names:
            self._wanted[name] = self._wanted.pop(name, 0) + 1
        try:
            yield
        finally:
            for name in names:
                self._wanted[name] -= 1
                if not self._wanted[name]:
                    del self._wanted[name]

    def _has_advanced(self, names: Collection[str]) -> bool:
        return self._is_closed or any(name in self._advanced for name in names)

    def close(self) -> None:
        """Let everybody go who waits, for good."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @property
    def is_closed(self) -> bool:
        """Whether all is over."""
        return self._is_closed
