"""The commands that help: `help` and the manual, `completion`, `schema` and `doctor`."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Literal

import click

from afterword.cli import options
from afterword.cli.misspelt import Command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from afterword.cli.console import Console
    from afterword.core.diagnostics import Exit

VARIABLE = "_AFTERWORD_COMPLETE"
"""The environment variable that makes Click print completions."""


@click.command(cls=Command)
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
def completion(console: Console, shell: str) -> Exit:
    """Print the completion script of a shell.

    SHELL is `bash`, `zsh` or `fish`. Write the script to `~/.local/share/bash-completion/completions/afterword` for
    bash, to a file `_afterword` in a folder of `$fpath` for zsh, and to `~/.config/fish/completions/afterword.fish` for
    fish.
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None, "Click has the shells that are offered"  # noqa: S101
    script = found(click.get_current_context().find_root().command, {}, "afterword", VARIABLE)
    text = script.source_template % script.source_vars()
    return console.write_result(f"{text.strip()}\n")


@click.command(cls=Command)
@click.argument(
    "kind",
    metavar="[KIND]",
    type=click.Choice(["front-matter", "settings"]),
    default="front-matter",
    required=False,
)
def schema(console: Console, kind: Literal["front-matter", "settings"]) -> Exit:
    """Print the JSON Schema of front matter or settings.

    KIND is `front-matter` (default) or `settings`. Editors use the schema for completion and validation.
    """
    import json

    from afterword.cli.json_schemas import write_front_matter_schema, write_settings_schema

    found = write_settings_schema() if kind == "settings" else write_front_matter_schema()
    return console.write_result(json.dumps(found, indent=2, ensure_ascii=False) + "\n")


@click.command(cls=Command)
@options.source
def doctor(console: Console, source: Path) -> Exit:
    """Check versions, folders, settings and theme copies.

    Exits with 1 if something is wrong.
    """
    from afterword.cli.doctor import examine

    found = examine(source, os.environ)
    console.write_diagnostics(found.diagnostics)
    console.print_lines(*found.facts)
    return found.exit_code


@click.command("help", cls=Command)
@click.argument("topic", required=False)
def help_(console: Console, topic: str | None) -> Exit:
    """Print a page of the manual, or the help of a command.

    TOPIC is a page, such as `publishing`, or a command, such as `build`. Without TOPIC, lists the pages.
    """
    return console.write_result(_find_text(topic, click.get_current_context().find_root()))


def _find_text(topic: str | None, root: click.Context) -> str:
    from afterword.core.diagnostics import Exit, Failure, did_you_mean, error
    from afterword.core.files import manual_folder

    pages = {page.stem: page for page in sorted(manual_folder().glob("*.md")) if page.stem != "README"}
    if topic is None:
        return "".join(f"{line}\n" for line in _list_pages(pages))
    name = topic.lower().removesuffix(".md").replace(" ", "-")
    if name in pages:
        return re.sub(r"<!-- .* -->\n\n?", "", pages[name].read_text("utf-8"))  # of generated sections
    assert isinstance(root.command, click.Group)  # noqa: S101 - for mypy
    if (command := root.command.get_command(root, name)) is not None:
        return f"{command.get_help(click.Context(command, parent=root, info_name=name))}\n"
    hint = did_you_mean(name, [*pages, *root.command.list_commands(root)]) or "`afterword help` lists the pages"
    raise Failure(Exit.USAGE, error("usage", f"unknown topic `{topic}`", hint=hint))


def _list_pages(pages: dict[str, Path]) -> Iterator[str]:
    width = max(map(len, pages), default=0)
    for name, page in pages.items():
        lines = page.read_text("utf-8").split("\n")
        title = next((line.removeprefix("# ") for line in lines if line.startswith("# ")), name)
        yield f"{name:<{width}}  {title}"
    yield ""
    yield "`afterword help PAGE` prints a page, `afterword help COMMAND` the help of a command."
