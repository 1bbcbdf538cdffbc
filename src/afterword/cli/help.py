"""The commands that help: `help` and the manual, `completion`, `schema` and `doctor`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from afterword.cli import options
from afterword.cli.console import handle_errors, open_console
from afterword.cli.misspelt import Command

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.core.diagnostics import Exit


VARIABLE = "_AFTERWORD_COMPLETE"
"""The environment variable that makes Click print completions."""


@click.command(cls=Command)
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
@options.trace
@click.pass_context
def completion(context: click.Context, shell: str, trace: bool) -> Exit:
    """Print the completion script of a shell.

    SHELL is `bash`, `zsh` or `fish`. Write the script to `~/.local/share/bash-completion/completions/afterword` for
    bash, to a file `_afterword` in a folder of `$fpath` for zsh, and to `~/.config/fish/completions/afterword.fish` for
    fish.
    """
    console = open_console(Path(), trace=trace)
    with handle_errors(console) as ending:
        from click.shell_completion import get_completion_class

        found = get_completion_class(shell)
        root = context.find_root()
        assert found is not None, "Click has the shells that are offered"  # noqa: S101
        script = found(root.command, {}, "afterword", VARIABLE)
        text = script.source_template % script.source_vars()
        ending.exit_code = console.write_result(f"{text.strip()}\n")
    return ending.exit_code


@click.command(cls=Command)
@click.argument(
    "kind",
    metavar="[KIND]",
    type=click.Choice(["front-matter", "settings"]),
    default="front-matter",
    required=False,
)
@options.trace
def schema(kind: Literal["front-matter", "settings"], trace: bool) -> Exit:
    """Print the JSON Schema of front matter or settings.

    KIND is `front-matter` (default) or `settings`. Editors use the schema for completion and validation.
    """
    console = open_console(Path(), trace=trace)
    with handle_errors(console) as ending:
        import json

        from afterword.cli.json_schemas import write_front_matter_schema, write_settings_schema

        found = write_settings_schema() if kind == "settings" else write_front_matter_schema()
        ending.exit_code = console.write_result(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return ending.exit_code


@click.command(cls=Command)
@options.source
@options.trace
def doctor(source: Path, trace: bool) -> Exit:
    """Check versions, folders, settings and theme copies.

    Exits with 1 if something is wrong.
    """
    console = open_console(source, trace=trace)
    with handle_errors(console) as ending:
        from afterword.cli.doctor import examine

        found = examine(source, os.environ)
        console.write_diagnostics(found.diagnostics)
        console.print_lines(*found.facts)
        ending.exit_code = found.exit_code
    return ending.exit_code


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
    width = max(map(len, pages), default=0)
    for name, page in pages.items():
        lines = page.read_text("utf-8").split("\n")
        title = next((line.removeprefix("# ") for line in lines if line.startswith("# ")), name)
        yield f"{name:<{width}}  {title}"
    yield ""
    yield "`afterword help PAGE` prints a page, `afterword help COMMAND` the help of a command."
