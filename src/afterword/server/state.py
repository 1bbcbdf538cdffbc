"""The generation that the server shows, shared between the thread that builds and the threads of requests.

Waiting threads need no queue: what a page has missed follows from the number of the generation that it shows.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from afterword.server.generation import Generation, Resource


class CurrentSite:
    """The current generation. If the first one is empty, requests wait for the first build."""

    def __init__(self, first: Generation) -> None:
        self._generation = first
        self._is_updating = first.is_empty
        self._is_closed = False
        self._new_pages: Collection[str] = frozenset()
        self._requested: dict[str, int] = {}
        self._changed = threading.Condition()

    @property
    def generation(self) -> Generation:
        """The generation that is shown now."""
        return self._generation

    @property
    def needs_fallback(self) -> bool:
        """Whether there is nothing to show: no site, and no fallback for it."""
        return self._generation.is_empty and not self._generation.fallback

    @property
    def is_closed(self) -> bool:
        """Whether the server has stopped."""
        return self._is_closed

    def begin_update(self) -> None:
        """Makes requests wait for `show`, because a build may be about to change the site."""
        with self._changed:
            self._is_updating, self._new_pages = True, frozenset()

    def cancel_update(self) -> None:
        """Wakes the waiting requests if there is nothing to build."""
        self.show(self._generation)

    def show(self, generation: Generation) -> None:
        """Sets the current generation, which may be the same as before, and wakes the waiting requests."""
        with self._changed:
            self._generation = generation
            self._is_updating, self._new_pages = False, frozenset()
            self._changed.notify_all()

    def show_pages(self, pages: Mapping[str, Resource]) -> None:
        """Shows these files of the new site while the build is still rendering the others."""
        with self._changed:
            if not self._generation.is_empty:
                self._generation = self._generation.with_pages(pages)
                self._new_pages = pages.keys()
                self._changed.notify_all()

    def set_fallback(self, fallback: Mapping[str, Resource]) -> None:
        """Sets what is served until the first build succeeds, unless there is something already."""
        with self._changed:
            if self.needs_fallback:
                self._generation = replace(self._generation, fallback=fallback)

    def requested_files(self) -> Collection[str]:
        """Returns the files that requests and open pages wait for.

        The last requested file comes first, because a closed connection is noticed late.
        """
        with self._changed:
            return tuple(reversed(self._requested))

    def wait_until_current(self, timeout: float, names: Collection[str] = ()) -> Generation:
        """Returns the generation after the current update, after one of these files is shown, or after the timeout."""
        with self._changed, self._requesting(names):
            self._changed.wait_for(lambda: not self._is_updating or self._has_new_page(names), timeout)
            return self._generation

    def wait_for_change(self, generation: Generation, timeout: float) -> None:
        """Waits until another generation than this one is shown, at most `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._generation is not generation, timeout)

    def wait_for_newer(self, number: int, timeout: float, names: Collection[str]) -> Generation | None:
        """Returns a generation with a higher number; None after the timeout and when the server stops.

        `names` are the files of the page that waits.
        """
        with self._changed, self._requesting(names):
            self._changed.wait_for(lambda: self._is_closed or self._generation.number > number, timeout)
            return self._generation if self._generation.number > number else None

    def close(self) -> None:
        """Wakes all waiting threads for good."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @contextmanager
    def _requesting(self, names: Collection[str]) -> Iterator[None]:
        """Counts these files as requested inside the block. Needs the lock."""
        for name in names:
            self._requested[name] = self._requested.pop(name, 0) + 1
        try:
            yield
        finally:
            for name in names:
                self._requested[name] -= 1
                if not self._requested[name]:
                    del self._requested[name]

    def _has_new_page(self, names: Collection[str]) -> bool:
        return self._is_closed or any(name in self._new_pages for name in names)
