"""The commands for writing: `afterword new` and `afterword talk suggest`.

Relies on `new` and `suggest`, which are imported when a command runs. Refuses nothing itself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from afterword.cli import options
from afterword.cli.endings import concluding
from afterword.cli.spelling import Command

if TYPE_CHECKING:
    from afterword.diagnostics import Exit


class Kinds(click.Group):
    """What can be begun; what is not the name of a kind is the title of a post."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_kind = bool(args) and args[0] in {*self.commands, *ctx.help_option_names}
        return super().parse_args(ctx, args if is_kind else ["post", *args])


@click.group(cls=Kinds, no_args_is_help=False)
def new() -> None:
    """Begin a post, or notes on a talk.

    `afterword new "A title"` begins a post, `afterword new talk URL` begins notes.
    """


@new.command()
@click.argument("title")
@options.source
@options.trace
def post(title: str, source: Path, trace: bool) -> Exit:
    """Begin a post of today; `post` may be left out.

    Prints the path of the new file. A file that is there is never replaced.
    """
    console = options.open_console(source, trace=trace)
    with concluding(console) as ending:
        from afterword.new import begin_post

        begun = begin_post(source, title, os.environ)
        ending.exit_code = console.hand_over(f"{begun.file}\n", begun.diagnostics)
    return ending.exit_code


@new.command("talk")
@click.argument("url")
@click.option("--title", default="", help="The title of the talk.")
@click.option("--speaker", "speakers", multiple=True, metavar="NAME", help="Who gave it; may be given again.")
@click.option("--event", default="", help="Where it was given, as in `PyCon US 2015`.")
@click.option("--date", default="", help="When it was given: a year, a month or a day.")
@click.option(
    "--chapters",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="A text with its chapters: a video's description, WebVTT, SRT or Podcasting chapters; `-` for standard input.",
)
@options.source
@options.trace
def new_talk(
    url: str,
    title: str,
    speakers: tuple[str, ...],
    event: str,
    date: str,
    chapters: Path | None,
    source: Path,
    trace: bool,
) -> Exit:
    """Begin notes of today on the talk whose recording is at URL.

    Each chapter becomes a heading with its time; corrections that the text lists become a section of their own. Nothing
    is asked of the network. Prints the path of the new file. A file that is there is never replaced.
    """
    console = options.open_console(source, trace=trace)
    with concluding(console) as ending:
        from afterword.new import Told, begin_notes, read_pasted

        pasted = None
        if chapters is not None:
            pasted = read_pasted(chapters, sys.stdin.buffer if chapters == Path("-") else None)
        begun = begin_notes(source, Told(url, title, speakers, event, date, pasted), os.environ)
        ending.exit_code = console.hand_over(f"{begun.file}\n", begun.diagnostics)
    return ending.exit_code


@click.group(no_args_is_help=False)
def talk() -> None:
    """What a post says of its talk."""


@talk.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@options.trace
def suggest(file: Path, trace: bool) -> Exit:
    """Print the `talk:` block that the post FILE could have.

    It is read from the first paragraph that links to a recording. What is a guess says so; nothing is changed.
    """
    console = options.open_console(Path(), trace=trace)
    with concluding(console) as ending:
        from afterword.suggest import suggest_block

        suggested = suggest_block(file)
        ending.exit_code = console.hand_over(suggested.block, suggested.diagnostics)
    return ending.exit_code
