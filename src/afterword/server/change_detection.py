"""Strategies of change detection: file events, polling, or none; and which paths are watched."""

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
from afterword.core.files import CONFIG_FILES, CONTENT_FOLDERS, PUBLISHED_DOT_NAMES, is_backup
from afterword.server.watcher import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver, ObservedWatch

    from afterword.core.diagnostics import Diagnostic
    from afterword.core.fingerprints import Stamp
    from afterword.server.watcher import Hints

FOLDERS = (*CONTENT_FOLDERS, "static", "templates")
"""The folders of a blog that a build reads."""

_PASSING_NAMES = (
    "4913",  # Vim: whether it may write here
    "*.tmp",
    "*.crswap",  # Chromium's editors
    "*___jb_*___",  # JetBrains: the new file, and the old
    "Thumbs.db",
    "desktop.ini",
)


def stamp_sources(inputs: FileSnapshot) -> Mapping[str, Stamp]:
    """The stamps of the files that a blog may be built from, by their paths in it."""
    stamps = {**inputs.sources.stamps, **inputs.settings}
    return {path: stamp for path, stamp in stamps.items() if is_source(path)}


@lru_cache(maxsize=100_000)
def is_source(path: str) -> bool:
    """Whether a build could read a path of the blog (relative, with `/`): a folder counts as what may be in it."""
    first, *others = path.split("/")
    if not others:
        return first in (*FOLDERS, *CONFIG_FILES)
    passing = () if first == "static" else _PASSING_NAMES  # of static files even those with odd names are published
    return first in FOLDERS and not any(_is_left_out(name, passing) for name in others)


def _is_left_out(name: str, passing: Iterable[str]) -> bool:
    """Whether a file or folder of this name is not a source: hidden, or an editor's."""
    if name.startswith("."):
        return name not in PUBLISHED_DOT_NAMES
    return is_backup(name) or any(fnmatchcase(name, pattern) for pattern in passing)


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
        """Watch the folders that are there now, and no others: a folder that was created again needs a new watch.

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
            return "too many watched folders; raise `fs.inotify.max_user_watches` with `sysctl`"
        case errno.EMFILE:
            return "too many programs watch files; raise `fs.inotify.max_user_instances` with `sysctl`"
        case _:
            return (problem.strerror or str(problem)).lower()


POLL_SECONDS = 1.0
"""How often sources are looked at where no events come."""


class Sweeps:
    """Sweeps of the blog in `root`. The last one is as good for a build that begins now as one of its own."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._last: FileSnapshot | None = None

    def take_stamps(self) -> Mapping[str, Stamp]:
        """The stamps of the sources."""
        self._last = None
        self._last = take_snapshot(self._root, ())
        return stamp_sources(self._last)

    def hand_over(self) -> FileSnapshot | None:
        """The last sweep, once: a later build must not take it for a look at what is there by then."""
        inputs, self._last = self._last, None
        return inputs


class Resting:
    """Looks at nothing: a build comes only when it is asked for."""

    pace = Pace.polling(3600.0)

    def take_stamps(self) -> Mapping[str, Stamp]:
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

        super().__init__(root)
        self._failure = CannotWatch
        self._watcher: Watcher | None = Watcher(root, lambda _, saved: hints.event(saved=saved))
        self._warn = warn
        self.pace = Pace()

    def take_stamps(self) -> Mapping[str, Stamp]:
        """The stamps of the sources; events tell of whatever changes after it."""
        if self._watcher is not None:
            try:
                self._watcher.follow()
            except self._failure as problem:
                self._watcher = None
                self.pace = Pace.polling(POLL_SECONDS)
                self._warn(_without_events(str(problem)))
        return super().take_stamps()

    def stop(self) -> None:
        """Let the system hint no more."""
        if self._watcher is not None:
            self._watcher.stop()


def _without_events(reason: str) -> Diagnostic:
    message = f"file events are not available; polling every {POLL_SECONDS:g} s: {reason}"
    return warning("no-file-events", message)
