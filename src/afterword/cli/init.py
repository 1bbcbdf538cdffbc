"""The command `afterword init`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from afterword.cli import options
from afterword.cli.console import handle_errors, open_console
from afterword.cli.misspelt import Command

if TYPE_CHECKING:
    from afterword.core.diagnostics import Exit

TITLE = "Notes on talks"
"""The default title."""


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--title", help=f"Title of the blog.  [default: asked for on a terminal, or `{TITLE}`]")
@click.option(
    "-b", "--base-url", metavar="URL", help="Where the blog will be published, such as `https://example.org/`."
)
@click.option("--force", is_flag=True, help="Write into a folder that has files. Existing files are never changed.")
@options.trace
def init(folder: Path, title: str | None, base_url: str | None, force: bool, trace: bool) -> Exit:
    """Create a blog in the folder DIR (`.` for the current folder).

    Writes settings, an example note on a talk, a README, requirements and a workflow that publishes the blog with
    GitHub Pages. Never overwrites a file.
    """
    console = open_console(folder, trace=trace)
    with handle_errors(console, url_from="--base-url") as ending:
        from afterword.cli.blogs.new_blog import begin_blog, check_new_folder

        check_new_folder(folder, force=force)
        if sys.stdin.isatty() and sys.stdout.isatty():
            title = title if title is not None else click.prompt("Title of the blog", default=TITLE)
            if base_url is None:
                question = "URL where it will be published (empty: decide later)"
                base_url = click.prompt(question, default="", show_default=False, value_proc=_check_url)
        begun = begin_blog(folder, (title if title is not None else TITLE), base_url or "", os.environ)
        ending.exit_code = console.write_result(f"{begun.summary}\n", begun.diagnostics)
    return ending.exit_code


def _check_url(answer: str) -> str:
    """Returns a URL that was typed; raises `click.BadParameter` for an invalid one, which repeats the prompt."""
    from afterword.core.urls import BadUrl, normalize_base_url

    try:
        return normalize_base_url(answer.strip()) if answer.strip() else ""
    except BadUrl as problem:
        raise click.BadParameter(f"invalid base URL `{answer.strip()}`: {problem}") from None
