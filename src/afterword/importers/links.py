"""Symbolic links in an imported folder: those that lead to a private file of the folder are not imported."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from afterword.content.symlinks import find_private, follow_link
from afterword.core.files import DRAFT_FOLDER, TEXT_EXTENSIONS

if TYPE_CHECKING:
    from pathlib import Path


def explain_private_link(root: Path, path: str) -> str | None:
    """Returns why a file is not imported: it is a link to something in `root` that is not published; else None.

    A link is judged by every place that it leads through, as a build does. A text behind a link with another suffix
    would be published as a file, whatever its front matter says, so it is private, too.
    """
    if not (root / path).is_symlink():
        return None
    real_root = os.path.realpath(root)
    try:
        places = follow_link(real_root, path)
    except OSError:
        return "symbolic link to a missing file"
    inside = [os.path.relpath(place, real_root) for place in places if place.startswith(f"{real_root}/")]
    if (found := find_private(inside, (), lambda folder: _list_names(root / folder))) is not None:
        place, private = found
        return f"symbolic link to {private.what}: `{place}`"
    for place in inside:
        if DRAFT_FOLDER in place.split("/") and DRAFT_FOLDER not in path.split("/"):
            return f"symbolic link to a draft: `{place}`"
        if place.endswith(TEXT_EXTENSIONS) and not path.endswith(TEXT_EXTENSIONS):
            return f"symbolic link to a text: `{place}`"
    return None


def _list_names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(file.name for file in folder.iterdir())
    except OSError:
        return frozenset()
