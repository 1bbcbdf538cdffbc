"""Generates the pages about the command line, from the help of the commands, and about front matter."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import click

from afterword.cli.commands import afterword
from afterword.cli.misspelt import ALIASES
from afterword.core.dates import FORMS, YEARS
from afterword.docsgen.templates import write_table
from afterword.front_matter.fields import FURTHER, KEYS, SHARED
from afterword.front_matter.header_lines import HEADERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.front_matter.fields import FrontMatterKey


_COMMAND_LINE = """# Command line

```console
$ afterword build
built `site`: 109 pages in 1.2 s, 109 rendered, 113 files written
```

Results go to standard output, everything else to standard error. `python -m afterword` is the same command.

"""

_ORDER = (
    *("init", "new", "serve", "build", "check", "list", "why", "explain", "urls", "clean", "import", "talk", "theme"),
    *("doctor", "completion", "schema", "help"),
)
"""The commands and groups, roughly in the order in which writers meet them."""

_ENVIRONMENT = (
    ("SITE_URL", "Base URL of the site. `--base-url` overrides it."),
    ("BASE_PATH", "Path of the base URL, if `SITE_URL` is not set."),
    (
        "SOURCE_DATE_EPOCH",
        "Time of the build, in seconds since 1970. Decides which posts are in the future or expired.",
    ),
    ("NO_COLOR", "Disable colours."),
    ("FORCE_COLOR, CLICOLOR_FORCE", "Enable colours even if the output is not a terminal."),
    ("TERM", "`dumb` disables colours and the progress bar."),
    ("CI", "Disable the progress bar."),
    ("GITHUB_ACTIONS", "`true` selects `--format github`."),
    ("GITHUB_STEP_SUMMARY", "File to which a summary of the run is appended; set by GitHub."),
    ("AFTERWORD_TRACE", "Same as `--trace`."),
)

_ENDINGS = (
    ("0", "Success."),
    (
        "1",
        (
            "Errors in posts, pages or templates; with `--strict`, also warnings. The published site is unchanged, "
            "unless `--keep-going` leaves posts out. A warning found while publishing fails the run, "
            "but the site is published."
        ),
    ),
    ("2", "Invalid arguments or settings, or an unsafe operation."),
    ("3", "Environment error: permissions, a full disk, a lock held by another build, or an unreachable cluster."),
    ("4", "Bug in Afterword. The traceback is in `.afterword/`."),
    ("130, 143", "Interrupted by SIGINT (Ctrl-C) or SIGTERM. The next build completes the site."),
)


def document_commands() -> str:
    context = afterword.make_context("afterword", [], resilient_parsing=True)
    commands = sorted(_list(afterword), key=lambda named: _ORDER.index(named[0].partition(" ")[0]))
    overview = (
        (f"`afterword {name}`", inspect.cleandoc(command.help or "").split("\n\n")[0]) for name, command in commands
    )
    parts = [
        _COMMAND_LINE,
        write_table(("command", "purpose"), overview),
        *(part for name, command in commands for part in _document(name, command, context)),
        "## Environment\n\n",
        write_table(("variable", "effect"), ((_quote(names), said) for names, said in _ENVIRONMENT)),
        "## Exit codes\n\n",
        write_table(("code", "meaning"), _ENDINGS),
    ]
    return "".join(parts).rstrip("\n") + "\n"


def _list(group: click.Group) -> Iterator[tuple[str, click.Command]]:
    """Yields the commands of a group and of the groups in it, by what is typed."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", found) for inner, found in _list(command))
        elif not command.hidden:
            yield name, command


def _document(name: str, command: click.Command, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    short = [alias for alias, meant in ALIASES.items() if meant == name]
    arguments = [found.make_metavar(context) for found in command.params if isinstance(found, click.Argument)]
    yield f"## `{' '.join(['afterword', name, *arguments])}`\n\n{inspect.cleandoc(command.help or '')}\n\n"
    if short:
        yield f"Short form: `afterword {short[0]}`.\n\n"
    options = (found for found in command.get_params(context) if isinstance(found, click.Option))
    records = (option.get_help_record(context) for option in options)
    rows = ((f"`{record[0]}`", _join_notes(record[1])) for record in records if record is not None)
    yield write_table(("option", "effect"), rows)


def _join_notes(said: str) -> str:
    """Returns the help of an option, with Click's notes in brackets put into a sentence of their own."""
    sentence, _, notes = said.partition("  [")
    notes = re.sub(r"(\d+)<=x<=(\d+)", r"\1 to \2", notes).replace("x>=", "at least ")
    return f"{sentence} [{notes}" if notes else sentence


def _quote(names: str) -> str:
    return ", ".join(f"`{name}`" for name in names.split(", "))


_FRONT_MATTER = """# Front matter

Front matter is [YAML](https://yaml.org/spec/1.2.2/) between two `---` lines at the start of a file. All keys are
optional: by default, the date comes from the file name and the title from the first heading. [Writing](writing.md)
has an example. [TOML, JSON and header lines](#other-formats) are also supported.

"""

_VALUES = f"""## Values

- **Dates** are {FORMS.removeprefix("use ")}.
  `T` is allowed instead of the space. Dates without an offset are in the time zone of the blog. Years are {YEARS[0]} to
  {YEARS[-1]}.
- **Text** that contains `: ` or ` #`, or starts with a bracket, needs quotes: `title: "Notes: a talk"`.
- **Flags** are `true`, `false`, `yes` or `no`.
- `slug`, `permalink` and aliases must be valid [file names](publishing.md#file-names).

Invalid values, and duplicate keys with different values, are errors.

## Other keys

You can add keys of your own and use them in [templates](templates.md#post). A key that looks misspelled (`tilte`) is a
warning, or an error if it may be meant to hide the post (`darft`). A key with the name of a template variable
(`content`, `url`) is a warning.

These keys have an effect, too:

"""

_FOREIGN = """
## Keys of other generators

Other generators have keys that hide, schedule or expire a post. Afterword applies those that have an equivalent. The
others are errors, so that a post is not published by mistake:

| front matter | effect |
| --- | --- |
| `published: false`, `status: draft`, `isDraft: true` | Same as `draft: true`. |
| `hideInList: true`, `eleventyExcludeFromCollections: true` | Same as `unlisted: true`. |
| `publishDate`, `pubDate`, `scheduled`, `embargo_till` | The post is not published before this day. |
| `expiryDate`, `unpublishAt`, `expires` | The post is not published from this day on. |
| `private: true`, `password: …`, `status: pending` | An error. Write `draft: true` or `unlisted: true` instead. |
| `status: on hold`, `quality: draft` | A warning: the post may not be finished. |

[Visibility keys](visibility-keys.md) lists all keys and values. `afterword why` shows the key that hides a post.
"""

_FORMATS = """
## Other formats

Posts of Hugo, Zola and Pelican can keep their front matter. Keys and values are the same in all formats.

### TOML

TOML is between two `+++` lines:

```toml
+++
title = "Notes: a talk"
date = 2026-02-01
tags = ["python", "testing"]
draft = true
+++
```

### JSON

JSON is one object at the start of the file. The text starts on the line after its closing brace.

```json
{
  "title": "Notes: a talk",
  "date": "2026-02-01",
  "tags": ["python", "testing"]
}
```

In TOML and JSON, `url` (Hugo) and `path` (Zola) set the `permalink`. In all formats, `tags` and `categories` can be
in a table `taxonomies`, as in Zola.

### Header lines

Header lines, as in Pelican's Markdown posts, start on the first line and end with a blank line. Continuation lines are
indented by four spaces. Names are not case-sensitive.

```
Title: Notes: a talk
Date: 2026-02-01 10:00
Tags: python, testing
Status: draft

The text.
```

"""

_DOUBT = """All other headers become keys in lower case. `Tags` and `Authors` are lists, separated by semicolons or
commas.

Lines such as `Title: …` can also be text. They are read as front matter if there is a `Title` and one of these:

- `Category`, `Tags`, `Slug`, `Modified`, `Status`, `Save_as`, `Template` or `Translation`,
- a `Date` with a time,
- a `Date` without a time, if all names are known and the file name has no other date.

Otherwise the lines are published as text, with a warning if they may be front matter.

## Unrecognized front matter

Front matter must start on line 1. Otherwise it would be published as text, even in a draft. So these are errors:

- something above the first fence: a blank line, a heading, a comment or an invisible character,
- something on the line of the fence: indentation or a label such as `---toml`,
- a wrong or missing fence: `;;;`, four dashes, long dashes,
- front matter in a comment or a code block at the start of the file,
- front matter of Nikola (`.. title:`), Org (`#+TITLE:`), reStructuredText (`:title:`) or Pandoc (`% Title`).

For a horizontal rule at the start of a file, write `***`.
"""


def document_front_matter() -> str:
    return (
        _FRONT_MATTER
        + write_table(("key", "value", "meaning"), _write_rows(KEYS))
        + _VALUES
        + write_table(("key", "value", "effect"), _write_rows({**FURTHER, **SHARED})).rstrip("\n")
        + "\n"
        + _FOREIGN
        + _FORMATS
        + write_table(("header", "key"), _write_renamed())
        + _DOUBT
    )


def _write_renamed() -> Iterator[tuple[str, str]]:
    return ((f"`{name.capitalize()}`", f"`{to.key}`") for name, to in HEADERS.items() if to.key != name)


def _write_rows(keys: Mapping[str, FrontMatterKey]) -> Iterator[tuple[str, str, str]]:
    return ((f"`{name}`", key.takes, key.sentence) for name, key in keys.items())
