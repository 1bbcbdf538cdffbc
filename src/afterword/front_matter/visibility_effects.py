"""What the values of other generators' front matter keys mean to Afterword."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - the type of a field
from enum import Enum

from msgspec import Struct, field


class Effect(Enum):
    """What Afterword does with a value of a foreign key; the values are names for the manual."""

    DRAFT = "draft"
    UNLISTED = "unlisted"
    APPEARS = "publish date"
    EXPIRES = "expiry date"
    NOINDEX = "noindex"
    DIRECTIVE = "robots"
    NOT_IN_SITEMAP = "no sitemap"
    NOT_IN_SEARCH = "no search"
    SCHEDULED = "no effect before its date, then note"
    NOTHING = "no effect"
    UNCLEAR = "warning"
    POSSIBLE = "note"
    SUBJECT = "warning, or note among others"
    UNSUPPORTED = "error"
    NOT_A_FLAG = "error (not `true` or `false`)"
    NOT_A_DATE = "error (not a date)"


DAY = "a date"
"""The token of a value that is a date, in keys that take one."""

LIKE_A_DATE = "an invalid date"
"""The token of a value that looks like a date and is none, in keys that take one."""

EMPTY = "no value"
"""The token of an empty value, in keys for which one decides."""

ANYTHING = "any other value"
"""The token of all values that a key does not list."""


class ForeignKey(Struct, frozen=True):
    """A key of other generators: its spellings, the generators, and the effect of each of its values.

    A value is a token: `true` or `false` for a flag, `DAY` for a date, `render: never` for an entry of a map, and else
    the value's words in lower case, separated by single spaces. `draft …` stands for each value that begins with this
    word. Values that are not listed have the effect of `ANYTHING`, by default none; `false` and an empty value are
    never among them.

    `pattern` matches further names, folded, of which `names` are examples. `is_word` says that its names are common in
    prose, so that a line with one is not a sign of front matter. The values of a key that `is_secret` are not for
    messages.
    """

    names: tuple[str, ...] = ()
    tools: str = ""
    effects: Mapping[str, Effect] = field(default_factory=dict)
    pattern: str = ""
    is_word: bool = False
    is_secret: bool = False

    def list_tokens(self, effect: Effect) -> tuple[str, ...]:
        """Returns the values that have an effect."""
        return tuple(token for token, its in self.effects.items() if its is effect)

    @property
    def takes_dates(self) -> bool:
        return DAY in self.effects

    def find_effect(self, word: str) -> Effect:
        """Returns the effect of a value by its token."""
        found = self.effects.get(word) or self.effects.get(f"{word.partition(' ')[0]} …")
        if found is not None:
            return found
        return Effect.NOTHING if word in ("false", EMPTY) else self.effects.get(ANYTHING, Effect.NOTHING)
