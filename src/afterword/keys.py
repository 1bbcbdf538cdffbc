"""The names of front matter's keys: which Afterword reads, and which others are probably slips.

Relies on nothing but a list of names. Refuses to complain of keys that other themes and generators have.
"""

from __future__ import annotations

from functools import lru_cache

from afterword.diagnostics import Diagnostic, Place, error, nearest, warning
from afterword.text import shown

KEYS = (
    *("title", "date", "updated", "last_modified_at", "slug", "permalink", "categories", "category", "tags", "tag"),
    *("author", "authors", "description", "summary", "excerpt", "image", "layout", "draft", "published", "aliases"),
    *("redirect_from", "series", "pinned", "toc", "lang", "math", "talk"),
)
"""The keys of front matter that Afterword reads; all others are kept for templates."""

_COMMON = frozenset({"data", "images", "publishDate", "publishdate", "redirect_to", "updates"})
"""Keys that other generators and themes have, and that are no slips although they are near to ours."""


def check_key(key: str, place: Place) -> Diagnostic | None:
    """What there is to say about a key that is not one of `KEYS`.

    It is a warning; an error where the key may have been meant to keep a post back, which a slip must not undo.
    """
    meant = _misspelt(key)
    if meant is None:
        return None
    say = error if meant in ("draft", "published") else warning
    return say("unknown-key", f"Afterword does not know the key `{shown(key)}`", place, hint=f"did you mean `{meant}`?")


@lru_cache(maxsize=1024)
def _misspelt(key: str) -> str | None:
    """The key that an unknown one was probably meant to be."""
    if key in _COMMON:
        return None
    meant = nearest(key, KEYS)
    return meant if meant is not None and abs(len(meant) - len(key)) <= 2 else None
