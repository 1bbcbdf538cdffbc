"""Detects changed sources by file events or polling, and knows which paths are sources."""

from __future__ import annotations

import errno
import os
from fnmatch import fnmatchcase
from functools import lru_cache
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

from afterword.content.file_snapshot import FileSnapshot, take_snapshot
from afterword.core.diagnostics import warning
from afterword.core.files import CONFIG_FILES, PUBLISHED_DOT_NAMES, ROOT_FILES, URL_LOCK, describe, is_backup
from afterword.core.fingerprints import Stamp
from afterword.output.destination import SOURCE_FOLDERS
from afterword.server.debounce import WatchTimings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver, ObservedWatch

    from afterword.core.diagnostics import Diagnostic
    from afterword.server.debounce import WatchEvents

_TEMPORARY_NAMES = (
    "4913",  # Vim tests with it whether the folder is writable
    "*.tmp",
    "*.crswap",  # Chromium's editors
    "*___jb_*___",  # JetBrains: the new file, and the old
    "Thumbs.db",
    "desktop.ini",
)


_NO_STAMP = Stamp(0, 0, 0, 0)


def stamp_sources(snapshot: FileSnapshot) -> Mapping[str, Stamp]:
    """Returns the stamps of the files that a blog may be built from, by path. Those of unreadable files are zeros."""
    unreadable = {found.place.path: _NO_STAMP for found in snapshot.sources.diagnostics if found.place is not None}
    stamps = {**unreadable, **snapshot.sources.stamps, **snapshot.settings}
    return {path: stamp for path, stamp in stamps.items() if is_source(path)}


@lru_cache(maxsize=100_000)
def is_source(path: str) -> bool:
    """Returns whether a build could read a path of the blog (relative, with `/`). Folders of sources count, too."""
    first, *others = path.split("/")
    if not others:
        return first in (*SOURCE_FOLDERS, *CONFIG_FILES, *ROOT_FILES, URL_LOCK)
    temporary = () if first == "static" else _TEMPORARY_NAMES  # all static files are published
    return first in SOURCE_FOLDERS and not any(_is_ignored(name, temporary) for name in others)


def _is_ignored(name: str, temporary: Iterable[str]) -> bool:
    """Returns whether a file or folder is hidden or written by an editor."""
    if name.startswith("."):
        return name not in PUBLISHED_DOT_NAMES
    return is_backup(name) or any(fnmatchcase(name, pattern) for pattern in temporary)


EVENT_TYPES: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    FileClosedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]
"""The types of events that can mean a change. Others are not requested."""

_ROOT = ""
"""The folder of the blog, which is not watched recursively."""


class WatchedSources:
    """The files that a preview is built from: those of a blog. A subclass has those of another folder."""

    def list_folders(self, root: Path) -> Iterable[str]:  # noqa: ARG002 - the same in every blog
        """Returns the folders in `root` with sources, which are watched recursively."""
        return SOURCE_FOLDERS

    def is_source(self, path: str) -> bool:
        """Returns whether a build could read a path, relative to the root."""
        return is_source(path)

    def take(self, root: Path) -> tuple[Mapping[str, Stamp], FileSnapshot | None]:
        """Returns the stamps of the sources by path, and a snapshot for the next build if it can use one."""
        snapshot = take_snapshot(root, ())
        return stamp_sources(snapshot), snapshot


BLOG_SOURCES = WatchedSources()
"""The sources of a blog."""


class Watcher:
    """Watches the source folders of a blog, and the blog's folder for source folders that are created or deleted.

    `notify` is called in a thread of the watcher, with the path of a source, relative to the blog, and whether the file
    is complete: it was closed after writing, or renamed into place.
    """

    def __init__(self, root: Path, notify: Callable[[str, bool], None], sources: WatchedSources = BLOG_SOURCES) -> None:
        self._root = root.resolve()
        self._sources = sources
        self._handler = _EventHandler(os.fspath(self._root), notify, sources)
        self._observer: BaseObserver | None = None
        self._watches: dict[str, tuple[int, ObservedWatch]] = {}

    def update_watches(self) -> None:
        """Watches the source folders that exist now. A folder that was deleted and created again needs a new watch.

        The first call starts the watcher. Raises `OSError` if file events are not available, and then stops for good.
        """
        try:
            if self._observer is None:
                self._observer = Observer()
                self._observer.start()
            for folder in {_ROOT, *self._sources.list_folders(self._root), *self._watches}:
                self._update_watch(folder, self._observer)
        except OSError:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops watching."""
        if self._observer is not None:
            self._observer.stop()

    def _update_watch(self, folder: str, observer: BaseObserver) -> None:
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
            new = observer.schedule(self._handler, os.fspath(path), recursive=deep, event_filter=EVENT_TYPES)
            self._watches[folder] = (inode, new)


class _EventHandler(FileSystemEventHandler):
    """Passes on the events of sources."""

    def __init__(self, root: str, notify: Callable[[str, bool], None], sources: WatchedSources) -> None:
        self._root = root
        self._notify = notify
        self._sources = sources

    def on_any_event(self, event: FileSystemEvent) -> None:
        is_closed, is_moved = isinstance(event, FileClosedEvent), isinstance(event, FileMovedEvent)
        for path, is_whole in ((event.src_path, is_closed), (event.dest_path, is_moved)):
            source = os.path.relpath(os.fsdecode(path), self._root).replace(os.sep, "/") if path else ""
            if self._sources.is_source(source):
                self._notify(source, is_whole)


def _explain(problem: OSError) -> str:
    if problem.errno == errno.ENOSPC:
        return "too many watched folders; raise `fs.inotify.max_user_watches` with `sysctl`"
    if problem.errno == errno.EMFILE:
        return "too many programs watch files; raise `fs.inotify.max_user_instances` with `sysctl`"
    return describe(problem)


POLL_SECONDS = 1.0
"""Seconds between polls if file events are not available."""


class ChangeDetector:
    """Polls the sources of the blog in `root`, and keeps the last snapshot for the next build."""

    def __init__(self, root: Path, timings: WatchTimings, sources: WatchedSources = BLOG_SOURCES) -> None:
        self._root = root
        self._sources = sources
        self.timings = timings
        self._last: FileSnapshot | None = None

    def take_stamps(self) -> Mapping[str, Stamp]:
        """Returns the stamps of the sources, by path."""
        self._last = None
        stamps, self._last = self._sources.take(self._root)
        return stamps

    def pop_snapshot(self) -> FileSnapshot | None:
        """Returns the last snapshot once: for a later build it would be out of date."""
        snapshot, self._last = self._last, None
        return snapshot

    def stop(self) -> None:
        """Ends the detection."""


class EventDetector(ChangeDetector):
    """Takes file events of the system. If there are none, reports that once and polls from then on."""

    def __init__(
        self,
        root: Path,
        events: WatchEvents,
        warn: Callable[[Diagnostic], None],
        sources: WatchedSources = BLOG_SOURCES,
    ) -> None:
        super().__init__(root, WatchTimings(), sources)
        self._watcher: Watcher | None = Watcher(root, lambda _, saved: events.put_change(saved=saved), sources)
        self._warn = warn

    def take_stamps(self) -> Mapping[str, Stamp]:
        """Returns the stamps of the sources; later changes cause events."""
        if self._watcher is not None:
            try:
                self._watcher.update_watches()
            except OSError as problem:
                self._watcher = None
                self.timings = WatchTimings.polling(POLL_SECONDS)
                message = f"file events are not available; polling every {POLL_SECONDS:g} s: {_explain(problem)}"
                self._warn(warning("no-file-events", message))
        return super().take_stamps()

    def stop(self) -> None:
        """Ends the file events."""
        if self._watcher is not None:
            self._watcher.stop()


class NoDetection(ChangeDetector):
    """Detects no changes: every build must be requested, and takes its own snapshot."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, WatchTimings.polling(3600.0))

    def take_stamps(self) -> Mapping[str, Stamp]:
        """Returns no stamps."""
        return {}
