"""The traceback of a bug, kept in a file, so that it can be sent to those who can mend it.

Relies on the blog's `.afterword` folder. Refuses to follow a link, to replace a file, and to fail: where nothing can be
written, there is no file.
"""

from __future__ import annotations

import os
import platform
import traceback
from typing import TYPE_CHECKING

from afterword import __version__
from afterword.digest import digest
from afterword.memory.folder import make_state_folder
from afterword.reserved import STATE

if TYPE_CHECKING:
    from pathlib import Path

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def describe_bug(problem: BaseException) -> str:
    """The traceback of an exception, below what it happened with."""
    return f"Afterword {__version__}, Python {platform.python_version()}, {platform.platform()}\n\n" + "".join(
        traceback.format_exception(problem)
    )


def keep_crash(root: Path, text: str) -> Path | None:
    """Write the text to a file of its own in the blog's `.afterword`; the same text has the same file."""
    path = root / STATE / f"crash-{digest(text)[:12]}.txt"
    try:
        make_state_folder(path.parent)
        descriptor = os.open(path, _CREATE, 0o644)
    except OSError:
        return path if path.is_file() else None
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return path
