"""Reads the settings of a Pelican blog, and writes those of Afterword. `pelicanconf.py` is parsed, never executed.

See https://docs.getpelican.com/en/stable/settings.html.
"""

from __future__ import annotations

import ast
import posixpath
import re
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING
from unicodedata import normalize

from msgspec import Struct, field

from afterword.core.diagnostics import Exit, Failure, Place, error
from afterword.importers.model import read_settings, read_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CONFIGS = ("pelicanconf.py", "publishconf.py")
_SETTINGS = {
    "SITENAME": "title",
    "SITESUBTITLE": "description",
    "AUTHOR": "author",
    "TIMEZONE": "timezone",
    "DEFAULT_LANG": "language",
    "DEFAULT_PAGINATION": "paginate",
}
_DEFAULTS: Mapping[str, object] = {
    "ARTICLE_URL": "{slug}.html",
    "PAGE_URL": "pages/{slug}.html",
    "PAGE_PATHS": ["pages"],
    "ARTICLE_PATHS": [""],
    "STATIC_PATHS": ["images"],
    "EXTRA_PATH_METADATA": {},
    "USE_FOLDER_AS_CATEGORY": True,
    "SLUGIFY_SOURCE": "title",
    "PATH_METADATA": "",
    "FILENAME_METADATA": r"(?P<date>\d{4}-\d{2}-\d{2}).*",
    "ARTICLE_LANG_URL": "{slug}-{lang}.html",
    "PAGE_LANG_URL": "pages/{slug}-{lang}.html",
    "SLUG_REGEX_SUBSTITUTIONS": [[r"[^\w\s-]", ""], [r"\A\s*|\s*\Z", ""], [r"[-\s]+", "-"]],
    "SLUGIFY_PRESERVE_CASE": False,
    "SLUGIFY_USE_UNICODE": False,
    "DEFAULT_DATE": None,
    "FEED_ATOM": None,
    "FEED_ALL_ATOM": "feeds/all.atom.xml",
    "FEED_RSS": None,
    "FEED_ALL_RSS": None,
}
_KNOWN = frozenset(
    {
        *_SETTINGS,
        *_DEFAULTS,
        *("DEFAULT_CATEGORY", "PATH", "SITEURL", "ARTICLE_SAVE_AS", "PAGE_SAVE_AS"),
        *("ARTICLE_LANG_SAVE_AS", "PAGE_LANG_SAVE_AS", "MENUITEMS", "LINKS", "SOCIAL"),
    }
)
"""The settings that are read."""

_PLACEHOLDERS = {"{slug}": ":title", "{date:%Y}": ":year", "{date:%m}": ":month", "{date:%d}": ":day"}
"""Placeholders of `ARTICLE_URL`, and ours."""

_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE"})
"""Letters that Unicode does not decompose."""

_SITE_NAME = re.compile(rb"^SITENAME[ \t]*=", re.MULTILINE)


class PelicanConfig(Struct):
    """The settings of a Pelican blog, and the file and line of each that it sets; `computed` are not known."""

    values: dict[str, object] = field(default_factory=lambda: dict(_DEFAULTS))
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    computed: list[tuple[str, str, int]] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Returns a setting as text; empty if it is missing."""
        return str(self.values.get(name) or "")

    def list_paths(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name)
        return tuple(str(item).strip("/") for item in value) if isinstance(value, (list, tuple)) else ()

    def list_links(self, name: str) -> list[tuple[str, str]]:
        """Returns the names and URLs in a setting."""
        value = self.values.get(name)
        pairs = value if isinstance(value, list) else []
        return [(str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list) and len(pair) > 1]

    def is_below(self, path: str, name: str) -> bool:
        """Returns whether a path is in one of the folders of a setting, or one of its files."""
        return any(not folder or path == folder or path.startswith(f"{folder}/") for folder in self.list_paths(name))

    @property
    def extra(self) -> Mapping[str, object]:
        """The metadata of files that are published as they are."""
        value = self.values.get("EXTRA_PATH_METADATA")
        return value if isinstance(value, dict) else {}

    @property
    def language(self) -> str:
        return self.text("DEFAULT_LANG") or "en"

    def find_pattern(self, kind: str) -> str:
        """Returns where texts of a kind, such as `ARTICLE_LANG`, are written, with placeholders."""
        return self.text(f"{kind}_SAVE_AS") or str(self.values[f"{kind}_URL"])

    def make_settings(self) -> dict[str, object]:
        """Returns the settings of Afterword, but for those that depend on the texts."""
        settings = read_settings(self.values, _SETTINGS)
        if any("render_math" in name for name in self.list_paths("PLUGINS")):
            settings["markdown.math"] = True
        pattern = f"/{self.find_pattern('ARTICLE').lstrip('/')}".removesuffix("index.html")
        for theirs, ours in _PLACEHOLDERS.items():
            pattern = pattern.replace(theirs, ours)
        settings["permalink"] = pattern if "{" not in pattern else "/posts/:title/"
        url = self.text("SITEURL")
        if url.startswith(("https://", "http://")):
            settings["base_url"] = f"{url.rstrip('/')}/"
        return settings

    def read_path(self, path: str) -> Mapping[str, str]:
        """Returns the metadata of a path: the named groups of `FILENAME_METADATA` and `PATH_METADATA`."""
        stem = posixpath.splitext(posixpath.basename(path))[0]
        found: dict[str, str] = {}
        for name, text in (("FILENAME_METADATA", stem), ("PATH_METADATA", path)):
            with suppress(re.error):
                match = re.match(self.text(name) or "$^", text)
                found |= {key.lower(): value or "" for key, value in match.groupdict().items()} if match else {}
        return found

    def slugify(self, text: str) -> str:
        """Returns the slug of a text (`pelican.utils.slugify`); characters without an ASCII form are left out."""
        slug = normalize("NFKC", re.sub(r"<[^<>]*>", "", text))
        if not self.values["SLUGIFY_USE_UNICODE"]:
            slug = _spell(slug).encode("ascii", "ignore").decode()
        rules = self.values["SLUG_REGEX_SUBSTITUTIONS"]
        for rule in rules if isinstance(rules, list) else ():
            with suppress(re.error, ValueError, TypeError):
                pattern, replacement = rule
                slug = re.sub(pattern, replacement, slug, flags=re.IGNORECASE)
        return (slug if self.values["SLUGIFY_PRESERVE_CASE"] else slug.lower()).strip()

    def loses_letters(self, text: str) -> bool:
        """Returns whether a slug lacks letters of a text, of which Pelican writes a transliteration."""
        is_spelt = not self.values["SLUGIFY_USE_UNICODE"]
        return is_spelt and any(one.isalpha() and not one.isascii() for one in _spell(text))


def find_configs(root: Path) -> tuple[str, ...]:
    """Returns the files of settings, the last of which counts; they can have any name."""
    if found := tuple(name for name in _CONFIGS if (root / name).is_file()):
        return found
    files = (file for file in sorted(root.glob("*.py")) if file.is_file())
    return tuple(file.name for file in files if _SITE_NAME.search(read_source(file)))[:1]


def read_config(root: Path) -> PelicanConfig:
    """Reads assignments of literal values; raises `Failure` for a file that is not Python."""
    config = PelicanConfig()
    for file in find_configs(root):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about escapes in the settings, such as in patterns
                tree = ast.parse(read_source(root / file))
        except (SyntaxError, ValueError) as problem:
            line = getattr(problem, "lineno", 0) or 0
            raise Failure(Exit.CONTENT, error("unsupported-config", "invalid Python", Place(file, line))) from None
        for statement in tree.body:
            if isinstance(statement, ast.Assign):
                _assign(config, file, statement)
    return config


def _assign(config: PelicanConfig, file: str, statement: ast.Assign) -> None:
    """Adds the value of a statement to the settings; one that is computed is that of the default."""
    for name in (target.id for target in statement.targets if isinstance(target, ast.Name)):
        try:
            value = _evaluate(statement.value, config.values)
        except (ValueError, TypeError, LookupError, MemoryError, RecursionError):
            config.values.pop(name, None)
            config.values |= {name: _DEFAULTS[name]} if name in _DEFAULTS else {}
            config.computed += [(file, name, statement.lineno)] if name in _KNOWN else []
            continue
        if value or name != "SITEURL":
            config.values[name] = value
            config.places[name] = file, statement.lineno


def _evaluate(node: ast.expr, names: Mapping[str, object]) -> object:
    """Returns a literal value, the value of a name, or what `+` makes of them; raises `ValueError` for other code."""
    match node:
        case ast.Name():
            return names[node.id]
        case ast.BinOp(left, ast.Add(), right):
            first, second = _evaluate(left, names), _evaluate(right, names)
            if isinstance(first, str) and isinstance(second, str):
                return first + second
            raise ValueError
        case ast.List(items) | ast.Tuple(items):
            return [_evaluate(item, names) for item in items]
        case ast.Dict(keys, values) if None not in keys:
            pairs = zip(keys, values, strict=True)
            return {_evaluate(key, names): _evaluate(value, names) for key, value in pairs if key is not None}
        case _:
            return ast.literal_eval(node)


def _spell(text: str) -> str:
    """Returns a text with letters of Latin script in ASCII."""
    return normalize("NFKD", text.translate(_LETTERS))
