"""Finds the blog of a command, in the current folder or its parents; recognizes Jekyll folders."""

from __future__ import annotations

import os
import re
from pathlib import Path

from afterword.core.files import CONTENT_FOLDERS, TEXT_EXTENSIONS, Unreadable, read

_SETTINGS = "afterword.toml"
_PROJECT = "pyproject.toml"
_LARGEST = 1_000_000
_TABLE = rb"^\s*\[+\s*tool\s*\.\s*\"?afterword\b"
_FOLDERS = frozenset({*CONTENT_FOLDERS, "static", "templates", "_posts", "_drafts"})
"""Source folders: a folder of this name is in a blog if its parent is one."""


def find_blog(start: Path) -> Path:
    """Returns the folder of the blog that contains `start`, relative to `start`; `start` if there is none.

    A blog has settings, or a source folder such as `posts` that contains `start`. The search ends at the root of a
    repository.
    """
    here = Path(os.path.abspath(start))  # noqa: PTH100 - symbolic links stay as they are
    if _is_blog(here):
        return start
    below = here
    for folder in here.parents:
        if (below / ".git").exists():
            break
        if _has_settings(folder) or (below.name in _FOLDERS and _is_blog(folder)):
            return Path(os.path.relpath(folder, here))
        below = folder
    return start


def is_jekyll_folder(source: Path) -> bool:
    """Returns whether a folder has posts or layouts of Jekyll, and no settings or posts of Afterword.

    Jekyll blogs often have a folder `pages`. Some have their posts below another folder, as in `blog/_posts`, and some
    have only pages.
    """
    if _has_settings(source) or _has_texts(source / "posts") or _has_texts(source / "drafts"):
        return False
    is_configured = any((source / name).is_file() for name in ("_config.yml", "_config.yaml"))
    return (source / "_posts").is_dir() or (
        is_configured and ((source / "_layouts").is_dir() or any(source.glob("*/_posts")))
    )


def _has_texts(folder: Path) -> bool:
    return folder.is_dir() and any(path.suffix in TEXT_EXTENSIONS for path in folder.rglob("*"))


def _is_blog(folder: Path) -> bool:
    has_folder = any((folder / name).is_dir() for name in CONTENT_FOLDERS)
    return has_folder or _has_settings(folder) or is_jekyll_folder(folder)


def _has_settings(folder: Path) -> bool:
    if (folder / _SETTINGS).is_file():
        return True
    try:
        return re.search(_TABLE, read(folder / _PROJECT, _LARGEST, follow=True), re.MULTILINE) is not None
    except (OSError, Unreadable):
        return False
