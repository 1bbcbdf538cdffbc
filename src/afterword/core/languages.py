"""Checks language tags by the syntax of BCP 47 (RFC 5646, section 2.1), and suggests tags for language names."""

from __future__ import annotations

import re

from afterword.core.patterns import lazy_pattern

_SHAPE = lazy_pattern(
    r"""(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}     # a language, and what extends it
        (?:-[a-z]{4})?                      # its script
        (?:-(?:[a-z]{2}|\d{3}))?            # its region
        (?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))* # variants
        (?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*   # extensions
        (?:-x(?:-[a-z\d]{1,8})+)?           # what is private
        | x(?:-[a-z\d]{1,8})+)""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)

_NAMES = {
    "arabic": "ar",
    "chinese": "zh",
    "czech": "cs",
    "danish": "da",
    "deutsch": "de",
    "dutch": "nl",
    "english": "en",
    "español": "es",
    "finnish": "fi",
    "français": "fr",
    "french": "fr",
    "german": "de",
    "greek": "el",
    "hebrew": "he",
    "hindi": "hi",
    "hungarian": "hu",
    "italian": "it",
    "italiano": "it",
    "japanese": "ja",
    "korean": "ko",
    "norwegian": "no",
    "persian": "fa",
    "polish": "pl",
    "portuguese": "pt",
    "português": "pt",
    "romanian": "ro",
    "russian": "ru",
    "spanish": "es",
    "swedish": "sv",
    "turkish": "tr",
    "ukrainian": "uk",
}
"""Tags of languages by their names."""


def is_language_tag(text: str) -> bool:
    """Returns whether a text has the syntax of a language tag."""
    return _SHAPE.fullmatch(text) is not None


def hint_at_tag(text: str) -> str:
    """Returns a hint for an invalid language tag: the tag of the language it names, if known."""
    meant = find_tag(text)
    return f"did you mean `{meant}`?" if meant else "use a tag such as `en`, `de` or `pt-BR`"


def find_tag(text: str) -> str:
    """Returns the tag of a language by its tag, name or locale, such as `de_DE.UTF-8`; empty for none."""
    plain = text.strip()
    meant = _NAMES.get(plain.lower()) or plain.partition(".")[0].replace("_", "-")
    return meant if is_language_tag(meant) else ""
