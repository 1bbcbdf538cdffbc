"""A process that builds repeatedly reads the cache once, and notices when another process has written to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.build.builder import build
from afterword.build.gather import input_files as gather
from afterword.build.report import Request
from afterword.cache.memoize import Memo
from afterword.cache.store import CacheSession, Store
from afterword.content.file_snapshot import FileSnapshot, take_snapshot
from afterword.site import plan
from tests.conftest import environ_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from afterword.site.model import Site
    from tests.conftest import BlogMaker


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store from an earlier process."""
    file = tmp_path / "cache.db"
    store = Store(file, "version")
    store.commit({"meta": {"name": "value"}}, {})
    store.close()
    return file


@pytest.fixture
def cache_session() -> Iterator[CacheSession]:
    made = CacheSession()
    yield made
    made.close()


def test_the_store_stays_open(cache_session: CacheSession, path: Path) -> None:
    assert cache_session.open(path, "version") is cache_session.open(path, "version")


def test_what_it_writes_itself_is_no_reason_to_read_again(cache_session: CacheSession, path: Path) -> None:
    store = cache_session.open(path, "version")
    assert store.commit({"meta": {"name": "other"}}, {})
    assert cache_session.open(path, "version") is store


def test_a_store_that_it_has_made_stays_open(cache_session: CacheSession, tmp_path: Path) -> None:
    cache_session.open(tmp_path / "new.db", "version").commit({"meta": {"name": "value"}}, {})
    store = cache_session.open(tmp_path / "new.db", "version")
    assert store.read("meta", "name") == "value"
    assert cache_session.open(tmp_path / "new.db", "version") is store


def test_what_others_write_is_read(cache_session: CacheSession, path: Path) -> None:
    assert cache_session.open(path, "version").load("meta") == {"name": "value"}
    other = Store(path, "version")
    other.commit({"meta": {"name": "theirs"}}, {})
    other.close()
    assert cache_session.open(path, "version").load("meta") == {"name": "theirs"}


def test_a_store_that_was_deleted_is_gone(cache_session: CacheSession, path: Path) -> None:
    cache_session.open(path, "version")
    path.unlink()
    assert cache_session.open(path, "version").load("meta") == {}


def test_another_place_or_epoch_is_another_store(cache_session: CacheSession, path: Path) -> None:
    cache_session.open(path, "version")
    assert cache_session.open(path, "another").load("meta") == {}
    assert cache_session.open(path, "version").load("meta") == {"name": "value"}


def test_a_step_is_taken_again_only_for_other_inputs() -> None:
    taken: list[tuple[object, ...]] = []

    def join(*inputs: object) -> str:
        taken.append(inputs)
        return repr(inputs)

    thing, other = [1], [1]
    memo = Memo()
    for inputs in (("a", thing), ("".join("a"), thing), ("a", other), ((1, "a"), other), ((1, "a"), other)):
        assert memo.memoize(join, *inputs) == repr(inputs)
    assert taken == [("a", [1]), ("a", [1]), ((1, "a"), [1])]


@pytest.mark.parametrize(
    ("old", "new"), [(1, True), (1, 1.0), ((1,), (True,)), ((1, 2), (1,)), ([1], [1]), ("1", 1), (None, "")]
)
def test_inputs_that_are_not_alike_are_not_the_same(old: object, new: object) -> None:
    memo = Memo()
    taken: list[object] = []
    for value in (old, new):
        memo.memoize(taken.append, value)
    assert len(taken) == 2


def test_a_step_is_taken_again_only_for_items_that_are_others() -> None:
    taken: list[str] = []

    def show(item: list[int], end: str) -> str:
        taken.append(f"{item}{end}")
        return f"{item}{end}"

    memo = Memo()
    one, two = [1], [2]
    first = memo.memoize_each(show, {"one": one, "two": two}, "!")
    assert memo.memoize_each(show, {"one": one, "two": two}, "!") is first
    assert taken == ["[1]!", "[2]!"]
    assert list(memo.memoize_each(show, {"two": two, "one": one}, "!").items()) == [("two", "[2]!"), ("one", "[1]!")]
    assert memo.memoize_each(show, {"one": one, "two": [2], "three": [3]}, "!")["three"] == "[3]!"
    assert taken == ["[1]!", "[2]!", "[2]!", "[3]!"]
    assert memo.memoize_each(show, {"one": one}, "?") == {"one": "[1]?"}


def test_a_value_is_kept_while_it_is_written_alike() -> None:
    memo = Memo()
    first = memo.keep("settings", [1])
    assert memo.keep("settings", [1]) is first
    assert memo.keep("words", [1]) is not first
    assert memo.keep("settings", [True]) == [True]
    assert memo.keep("settings", [1]) is not first


@pytest.mark.parametrize(
    ("old", "new", "is_planned_again"),
    [("Text.", "Text.\n\nMore.", False), ("Text.", "Text.\n", False), ("title: A", "title: B", True)],
)
def test_the_site_is_planned_again_only_where_posts_have_changed(
    cache_session: CacheSession,
    blog: BlogMaker,
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
    is_planned_again: bool,
) -> None:
    text = "---\ntitle: A\n---\nText.\n"
    made = blog(f"-- posts/2026-01-01-a.md --\n{text}-- drafts/b.md --\n{text}")
    planned: list[Site] = []

    def plan_pages(site: Site, *names: tuple[str, ...]) -> tuple[plan.Page, ...]:
        planned.append(site)
        return real(site, *names)

    real = plan.plan_pages
    monkeypatch.setattr(plan, "plan_pages", plan_pages)
    for path in ("posts/2026-01-01-a.md", "drafts/b.md"):
        build(Request(made.root, drafts=True), environ=environ_on(), cache_session=cache_session)
        planned.clear()
        made.edit(path, old, new)
        build(Request(made.root, drafts=True), environ=environ_on(), cache_session=cache_session)
        assert bool(planned) is is_planned_again


@pytest.mark.parametrize(("settings", "taken"), [("", 0), ('exclude = ["posts/b.md"]', 1)])
def test_a_sweep_that_was_just_taken_is_as_good_as_another_one(
    blog: BlogMaker, monkeypatch: pytest.MonkeyPatch, settings: str, taken: int
) -> None:
    post = "---\ntitle: A\ndate: 2026-01-01\n---\nText.\n"
    made = blog(f"-- posts/a.md --\n{post}-- afterword.toml --\n{settings}\n")
    if settings:
        made.write("posts/b.md", post)
    inputs = take_snapshot(made.root, ())
    sweeps: list[object] = []

    def take(root: Path, exclude: Iterable[str]) -> FileSnapshot:
        sweeps.append(exclude)
        return take_snapshot(root, exclude)

    monkeypatch.setattr(gather, "take_snapshot", take)
    report = build(Request(made.root), environ=environ_on(), snapshot=inputs)
    assert list(report.urls) == ["posts/a.md"]
    assert len(sweeps) == taken


def test_a_mistake_is_told_at_the_line_where_it_is_now(cache_session: CacheSession, blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\nimage: gone.png\n---\nText.\n")
    post = made.root / "posts/2026-01-01-a.md"
    lines = []
    for _ in range(2):
        report = build(Request(made.root), environ=environ_on(), cache_session=cache_session)
        lines += [found.place.line for found in report.diagnostics if found.place is not None]
        post.write_text(post.read_text().replace("title", "# a comment\ntitle"))
    assert lines == [3, 4]
