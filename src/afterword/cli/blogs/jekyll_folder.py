"""Builds a Jekyll folder in place: imports it into `.afterword/jekyll`, and reports on the files of the folder.

Unchanged files keep their modification times there, which keeps builds incremental.
"""

from __future__ import annotations

import os
import posixpath
import re
import time
from difflib import SequenceMatcher
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.cache.store import make_state_folder
from afterword.config import loader as config
from afterword.config.find_blog import is_jekyll_folder
from afterword.core.diagnostics import Diagnostic, Exit, Failure, Place, error, note, sort_diagnostics
from afterword.core.files import CONFIG_FILES, STATE, URL_LOCK, Unreadable, read
from afterword.core.fingerprints import is_settled, stamp_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from afterword.build.inspect.listing import Listing
    from afterword.build.published_urls.record import UrlRecord
    from afterword.build.report import Report, Request
    from afterword.cache.memoize import Memo
    from afterword.importers.model import Imported

FOLDER = f"{STATE}/jekyll"
_TEXT_FOLDERS = ("posts/", "pages/", "drafts/")
_LARGEST = 1 << 31
_NAMED = 8


class JekyllFolder(Struct, frozen=True):
    """An imported Jekyll folder: original paths by imported path, and the diagnostics of the import.

    `changed` are the imported texts that differ from the original ones, `lost` all diagnostics of the import.
    """

    root: Path
    old_paths: Mapping[str, str]
    findings: tuple[Diagnostic, ...]
    changed: frozenset[str] = frozenset()
    lost: tuple[Diagnostic, ...] = ()

    @property
    def new_paths(self) -> Mapping[str, str]:
        """The imported paths by original path."""
        return {old: new for new, old in self.old_paths.items()}

    def name(self, path: str) -> str:
        """Returns the original path of an imported file."""
        return self.old_paths.get(path, path)

    def name_in(self, line: str, source: str = "") -> str:
        """Returns a line of a command's output with the original paths; `source` is the imported file of the line."""
        return re.sub(r"`([^`]+)`", lambda match: f"`{self._name_or_guess(match[1], source)}`", line)

    def _name_or_guess(self, path: str, source: str) -> str:
        """Returns the original path of a file; of one that is missing, the path that the link in `source` leads to."""
        if path in self.old_paths or source not in self.old_paths or not path.startswith(_TEXT_FOLDERS):
            return self.name(path)
        link = posixpath.relpath(path, posixpath.dirname(source))
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.name(source)), link))

    def find(self, target: str) -> str:
        """Returns the imported path of a file of the folder; a URL and the path of an output file as they are."""
        new = self.new_paths.get(self._relative(target))
        return str(self.root.absolute() / FOLDER / new) if new is not None else self._relative(target)

    def explain_absence(self, target: str) -> str:
        """Returns why a file of the folder is not in the import; empty for other targets."""
        path = self._relative(target)
        if path in self.new_paths or not (self.root / path).is_file() or path.startswith(("site/", f"{STATE}/")):
            return ""
        lost = (one.message for one in self.lost if one.place is not None and one.place.path == path)
        return f"`{path}` is not in the site: {next(lost, 'Jekyll does not publish it')}"

    def _relative(self, target: str) -> str:
        """Returns a path relative to the folder; URLs and paths outside are unchanged."""
        if "://" in target:
            return target
        path = Path(os.path.abspath(target))  # noqa: PTH100 - symbolic links stay as they are written
        root = Path(os.path.abspath(self.root))  # noqa: PTH100
        return path.relative_to(root).as_posix() if path.is_relative_to(root) and path != root else target

    def translate_list(self, listing: Listing) -> Listing:
        """Returns a list of the import as one of the folder."""
        errors = tuple(one for one in self.translate_diagnostics(listing.diagnostics) if one.is_error)
        rows = tuple(replace(row, path=self.name(row.path)) for row in listing.rows)
        return replace(listing, rows=rows, diagnostics=errors)

    def translate_urls(self, record: UrlRecord) -> UrlRecord:
        """Returns the record of URLs of the import as that of the folder."""
        new = tuple(replace(one, source=self.name(one.source)) for one in record.new)
        return replace(record, new=new, diagnostics=self.translate_diagnostics(record.diagnostics))

    def translate_diagnostics(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Returns diagnostics about the import as diagnostics about the folder, with those of the import itself."""
        others = _keep_one_per_layout(diagnostics)
        maps: dict[str, LineMap] = {}
        return sort_diagnostics([*self.findings, *(self._rename(one, maps) for one in others)])

    def translate(self, report: Report) -> Report:
        """Returns the report of a build of the import as one of the folder."""
        left_out = tuple(map(self.name, report.left_out))
        return replace(report, diagnostics=self.translate_diagnostics(report.diagnostics), left_out=left_out)

    def _rename(self, one: Diagnostic, maps: dict[str, LineMap]) -> Diagnostic:
        related = tuple((self._find(place, maps), label) for place, label in one.related)
        place = self._find(one.place, maps) if one.place is not None else None
        source = one.place.path if one.place is not None else ""
        return replace(one, message=self.name_in(one.message, source), place=place, related=related)

    def _find(self, place: Place, maps: dict[str, LineMap]) -> Place:
        if place.path == CONFIG_FILES[0]:
            return Place("_config.yml")
        if place.path in self.changed and place.line:
            if (lines := maps.get(place.path)) is None:
                lines = maps[place.path] = LineMap.between(
                    self.root / FOLDER / place.path, self.root / self.name(place.path)
                )
            line, is_same = lines.find(place.line)
            place = replace(place, line=line) if is_same else Place(place.path, line)
        return replace(place, path=self.name(place.path))


class LineMap(Struct, frozen=True):
    """Which line of an original text each line of its import was: the blocks of lines that are the same in both.

    Indentation does not count, which pages in HTML lose. `moved` are the lines whose indentation differs.
    """

    blocks: tuple[tuple[int, int, int], ...] = ()
    moved: frozenset[int] = frozenset()

    @classmethod
    def between(cls, new: Path, old: Path) -> LineMap:
        """Compares two texts."""
        from afterword.importers.model import read_source

        try:
            first, second = (read_source(file).decode("utf-8", "replace") for file in (new, old))
        except Unreadable:
            return cls()
        ours, theirs = first.split("\n"), second.split("\n")
        plain, old_plain = ([line.strip() for line in lines] for lines in (ours, theirs))
        matcher = SequenceMatcher(None, plain, old_plain, autojunk=False)
        blocks = tuple(matcher.get_matching_blocks())
        pairs = ((new + at, old + at) for new, old, size in blocks for at in range(size))
        return cls(blocks, frozenset(new + 1 for new, old in pairs if ours[new] != theirs[old]))

    def find(self, line: int) -> tuple[int, bool]:
        """Returns the original line, and whether it says the same; else the line below which the change begins."""
        last = 1
        for new, old, size in self.blocks:
            if new < line <= new + size:
                return old + line - new, line not in self.moved
            if new >= line:
                break
            last = old + size + 1 if size else last
        return last, False


def _keep_one_per_layout(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yields one warning for each layout of Jekyll: many files have the same."""
    known: set[str] = set()
    for one in diagnostics:
        if one.id != "layout-not-found" or one.message not in known:
            yield one
        if one.id == "layout-not-found":
            known.add(one.message)


def read_in_place(
    request: Request, memo: Memo | None = None, *, drafts: bool = False
) -> tuple[Request, JekyllFolder | None]:
    """Returns the request for the build: for the import, if the source is a Jekyll folder.

    With the `memo` of the last import, only what has changed is imported. Drafts are read only if they are built or
    `drafts` is set: like Jekyll, ignores their errors otherwise. Raises `Failure` if the folder cannot be read.
    """
    if not is_jekyll_folder(request.source):
        return request, None
    from afterword.build.report import read_today
    from afterword.cli.blogs.import_blog import write_settings
    from afterword.importers.jekyll.blog import import_jekyll

    root = request.source
    today = read_today(os.environ, "UTC")
    imported = import_jekyll(root, memo, today)
    if not (drafts or request.drafts or imported.shows_drafts):
        imported = _without_drafts(imported)
    _write_import(root, imported, write_settings(_ignore_liquid(imported.settings)))
    here = replace(
        request,
        source=root / FOLDER,
        destination=request.destination or root / "site",
        state=request.state or root / STATE,
        drafts=request.drafts or imported.shows_drafts,
        future=request.future or imported.shows_future,
        own_paths=imported.sources,
    )
    found = tuple(_sum_up(imported.findings))
    folder = JekyllFolder(root, dict(imported.sources), found, frozenset(imported.texts), tuple(imported.findings))
    try:
        config.open_blog(here.source)
    except Failure as failure:
        raise Failure(failure.exit_code, *folder.translate_diagnostics(failure.diagnostics)) from None
    return here, folder


def _ignore_liquid(settings: Mapping[str, object]) -> Mapping[str, object]:
    """Returns settings with which the build does not warn of Liquid: the import reports all that remains."""
    ignored = settings.get("diagnostics.ignore")
    return {**settings, "diagnostics.ignore": [*(ignored if isinstance(ignored, list) else ()), "unsupported-liquid"]}


def _write_import(root: Path, imported: Imported, settings: str) -> None:
    """Writes an import into its folder: only what is new or changed."""
    target = root / FOLDER
    texts = {path: text.encode() for path, text in imported.texts.items()}
    texts[CONFIG_FILES[0]] = settings.encode()
    _check_is_own(root)
    make_state_folder(target)
    _remove_others(target, {*texts, *imported.copies})
    _write_texts(target, texts)
    _copy_files(target, imported.copies)
    (target / URL_LOCK).symlink_to((root / URL_LOCK).resolve())
    (target / "posts").mkdir(exist_ok=True)


def _without_drafts(imported: Imported) -> Imported:
    def is_read(path: str) -> bool:
        return not path.startswith("drafts/")

    drafts = {old for new, old in imported.sources.items() if not is_read(new)}
    return replace(
        imported,
        texts={path: text for path, text in imported.texts.items() if is_read(path)},
        copies={path: file for path, file in imported.copies.items() if is_read(path)},
        sources={path: old for path, old in imported.sources.items() if is_read(path)},
        findings=[one for one in imported.findings if one.place is None or one.place.path not in drafts],
    )


def _write_texts(target: Path, texts: Mapping[str, bytes]) -> None:
    """Writes the texts that are new or changed."""
    for path, content in texts.items():
        file = target / path
        try:
            if read(file, _LARGEST) == content:
                continue
        except Unreadable:
            file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _copy_files(target: Path, copies: Mapping[str, Path]) -> None:
    """Copies the files that are new or changed, with the times of their last writes, by which they are compared."""
    now = time.time_ns()
    for path, file in copies.items():
        copy = target / path
        status = file.stat()
        if copy.exists() and is_settled(stamp_of(status), now):
            old = copy.stat()
            if (old.st_size, old.st_mtime_ns) == (status.st_size, status.st_mtime_ns):
                continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        copyfile(file, copy)
        os.utime(copy, ns=(status.st_mtime_ns, status.st_mtime_ns))


def _remove_others(target: Path, files: Collection[str]) -> None:
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
    """Yields the diagnostics of the import, with one note for all files that are ignored."""
    files: dict[str, None] = {}
    for one in findings:
        if one.id in ("not-imported", "no-equivalent") and one.place is not None and not one.place.line:
            files[f"`{one.place.path}`"] = None
        elif one.id != "fixed-list":  # in place, lists are written in each build
            yield one
    more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    lost = f"; ignored: {', '.join([*files][:_NAMED])}{more}" if files else ""
    hint = f"to {'see why, or to ' if lost else ''}convert it, run `afterword import jekyll DIR`"
    yield note("jekyll-folder", f"built as a Jekyll blog{lost}", hint=hint)
