"""Looks up keys of front matter, by name or by form: what they are, whether they hold a post back, what was meant.

A key that is known makes a line `key: value` look like front matter. Some keys, with some values, say that a text is
not to be published: where these stand, a text that looks like front matter must not be taken for prose.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from afterword.core.diagnostics import Diagnostic, Place, error, nearest, note, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import describe, shown
from afterword.front_matter.fields import EQUIVALENTS, FURTHER, KEYS, OTHERS, TAKEN
from afterword.front_matter.foreign_keys import FOREIGN_KEYS
from afterword.front_matter.types import FLAGS
from afterword.front_matter.visibility_effects import ANYTHING, DAY, Effect, ForeignKey

if TYPE_CHECKING:
    from collections.abc import Collection

_CONTAINERS = """
    params extra meta metadata frontmatter seo cms publication editorial post page article entry attributes
    properties props header fields custom settings notion ghost wordpress wp hugo zola jekyll gatsby astro obsidian
    hexo
"""
CONTAINERS = frozenset(_CONTAINERS.split())
"""Names, folded, of maps that group keys of a post: Hugo's `params`, Zola's `extra`, and those of custom workflows."""

WRAPPERS = frozenset({"value", "name", "label", "key", "state", "status", "current"})
"""Keys of a map that hold the value itself: `status: {value: draft}`."""

OWN_FLAGS = {"draft": True, "published": False, "unlisted": True}
"""Afterword's own keys that hold a post back, each with the answer that does."""

_NESTED = {
    "draft": ForeignKey(("draft",), effects={"true": Effect.DRAFT}),
    "published": ForeignKey(("published",), effects={"false": Effect.DRAFT, DAY: Effect.APPEARS}),
}
"""Afterword's own keys inside a map."""


@lru_cache(maxsize=1024)
def find_foreign_key(name: str, *, by_form: bool = True) -> ForeignKey | None:
    """Returns the row of a key as written in front matter; None if it has no row.

    Without `by_form`, only a row with this name counts, as for Afterword's own keys.
    """
    folded = fold_key(name)
    if (key := _BY_NAME.get(folded)) is not None or not by_form:
        return key
    if (key := next((key for pattern, key in _PATTERNS if pattern.fullmatch(folded)), None)) is not None:
        return key
    rest = _SUBJECT.sub("", folded, count=1)
    if rest == folded or rest in ("date", "url", "permalink"):
        return None
    return _BY_NAME.get(f"is{rest}" if rest in ("draft", "published") else rest)


def find_nested_key(name: str, outer: str) -> ForeignKey | None:
    """Returns the row of a key in the map `outer`; None if it has none there.

    In a map that is the value of a foreign key, only Afterword's own keys and `publish` have rows. Words that have many
    meanings have none in a map. Keys in `cascade` are those of other posts, and have none.
    """
    if fold_key(outer) == "cascade":
        return None
    if (own := _NESTED.get(fold_key(name))) is not None:
        return own if fold_key(outer) in CONTAINERS or find_foreign_key(outer) is not None else None
    if fold_key(outer) not in CONTAINERS and fold_key(name) != "publish":
        return None
    key = find_foreign_key(name) if fold_key(name) != "date" else None  # it may be the date of anything
    return key if key is not None and not key.is_word else None


def fold_key(name: str) -> str:
    """Returns a key without what makes no difference: letter case, accents, and all but letters and digits.

    Letters that look like Latin ones are these, since a writer cannot see that `stаtus` has a Cyrillic letter.
    """
    folded = name.casefold()
    if not folded.isascii():
        folded = normalize("NFKD", folded).translate(_LOOKALIKES)
    return "".join(filter(str.isalnum, folded))


_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһкмтгԛԝӏαεικνορτυχωıɑɡ",
    "aeopcyxijsdhkmtrqwlaeiknoptuxwiag",
)
"""Letters of other scripts, folded, that look like Latin ones (a part of Unicode's `confusables.txt`)."""

_BY_NAME = {fold_key(name): key for key in FOREIGN_KEYS for name in key.names}
_PATTERNS = tuple((lazy_pattern(key.pattern), key) for key in FOREIGN_KEYS if key.pattern)
_SUBJECT = lazy_pattern(r"(?:is)?(?:post|page|article|content|entry|note|blog|wp)?(?:is)?")
"""Words for the post at the beginning of a key."""


_OWN = frozenset(map(fold_key, (*KEYS, *FURTHER)))
_HOLDING = {Effect.DRAFT, Effect.UNLISTED, Effect.UNSUPPORTED}
_INNER = lazy_pattern(r"""["']?(?P<name>[A-Za-z_][\w-]*)["']?\s*[:=]\s*(?P<value>[^,{}]*)""")
"""A key in a map in braces."""

_DATE = lazy_pattern(r"[\"']?\d{4}-\d{1,2}-\d{1,2}(?!\d)")
_NO_WORD = lazy_pattern(r"[\W_]+")


def is_known(name: str) -> bool:
    """Returns whether Afterword or another generator has a key of this name, in any spelling, that prose seldom has."""
    folded, key = fold_key(name), find_foreign_key(name)
    return folded in _OWN or folded in OTHERS or (key is not None and not key.is_word)


def holds_back(name: str, value: str, *, in_doubt: bool = False) -> bool:
    """Returns whether a key with this value, as written in any format, says that a text should not be published.

    A value that hides a text only because the key takes any value (`password: x`) counts as one if it is a single word
    and the key is in lower case; otherwise it may be prose. So may be a key in upper case that is a common word
    (`Access: private`). A date counts, whatever day it is, if the key takes nothing but dates on which a text appears
    or expires (`publishDate`). Words that may say so (`Status: In progress`) count if `in_doubt`.
    """
    if value.lstrip().startswith("{"):
        return any(holds_back_nested(name, inner["name"], inner["value"]) for inner in _INNER.finditer(value))
    parts = value.partition(" #")[0].lower().split(",")
    words = [" ".join(_NO_WORD.sub(" ", part).split()) for part in parts]
    own, key = OWN_FLAGS.get(fold_key(name)), find_foreign_key(name)
    if own is not None and own in map(FLAGS.get, words):
        return True
    if key is not None and _DATE.match(value.strip()) is not None:
        takes_others = key.find_effect(ANYTHING) not in (Effect.NOT_A_DATE, Effect.UNCLEAR)
        return key.takes_dates and not takes_others and not name.istitle()
    return key is not None and any(
        _hides(key, word if word in key.effects else _as_flag(word), name, in_doubt=in_doubt) for word in words if word
    )


def holds_back_nested(outer: str, name: str, value: str) -> bool:
    """Returns whether a key with this value in the map `outer` says that a text should not be published."""
    if name.lower() in WRAPPERS and holds_back(outer, value):
        return True
    return find_nested_key(name, outer) is not None and holds_back(name, value)


def _hides(key: ForeignKey, word: str, name: str, *, in_doubt: bool) -> bool:
    effect = key.find_effect(word)
    if (effect not in _HOLDING and not (in_doubt and effect in (Effect.UNCLEAR, Effect.SUBJECT))) or (
        key.is_word and not name.islower()
    ):
        return False
    is_listed = word in key.effects or f"{word.partition(' ')[0]} …" in key.effects
    return is_listed or (" " not in word and name.islower())


def _as_flag(word: str) -> str:
    flag = FLAGS.get(word)
    return word if flag is None else str(flag).lower()


_SAME = (
    {"updated", "last_modified_at"},
    {"description", "summary"},
    {"author", "authors"},
    {"aliases", "redirect_from"},
)
"""Keys of the same meaning."""

_NO_SLIPS = OTHERS | {"createdat", "createdon", "data", "path", "publisher", "rated", "rating"}
"""Keys, folded, that are no slips although some are near to ours."""

_HELD = ("draft", "published", "unlisted", "publishDate", "expiryDate", "password", "visibility")
"""Keys that keep a post back, so that a slip in them is an error."""

_LIKENESS = 0.85
"""How much like a key of other generators or `unlisted` a slip must be: `listen` and `publishing` are other keys."""

_LIKENESS_OF_OWN = 0.75
"""How much like one of Afterword's keys a slip must be: `servings` is not `series`."""

_HELD_BY_CASE = {name.casefold(): name for name in _HELD}

_BY_FOLDED = {fold_key(name): name for name in KEYS if name != "unlisted"}
"""Afterword's keys by what does not depend on their spelling; `unlisted` is read however it is spelled."""


def check_key(key: str, place: Place, *, has_text: bool, keys: Collection[str]) -> Diagnostic | None:
    """Returns the diagnostic for a key that is not one of `KEYS`; `keys` are all keys of its file.

    It is a warning; an error where the key may have been meant to keep a post back, which a slip must not undo.
    """
    if key in TAKEN:
        message = f"reserved key `{key}`: templates cannot read it"
        return warning("reserved-key", message, place, hint="rename the key")
    own = EQUIVALENTS.get(fold_key(key))
    if own is not None and has_text:
        same = next((names for names in _SAME if own in names), {own})
        message = f"unused key `{shown(key)}`: Afterword reads `{own}`"
        hint = f"rename the key to `{own}`, or ignore this note if your templates use `{shown(key)}`"
        return note("unused-key", message, place, hint=hint) if same.isdisjoint(keys) else None
    meant = _misspelt(key)
    if meant is None:
        return None
    message = f"unknown key `{shown(key)}`"
    hint = f"did you mean `{meant}`?"
    odd = next((character for character in key if not (character.isascii() and character.isprintable())), "")
    if odd and odd not in meant:
        message += f" with the character {describe(odd)}"
    if meant in _HELD:
        return error("misspelled-visibility", message, place, hint=hint)
    return warning("unknown-key", message, place, hint=hint)


@lru_cache(maxsize=1024)
def _misspelt(key: str) -> str | None:
    """Returns the key that an unknown one was probably meant to be."""
    if fold_key(key) in _NO_SLIPS or key in FURTHER:
        return None
    if find_foreign_key(key) is not None:
        return _BY_FOLDED.get(fold_key(key))
    in_lower_case = key.casefold()
    meant = nearest(in_lower_case, (*_BY_FOLDED.values(), *FURTHER), _LIKENESS_OF_OWN)
    if meant is not None and abs(len(meant) - len(key)) <= 2:
        return meant
    held = nearest(in_lower_case, _HELD_BY_CASE, _LIKENESS)
    return _HELD_BY_CASE[held] if held is not None else None
