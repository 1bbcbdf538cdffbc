"""Writes an imported blog into a new folder, for `afterword import`."""

from __future__ import annotations

import json
import os
import shlex
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from afterword.build.report import read_today
from afterword.cli.blogs.new_blog import check_new_folder
from afterword.cli.scaffold import create
from afterword.core.diagnostics import Exit, Failure, error, sort_diagnostics
from afterword.core.files import URL_LOCK, Unreadable, describe
from afterword.importers.hugo import import_hugo
from afterword.importers.jekyll.blog import import_jekyll
from afterword.importers.model import read_source
from afterword.importers.obsidian import import_notes
from afterword.importers.pelican import import_pelican
from afterword.site.published_urls import format_lock, parse_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic
    from afterword.importers.model import Imported

Format: TypeAlias = Literal["jekyll", "hugo", "pelican", "obsidian", "markdown"]
"""The formats that can be imported."""


class ImportResult(Struct, frozen=True):
    """The result of an import: a summary, and diagnostics for content that was not imported."""

    summary: str
    diagnostics: tuple[Diagnostic, ...]


def import_blog(format_: Format, source: Path, target: Path, *, force: bool = False) -> ImportResult:
    """Imports the blog in `source` into the folder `target`; raises `Failure` if one of the folders is invalid."""
    if not source.is_dir():
        raise Failure(Exit.USAGE, error("no-source", f"folder not found: `{source}`"))
    if target.resolve() == source.resolve() or target.resolve().is_relative_to(source.resolve()):
        hint = "pass another folder with `--to`"
        raise Failure(
            Exit.USAGE, error("invalid-destination", "target folder is inside the imported folder", hint=hint)
        )
    check_new_folder(target, force=force)
    imported = _IMPORTERS[format_](source, read_today(os.environ, "UTC"))
    try:
        target.mkdir(parents=True, exist_ok=True)
        if imported.settings or not (target / "afterword.toml").exists():
            create(target, "afterword.toml", write_settings(imported.settings))
        for path, text in sorted(imported.texts.items()):
            create(target, path, text)
        for path, file in sorted(imported.copies.items()):
            create(target, path, read_source(file))
        if (source / URL_LOCK).is_file():
            create(target, URL_LOCK, _move_lock(source, imported))
        elif imported.published:
            create(target, URL_LOCK, format_lock(imported.published))
    except OSError as problem:
        raise Failure(Exit.ENVIRONMENT, error("unwritable", f"`{target}`: {describe(problem)}")) from problem
    except Unreadable as problem:
        raise Failure(Exit.ENVIRONMENT, error("unreadable", f"a file {problem}")) from problem
    return ImportResult(_summarize(imported, target), sort_diagnostics(imported.findings))


def _move_lock(source: Path, imported: Imported) -> str:
    """Returns the record of URLs of a folder that was built in place, with the new paths of sources."""
    text = read_source(source / URL_LOCK).decode("utf-8", "replace")
    record = parse_lock(text)
    if record.diagnostics:
        return text
    return format_lock(record.rename({old: new for new, old in imported.sources.items()}).urls.values())


_IMPORTERS: Mapping[Format, Callable[[Path, date], Imported]] = {
    "jekyll": lambda source, today: import_jekyll(source, today=today),
    "hugo": import_hugo,
    "pelican": import_pelican,
    "obsidian": lambda source, _: import_notes(source, obsidian=True),
    "markdown": lambda source, _: import_notes(source, obsidian=False),
}


def write_settings(settings: Mapping[str, object]) -> str:
    """Returns settings as TOML; a map becomes an inline table."""
    lines = (f"{key} = {_write_toml(value)}\n" for key, value in settings.items())
    return "".join(lines).replace("\x7f", "\\u007f") or "# All settings have their defaults.\n"


def _write_toml(value: object) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{json.dumps(key)} = {_write_toml(item)}' for key, item in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_write_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _summarize(imported: Imported, target: Path) -> str:
    nouns = ("post", "draft", "page", "file")
    counts = [
        f"{number:,} {noun}{'s' if number != 1 else ''}" for noun in nouns if (number := imported.counts.get(noun, 0))
    ]
    changed = len(imported.texts)
    found = len(imported.findings)
    lines = [
        f"imported {', '.join(counts)} into `{target}`",
        f"{changed:,} file{'s' if changed != 1 else ''} changed, all others copied without changes",
        f"report: {found:,} finding{'s' if found != 1 else ''} above" if found else "report: everything was imported",
        "",
        "next:",
        f"  cd {shlex.quote(str(target))}",
        "  afterword serve --open",
        "  afterword check",
    ]
    return "\n".join(lines)
