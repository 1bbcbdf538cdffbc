"""Slugs: turns names into one segment of a URL.

`slugify` is Jekyll's filter of that name in its modes "default" and "pretty", so that a moved blog keeps its URLs.
`term_slug` gives every term a segment that all file systems and hosts accept.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from datetime import date
from typing import Literal

from afterword.core.fingerprints import digest
from afterword.core.output_paths import adjust_name

MAX_BYTES = 100
"""The longest slug of a term: file systems end at 255 bytes, and a page may get a suffix."""

_KEPT = {"default": "", "pretty": "._~!$&'()+,;=@"}
_ASCII = {mode: re.compile(rf"[^a-zA-Z0-9{re.escape(kept)}]+") for mode, kept in _KEPT.items()}


def slugify(text: str, mode: Literal["default", "pretty"] = "default", *, keep_case: bool = False) -> str:
    """Jekyll's slug of a text: every run of other characters becomes one hyphen, none at the ends; may be empty.

    Letters, marks and decimal digits stay in both modes, and also `._~!$&'()+,;=@` in "pretty" (Jekyll 4,
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
    r"""Whether a character is a letter, a mark or a decimal digit: Ruby's `\\p{L}`, `\\p{M}` and `\\p{Nd}`."""
    category = unicodedata.category(character)
    return category[0] in "LM" or category == "Nd"


def term_slug(name: str) -> str:
    """The segment of a category's or tag's URL: never empty, at most 100 bytes, safe as a file name everywhere.

    `C++` and `C#` are told apart from `C` by words (`c-plus-plus`, `c-sharp`), which Jekyll does not do; names without
    any letter or digit are spelled by their code points. `İ` becomes `i`: Unicode's rule, which Jekyll keeps to, leaves
    its dot behind as a mark of its own.
    """
    spelled = re.sub(r"(?<=\w)#", "-sharp", name).replace("+", "-plus")
    spelled = unicodedata.normalize("NFC", spelled).replace("İ", "I")
    slug = slugify(spelled) or "-".join(f"u{ord(character):x}" for character in name.strip())
    if len(slug.encode()) > MAX_BYTES:
        slug = _shorten(slug)
    return adjust_name(slug)


def _shorten(slug: str) -> str:
    suffix = f"-{digest(slug)[:8]}"
    return slug.encode()[: MAX_BYTES - len(suffix)].decode(errors="ignore").rstrip("-") + suffix


def titleize(slug: str) -> str:
    """Returns Jekyll's title of a post that has none: the words of its slug, capitalized."""
    return " ".join(word.capitalize() for word in slug.split("-"))


_DATED_NAME = re.compile(r"(\d{4}|\d{2})-(\d{1,2})-(\d{1,2})-(.*)")
_SPACED_NAME = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: +(?:- +)?|_+)(\S.*)")
"""A date and a name as Obsidian and other tools write them: `2026-01-05 My talk`, `2026-01-05_my-talk`."""


def split_name(path: str) -> tuple[date | None, str]:
    """Returns the valid date at the start of a source's file name, or None, and the rest of the name as slug.

    `2026-02-01-a-title.md` is a post of this day with the slug `a-title`, as in Jekyll.

    A file called `index` is named by its folder. As in Jekyll, the year may have two digits.
    """
    folder, filename = posixpath.split(path)
    name = posixpath.splitext(filename)[0]
    if name == "index" and "/" in folder:
        name = posixpath.basename(folder)
    match = _DATED_NAME.fullmatch(name) or _SPACED_NAME.fullmatch(name)
    if match is None:
        return None, name
    year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
    try:
        day = date(year, int(match[2]), int(match[3]))
    except ValueError:
        return None, name
    return day, match[4].rstrip(".")
