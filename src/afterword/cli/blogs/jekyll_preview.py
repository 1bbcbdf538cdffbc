"""The live preview of a Jekyll folder: its sources, and their import before each build."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.cache.memoize import Memo
from afterword.cli.blogs.jekyll_folder import read_in_place
from afterword.config.find_blog import is_jekyll_folder
from afterword.core.files import URL_LOCK, is_backup
from afterword.core.fingerprints import Stamp, stamp_of
from afterword.server.preview import Preview
from afterword.server.watcher import BLOG_SOURCES, WatchedSources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from afterword.build.report import Request
    from afterword.content.file_snapshot import FileSnapshot
    from afterword.server.preview import PreviewResult, ShowProgress
    from afterword.server.state import CurrentSite

_NOT_SOURCES = frozenset({"_site", "site", "node_modules", "vendor"})


def open_preview(request: Request, environ: Mapping[str, str], show_progress: ShowProgress) -> Preview:
    """Returns the preview of a blog or of a Jekyll folder; raises `Failure` if there is neither."""
    kind = JekyllPreview if is_jekyll_folder(request.source) else Preview
    return kind(request, environ=environ, show_progress=show_progress)


def find_sources(source: Path) -> WatchedSources:
    """Returns the sources of a blog or a Jekyll folder, for the preview."""
    return JekyllSources() if is_jekyll_folder(source) else BLOG_SOURCES


class JekyllPreview(Preview):
    """The preview of a Jekyll folder, which is imported before each build."""

    def __init__(self, request: Request, *, environ: Mapping[str, str], show_progress: ShowProgress) -> None:
        self._original = request
        self._memo = Memo()
        super().__init__(read_in_place(request, self._memo)[0], environ=environ, show_progress=show_progress)

    def build(
        self,
        origin: str,
        current: CurrentSite | None = None,
        snapshot: FileSnapshot | None = None,  # noqa: ARG002 - a snapshot of the folder, not of its import
    ) -> PreviewResult:
        """Imports the folder and builds the site. Raises `Failure` as `builder.build` does."""
        self._request, folder = read_in_place(self._original, self._memo)
        result = super().build(origin, current)
        if folder is None:
            return result
        pages = {folder.name(path): url for path, url in result.pages.items()}
        return replace(result, diagnostics=folder.translate_diagnostics(result.diagnostics), pages=pages)


class JekyllSources(WatchedSources):
    """All files of a Jekyll folder, except built sites, files of other tools, and hidden files."""

    def list_folders(self, root: Path) -> Iterable[str]:
        return sorted(file.name for file in root.iterdir() if file.is_dir() and self.is_source(file.name))

    def is_source(self, path: str) -> bool:
        first, *_ = names = path.split("/")
        if first in _NOT_SOURCES or path == URL_LOCK:
            return path == URL_LOCK
        return not any((name.startswith(".") and name != ".well-known") or is_backup(name) for name in names)

    def take(self, root: Path) -> tuple[Mapping[str, Stamp], FileSnapshot | None]:
        return dict(self._stamp_files(root)), None

    def _stamp_files(self, root: Path) -> Iterator[tuple[str, Stamp]]:
        for folder, folders, names in os.walk(root):
            here = Path(folder).relative_to(root).as_posix().removeprefix(".")
            prefix = f"{here}/" if here else ""
            folders[:] = [name for name in folders if self.is_source(f"{prefix}{name}")]
            for name in names:
                if self.is_source(path := f"{prefix}{name}"):
                    try:
                        yield path, stamp_of((root / path).stat())
                    except OSError:
                        continue
