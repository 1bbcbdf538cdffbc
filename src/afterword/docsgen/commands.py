"""Generates the page about the command line from the commands' own help."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import click

from afterword.cli.commands import afterword
from afterword.cli.misspelt import ALIASES
from afterword.docsgen.reference import write_table

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
    ("1", "Errors in posts, pages or templates; with `--strict`, also warnings. The published site is unchanged."),
    ("2", "Invalid arguments or settings, or an unsafe operation."),
    ("3", "Environment error: permissions, a full disk, a lock held by another build, or an unreachable cluster."),
    ("4", "Bug in Afterword. The traceback is in `.afterword/`."),
    ("130, 143", "Interrupted by SIGINT (Ctrl-C) or SIGTERM. The next build completes the site."),
)


def document_commands() -> str:
    context = afterword.make_context("afterword", [], resilient_parsing=True)
    parts = [
        _INTRODUCTION,
        *(part for name, command in _list(afterword) for part in _document(name, command, context)),
        "## Environment\n\n",
        write_table(("variable", "effect"), ((_quote(names), said) for names, said in _ENVIRONMENT)),
        "## Exit codes\n\n",
        write_table(("code", "meaning"), _ENDINGS),
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
        yield f"Short form: `afterword {short[0]}`.\n\n"
    options = (found for found in command.get_params(context) if isinstance(found, click.Option))
    records = (option.get_help_record(context) for option in options)
    rows = ((f"`{record[0]}`", _join_notes(record[1])) for record in records if record is not None)
    yield write_table(("option", "effect"), rows)


def _join_notes(said: str) -> str:
    """The help of an option, with Click's notes in brackets put into a sentence of their own."""
    sentence, _, notes = said.partition("  [")
    return f"{sentence} [{notes}" if notes else sentence


def _quote(names: str) -> str:
    return ", ".join(f"`{name}`" for name in names.split(", "))
