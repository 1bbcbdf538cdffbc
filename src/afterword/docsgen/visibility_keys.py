"""Generates the page about keys of other generators that hide, schedule or expire a post."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from afterword.docsgen.templates import write_table
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
    from collections.abc import Iterable, Iterator

    from afterword.front_matter.visibility_effects import ForeignKey

_HEAD = """# Visibility keys of other generators

Other generators have keys that hide, schedule or expire a post, such as `private: true`. Afterword applies those that
have an equivalent, and reports the others, so that a post is not published by mistake. This page lists all of them.

`afterword why posts/2026-02-01-a-talk.md` shows which key hides a post.

## Effects

| effect | meaning |
| --- | --- |
| draft | Same as `draft: true`. |
| unlisted | Same as `unlisted: true`. |
| publish date | The post is not published before this day. It is also the date of a post without another date. |
| expiry date | The post is not published from this day on. |
| noindex | Search engines are asked not to index the page. |
| robots | The value is added to the robots metadata of the page. |
| no search, no sitemap | The post is left out of the search or the sitemap. |
| warning | The post is published. The value may mean that it is not finished. |
| error | The key or value is not supported. Write `draft: true` or `unlisted: true` instead, or remove the key. |

- Values that are not listed, and empty values, have no effect. "Any other value" does not include `false`.
- `draft …` stands for all values that start with this word.
- Letter case, hyphens and underscores in keys are ignored: `is_draft` is the same as `isDraft`.
- Dates can also be written as `Feb 1, 2026`, `1 February 2026` or `2026/02/01`.
- `draft` as the value of a key that is not listed, such as `quality: draft`, is a warning.
- Drafts have no errors of this kind, since they are not published.
- Files with front matter for a whole folder, such as `_metadata.yml` (Quarto), `posts.11tydata.json` (Eleventy),
  `_data.yml` (Lume) and `.meta.yml` (MkDocs), are not applied. If one of them would hide a published post, this is an
  error.

"""

_WORDS = (
    ("Draft words", DRAFT_WORDS),
    ("Unfinished words", UNFINISHED_WORDS),
    ("Withheld words", WITHHELD_WORDS),
    ("Reader words", READERS),
)
"""Lists of values that several keys have, by their headings."""

_SECTIONS = ("Drafts and access", "Publish and expiry dates", "Lists, feeds and search engines")
"""Headings of the keys before `FOREIGN_DATES`, of these, and of the keys after them."""


def document_visibility_keys() -> str:
    groups = (tuple(keys) for _, keys in groupby(FOREIGN_KEYS, FOREIGN_DATES.__contains__))
    tables = (
        f"## {title}\n\n" + write_table(("key", "used by", "values"), map(_write_row, keys))
        for title, keys in zip(_SECTIONS, groups, strict=True)
    )
    words = (f"### {title}\n\n{', '.join(f'`{word}`' for word in words)}\n\n" for title, words in _WORDS)
    page = _HEAD + "".join(tables) + "## Lists of values\n\nThe tables refer to these lists.\n\n" + "".join(words)
    return page.rstrip("\n") + "\n"


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
