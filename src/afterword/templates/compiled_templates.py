"""Keeps compiled templates in the user's cache folder: compiling those of the default theme takes longer than rendering
the pages that an edit changes.

A compiled template is code, as the bytecode of a module is. So it is never read from a blog, whose `.afterword` may
have come with it, nor from a folder that another user can write to. Each version of Afterword, Python and Jinja has its
own folder, and the folders of other versions are deleted. Without a safe folder, each build compiles its templates.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2.bccache import FileSystemBytecodeCache

from afterword.cache.version import cache_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2.bccache import Bucket


class CompiledTemplates(FileSystemBytecodeCache):
    """The compiled templates in a folder that `prepare_folder` returned; what cannot be read or written is compiled."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder, "%s")

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def prepare_folder(environ: Mapping[str, str]) -> str:
    """Returns the folder of compiled templates, which exists; empty if there is none that is safe to use.

    It is `afterword/templates/VERSION` in `$XDG_CACHE_HOME` or `~/.cache`.
    """
    home = environ.get("HOME", "")
    base = Path(environ.get("XDG_CACHE_HOME") or f"{home}/.cache")
    if not base.is_absolute() or not (home or environ.get("XDG_CACHE_HOME")):
        return ""
    folder = base / "afterword" / "templates" / cache_version()
    try:
        if not folder.is_dir():
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _delete_versions(folder.parent)
            folder.mkdir(mode=0o700, exist_ok=True)
        return str(folder) if all(map(_is_private, (folder, folder.parent, folder.parent.parent))) else ""
    except OSError:
        return ""


def _is_private(folder: Path) -> bool:
    """Returns whether this user owns a folder, and no other can write to it."""
    status = folder.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _delete_versions(folder: Path) -> None:
    """Deletes the compiled templates of other versions."""
    if not _is_private(folder):
        return
    import shutil  # only after an update

    for version in folder.iterdir():
        shutil.rmtree(version, ignore_errors=True)
