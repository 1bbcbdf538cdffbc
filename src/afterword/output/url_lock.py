"""Writes `afterword.lock`, the record of published URLs, in one step."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from afterword.core.files import URL_LOCK
from afterword.output.safe_tree import Tree

if TYPE_CHECKING:
    from pathlib import Path


def write_lock(root: Path, text: str) -> None:
    """Replaces the record of the blog in `root`, or the file that a link in its place leads to; raises `OSError`."""
    folder, name = os.path.split(os.path.realpath(root / URL_LOCK))
    waiting = f"{name}.{os.getpid()}.tmp"
    with Tree(folder, folder) as tree:
        known = tree.write(waiting, [text.encode()], sync=True)
        tree.put_in_place(waiting, known, name)
