"""Generates the reference of the command line from the help of the commands."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import click

from afterword.cli.commands import afterword
from afterword.cli.misspelt import ALIASES
from afterword.docsgen.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Iterator


_ORDER = (
    *("init", "new", "serve", "build", "check", "list", "why", "explain", "urls", "clean", "import", "talk", "theme"),
    *("doctor", "completion", "schema", "help"),
)
"""The commands and groups, roughly in the order in which writers meet them."""


def list_commands() -> str:
    """Returns a table of all commands."""
    purposes = ((f"`afterword {name}`", _help_of(command).split("\n\n")[0]) for name, command in _sort_commands())
    return write_table(("command", "purpose"), purposes)


def document_commands() -> str:
    """Returns a section for each command."""
    context = afterword.make_context("afterword", [], resilient_parsing=True)
    return "".join(part for name, command in _sort_commands() for part in _document(name, command, context))


def _sort_commands() -> list[tuple[str, click.Command]]:
    return sorted(_list(afterword), key=lambda named: _ORDER.index(named[0].partition(" ")[0]))


def _help_of(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "")


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
    yield f"## `{' '.join(['afterword', name, *arguments])}`\n\n{_help_of(command)}\n\n"
    if short:
        yield f"Short form: `afterword {short[0]}`.\n\n"
    options = (found for found in command.get_params(context) if isinstance(found, click.Option))
    records = (option.get_help_record(context) for option in options)
    rows = ((f"`{record[0]}`", _join_notes(record[1])) for record in records if record is not None)
    yield write_table(("option", "effect"), rows)


def _join_notes(said: str) -> str:
    """Returns the help of an option, with Click's notes in brackets put into a sentence of their own."""
    sentence, _, notes = said.partition("  [")
    return f"{sentence} [{notes}" if notes else sentence
