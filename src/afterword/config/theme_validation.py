"""Validates the settings of `[theme]`: colours, lengths, files, fonts, and hosts of the content security policy."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from afterword.config.schema import AllowedHosts
from afterword.core.diagnostics import did_you_mean
from afterword.core.origins import find_origin, is_host_source
from afterword.core.patterns import lazy_pattern
from afterword.core.urls import is_web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.config.schema import Font, ThemeSettings


class SettingProblem(NamedTuple):
    """An invalid setting: its full name (`feed.limit`), the message, the hint and the id of the diagnostic."""

    key: str
    message: str
    hint: str = ""
    id: str = "invalid-setting"


_COLOUR = lazy_pattern(
    r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]+|(?!url\()[a-z-]+\((?:(?!/\*)[^;{}\"'<>\\()])*\)", re.IGNORECASE
)
_LENGTH = lazy_pattern(r"\d+(?:\.\d+)?(?:rem|em|ch|px|vw|%)|none")
_FAMILY = lazy_pattern(r"[\w .-]+")
_WEIGHT = lazy_pattern(r"(?:normal|bold|\d{1,4}(?: \d{1,4})?)")
_PATH = lazy_pattern(r"[^\s\"'\\()<>?#:]+")
_USES = ("text", "ui", "code")
_STYLES = ("normal", "italic", "oblique")


def find_theme_problems(theme: ThemeSettings) -> Iterator[SettingProblem]:
    """Yields the invalid values of `[theme]`."""
    for name in ("accent", "accent_dark"):
        value = getattr(theme, name)
        if value and not _COLOUR.fullmatch(value):
            hint = f"write `#{value}`" if _COLOUR.fullmatch(f"#{value}") else "use a CSS colour, such as `#8a2c0d`"
            yield SettingProblem(f"theme.{name}", f"invalid colour `{value}`", hint)
    if theme.width and not _LENGTH.fullmatch(theme.width):
        hint = f"write `{theme.width}px`" if theme.width.isdecimal() else "use a CSS length, such as `72rem`"
        yield SettingProblem("theme.width", f"invalid length `{theme.width}`", hint)
    if theme.edit_url and not is_web(theme.edit_url):
        yield SettingProblem("theme.edit_url", f"invalid URL `{theme.edit_url}`", "use a full URL with `:path`")
    for index, font in enumerate(theme.fonts):
        yield from _find_font_problems(f"theme.fonts.{index}", font)
    for name in AllowedHosts.__struct_fields__:
        for host in getattr(theme.csp_hosts, name):
            if not is_host_source(host):
                yield SettingProblem(f"theme.csp.{name}", f"invalid host `{host}`", _hint_at_host(host))


def _find_font_problems(key: str, font: Font) -> Iterator[SettingProblem]:
    if not _FAMILY.fullmatch(font.family):
        yield SettingProblem(f"{key}.family", f"invalid font name `{font.family}`")
    if not _PATH.fullmatch(font.file):
        yield SettingProblem(f"{key}.file", f"invalid path `{font.file}`")
    if font.use not in _USES:
        yield SettingProblem(f"{key}.use", f"invalid `use`: `{font.use}`", _hint_at_choice(font.use, _USES))
    if font.style not in _STYLES:
        yield SettingProblem(f"{key}.style", f"invalid `style`: `{font.style}`", _hint_at_choice(font.style, _STYLES))
    if not _WEIGHT.fullmatch(font.weight):
        yield SettingProblem(f"{key}.weight", f"invalid weight `{font.weight}`", "use `400` or `100 900`")


def _hint_at_choice(value: str, choices: tuple[str, ...]) -> str:
    return did_you_mean(value, choices) or f"use {' or '.join(f'`{choice}`' for choice in choices)}"


def _hint_at_host(host: str) -> str:
    if host in ("'unsafe-inline'", "'unsafe-eval'", "*"):
        return 'list hosts, or set `theme.csp = "off"`'
    origin = find_origin(host if "://" in host else f"https://{host}")
    return f"write `{origin}`" if origin is not None else "use `https://` and the host"
