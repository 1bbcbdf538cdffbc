"""The command `afterword help`: the pages of the manual, and the help of commands, in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from afterword.cli import options
from afterword.cli.console import handle_errors, open_console
from afterword.cli.suggestions import Command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.core.diagnostics import Exit


@click.command("help", cls=Command)
@click.argument("topic", required=False)
@options.trace
@click.pass_context
def help_(context: click.Context, topic: str | None, trace: bool) -> Exit:
    """Print a page of the manual, or the help of a command.

    TOPIC is a page, such as `publishing`, or a command, such as `build`. Without TOPIC, lists the pages.
    """
    console = open_console(Path(), trace=trace)
    with handle_errors(console) as ending:
        ending.exit_code = console.write_result(_find_text(topic, context))
    return ending.exit_code


def _find_text(topic: str | None, context: click.Context) -> str:
    from afterword.core.diagnostics import Exit, Failure, did_you_mean, error
    from afterword.core.files import manual_folder

    pages = {page.stem: page for page in sorted(manual_folder().glob("*.md")) if page.stem != "README"}
    if topic is None:
        return "".join(f"{line}\n" for line in _list_pages(pages))
    name = topic.lower().removesuffix(".md").replace(" ", "-")
    if name in pages:
        return pages[name].read_text("utf-8")
    root = context.find_root()
    command = root.command.get_command(root, name) if isinstance(root.command, click.Group) else None
    if command is not None:
        return f"{command.get_help(click.Context(command, parent=root, info_name=name))}\n"
    commands = root.command.list_commands(root) if isinstance(root.command, click.Group) else ()
    hint = did_you_mean(name, [*pages, *commands]) or "`afterword help` lists the pages"
    raise Failure(Exit.USAGE, error("usage", f"unknown topic `{topic}`", hint=hint))


def _list_pages(pages: dict[str, Path]) -> Iterator[str]:
    """Yields a line for each page, with its title."""
    width = max(map(len, pages), default=0)
    for name, page in pages.items():
        lines = page.read_text("utf-8").split("\n")
        title = next((line.removeprefix("# ") for line in lines if line.startswith("# ")), name)
        yield f"{name:<{width}}  {title}"
    yield ""
    yield "`afterword help PAGE` prints a page, `afterword help COMMAND` the help of a command."
