"""Reads the settings of a Hugo blog, writes those of Afterword, and applies `cascade` to the pages below it.

See https://gohugo.io/configuration/all/ and https://gohugo.io/configuration/cascade/.
"""

from __future__ import annotations

import json
import posixpath
import re
import tomllib
from functools import partial
from typing import TYPE_CHECKING

import yaml
from msgspec import Struct

from afterword.core.diagnostics import Exit, Failure, Place, error
from afterword.front_matter.key_lookup import holds_back
from afterword.importers.model import read_settings, read_source
from afterword.site.taxonomies import find_taxonomy_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from afterword.importers.source_folder import SourceFolder

_PARSERS: Mapping[str, Callable[[str], object]] = {
    ".toml": tomllib.loads,
    ".yaml": yaml.safe_load,
    ".yml": yaml.safe_load,
    ".json": json.loads,
}
CONFIGS = tuple(
    f"{folder}{name}{suffix}"
    for folder in ("", "config/_default/")
    for name in ("hugo", "config")
    for suffix in _PARSERS
)
"""Names of the file of settings."""

_SETTINGS = {
    **{name: name for name in ("title", "timezone", "author", "paginate")},
    **dict.fromkeys(("languagecode", "locale"), "language"),
}
_READ = frozenset(
    {
        *("baseurl", "permalinks", "pagination", "taxonomies", "cascade", "params", "markup", "frontmatter", "menu"),
        *("menus", "defaultcontentlanguage", "languages", "uglyurls", "contentdir", "staticdir", "builddrafts"),
        *("buildfuture", "buildexpired", "disablekinds"),
    }
)
"""Other settings that are read."""

_PARAMS = frozenset({"mainsections", "social", "socialicons"})
_TAXONOMIES = frozenset({"tags", "categories", "series", "authors"})
_SHOWN = {"builddrafts": "drafts", "buildfuture": "posts with a future date", "buildexpired": "expired posts"}
"""Settings with which Hugo publishes what it hides by default."""


class HugoConfig(Struct, frozen=True):
    """The settings of a Hugo blog, with names in lower case, and the file that they begin in."""

    path: str
    text: str
    values: Mapping[str, object]

    @property
    def language(self) -> str:
        """The language of texts whose names have none."""
        return str(self.values.get("defaultcontentlanguage") or "en").lower()

    @property
    def languages(self) -> Mapping[str, Mapping[str, object]]:
        """The settings of each language."""
        files = {name.removeprefix("languages."): one for name, one in self.values.items() if "languages." in name}
        return {name.lower(): lower(one) for name, one in {**files, **lower(self.values.get("languages"))}.items()}

    @property
    def content(self) -> str:
        """The folder of the texts of the language of the blog."""
        own = self.languages.get(self.language, {}).get("contentdir")
        return str(own or self.values.get("contentdir") or "content").strip("/")

    @property
    def static_folders(self) -> tuple[str, ...]:
        """The folders of files that are published as they are."""
        given = self.values.get("staticdir") or "static"
        return tuple(str(one).strip("/") for one in (given if isinstance(given, list) else [given]))

    def list_translated_folders(self) -> Iterator[tuple[str, str]]:
        """Yields the language and the folder of the texts of each other language that has a folder of its own."""
        for language, settings in self.languages.items():
            if (own := settings.get("contentdir")) and language != self.language:
                yield language, str(own).strip("/")

    @property
    def shows_html(self) -> bool:
        """Whether pages have the HTML of texts: by a setting, or always, as before Hugo 0.60 (`blackfriday`)."""
        is_old = any(name.startswith(("blackfriday", "pygments")) for name in self.values)
        return is_old or self._find("markup", "goldmark", "renderer", "unsafe") is True

    @property
    def has_feeds(self) -> bool:
        """Whether Hugo writes feeds: RSS at `index.xml`."""
        disabled, outputs = self.values.get("disablekinds"), lower(self.values.get("outputs")).get("home")
        return "rss" not in str(disabled).lower() and (outputs is None or "rss" in str(outputs).lower())

    @property
    def keeps_formulas(self) -> bool:
        """Whether the parser knows formulas, by its extension `passthrough`."""
        return self._find("markup", "goldmark", "extensions", "passthrough", "enable") is True

    def _find(self, *names: str) -> object:
        found: object = self.values
        for name in names:
            found = lower(found).get(name)
        return found

    def find_line(self, name: str) -> int:
        """Returns the line of a setting; 0 if it is not in the file."""
        lines = self.text.lower().split("\n")
        begins = re.compile(rf"[\s\[{{\"'-]*{re.escape(name)}\b")
        exact = (at for at, line in enumerate(lines, 1) if begins.match(line) is not None)
        return next(exact, next((at for at, line in enumerate(lines, 1) if name in line), 0))

    def make_settings(self, source: SourceFolder) -> dict[str, object]:
        """Returns the settings of Afterword, but for URLs and the menu; reports the others."""
        values = {**self.values, **self.languages.get(self.language, {})}
        params = {**lower(self.values.get("params")), **lower(values.get("params"))}
        pager = lower(values.get("pagination")).get("pagersize", values.get("paginate"))
        settings = read_settings({**values, "paginate": pager}, _SETTINGS)
        settings = read_settings(params, {"description": "description", "author": "author"}) | settings
        url = str(values.get("baseurl") or "")
        if url.startswith(("https://", "http://", "/")) and url != "/":
            settings["base_url"] = f"{url.rstrip('/')}/"
        own = {name: key for name, key in lower(values.get("taxonomies")).items() if isinstance(key, str)}
        added = {name: key for name, key in own.items() if key not in _TAXONOMIES and name != "_merge"}
        problems = {
            name: problem for name, key in added.items() if (problem := find_taxonomy_problem(name, key, added))
        }
        for message, hint in problems.values():
            source.report_loss(self.path, f"taxonomy is not imported: {message}", hint, self.find_line("taxonomies"))
        if problems.keys() != added.keys():
            settings["taxonomies"] = {name: key for name, key in added.items() if name not in problems}
        if links := _read_profiles(params.get("social") or params.get("socialicons")):
            settings["author_links"] = links
        self._report_others(source, sorted(params.keys() - settings.keys() - _PARAMS))
        return settings

    def _report_others(self, source: SourceFolder, params: list[str]) -> None:
        """Reports the settings that are not imported, and those in `params`."""
        hint = "they need no replacement if only Hugo and its templates use them"
        found = sorted(key for key in self.values.keys() - _SETTINGS.keys() - _READ if self.values[key])
        names = [key for key in found if not key.startswith("languages.")]
        for what, rest, first in (("settings", names, names), ("settings in `params`", params, ["params"])):
            if rest:
                message = f"{what} are not imported: {', '.join(f'`{name}`' for name in rest)}"
                source.report_loss(self.path, message, hint, min(map(self.find_line, first)))
        for key, what in _SHOWN.items():
            if self.values.get(key) is True:
                hint = "to publish them, correct their front matter"
                source.report_loss(self.path, f"`{key}` is not imported: {what} are hidden", hint, self.find_line(key))

    def list_menu(self) -> Iterator[tuple[str, str]]:
        """Yields title and URL of the entries of the main menu."""
        menus = {**lower(self.values.get("menu")), **lower(self.values.get("menus"))}
        for entry in sorted(_list_tables(menus.get("main")), key=_weigh):
            title = entry.get("name") or entry.get("title") or entry.get("identifier")
            yield str(title or ""), str(entry.get("url") or entry.get("pageref") or "")


def read_config(root: Path) -> HugoConfig:
    """Reads the settings of the blog in `root`; raises `Failure` if they are invalid."""
    path = next(name for name in CONFIGS if (root / name).is_file())
    values = _parse(root, path)
    for file in sorted((root / "config/_default").glob("*.*")):
        if file.suffix in _PARSERS and file.stem not in ("hugo", "config"):
            values.setdefault(file.stem.lower(), _parse(root, f"config/_default/{file.name}"))
    return HugoConfig(path, _read(root, path), values)


def _read(root: Path, path: str) -> str:
    return read_source(root / path).decode("utf-8", "replace")


def _parse(root: Path, path: str) -> dict[str, object]:
    try:
        return lower(_PARSERS[f".{path.rpartition('.')[2]}"](_read(root, path)))
    except (ValueError, yaml.YAMLError) as problem:
        message = f"invalid settings: {str(problem).splitlines()[0]}"
        raise Failure(Exit.CONTENT, error("unsupported-config", message, Place(path))) from None


def lower(value: object) -> dict[str, object]:
    """Returns a table with its keys in lower case; an empty one for other values."""
    return {str(name).lower(): item for name, item in value.items()} if isinstance(value, dict) else {}


def _list_tables(value: object) -> list[dict[str, object]]:
    return [lower(one) for one in value] if isinstance(value, list) else []


def _weigh(entry: Mapping[str, object]) -> tuple[bool, float, str]:
    weight = entry.get("weight")
    is_number = isinstance(weight, (int, float)) and weight != 0
    return not is_number, float(str(weight)) if is_number else 0, str(entry.get("name"))


def _read_profiles(value: object) -> list[dict[str, str]]:
    """Returns the profiles of the author, as most themes have them, with a name and a full URL."""
    names = ("name", "icon", "title")
    links = ((next(filter(None, map(link.get, names)), ""), str(link.get("url"))) for link in _list_tables(value))
    return [{"name": str(name).title(), "url": url} for name, url in links if name and re.match("https?://", url)]


_OFF = frozenset({"never", "link", "local", "false"})
_LIMITS = frozenset({"publishdate", "expirydate"})
_GLOB = re.compile(r"\*\*|[*?{},]|\[[^\]]*\]|.", re.DOTALL)
_SIGNS = {"**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|"}


class _Cascade(Struct, frozen=True):
    """Keys for the pages in a folder whose logical path matches `pattern`, if there is one."""

    folder: str
    pattern: re.Pattern[str] | None
    keys: Mapping[str, object]


class Cascades:
    """The cascades of a blog. `report` is called with the file and the key of what has no equivalent."""

    def __init__(self, report: Callable[[str, str], None]) -> None:
        self._found: list[_Cascade] = []
        self._report = report

    def add(self, path: str, folder: str, value: object) -> None:
        """Adds the value of `cascade` in the file at `path` for the pages below `folder`."""
        for one in value if isinstance(value, list) else [value]:
            given = lower(one)
            target = given.pop("target", None) or given.pop("_target", None)
            rules = {name: _compile_glob(str(inner)) for name, inner in lower(target).items() if inner}
            expected = {"kind": "page", "environment": "production"}
            if given and all(rules[name].fullmatch(expected[name]) for name in rules.keys() & expected):
                keys = dict(read_keys(given, partial(self._report, path)))
                self._found.append(_Cascade(folder, rules.get("path"), keys))

    def find_keys(self, path: str, own: Mapping[str, object]) -> dict[str, object]:
        """Returns the keys for the page at `path` that it does not have; those of the nearest folder come first."""
        stem = f"/{posixpath.splitext(path)[0].lower()}".removesuffix("/index").replace(" ", "-")
        known = {name.lower() for name in own}
        found: dict[str, object] = {}
        for cascade in sorted(self._found, key=lambda cascade: -len(cascade.folder)):
            is_below = not cascade.folder or path.startswith(f"{cascade.folder}/")
            if is_below and (cascade.pattern is None or cascade.pattern.fullmatch(stem) is not None):
                for name, value in cascade.keys.items():
                    found.setdefault(name, value)
        return {name: value for name, value in found.items() if value is not False and name not in known}


def read_keys(
    given: Mapping[str, object], report: Callable[[str], None] = lambda _: None, outer: str = ""
) -> Iterator[tuple[str, object]]:
    """Yields the keys of Afterword for the keys that hide a page; calls `report` with the others."""
    for name, value in given.items():
        lower, written = name.lower(), str(value).lower()
        if isinstance(value, dict) and lower in ("build", "_build", "params"):
            yield from read_keys(value, report, lower)
        elif lower in ("render", "list") and outer.endswith("build"):
            if written in _OFF:
                yield ("draft" if lower == "render" else "unlisted"), True
        elif lower in _LIMITS:
            yield lower, value if isinstance(value, str) else str(value)
        elif lower == "draft":
            yield lower, holds_back(lower, written)
        elif holds_back(lower, written):
            yield ("unlisted" if lower == "unlisted" else "draft"), True
        else:
            report(name)


def _compile_glob(glob: str) -> re.Pattern[str]:
    """Returns the pattern of a glob of Hugo, in which `*` does not match a slash."""
    parts = (_SIGNS.get(part) or (part if len(part) > 1 else re.escape(part)) for part in _GLOB.findall(glob.lower()))
    written = "".join(parts).replace("[!", "[^")
    try:
        return re.compile(written)
    except re.error:
        return re.compile(".*")
