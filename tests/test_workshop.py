"""A process that builds again and again reads what it remembers once, and notices when others have written it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from afterword.builder import build
from afterword.memory.memo import Memo
from afterword.memory.store import Store
from afterword.memory.workshop import Workshop
from afterword.report import Request
from tests.conftest import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import BlogMaker


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store that an earlier process has left."""
    file = tmp_path / "cache.db"
    store = Store(file, "epoch")
    store.commit({"meta": {"name": "value"}}, {})
    store.close()
    return file


@pytest.fixture
def workshop() -> Iterator[Workshop]:
    made = Workshop()
    yield made
    made.close()


def test_the_store_stays_open(workshop: Workshop, path: Path) -> None:
    assert workshop.open(path, "epoch") is workshop.open(path, "epoch")


def test_what_it_writes_itself_is_no_reason_to_read_anew(workshop: Workshop, path: Path) -> None:
    store = workshop.open(path, "epoch")
    assert store.commit({"meta": {"name": "other"}}, {})
    assert workshop.open(path, "epoch") is store


def test_a_store_that_it_has_made_stays_open(workshop: Workshop, tmp_path: Path) -> None:
    workshop.open(tmp_path / "new.db", "epoch").commit({"meta": {"name": "value"}}, {})
    store = workshop.open(tmp_path / "new.db", "epoch")
    assert store.read("meta", "name") == "value"
    assert workshop.open(tmp_path / "new.db", "epoch") is store


def test_what_others_write_is_read(workshop: Workshop, path: Path) -> None:
    assert workshop.open(path, "epoch").load("meta") == {"name": "value"}
    other = Store(path, "epoch")
    other.commit({"meta": {"name": "theirs"}}, {})
    other.close()
    assert workshop.open(path, "epoch").load("meta") == {"name": "theirs"}


def test_a_store_that_was_deleted_is_gone(workshop: Workshop, path: Path) -> None:
    workshop.open(path, "epoch")
    path.unlink()
    assert workshop.open(path, "epoch").load("meta") == {}


def test_another_place_or_epoch_is_another_store(workshop: Workshop, path: Path) -> None:
    workshop.open(path, "epoch")
    assert workshop.open(path, "another").load("meta") == {}
    assert workshop.open(path, "epoch").load("meta") == {"name": "value"}


def test_a_step_is_taken_again_only_for_other_inputs() -> None:
    taken: list[tuple[str, ...]] = []

    def join(one: str, other: str) -> str:
        taken.append((one, other))
        return one + other

    memo = Memo()
    answers = [memo.recall(join, "a", "b"), memo.recall(join, "a", "b"), memo.recall(join, "a", "c")]
    assert answers == ["ab", "ab", "ac"]
    assert taken == [("a", "b"), ("a", "c")]


def test_a_mistake_is_told_at_the_line_where_it_is_now(workshop: Workshop, blog: BlogMaker) -> None:
    made = blog("-- posts/2026-01-01-a.md --\n---\ntitle: A\nimage: gone.png\n---\nText.\n")
    post = made.root / "posts/2026-01-01-a.md"
    lines = []
    for _ in range(2):
        report = build(Request(made.root), environ={"SOURCE_DATE_EPOCH": TODAY}, workshop=workshop)
        lines += [found.place.line for found in report.diagnostics if found.place is not None]
        post.write_text(post.read_text().replace("title", "# a comment\ntitle"))
    assert lines == [3, 4]
