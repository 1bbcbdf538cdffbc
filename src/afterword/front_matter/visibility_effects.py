"""What the values of other generators' front matter keys mean to Afterword."""

from __future__ import annotations

from enum import Enum
from functools import cached_property

from msgspec import Struct


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


class ForeignKey(Struct, frozen=True, dict=True):
    """A key of other generators: its spellings, the generators, and its values by their effect.

    A value is a token: `true` or `false` for a flag, `DAY` for a date, `render: never` for an entry of a map, and else
    the value's words in lower case, separated by single spaces. `draft …` stands for each value that begins with this
    word. Values that are not listed have the effect of `ANYTHING`, by default none; `false` and an empty value are
    never among them. No token has two effects.

    `is_word` says that its names are common in prose, so that a line with one is not a sign of front matter. The values
    of a key that `is_secret` are not for messages. `pattern` matches further names, folded, of which `names` are
    examples.
    """

    names: tuple[str, ...] = ()
    tools: str = ""
    draft: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    appears: tuple[str, ...] = ()
    expires: tuple[str, ...] = ()
    noindex: tuple[str, ...] = ()
    directive: tuple[str, ...] = ()
    not_in_sitemap: tuple[str, ...] = ()
    not_in_search: tuple[str, ...] = ()
    scheduled: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    not_a_flag: tuple[str, ...] = ()
    not_a_date: tuple[str, ...] = ()
    is_word: bool = False
    is_secret: bool = False
    pattern: str = ""

    @cached_property
    def effects(self) -> dict[str, Effect]:
        """The effect of each token."""
        return {token: effect for effect in Effect for token in self.list_tokens(effect)}

    def list_tokens(self, effect: Effect) -> tuple[str, ...]:
        """Returns the values that have an effect."""
        tokens: tuple[str, ...] = getattr(self, effect.name.lower())
        return tokens

    @property
    def takes_dates(self) -> bool:
        return DAY in self.effects

    def find_effect(self, word: str) -> Effect:
        """Returns the effect of a value by its token."""
        found = self.effects.get(word) or self.effects.get(f"{word.partition(' ')[0]} …")
        if found is not None:
            return found
        return Effect.NOTHING if word in ("false", EMPTY) else self.effects.get(ANYTHING, Effect.NOTHING)
