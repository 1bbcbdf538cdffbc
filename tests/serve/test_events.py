"""Real file events: a save causes one, reading does not, and source folders may be deleted and created."""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING

import pytest

from afterword.content.file_snapshot import take_snapshot
from afterword.server.debounce import Debouncer, WatchEvents, WatchTimings
from afterword.server.watcher import ChangeDetector, EventDetector, Watcher, stamp_sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic

SECONDS = 10


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts/a.md").write_text("1")
    return tmp_path


class Seen:
    """The sources of the events so far, in order."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.whole: list[str] = []
        self._more = threading.Condition()

    def hint(self, path: str, is_whole: bool) -> None:
        with self._more:
            self.paths.append(path)
            self.whole += [path] if is_whole else []
            self._more.notify_all()

    def wait_for(self, path: str) -> None:
        with self._more:
            assert self._more.wait_for(lambda: path in self.paths, SECONDS), f"{path} is not among {self.paths}"

    def wait_for_whole(self, path: str) -> None:
        with self._more:
            assert self._more.wait_for(lambda: path in self.whole, SECONDS), f"{path} is not among {self.whole}"


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def watcher(root: Path, seen: Seen) -> Iterator[Watcher]:
    made = Watcher(root, seen.hint)
    made.update_watches()
    yield made
    made.stop()


@pytest.mark.usefixtures("watcher")
def test_a_save_is_a_hint(root: Path, seen: Seen) -> None:
    (root / "posts/a.md").write_text("12")
    seen.wait_for_whole("posts/a.md")


@pytest.mark.usefixtures("watcher")
def test_a_save_by_renaming_is_a_hint(root: Path, seen: Seen) -> None:
    (root / "posts/.a.md.new").write_text("12")
    (root / "posts/.a.md.new").rename(root / "posts/a.md")
    seen.wait_for_whole("posts/a.md")


@pytest.mark.usefixtures("watcher")
def test_new_settings_and_new_folders_are_hints(root: Path, seen: Seen) -> None:
    (root / "afterword.toml").write_text("")
    (root / "drafts").mkdir()
    seen.wait_for("afterword.toml")
    seen.wait_for("drafts")


@pytest.mark.usefixtures("watcher")
def test_what_a_build_and_an_editor_do_besides_is_no_hint(root: Path, seen: Seen) -> None:
    (root / "site").mkdir()
    (root / "site/index.html").write_text("x")
    (root / ".afterword/serve").mkdir(parents=True)
    (root / ".afterword/serve/state").write_text("x")
    (root / "posts/a.md").read_text()
    stamp_sources(take_snapshot(root, ()))
    (root / "posts/4913").write_text("")
    (root / "posts/4913").unlink()
    (root / "posts/.a.md.swp").write_text("x")
    (root / "posts/last.md").write_text("x")
    seen.wait_for("posts/last.md")
    assert set(seen.paths) == {"posts/last.md"}


def test_a_folder_recreated_is_watched_again(root: Path, seen: Seen, watcher: Watcher) -> None:
    (root / "posts").rename(root / "put-aside")
    seen.wait_for("posts")
    watcher.update_watches()
    (root / "posts").mkdir()
    watcher.update_watches()
    (root / "posts/b.md").write_text("1")
    seen.wait_for("posts/b.md")


@pytest.mark.parametrize("refusing", ["BaseObserver.__init__", "BaseObserver.schedule"])
@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "fs.inotify.max_user_watches"), (errno.EMFILE, "fs.inotify.max_user_instances")],
)
def test_where_the_system_tells_nothing_sources_are_looked_at(
    root: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str, refusing: str
) -> None:
    def error_response(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(f"watchdog.observers.api.{refusing}", error_response)
    warnings: list[Diagnostic] = []
    events = WatchEvents()
    detector = EventDetector(root, events, warnings.append)
    changes = Debouncer(detector, events)
    assert detector.timings.idle == 1
    (root / "posts/a.md").write_text("12")
    events.put_change()
    change = changes.wait()
    assert change is not None
    assert change.paths == ("posts/a.md",)
    assert [found.id for found in warnings] == ["no-file-events"]
    assert words in warnings[0].message


def test_a_sweep_is_handed_over_once(root: Path) -> None:
    detector = ChangeDetector(root, WatchTimings.polling(1))
    stamps = detector.take_stamps()
    inputs = detector.pop_snapshot()
    assert inputs is not None
    assert dict(inputs.sources.stamps) == stamps
    assert detector.pop_snapshot() is None


def test_a_save_comes_out_as_a_change(root: Path) -> None:
    events = WatchEvents()
    detector = EventDetector(root, events, lambda found: pytest.fail(found.message))
    changes = Debouncer(detector, events)
    (root / "posts/b.md").write_text("1")
    (root / "drafts").mkdir()
    (root / "drafts/c.md").write_text("1")
    change = changes.wait()
    assert change is not None
    assert "posts/b.md" in change.paths
    (root / "drafts/c.md").write_text("12")
    change = changes.wait()
    assert change is not None
    assert change.paths == ("drafts/c.md",)
    detector.stop()
