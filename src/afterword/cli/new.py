"""The commands `afterword init`, `afterword new` and `afterword talk suggest`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from afterword.cli import options
from afterword.cli.misspelt import Command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from afterword.cli.console import Console
    from afterword.core.diagnostics import Diagnostic, Exit


class Kinds(click.Group):
    """The group `new`; an argument that is not a subcommand is the title of a post."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        is_kind = bool(args) and args[0] in {*self.commands, *ctx.help_option_names}
        return super().parse_args(ctx, args if is_kind else ["post", *args])


@click.group(cls=Kinds, no_args_is_help=False)
def new() -> None:
    """Create a post, or notes on a talk.

    `afterword new "A title"` creates a post. `afterword new talk URL` creates notes on a talk.
    """


_TAGS = click.option("--tags", multiple=True, metavar="TAGS", help="Tags, separated by commas. Can be repeated.")
_DRAFT = click.option("--draft", is_flag=True, help="Create it in `drafts/`, without a date.")
_OPEN = click.option("-o", "--open", "open_", is_flag=True, help="Open the new file in $VISUAL or $EDITOR.")


@new.command()
@click.argument("title")
@click.option("--date", default="", metavar="DATE", help="Date of the post, such as `2026-02-01`.  [default: today]")
@_TAGS
@_DRAFT
@_OPEN
@options.source
def post(console: Console, title: str, source: Path, *, open_: bool, **arguments: Any) -> Exit:
    """Create a post; `post` can be left out.

    If the blog has a template `templates/new/post.md`, the post is created from it. Prints the path of the new file.
    Never overwrites a file.
    """
    from afterword.cli.scaffold import create_post

    return _finish(console, create_post(source, title, os.environ, **arguments), (), open_=open_)


@new.command("talk")
@click.argument("url")
@click.option("--title", default="", help="Title of the talk.")
@click.option("--speaker", "speakers", multiple=True, metavar="NAME", help="Name of a speaker. Can be repeated.")
@click.option("--event", default="", metavar="NAME", help="Event, such as `PyCon US 2015`.")
@click.option("--date", default="", metavar="DATE", help="Date of the talk: `2015`, `2015-04` or `2015-04-10`.")
@click.option(
    "--chapters",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="File with chapters: a video description, WebVTT, SRT or Podcasting 2.0 chapters; `-` for standard input.",
)
@_TAGS
@_DRAFT
@_OPEN
@options.source
def new_talk(console: Console, source: Path, url: str, chapters: Path | None, *, open_: bool, **arguments: Any) -> Exit:
    """Create notes on the talk at URL.

    The notes are dated today. With `--chapters`, each chapter becomes a heading with its timestamp, and corrections in
    the video description get their own section. Does not access the network. Prints the path of the new file. Never
    overwrites a file.
    """
    from afterword.cli.talk_notes import create_notes, read_pasted

    pasted = None
    if chapters is not None:
        pasted = read_pasted(chapters, sys.stdin.buffer if chapters == Path("-") else None)
    return _finish(console, *create_notes(source, url, os.environ, pasted=pasted, **arguments), open_=open_)


def _finish(console: Console, file: Path, diagnostics: Iterable[Diagnostic], *, open_: bool) -> Exit:
    exit_code = console.write_result(f"{file}\n", diagnostics)
    if open_:
        options.open_in_editor(file)
    return exit_code


@click.group(no_args_is_help=False)
def talk() -> None:
    """Work with the talk data of a post."""


@talk.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
def suggest(console: Console, file: Path) -> Exit:
    """Print a `talk:` block for the post FILE.

    The data comes from the first paragraph that links to a recording; guesses are marked. Changes no file.
    """
    from afterword.cli.suggest_block import suggest_block

    return console.write_result(*suggest_block(file))


TITLE = "Notes on talks"
"""The default title."""


@click.command(cls=Command)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--title", help=f"Title of the blog.  [default: asked for on a terminal, or `{TITLE}`]")
@click.option(
    "-b", "--base-url", "url", metavar="URL", help="Where the blog will be published, such as `https://example.org/`."
)
@click.option("--force", is_flag=True, help="Write into a folder that has files. Existing files are never changed.")
def init(console: Console, folder: Path, title: str | None, url: str | None, *, force: bool) -> Exit:
    """Create a blog in the folder DIR (`.` for the current folder).

    Writes settings, an example note on a talk, a README, requirements and a workflow that publishes the blog with
    GitHub Pages. Never overwrites a file.
    """
    from afterword.cli.blogs.new_blog import begin_blog, check_new_folder

    check_new_folder(folder, force=force)
    if sys.stdin.isatty() and sys.stdout.isatty():
        title = title if title is not None else click.prompt("Title of the blog", default=TITLE)
        if url is None:
            question = "URL where it will be published (empty: decide later)"
            url = click.prompt(question, default="", show_default=False, value_proc=_check_url)
    begun = begin_blog(folder, (title if title is not None else TITLE), url or "", os.environ)
    return console.write_result(f"{begun.summary}\n", begun.diagnostics)


def _check_url(answer: str) -> str:
    """Returns a URL that was typed; raises `click.BadParameter` for an invalid one, which repeats the prompt."""
    from afterword.core.urls import BadUrl, normalize_base_url

    try:
        return normalize_base_url(answer.strip()) if answer.strip() else ""
    except BadUrl as problem:
        raise click.BadParameter(f"invalid base URL `{answer.strip()}`: {problem}") from None
