"""Reads the theme's strings for rendered Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place, warning
from afterword.markdown.context import ENGLISH, NAMES, UiStrings
from afterword.templates.environment import make_environment

if TYPE_CHECKING:
    from afterword.core.urls import Address
    from afterword.templates.theme import Theme

_TEMPLATE = "partials/i18n.html"


class ThemeStrings(Struct, frozen=True):
    """The theme's strings for rendered Markdown, and diagnostics."""

    ui_strings: UiStrings
    diagnostics: tuple[Diagnostic, ...] = ()


def read_ui_strings(theme: Theme, address: Address, compiled: str) -> ThemeStrings:
    """Reads the strings for Markdown from `in_text` of the theme; missing ones are English, with a warning."""
    try:
        module = make_environment(theme.templates, address, compiled).get_template(_TEMPLATE).make_module()
    except Exception:  # templates can raise anything; the page that uses the template reports it
        return ThemeStrings(ENGLISH)
    given = getattr(module, "in_text", None)
    known = {name: word for name, word in given.items() if isinstance(word, str)} if isinstance(given, dict) else {}
    lacking = [name for name in NAMES if name not in known]
    if not lacking:
        return ThemeStrings(UiStrings.of(known))
    message = f"missing strings in `in_text`: {', '.join(f'`{name}`' for name in lacking)}"
    place = Place(theme.templates[_TEMPLATE].path)
    hint = "copy them from the theme's `partials/i18n.html`; English is used until then"
    return ThemeStrings(UiStrings.of(known), (warning("missing-translation", message, place, hint=hint),))
