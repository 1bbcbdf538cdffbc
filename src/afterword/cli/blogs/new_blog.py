"""Creates a new blog for `afterword init`: checks the folder, writes the files, and lists the next steps."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.build.report import read_today
from afterword.cli.blogs.starter import NewBlog, list_files, read_origin
from afterword.cli.scaffold import create, tidy
from afterword.config.loader import with_base_url
from afterword.config.schema import Config
from afterword.core.diagnostics import Exit, Failure, Place, error, note
from afterword.core.files import describe
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic

_RUNNERS = ((lazy_pattern(r"[/\\]uv[/\\]"), "uvx afterword"), (lazy_pattern(r"[/\\]pipx[/\\]"), "pipx run afterword"))
"""Folders of temporary environments, and the command that creates each."""


class CreatedBlog(Struct, frozen=True):
    """A blog that was created: a summary for people, and the diagnostics."""

    summary: str
    diagnostics: tuple[Diagnostic, ...] = ()


def check_new_folder(folder: Path, *, force: bool) -> None:
    """Raises `Failure` if a blog cannot be created in a folder: if it is a file, or has files and `force` is not set.

    Names that begin with a dot, such as `.git` and `.venv`, are ignored.
    """
    if folder.exists() and not folder.is_dir():
        raise Failure(Exit.USAGE, error("file-exists", f"file already exists: `{folder}`", hint="use another name"))
    try:
        names = sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []
    except OSError as problem:
        raise Failure(Exit.ENVIRONMENT, error("unreadable", f"`{folder}`: {describe(problem)}")) from problem
    if (found := [name for name in names if not name.startswith(".")]) and not force:
        shown = ", ".join(f"`{name}`" for name in found[:3]) + (", …" if len(found) > 3 else "")
        hint = "use an empty folder, or pass `--force`: existing files are never changed"
        raise Failure(Exit.USAGE, error("folder-not-empty", f"folder `{folder}` has files: {shown}", hint=hint))


def begin_blog(folder: Path, title: str, base_url: str, environ: Mapping[str, str]) -> CreatedBlog:
    """Creates a blog in a folder; existing files are kept, each with a note. Raises `Failure`.

    A folder with posts, such as an imported blog, gets no example note.
    """
    title = tidy(title)
    if not title:
        raise Failure(Exit.USAGE, error("usage", "the title is empty"))
    if base_url:
        base_url = with_base_url(Config(), base_url.strip()).base_url
    command = _find_command()
    files = list_files(NewBlog(title, base_url, read_today(environ, Config().timezone)))
    if (folder / "posts").is_dir():
        files = {path: content for path, content in files.items() if not path.startswith("posts/")}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        reason = describe(problem)
        raise Failure(Exit.ENVIRONMENT, error("unwritable", f"`{folder}` cannot be created: {reason}")) from problem
    kept: list[str] = []
    for path, content in files.items():
        if (folder / path).exists() or (folder / path).is_symlink():
            kept.append(path)
        else:
            create(folder, path, content)
    notes = tuple(note("kept-file", f"kept existing file `{path}`", Place(path)) for path in kept)
    if read_origin().path and "requirements.txt" not in kept:
        notes = (*notes, _tell_local())
    return CreatedBlog(_summarize(folder, [path for path in files if path not in kept], command), notes)


def _tell_local() -> Diagnostic:
    message = "Afterword is installed from a local folder, which the publishing workflow cannot reach"
    hint = (
        "unless this version is on PyPI, write the URL of a repository or a wheel: `afterword @ git+https://…@v0.1.0`"
    )
    return note("local-install", message, Place("requirements.txt", 1), hint=hint)


def _summarize(folder: Path, created: list[str], command: str) -> str:
    steps = [f"cd {shlex.quote(str(folder))}"] if str(folder) != "." else []
    steps += [f"{command} serve --open", f'{command} new "My first post"', f"{command} build"]
    lines = [f"created a blog in `{folder}`:", *(f"  {path}" for path in created), "", "next:"]
    return "\n".join([*lines, *(f"  {step}" for step in steps[:3])])


def _find_command() -> str:
    """Returns the command that runs Afterword: its name, or that of the temporary environment."""
    for folder, runner in _RUNNERS:
        if folder.search(sys.prefix) and re.search(r"[/\\](?:archive-v|environments-v|builds-v|\.cache)", sys.prefix):
            return runner
    return "afterword" if shutil.which("afterword") else f"{shlex.quote(sys.executable)} -m afterword"
