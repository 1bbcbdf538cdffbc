"""Reads `_config.yml`: settings of ours, `defaults` of front matter, collections, and what has no equivalent."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import yaml
from msgspec import Struct

from afterword.core.diagnostics import Exit, Failure, Place, error, note
from afterword.core.files import Unreadable
from afterword.core.languages import is_language_tag
from afterword.core.text import shown
from afterword.core.urls import STYLES, BadUrl, normalize_base_url
from afterword.importers.model import read_settings, read_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic


_NAMES = {
    **dict.fromkeys(("title", "name"), "title"),
    **dict.fromkeys(("description", "tagline", "subtitle"), "description"),
    "timezone": "timezone",
    "lang": "language",
    "locale": "language",
    "author": "author",
    "paginate": "paginate",
}
"""Keys of `_config.yml`, and our settings. Blogs of Jekyll 1 have `name` as their title."""

_KNOWN = frozenset(
    {
        *_NAMES,
        *("url", "baseurl", "permalink", "paginate_path", "excerpt_separator", "defaults"),
        *("collections", "collections_dir", "plugins", "gems", "markdown", "kramdown", "highlighter", "theme"),
        *("remote_theme", "sass", "exclude", "include", "feed", "show_drafts", "encoding", "incremental"),
        *("livereload", "whitelist", "safe", "lsi", "limit_posts", "future", "markdown_ext", "keep_files"),
        *("ignore_theme_config", "strict_front_matter", "liquid", "host", "port", "repository", "email"),
    }
)
"""Keys that are imported, or that have no effect in Afterword."""

_LIST_PATH = "/page:num"
"""Jekyll's default path of further list pages."""

_HINTS = {
    "url": "write a full URL, such as `https://me.example`",
    "timezone": "use an IANA name, such as `Europe/Berlin`",
    "lang": "use a language tag, such as `pt-BR`",
    "locale": "use a language tag, such as `pt-BR`",
    "input": "check links to headings: ids are those of `input: GFM`",
    "paginate_path": "further list pages are at `/page2/`: add redirects if there are links to them",
}


class Scope(Struct, frozen=True):
    """An entry of `defaults`: the values for the files below a path, or matched by a glob, that are of a type."""

    path: str
    type: str
    values: Mapping[str, object]

    def applies(self, path: str, types: tuple[str, ...]) -> bool:
        """Returns whether a file is in the scope (`FrontmatterDefaults.applies?`)."""
        if self.type and self.type not in types:
            return False
        if "*" not in self.path:
            return path.startswith(self.path.rstrip("/"))
        parents = [path[:end] for end, character in enumerate(f"{path}/") if character == "/"]
        if self.path.endswith("/"):
            parents.pop()  # the pattern is one of folders
        return any(fnmatchcase(parent, self.path.rstrip("/")) for parent in parents)


class Collection(Struct, frozen=True):
    """A collection: the folder of its files, whether these are published, its permalink, and whether it is sorted."""

    name: str
    folder: str
    is_published: bool = False
    permalink: str = ""
    is_sorted: bool = False


class JekyllConfig(Struct, frozen=True):
    """The settings of a Jekyll blog: the name of their file, its lines, and the values."""

    file: str
    lines: tuple[str, ...]
    values: Mapping[str, object]

    @property
    def permalink(self) -> str:
        """The permalink of posts: of the collection `posts`, of `defaults` for all posts, or of the site."""
        of_posts = next((one.permalink for one in self.collections if one.name == "posts"), "")
        return of_posts or str(self._default_permalink or "") or self.site_permalink

    @property
    def _default_permalink(self) -> object:
        """The permalink that `defaults` has for all posts, wherever they are."""
        general = (scope.values for scope in self.scopes if not scope.path and scope.type in ("", "posts"))
        return next((values["permalink"] for values in general if "permalink" in values), None)

    @property
    def site_permalink(self) -> str:
        return str(self.values.get("permalink") or "date")

    @property
    def page_suffix(self) -> str:
        """What a permalink adds to the path of a page or of a file of a collection (`Utils.add_permalink_suffix`)."""
        style = self.site_permalink
        if style == "pretty" or (style not in STYLES and style.endswith("/")):
            return "/"
        return ":output_ext" if style in ("date", "ordinal", "none") or style.endswith(":output_ext") else ""

    @property
    def base_path(self) -> str:
        """The path of the home page, such as `/notes`; empty for the root."""
        base = str(self.values.get("baseurl") or "").strip("/")
        return f"/{base}" if base else ""

    @property
    def excerpt_separator(self) -> str:
        return str(self.values.get("excerpt_separator", "\n\n"))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of URLs; UTC if there is none, as on GitHub Pages."""
        try:
            return ZoneInfo(str(self.values.get("timezone") or "UTC"))
        except (ValueError, OSError, LookupError):
            return ZoneInfo("UTC")

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The entries of `defaults`, the most specific last (`FrontmatterDefaults.has_precedence?`)."""
        found = []
        for entry in as_list(self.values.get("defaults")):
            scope = entry.get("scope") if isinstance(entry, dict) else None
            values = entry.get("values") if isinstance(entry, dict) else None
            if isinstance(values, dict):
                where = scope if isinstance(scope, dict) else {}
                found.append(Scope(str(where.get("path") or "").lstrip("/"), _plural(where.get("type")), values))
        return tuple(sorted(found, key=lambda scope: (len(scope.path), bool(scope.type))))

    @property
    def collections(self) -> tuple[Collection, ...]:
        given = self.values.get("collections")
        named = given.items() if isinstance(given, dict) else ((name, {}) for name in as_list(given))
        base = str(self.values.get("collections_dir") or "").strip("/")
        found = []
        for name, value in named:
            keys = value if isinstance(value, dict) else {}
            folder = posixpath.join(base, f"_{name}")
            permalink, is_sorted = str(keys.get("permalink") or ""), not keys.keys().isdisjoint({"sort_by", "order"})
            found.append(Collection(str(name), folder, bool(keys.get("output")), permalink, is_sorted))
        return tuple(found)

    @property
    def plugins(self) -> frozenset[str]:
        return frozenset(str(name) for key in ("plugins", "gems") for name in as_list(self.values.get(key)))

    def find_defaults(self, path: str, types: tuple[str, ...]) -> dict[str, object]:
        """Returns the values of `defaults` for a file; categories of several scopes are joined."""
        found: dict[str, object] = {}
        for scope in self.scopes:
            if scope.applies(path, types):
                found |= scope.values
        return found

    def make_settings(self) -> dict[str, object]:
        """Returns the settings of ours."""
        values = self.values
        settings = read_settings({key: values[key] for key in values.keys() - self._invalid_keys}, _NAMES)
        url = "" if "url" in self._invalid_keys else str(values.get("url") or "").rstrip("/")
        if url or self.base_path:
            settings["base_url"] = f"{url}{self.base_path}/"
        settings["permalink"] = self.permalink
        if "paginate" in settings:
            settings["paginate_path"] = self._paginate_path
        if isinstance(separator := values.get("excerpt_separator"), str):
            settings["excerpt_separator"] = separator
        settings["diagnostics.ignore"] = ["missing-title"]  # Jekyll takes the title from the name of the file
        return settings | self._make_markdown_settings()

    @property
    def _invalid_keys(self) -> frozenset[str]:
        """The keys whose values are invalid in Afterword, and work in Jekyll."""
        found = {key for key in ("lang", "locale") if not is_language_tag(str(self.values.get(key)).replace("_", "-"))}
        zone = self.values.get("timezone")
        found |= {"timezone"} if zone and self.zone.key != zone else set()
        try:
            normalize_base_url(str(self.values.get("url") or ""))
        except BadUrl:
            found.add("url")
        return frozenset(found & self.values.keys())

    def _make_markdown_settings(self) -> dict[str, object]:
        """Settings with which text looks as in Jekyll: typographic quotes and dashes, emoji only with its plugin."""
        settings: dict[str, object] = {}
        quotes = str(self._kramdown.get("smart_quotes") or "")
        is_kramdown = str(self.values.get("markdown") or "kramdown").lower() == "kramdown"
        settings["markdown.smart_punctuation"] = is_kramdown and "quot" not in quotes.split(",")
        if "jemoji" not in self.plugins:
            settings["markdown.emoji"] = False
        if self._kramdown.get("hard_wrap"):
            settings["markdown.line_breaks"] = True
        feed = self.values.get("feed")
        if isinstance(feed, dict) and isinstance(limit := feed.get("posts_limit"), int) and limit > 0:
            settings["feed.limit"] = limit
        return settings

    @property
    def _paginate_path(self) -> str:
        """The path of further list pages; Jekyll's default if they are not below the home page."""
        path = str(self.values.get("paginate_path") or _LIST_PATH)
        return path if re.fullmatch(r"/?[\w-]*/?:num/?", path) else _LIST_PATH

    @property
    def parses_html(self) -> bool:
        """Whether text in HTML elements is Markdown, wherever they have no `markdown="0"`."""
        return self._kramdown.get("parse_block_html") is True

    @property
    def _kramdown(self) -> Mapping[str, object]:
        given = self.values.get("kramdown")
        return given if isinstance(given, dict) else {}

    def list_lost(self) -> Iterator[Diagnostic]:
        """Yields a note for each setting that has no effect, and one for the others that are not imported."""
        others = [str(key) for key in self.values if key not in _KNOWN]
        if others:
            hint = "they need no replacement if only templates and plugins of Jekyll use them"
            message = f"settings are not imported: {', '.join(f'`{shown(name)}`' for name in others)}"
            yield note("no-equivalent", message, self._find(others[0]), hint=hint)
        lost = [key for key in self.values if key in self._invalid_keys and self.values[key]]
        if self.values.get("paginate") and self._paginate_path != self.values.get("paginate_path", _LIST_PATH):
            lost.append("paginate_path")
        lost += ["input"] if str(self._kramdown.get("input", "GFM")).upper() != "GFM" else []
        for key in lost:
            yield note("no-equivalent", f"setting `{key}` is not imported", self._find(key), hint=_HINTS[key])

    def _find(self, key: str) -> Place:
        pattern = re.compile(rf"{'' if key in self.values else '[ ]+'}{re.escape(key)}:")
        line = next((number for number, text in enumerate(self.lines, 1) if pattern.match(text)), 0)
        column = self.lines[line - 1].index(key) + 1 if line else 0
        return Place(self.file, line, column, len(key) if line else 0)


def find_config(root: Path) -> str:
    """Returns the name of the settings of a Jekyll folder."""
    return "_config.yml" if (root / "_config.yml").exists() else "_config.yaml"


def read_config_file(root: Path) -> bytes:
    """Returns the settings of a Jekyll folder as written; raises `Failure` if they cannot be read."""
    name = find_config(root)
    try:
        return read_source(root / name) if (root / name).exists() else b""
    except Unreadable as problem:
        raise Failure(Exit.CONTENT, error("unreadable", f"`{name}` {problem}", Place(name))) from None


def parse_config(name: str, data: bytes) -> JekyllConfig:
    """Parses the settings of a Jekyll blog; raises `Failure` if they are invalid."""
    try:
        found = yaml.safe_load(data)
    except (ValueError, yaml.YAMLError) as problem:
        mark = getattr(problem, "problem_mark", None)
        place = Place(name, mark.line + 1, mark.column + 1) if mark is not None else Place(name)
        message = f"invalid YAML: {getattr(problem, 'problem', None) or str(problem).splitlines()[0]}"
        raise Failure(Exit.CONTENT, error("yaml-syntax", message, place)) from None
    lines = tuple(data.decode("utf-8", "replace").split("\n"))
    return JekyllConfig(name, lines, found if isinstance(found, dict) else {})


def as_list(value: object) -> list[object]:
    """Returns a value that is a list; an empty list for others."""
    return value if isinstance(value, list) else []


def _plural(kind: object) -> str:
    """Returns the name of a type of files; Jekyll 2 had them in the singular."""
    return {"post": "posts", "page": "pages", "draft": "drafts"}.get(str(kind or ""), str(kind or ""))
