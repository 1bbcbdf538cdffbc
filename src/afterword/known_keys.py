"""The keys by which front matter is recognised where it does not open: Afterword's and those of other generators.

A key that is known makes a line `key: value` look like front matter. Some keys, with some values, say that a text is
not to be published: where these stand, a text that looks like front matter must not be taken for prose.
"""

from __future__ import annotations

import re

from afterword.foreign_keys import Effect, find_foreign_key, fold_key
from afterword.keys import FURTHER, KEYS
from afterword.schema import FLAGS

_OTHERS = frozenset(
    {
        *("comments", "cover", "created", "css", "datecreated", "featured", "featuredimage", "hero", "images"),
        *("keywords", "lastmod", "linktitle", "mathjax", "modified", "ogimage", "pagetemplate", "saveas", "subtitle"),
        *("taxonomies", "template", "thumbnail", "topics", "translation", "translationkey", "weight"),
    }
)
"""Keys of other generators and themes, folded, that do not decide whether a post is published."""

_OWN = frozenset(map(fold_key, (*KEYS, *FURTHER)))
_HOLDING = {Effect.DRAFT, Effect.UNLISTED, Effect.UNSUPPORTED}
_OWN_FLAGS = {"draft": True, "published": False, "unlisted": True}
_NO_WORD = re.compile(r"[\W_]+")


def is_known(name: str) -> bool:
    """Whether Afterword or another generator has a key of this name, however it is spelled."""
    folded = fold_key(name)
    return folded in _OWN or folded in _OTHERS or find_foreign_key(name) is not None


def holds_back(name: str, value: str) -> bool:
    """Whether a key with this value, as written in any format, says that a text is not to be published."""
    parts = value.partition(" #")[0].lower().split(",")
    words = [" ".join(_NO_WORD.sub(" ", part).split()) for part in parts]
    own, key = _OWN_FLAGS.get(fold_key(name)), find_foreign_key(name)
    if own is not None and own in map(FLAGS.get, words):
        return True
    return key is not None and any(key.find_effect(_as_flag(word)) in _HOLDING for word in words if word)


def _as_flag(word: str) -> str:
    flag = FLAGS.get(word)
    return word if flag is None else str(flag).lower()
