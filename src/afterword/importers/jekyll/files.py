"""Finds the files of a Jekyll folder that Jekyll publishes, and where each goes in a blog of ours."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from afterword.core.files import MANIFEST, TEXT_EXTENSIONS, URL_LOCK, Unreadable
from afterword.importers.jekyll.config import as_list
from afterword.importers.model import read_source
from afterword.importers.source_folder import SourceFolder

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.importers.jekyll.config import Collection, JekyllConfig

PostKind: TypeAlias = Literal["post", "draft"]
Kind: TypeAlias = Literal[PostKind, "page", "document", "file"]

_POST_KINDS: tuple[PostKind, ...] = ("draft", "post")

_POST = re.compile(r"\d{2,4}-\d{1,2}-\d{1,2}-[^/]*\.[^./]+")
_SUFFIXES = frozenset({*TEXT_EXTENSIONS, ".mkd", ".mkdown", ".mkdn", ".html", ".htm"})
"""The suffixes of texts that can be imported."""

TEMPLATES = (".css", ".js", ".json", ".xml", ".rss", ".atom", ".txt", ".svg", ".webmanifest")
"""Suffixes of files that are written with the output of their Liquid, if they have front matter."""

_EXCLUDED = ("node_modules", "vendor/bundle/", "vendor/cache/", "vendor/gems/", "vendor/ruby/")
"""What Jekyll never publishes (`Configuration::DEFAULT_EXCLUDES`)."""

_BUILD_FILES = frozenset(
    {
        *("Gemfile", "Gemfile.lock", "Rakefile", "_config.yml", "_config.yaml", "package.json", "package-lock.json"),
        *("Dockerfile", "docker-compose.yml", "LICENSE", "LICENSE.txt"),
        URL_LOCK,
    }
)
_NOTES = frozenset(
    {
        *("readme", "license", "licence", "copying", "code_of_conduct", "contributing"),
        *("issue_template", "pull_request_template"),
    }
)
"""Names of texts for readers of the repository (`JekyllOptionalFrontMatter::FILENAME_BLACKLIST`)."""

_DROPPED = {
    "_layouts": "write templates for Afterword: see `docs/theme.md`",
    "_sass": "write CSS in `static/`",
    "_plugins": "remove it: plugins are not supported",
}
"""Folders that are not imported, and what to do instead."""


_GITHUB_PLUGINS = frozenset({"jekyll-readme-index", "jekyll-optional-front-matter"})


class SourceFile(Struct, frozen=True):
    """A file of a Jekyll folder: its path, its path in the blog of ours, and what it is.

    `folders` are the folders above `_posts`, which are categories. `collection` is that of a document.
    """

    path: str
    new: str
    kind: Kind
    folders: tuple[str, ...] = ()
    collection: Collection | None = None

    @property
    def types(self) -> tuple[str, ...]:
        """The types of `defaults` that the file has."""
        if self.collection is not None:
            return (self.collection.name,)
        return {"post": ("posts",), "draft": ("drafts", "posts")}.get(self.kind, ("pages",))


class FileFinder(SourceFolder):
    """The files of one folder, and the findings about those that are not imported."""

    def __init__(self, root: Path, config: JekyllConfig) -> None:
        super().__init__(root)
        self._config = config
        self._included = frozenset(map(str, as_list(config.values.get("include"))))
        given = (str(pattern) for pattern in as_list(config.values.get("exclude")))
        names = (pattern.lstrip("/") for pattern in (*given, *_EXCLUDED) if pattern not in self._included)
        self._excluded = tuple(filter(None, names))
        self._plugins = config.plugins | (_GITHUB_PLUGINS if "github-pages" in self._read_gems() else frozenset())
        self._collections = {one.folder: one for one in config.collections if one.name not in ("posts", "drafts")}

    def _read_gems(self) -> str:
        try:
            return read_source(self.root / "Gemfile").decode("utf-8", "replace")
        except Unreadable:
            return ""

    def find(self) -> tuple[SourceFile, ...]:
        """Returns the files in the order of their paths; no two have the same new path."""
        found: dict[str, SourceFile] = {}
        for path in sorted(self.walk()):
            file = self._classify(path)
            if file is not None and file.new in found:
                self.report(path, f"same path as `{found[file.new].path}`", "rename one of them")
            elif file is not None:
                found[file.new] = file
        self.report_folders(_DROPPED)
        for one in self._collections.values():
            if not one.is_published and (self.root / one.folder).is_dir():
                hint = "move the files that should be published to `pages/`"
                self.report(one.folder, "collection without `output: true`", hint)
        return tuple(found.values())

    def is_wanted(self, folder: str) -> bool:
        if _is_matched(folder, self._excluded) or (self.root / folder / MANIFEST).exists():
            return False  # a folder with a manifest is a built site
        if self._is_included(folder):
            return True
        collection = self._collections.get(folder)
        if collection is not None:
            return collection.is_published
        name = posixpath.basename(folder)
        above = any(one.startswith(f"{folder}/") for one in self._collections)
        return name in ("_posts", "_drafts") or above or not name.startswith((".", "_", "#", "~"))

    def _is_included(self, path: str) -> bool:
        """Returns whether `include` names a file or folder, or the one that it is in (`EntryFilter.included?`)."""
        return bool(self._included) and (
            _is_matched(path, tuple(self._included)) or posixpath.basename(path) in self._included
        )

    def is_published(self, path: str) -> bool:
        """Returns whether Jekyll publishes a file; reports texts and links for which it does not."""
        if _is_matched(path, self._excluded):
            return False
        if self._is_included(path):
            return True
        name = posixpath.basename(path)
        if path in _BUILD_FILES or name.startswith((".", "_", "#", "~")):
            if name.startswith("_") and path.endswith(TEXT_EXTENSIONS):
                message = "Jekyll does not publish files whose names begin with `_`"
                self.report(path, message, "rename it if it should be published")
            return False
        return super().is_published(path)

    def _classify(self, path: str) -> SourceFile | None:
        """Returns what a file is; None, with a finding, for one that is not imported."""
        for kind in _POST_KINDS:
            above, found, below = f"/{path}".partition(f"/_{kind}s/")
            if found:
                return self._classify_post(path, kind, above.strip("/"), below)
        suffix = posixpath.splitext(path)[1]
        collection = next((one for one in self._collections.values() if path.startswith(f"{one.folder}/")), None)
        inside = path.removeprefix(f"{collection.folder}/") if collection is not None else path
        folder = f"{collection.name}/" if collection is not None else ""
        if not has_front_matter(self.root / path):
            if path.endswith(TEXT_EXTENSIONS) and collection is None:
                return self._classify_plain(path)
            return SourceFile(path, f"static/{folder}{inside}", "file")
        if suffix in _SUFFIXES:
            new = f"pages/{folder}{_with_suffix(inside)}"
            return SourceFile(path, new, "page" if collection is None else "document", collection=collection)
        if suffix in TEMPLATES:
            return SourceFile(path, f"static/{folder}{inside}", "file")
        self.report(
            path, "file with front matter", "remove the front matter, and write the file without Liquid or Sass"
        )
        return None

    def _classify_plain(self, path: str) -> SourceFile | None:
        """Returns a text without front matter as a page, if the plugins of GitHub Pages are used."""
        folder, name = posixpath.split(path)
        stem = posixpath.splitext(name)[0].lower()
        has_index = any((self.root / folder / f"index{suffix}").exists() for suffix in (".html", ".md", ".markdown"))
        if stem == "readme" and not has_index and "jekyll-readme-index" in self._plugins:
            return SourceFile(path, posixpath.join("pages", folder, "index.md"), "page")
        if stem in _NOTES:
            return None
        if "jekyll-optional-front-matter" in self._plugins:
            return SourceFile(path, f"pages/{path}", "page")
        self.report(path, "page without front matter", "add front matter if it is a page")
        return None

    def _classify_post(self, path: str, kind: PostKind, above: str, below: str) -> SourceFile | None:
        suffix = posixpath.splitext(path)[1]
        folders = tuple(above.split("/")) if above else ()
        if suffix not in _SUFFIXES:
            if not self.report_format(path):
                self.report(path, f"file in `_{kind}s`, where Jekyll publishes only texts", "move it to `assets/`")
        elif kind == "post" and _POST.fullmatch(posixpath.basename(path)) is None:
            self.report(path, "invalid name of a post", "rename it to `YYYY-MM-DD-title.md`")
        else:
            return SourceFile(path, posixpath.join(f"{kind}s", above, _with_suffix(below)), kind, folders)
        return None


def has_front_matter(path: Path) -> bool:
    """Returns whether a file begins with a line of three hyphens."""
    try:
        with path.open("rb") as file:
            return file.read(8).removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].rstrip() == b"---"
    except OSError:
        return False


def _with_suffix(path: str) -> str:
    """Returns the path with a suffix of Markdown."""
    stem, suffix = posixpath.splitext(path)
    return path if suffix in TEXT_EXTENSIONS else f"{stem}.md"


def _is_matched(path: str, patterns: tuple[str, ...]) -> bool:
    """Returns whether a list names a path: a glob, a prefix or a folder (`EntryFilter.glob_include?`)."""
    return any(fnmatchcase(path, name) or path.startswith(name) or f"{path}/" == name for name in patterns)
