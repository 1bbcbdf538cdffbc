"""Draws social cards: the pictures that other sites show with links to pages."""

from __future__ import annotations

import unicodedata
from io import BytesIO
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.images.fonts import PAPER, FontFile, find_lacking, has_lost_text, leave_out, open_font, to_rgb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

    from afterword.images.fonts import Colour

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
