"""Where the builder's thread and the server's threads meet: the generation that is shown, and whether one is coming.

One thread announces and shows; any number of them wait. Refuses to keep a queue for each of them: what a waiter missed
follows from the generation's number.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from afterword.serve.answers import Answer, Generation


class Stage:
    """Shows one generation at a time; at first an empty one, of which the real one is awaited."""

    def __init__(self, first: Generation) -> None:
        self._generation = first
        self._is_awaited = first.is_empty
        self._is_closed = False
        self._changed = threading.Condition()

    @property
    def generation(self) -> Generation:
        """What is shown now."""
        return self._generation

    def announce(self) -> None:
        """A build may be about to change what is shown: whoever asks from now on waits for `show`."""
        with self._changed:
            self._is_awaited = True

    def show(self, generation: Generation) -> None:
        """Show a generation, which may be the one that is shown already, and let everybody go on."""
        with self._changed:
            self._generation = generation
            self._is_awaited = False
            self._changed.notify_all()

    def offer(self, early: Mapping[str, Answer]) -> None:
        """While the first build is at work: what there is for who does not want to wait, unless there is something."""
        with self._changed:
            if self._generation.is_empty and not self._generation.early:
                self._generation = replace(self._generation, early=early)

    def resume(self) -> None:
        """There is nothing new after all: let everybody go on."""
        self.show(self._generation)

    def settled(self, timeout: float) -> Generation:
        """The generation, once none is awaited any more, or after so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or not self._is_awaited, timeout)
            return self._generation

    def newer_than(self, number: int, timeout: float) -> Generation | None:
        """A generation later than the one with this number, or None after so many seconds, and when all is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._generation.number > number, timeout)
            return self._generation if self._generation.number > number else None

    def close(self) -> None:
        """Let everybody go who waits, for good."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @property
    def is_closed(self) -> bool:
        """Whether all is over."""
        return self._is_closed
