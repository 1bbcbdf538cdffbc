"""Imports a Jekyll blog: settings, posts, drafts, pages and assets, and keeps every URL and feed id."""

from __future__ import annotations

import os
import posixpath
import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from msgspec.structs import replace

from afterword.core.diagnostics import Exit, Failure, Place, error, note, warning
from afterword.core.files import MANIFEST, TEXT_SUFFIXES, Unreadable, describe, read
from afterword.core.urls import STYLES
from afterword.importers.links import explain_private_link
from afterword.importers.liquid import LiquidContext, translate
from afterword.importers.model import Imported, listed, read_note

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.importers.model import NoteFile

_POST = re.compile(r"\d{2,4}-\d{1,2}-\d{1,2}-[^/]*\.(?:md|markdown|mkd|mkdown|mkdn)")
_LARGEST = 50_000_000
_FOLDERS = frozenset({"_site", "node_modules", "vendor", "_posts", "_drafts"})
_BUILD_FILES = frozenset(
    {
        *("Gemfile", "Gemfile.lock", "Rakefile", "_config.yml", "_config.yaml", "package.json", "package-lock.json"),
        *("Dockerfile", "docker-compose.yml", "LICENSE", "LICENSE.txt", "LICENSE.md", "README.md", "CONTRIBUTING.md"),
    }
)
_HIDING_KEYS = frozenset({"published", "draft", "unlisted", "sitemap", "noindex", "robots"})
"""Keys of `defaults` that keep a text out of the site, of lists or of search engines; they go into front matter."""

_DROPPED = {
    "_layouts": "write templates for Afterword: see `docs/theme.md`",
    "_includes": "write templates for Afterword: see `docs/theme.md`",
    "_sass": "write CSS in `static/`",
    "_data": "copy the data into the pages that need it",
    "_plugins": "remove it: plugins are not supported",
}
"""Folders that are not imported, and what to do instead."""

_SETTINGS = {
    "title": "title",
    "description": "description",
    "timezone": "timezone",
    "lang": "language",
    "locale": "language",
}
_KNOWN = frozenset(
    {
        *_SETTINGS,
        *("url", "baseurl", "permalink", "paginate", "paginate_path", "excerpt_separator", "author", "defaults"),
        *(
            "plugins",
            "gems",
            "markdown",
            "kramdown",
            "highlighter",
            "theme",
            "remote_theme",
            "sass",
            "future",
            "exclude",
        ),
        *(
            "include",
            "feed",
            "show_drafts",
            "encoding",
            "incremental",
            "livereload",
            "whitelist",
            "safe",
            "lsi",
            "limit_posts",
        ),
    }
)
"""Keys of `_config.yml` that are imported, or that have no effect in Afterword."""


def import_jekyll(root: Path) -> Imported:
    """Imports the Jekyll folder `root`; raises `Failure` if it is not a Jekyll blog."""
    if not any((root / name).exists() for name in ("_config.yml", "_config.yaml", "_posts")):
        hint = "a Jekyll blog has `_config.yml` or `_posts`"
        raise Failure(Exit.USAGE, error("no-source", f"no Jekyll blog found in `{root}`", hint=hint))
    return _JekyllImport(root).run()


class _JekyllImport:
    """The import of one blog."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._result = Imported()
        self._config = self._read_config()
        self._paths = sorted(self._walk())
        self._new: dict[str, str] = {
            path: new for path in self._paths if (new := self._find_new_path(path)) is not None
        }

    def run(self) -> Imported:
        self._read_settings()
        posts = {
            posixpath.splitext(path.partition("_posts/")[2])[0]: new
            for path, new in self._new.items()
            if "_posts/" in path
        }
        posts |= {posixpath.basename(name): new for name, new in posts.items()}
        context = LiquidContext(posts, self._new, str(self._config.get("title") or ""))
        for path in self._paths:
            if (new := self._new.get(path)) is None:
                continue
            if new.startswith("static/"):
                self._result.copies[new] = self._root / path
                self._result.count("file")
            else:
                self._import_text(path, new, context)
        self._result.sources = {new: path for path, new in self._new.items()}
        for folder, hint in _DROPPED.items():
            if (self._root / folder).is_dir():
                self._result.findings.append(
                    note("not-imported", f"folder `{folder}` is not imported", Place(folder), hint=hint)
                )
        return self._result

    def _read_config(self) -> Mapping[str, object]:
        name = "_config.yml" if (self._root / "_config.yml").exists() else "_config.yaml"
        self._config_name = name
        if not (self._root / name).exists():
            return {}
        try:
            found = yaml.safe_load(read(self._root / name, _LARGEST, follow=True))
        except (yaml.YAMLError, Unreadable, ValueError) as problem:
            raise Failure(
                Exit.CONTENT, error("yaml-syntax", f"invalid YAML: {str(problem).splitlines()[0]}", Place(name))
            ) from None
        return found if isinstance(found, dict) else {}

    def _read_settings(self) -> None:
        config, settings = self._config, self._result.settings
        for key, name in _SETTINGS.items():
            if isinstance(value := config.get(key), str) and value.strip():
                settings.setdefault(name, value.replace("_", "-") if name == "language" else " ".join(value.split()))
        url, base = str(config.get("url") or "").rstrip("/"), str(config.get("baseurl") or "").strip("/")
        if url or base:
            settings["base_url"] = f"{url}/{base}/" if base else f"{url}/"
        author = config.get("author")
        writer = author.get("name") if isinstance(author, dict) else author
        if isinstance(writer, str):
            settings["author"] = writer
        settings["permalink"] = self._permalink()
        self._read_lists()

    def _read_lists(self) -> None:
        """The settings of lists, and a note for each that is not imported."""
        config, settings = self._config, self._result.settings
        if isinstance(number := config.get("paginate"), int) and number > 0:
            settings["paginate"] = number
        if isinstance(separator := config.get("excerpt_separator"), str):
            settings["excerpt_separator"] = separator
        for key in config:
            if key not in _KNOWN:
                self._report_setting(str(key))
        if config.get("paginate_path") not in (None, "/page:num", "/page:num/", "/page/:num", "/page/:num/"):
            self._report_setting("paginate_path")
        for scope in _as_list(config.get("defaults")):
            values = scope.get("values") if isinstance(scope, dict) else None
            if isinstance(values, dict) and values.keys() - {"layout"} - _HIDING_KEYS:
                self._report_setting("defaults")
                break

    def _report_setting(self, key: str) -> None:
        lines = read(self._root / self._config_name, _LARGEST, follow=True).decode("utf-8", "replace").split("\n")
        line = next((number for number, text in enumerate(lines, 1) if text.startswith(f"{key}:")), 0)
        hint = {"defaults": "add the values to the front matter of the posts"}.get(key, "see `docs/settings.md`")
        place = Place(self._config_name, line, 1 if line else 0, len(key) if line else 0)
        self._result.findings.append(note("not-imported", f"setting `{key}` is not imported", place, hint=hint))

    def _permalink(self) -> str:
        return str(self._config.get("permalink") or "date")

    def _walk(self) -> Iterator[str]:
        """The files of the blog, by path, without those of Jekyll and of other tools."""
        included = set(map(str, _as_list(self._config.get("include"))))
        given = [str(pattern) for pattern in _as_list(self._config.get("exclude"))]
        excluded = tuple(name for pattern in given if pattern not in included and (name := pattern.lstrip("/")))
        try:
            for folder, folders, names in os.walk(self._root):
                here = Path(folder).relative_to(self._root).as_posix()
                folders[:] = sorted(name for name in folders if self._is_wanted(name, here, excluded))
                for name in names:
                    path = name if here == "." else f"{here}/{name}"
                    if (
                        not name.startswith(".")
                        and not _is_excluded(path, excluded)
                        and not (here == "." and name in _BUILD_FILES)
                        and ({name, path} & included or self._is_published(path))
                    ):
                        yield path
        except OSError as problem:
            raise Failure(Exit.ENVIRONMENT, error("unreadable", f"`{self._root}`: {describe(problem)}")) from problem

    def _is_published(self, path: str) -> bool:
        """Whether Jekyll publishes a file of this name; reports texts and links for which it does not."""
        name = posixpath.basename(path)
        if name.startswith(("_", "#", "~")) or name.endswith("~"):
            if name.startswith("_") and path.endswith(TEXT_SUFFIXES):
                message = "Jekyll does not publish files whose names begin with `_`"
                self._report(path, message, "rename it if it is to be published")
            return False
        if (reason := explain_private_link(self._root, path)) is not None:
            self._report(path, reason, "copy the file if it is to be published")
            return False
        return True

    def _is_wanted(self, name: str, here: str, excluded: tuple[str, ...]) -> bool:
        path = name if here == "." else f"{here}/{name}"
        if name.startswith(".") or _is_excluded(path, excluded) or (self._root / path / MANIFEST).exists():
            return False  # a folder with a manifest is a built site
        return name in ("_posts", "_drafts") or (not name.startswith("_") and name not in _FOLDERS)

    def _find_new_path(self, path: str) -> str | None:
        """The path of a file in the new blog; None, with a note, for one that is not imported."""
        parts = path.split("/")
        if "_drafts" in parts:
            return f"drafts/{path.partition('_drafts/')[2]}" if path.endswith(TEXT_SUFFIXES) else None
        if "_posts" in parts:
            return self._find_post_path(path)
        if path.endswith(TEXT_SUFFIXES) or self._has_front_matter(path):
            return self._find_page_path(path)
        return f"static/{path}"

    def _find_post_path(self, path: str) -> str | None:
        above, _, below = path.partition("_posts/")
        if _POST.fullmatch(posixpath.basename(path)) is None:
            message = "invalid name of a post"
            self._report(path, message, "rename it to `YYYY-MM-DD-title.md`")
            return None
        stem, suffix = posixpath.splitext(below)
        return f"posts/{above}{stem}{suffix if suffix in TEXT_SUFFIXES else '.md'}"

    def _find_page_path(self, path: str) -> str | None:
        if not self._has_front_matter(path):
            self._report(path, "page without front matter", "add front matter if it is a page")
            return None
        if not path.endswith(TEXT_SUFFIXES):
            self._report(
                path, "page in HTML or CSS with Liquid", "remove it if it is a list or a feed: Afterword creates these"
            )
            return None
        if posixpath.splitext(path)[0] == "index":
            self._report(path, "home page", "to keep it as the home page, copy its text to `pages/index.md`")
            return None
        return f"pages/{path}"

    def _has_front_matter(self, path: str) -> bool:
        try:
            with (self._root / path).open("rb") as file:
                return file.read(4).rstrip(b"\r\n \t") == b"---"
        except OSError:
            return False

    def _report(self, path: str, message: str, hint: str) -> None:
        finding = warning("not-imported", f"not imported: {message}", Place(path), hint=hint)
        self._result.findings.append(finding)

    def _import_text(self, path: str, new: str, context: LiquidContext) -> None:
        data = read(self._root / path, _LARGEST, follow=True)
        found = read_note(path, data)
        translated = translate(path, found, new, context)
        self._result.findings += translated.findings
        changed = replace(found, text=translated.text)
        keys = self._find_keys(path, found) | self._find_defaults(path, found)
        if keys:
            changed = changed.with_keys(keys, drop=tuple(keys))
        if changed == found:
            self._result.copies[new] = self._root / path
        else:
            self._result.texts[new] = changed.write()
        self._result.count({"posts": "post", "drafts": "draft", "pages": "page"}[new.partition("/")[0]])

    def _find_keys(self, path: str, found: NoteFile) -> dict[str, object]:
        """The keys that a text needs so that its URL stays: categories of its folders, the permalink of a page."""
        above = path.partition("_posts/")[0].strip("/") if "_posts/" in path else ""
        if above:
            own = (*listed(found.values.get("categories")), *listed(found.values.get("category")))
            return {"categories": list(dict.fromkeys((*above.split("/"), *own)))}
        if "_posts/" in path or "_drafts/" in path or "permalink" in found.values:
            return {}
        pattern = STYLES.get(self._permalink(), self._permalink())
        stem = posixpath.splitext(path)[0]
        return {} if pattern.endswith("/") else {"permalink": f"/{stem}.html"}

    def _find_defaults(self, path: str, found: NoteFile) -> dict[str, object]:
        """The hiding keys that `defaults` sets for a text that does not set them; the longest path has precedence."""
        keys: dict[str, object] = {}
        scopes = [
            (scope.get("scope"), scope.get("values"))
            for scope in _as_list(self._config.get("defaults"))
            if isinstance(scope, dict)
        ]
        matching = [(scope, values) for scope, values in scopes if isinstance(values, dict) and _is_in(path, scope)]
        for _, values in sorted(matching, key=lambda pair: len(_path_of(pair[0]))):
            keys |= {name: value for name, value in values.items() if name in _HIDING_KEYS}
        return {name: value for name, value in keys.items() if name not in found.values}


def _is_excluded(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether Jekyll leaves out a path: by a glob, by its start, or as a folder (`EntryFilter.glob_include?`)."""
    return any(fnmatchcase(path, name) or path.startswith(name) or f"{path}/" == name for name in patterns)


def _is_in(path: str, scope: object) -> bool:
    """Whether a text is in a scope of `defaults` (`FrontmatterDefaults.applies?`)."""
    kind = "drafts" if "_drafts/" in path else "posts" if "_posts/" in path else "pages"
    wanted = scope.get("type") if isinstance(scope, dict) else None
    if wanted and str(wanted).rstrip("s") != kind.rstrip("s"):
        return False
    start = _path_of(scope)
    return not start or path == start or path.startswith(f"{start}/") or fnmatchcase(path, f"{start}/*")


def _path_of(scope: object) -> str:
    """The path of a scope of `defaults`; empty for all files."""
    return str(scope.get("path") or "").strip("/") if isinstance(scope, dict) else ""


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
