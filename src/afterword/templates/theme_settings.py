"""Generates the style sheet of the `[theme]` settings: colours, width and fonts as custom properties.

It is a file, because the content security policy blocks inline styles.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from afterword.config.schema import list_static_files
from afterword.core.diagnostics import did_you_mean, error

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from afterword.config.schema import Config, Font, ThemeSettings
    from afterword.core.diagnostics import Diagnostic, Place

NAME = "theme-settings.css"
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
    form = _FORMATS.get(PurePosixPath(font.file).suffix.lower(), "woff2")
    return (
        f'@font-face {{\n  font-family: "{font.family}";\n  src: url("{font.file}") format("{form}");\n'
        f"  font-style: {font.style};\n  font-weight: {font.weight};\n  font-display: swap;\n}}\n"
    )
