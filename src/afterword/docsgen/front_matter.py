"""Generates the page about front matter: keys, formats, and keys of other generators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.core.dates import FORMS, YEARS
from afterword.docsgen.tables import write_table
from afterword.front_matter.fields import FURTHER, KEYS, SHARED
from afterword.front_matter.foreign_keys import ANYTHING, DAY, FOREIGN_KEYS, LIKE_A_DATE
from afterword.front_matter.header_lines import HEADERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.front_matter.fields import FrontMatterKey
    from afterword.front_matter.foreign_keys import Effect, ForeignKey

_INTRODUCTION = """# Front matter

The part between two lines of `---`, with which a post may begin, is [YAML](https://yaml.org/spec/1.2.2/). No key has to
be there: a post has its date from the file's name and its title from the first heading. [Writing](writing.md) has an
example. Front matter in [TOML, JSON and header lines](#other-formats) is read as well.

"""

_VALUES = f"""## Values

- A date is {FORMS.removeprefix("use ")}; `T` may stand for the space.
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


_FORMATS = """
## Other formats

Posts of Hugo, Zola and Pelican can keep the front matter that they have. The keys and their values are the same in all
formats, and so are the places in messages.

**TOML** stands between two lines `+++`:

```toml
+++
title = "Notes: a talk"
date = 2026-02-01
tags = ["python", "testing"]
draft = true
+++
```

**JSON** is one object with which the file begins. The text begins on the line below its last brace.

```json
{
  "title": "Notes: a talk",
  "date": "2026-02-01",
  "tags": ["python", "testing"]
}
```

In TOML and JSON, Hugo's `url` and Zola's `path` are the `permalink`. In every format, `tags` and `categories` in a
table `taxonomies` are tags and categories, as in Zola.

**Header lines** are those of Pelican's Markdown posts. They begin on the first line of the file, and a blank line ends
them. Further lines of a value are indented by four spaces. Letter case makes no difference in names.

```
Title: Notes: a talk
Date: 2026-02-01 10:00
Tags: python, testing
Status: draft

The text.
```

"""

_DOUBT = """Every other header is a key of its own name, in lower case; templates read it. `Tags` and `Authors` are
lists: names between semicolons, or else between commas.

Prose can begin with such lines too. They are front matter if there is a `Title` and one more of these: `Category`,
`Tags`, `Slug`, `Modified`, `Status`, `Save_as`, `Template`, `Translation`, or a `Date` with a time of day. A `Date`
without one is enough if Pelican and Afterword know all the names, and the file's name has no other date. If only some
of this is true, the lines are published as text, with a warning.

## Front matter that does not open

Front matter has its fence on the first line of the file, with nothing before it and no label behind it. Otherwise it
would be published as text, and a draft with it. So it is an error, and the post is not published, if the first lines
of a file look like front matter and do not open it:

- something is above the first fence: a blank line, a heading, a comment, a stray or invisible character;
- something is on its line: an indent, a no-break space, a label such as `---toml`;
- the fence is another one: `;;;`, four dashes, long dashes; or one of the two is missing;
- all of it is in a comment, or in a code block with which the file begins;
- it is the front matter of Nikola (`.. title:`), Org (`#+TITLE:`), reStructuredText (`:title:`) or Pandoc (`% Title`).

Text is not mistaken for it: a rule above a paragraph, a line such as `Note: …`, an example of front matter in a code
block below the first text. If a rule in a text is mistaken all the same, write it as `***`.
"""


def document_front_matter() -> str:
    """The page, in Markdown."""
    return (
        _INTRODUCTION
        + write_table(("key", "what it takes", "what it is"), _write_rows(KEYS))
        + _VALUES
        + write_table(("key", "value", "what it does"), _write_rows({**FURTHER, **SHARED})).rstrip("\n")
        + "\n"
        + _FOREIGN
        + write_table(("key", "known from", "value and effect"), map(_write_foreign_row, FOREIGN_KEYS)).rstrip("\n")
        + "\n"
        + _FORMATS
        + write_table(("header", "key"), _write_renamed())
        + _DOUBT
    )


def _write_renamed() -> Iterator[tuple[str, str]]:
    return ((f"`{name.capitalize()}`", f"`{to.key}`") for name, to in HEADERS.items() if to.key != name)


def _write_foreign_row(key: ForeignKey) -> tuple[str, str, str]:
    values: dict[Effect, list[str]] = {}
    for token, effect in key.effects.items():
        values.setdefault(effect, []).append(_write_token(token))
    effects = "; ".join(f"{', '.join(tokens)}: {effect.value}" for effect, tokens in values.items())
    return ", ".join(f"`{name}`" for name in key.names), key.tools, effects


def _write_token(token: str) -> str:
    return token if token in (ANYTHING, DAY, LIKE_A_DATE) else f"`{token}`"


def _write_rows(keys: Mapping[str, FrontMatterKey]) -> Iterator[tuple[str, str, str]]:
    return ((f"`{name}`", key.takes, key.sentence) for name, key in keys.items())
