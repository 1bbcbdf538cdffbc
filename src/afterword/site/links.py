"""Resolves the links of a body while Markdown is rendered: to sources, to files beside them, and to static files."""

from __future__ import annotations

import posixpath
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, TypeVar
from urllib.parse import unquote

from msgspec import Struct, field

from afterword.core.urls import folder_of, url_of_file
from afterword.markdown.context import FileTarget, Original, PageTarget
from afterword.site.dead_links import DATE, LinkSuggestions

if TYPE_CHECKING:
    from collections.abc import Mapping


Answer = TypeVar("Answer")

LinkAnswers: TypeAlias = "tuple[tuple[str, str, str], ...]"
"""Recorded link lookups of a body: (kind, subject, `repr` of the result), sorted."""


_STATIC = "static/"


def _normalize(name: str) -> str:
    """Normalizes a wikilink name for comparison: NFC, without letter case."""
    return unicodedata.normalize("NFC", name).casefold()


def _path_suffixes(path: str) -> list[str]:
    """Returns a path and all of its suffixes: `a/b.md` and `b.md`."""
    parts = path.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts))]


class LinkIndex(Struct, frozen=True, dict=True, kw_only=True):
    """Index of all link targets: plain data, shared by all bodies.

    Attributes:
        pages: URLs of published sources, by path.
        skipped: reasons of sources that are not in this build, by path.
        broken: sources with errors of their own.
        attachments: sizes (width, height; 0 if unknown) of files beside posts, by path.
        static: sizes of the files of `static/`, by path in that folder.
        skipped_files: reasons of files beside posts that are not in this build.
        titles: titles of published sources, by path.
        flawed: why images cannot be shown, by path.
        originals: images that are published in several widths, by path.
    """

    pages: Mapping[str, str]
    skipped: Mapping[str, str]
    broken: frozenset[str]
    attachments: Mapping[str, tuple[int, int]]
    static: Mapping[str, tuple[int, int]]
    skipped_files: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    flawed: Mapping[str, str] = field(default_factory=dict)
    originals: Mapping[str, Original] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> tuple[Mapping[str, tuple[str, ...]], ...]:
        """Paths of sources and files by folded name: by path or file name, by slug, by title."""
        files: dict[str, set[str]] = {}
        slugs: dict[str, set[str]] = {}
        titles: dict[str, set[str]] = {}
        for path in (*self.pages, *self.skipped, *self.broken):
            stem = posixpath.splitext(path)[0].removesuffix("/index")
            for name in _path_suffixes(path) + _path_suffixes(stem):
                files.setdefault(_normalize(name), set()).add(path)
            slug = posixpath.basename(stem)
            slugs.setdefault(_normalize(DATE.sub("", slug)), set()).add(path)
        for path in (*self.attachments, *(f"{_STATIC}{name}" for name in self.static)):
            for name in _path_suffixes(path):
                files.setdefault(_normalize(name), set()).add(path)
        for path, title in self.titles.items():
            titles.setdefault(_normalize(title), set()).add(path)
        return tuple({name: tuple(sorted(paths)) for name, paths in by.items()} for by in (files, slugs, titles))

    @cached_property
    def suggestions(self) -> LinkSuggestions:
        """All sources and files that a link can point to."""
        static = (f"{_STATIC}{name}" for name in self.static)
        return LinkSuggestions((path, path) for path in (*self.pages, *self.skipped, *self.attachments, *static))

    @cached_property
    def paths_by_nfc(self) -> Mapping[str, str]:
        """Non-ASCII paths of sources and files, by their NFC form."""
        known = (*self.pages, *self.skipped, *self.broken, *self.attachments, *self.static)
        return {unicodedata.normalize("NFC", path): path for path in known if not path.isascii()}

    def stored_path(self, path: str) -> str:
        """Returns a path in the Unicode form that the file of that name has on disk."""
        return path if path.isascii() else self.paths_by_nfc.get(unicodedata.normalize("NFC", path), path)

    def links_from(self, path: str, url: str) -> LinksFrom:
        """Returns the links of the body of the source `path`, published at `url`."""
        return LinksFrom(self, path, folder_of(url))


class RecordedLinks(Struct):
    """Resolves the links of one body and records each lookup as a dependency of the body."""

    links: LinksFrom
    requested: dict[tuple[str, str], str] = field(default_factory=dict)

    def page(self, path: str) -> PageTarget | None:
        return self._record("page", path, self.links.page(path))

    def file(self, path: str) -> FileTarget | None:
        return self._record("file", path, self.links.file(path))

    def asset(self, url: str) -> FileTarget | None:
        return self._record("asset", url, self.links.asset(url))

    def named(self, name: str) -> tuple[str, ...]:
        return self._record("named", name, self.links.named(name))

    def near(self, path: str) -> str | None:
        return self._record("near", path, self.links.near(path))

    def _record(self, kind: str, subject: str, answer: Answer) -> Answer:
        self.requested[kind, subject] = repr(answer)
        return answer

    def answers(self) -> LinkAnswers:
        """Returns the recorded lookups with their results."""
        return tuple((kind, subject, answer) for (kind, subject), answer in sorted(self.requested.items()))


def are_links_unchanged(answers: LinkAnswers, links: LinksFrom) -> bool:
    """Returns whether all recorded lookups have the same results now."""
    return all(repr(getattr(links, kind)(subject)) == answer for kind, subject, answer in answers)


class LinksFrom(Struct, frozen=True):
    """Resolves the links of one body (`markdown.Links`); files beside it are copied beside its page."""

    index: LinkIndex
    source: str
    page_folder: str

    @property
    def source_folder(self) -> str:
        return posixpath.dirname(self.source)

    def page(self, path: str) -> PageTarget | None:
        """Returns the page of a source, or None if there is no such source.

        A source with errors resolves to the home page, so that links to it get no second error.
        """
        path = self.index.stored_path(path)
        if (url := self.index.pages.get(path)) is not None:
            return PageTarget(url, "")
        if path in self.index.broken:
            return PageTarget("/", "")
        skipped = self.index.skipped.get(path)
        return PageTarget("", skipped) if skipped else None

    def file(self, path: str) -> FileTarget | None:
        """Returns a file beside posts and pages, with its URL beside this page."""
        requested, path = path, self.index.stored_path(path)
        size = self.index.attachments.get(path)
        if size is None:
            return None
        if path in self.index.skipped_files:
            return FileTarget("", held=self.index.skipped_files[path])
        name = posixpath.relpath(path, self.source_folder)
        while name.startswith("../"):
            name = name.removeprefix("../")
        return FileTarget(
            self.page_folder + url_of_file(name)[1:],
            *size,
            path="" if path == requested else path,
            flaw=self.index.flawed.get(path, ""),
            original=self.index.originals.get(path),
        )

    def asset(self, url: str) -> FileTarget | None:
        """Returns a file of `static/` by its root-absolute URL."""
        requested = unquote(url).removeprefix("/")
        name = self.index.stored_path(requested)
        size = self.index.static.get(name)
        if size is None:
            return None
        source = f"{_STATIC}{name}"
        return FileTarget(
            url if name == requested else url_of_file(name),
            *size,
            path="" if name == requested else name,
            flaw=self.index.flawed.get(source, ""),
            original=self.index.originals.get(source),
        )

    def named(self, name: str) -> tuple[str, ...]:
        """Returns the sources and files that a wikilink can mean: by path, else by slug, else by title."""
        folded = _normalize(name)
        beside = posixpath.normpath(posixpath.join(self.source_folder, name))
        by_path = self.index.by_name[0].get(_normalize(beside)) if name.startswith(("./", "../")) else None
        return by_path or next((found for by in self.index.by_name if (found := by.get(folded))), ())

    def near(self, path: str) -> str | None:
        """Suggests a path for one without a source or file: relative to this body's folder, or `/…`."""
        path = self.index.stored_path(f"{path}.md")
        if path in self.index.pages:
            return self._written(path)
        found = self.index.suggestions.find(path.removesuffix(".md"), self.source)
        return self._written(found) if found else None

    def _written(self, path: str) -> str:
        if path.startswith(_STATIC):
            return path.removeprefix(_STATIC.rstrip("/"))
        return posixpath.relpath(path, self.source_folder)
