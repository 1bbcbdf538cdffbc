"""Imports a Pelican blog: literal settings, articles, pages and static files, and keeps every URL.

`pelicanconf.py` is parsed, never executed. Settings and URLs follow https://docs.getpelican.com/en/stable/settings.html.
"""

from __future__ import annotations

import ast
import posixpath
import re
import warnings
from contextlib import suppress
from datetime import UTC, date
from typing import TYPE_CHECKING
from unicodedata import normalize
from urllib.parse import unquote

from msgspec.structs import replace

from afterword.core.dates import BadDate, parse_date
from afterword.core.diagnostics import Exit, Failure, Place, error
from afterword.core.files import TEXT_EXTENSIONS
from afterword.core.slugs import term_slug
from afterword.importers.code import replace_outside_code
from afterword.importers.model import NoteFile, read_settings, read_source, write_value
from afterword.importers.python_markdown import translate_python_markdown
from afterword.importers.shortcodes import translate_tags
from afterword.importers.source_folder import SourceFolder, find_link, find_meant_date, find_our_url

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from afterword.importers.model import Imported

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

_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE"})
"""Letters that Unicode does not decompose."""

_NO_CATEGORY = "misc"
"""The category of articles without one. It is in URLs, but not imported."""

_SITE_NAME = re.compile(rb"^SITENAME[ \t]*=", re.MULTILINE)
_METADATA = re.compile(r"(?:[A-Za-z][\w-]*[ \t]*:(?:[ \t][^\n]*)?\n)+(?=\n|\Z)")
_SAVE_AS = re.compile(r"(?:[^\n]+\n)*?save_as[ \t]*:([^\n]+)", re.IGNORECASE)
_QUERY = re.compile(r"([^?#]*)(.*)", re.DOTALL)
_TARGET = re.compile(
    r"(?:\{|\|)(?P<kind>filename|static|attach|tag|category|author|index)(?:\}|\|)(?P<path>[^\n\"'<>)\]]*)"
)


def import_pelican(root: Path, today: date = date.max) -> Imported:
    """Imports the Pelican folder `root`; raises `Failure` if it is not one. Posts to `today` are published."""
    if not _find_configs(root):
        hint = "a Pelican blog has `pelicanconf.py`"
        raise Failure(Exit.USAGE, error("no-source", f"no Pelican blog found in `{root}`", hint=hint))
    return _PelicanImport(root, today).run()


def _find_configs(root: Path) -> tuple[str, ...]:
    """Returns the files of settings, the last of which counts; they can have any name."""
    if found := tuple(name for name in _CONFIGS if (root / name).is_file()):
        return found
    files = (file for file in sorted(root.glob("*.py")) if file.is_file())
    return tuple(file.name for file in files if _SITE_NAME.search(read_source(file)))[:1]


class _PelicanImport(SourceFolder):
    """The import of one blog."""

    shows_html = True

    def __init__(self, root: Path, today: date) -> None:
        super().__init__(root, today)
        self._config: dict[str, object] = dict(_DEFAULTS)
        self._lines: dict[str, tuple[str, int]] = {}
        self._default_dates: dict[str, str] = {}
        configs = _find_configs(root)
        for name in configs:
            self._read_config(name)
        self.content = posixpath.normpath(str(self._config.get("PATH") or self._find_content()))
        if self.content.startswith(("/", "..")) or not (root / self.content).is_dir():
            raise Failure(Exit.USAGE, error("no-source", f"folder not found: `{self.content}`", Place(configs[0])))
        paths = tuple(self.walk())
        texts = (path for path in paths if path.endswith(TEXT_EXTENSIONS) and self._is_text(path))
        self._notes = {path: _read_metadata(self.read_note(path)) for path in texts}
        self._others = [path for path in paths if path not in self._notes]
        self._new = {path: self._find_new_path(path) for path in self._notes if self._is_dated(path)}

    def run(self) -> Imported:
        self._read_settings()
        for path in self._new:
            self._import_text(path, self._notes[path])
        for path in self._others:
            if self._is_static(path) or not self.report_format(path):
                self.copy(path, f"static/{self._find_static(path)}")
        for name in ("FEED_ATOM", "FEED_ALL_ATOM", "FEED_RSS", "FEED_ALL_RSS"):
            if isinstance(feed := self._config.get(name), str):
                self.add_feed(feed, is_rss=name.endswith("RSS"))
        self._read_links()
        self.report_folders({"plugins": "remove it: plugins are not supported"})
        self.result.report_long_menu()
        return self.result

    def _find_content(self) -> str:
        """Returns the folder of the texts where `PATH` is not set: the current one, or `content` of the quickstart."""
        named = (*self._listed("ARTICLE_PATHS"), *self._listed("PAGE_PATHS"))
        is_named = any(name.partition("/")[0] == "content" for name in named)
        return "content" if (self.root / "content").is_dir() and not is_named else "."

    def _read_config(self, name: str) -> None:
        """Reads assignments of literal values; others are reported, and nothing is executed."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about escapes in the settings, such as in patterns
                tree = ast.parse(self.read(name))
        except (SyntaxError, ValueError) as problem:
            line = getattr(problem, "lineno", 0) or 0
            raise Failure(Exit.CONTENT, error("unsupported-config", "invalid Python", Place(name, line))) from None
        for statement in tree.body:
            if not isinstance(statement, ast.Assign):
                continue
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    self._assign(name, target.id, statement)

    def _assign(self, file: str, name: str, statement: ast.Assign) -> None:
        try:
            value = _evaluate(statement.value, self._config)
        except (ValueError, TypeError, LookupError, MemoryError, RecursionError):
            self._config.pop(name, None)
            if name in _KNOWN:
                self.report_setting(file, name, statement.lineno)
            return
        if value or name != "SITEURL":
            self._config[name] = value
            self._lines[name] = file, statement.lineno

    def _read_settings(self) -> None:
        self.result.settings = read_settings(self._config, _SETTINGS)
        if any("render_math" in name for name in self._listed("PLUGINS")):
            self.result.settings["markdown.math"] = True
        saved = str(self._config.get("ARTICLE_SAVE_AS") or self._config["ARTICLE_URL"])
        for form, name in (
            ("{slug}", ":title"),
            ("{date:%Y}", ":year"),
            ("{date:%m}", ":month"),
            ("{date:%d}", ":day"),
        ):
            saved = saved.replace(form, name)
        pattern = f"/{saved.lstrip('/')}".removesuffix("index.html")
        self.result.settings["permalink"] = pattern if "{" not in pattern else "/posts/:title/"
        url = str(self._config.get("SITEURL") or "")
        if url.startswith(("https://", "http://")):
            self.result.settings["base_url"] = f"{url.rstrip('/')}/"

    def _read_links(self) -> None:
        """Reads the menu and the profiles of the author; reports other links of the theme."""
        if items := self._list_links("MENUITEMS"):
            pages = [path for path, new in self._new.items() if new.startswith("pages/")]
            shown = pages if self._config.get("DISPLAY_PAGES_ON_MENU", True) else ()
            titles = {path: self._meta(path, "title") for path in shown if not self._meta(path, "status")}
            items += [(title, self._find_url(path)) for path, title in titles.items() if title]
            self.set_menu(
                items, self.list_urls(filter(None, map(self._find_url, self._new))), *self._lines["MENUITEMS"]
            )
        if social := self._list_links("SOCIAL"):
            profiles = [{"name": name, "url": url} for name, url in social if re.match("https?://", url)]
            self.result.settings["author_links"] = profiles
            if len(profiles) < len(social):
                self.report_setting(self._lines["SOCIAL"][0], "SOCIAL", self._lines["SOCIAL"][1])
        if self._config.get("LINKS"):
            self.report_setting(self._lines["LINKS"][0], "LINKS", self._lines["LINKS"][1])

    def _list_links(self, name: str) -> list[tuple[str, str]]:
        """Returns the names and URLs in a setting."""
        value = self._config.get(name)
        pairs = value if isinstance(value, list) else []
        return [(str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list) and len(pair) > 1]

    def _listed(self, name: str) -> tuple[str, ...]:
        value = self._config.get(name)
        return tuple(str(item).strip("/") for item in value) if isinstance(value, (list, tuple)) else ()

    def _is_below(self, path: str, name: str) -> bool:
        return any(not folder or path == folder or path.startswith(f"{folder}/") for folder in self._listed(name))

    def _is_static(self, path: str) -> bool:
        return path in self._extra() or self._is_below(path, "STATIC_PATHS")

    def _is_text(self, path: str) -> bool:
        is_page = self._is_below(path, "PAGE_PATHS")
        return is_page or (self._is_below(path, "ARTICLE_PATHS") and not self._is_below(path, "STATIC_PATHS"))

    def _extra(self) -> Mapping[str, object]:
        value = self._config.get("EXTRA_PATH_METADATA")
        return value if isinstance(value, dict) else {}

    def _find_static(self, path: str) -> str:
        """Returns the path of a static file in the site; that of `EXTRA_PATH_METADATA` if it has one."""
        given = self._extra().get(path)
        named = str(given.get("path") or "") if isinstance(given, dict) else ""
        return posixpath.normpath(named).lstrip("./") if named else path

    def _find_new_path(self, path: str) -> str:
        kind = str(self._meta(path, "status")).lower()
        if self._is_below(path, "PAGE_PATHS") and self._find_own_url(path).strip("/") in ("index.html", "index.htm"):
            return "pages/index.md"
        if self._is_below(path, "PAGE_PATHS"):
            return f"pages/{path.removeprefix('pages/')}"
        return f"drafts/{path}" if kind == "draft" else f"posts/{path}"

    def _meta(self, path: str, name: str) -> str:
        """Returns a value of the metadata of a text, in whatever case its key is, or of its path."""
        values = self._notes[path].values
        found = next((value for key, value in values.items() if key.lower() == name), "")
        own = str(found[0]) if isinstance(found, list) and found else str(found or "")
        return own or self._read_path(path).get(name, "")

    def _read_path(self, path: str) -> Mapping[str, str]:
        """Returns the metadata of a path: the named groups of `FILENAME_METADATA` and `PATH_METADATA`."""
        stem = posixpath.splitext(posixpath.basename(path))[0]
        found: dict[str, str] = {}
        for name, text in (("FILENAME_METADATA", stem), ("PATH_METADATA", path)):
            try:
                match = re.match(str(self._config.get(name) or "$^"), text)
            except re.error:
                continue
            found |= {key.lower(): value or "" for key, value in match.groupdict().items()} if match else {}
        return found

    def _is_dated(self, path: str) -> bool:
        """Returns whether a text has a date, or needs none. Others get `DEFAULT_DATE`, or are reported."""
        if self._meta(path, "date") or self._is_below(path, "PAGE_PATHS"):
            return True
        given = self._config["DEFAULT_DATE"]
        if given == "fs":
            self._default_dates[path] = self.guess_date(path, {})
        elif isinstance(given, list) and len(given) > 2 and all(isinstance(part, int) for part in given):
            self._default_dates[path] = "{:04}-{:02}-{:02}".format(*given)
        else:
            self.report(path, "an article without a date, which Pelican does not publish", "add `Date`")
        return path in self._default_dates

    def _find_date(self, path: str) -> datetime | None:
        try:
            written = self._meta(path, "date") or self._default_dates.get(path, "")
            return parse_date(find_meant_date(written), UTC)[0] if written else None
        except BadDate:
            return None

    def _find_category(self, path: str) -> str:
        folder = posixpath.basename(posixpath.dirname(path)) if self._config.get("USE_FOLDER_AS_CATEGORY") else ""
        return self._meta(path, "category") or folder or str(self._config.get("DEFAULT_CATEGORY") or _NO_CATEGORY)

    def _find_url(self, path: str) -> str:
        """Returns the URL of a text in Pelican; empty if it needs a date that is missing or invalid."""
        kind = "PAGE" if self._new[path].startswith("pages/") else "ARTICLE"
        language, default = self._meta(path, "lang"), str(self._config.get("DEFAULT_LANG") or "en")
        kind = f"{kind}_LANG" if language and language != default else kind
        own = self._find_own_url(path)
        saved = str(self._config.get(f"{kind}_SAVE_AS") or self._config[f"{kind}_URL"])
        stem = posixpath.splitext(posixpath.basename(path))[0]
        stem = re.sub(r"^\d{4}-\d\d-\d\d[-_]?(?=.)", "", stem) if not self._meta(path, "title") else stem
        source = self._meta(path, "title") if self._config.get("SLUGIFY_SOURCE") == "title" else stem
        moment = self._find_date(path)
        if moment is None and "{date" in saved and not own:
            return ""
        slug = self._meta(path, "slug")
        if not (slug or own or self._config["SLUGIFY_USE_UNICODE"]) and _has_other_letters(source):
            hint = "write `Slug: …` as in the old URL"
            self.report(path, "the URL, which has a transliteration of the title", hint)
        values = {
            "slug": slug or self._slugify(source or stem),
            "category": self._slugify(self._find_category(path)),
            "author": self._slugify(self._meta(path, "author") or str(self._config.get("AUTHOR") or "")),
            "lang": language or default,
        }

        def fill(match: re.Match[str]) -> str:
            if match[1] == "date" and moment is not None:
                return moment.strftime(match[2] or "%Y-%m-%d")
            return values.get(match[1]) or self._meta(path, match[1])

        if not (values["slug"] or own) and "{slug}" in saved:
            return ""  # of a title in another script
        url = own or re.sub(r"\{(\w+)(?::([^{}]+))?\}", fill, saved)
        url = f"/{url.strip('/')}{'/' if url.endswith('/') else ''}"
        return url.removesuffix("index.html") if url.endswith("/index.html") else url

    def _find_own_url(self, path: str) -> str:
        """Returns the path that the metadata of a text give it; empty for none, and for a URL on another site."""
        saved = _SAVE_AS.match(self._notes[path].text) if self._notes[path].other_format == "header lines" else None
        own = saved[1].strip() if saved is not None else self._meta(path, "save_as") or self._meta(path, "url")
        own = own or self._meta(path, "permalink")
        own = own.removeprefix(str(self._config.get("SITEURL") or ""))
        return "" if "://" in own else own

    def _slugify(self, text: str) -> str:
        """Returns the slug of a text (`pelican.utils.slugify`); characters without an ASCII form are left out."""
        slug = normalize("NFKC", re.sub(r"<[^<>]*>", "", text))
        if not self._config["SLUGIFY_USE_UNICODE"]:
            slug = _spell(slug).encode("ascii", "ignore").decode()
        rules = self._config["SLUG_REGEX_SUBSTITUTIONS"]
        for rule in rules if isinstance(rules, list) else ():
            with suppress(re.error, ValueError, TypeError):
                pattern, replacement = rule
                slug = re.sub(pattern, replacement, slug, flags=re.IGNORECASE)
        return (slug if self._config["SLUGIFY_PRESERVE_CASE"] else slug.lower()).strip()

    def _import_text(self, path: str, found: NoteFile) -> None:
        new = self._new[path]
        keys: dict[str, object] = {"date": self._default_dates[path]} if path in self._default_dates else {}
        url = self._find_url(path)
        url = self.keep_url(path, url) if url else ""
        permalink = str(self.result.settings["permalink"])
        slug = next((str(value) for key, value in found.values.items() if key.lower() == "slug"), "")
        if url != find_our_url(permalink, new, slug, self._find_date(path)):
            keys["permalink"] = url
        own = str(found.values.get("permalink") or "")
        if new.startswith("drafts/") or new == "pages/index.md" or not url or (own and "://" not in own):
            keys.pop("permalink", None)
        elif own:
            keys["permalink"] = url
        for name in ("date", "modified"):
            if isinstance(written := found.values.get(name), str):
                meant = self.mend_date(path, written) or written
                keys |= {name: meant} if meant != written else {}
        category = self._find_category(path)
        if not new.startswith("pages/") and category != _NO_CATEGORY and not self._meta(path, "category"):
            keys["category"] = category
        changed = replace(found, text=self._translate(path, new, found))
        kind = {"posts": "post", "pages": "page", "drafts": "draft"}[new.partition("/")[0]]
        drop = ("permalink",) if new == "pages/index.md" else ()
        changed = changed.with_keys(keys, drop)
        self.add(path, new, changed, kind)
        if kind == "post" and url:
            self.keep_id(new, url, changed.values, self._find_date(path), is_tag=True)

    def _translate(self, path: str, new: str, found: NoteFile) -> str:
        """Returns a text with links to new files, and tags as Markdown."""

        def link(match: re.Match[str]) -> str:
            written = match["path"].rstrip()
            target = self._find_target(match["kind"], unquote(written), path, new)
            if target is None:
                offset = max(found.text.find(match[0]), 0)
                message = f"target not found: `{match[0].rstrip()}`"
                self.report_text(path, found, offset, message, "correct the link")
                return match[0]
            return target + match["path"][len(written) :]

        text = translate_tags(found.text, lambda *told: self.report_text(path, found, *told))
        return replace_outside_code(_TARGET, link, translate_python_markdown(text))

    def _find_target(self, kind: str, target: str, path: str, new: str) -> str | None:
        if kind == "index":
            return "/"
        if kind in ("tag", "category", "author"):
            folder = {"tag": "tags", "category": "categories", "author": "authors"}[kind]
            return f"/{folder}/{term_slug(target)}/"
        name, rest = _QUERY.fullmatch(target).groups()  # type: ignore[union-attr]
        start = "" if name.startswith("/") else posixpath.dirname(path)
        wanted = posixpath.normpath(posixpath.join(start, name.lstrip("/")))
        if wanted in self._new:
            return find_link(self._new[wanted], new) + rest
        found = f"static/{self._find_static(wanted)}" if wanted in self._others else None
        return find_link(found, new) + rest if found is not None else None


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


def _read_metadata(found: NoteFile) -> NoteFile:
    """Returns a text whose metadata are YAML, if they are lines that Afterword does not take for front matter."""
    match = _METADATA.match(found.text) if found.matter is None and found.other_format is None else None
    if match is None:
        return found
    lines = (line.partition(":") for line in match[0].rstrip("\n").split("\n"))
    given = {key.strip().lower(): value.strip() for key, _, value in lines}
    values: dict[str, object] = {
        key: [part.strip() for part in value.split(",")] if key in ("tags", "authors") else value
        for key, value in given.items()
    }
    matter = "".join(f"{key}: {write_value(value)}\n" for key, value in values.items())
    return NoteFile(matter, values, found.text[match.end() :].lstrip("\n"), found.text.count("\n", 0, match.end()) + 2)


def _spell(text: str) -> str:
    """Returns a text with letters of Latin script in ASCII."""
    return normalize("NFKD", text.translate(_LETTERS))


def _has_other_letters(text: str) -> bool:
    return any(one.isalpha() and not one.isascii() for one in _spell(text))
