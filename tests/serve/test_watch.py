"""A change is reported once sources are quiet, and only if a snapshot confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.content.file_snapshot import take_snapshot
from afterword.core.fingerprints import Stamp
from afterword.server.debounce import Change, Debouncer, WatchEvent, WatchEvents, WatchTimings
from afterword.server.watcher import is_source, stamp_sources
from tests.conftest import fill

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Step = tuple[float, WatchEvent | Callable[[], None]]

CHANGED, SAVED, REQUESTED, CLOSED = (
    WatchEvent.CHANGED,
    WatchEvent.SAVED,
    WatchEvent.BUILD_REQUESTED,
    WatchEvent.CLOSED,
)


class Script(WatchEvents):
    """A clock that runs only while waiting, with events and edits at set times; then the end."""

    def __init__(self, *steps: Step, until: float = 100.0) -> None:
        super().__init__()
        self.now = 0.0
        self.steps = sorted([*steps, (until, CLOSED)], key=lambda step: step[0])
        self.again: list[WatchEvent] = []

    def clock(self) -> float:
        return self.now

    def get(self, timeout: float) -> WatchEvent | None:
        if self.again:
            return self.again.pop(0)
        until = self.now + timeout
        while self.steps and self.steps[0][0] <= until:
            time, step = self.steps.pop(0)
            self.now = max(self.now, time)
            if isinstance(step, WatchEvent):
                return step
            step()
        self.now = until
        return None

    def request_build(self) -> None:
        self.again.append(REQUESTED)

    def close(self) -> None:
        self.again.append(CLOSED)


class Disk:
    """Files with a version each, and the number of times that their stamps were taken."""

    def __init__(self, *paths: str, timings: WatchTimings | None = None) -> None:
        self.files = dict.fromkeys(paths, 1)
        self.timings = timings or WatchTimings()
        self.looks = 0

    def take_stamps(self) -> Mapping[str, Stamp]:
        self.looks += 1
        return {path: Stamp(version, 0, 0, 0) for path, version in self.files.items()}

    def save(self, *paths: str) -> Callable[[], None]:
        def save() -> None:
            for path in paths:
                self.files[path] = self.files.get(path, 0) + 1

        return save

    def remove(self, path: str) -> Callable[[], None]:
        def remove() -> None:
            del self.files[path]

        return remove


def run(disk: Disk, script: Script, log: list[str] | None = None) -> list[tuple[float, tuple[str, ...]]]:
    """Returns every change until the end, with its time."""
    notes = [] if log is None else log
    changes = Debouncer(
        disk,
        script,
        on_event=lambda: notes.append("noticed"),
        on_no_change=lambda: notes.append("dismissed"),
        clock=script.clock,
    )
    found: list[tuple[float, tuple[str, ...]]] = []
    while (change := changes.wait()) is not None:
        notes.append("changed")
        found.append((round(script.now, 3), change.paths))
    return found


def test_a_save_comes_out_once_it_is_quiet() -> None:
    disk = Disk("posts/a.md")
    script = Script((1.0, disk.save("posts/a.md")), (1.0, CHANGED), (1.01, CHANGED), (1.04, CHANGED), until=2)
    assert run(disk, script) == [(1.09, ("posts/a.md",))]


def test_a_file_that_was_written_to_its_end_comes_out_sooner() -> None:
    disk = Disk("posts/a.md")
    script = Script((1.0, disk.save("posts/a.md")), (1.0, CHANGED), (1.01, SAVED), until=2)
    assert run(disk, script) == [(1.02, ("posts/a.md",))]
    script = Script((1.0, disk.save("posts/a.md")), (1.0, SAVED), (1.01, CHANGED), until=2)
    assert run(disk, script) == [(1.06, ("posts/a.md",))]


def test_a_save_in_two_steps_is_one_change() -> None:
    disk = Disk("posts/a.md", "posts/b.md")
    steps: list[Step] = [
        (1.0, disk.save("posts/a.md")),
        (1.0, CHANGED),
        (1.03, disk.save("posts/a.md", "posts/b.md")),
        (1.03, CHANGED),
    ]
    script = Script(*steps, until=2)
    assert run(disk, script) == [(1.08, ("posts/a.md", "posts/b.md"))]


def test_saving_without_end_does_not_put_a_build_off_for_ever() -> None:
    disk = Disk("posts/a.md")
    steps: list[Step] = []
    for number in range(100):
        steps += [(1 + number / 50, disk.save("posts/a.md")), (1 + number / 50, CHANGED)]
    times = [time for time, _ in run(disk, Script(*steps, until=4))]
    assert times[0] == 1.5
    assert len(times) == 4


def test_events_without_a_change_are_dismissed() -> None:
    log: list[str] = []
    assert run(Disk("posts/a.md"), Script((1.0, CHANGED), (1.5, CHANGED), until=2), log) == []
    assert log == ["noticed", "dismissed", "noticed", "dismissed", "noticed"]


def test_a_change_is_announced_before_it_is_certain() -> None:
    disk = Disk("posts/a.md")
    log: list[str] = []
    run(disk, Script((1.0, disk.save("posts/a.md")), (1.0, CHANGED), until=2), log)
    assert log[:2] == ["noticed", "changed"]


def test_a_file_that_is_put_aside_for_a_moment_was_never_gone() -> None:
    disk = Disk("posts/a.md")
    gone, back = disk.remove("posts/a.md"), disk.save("posts/a.md")
    script = Script((1.0, gone), (1.0, CHANGED), (1.2, back), (1.2, CHANGED), until=3)
    assert run(disk, script) == []


def test_a_file_that_stays_away_is_gone() -> None:
    disk = Disk("posts/a.md")
    script = Script((1.0, disk.remove("posts/a.md")), (1.0, CHANGED), until=3)
    assert run(disk, script) == [(1.3, ("posts/a.md",))]


@pytest.mark.parametrize("hint", [REQUESTED, CLOSED])
def test_what_is_asked_for_while_a_file_is_missing_is_not_forgotten(hint: WatchEvent) -> None:
    disk = Disk("posts/a.md")
    script = Script((1.0, disk.remove("posts/a.md")), (1.0, CHANGED), (1.2, hint), until=5)
    found = [paths for _, paths in run(disk, script)]
    assert found == ([("posts/a.md",), ()] if hint is REQUESTED else [("posts/a.md",)])
    assert script.now < (5 if hint is CLOSED else 6)


def test_lost_events_are_made_up_for_by_a_sweep() -> None:
    disk = Disk("posts/a.md")
    assert run(disk, Script((1.0, disk.save("posts/a.md")), until=3)) == [(2.0, ("posts/a.md",))]


def test_looks_are_rarer_when_nothing_has_happened_for_long() -> None:
    disk = Disk("posts/a.md")
    run(disk, Script(until=661))
    assert disk.looks == 1 + 30 + 60


def test_without_events_looks_come_at_the_timings_that_was_asked_for() -> None:
    disk = Disk("posts/a.md", timings=WatchTimings.polling(0.5))
    found = run(disk, Script((1.1, disk.save("posts/a.md")), (70.1, disk.save("posts/a.md")), until=80))
    assert [time for time, _ in found] == [1.5, 70.5]


def test_what_changes_during_a_build_is_a_change_of_its_own() -> None:
    disk = Disk("posts/a.md")
    script = Script((1.0, disk.save("posts/a.md")), (1.0, CHANGED), until=3)
    changes = Debouncer(disk, script, clock=script.clock)
    assert changes.wait() == Change(("posts/a.md",))
    disk.save("posts/a.md")()
    script.again.append(CHANGED)
    assert changes.wait() == Change(("posts/a.md",))


def test_a_build_can_be_asked_for_without_a_change() -> None:
    assert run(Disk("posts/a.md"), Script((1.0, REQUESTED), until=2)) == [(1.05, ())]


def test_where_reading_is_denied_nothing_has_changed() -> None:
    class Locked(Disk):
        is_locked = False

        def take_stamps(self) -> Mapping[str, Stamp]:
            if self.is_locked:
                raise PermissionError
            return super().take_stamps()

        def lock(self, locked: bool) -> Callable[[], None]:
            return lambda: setattr(self, "is_locked", locked)

    disk = Locked("posts/a.md", "posts/b.md")
    steps: list[Step] = [
        (1.0, disk.lock(True)),
        (1.0, CHANGED),
        (2.0, disk.save("posts/a.md")),
        (2.0, disk.lock(False)),
        (2.0, CHANGED),
    ]
    assert run(disk, Script(*steps, until=3)) == [(2.05, ("posts/a.md",))]


def test_the_end_is_at_once() -> None:
    disk = Disk("posts/a.md")
    script = Script((1.0, disk.save("posts/a.md")), (1.0, CHANGED), (1.01, CLOSED))
    assert run(disk, script) == []
    assert script.now == 1.01


@pytest.mark.parametrize(
    "path",
    [
        "posts",
        "posts/a.md",
        "posts/2026/chart.png",
        "drafts/b.md",
        "pages/about.md",
        "static/style.css",
        "static/.well-known/x",
        "static/what.tmp",
        "templates/partials/head.html",
        "afterword.toml",
        "pyproject.toml",
    ],
)
def test_what_a_build_reads_is_a_source(path: str) -> None:
    assert is_source(path)


@pytest.mark.parametrize(
    "path",
    [
        "site/index.html",
        ".afterword/serve/site/index.html",
        ".git/index",
        ".venv/lib/x.py",
        "node_modules/x.js",
        "README.md",
        "posts/4913",
        "posts/a.md~",
        "posts/.a.md.swp",
        "posts/.#a.md",
        "posts/#a.md#",
        "posts/a.md.tmp",
        "posts/.goutputstream-AB12CD",
        "posts/a.md___jb_tmp___",
        "posts/.DS_Store",
        "posts/.git/index",
        "static/.style.css.swp",
        "static/style.css~",
        "",
        ".",
    ],
)
def test_what_it_does_not_read_is_none(path: str) -> None:
    assert not is_source(path)


def test_a_sweep_finds_the_sources_and_what_they_are(tmp_path: Path) -> None:
    paths = ("posts/a.md", "posts/.a.md.swp", "static/css/x.css", "site/index.html", "afterword.toml", "notes.txt")
    fill(tmp_path, dict.fromkeys(paths, "1"))
    before = stamp_sources(take_snapshot(tmp_path, ()))
    assert set(before) == {"posts/a.md", "static/css/x.css", "afterword.toml"}
    (tmp_path / "posts/a.md").write_text("12")
    after = stamp_sources(take_snapshot(tmp_path, ()))
    assert {path for path in after if after[path] != before[path]} == {"posts/a.md"}


def test_a_sweep_of_what_is_not_there_is_empty(tmp_path: Path) -> None:
    assert stamp_sources(take_snapshot(tmp_path, ())) == {}
    assert stamp_sources(take_snapshot(tmp_path / "gone", ())) == {}


def test_a_link_counts_as_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "real.md").write_text("1")
    (tmp_path / "posts/a.md").symlink_to("../real.md")
    (tmp_path / "posts/dangling.md").symlink_to("nowhere.md")
    before = stamp_sources(take_snapshot(tmp_path, ()))
    assert set(before) == {"posts/a.md", "posts/dangling.md"}
    (tmp_path / "real.md").write_text("12")
    assert stamp_sources(take_snapshot(tmp_path, ())) != before


def test_the_target_of_a_link_is_noticed_when_it_appears_and_when_the_link_goes(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts/a.md").symlink_to("../later.md")
    dangling = stamp_sources(take_snapshot(tmp_path, ()))
    (tmp_path / "later.md").write_text("1")
    assert stamp_sources(take_snapshot(tmp_path, ())) != dangling
    (tmp_path / "later.md").unlink()
    assert stamp_sources(take_snapshot(tmp_path, ())) == dangling
    (tmp_path / "posts/a.md").unlink()
    assert stamp_sources(take_snapshot(tmp_path, ())) == {}
