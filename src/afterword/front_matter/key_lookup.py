"""Looks up the row of a front matter key in the table of foreign keys, by name or by form."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import normalize

from afterword.core.patterns import lazy_pattern
from afterword.front_matter.foreign_keys import FOREIGN_KEYS
from afterword.front_matter.key_effects import DAY, Effect, ForeignKey

CONTAINERS = frozenset(
    {
        *("params", "extra", "meta", "metadata", "frontmatter", "seo", "cms", "publication", "editorial"),
        *(
            "post",
            "page",
            "article",
            "entry",
            "attributes",
            "properties",
            "props",
            "header",
            "fields",
            "custom",
            "settings",
        ),
        *("notion", "ghost", "wordpress", "wp", "hugo", "zola", "jekyll", "gatsby", "astro", "obsidian", "hexo"),
    }
)
"""Names, folded, of maps that group keys of a post: Hugo's `params`, Zola's `extra`, and those of custom workflows."""

WRAPPERS = frozenset({"value", "name", "label", "key", "state", "status", "current"})
"""Keys of a map that hold the value itself: `status: {value: draft}`."""

OWN_FLAGS = {"draft": True, "published": False, "unlisted": True}
"""Afterword's own keys that hold a post back, each with the answer that does."""

_NESTED = {
    "draft": ForeignKey(("draft",), "", {"true": Effect.DRAFT}),
    "published": ForeignKey(("published",), "", {"false": Effect.DRAFT, DAY: Effect.APPEARS}),
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
