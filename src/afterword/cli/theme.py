"""The commands `afterword theme copy` and `afterword theme diff`, which copy theme files and compare the copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from afterword.cli import options
from afterword.cli.misspelt import Command
from afterword.core.diagnostics import Exit, Failure, Place, did_you_mean, error
from afterword.core.files import Unreadable, read, report_unreadable, theme_folder

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.cli.console import Console


@click.group(no_args_is_help=False)
def theme() -> None:
    """Copy files of the theme, and compare the copies."""


@theme.command(cls=Command)
@click.argument("name")
@options.source
def copy(console: Console, name: str, source: Path) -> Exit:
    """Copy a theme file into the blog, to customize it.

    NAME is a template, such as `post.html` or `partials/i18n.html`, or a static file, such as `style.css`. Prints the
    path of the copy. Never overwrites a file.
    """
    return console.write_result(f"{copy_file(source, name)}\n")


@theme.command(cls=Command)
@click.argument("names", metavar="[NAME]…", nargs=-1)
@options.source
def diff(console: Console, names: tuple[str, ...], source: Path) -> Exit:
    """Show how the blog's files differ from those of the theme.

    Without NAME, compares all files that replace a file of the theme.
    """
    return console.write_result(compare_files(source, names))


_LIMIT = 2_000_000


def copy_file(root: Path, name: str) -> Path:
    """Copies a file of the theme to the same place in the blog in `root`; returns the path of the copy.

    Raises `Failure` if the name is unknown or the file exists.
    """
    from afterword.cli.scaffold import create
    from afterword.templates.theme_copies import mark_copy

    path = _find(name)
    folder, _, bare = path.partition("/")
    text = mark_copy(bare, _read(theme_folder() / path, path), is_template=folder == "templates")
    return create(root, path, text, hint="run `afterword theme diff` to compare it with the theme")


def compare_files(root: Path, names: tuple[str, ...]) -> str:
    """Returns the differences between theme files and the blog's files of the same name, as a unified diff.

    `names` are the files to compare, or empty for all. Raises `Failure` for an unknown name.
    """
    from afterword.content.scanning import list_theme_files

    wanted = [_find(name) for name in names] or sorted(list_theme_files().values())
    theme = theme_folder()
    if root.resolve() == theme.resolve():
        return ""
    pieces = [_compare(path, theme / path, root / path) for path in wanted if (root / path).is_file()]
    return "".join(pieces)


def _compare(path: str, original: Path, own: Path) -> str:
    from difflib import unified_diff

    from afterword.templates.theme_copies import remove_mark

    before = _read(original, path).splitlines(keepends=True)
    after = remove_mark(_read(own, path)).splitlines(keepends=True)
    lines = unified_diff(before, after, f"theme:{path}", path)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _find(name: str) -> str:
    """Returns the path of a theme file, by its name or path."""
    from afterword.content.scanning import list_theme_files

    known = list_theme_files()
    path = known.get(name.removeprefix("theme:").removeprefix("templates/").removeprefix("static/"))
    if path is None:
        hint = did_you_mean(name, known) or "use the name of a template or of a static file, such as `post.html`"
        raise Failure(Exit.USAGE, error("unknown-target", f"unknown theme file `{name}`", hint=hint))
    return path


def _read(file: Path, path: str) -> str:
    try:
        return read(file, _LIMIT, follow=True).decode()
    except Unreadable as problem:
        raise Failure(Exit.ENVIRONMENT, report_unreadable(problem, "this file", Place(path))) from None
    except UnicodeDecodeError:
        message = f"`{path}` is not a text file"
        raise Failure(Exit.USAGE, error("unknown-target", message)) from None
