"""Slugs: converts names to URL segments.

`slugify` is Jekyll's filter in its modes "default" and "pretty", so that a migrated blog keeps its URLs. `term_slug`
returns a segment that all file systems and hosts accept.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from datetime import date
from typing import Literal

from afterword.core.fingerprints import digest
from afterword.core.output_paths import adjust_name
from afterword.core.patterns import lazy_pattern

MAX_BYTES = 100
"""Maximum length of a term slug: file systems allow 255 bytes, and a page may add a suffix."""

_KEPT = {"default": "", "pretty": "._~!$&'()+,;=@"}
_ASCII = {mode: lazy_pattern(rf"[^a-zA-Z0-9{re.escape(kept)}]+") for mode, kept in _KEPT.items()}


def slugify(text: str, mode: Literal["default", "pretty"] = "default", *, keep_case: bool = False) -> str:
    """Returns Jekyll's slug of a text: each run of other characters becomes a hyphen; may be empty.

    Letters, marks and decimal digits are kept in both modes, and `._~!$&'()+,;=@` in "pretty" (Jekyll 4,
    `Jekyll::Utils.slugify`).
    """
    if text.isascii():
        slug = _ASCII[mode].sub("-", text)
    else:
        kept = _KEPT[mode]
        characters = (c if is_word(c) or c in kept else " " for c in unicodedata.normalize("NFC", text))
        slug = re.sub(" +", "-", "".join(characters))
    slug = slug.strip("-")
    return slug if keep_case else slug.lower()


def is_word(character: str) -> bool:
    r"""Returns whether a character is a letter, mark or decimal digit: Ruby's `\p{L}`, `\p{M}` and `\p{Nd}`."""
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd"


def term_slug(name: str) -> str:
    """Returns the URL segment of a term: never empty, at most 100 bytes, and a valid file name everywhere.

    Unlike Jekyll, `C++` and `C#` become `c-plus-plus` and `c-sharp`. Names without letters or digits are spelled by
    their code points. `İ` becomes `i`: Unicode's lower-casing, which Jekyll uses, leaves a separate combining dot.
    """
    spelled = re.sub(r"(?<=\w)#", "-sharp", name).replace("+", "-plus")
    spelled = unicodedata.normalize("NFC", spelled).replace("İ", "I")
    slug = slugify(spelled) or "-".join(f"u{ord(character):x}" for character in name.strip())
    if len(slug.encode()) > MAX_BYTES:
        suffix = f"-{digest(slug)[:8]}"
        slug = slug.encode()[: MAX_BYTES - len(suffix)].decode(errors="ignore").rstrip("-") + suffix
    return adjust_name(slug)


def titleize(slug: str) -> str:
    """Returns Jekyll's title of a post that has none: the words of its slug, capitalized."""
    return " ".join(word.capitalize() for word in slug.split("-"))


_DATED_NAME = lazy_pattern(r"(\d{4}|\d{2})-(\d{1,2})-(\d{1,2})-(.*)")
_SPACED_NAME = lazy_pattern(r"(\d{4})-(\d\d)-(\d\d)(?: +(?:- +)?|_+)(\S.*)")
"""A date and a name as in Obsidian and other tools: `2026-01-05 My talk`, `2026-01-05_my-talk`."""


_DAY_NAME = lazy_pattern(r"(\d{4})-(\d\d)-(\d\d)()")


def split_name(path: str) -> tuple[date | None, str]:
    """Splits a source's file name into its valid date, or None, and its slug.

    `2026-02-01-a-title.md` has this date and the slug `a-title`, as in Jekyll; the year may have two digits. Dots at
    the end are left out. A name that is only a date is the slug, too. `index.md` takes the name of its folder, and
    `2026-02-01-index.md` its slug (Eleventy).
    """
    folder, filename = posixpath.split(path)
    name = posixpath.splitext(filename)[0]
    if name == "index" and "/" in folder:
        name = posixpath.basename(folder)
    match = _DATED_NAME.fullmatch(name) or _SPACED_NAME.fullmatch(name) or _DAY_NAME.fullmatch(name)
    if match is None:
        return None, name.rstrip(".") or name
    year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
    try:
        day = date(year, int(match[2]), int(match[3]))
    except ValueError:
        return None, name
    slug = match[4].rstrip(".") or name
    return day, split_name(f"{folder}/index.md")[1] if slug == "index" and "/" in folder else slug
