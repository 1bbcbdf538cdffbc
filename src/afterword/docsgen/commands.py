"""Generates the page about the command line from the commands' own help."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import click

from afterword.cli.commands import afterword
from afterword.cli.suggestions import ALIASES
from afterword.docsgen.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Iterator

_INTRODUCTION = """# Command line

```console
$ afterword build
built `site`: 109 pages in 1.2 s, 109 rendered, 113 files written
```

Results go to standard output, everything else to standard error. `python -m afterword` is the same command.

"""

_ENVIRONMENT = (
    ("SITE_URL", "The base URL, as `--base-url`, which goes before it."),
    ("BASE_PATH", "The path of the base URL alone, where `SITE_URL` is not set."),
    (
        "SOURCE_DATE_EPOCH",
        "The time of the build, in seconds since 1970; it decides which posts are future or expired.",
    ),
    ("NO_COLOR", "No colours."),
    ("FORCE_COLOR, CLICOLOR_FORCE", "Colours also where the output is no terminal."),
    ("TERM", "`dumb` for neither colours nor a progress bar."),
    ("CI", "No progress bar."),
    ("GITHUB_ACTIONS", "`true` for annotations, as with `--format github`."),
    ("GITHUB_STEP_SUMMARY", "The page of the job, to which a run adds what came of it; GitHub names it."),
    ("AFTERWORD_TRACE", "The traceback of a bug, as with `--trace`."),
)

_ENDINGS = (
    ("0", "Done."),
    ("1", "Errors in posts, pages or templates; with `--strict`, warnings too. The site is as it was."),
    ("2", "Invalid arguments or settings, or an unsafe operation."),
    ("3", "The machine: permissions, a full disk, another build that holds the lock; or the cluster."),
    ("4", "A bug of Afterword; the traceback is in `.afterword/`."),
    ("130, 143", "Ended by SIGINT (Ctrl-C) or SIGTERM. The next build finishes what was begun."),
)


def document_commands() -> str:
    """The page, in Markdown."""
    context = afterword.make_context("afterword", [], resilient_parsing=True)
    parts = [
        _INTRODUCTION,
        *(part for name, command in _list(afterword) for part in _document(name, command, context)),
        "## Environment\n\n",
        write_table(("variable", "what it does"), ((_quote(names), said) for names, said in _ENVIRONMENT)),
        "## Exit codes\n\n",
        write_table(("code", "what it means"), _ENDINGS),
    ]
    return "".join(parts).rstrip("\n") + "\n"


def _list(group: click.Group) -> Iterator[tuple[str, click.Command]]:
    """The commands of a group and of the groups in it, by what is typed."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", found) for inner, found in _list(command))
        elif not command.hidden:
            yield name, command


def _document(name: str, command: click.Command, parent: click.Context) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    short = [alias for alias, meant in ALIASES.items() if meant == name]
    arguments = [found.human_readable_name for found in command.params if isinstance(found, click.Argument)]
    yield f"## `{' '.join(['afterword', name, *arguments])}`\n\n{inspect.cleandoc(command.help or '')}\n\n"
    if short:
        yield f"For short: `afterword {short[0]}`.\n\n"
    options = (found for found in command.get_params(context) if isinstance(found, click.Option))
    records = (option.get_help_record(context) for option in options)
    rows = ((f"`{record[0]}`", _join_notes(record[1])) for record in records if record is not None)
    yield write_table(("option", "what it does"), rows)


def _join_notes(said: str) -> str:
    """The help of an option, with Click's notes in brackets put into a sentence of their own."""
    sentence, _, notes = said.partition("  [")
    return f"{sentence} [{notes}" if notes else sentence


def _quote(names: str) -> str:
    return ", ".join(f"`{name}`" for name in names.split(", "))
