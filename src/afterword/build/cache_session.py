"""Keeps the cache open between the builds of one process, as `serve` needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.cache.store import Store

if TYPE_CHECKING:
    from pathlib import Path


class CacheSession:
    """Opens the store for each build of one process, by turns; close it at the end."""

    def __init__(self) -> None:
        self._store: Store | None = None

    def open(self, path: Path | None, version: str) -> Store:
        """The store at a path: the one of the last build, if it is that, and as that has left it."""
        store = self._store
        if store is None or (store.path, store.version) != (path, version) or not store.is_unchanged():
            self.close()
            store = self._store = Store(path, version)
        return store

    def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            self._store.close()
            self._store = None
