"""Colours and fonts of drawn images, and the characters that a font can draw."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.ImageFont import FreeTypeFont

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


_PACKAGE = "font_source_serif_pro"
_FILE = "files/SourceSerifPro-Semibold.ttf"
_RIGHT_TO_LEFT = ("R", "AL", "AN")
_NO_CHARACTER = "\uffff"
"""A noncharacter: a font draws it as it draws everything that it lacks."""


class FontFile(Struct, frozen=True):
    """A font: its file, or an empty path for the one in Pillow, and what changes when its glyphs do."""

    path: str
    digest: str


def is_pillow_installed() -> bool:
    """Returns whether images can be drawn. Does not import Pillow."""
    return find_spec("PIL") is not None


def find_font() -> FontFile:
    """Returns the font of the package `font-source-serif-pro`, or Pillow's own, which has only ASCII letters."""
    spec = find_spec(_PACKAGE)
    file = Path(spec.origin).parent / _FILE if spec is not None and spec.origin is not None else None
    if file is not None and file.is_file():
        return FontFile(str(file), _PACKAGE)
    return FontFile("", "Pillow")


@lru_cache(maxsize=32)
def open_font(path: str, size: int, layout: int | None = None) -> FreeTypeFont:
    """Opens a font in a size in pixels. Raises `OSError` for a file that is no font."""
    from PIL import ImageFont

    if path:
        return ImageFont.truetype(path, size, layout_engine=layout)
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise OSError("Pillow was built without FreeType")
    return font


def find_lacking(font: FontFile, characters: Iterable[str]) -> str:
    """Returns those of the characters that the font cannot draw; all letters of scripts from right to left.

    Raises `OSError` for a file that is no font.
    """
    return "".join(character for character in sorted(characters) if _lacks(font.path, character))


@lru_cache(maxsize=10_000)
def _lacks(path: str, character: str) -> bool:
    if unicodedata.bidirectional(character) in _RIGHT_TO_LEFT:
        return True
    return not character.isspace() and _draw(path, character) == _draw(path, _NO_CHARACTER)


@lru_cache(maxsize=256)
def _draw(path: str, character: str) -> bytes:
    from PIL import ImageFont

    return bytes(open_font(path, 12, ImageFont.Layout.BASIC.value).getmask(character))


def has_lost_text(text: str, lacking: str) -> bool:
    """Returns whether a text has a character among those that are `lacking`, and is not only decorated with it."""
    return any(character in lacking and not _is_decoration(character) for character in text)


def leave_out(text: str, lacking: str) -> str:
    """Returns a text without the characters that are `lacking`, as one line."""
    return " ".join("".join(character for character in text if character not in lacking).split())


def _is_decoration(character: str) -> bool:
    """Returns whether a character is a symbol such as an emoji, or has no form of its own."""
    return unicodedata.category(character) in ("So", "Sk", "Cf", "Mn", "Me", "Cn")
