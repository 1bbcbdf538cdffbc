"""The commands `afterword theme copy` and `afterword theme diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from afterword.cli import options
from afterword.cli.console import handle_errors, open_console
from afterword.cli.suggestions import Command

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.core.diagnostics import Exit


@click.group(no_args_is_help=False)
def theme() -> None:
    """Copy files of the theme, and compare the copies."""


@theme.command(cls=Command)
@click.argument("name")
@options.source
@options.trace
def copy(name: str, source: Path, trace: bool) -> Exit:
    """Copy a file of the theme into the blog, to change it there.

    NAME is a template, such as `post.html` or `partials/i18n.html`, or a static file, such as `style.css`. Prints the
    path of the copy. Never overwrites a file.
    """
    console = open_console(source, trace=trace)
    with handle_errors(console) as ending:
        from afterword.cli.theme_files import copy_file

        ending.exit_code = console.write_result(f"{copy_file(source, name)}\n")
    return ending.exit_code


@theme.command(cls=Command)
@click.argument("names", metavar="[NAME]…", nargs=-1)
@options.source
@options.trace
def diff(names: tuple[str, ...], source: Path, trace: bool) -> Exit:
    """Show how files of the blog differ from those of the theme.

    Without NAME, compares all files that replace a file of the theme.
    """
    console = open_console(source, trace=trace)
    with handle_errors(console) as ending:
        from afterword.cli.theme_files import compare_files

        ending.exit_code = console.write_result(compare_files(source, names))
    return ending.exit_code
