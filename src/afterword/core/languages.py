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

_CODES = """
    ar arabic, zh chinese, cs czech, da danish, de deutsch, de german, nl dutch, en english, es español, es spanish,
    fi finnish, fr français, fr french, el greek, he hebrew, hi hindi, hu hungarian, it italian, it italiano,
    ja japanese, ko korean, no norwegian, fa persian, pl polish, pt portuguese, pt português, ro romanian, ru russian,
    sv swedish, tr turkish, uk ukrainian
"""
_NAMES = {name: tag for tag, name in (entry.split() for entry in _CODES.split(","))}
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
