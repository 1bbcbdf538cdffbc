"""Imports a Pelican blog: literal settings, articles, pages and static files, and keeps every URL.

URLs follow https://docs.getpelican.com/en/stable/settings.html.
"""

from __future__ import annotations

import posixpath
import re
from datetime import UTC, date
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec.structs import replace

from afterword.core.dates import BadDate, parse_date
from afterword.core.diagnostics import Exit, Failure, Place, error
from afterword.core.files import TEXT_EXTENSIONS
from afterword.core.slugs import term_slug
from afterword.importers.code import replace_outside_code
from afterword.importers.model import NoteFile, write_value
from afterword.importers.pelican_settings import find_configs, read_config
from afterword.importers.python_markdown import translate_python_markdown
from afterword.importers.shortcodes import translate_tags
from afterword.importers.source_folder import SourceFolder, find_link, find_meant_date, find_our_url

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from afterword.importers.model import Imported

_NO_CATEGORY = "misc"
"""The category of articles without one. It is in URLs, but not imported."""

_FEEDS = ("FEED_ATOM", "FEED_ALL_ATOM", "FEED_RSS", "FEED_ALL_RSS")
_FOLDERS = {"tag": "tags", "category": "categories", "author": "authors"}
"""Folders of the pages of terms, by the kind of a link."""

_METADATA = re.compile(r"(?:[A-Za-z][\w-]*[ \t]*:(?:[ \t][^\n]*)?\n)+(?=\n|\Z)")
_SAVE_AS = re.compile(r"(?:[^\n]+\n)*?save_as[ \t]*:([^\n]+)", re.IGNORECASE)
_QUERY = re.compile(r"([^?#]*)(.*)", re.DOTALL)
_TARGET = re.compile(
    r"(?:\{|\|)(?P<kind>filename|static|attach|tag|category|author|index)(?:\}|\|)(?P<path>[^\n\"'<>)\]]*)"
)


def import_pelican(root: Path, today: date = date.max) -> Imported:
    """Imports the Pelican folder `root`; raises `Failure` if it is not one. Posts to `today` are published."""
    if not find_configs(root):
        hint = "a Pelican blog has `pelicanconf.py`"
        raise Failure(Exit.USAGE, error("no-source", f"no Pelican blog found in `{root}`", hint=hint))
    return _PelicanImport(root, today).run()


class _PelicanImport(SourceFolder):
    """The import of one blog."""

    shows_html = True

    def __init__(self, root: Path, today: date) -> None:
        super().__init__(root, today)
        self._config = read_config(root)
        for place in self._config.computed:
            self.report_setting(*place)
        self._default_dates: dict[str, str] = {}
        self._urls: dict[str, str] = {}
        self.content = posixpath.normpath(self._config.text("PATH") or self._find_content())
        if self.content.startswith(("/", "..")) or not (root / self.content).is_dir():
            raise Failure(
                Exit.USAGE, error("no-source", f"folder not found: `{self.content}`", Place(find_configs(root)[0]))
            )
        paths = tuple(self.walk())
        texts = (path for path in paths if path.endswith(TEXT_EXTENSIONS) and self._is_text(path))
        self._notes = {path: _read_metadata(self.read_note(path)) for path in texts}
        self._others = [path for path in paths if path not in self._notes]
        self._new = {path: self._find_new_path(path) for path in self._notes if self._is_dated(path)}

    def run(self) -> Imported:
        self.result.settings = self._config.make_settings()
        for path in self._new:
            self._import_text(path, self._notes[path])
        for path in self._others:
            if self._is_static(path) or not self.report_format(path):
                self.copy(path, f"static/{self._find_static(path)}")
        for name in _FEEDS:
            if isinstance(feed := self._config.values.get(name), str):
                self.add_feed(feed, is_rss=name.endswith("RSS"))
        self._read_links()
        self.report_folders({"plugins": "remove it: plugins are not supported"})
        self.result.report_long_menu()
        return self.result

    def _find_content(self) -> str:
        """Returns the folder of the texts where `PATH` is not set: the current one, or `content` of the quickstart."""
        named = (*self._config.list_paths("ARTICLE_PATHS"), *self._config.list_paths("PAGE_PATHS"))
        is_named = any(name.partition("/")[0] == "content" for name in named)
        return "content" if (self.root / "content").is_dir() and not is_named else "."

    def _read_links(self) -> None:
        """Reads the menu and the profiles of the author; reports other links of the theme."""
        config = self._config
        if items := config.list_links("MENUITEMS"):
            pages = [path for path, new in self._new.items() if new.startswith("pages/")]
            shown = pages if config.values.get("DISPLAY_PAGES_ON_MENU", True) else ()
            titles = {path: self._meta(path, "title") for path in shown if not self._meta(path, "status")}
            items += [(title, self._urls[path]) for path, title in titles.items() if title]
            self.set_menu(items, self.list_urls(filter(None, self._urls.values())), *config.places["MENUITEMS"])
        social = config.list_links("SOCIAL")
        if profiles := [{"name": name, "url": url} for name, url in social if re.match("https?://", url)]:
            self.result.settings["author_links"] = profiles
        lost = {"SOCIAL": len(profiles) < len(social), "LINKS": bool(config.values.get("LINKS"))}
        for name in filter(lost.get, lost):
            file, line = config.places[name]
            self.report_setting(file, name, line)

    def _is_static(self, path: str) -> bool:
        return path in self._config.extra or self._config.is_below(path, "STATIC_PATHS")

    def _is_text(self, path: str) -> bool:
        is_below = self._config.is_below
        is_article = is_below(path, "ARTICLE_PATHS") and not is_below(path, "STATIC_PATHS")
        return is_article or is_below(path, "PAGE_PATHS")

    def _find_static(self, path: str) -> str:
        """Returns the path of a static file in the site; that of `EXTRA_PATH_METADATA` if it has one."""
        given = self._config.extra.get(path)
        named = str(given.get("path") or "") if isinstance(given, dict) else ""
        return posixpath.normpath(named).lstrip("./") if named else path

    def _find_new_path(self, path: str) -> str:
        if self._config.is_below(path, "PAGE_PATHS"):
            is_home = self._find_own_url(path).strip("/") in ("index.html", "index.htm")
            return "pages/index.md" if is_home else f"pages/{path.removeprefix('pages/')}"
        return f"drafts/{path}" if self._meta(path, "status").lower() == "draft" else f"posts/{path}"

    def _meta(self, path: str, name: str) -> str:
        """Returns a value of the metadata of a text, in whatever case its key is, or of its path."""
        values = self._notes[path].values
        found = next((value for key, value in values.items() if key.lower() == name), "")
        own = str(found[0]) if isinstance(found, list) and found else str(found or "")
        return own or self._config.read_path(path).get(name, "")

    def _is_dated(self, path: str) -> bool:
        """Returns whether a text has a date, or needs none. Others get `DEFAULT_DATE`, or are reported."""
        if self._meta(path, "date") or self._config.is_below(path, "PAGE_PATHS"):
            return True
        given = self._config.values["DEFAULT_DATE"]
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
        uses_folder = self._config.values["USE_FOLDER_AS_CATEGORY"]
        folder = posixpath.basename(posixpath.dirname(path)) if uses_folder else ""
        return self._meta(path, "category") or folder or self._config.text("DEFAULT_CATEGORY") or _NO_CATEGORY

    def _find_url(self, path: str) -> str:
        """Returns the URL of a text in Pelican; empty if it needs a date that is missing or invalid."""
        language = self._meta(path, "lang") or self._config.language
        kind = "PAGE" if self._new[path].startswith("pages/") else "ARTICLE"
        pattern = self._config.find_pattern(f"{kind}_LANG" if language != self._config.language else kind)
        moment = self._find_date(path)
        own = self._find_own_url(path)
        if moment is None and "{date" in pattern and not own:
            return ""
        slugify = self._config.slugify
        values = {
            "slug": self._find_slug(path, own),
            "category": slugify(self._find_category(path)),
            "author": slugify(self._meta(path, "author") or self._config.text("AUTHOR")),
            "lang": language,
        }

        def fill(match: re.Match[str]) -> str:
            if match[1] == "date" and moment is not None:
                return moment.strftime(match[2] or "%Y-%m-%d")
            return values.get(match[1]) or self._meta(path, match[1])

        if not (values["slug"] or own) and "{slug}" in pattern:
            return ""  # of a title in another script
        url = own or re.sub(r"\{(\w+)(?::([^{}]+))?\}", fill, pattern)
        url = f"/{url.strip('/')}{'/' if url.endswith('/') else ''}"
        return url.removesuffix("index.html") if url.endswith("/index.html") else url

    def _find_slug(self, path: str, own: str) -> str:
        """Returns the slug of a text; reports one without letters of the title, unless the text has its `own` URL."""
        if slug := self._meta(path, "slug"):
            return slug
        title, stem = self._meta(path, "title"), posixpath.splitext(posixpath.basename(path))[0]
        stem = stem if title else re.sub(r"^\d{4}-\d\d-\d\d[-_]?(?=.)", "", stem)
        source = title if self._config.values["SLUGIFY_SOURCE"] == "title" else stem
        if not own and self._config.loses_letters(source):
            hint = "write `Slug: …` as in the old URL"
            self.report(path, "the URL, which has a transliteration of the title", hint)
        return self._config.slugify(source or stem)

    def _find_own_url(self, path: str) -> str:
        """Returns the path that the metadata of a text give it; empty for none, and for a URL on another site."""
        saved = _SAVE_AS.match(self._notes[path].text) if self._notes[path].other_format == "header lines" else None
        own = saved[1].strip() if saved is not None else self._meta(path, "save_as") or self._meta(path, "url")
        own = own or self._meta(path, "permalink")
        own = own.removeprefix(self._config.text("SITEURL"))
        return "" if "://" in own else own

    def _import_text(self, path: str, found: NoteFile) -> None:
        new = self._new[path]
        keys: dict[str, object] = {"date": self._default_dates[path]} if path in self._default_dates else {}
        url = self._find_url(path)
        url = self._urls[path] = self.keep_url(path, url) if url else ""
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
                meant = self.mend_date(path, found, name, written) or written
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
        if kind in _FOLDERS:
            return f"/{_FOLDERS[kind]}/{term_slug(target)}/"
        name, rest = _QUERY.fullmatch(target).groups()  # type: ignore[union-attr]
        start = "" if name.startswith("/") else posixpath.dirname(path)
        wanted = posixpath.normpath(posixpath.join(start, name.lstrip("/")))
        if wanted in self._new:
            return find_link(self._new[wanted], new) + rest
        found = f"static/{self._find_static(wanted)}" if wanted in self._others else None
        return find_link(found, new) + rest if found is not None else None


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
