"""The store: what Afterword remembers between builds, in one SQLite file that may be deleted at any time.

Constraints and form. 10,000 posts are some 60,000 rows and 100 MB, of which a build without changes needs one, and a
build after one edit needs the small ones in bulk and the large ones singly. So there is one table, clustered by shelf
and key, of JSON text values; each row has the CRC-32 of its shelf, key and value, which is verified when it is read,
since SQLite does not notice a flipped bit. All writes of a build are one transaction. Nothing that is read is executed:
a file with another schema than ours, such as one with triggers, is not ours.

Relies on SQLite's locks and rollback journal. Refuses to mix what it has with what it has lost: a damaged file is given
up as a whole, and the build begins again with an empty store. The marks are against accidents, not against people: who
can write to the store can write to the site.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, TypeAlias
from zlib import crc32

from afterword.report import LostMemory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

Shelf: TypeAlias = Literal["files", "posts", "bodies", "texts", "pages", "facts", "outputs", "meta"]

FORMAT = 2
"""The version of the rows; a store of another version is an empty one."""

_SCHEMA = (
    "CREATE TABLE identity (format INTEGER, epoch TEXT)",
    "CREATE TABLE shelves (shelf TEXT, key TEXT, value TEXT, mark INTEGER, PRIMARY KEY (shelf, key)) WITHOUT ROWID",
)


class Store:
    """An open store; each read is for itself, all writes come in one `commit`. One without a path keeps nothing.

    Reading raises `LostMemory` where the file turns out to be damaged; a single damaged row is as if it were not there.
    """

    def __init__(self, path: Path | None, epoch: str) -> None:
        self.path = path
        self.epoch = epoch
        self._is_in_use = False
        self._connection = self._open(path) if path is not None else None

    def load(self, shelf: Shelf) -> dict[str, str]:
        """All sound rows of a shelf.

        They come in order, since the table is clustered: a key that comes twice is in a page that comes twice, and one
        of its values is out of date.
        """
        rows = self._query("SELECT key, value, mark FROM shelves WHERE shelf = ?", shelf)
        sound = {key: value for key, value, mark in rows if _is_sound(shelf, key, value, mark)}
        if len(sound) < len(rows) and len({key for key, _, _ in rows}) < len(rows):
            raise LostMemory(shelf)
        return sound

    def read(self, shelf: Shelf, key: str) -> str | None:
        """One row, or None where there is none, or none that is sound."""
        rows = self._query("SELECT key, value, mark FROM shelves WHERE shelf = ? AND key = ?", shelf, key)
        return next((value for found, value, mark in rows if found == key and _is_sound(shelf, key, value, mark)), None)

    def commit(self, changed: Mapping[Shelf, Mapping[str, str]], removed: Mapping[Shelf, Iterable[str]]) -> None:
        """Write and delete rows, in one transaction.

        A store that cannot be written to, or is in use elsewhere, is left as it is; raises `LostMemory` for a damaged
        one.
        """
        is_new = self._connection is None
        if is_new and self.path is not None and not self._is_in_use:
            self._connection = _create(self.path, self.epoch)
        if self._connection is None:
            return
        try:
            with self._connection as transaction:
                _write(transaction, changed, removed)
        except sqlite3.DatabaseError as problem:
            if not is_new and self.path is not None and _is_damage(problem, self.path):
                raise LostMemory from problem

    def close(self) -> None:
        """Close the file; the store reads as empty from then on."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self, path: Path) -> sqlite3.Connection | None:
        """The store that is there, if it is ours, whole and of this epoch."""
        if not path.is_file() or path.is_symlink():
            return None
        connection = _connect(path)
        if connection is None:
            return None
        try:
            if _is_ours(connection, self.epoch):
                return connection
        except sqlite3.DatabaseError as problem:
            self._is_in_use = _is_busy(problem)
        connection.close()
        return None

    def _query(self, statement: str, *values: str) -> Sequence[tuple[str, str, int]]:
        if self._connection is None:
            return ()
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as problem:
            self._is_in_use = _is_busy(problem)
            raise LostMemory from problem
        except (UnicodeDecodeError, OverflowError) as problem:
            raise LostMemory from problem

    def discard(self) -> None:
        """Delete what is there, unless it is in use elsewhere; `commit` makes a new store in its place."""
        self.close()
        if self.path is not None and not self._is_in_use:
            _remove(self.path)


def _write(
    transaction: sqlite3.Connection,
    changed: Mapping[Shelf, Mapping[str, str]],
    removed: Mapping[Shelf, Iterable[str]],
) -> None:
    for shelf, keys in removed.items():
        gone = ((shelf, key) for key in keys)
        transaction.executemany("DELETE FROM shelves WHERE shelf = ? AND key = ?", gone)
    for shelf, rows in changed.items():
        marked: Iterator[tuple[str, str, str, int]] = (
            (shelf, key, value, _mark(shelf, key, value)) for key, value in sorted(rows.items())
        )
        transaction.executemany("INSERT OR REPLACE INTO shelves VALUES (?, ?, ?, ?)", marked)


def _is_busy(problem: sqlite3.DatabaseError) -> bool:
    return _code_of(problem) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _is_damage(problem: sqlite3.DatabaseError, path: Path) -> bool:
    """Whether a store that cannot be written to will be better for being made anew.

    A flipped bit can make SQLite take a file for read-only, so that it is the file system that must be asked.
    """
    if _is_busy(problem) or _code_of(problem) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return False
    return os.access(path.parent, os.W_OK | os.X_OK)


def _code_of(problem: sqlite3.DatabaseError) -> int:
    """SQLite's primary error code; Python's own errors have none."""
    return getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def _mark(shelf: str, key: str, value: str) -> int:
    return crc32(value.encode(), crc32(key.encode(), crc32(shelf.encode())))


def _is_sound(shelf: str, key: object, value: object, mark: object) -> bool:
    return isinstance(key, str) and isinstance(value, str) and mark == _mark(shelf, key, value)


def _is_ours(connection: sqlite3.Connection, epoch: str) -> bool:
    """Whether a file has our tables, nothing else that SQLite would act on, and this epoch's identity."""
    try:
        schema = connection.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall()
        if schema != [(statement,) for statement in _SCHEMA]:
            return False
        return connection.execute("SELECT format, epoch FROM identity").fetchall() == [(FORMAT, epoch)]
    except UnicodeDecodeError:
        return False


def _create(path: Path, epoch: str) -> sqlite3.Connection | None:
    """A new, empty store, in the place of whatever is there; None where none can be made."""
    _remove(path)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(path)
    if connection is None:
        return None
    try:
        with connection:
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute("INSERT INTO identity VALUES (?, ?)", (FORMAT, epoch))
    except sqlite3.DatabaseError:
        connection.close()
        return None
    return connection


def _connect(path: Path) -> sqlite3.Connection | None:
    try:
        connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
        # Losing the newest rows with the power is as good as never having written them, so no write waits for a disk.
        connection.execute("PRAGMA synchronous = OFF")
    except sqlite3.DatabaseError:
        return None
    return connection


def _remove(path: Path) -> None:
    """Remove whatever is in a store's place, and SQLite's files beside it."""
    for name in (path.name, f"{path.name}-journal", f"{path.name}-wal", f"{path.name}-shm"):
        found = path.with_name(name)
        if found.is_dir() and not found.is_symlink():
            shutil.rmtree(found, ignore_errors=True)
        with suppress(OSError):
            found.unlink()
