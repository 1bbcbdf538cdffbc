"""Draws social cards and icons: colours, fonts, and the characters that a font can draw.

A social card is the picture that other sites show with a link to a page. An icon of a site is its logo, or the first
letter of its title on its accent colour.
"""

from __future__ import annotations

import json
import unicodedata
from functools import lru_cache
from html import escape
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
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


WIDTH, HEIGHT = 1_200, 630
"""The size in pixels that Facebook, LinkedIn and Mastodon show without cutting."""

MOST_TAKEAWAYS = 3

_TEXT, _MUTED = "#1f1d1a", "#514c44"
_LEFT, _RIGHT, _INDENT = 96, 1_120, 32
_ROOM = 520
"""Height of all lines."""
_TITLE_SIZES = (76, 68, 60, 52, 44)
_SMALL = 32
_LEADING = 1.22
"""Distance of lines, in sizes of the font."""


class CardText(Struct, frozen=True):
    """What a card says: the title, a line below it, takeaways, and the name of the blog."""

    title: str
    line: str = ""
    takeaways: tuple[str, ...] = ()
    site: str = ""


class Card(Struct, frozen=True):
    """A card to draw: its text, the accent colour in CSS and the font."""

    text: CardText
    accent: str
    font: FontFile

    def draw(self) -> bytes:
        """Returns the card as PNG."""
        from PIL import Image, ImageDraw

        image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
        layout = _Layout(self)
        layout.draw(ImageDraw.Draw(image))
        file = BytesIO()
        image.quantize(64, Image.Quantize.FASTOCTREE).save(file, "PNG")
        return file.getvalue()


class _Layout:
    """The lines of one card from top to bottom, each with its lower end; `_y` is that of the last one."""

    def __init__(self, card: Card) -> None:
        self._path = card.font.path
        self._font = card.font
        self._accent = to_rgb(card.accent)
        self._y = 0
        self._lines: list[tuple[int, int, str, int, Colour]] = []
        self._points: list[int] = []
        self._lay_out(card.text)

    def draw(self, draw: ImageDraw) -> None:
        """Draws the lines in the middle of the card."""
        top = (HEIGHT - self._y) // 2
        draw.rectangle((0, 0, 20, HEIGHT), fill=self._accent)
        for middle in self._points:
            draw.rectangle((_LEFT, top + middle - 2, _LEFT + 16, top + middle + 2), fill=self._accent)
        for x, y, line, size, colour in self._lines:
            draw.text((x, top + y), line, fill=colour, font=open_font(self._path, size), anchor="ls")

    def _lay_out(self, text: CardText) -> None:
        if site := self._drawable(text.site):
            self._add([site], _SMALL, _MUTED)
            self._y += 28
        takeaways = [point for point in map(self._drawable, text.takeaways[:MOST_TAKEAWAYS]) if point]
        size, lines = self._fit_title(self._drawable(text.title), 3 if takeaways else 4)
        self._add(lines, size, _TEXT)
        if line := self._drawable(text.line):
            self._y += 16
            self._add(self._wrap(line, _SMALL, 2), _SMALL, self._accent)
        self._y += 26 if takeaways else 0
        for number, point in enumerate(takeaways, 1):
            room = int((_ROOM - self._y) / (_SMALL * _LEADING + 8)) - (len(takeaways) - number)
            if room > 0:
                self._points.append(self._y + round(_SMALL * _LEADING / 2))
                self._add(self._wrap(point, _SMALL, min(room, 2), _INDENT), _SMALL, _TEXT, _INDENT)
                self._y += 8

    def _fit_title(self, title: str, most: int) -> tuple[int, list[str]]:
        """Returns the largest size in which a title takes at most so many lines; in the smallest, it is cut."""
        for size in _TITLE_SIZES:
            lines = self._wrap(title, size, most + 1)
            if len(lines) <= most:
                return size, lines
        return _TITLE_SIZES[-1], self._wrap(title, _TITLE_SIZES[-1], most)

    def _wrap(self, text: str, size: int, most: int, indent: int = 0) -> list[str]:
        """Returns a text in at most so many lines, the last one cut with an ellipsis if it has to be."""
        room = _RIGHT - _LEFT - indent
        font = open_font(self._path, size)
        lines = [""]
        for word in _split_words(text):
            if lines[-1] and font.getlength((lines[-1] + word).rstrip()) > room:
                lines.append("")
            lines[-1] += word if lines[-1] else word.lstrip()
        shown = [_cut(line.strip(), font, room) for line in lines[:most]]
        return shown if len(lines) <= most else [*shown[:-1], _cut(f"{shown[-1].rstrip(' ,.;:')}…", font, room)]

    def _add(self, lines: Iterable[str], size: int, colour: Colour, indent: int = 0) -> None:
        for line in lines:
            self._lines.append((_LEFT + indent, self._y + size, line, size, colour))
            self._y += round(size * _LEADING)

    def _drawable(self, text: str) -> str:
        """Returns the text without emoji; empty if the font lacks another of its characters."""
        lacking = find_lacking(self._font, set(text))
        return "" if has_lost_text(text, lacking) else leave_out(text, lacking)


def _cut(line: str, font: FreeTypeFont, room: int) -> str:
    """Returns a line that fits, with an ellipsis if it had to be cut."""
    if font.getlength(line) <= room:
        return line
    while line and font.getlength(f"{line}…") > room:
        line = line[:-1]
    return f"{line.rstrip(' ,.;:…')}…"


def has_lost_text(text: str, lacking: str) -> bool:
    """Returns whether a text has a character among those that are `lacking`, and is not only decorated with it."""
    return any(character in lacking and not _is_decoration(character) for character in text)


def leave_out(text: str, lacking: str) -> str:
    """Returns a text without the characters that are `lacking`, as one line."""
    return " ".join("".join(character for character in text if character not in lacking).split())


def _is_decoration(character: str) -> bool:
    """Returns whether a character is a symbol such as an emoji, or has no form of its own."""
    return unicodedata.category(character) in ("So", "Sk", "Cf", "Mn", "Me", "Cn")


def _split_words(text: str) -> Iterable[str]:
    """Returns the parts of a text between which a line can end: words with the space before, and ideographs."""
    word = ""
    for character in text:
        if word and (character == " " or unicodedata.east_asian_width(character) == "W"):
            yield word
            word = ""
        word += character
    if word:
        yield word


_ICO_SIZES = ((16, 16), (32, 32), (48, 48))


class Icon(Struct, frozen=True):
    """An icon to draw: the logo in the file `logo`, or else the letter on the accent colour in CSS.

    `logo_digest` is that of the file. `size` is the width and height in pixels.
    """

    letter: str
    accent: str
    font: FontFile
    size: int
    format: Literal["PNG", "ICO"] = "PNG"
    logo: str = ""
    logo_digest: str = ""

    def draw(self) -> bytes:
        """Returns the icon as a file of its format. Raises `OSError` for a logo that cannot be read."""
        image = _fit_logo(self) if self.logo else _draw_letter(self)
        file = BytesIO()
        if self.format == "ICO":
            image.save(file, "ICO", sizes=_ICO_SIZES)
        else:
            image.save(file, "PNG")
        return file.getvalue()


def _fit_logo(icon: Icon) -> Image:
    """Returns the logo in the middle of a transparent square."""
    from PIL import Image, ImageOps

    with Image.open(icon.logo) as opened:
        return ImageOps.pad(opened.convert("RGBA"), (icon.size, icon.size), color=(0, 0, 0, 0))


def _draw_letter(icon: Icon) -> Image:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (icon.size, icon.size), to_rgb(icon.accent))
    if not find_lacking(icon.font, icon.letter):
        font = open_font(icon.font.path, round(icon.size * 0.66))
        left, top, right, bottom = font.getbbox(icon.letter)
        at = ((icon.size - left - right) / 2, (icon.size - top - bottom) / 2)
        ImageDraw.Draw(image).text(at, icon.letter, fill=PAPER, font=font)
    return image


def write_svg_icon(letter: str, accent: str = "", accent_dark: str = "") -> str:
    """Returns the icon as SVG, which browsers show in light and dark tabs."""
    light = accent or ACCENT
    dark = accent_dark or (f"color-mix(in srgb, {accent} 50%, white)" if accent else ACCENT_DARK)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f"<style>rect{{fill:{light}}}text{{fill:{PAPER};font:700 22px Georgia,serif;text-anchor:middle}}"
        f"@media(prefers-color-scheme:dark){{rect{{fill:{dark}}}text{{fill:{PAPER_DARK}}}}}</style>"
        f'<rect width="32" height="32" rx="6"/><text x="16" y="23.5">{escape(letter)}</text></svg>\n'
    )


class ManifestIcon(Struct, frozen=True):
    """An icon of a web manifest; `sizes` is `192x192`, or `any`."""

    src: str
    type: str
    sizes: str


def write_manifest(name: str, language: str, start_url: str, icons: Sequence[ManifestIcon]) -> str:
    """Returns the web app manifest of a site (W3C), for home screens."""
    manifest = {
        "name": name,
        "lang": language,
        "start_url": start_url,
        "display": "browser",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [{"src": icon.src, "sizes": icon.sizes, "type": icon.type} for icon in icons],
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
