"""Generates the tables of keys of other generators that hide, schedule or expire a post."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from afterword.docsgen.tables import write_table
from afterword.front_matter.foreign_keys import (
    DRAFT_WORDS,
    FOREIGN_DATES,
    FOREIGN_KEYS,
    READERS,
    UNFINISHED_WORDS,
    WITHHELD_WORDS,
)
from afterword.front_matter.visibility_effects import ANYTHING, DAY, EMPTY, LIKE_A_DATE, Effect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from afterword.front_matter.visibility_effects import ForeignKey

_WORDS = (
    ("Draft words", DRAFT_WORDS),
    ("Unfinished words", UNFINISHED_WORDS),
    ("Withheld words", WITHHELD_WORDS),
    ("Reader words", READERS),
)
"""Lists of values that several keys have, by their headings."""

_GROUPS = ("draft keys", "date keys", "list keys")
"""Sections with the keys before `FOREIGN_DATES`, with these, and with the keys after them."""


def _list_keys(group: int) -> str:
    groups = [tuple(keys) for _, keys in groupby(FOREIGN_KEYS, FOREIGN_DATES.__contains__)]
    return write_table(("key", "used by", "values"), map(_write_row, groups[group]))


def _list_words() -> str:
    return "".join(f"### {title}\n\n{', '.join(f'`{word}`' for word in words)}\n\n" for title, words in _WORDS)


def _write_row(key: ForeignKey) -> tuple[str, str, str]:
    by_effect = ((effect, key.list_tokens(effect)) for effect in Effect)
    lines = (
        f"**{effect.value}:** {', '.join(_write_tokens(tokens))}"
        for effect, tokens in by_effect
        if tokens and (effect is not Effect.NOTHING or ANYTHING in key.effects)
    )
    more = " and similar" if key.pattern else ""
    return ", ".join(f"`{name}`" for name in key.names) + more, key.tools, "<br>".join(lines)


def _write_tokens(tokens: tuple[str, ...]) -> Iterator[str]:
    """Yields values as code, and the name of a list for the values that it contains."""
    left: Iterable[str] = tokens
    for title, words in _WORDS:
        if set(words) <= set(tokens):
            yield f"[{title.lower()}](#{title.lower().replace(' ', '-')})"
            left = [token for token in left if token not in words]
    yield from (token if token in (ANYTHING, DAY, EMPTY, LIKE_A_DATE) else f"`{token}`" for token in left)


VISIBILITY_SECTIONS: Mapping[str, Callable[[], str]] = {
    **{name: partial(_list_keys, group) for group, name in enumerate(_GROUPS)},
    "lists of values": _list_words,
}
"""The sections of the page, by name."""
