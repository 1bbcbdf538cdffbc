"""Draws the icons of a site: its logo, or the first letter of its title on its accent colour."""

from __future__ import annotations

import json
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from afterword.images.fonts import ACCENT, ACCENT_DARK, PAPER, PAPER_DARK, FontFile, find_lacking, open_font, to_rgb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

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


def write_svg_icon(letter: str, accent: str, accent_dark: str) -> str:
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
