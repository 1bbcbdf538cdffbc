"""The keys by which front matter is recognised where it does not open: Afterword's and those of other generators.

A key that is known makes a line `key: value` look like front matter. Some keys, with some values, say that a text is
not to be published: where these stand, a text that looks like front matter must not be taken for prose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern
from afterword.front_matter.fields import FURTHER, KEYS, OTHERS
from afterword.front_matter.key_effects import ANYTHING, Effect
from afterword.front_matter.key_lookup import OWN_FLAGS, WRAPPERS, find_foreign_key, find_nested_key, fold_key
from afterword.front_matter.types import FLAGS

if TYPE_CHECKING:
    from afterword.front_matter.key_effects import ForeignKey

_OWN = frozenset(map(fold_key, (*KEYS, *FURTHER)))
_HOLDING = {Effect.DRAFT, Effect.UNLISTED, Effect.UNSUPPORTED}
_INNER = lazy_pattern(r"""["']?(?P<name>[A-Za-z_][\w-]*)["']?\s*[:=]\s*(?P<value>[^,{}]*)""")
"""A key in a map in braces."""

_DATE = lazy_pattern(r"[\"']?\d{4}-\d{1,2}-\d{1,2}(?!\d)")
_NO_WORD = lazy_pattern(r"[\W_]+")


def is_known(name: str) -> bool:
    """Whether Afterword or another generator has a key of this name, however it is spelled, and prose seldom has it."""
    folded, key = fold_key(name), find_foreign_key(name)
    return folded in _OWN or folded in OTHERS or (key is not None and not key.is_word)


def holds_back(name: str, value: str) -> bool:
    """Whether a key with this value, as written in any format, says that a text is not to be published.

    A value that hides a text only because the key takes any value (`password: x`) counts as one if it is a single word
    and the key is in lower case; otherwise it may be prose. So may be a key in upper case that is a common word
    (`Access: private`). A date counts, whatever day it is, if the key takes nothing but dates on which a text appears
    or expires (`publishDate`).
    """
    if value.lstrip().startswith("{"):
        return any(holds_back_nested(name, inner["name"], inner["value"]) for inner in _INNER.finditer(value))
    parts = value.partition(" #")[0].lower().split(",")
    words = [" ".join(_NO_WORD.sub(" ", part).split()) for part in parts]
    own, key = OWN_FLAGS.get(fold_key(name)), find_foreign_key(name)
    if own is not None and own in map(FLAGS.get, words):
        return True
    if key is not None and _DATE.match(value.strip()) is not None:
        return _takes_only_dates(key) and not name.istitle()
    return key is not None and any(_hides(key, _as_flag(word), name) for word in words if word)


def holds_back_nested(outer: str, name: str, value: str) -> bool:
    """Whether a key with this value in the map `outer` says that a text is not to be published."""
    if name.lower() in WRAPPERS and holds_back(outer, value):
        return True
    return find_nested_key(name, outer) is not None and holds_back(name, value)


def _hides(key: ForeignKey, word: str, name: str) -> bool:
    if key.find_effect(word) not in _HOLDING or (key.is_word and not name.islower()):
        return False
    is_listed = word in key.effects or f"{word.partition(' ')[0]} …" in key.effects
    return is_listed or (" " not in word and name.islower())


def _takes_only_dates(key: ForeignKey) -> bool:
    return key.takes_dates and key.find_effect(ANYTHING) in (Effect.NOT_A_DATE, Effect.UNCLEAR)


def _as_flag(word: str) -> str:
    flag = FLAGS.get(word)
    return word if flag is None else str(flag).lower()
