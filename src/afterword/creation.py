"""The gate for new sources: it writes a file of a blog that is not there yet.

Relies on the operating system to create a file only where none is. Refuses to replace a file, to write through a
symbolic link out of the blog's folder, and to leave half a file behind.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from afterword.diagnostics import Exit, Failure, Place, error

if TYPE_CHECKING:
    from pathlib import Path

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def create(root: Path, path: str, text: str) -> Path:
    """Write the text to the new file `path` of the blog in `root`, in UTF-8; returns where it is.

    Raises `Failure`: where the blog is not there, the file is, or its folder leads out of the blog (exit 2), and where
    it cannot be written (exit 3).
    """
    file = root / path
    if not root.is_dir():
        raise Failure(Exit.USAGE, error("no-source", f"there is no folder `{root}`"))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.parent.resolve().is_relative_to(root.resolve()):
            problem = error("outside", "the folder of this file is a link that leads out of the blog", Place(path))
            raise Failure(Exit.USAGE, problem)
        _write_new(file, text.encode())
    except FileExistsError:
        hint = "give another title, or go on with the file that is there"
        raise Failure(Exit.USAGE, error("exists", f"there is a file `{path}` already", hint=hint)) from None
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise Failure(Exit.ENVIRONMENT, error("unwritable", f"`{path}` cannot be written: {reason}")) from problem
    return file


def _write_new(file: Path, data: bytes) -> None:
    descriptor = os.open(file, _CREATE, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
    except BaseException:
        with suppress(OSError):
            file.unlink()
        raise
