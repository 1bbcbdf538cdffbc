"""The store of the cache: an SQLite database in the folder `.afterword` of a blog.

The folder also holds the preview of `serve` and crash reports. Its own `.gitignore` keeps all of it out of `git add`,
as the caches of pytest and mypy do.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args
from zlib import crc32

from afterword.cache.codec import CacheCorrupted
from afterword.cache.memoize import Memo
from afterword.core.files import STATE, Unreadable, read
from afterword.core.fingerprints import stamp_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_IGNORED = "# Written by Afterword. This folder may be deleted at any time.\n*\n"


def make_state_folder(folder: Path) -> None:
    """Creates `folder`, which is the blog's `.afterword` or below it; raises `OSError` if it cannot be created."""
    folder.mkdir(parents=True, exist_ok=True)
    top = next((path for path in (folder, *folder.parents) if path.name == STATE), None)
    if top is not None:
        # It is there already, or the folder cannot be written to, which its user finds out.
        with suppress(OSError), (top / ".gitignore").open("x", encoding="utf-8") as file:
            file.write(_IGNORED)


Shelf: TypeAlias = Literal["files", "posts", "bodies", "shown", "whole", "pages", "facts", "outputs", "meta"]

SHELVES: tuple[Shelf, ...] = get_args(Shelf)

_END = "\U0010ffff"
"""The key of a row that comes after all others of its shelf."""

FORMAT = 3
"""The version of the rows; a store of another version is an empty one."""

_TROUBLE = (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError)
"""What reading and writing a damaged file may raise: SQLite's messages quote it, and it may be no text."""

PAGE = 8192
"""The bytes of a page of the file: with half as many, each reading would need one of its own besides the place in its
shelf, and the file would be larger."""

WAIT = 10
"""Seconds to wait for another process that uses the same store."""

_SCHEMA = (
    "CREATE TABLE identity (format INTEGER, epoch TEXT)",
    "CREATE TABLE shelves (shelf TEXT, key TEXT, value TEXT, mark INTEGER, PRIMARY KEY (shelf, key)) WITHOUT ROWID",
)


class Store:
    """An open store; each read is for itself, all writes come in one `commit`. One without a path keeps nothing.

    `values` is what `BuildCache` made of whole shelves, and `memo` what came of these, for the next build of this
    process; the former are right as long as the store `is_as_left`. Reading raises `CacheCorrupted` where the file
    turns out to be damaged, if only in one row: SQLite would go on to write by what is left of it.
    """

    def __init__(self, path: Path | None, epoch: str) -> None:
        self.path = path
        self.epoch = epoch
        self.values: dict[Shelf, Mapping[str, Any]] = {}
        self.memo = Memo()
        self._is_in_use = False
        self._connection = self._open(path) if path is not None else None
        self._state = self._find_state()

    def is_as_left(self) -> bool:
        """Whether the file is the one that is open, and no other process has written to it since it was opened."""
        return self._state is not None and self._state == self._find_state()

    def _find_state(self) -> tuple[int, int] | None:
        """The file's inode, and SQLite's mark for the writes of others; None where nothing is open."""
        if self._connection is None or self.path is None:
            return None
        try:
            [version] = self._connection.execute("PRAGMA data_version").fetchone()
            return self.path.stat().st_ino, version
        except (*_TROUBLE, OSError):
            return None

    def load(self, shelf: Shelf) -> dict[str, str]:
        """All rows of a shelf.

        Where pages of the file are not in their places, SQLite finds rows twice, one of them out of date, or ends
        before the last: the order, and the row that comes last, tell.
        """
        if self._connection is None:
            return {}
        rows = self._query("SELECT key, value, mark FROM shelves WHERE shelf = ?", shelf)
        found = {key: value for key, value, mark in rows if _is_sound(shelf, key, value, mark)}
        if len(found) < len(rows) or list(found)[-1:] != [_END] or list(found) != sorted(found):
            raise CacheCorrupted(shelf)
        del found[_END]
        return found

    def read(self, shelf: Shelf, key: str) -> str | None:
        """One row, or None where there is none."""
        rows = self._query("SELECT key, value, mark FROM shelves WHERE shelf = ? AND key = ?", shelf, key)
        if not rows:
            return None
        [(found, value, mark)] = rows
        if found != key or not _is_sound(shelf, found, value, mark):
            raise CacheCorrupted(key)
        return value

    def commit(self, changed: Mapping[Shelf, Mapping[str, str]], removed: Mapping[Shelf, Iterable[str]]) -> bool:
        """Write and delete rows, in one transaction; whether that was done.

        A store that cannot be written to, or is in use elsewhere, is left as it is; raises `CacheCorrupted` for a
        damaged one.
        """
        is_new = self._connection is None
        if is_new and self.path is not None and not self._is_in_use:
            self._connection = _create(self.path, self.epoch)
            self._state = self._find_state()
        if self._connection is None:
            return False
        try:
            with self._connection as transaction:
                _write(transaction, changed, removed)
        except _TROUBLE as problem:
            if not is_new and self.path is not None and _is_damage(problem, self.path):
                raise CacheCorrupted from problem
            return False
        if self.path is not None:
            _seal(self.path)
        return True

    def close(self) -> None:
        """Close the file; the store reads as empty from then on."""
        self.values = {}
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self, path: Path) -> sqlite3.Connection | None:
        """The store that is there, if it is ours, whole and of this epoch."""
        if not path.is_file() or path.is_symlink():
            return None
        connection = None
        try:
            connection = _connect(path)
            _set_up(connection)
            if _is_ours(connection, self.epoch) and _is_whole(connection, path):
                return connection
        except _TROUBLE as problem:
            self._is_in_use = _is_busy(problem)
        if connection is not None:
            connection.close()
        return None

    def _query(self, statement: str, *values: str) -> Sequence[tuple[str, str, int]]:
        if self._connection is None:
            return ()
        try:
            return self._connection.execute(statement, values).fetchall()
        except _TROUBLE as problem:
            self._is_in_use = _is_busy(problem)
            raise CacheCorrupted from problem

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


def _is_busy(problem: Exception) -> bool:
    return _code_of(problem) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _is_damage(problem: Exception, path: Path) -> bool:
    """Whether a store that cannot be written to should be created again.

    A flipped bit can make SQLite take a file for read-only, so that it is the file system that must be asked.
    """
    if _is_busy(problem) or _code_of(problem) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return False
    return os.access(path.parent, os.W_OK | os.X_OK)


def _code_of(problem: Exception) -> int:
    """SQLite's primary error code; Python's own errors have none."""
    return int(getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _mark(shelf: str, key: str, value: str) -> int:
    return crc32(f"{shelf}\n{key}\n{value}".encode())


def _is_sound(shelf: str, key: object, value: object, mark: object) -> bool:
    return isinstance(key, str) and isinstance(value, str) and mark == _mark(shelf, key, value)


def _is_ours(connection: sqlite3.Connection, epoch: str) -> bool:
    """Whether a file has our tables, nothing else that SQLite would act on, and this epoch's identity."""
    if connection.execute("PRAGMA journal_mode").fetchall() != [("delete",)]:
        return False
    schema = connection.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall()
    if schema != [(statement,) for statement in _SCHEMA]:
        return False
    return connection.execute("SELECT format, epoch FROM identity").fetchall() == [(FORMAT, epoch)]


def _is_whole(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether a file is as our last commit left it, or else has nothing wrong with any of its pages."""
    with suppress(OSError, Unreadable):
        if read(_locate_seal(path), 200) == _describe(path):
            return True
    if connection.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
        return False
    _seal(path)
    return True


def _seal(path: Path) -> None:
    """Note how a file was left; where that cannot be done, it is looked at each time."""
    seal = _locate_seal(path)
    with suppress(OSError):
        seal.unlink(missing_ok=True)  # it may be a link to what is not ours
        with seal.open("xb") as file:
            file.write(_describe(path))


def _locate_seal(path: Path) -> Path:
    return path.with_suffix(".seal")


def _describe(path: Path) -> bytes:
    return " ".join(map(str, stamp_of(path.stat()))).encode()


def _create(path: Path, epoch: str) -> sqlite3.Connection | None:
    """A new, empty store, in the place of whatever is there; None where none can be made."""
    _remove(path)
    connection = None
    try:
        make_state_folder(path.parent)
        connection = _connect(path)
        _set_up(connection)
        with connection:
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute("INSERT INTO identity VALUES (?, ?)", (FORMAT, epoch))
            ends = [(shelf, _END, "", _mark(shelf, _END, "")) for shelf in SHELVES]
            connection.executemany("INSERT INTO shelves VALUES (?, ?, ?, ?)", ends)
    except (OSError, *_TROUBLE):
        if connection is not None:
            connection.close()
        return None
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=WAIT, check_same_thread=False)


def _set_up(connection: sqlite3.Connection) -> None:
    # Losing the newest rows with the power is as good as never having written them, so no write waits for a disk.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(f"PRAGMA page_size = {PAGE}")  # of a file that is made now
    connection.execute("PRAGMA cell_size_check = ON")  # notice a damaged page when it is read, not when written


def _remove(path: Path) -> None:
    """Remove whatever is in a store's place, its seal, and SQLite's files beside it."""
    beside = (path.with_name(path.name + end) for end in ("-journal", "-wal", "-shm"))
    for found in (path, _locate_seal(path), *beside):
        if found.is_dir() and not found.is_symlink():
            shutil.rmtree(found, ignore_errors=True)
        with suppress(OSError):
            found.unlink()
