"""The sizes of pictures, read from their first bytes, so that pages do not jump while pictures load.

Relies on the library imagesize for the formats. Refuses to decode a picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.files import Unreadable, open_regular

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")
"""The files whose size is worth a look: the formats that browsers show."""


def measure(path: Path) -> tuple[int, int]:
    """Width and height in pixels as a browser would show the file, (0, 0) where they cannot be told."""
    import imagesize  # imported only by blogs with pictures

    try:
        with open_regular(path) as file:
            width, height = imagesize.get(file)
    except Unreadable:
        return 0, 0
    return (int(width), int(height)) if width > 0 and height > 0 else (0, 0)
