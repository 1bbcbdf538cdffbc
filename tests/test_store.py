"""The store returns exactly what was written, or nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from afterword.cache import store as module
from afterword.cache.codec import CacheCorrupted
from afterword.cache.store import NAMESPACES, PAGE_SIZE, Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A store with a row in each namespace, closed."""
    path = tmp_path / "state" / "cache.db"
    store = Store(path, "version")
    store.commit({namespace: {"a": f"{namespace} a", "é": "value"} for namespace in NAMESPACES}, {})
    store.close()
    return path


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)


def test_rows_round_trip(cache: Path) -> None:
    store = Store(cache, "version")
    assert store.load("posts") == {"a": "posts a", "é": "value"}
    assert store.read("body_html", "a") == "body_html a"
    assert store.read("body_html", "b") is None


def test_rows_are_replaced_and_removed_in_one_commit(cache: Path) -> None:
    store = Store(cache, "version")
    store.commit({"posts": {"a": "new", "b": "more"}}, {"posts": ["é", "never there"], "body_html": ["a", "é"]})
    store.close()
    again = Store(cache, "version")
    assert again.load("posts") == {"a": "new", "b": "more"}
    assert again.load("body_html") == {}
    assert again.load("dependencies") == {"a": "dependencies a", "é": "value"}


def test_a_row_that_goes_and_comes_in_one_commit_stays(cache: Path) -> None:
    store = Store(cache, "version")
    store.commit({"posts": {"a": "new"}}, {"posts": ["a"]})
    assert store.read("posts", "a") == "new"


def test_another_epoch_is_an_empty_store_that_the_next_commit_makes_again(cache: Path) -> None:
    store = Store(cache, "another")
    assert store.load("posts") == {}
    assert store.read("posts", "a") is None
    store.commit({"posts": {"b": "new"}}, {})
    store.close()
    assert Store(cache, "another").load("posts") == {"b": "new"}
    assert Store(cache, "version").load("posts") == {}


def test_without_a_path_nothing_is_kept(tmp_path: Path) -> None:
    store = Store(None, "version")
    store.commit({"posts": {"a": "x"}}, {})
    assert store.load("posts") == {}
    store.discard()
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_opening_a_store_makes_no_file(tmp_path: Path) -> None:
    Store(tmp_path / "state" / "cache.db", "version").close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET value = 'posts b' WHERE namespace = 'posts' AND key = 'a'",
        "UPDATE entries SET checksum = checksum + 1 WHERE namespace = 'posts' AND key = 'a'",
        "UPDATE entries SET checksum = NULL WHERE namespace = 'posts' AND key = 'a'",
        "UPDATE entries SET value = x'ff' WHERE namespace = 'posts' AND key = 'a'",
        "UPDATE entries SET key = 'b' WHERE namespace = 'posts' AND key = 'a'",
        "UPDATE OR REPLACE entries SET namespace = 'posts' WHERE namespace = 'body_html' AND key = 'a'",
    ],
)
def test_with_one_row_that_is_not_as_it_was_written_the_store_is_lost(cache: Path, statement: str) -> None:
    change(cache, statement)
    store = Store(cache, "version")
    with pytest.raises(CacheCorrupted):
        store.load("posts")
    assert store.load("files") == {"a": "files a", "é": "value"}


@pytest.mark.parametrize(
    "change_to", ["value = 'posts b'", "checksum = checksum + 1", "checksum = NULL", "value = x'ff'"]
)
def test_a_row_that_is_not_as_it_was_written_is_not_given(cache: Path, change_to: str) -> None:
    change(cache, f"UPDATE entries SET {change_to} WHERE namespace = 'posts' AND key = 'a'")
    store = Store(cache, "version")
    with pytest.raises(CacheCorrupted):
        store.read("posts", "a")
    assert store.read("posts", "é") == "value"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries; END",
        "CREATE VIEW v AS SELECT * FROM entries",
        "CREATE INDEX i ON entries (value)",
        "ALTER TABLE entries ADD COLUMN more",
        "INSERT INTO identity SELECT * FROM identity",
        "UPDATE identity SET format = format + 1",
        "DROP TABLE identity",
    ],
)
def test_a_file_with_more_or_less_than_ours_is_not_ours(cache: Path, statement: str) -> None:
    change(cache, statement)
    assert Store(cache, "version").load("posts") == {}


def test_a_namespace_that_ends_too_soon_is_lost(cache: Path) -> None:
    change(cache, "DELETE FROM entries WHERE namespace = 'posts' AND value = ''")
    with pytest.raises(CacheCorrupted):
        Store(cache, "version").load("posts")


def test_a_file_that_is_cut_off_while_it_is_open_is_lost(cache: Path) -> None:
    store = Store(cache, "version")
    cache.write_bytes(cache.read_bytes()[:PAGE_SIZE])
    with pytest.raises(CacheCorrupted):
        store.load("posts")


def test_discarded_store_can_be_written_again(cache: Path) -> None:
    store = Store(cache, "version")
    store.discard()
    assert not cache.exists()
    assert store.load("posts") == {}
    store.commit({"posts": {"a": "new"}}, {})
    assert store.load("posts") == {"a": "new"}


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.write_text("x")], ids=["folder", "text"])
def test_folder_at_the_path_of_the_journal_is_removed(cache: Path, make: Callable[[Path], object]) -> None:
    make(cache.with_name("cache.db-journal"))
    Store(cache, "another").commit({"posts": {"a": "new"}}, {})
    assert Store(cache, "another").load("posts") == {"a": "new"}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a store not wait for another process."""
    monkeypatch.setattr(module, "TIMEOUT", 0)


@pytest.mark.usefixtures("impatient")
def test_a_store_that_is_in_use_elsewhere_is_left_alone(cache: Path) -> None:
    before = cache.read_bytes()
    with closing(sqlite3.connect(cache, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        store = Store(cache, "version")
        assert store.load("posts") == {}
        store.commit({"posts": {"a": "new"}}, {})
        store.discard()
        store.close()
    assert cache.read_bytes() == before


@pytest.mark.usefixtures("impatient")
def test_a_store_that_comes_into_use_elsewhere_is_left_alone(cache: Path) -> None:
    before = cache.read_bytes()
    store = Store(cache, "version")
    with closing(sqlite3.connect(cache, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CacheCorrupted):
            store.load("posts")
        store.discard()
        store.commit({"posts": {"a": "new"}}, {})
    assert cache.read_bytes() == before


@pytest.mark.usefixtures("impatient")
def test_a_commit_while_another_reads_is_given_up(cache: Path) -> None:
    store = Store(cache, "version")
    with closing(sqlite3.connect(cache, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM entries").fetchone()
        store.commit({"posts": {"a": "new"}}, {})
    assert Store(cache, "version").read("posts", "a") == "posts a"


def test_a_file_that_others_have_touched_is_looked_at_as_a_whole(cache: Path) -> None:
    """A wrong pointer in a page that is ignored: SQLite would write by it."""
    data = bytearray(cache.read_bytes())
    start = next(at for at in range(PAGE_SIZE, len(data), PAGE_SIZE) if data[at] in (0x0A, 0x02))
    cells = int.from_bytes(data[start + 3 : start + 5], "big")
    first = start + (8 if data[start] == 0x0A else 12)
    assert cells > 1
    data[first : first + 2] = data[first + 2 : first + 4]
    cache.write_bytes(data)
    store = Store(cache, "version")
    assert store.load("meta") == {}
    store.commit({"meta": {"a": "new"}}, {})
    store.close()
    assert Store(cache, "version").load("meta") == {"a": "new"}


def test_a_file_that_was_only_copied_is_as_good(cache: Path) -> None:
    cache.write_bytes(cache.read_bytes())
    assert Store(cache, "version").load("posts") == {"a": "posts a", "é": "value"}


def test_stamp_file_is_not_written_through_a_link(cache: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    seal = cache.with_suffix(".seal")
    seal.unlink()
    seal.symlink_to(mine)
    store = Store(cache, "version")
    store.commit({"posts": {"a": "new"}}, {})
    assert mine.read_text() == "mine"
    assert not seal.is_symlink()
