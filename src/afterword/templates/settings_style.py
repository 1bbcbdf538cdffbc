"""Writes the style sheet of the settings in `[theme]`, and checks their colours and files."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from afterword.config.schema import Config, list_static_files
from afterword.core.diagnostics import Diagnostic, Place, did_you_mean, error, note

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from afterword.config.schema import Font, ThemeSettings

STYLE = "theme-settings.css"
"""Name of the style sheet, for `asset`."""

_PROPERTIES = {"text": "--serif", "ui": "--sans", "code": "--mono"}
_FALLBACKS = {"text": "Georgia, serif", "ui": "system-ui, sans-serif", "code": "ui-monospace, monospace"}
_TAGLINE = """.tagline {
  display: block;
  margin-block-start: -0.6rem;
  color: var(--muted);
  font: var(--ui);
  letter-spacing: normal;
}
"""
_AUTHOR = """.author {
  display: flex;
  gap: 1rem;
  align-items: center;
  max-inline-size: var(--measure);
  margin-block: 0.75rem;
  color: var(--muted);
  font: var(--ui);
}
.author img {
  flex: none;
  border-radius: 50%;
  object-fit: cover;
}
"""
_FORMATS = {".woff2": "woff2", ".woff": "woff", ".ttf": "truetype", ".otf": "opentype"}


def write_style(config: Config) -> str:
    """Returns the style sheet, or empty text if no setting needs one. The values are validated already."""
    settings, profile = config.theme, config.author_profile
    author = _AUTHOR if profile.bio or profile.picture else ""
    faces = "".join(map(_write_face, settings.fonts))
    properties = "".join(f"  {name}: {value};\n" for name, value in _list_properties(settings))
    root = f":root {{\n{properties}}}\n" if properties else ""
    return faces + root + (_TAGLINE if settings.tagline else "") + author


def find_missing_files(settings: Config, assets: Collection[str], places: Mapping[str, Place]) -> Iterator[Diagnostic]:
    """Yields an error for each file in the settings that is missing from `static/`.

    `places` are those of the settings.
    """
    for setting, files in list_static_files(settings).items():
        for file in files:
            if file and file not in assets:
                bare = file.removeprefix("/").removeprefix("static/")
                hint = f"write `{bare}`" if bare in assets else did_you_mean(file, assets)
                message = f"file not found: `static/{file}`, set in `{setting}`"
                yield error("invalid-setting", message, places.get(setting), hint=hint)


_BACKGROUNDS = {"accent": "#fdfcf9", "accent_dark": "#15171a"}
"""The setting of an accent colour, and the background of its colour scheme."""


def find_faint_colours(theme: ThemeSettings, places: Mapping[str, Place]) -> Iterator[Diagnostic]:
    """Yields a note for each accent colour that is hard to read; only colours such as `#8a2c0d` are checked."""
    for name, background in _BACKGROUNDS.items():
        colour = getattr(theme, name)
        lights = sorted(map(_luminance, (colour, background))) if len(colour) in (4, 7) and colour[0] == "#" else ()
        if lights and (contrast := (lights[1] + 0.05) / (lights[0] + 0.05)) < 4.5:
            message = f"low contrast of `{colour}` with the background: {contrast:.1f} to 1"
            hint = "use a colour with a contrast of at least 4.5 to 1"
            yield note("low-contrast", message, places.get(f"theme.{name}"), hint=hint)


def _luminance(colour: str) -> float:
    """Returns the relative luminance of a colour from 0 to 1 (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = (int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _list_properties(settings: ThemeSettings) -> Iterator[tuple[str, str]]:
    if settings.accent or settings.accent_dark:
        light = settings.accent or "#8a2c0d"
        dark = settings.accent_dark or f"color-mix(in srgb, {settings.accent} 50%, white)"
        yield "--accent", f"light-dark({light}, {dark})"
    if settings.width:
        yield "--page", settings.width
    for use, name in _PROPERTIES.items():
        families = dict.fromkeys(f'"{font.family}"' for font in settings.fonts if font.use == use)
        if families:
            yield name, ", ".join((*families, _FALLBACKS[use]))


def _write_face(font: Font) -> str:
    form = _FORMATS.get(posixpath.splitext(font.file)[1].lower(), "woff2")
    return (
        f'@font-face {{\n  font-family: "{font.family}";\n  src: url("{font.file}") format("{form}");\n'
        f"  font-style: {font.style};\n  font-weight: {font.weight};\n  font-display: swap;\n}}\n"
    )
