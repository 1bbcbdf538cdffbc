"""The operating system's file events, by way of `watchdog`: each that concerns a source is a hint.

Events of opening and of closing without a write are left out at the source: a build reads its sources, so each would
cause the next. Where the system has no room for more watches, says so (`CannotWatch`) rather than watching half.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from afterword.serve.sources import FOLDERS, is_source

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver, ObservedWatch

WANTED: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    FileClosedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]
"""The events that can mean a change; what is named here is all that is asked for."""

_ROOT = ""
"""The blog's folder itself, of which only what is directly in it is watched."""


class CannotWatch(Exception):  # noqa: N818 - an outcome: sources are looked at again and again instead
    """There will be no events; the message says why and, where something can be done, what."""


class Watcher:
    """Watches the source folders of a blog, and the blog's folder itself for folders that come and go.

    `hint` is called with the path of a source, relative to the blog, and with whether that is a file that was just
    written to its end, or put in place; from a thread of the watcher.
    """

    def __init__(self, root: Path, hint: Callable[[str, bool], None]) -> None:
        self._root = root.resolve()
        self._listener = _Listener(os.fspath(self._root), hint)
        self._observer: BaseObserver | None = None
        self._watches: dict[str, tuple[int, ObservedWatch]] = {}

    def follow(self) -> None:
        """Watch the folders that are there now, and no others: a folder made anew needs a new watch.

        Begins at the first call. Raises `CannotWatch`, and has then stopped for good.
        """
        try:
            if self._observer is None:
                self._observer = Observer()
                self._observer.start()
            for folder in (_ROOT, *FOLDERS):
                self._follow(folder, self._observer)
        except OSError as problem:
            self.stop()
            raise CannotWatch(_explain(problem)) from problem

    def stop(self) -> None:
        """End; nothing more is hinted."""
        if self._observer is not None:
            self._observer.stop()

    def _follow(self, folder: str, observer: BaseObserver) -> None:
        path = self._root / folder
        inode = path.stat().st_ino if path.is_dir() else 0
        watched, watch = self._watches.get(folder, (0, None))
        if inode == watched:
            return
        if watch is not None:
            del self._watches[folder]
            observer.unschedule(watch)
        if inode:
            deep = folder != _ROOT
            new = observer.schedule(self._listener, os.fspath(path), recursive=deep, event_filter=WANTED)
            self._watches[folder] = (inode, new)


class _Listener(FileSystemEventHandler):
    """Hands on that something happened to a source."""

    def __init__(self, root: str, hint: Callable[[str, bool], None]) -> None:
        self._root = root
        self._hint = hint

    def on_any_event(self, event: FileSystemEvent) -> None:
        is_closed, is_moved = isinstance(event, FileClosedEvent), isinstance(event, FileMovedEvent)
        for path, is_whole in ((event.src_path, is_closed), (event.dest_path, is_moved)):
            source = os.path.relpath(os.fsdecode(path), self._root).replace(os.sep, "/") if path else ""
            if is_source(source):
                self._hint(source, is_whole)


def _explain(problem: OSError) -> str:
    match problem.errno:
        case errno.ENOSPC:
            return "there are too many watched folders; raise `fs.inotify.max_user_watches` with `sysctl`"
        case errno.EMFILE:
            return "too many programs watch folders; raise `fs.inotify.max_user_instances` with `sysctl`"
        case _:
            return (problem.strerror or str(problem)).lower()
