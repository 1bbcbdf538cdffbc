"""The page about front matter: Afterword's keys, from the tables in `keys`; and those of `foreign_keys`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.dates import FORMS, YEARS
from afterword.foreign_keys import ANYTHING, DAY, FOREIGN_KEYS, LIKE_A_DATE
from afterword.keys import FURTHER, KEYS
from afterword.manual.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.foreign_keys import Effect, ForeignKey
    from afterword.keys import Key

_INTRODUCTION = """# Front matter

The part between two lines of `---`, with which a post may begin, is [YAML](https://yaml.org/spec/1.2.2/). No key has to
be there: a post has its date from the file's name and its title from the first heading. [Writing](writing.md) has an
example.

"""

_VALUES = f"""## Values

- A date is {FORMS.removeprefix("write ")}; `T` may stand for the space.
  Without an offset it is a time in the time zone of the blog. Years are from {YEARS[0]} to {YEARS[-1]}.
- Text with `: ` or ` #` in it, or with a bracket at its beginning, is put in quotes: `title: "Notes: a talk"`.
- A flag is `true`, `false`, `yes` or `no`.
- `slug`, `permalink` and aliases must be valid [file names](publishing.md#file-names).

A value that cannot be read is an error at its line, as is a key that is there twice.

## Other keys

Any other key is kept, and [templates](templates.md#post) read it under its own name. One that looks like a slip
(`tilte`) is a warning; it is an error if it may be meant to hold the post back (`darft`). One that has the name of a
value that templates see of every post (`content`, `url`) is a warning too, since they see that value and not the key.

Some of these decide something besides:

"""

_FOREIGN = """
## Keys of other generators

Keys by which other generators hide, schedule or expire a post are read, or are an error. So a post that was moved here
is not published by mistake. In these keys, only letters and digits count: `isDraft` is `is_draft` and `Is draft`.

- **A draft** is left out of the site, as with `draft: true`. `--drafts` shows it.
- **Unlisted** posts and pages are in no list, feed or sitemap, as with `unlisted: true`. Their pages are published.
- **The day on which it appears:** until then it is held back, as with a `date` in the future. `--future` shows it. If
  the post has no other date, this is its date. Besides the dates above, `Feb 1, 2026`, `1 February 2026` and
  `2026/02/01` are read.
- **The day from which it is gone:** from that day on it is held back, and its page is removed. `--expired` shows it.
- **An error** stands at a value that Afterword does not support. Write `draft: true` or `unlisted: true` instead, or
  remove the key. In a draft there is no error, since its text is not published.
- **A warning** stands at a word that may say that the post is not finished.
- Values that are not in the table, and empty ones, have no effect. Templates read all these keys as any other key.

`afterword why` names the key that holds a post back.

"""


def document_front_matter() -> str:
    """The page, in Markdown."""
    return (
        _INTRODUCTION
        + write_table(("key", "what it takes", "what it is"), _write_rows(KEYS))
        + _VALUES
        + write_table(("key", "value", "what it does"), _write_rows(FURTHER)).rstrip("\n")
        + "\n"
        + _FOREIGN
        + write_table(("key", "known from", "value and effect"), map(_write_foreign_row, FOREIGN_KEYS)).rstrip("\n")
        + "\n"
    )


def _write_foreign_row(key: ForeignKey) -> tuple[str, str, str]:
    values: dict[Effect, list[str]] = {}
    for token, effect in key.effects.items():
        values.setdefault(effect, []).append(_write_token(token))
    effects = "; ".join(f"{', '.join(tokens)}: {effect.value}" for effect, tokens in values.items())
    return ", ".join(f"`{name}`" for name in key.names), key.tools, effects


def _write_token(token: str) -> str:
    return token if token in (ANYTHING, DAY, LIKE_A_DATE) else f"`{token}`"


def _write_rows(keys: Mapping[str, Key]) -> Iterator[tuple[str, str, str]]:
    return ((f"`{name}`", key.takes, key.sentence) for name, key in keys.items())
