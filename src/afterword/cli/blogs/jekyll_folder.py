"""Builds a Jekyll folder in place: imports it into `.afterword/jekyll`, and reports on the files of the folder.

Unchanged files keep their modification times there, which keeps builds incremental.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.cache.store import make_state_folder
from afterword.config.find_blog import is_jekyll_folder
from afterword.core.diagnostics import Diagnostic, Exit, Failure, Place, error, note, sort_diagnostics
from afterword.core.files import STATE, Unreadable, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from afterword.build.report import Report, Request

FOLDER = f"{STATE}/jekyll"
_LARGEST = 1 << 31
_NAMED = 6


class JekyllFolder(Struct, frozen=True):
    """An imported Jekyll folder: original paths by imported path, and the diagnostics of the import."""

    old_paths: Mapping[str, str]
    findings: tuple[Diagnostic, ...]

    def tell_of(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Returns diagnostics about the import as diagnostics about the folder, with those of the import itself.

        The import reports all remaining Liquid, so the build's diagnostics for it are dropped.
        """
        others = (one for one in diagnostics if one.id != "unsupported-liquid")
        return sort_diagnostics([*self.findings, *map(self._rename, others)])

    def translate(self, report: Report) -> Report:
        """Returns the report of a build of the import as one of the folder."""
        left_out = tuple(self.old_paths.get(path, path) for path in report.left_out)
        return replace(report, diagnostics=self.tell_of(report.diagnostics), left_out=left_out)

    def _rename(self, one: Diagnostic) -> Diagnostic:
        related = tuple((self._find(place), label) for place, label in one.related)
        return replace(one, place=self._find(one.place) if one.place is not None else None, related=related)

    def _find(self, place: Place) -> Place:
        return replace(place, path=self.old_paths.get(place.path, place.path))


def read_in_place(request: Request) -> tuple[Request, JekyllFolder | None]:
    """Returns the request for the build: for the import, if the source is a Jekyll folder.

    Raises `Failure` if the folder cannot be read.
    """
    if not is_jekyll_folder(request.source):
        return request, None
    from afterword.cli.blogs.import_blog import write_settings
    from afterword.importers.jekyll import import_jekyll

    root = request.source
    imported = import_jekyll(root)
    target = root / FOLDER
    files = {path: text.encode() for path, text in imported.texts.items()}
    files |= {path: read(file, _LARGEST, follow=True) for path, file in imported.copies.items()}
    files["afterword.toml"] = write_settings(imported.settings).encode()
    _check_is_own(root)
    make_state_folder(target)
    _write_changes(target, files)
    (target / "posts").mkdir(exist_ok=True)
    here = replace(
        request, source=target, destination=request.destination or root / "site", state=request.state or root / STATE
    )
    return here, JekyllFolder(dict(imported.sources), tuple(_sum_up(imported.findings)))


def _write_changes(target: Path, files: Mapping[str, bytes]) -> None:
    """Writes the files that are new or changed, after it has removed those that are gone."""
    _remove_others(target, files)
    for path, content in files.items():
        file = target / path
        try:
            if read(file, _LARGEST) == content:
                continue
        except Unreadable:
            file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _remove_others(target: Path, files: Mapping[str, bytes]) -> None:
    """Removes symbolic links, behind which a file outside of the folder would be overwritten, and files not in `files`.

    Links are removed themselves. `os.walk` does not follow them.
    """
    for folder, folders, names in os.walk(target):
        for name in (*folders, *names):
            file = target.__class__(folder) / name
            if file.is_symlink() or (not file.is_dir() and file.relative_to(target).as_posix() not in files):
                file.unlink()


def _check_is_own(root: Path) -> None:
    """Raises `Failure` if the folder of the import is behind a symbolic link: files would be removed there."""
    for name in (STATE, FOLDER):
        if (root / name).is_symlink():
            message = f"`{name}` is a symbolic link: it would be replaced by the imported blog"
            raise Failure(Exit.USAGE, error("invalid-destination", message, hint="remove the link"))


def _sum_up(findings: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
    """Yields the diagnostics of the import, with one note instead of one per ignored file or setting."""
    dropped = [one for one in findings if one.id == "not-imported"]
    yield from (one for one in findings if one.id != "not-imported")
    names = [str(one.place) for one in dropped if one.place is not None]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    lost = f"; ignored: {', '.join(f'`{name}`' for name in names[:_NAMED])}{more}" if names else ""
    hint = "to convert it, run `afterword import jekyll DIR`"
    yield note("jekyll-folder", f"built as a Jekyll blog{lost}", hint=hint)
