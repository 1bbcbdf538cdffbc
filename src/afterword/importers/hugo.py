"""Imports a Hugo blog: settings, posts, page bundles, pages and static files, and keeps every URL.

URLs follow https://gohugo.io/content-management/urls/.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from unicodedata import category, normalize

from msgspec.structs import replace

from afterword.core.dates import BadDate, parse_date
from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.files import TEXT_EXTENSIONS
from afterword.core.slugs import split_name
from afterword.core.text import shown
from afterword.front_matter.fields import KEYS
from afterword.front_matter.split import split
from afterword.front_matter.types import FLAGS
from afterword.importers.code import restore_blocks, restore_inlines
from afterword.importers.hugo_settings import CONFIGS, Cascades, lower, read_config, read_keys
from afterword.importers.jekyll.kramdown import write_html_block
from afterword.importers.model import guess_language, read_source
from afterword.importers.shortcodes import translate_shortcodes
from afterword.importers.source_folder import SourceFolder, explain_invalid_url, find_link, find_our_url

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.importers.hugo_settings import HugoConfig
    from afterword.importers.model import Imported, NoteFile

_FOLDERS = {
    "layouts": "write templates for Afterword: see `docs/theme.md`",
    "assets": "copy what pages use to `static/`",
    "data": "copy the data into the pages that need it",
    "i18n": "see `docs/theme.md` for texts of the theme",
}
_SHORTCODES = tuple(f"{start}layouts/{name}" for start in ("themes/*/", "") for name in ("shortcodes", "_shortcodes"))
"""Folders of the templates of shortcodes; the last ones count."""

_PLACEHOLDERS = {"year": "%Y", "month": "%m", "day": "%d", "monthname": "%B", "weekdayname": "%A", "yearday": "%j"}
"""Parts of dates in `permalinks`."""

_DATES = ("date", "publishdate", "pubdate", "published", "lastmod", "modified")
"""Keys of the date of a page, in Hugo's order: https://gohugo.io/configuration/front-matter."""

_KEYS = frozenset({*KEYS, "url", "headless", "build", "_build"})
"""The keys that are read in any case."""

_BUILD = ("headless", "build", "_build")
"""Keys that say whether a page is rendered and listed."""

_HTML = (".html", ".htm")
_OTHER_OUTPUT = re.compile(r"\.(?!html?$)\w+$")
_UNKNOWN_DATES = frozenset({":git", ":filemodtime"})
_KEPT = frozenset("./\\_+~-@")
_LANGUAGE = re.compile(r"\.(?P<language>[a-z]{2}(?:-[a-z]{2})?)$", re.IGNORECASE)


def import_hugo(root: Path, today: date = date.max) -> Imported:
    """Imports the Hugo folder `root`; raises `Failure` if it is not a Hugo blog. Posts to `today` are published."""
    is_blog = any((root / name).is_file() for name in CONFIGS)
    config = read_config(root) if is_blog else None
    if config is None or not (root / config.content).is_dir():
        hint = "a Hugo blog has `content/` and `hugo.toml` or `config.toml`"
        raise Failure(Exit.USAGE, error("no-source", f"no Hugo blog found in `{root}`", hint=hint))
    return _HugoImport(root, config, today).run()


class _HugoImport(SourceFolder):
    """The import of one blog."""

    def __init__(self, root: Path, config: HugoConfig, today: date) -> None:
        super().__init__(root, today)
        self.content = config.content
        self._settings = config
        self.shows_html = config.shows_html
        self._config = config.values
        self._date_order = self._find_date_order()
        self._translations = {folder: name for name, folder in config.list_translated_folders()}
        self._cascades = Cascades(
            lambda path, key: self.report_at(path, f"key `{key}` of `cascade`", "write it into the pages that need it")
        )
        paths = tuple(self.walk())
        texts = [path for path in paths if path.endswith(TEXT_EXTENSIONS) or self._is_page_of_html(path)]
        self._notes = {
            path: self.read_note(path).with_lower_case_keys(_KEYS) for path in texts if self._is_wanted(path)
        }
        self._cascades.add(config.path, "", self._config.get("cascade"))
        self._others = tuple(path for path in paths if path not in texts)
        self._dates = {path: self._read_date(path) for path in self._notes}
        sections = Counter(_section(path) for path in self._notes if self._dates[path] is not None)
        sections.pop("", None)
        self._is_flat = len(sections) == 1
        found = (file for folder in _SHORTCODES for file in sorted(root.glob(f"{folder}/*.html")))
        self._own_shortcodes = {file.stem: read_source(file).decode("utf-8", "replace") for file in found}
        self._main = sections.most_common(1)[0][0] if sections else "posts"
        self._new = {path: self._find_new_path(path) for path in self._notes}

    def _is_page_of_html(self, path: str) -> bool:
        """Returns whether a file in HTML has front matter. Without it, Hugo publishes the file as it is."""
        return path.endswith(_HTML) and self.read(path).lstrip().startswith((b"---", b"+++", b"{"))

    def run(self) -> Imported:
        self.result.settings = self._settings.make_settings(self)
        if language := guess_language(found.text[:500] for found in [*self._notes.values()][-20:]):
            self.result.settings["language"] = language
        self.result.settings["permalink"] = self._find_permalink()
        for path, found in self._notes.items():
            self._import_text(path, found)
        for path in self._others:
            self._import_file(path)
        for folder in self._settings.static_folders:
            self.copy_folder(folder, "static")
        if self._settings.has_feeds:
            for folder in ("", f"/{self._main}") if self._main else ("",):
                self.add_feed(f"{folder}/index.xml", is_rss=True)
        urls = self.list_urls(map(self._find_url, self._notes))
        self.set_menu(self._settings.list_menu(), urls, self._settings.path, self._settings.find_line("menu"))
        self.result.report_long_menu()
        for folder, language in self._translations.items():
            if (self.root / folder).is_dir():
                hint = "a blog has one language: make a second blog of the translations"
                self.report_loss(folder, f"texts in the language `{language}` are not imported", hint)
        self.report_folders(_FOLDERS)
        return self.result

    def is_wanted(self, folder: str) -> bool:
        return folder not in self._translations and super().is_wanted(folder)

    def _find_permalink(self) -> str:
        """Returns the setting for URLs of posts: the pattern of the section with the most posts."""
        pattern = self._find_pattern(f"{self._main}/x.md") or f"/{self._main}/:title/"
        ours = re.sub(r":(?:slug\w*|filename|contentbasename)\b", ":title", pattern.replace(":section", self._main))
        known = re.fullmatch(r"(?:[^:]|:(?:year|month|day|title)\b)+", ours) is not None
        return f"/{ours.strip('/')}/" if known else "/posts/:title/"

    def _is_wanted(self, path: str) -> bool:
        stem = posixpath.splitext(path)[0]
        if posixpath.basename(stem) == "_index" or posixpath.basename(stem).startswith("_index."):
            found = self.read_note(path)
            self._cascades.add(self.locate(path), posixpath.dirname(path), lower(found.values).get("cascade"))
            if split(path, found.text, len(found.text) + 1).text.strip():
                self.report(path, "the text of a list page", "copy it to `pages/` if it should be published")
            return False
        if not self.read(path).strip():
            self.report(path, "an empty file", "add text if it should be published")
            return False
        suffix = _LANGUAGE.search(stem)
        if suffix is None or (language := suffix["language"].lower()) == self._settings.language:
            return True
        original = self.root / self.content / f"{stem[: suffix.start()]}.md"
        if language not in self._settings.languages and not original.exists():
            return True
        self.report(path, "a translation", "a blog has one language: create a second blog for the translations")
        return False

    def _find_date_order(self) -> tuple[str, ...]:
        """Returns the keys of the date of a page, in the order of the settings; `:filename` is the name of the file."""
        given = lower(self._config.get("frontmatter")).get("date")
        names = [str(name).lower() for name in given] if isinstance(given, list) else [":default"]
        if unknown := sorted(_UNKNOWN_DATES.intersection(names)):
            message = f"dates of `{unknown[0]}` are not imported"
            self.report_loss(self._settings.path, message, "write `date` into the front matter")
        return tuple(key for name in names for key in (_DATES if name == ":default" else (name,)))

    def _read_date(self, path: str) -> tuple[str, datetime | None] | None:
        """Returns the key and the date of a page, or None. An invalid date is None."""
        values = lower(self._notes[path].values)
        for name in self._date_order:
            if name == ":filename":
                day = split_name(path)[0]
                if day is not None:
                    return name, datetime(day.year, day.month, day.day, tzinfo=UTC)
            elif written := str(values.get(name) or ""):
                try:
                    return name, parse_date(written, UTC)[0]
                except BadDate:
                    if name == "published" and written.lower() in FLAGS:
                        continue
                    self.report_date(path, self._notes[path], name, written)
                    return name, None
        return None

    def _find_date(self, path: str) -> datetime | None:
        found = self._dates[path]
        return found[1] if found is not None else None

    def _find_slug(self, path: str) -> str:
        """Returns the slug of front matter; that of the file name, if it has the date."""
        found = self._dates[path]
        named = split_name(path)[1] if found is not None and found[0] == ":filename" else ""
        return str(self._notes[path].values.get("slug") or named)

    def _plain(self, path: str) -> str:
        """Returns a path without the name of the blog's language, as in `a.en.md`."""
        stem, suffix = posixpath.splitext(path)
        return stem.removesuffix(f".{self._settings.language}") + suffix

    def _find_new_path(self, path: str) -> str:
        inner = self._plain(path)
        inner = f"{posixpath.splitext(inner)[0]}.md" if inner.endswith(_HTML) else inner
        if self._dates[path] is None or not _section(path):
            return f"pages/{inner}"
        return f"posts/{inner.partition('/')[2] if self._is_flat else inner}"

    def _find_url(self, path: str) -> str:
        """Returns the URL of a page in Hugo."""
        found = self._notes[path]
        stem = posixpath.splitext(self._plain(path))[0]
        stem = posixpath.dirname(stem) if posixpath.basename(stem) == "index" else stem
        slug = self._find_slug(path)
        if own := _read_own_url(found):
            own = _urlize(self._expand(own, path, stem, slug)) if ":" in own else own
            url = f"/{own.lstrip('/')}"
            return url if url.endswith("/") or "." in url else f"{url}/"
        if pattern := self._find_pattern(path):
            url = self._expand(pattern, path, stem, slug)
        else:
            url = f"{posixpath.dirname(stem)}/{slug or posixpath.basename(stem)}".lstrip("/")
        url = f"/{_urlize(url).strip('/')}"
        return f"{url}.html" if self._config.get("uglyurls") is True else f"{url}/".replace("//", "/")

    def _find_pattern(self, path: str) -> str:
        patterns = lower(self._config.get("permalinks"))
        pages = patterns.get("page")
        given = lower(pages).get(_section(path)) if isinstance(pages, dict) else patterns.get(_section(path))
        return given if isinstance(given, str) else ""

    def _expand(self, pattern: str, path: str, stem: str, slug: str) -> str:
        moment = self._find_date(path)
        title = str(self._notes[path].values.get("title") or "").replace("/", "-")
        name = posixpath.basename(stem)
        values = {
            "section": _section(path),
            "title": title or name,
            "slug": slug or title or name,
            **dict.fromkeys(("filename", "contentbasename"), name),
            **dict.fromkeys(("slugorfilename", "slugorcontentbasename"), slug or name),
        }

        def fill(match: re.Match[str]) -> str:
            form = _PLACEHOLDERS.get(match[1])
            if form is not None:
                return moment.strftime(form) if moment is not None else ""
            if match[1] in ("sections", "sectionslugs"):
                return "/".join(_select(self._list_sections(stem), match[2]))
            return values.get(match[1], match[0])

        return re.sub(r":(\w+)(?:\[([\w:]*)\])?", fill, pattern)

    def _list_sections(self, stem: str) -> list[str]:
        """Returns the folders above a page to the innermost section: one at the top, or one with `_index.md`."""
        names = posixpath.dirname(stem).split("/")
        while len(names) > 1 and not any((self.root / self.content / "/".join(names)).glob("_index*.md")):
            names.pop()
        return names

    def _import_text(self, path: str, found: NoteFile) -> None:
        new = self._new[path]
        keys: dict[str, object] = {}
        url = self.keep_url(path, self._find_url(path))
        if _OTHER_OUTPUT.search(url):
            self.report(path, f"a page that Hugo writes to `{url}`", "write the file to `static/` if it is needed")
            return
        slug = str(found.values.get("slug") or "")
        ours = find_our_url(str(self.result.settings["permalink"]), new, slug, self._find_date(path))
        own = _read_own_url(found)
        kept = own if found.other_format is not None else ""
        if url not in (ours, kept) and (own or "permalink" not in found.values):
            keys["permalink"] = url
        keys |= self._cascades.find_keys(path, found.values)
        dated = self._dates[path]
        if dated is not None and dated[1] is not None and dated[0] != "date":
            keys["date"] = dated[1].isoformat() if dated[1].time() != time() else dated[1].date().isoformat()
        if isinstance(toc := found.values.get("toc"), dict):
            keys["toc"] = str(toc.get("enable", "true")).lower() == "true"
        if new.startswith("pages/") and found.values.get("layout") not in (None, "page"):
            keys["layout"] = "page"
        keys |= self._read_aliases(path, found, url)
        keys |= dict(read_keys({name: found.values[name] for name in _BUILD if name in found.values}))
        drop = [name for name in ("layout", "url", *_BUILD) if name in found.values]
        empty = found.find_empty_keys()
        keys |= {name: value for name, value in empty.items() if value}
        found = found.as_yaml() if path.endswith(_HTML) else found
        changed = replace(found, text=self._translate(path, new, found)).with_keys(keys, (*drop, *empty))
        self.add(path, new, changed, "post" if new.startswith("posts/") else "page")
        if new.startswith("posts/"):
            self.keep_id(new, url, changed.values, self._find_date(path), is_tag=False)

    def _read_aliases(self, path: str, found: NoteFile, url: str) -> dict[str, object]:
        """Returns the aliases of a text as root-absolute URLs, if they change."""
        given = found.values.get("aliases")
        written = [given] if isinstance(given, str) else list(given) if isinstance(given, (list, tuple)) else []
        kept = []
        for one in map(str, written):
            full = one if one.startswith("/") else posixpath.normpath(posixpath.join(url, "..", one))
            full = full if full.endswith(("/", ".html", ".htm")) else f"{full}/"
            if reason := explain_invalid_url(full):
                self.report(path, f"alias `{shown(one)}`: {reason}", "remove it")
            else:
                kept.append(full)
        return {} if kept == written else {"aliases": kept}

    def _translate(self, path: str, new: str, found: NoteFile) -> str:
        def report(offset: int, message: str, hint: str) -> None:
            self.report_text(path, found, offset, message, hint)

        text = translate_shortcodes(
            found.text, lambda name: self._find_page(name, path, new), report, self._own_shortcodes
        )
        if self._settings.keeps_formulas or path.endswith(_HTML):
            return write_html_block(text) if path.endswith(_HTML) else text
        text = restore_blocks(text)
        return restore_inlines(text) if str(found.values.get("math")).lower() == "true" else text

    def _find_page(self, name: str, path: str, new: str) -> str | None:
        """Returns the link to the page that `ref` names: by path from the page or from `content/`, or by name."""
        target, mark, anchor = name.partition("#")
        if not target:
            return f"#{anchor}" if anchor else None
        near = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        rooted = posixpath.normpath(target.lstrip("/"))
        for candidate in (near, rooted):
            for form in (candidate, f"{candidate}.md", f"{candidate}/index.md"):
                if form in self._new:
                    return find_link(self._new[form], new) + mark + anchor
        ends = (f"/{target}", f"/{target}.md", f"/{target}/index.md")
        matching = [form for form in self._new if f"/{form}".endswith(ends)]
        return find_link(self._new[matching[0]], new) + mark + anchor if len(matching) == 1 else None

    def _import_file(self, path: str) -> None:
        if not path.endswith(_HTML) and self.report_format(path):
            return
        if self._cascades.find_keys(path, {}).get("draft"):
            self.report(path, "a file of unpublished pages", "copy it to `static/` if it should be published")
            return
        folder = posixpath.dirname(path)
        while folder:
            texts = (f"{folder}/index.md", f"{folder}/index.{self._settings.language}.md")
            owner = next((self._new[text] for text in texts if text in self._new), None)
            if owner is not None:
                self.copy(path, f"{posixpath.dirname(owner)}/{path.removeprefix(f'{folder}/')}")
                return
            folder = posixpath.dirname(folder)
        self.copy(path, f"static/{path}")


def _section(path: str) -> str:
    return path.partition("/")[0] if "/" in path else ""


def _read_own_url(found: NoteFile) -> str:
    """Returns the key `url`, which is read as `permalink` unless front matter is YAML."""
    return str(
        found.values.get("url") or (found.values.get("permalink") if found.other_format is not None else "") or ""
    )


def _select(names: list[str], written: str | None) -> list[str]:
    """Returns the folders that a slice of `:sections` selects: `[0]`, `[last]`, `[1:]` or `[:last]`."""
    start, colon, end = (written or ":").partition(":")
    first, last = (len(names) - 1 if one == "last" else int(one) if one.isdecimal() else None for one in (start, end))
    return names[first:last] if colon else names[first or 0 :][:1]


def _urlize(text: str) -> str:
    """Returns a path as Hugo writes it: lower case, hyphens for spaces, and letters, digits and a few signs."""
    kept = (one for one in normalize("NFC", text) if one.isspace() or one in _KEPT or category(one)[0] in "LNM")
    return re.sub(r"\s+", "-", "".join(kept).strip()).lower()
