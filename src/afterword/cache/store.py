"""The store of the cache: an SQLite database in the folder `.afterword` of a blog.

The folder also holds the preview of `serve` and crash reports. Its own `.gitignore` keeps all of it out of `git add`,
as the caches of pytest and mypy do.
"""

from __future__ import annotations

import os
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
    """Creates `folder`, which is the blog's `.afterword` or below it. Raises `OSError` if that fails."""
    folder.mkdir(parents=True, exist_ok=True)
    top = next((path for path in (folder, *folder.parents) if path.name == STATE), None)
    if top is not None:
        # it exists, or the folder is not writable
        with suppress(OSError), (top / ".gitignore").open("x", encoding="utf-8") as file:
            file.write(_IGNORED)


Namespace: TypeAlias = Literal[
    "files",
    "posts",
    "matter",
    "bodies",
    "body_meta",
    "body_html",
    "body_words",
    "search",
    "pages",
    "dependencies",
    "outputs",
    "meta",
]

NAMESPACES: tuple[Namespace, ...] = get_args(Namespace)

MetaName: TypeAlias = Literal[
    "parse options",
    "settings",
    "loaded settings",
    "suspect names",
    "theme",
    "closures",
    "links",
    "targets",
    "search",
    "images",
    "image-format",
    "card-characters",
    "outputs",
    "published",
    "last build",
]
"""Names of the single values in the namespace `meta`."""

LAST_BUILD: MetaName = "last build"

_LAST_KEY = "\U0010ffff"
"""Key of a row that sorts after all others of its namespace."""

FORMAT = 4
"""Version of the database schema. A store with another version counts as empty."""

_DAMAGE_ERRORS = (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError)
"""What a damaged file may raise; SQLite's messages quote it, and it may be invalid UTF-8."""

PAGE_SIZE = 8192
"""In bytes. With half of it, every row would need its own page besides those of the index, and the file would be
larger.
"""

TIMEOUT = 10
"""Seconds to wait for another process that uses the same store."""

_COLUMNS = "namespace TEXT, key TEXT, value TEXT, checksum INTEGER, PRIMARY KEY (namespace, key)"
_SCHEMA = (f"CREATE TABLE entries ({_COLUMNS}) WITHOUT ROWID", "CREATE TABLE identity (format INTEGER, version TEXT)")


class Store:
    """An open store. All writes of a build are made in one `commit`. A store without a path keeps nothing.

    `values` are the decoded values of whole namespaces, valid while the store `is_unchanged`; `memo` are memoized
    results. Both are for the next build in this process.

    Reading raises `CacheCorrupted` if the file is damaged, even in a single row. Otherwise SQLite would keep writing
    to it.
    """

    def __init__(self, path: Path | None, version: str) -> None:
        self.path = path
        self.version = version
        self.values: dict[Namespace, Mapping[str, Any]] = {}
        self.memo = Memo()
        self._is_in_use = False
        self._connection = self._open(path) if path is not None else None
        self._state = self._find_state()

    def is_unchanged(self) -> bool:
        """Returns whether the open file is still in place, and no other process has written to it."""
        return self._state is not None and self._state == self._find_state()

    def _find_state(self) -> tuple[int, int] | None:
        """Returns the file's inode and SQLite's counter of writes by others; None if nothing is open."""
        if self._connection is None or self.path is None:
            return None
        try:
            [version] = self._connection.execute("PRAGMA data_version").fetchone()
            return self.path.stat().st_ino, version
        except (*_DAMAGE_ERRORS, OSError):
            return None

    def load(self, namespace: Namespace) -> dict[str, str]:
        """Returns all rows of a namespace.

        If pages of the file are in the wrong place, SQLite returns a row twice, once out of date, or ends too early.
        The order and the last row show that.
        """
        if self._connection is None:
            return {}
        rows = self._query("SELECT key, value, checksum FROM entries WHERE namespace = ?", namespace)
        found = {key: value for key, value, checksum in rows if _is_valid(namespace, key, value, checksum)}
        if len(found) < len(rows) or list(found)[-1:] != [_LAST_KEY] or list(found) != sorted(found):
            raise CacheCorrupted(namespace)
        del found[_LAST_KEY]
        return found

    def read(self, namespace: Namespace, key: str) -> str | None:
        """Returns the value of one row, or None."""
        rows = self._query("SELECT key, value, checksum FROM entries WHERE namespace = ? AND key = ?", namespace, key)
        if not rows:
            return None
        [(found, value, checksum)] = rows
        if found != key or not _is_valid(namespace, found, value, checksum):
            raise CacheCorrupted(key)
        return value

    def commit(
        self, changed: Mapping[Namespace, Mapping[str, str]], removed: Mapping[Namespace, Iterable[str]]
    ) -> bool:
        """Writes and deletes rows in one transaction. Returns whether that succeeded.

        A store that is not writable or in use elsewhere stays as it is. Raises `CacheCorrupted` if it is damaged.
        """
        is_new = self._connection is None
        if is_new and self.path is not None and not self._is_in_use:
            self._connection = _create(self.path, self.version)
            self._state = self._find_state()
        if self._connection is None:
            return False
        try:
            with self._connection as transaction:
                _write(transaction, changed, removed)
        except _DAMAGE_ERRORS as problem:
            if not is_new and self.path is not None and _should_recreate(problem, self.path):
                raise CacheCorrupted from problem
            return False
        if self.path is not None:
            _write_stamp(self.path)
        return True

    def close(self) -> None:
        """Closes the file. The store is empty from then on."""
        self.values = {}
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self, path: Path) -> sqlite3.Connection | None:
        """Opens an existing store if it is intact and has our schema and version."""
        if not path.is_file() or path.is_symlink():
            return None
        connection = None
        try:
            connection = _connect(path)
            _set_up(connection)
            if _has_our_schema(connection, self.version) and _is_intact(connection, path):
                return connection
        except _DAMAGE_ERRORS as problem:
            self._is_in_use = _is_busy(problem)
        if connection is not None:
            connection.close()
        return None

    def _query(self, statement: str, *values: str) -> Sequence[tuple[str, str, int]]:
        if self._connection is None:
            return ()
        try:
            return self._connection.execute(statement, values).fetchall()
        except _DAMAGE_ERRORS as problem:
            self._is_in_use = _is_busy(problem)
            raise CacheCorrupted from problem

    def discard(self) -> None:
        """Deletes the file, unless it is in use elsewhere. `commit` creates a new one."""
        self.close()
        if self.path is not None and not self._is_in_use:
            _remove_files(self.path)


class CacheSession:
    """Keeps the store open between the builds of one process."""

    def __init__(self) -> None:
        self._store: Store | None = None

    def open(self, path: Path | None, version: str) -> Store:
        """Returns the store at a path: the open one if it is the same and unchanged, else a new one."""
        store = self._store
        if store is None or (store.path, store.version) != (path, version) or not store.is_unchanged():
            self.close()
            store = self._store = Store(path, version)
        return store

    def close(self) -> None:
        """Closes the store."""
        if self._store is not None:
            self._store.close()
            self._store = None


def _write(
    transaction: sqlite3.Connection,
    changed: Mapping[Namespace, Mapping[str, str]],
    removed: Mapping[Namespace, Iterable[str]],
) -> None:
    for namespace, keys in removed.items():
        gone = ((namespace, key) for key in keys)
        transaction.executemany("DELETE FROM entries WHERE namespace = ? AND key = ?", gone)
    for namespace, rows in changed.items():
        entries: Iterator[tuple[str, str, str, int]] = (
            (namespace, key, value, _checksum(namespace, key, value)) for key, value in sorted(rows.items())
        )
        transaction.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", entries)


def _is_busy(problem: Exception) -> bool:
    return _error_code(problem) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _should_recreate(problem: Exception, path: Path) -> bool:
    """Returns whether a store that cannot be written to should be created again.

    A flipped bit can make SQLite take a file for read-only, so the folder is checked instead.
    """
    if _is_busy(problem) or _error_code(problem) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return False
    return os.access(path.parent, os.W_OK | os.X_OK)


def _error_code(problem: Exception) -> int:
    """Returns SQLite's primary error code. Python's own errors have none."""
    return int(getattr(problem, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _checksum(namespace: str, key: str, value: str) -> int:
    return crc32(f"{namespace}\n{key}\n{value}".encode())


def _is_valid(namespace: str, key: object, value: object, checksum: object) -> bool:
    return isinstance(key, str) and isinstance(value, str) and checksum == _checksum(namespace, key, value)


def _has_our_schema(connection: sqlite3.Connection, version: str) -> bool:
    """Returns whether a file has our tables, nothing else that SQLite would execute, and this version."""
    if connection.execute("PRAGMA journal_mode").fetchall() != [("delete",)]:
        return False
    schema = connection.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall()
    if schema != [(statement,) for statement in _SCHEMA]:
        return False
    return connection.execute("SELECT format, version FROM identity").fetchall() == [(FORMAT, version)]


def _is_intact(connection: sqlite3.Connection, path: Path) -> bool:
    """Returns whether a file is as our last commit left it, or else passes SQLite's integrity check."""
    with suppress(OSError, Unreadable):
        if read(_stamp_path(path), 200) == _format_stamp(path):
            return True
    if connection.execute("PRAGMA integrity_check(1)").fetchall() != [("ok",)]:
        return False
    _write_stamp(path)
    return True


def _write_stamp(path: Path) -> None:
    """Writes the stamp of the file beside it. Without it, the next build runs the integrity check."""
    file = _stamp_path(path)
    with suppress(OSError):
        file.unlink(missing_ok=True)  # it may be a link to another file
        with file.open("xb") as opened:
            opened.write(_format_stamp(path))


def _stamp_path(path: Path) -> Path:
    return path.with_suffix(".seal")


def _format_stamp(path: Path) -> bytes:
    return " ".join(map(str, stamp_of(path.stat()))).encode()


def _create(path: Path, version: str) -> sqlite3.Connection | None:
    """Creates an empty store in place of an existing file. Returns None if that fails."""
    _remove_files(path)
    connection = None
    try:
        make_state_folder(path.parent)
        connection = _connect(path)
        _set_up(connection)
        with connection:
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute("INSERT INTO identity VALUES (?, ?)", (FORMAT, version))
            ends = [(namespace, _LAST_KEY, "", _checksum(namespace, _LAST_KEY, "")) for namespace in NAMESPACES]
            connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", ends)
    except (OSError, *_DAMAGE_ERRORS):
        if connection is not None:
            connection.close()
        return None
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=TIMEOUT, check_same_thread=False)


def _set_up(connection: sqlite3.Connection) -> None:
    # A power failure may lose the newest rows: the next build just has more to do.
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")  # if the file is new
    connection.execute("PRAGMA cell_size_check = ON")  # notice a damaged page when it is read


def _remove_files(path: Path) -> None:
    """Deletes the store, its stamp, and SQLite's files beside it."""
    beside = (path.with_name(path.name + end) for end in ("-journal", "-wal", "-shm"))
    for found in (path, _stamp_path(path), *beside):
        if found.is_dir() and not found.is_symlink():
            import shutil  # with three libraries for archives

            shutil.rmtree(found, ignore_errors=True)
        with suppress(OSError):
            found.unlink()
