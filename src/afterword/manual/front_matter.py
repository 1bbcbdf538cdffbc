"""The page about front matter: each key with what it takes and its sentence, from the table in `keys`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.dates import FORMS, YEARS
from afterword.keys import FURTHER, KEYS
from afterword.manual.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
(`tilte`) is a warning; it is an error where `draft` or `published` may be meant. One that has the name of a value that
templates see of every post (`content`, `url`) is a warning too, since they see that value and not the key.

Some of these decide something besides:

"""


def document_front_matter() -> str:
    """The page, in Markdown."""
    return (
        _INTRODUCTION
        + write_table(("key", "what it takes", "what it is"), _write_rows(KEYS))
        + _VALUES
        + write_table(("key", "value", "what it does"), _write_rows(FURTHER)).rstrip("\n")
        + "\n"
    )


def _write_rows(keys: Mapping[str, Key]) -> Iterator[tuple[str, str, str]]:
    return ((f"`{name}`", key.takes, key.sentence) for name, key in keys.items())
