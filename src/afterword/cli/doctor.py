"""Examines the environment of a blog for `afterword doctor`."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from contextlib import suppress
from importlib import metadata
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword import __version__
from afterword.build.report import Request, exit_code_for
from afterword.cli.blogs.jekyll_folder import read_in_place
from afterword.cli.blogs.starter import list_dependencies
from afterword.config import loader as config
from afterword.content.scanning import list_theme_files, scan
from afterword.core.diagnostics import Diagnostic, Exit, Failure, Place, error, note
from afterword.core.files import Unreadable, locate, read, theme_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_LARGEST = 2_000_000


class Examined(Struct, frozen=True):
    """The state of an environment, as lines, and diagnostics."""

    facts: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    exit_code: Exit


def examine(source: Path, environ: Mapping[str, str]) -> Examined:
    """Returns the state of the environment and of the blog in `source`."""
    facts = [*_list_versions(), *_list_variables(environ)]
    found: list[Diagnostic] = []
    try:
        request, folder = read_in_place(Request(source))
        settings, places = config.open_blog(request.source)
    except Failure as failure:
        found += failure.diagnostics
        return Examined(tuple(facts), tuple(found), exit_code_for(found, strict=False))
    destination = request.destination or source / settings.destination
    file = places.file if folder is None else "from Jekyll"
    facts += [
        f"blog: {source.resolve()}",
        f"settings: {file or 'none (all defaults)'}",
        f"output: {destination}{'' if destination.is_dir() else ' (not built yet)'}",
        f"base URL: {settings.base_url or 'not set'}",
    ]
    found += _check_folders(source, destination)
    found += _check_copies(source, settings.exclude)
    return Examined(tuple(facts), tuple(found), exit_code_for(found, strict=True))


def _list_versions() -> Iterator[str]:
    yield f"Afterword {__version__}, Python {platform.python_version()}, {platform.platform()}"
    yield f"packages: {', '.join(f'{name} {_find_version(name)}' for name in list_dependencies())}"
    yield f"program: {shutil.which('afterword') or f'{sys.executable} -m afterword'}"
    yield f"theme: {theme_folder()}"


def _find_version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "(missing)"


def _list_variables(environ: Mapping[str, str]) -> Iterator[str]:
    names = ("SITE_URL", "BASE_PATH", "SOURCE_DATE_EPOCH", "NO_COLOR", "FORCE_COLOR", "CI", "GITHUB_ACTIONS")
    if given := [f"{name}={environ[name]}" for name in names if environ.get(name)]:
        yield f"environment: {', '.join(given)}"


def _check_folders(source: Path, destination: Path) -> Iterator[Diagnostic]:
    for folder in dict.fromkeys((source, destination if destination.is_dir() else source)):
        if not os.access(folder, os.W_OK):
            hint = "give your user write permission"
            yield error("permission-denied", f"no permission to write to folder `{folder}`", hint=hint)


def _check_copies(source: Path, exclude: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Yields a note for each template or static file of the blog that is an unchanged copy of the theme's."""
    theme, own = theme_folder(), scan(source, exclude)
    if theme.resolve() == source.resolve():
        return
    originals = list_theme_files()
    for path in (*own.templates, *own.static):
        original = originals.get(path.partition("/")[2])
        if original is None:
            continue
        with suppress(Unreadable):
            ours, theirs = locate(source, path, own.links), theme / original
            if read(ours, _LARGEST) == read(theirs, _LARGEST, follow=True):
                yield note("unchanged-copy", "unchanged copy of a theme file", Place(path), hint="remove it")
