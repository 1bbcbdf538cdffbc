"""Creates the folder `.afterword`, which holds the cache, the preview of `serve` and crash reports.

The folder has a `.gitignore` of its own, so that `git add -A` in a new blog adds none of it, as the caches of pytest
and mypy do.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from afterword.reserved import STATE

if TYPE_CHECKING:
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
