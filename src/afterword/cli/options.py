"""Options that several commands share."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from afterword.cli.build_command import find_source
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

CommandT = TypeVar("CommandT", bound="Callable[..., object]")


def _find_source(_context: click.Context, _option: click.Parameter, source: Path | None) -> Path:
    return find_source(source)


source = click.option(
    "-s",
    "--source",
    type=click.Path(path_type=Path),
    callback=_find_source,
    help="Blog folder.  [default: the blog that contains the current folder]",
)
base_url = click.option(
    "-b", "--base-url", metavar="URL", help="Base URL of the site. A bare path, such as `/notes/`, sets only the path."
)

_DESTINATION = click.option(
    "-d", "--destination", type=click.Path(path_type=Path), help="Output folder.  [default: `site` in the blog folder]"
)
_FORMAT = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "github", "json"]),
    help="Format of the diagnostics.  [default: text; github in GitHub Actions]",
)
_QUIET = click.option("-q", "--quiet", is_flag=True, help="Print only warnings and errors.")
_VERBOSE = click.option("-v", "--verbose", is_flag=True, help="Print all diagnostics, and the files that changed.")


def number(kind: Callable[[str], float], least: float, most: float = math.inf) -> Callable[[str], float]:
    """Returns the reader of an option that is a number of a kind, `int` or `float`, between two limits."""
    expected = f"must be {'a whole number' if kind is int else 'a number'}, "
    expected += f"at least {least}" if most == math.inf else f"from {least} to {most}"

    def read_number(written: str) -> float:
        try:
            found = kind(written)
        except ValueError:
            raise click.BadParameter(expected) from None
        if not least <= found <= most:
            raise click.BadParameter(expected)
        return found

    return read_number


def find_cluster(_context: click.Context, _option: click.Parameter, executor: str | None) -> str:
    """Returns the scheduler address of an executor, `host:port`; empty for local processes."""
    if executor in (None, "processes"):
        return ""
    found = _CLUSTER.fullmatch(executor)
    if found is None or int(found["port"]) > 65_535:
        raise click.BadParameter(f"invalid executor `{executor}`: expected `processes` or `dask://HOST:PORT`")
    return found["address"]


def check_hosts(_context: click.Context, _option: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the host names; raises `click.BadParameter` for an invalid one."""
    if names:
        from afterword.config.validation import find_host_problem

        for name in names:
            if hint := find_host_problem(name):
                raise click.BadParameter(f"invalid host name `{name}`: {hint}")
    return names


_CLUSTER = lazy_pattern(r"dask://(?P<address>(?:[\w.-]+|\[[0-9a-fA-F:.]+\]):(?P<port>[0-9]{1,5}))/?", re.ASCII)
"""A Dask cluster as its scheduler's host, or IPv6 address in brackets, and port."""


def site_options(command: CommandT) -> CommandT:
    """Adds the options of every command about a blog and its site."""
    return source(_DESTINATION(command))


def output_options(command: CommandT) -> CommandT:
    """Adds the options for the format and verbosity of output."""
    return _FORMAT(verbosity_options(command))


def verbosity_options(command: CommandT) -> CommandT:
    """Adds the options for the verbosity of output."""
    return _QUIET(_VERBOSE(command))


def visibility_options(command: CommandT) -> CommandT:
    """Adds the options to include posts that a build skips."""
    for short, name, kind in (
        ("-E", "--expired", "expired posts"),
        ("-F", "--future", "posts dated in the future"),
        ("-D", "--drafts", "drafts"),
    ):
        command = click.option(short, name, is_flag=True, help=f"Include {kind}.")(command)
    return command


def open_in_editor(file: Path) -> None:
    """Opens a file in the editor that $VISUAL or $EDITOR names; raises `Failure` if that fails."""
    try:
        click.edit(filename=str(file))
    except click.ClickException as problem:
        from afterword.core.diagnostics import Exit, Failure, error

        message = f"the editor failed: {problem.format_message()}"
        hint = "set $EDITOR to the command of an editor"
        raise Failure(Exit.ENVIRONMENT, error("editor", message, hint=hint)) from None
