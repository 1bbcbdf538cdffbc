"""The colours of the default theme that drawings use, and colours in CSS as Pillow knows them."""

from __future__ import annotations

from typing import TypeAlias

PAPER, PAPER_DARK = "#fdfcf9", "#15171a"
ACCENT, ACCENT_DARK = "#8a2c0d", "#f0a070"

Colour: TypeAlias = "str | tuple[int, ...]"


def to_rgb(colour: str) -> Colour:
    """Returns a CSS colour for Pillow, which knows hexadecimal ones, `rgb()`, `hsl()` and names; else the default."""
    from PIL import ImageColor

    try:
        return tuple(ImageColor.getrgb(colour)[:3])
    except ValueError:
        return ACCENT
