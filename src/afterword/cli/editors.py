"""The commands for editors and shells: `afterword completion` and `afterword schema`; and `afterword doctor`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from afterword.cli import options
from afterword.cli.console import handle_errors, open_console
from afterword.cli.suggestions import Command

if TYPE_CHECKING:
    from afterword.core.diagnostics import Exit

VARIABLE = "_AFTERWORD_COMPLETE"
"""The environment variable that makes Click print completions."""


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@options.trace
@click.pass_context
def completion(context: click.Context, shell: str, trace: bool) -> Exit:
    """Print the completion script of a shell.

    Write it to `~/.local/share/bash-completion/completions/afterword` for bash, to a file `_afterword` in a folder of
    `$fpath` for zsh, and to `~/.config/fish/completions/afterword.fish` for fish.
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
@click.argument("kind", type=click.Choice(["front-matter", "settings"]), default="front-matter", required=False)
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
        console.say(found.diagnostics)
        console.tell(*found.facts)
        ending.exit_code = found.exit_code
    return ending.exit_code
