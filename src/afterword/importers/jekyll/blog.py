"""Imports a Jekyll blog: settings, posts, drafts, pages, collections and assets, and keeps every URL and feed id."""

from __future__ import annotations

import posixpath
import re
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.cache.memoize import Memo
from afterword.core.diagnostics import Exit, Failure, Place, error, note, warning
from afterword.core.files import TEXT_EXTENSIONS, Unreadable
from afterword.core.slugs import slugify
from afterword.importers.code import restore_inlines
from afterword.importers.jekyll.config import as_list, find_config, parse_config, read_config_file
from afterword.importers.jekyll.files import TEMPLATES, FileFinder, has_front_matter
from afterword.importers.jekyll.filters import Unknown, make_list
from afterword.importers.jekyll.keys import NOUNS, KeyFinder, find_lost_redirects
from afterword.importers.jekyll.kramdown import remove_toc, translate_kramdown, write_html_block
from afterword.importers.jekyll.liquid import (
    UNKNOWN_OF_PAGE,
    UNKNOWN_OF_SITE,
    Translated,
    has_liquid,
    remove_base,
    translate,
)
from afterword.importers.jekyll.liquid_renderer import LiquidContext
from afterword.importers.jekyll.variables import (
    LISTS,
    describe_page,
    make_lists,
    read_data,
)
from afterword.importers.model import STYLED, Imported, guess_language, read_note, read_source, write_list_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic
    from afterword.importers.jekyll.files import SourceFile
    from afterword.importers.model import NoteFile

_FORMULA = re.compile(r"\$\$|\\\\[(\[]|\\begin\{")
_MATHJAX = re.compile(r"mathjax|katex", re.IGNORECASE)

_LISTS = re.compile(r"\b(?P<name>paginator|(?<=\bsite\.)(?:posts|tags|categories))\b")
"""Matches the lists of posts that a template shows."""

_TARGETS = {"tags": "/tags/", "categories": "/categories/"}
"""The pages that take the place of lists of terms."""

_FEED = re.compile(r"<(?P<kind>feed|rss)\b")
_LAYOUTS = {"feed": "feed", "rss": "feeds/rss"}
"""Templates of Afterword by the first tag of a feed."""

_HOME = ("index.html", "index.md", "index.markdown")
_OWN = frozenset({"/", "/feed.xml", "/sitemap.xml", "/archive/", "/tags/", "/categories/", "/search/"})
"""URLs of lists and feeds that Afterword creates."""

_LIST_HINT = "for a list that stays current, write `layout: archive`, or link to `/archive/`"


class Converted(Struct, frozen=True):
    """The import of one text: the new text, None if it is copied or not imported.

    `includes` are those that it has read, `listed` all texts of the blog, if it has a list of them.
    """

    text: str | None = None
    findings: tuple[Diagnostic, ...] = ()
    includes: Mapping[str, str | None] = field(default_factory=dict)
    is_copied: bool = False
    has_styles: bool = False
    is_page: bool = False
    listed: tuple[object, ...] = ()


def import_jekyll(root: Path, memo: Memo | None = None, today: date = date.max) -> Imported:
    """Imports the Jekyll folder `root`; raises `Failure` if it is not a Jekyll blog. Lists have the posts to `today`.

    With the `memo` of the last import, only texts that have changed are translated, or all texts with Liquid if what
    they can refer to has changed.
    """
    if not any((root / name).exists() for name in ("_config.yml", "_config.yaml", "_posts")):
        hint = "a Jekyll blog has `_config.yml` or `_posts`"
        raise Failure(Exit.USAGE, error("no-source", f"no Jekyll blog found in `{root}`", hint=hint))
    return _JekyllImport(root, memo or Memo(), today).run()


class _JekyllImport:
    """The import of one blog."""

    def __init__(self, root: Path, memo: Memo, today: date) -> None:
        self._root = root
        self._memo = memo
        name, data = find_config(root), read_config_file(root)
        self._config = memo.recall("config", (name, data), lambda: parse_config(name, data))
        self._result = Imported(
            settings=self._config.make_settings(),
            shows_drafts=self._config.values.get("show_drafts") is True,
            shows_future=self._config.values.get("future") is True,
        )
        last_day = date.max if self._result.shows_future else today
        finder = FileFinder(root, self._config)
        self._files = finder.find()
        self._result.findings += [*self._config.list_lost(), *finder.result.findings]
        self._includes: dict[str, str | None] = {}
        self._has_mathjax = any(self._mentions_mathjax(name) for name in ("_includes", "_layouts"))
        self._texts = {file.path: self._read_text(file) for file in self._files if self._is_text(file)}
        if language := guess_language(found.text[:500] for found in [*self._texts.values()][-20:]):
            self._result.settings.setdefault("language", language)
        self._lost_redirects = find_lost_redirects(self._texts)
        self._context = self._make_context()
        self._keys = KeyFinder(self._config, self._context.files, self._lost_redirects)
        self._listed = (last_day, *self._texts.items())
        self._has_listed = False
        self._post_urls: set[object] | None = None
        make = cache(lambda: make_lists(self._describe_all(), self._config.collections, last_day))
        names = (*LISTS, *(one.name for one in self._config.collections))
        self._lists = {name: partial(self._list, make, name) for name in names}
        base = self._config.base_path
        self._base = "" if any(file.new.startswith(f"static{base}/") for file in self._files) else base

    def run(self) -> Imported:
        for file in self._files:
            if file.path in self._texts:
                self._import_text(file)
            else:
                self._add(file, file.new, None)
        if menu := [*self._list_menu()]:
            self._result.settings["menu"] = menu
        self._result.report_long_menu()
        return self._result

    def _add(self, file: SourceFile, new: str, text: str | None) -> None:
        """Adds a file to the result: a text, or the file as it is."""
        if text is None:
            self._result.copies[new] = self._root / file.path
        else:
            self._result.texts[new] = text
        self._result.sources[new] = file.path
        self._result.count(NOUNS[file.kind])

    def _make_context(self) -> LiquidContext:
        posts: dict[str, str] = {}
        for file in self._files:
            if file.kind == "post":
                above, _, below = file.path.rpartition("_posts/")
                name = posixpath.splitext(below)[0]
                posts |= {name: file.new, f"{above}{name}": file.new}
                posts.setdefault(posixpath.basename(name), file.new)
        files = {file.path: file.new for file in self._files}
        data = read_data(self._root, self._memo, self._result.findings)
        inputs = (self._config, data, tuple(posts.items()), tuple(files.items()))
        site = {**self._config.values, **UNKNOWN_OF_SITE, "data": data}
        return self._memo.recall("context", inputs, lambda: LiquidContext(posts, files, site))

    def _describe(self, file: SourceFile) -> dict[str, object]:
        """Returns what Liquid knows of a text."""
        found, config = self._texts[file.path], self._config
        defaults = config.find_defaults(file.path, file.types)
        pattern: dict[str, object] = {"permalink": config.permalink} if file.kind in ("post", "draft") else {}
        keys = pattern | self._keys.find(file, found, defaults)
        return describe_page(file, found, defaults, keys, config.zone, config.excerpt_separator)

    def _describe_all(self) -> Iterator[tuple[SourceFile, dict[str, object]]]:
        for file in self._files:
            if found := self._texts.get(file.path):
                inputs = (found, self._config, self._lost_redirects.get(file.path))
                page = self._memo.recall(f"page {file.path}", inputs, partial(self._describe, file))
                yield file, {**UNKNOWN_OF_PAGE, **page}

    def _list(self, make: Callable[[], dict[str, object]], name: str) -> object:
        """Returns a list of the site, which is made when Liquid names it."""
        self._has_listed = True
        return make()[name]

    def _find_neighbour(self, path: str, name: str) -> object:
        """Returns the next or the previous post; None if there is none."""
        posts = make_list(self._lists["posts"]())
        return next((post[name] for post in posts if isinstance(post, dict) and post["path"] == path), None)

    def _list_menu(self) -> Iterator[dict[str, object]]:
        """Yields the entries of the menu that themes have: of `header_pages`, or of `_data/navigation.yml`."""
        data = self._context.site["data"]
        given = data.get("navigation") if isinstance(data, dict) else None
        entries = as_list(given.get("main") if isinstance(given, dict) else given)
        if not entries and "header_pages" not in self._config.values:
            return
        pages = {file.path: self._describe(file) for file in self._files if file.kind in ("page", "document")}
        named = [pages[path] for path in map(str, as_list(self._config.values.get("header_pages"))) if path in pages]
        urls = {page["url"] for page in pages.values()} | _OWN
        for entry in named or (one for one in entries if isinstance(one, dict)):
            title, url = entry.get("title") or entry.get("name"), str(entry.get("url") or "")
            if title and ("://" in url or url in urls):
                yield {"title": str(title), "url": url}

    def _read_include(self, path: str) -> str | None:
        if path not in self._includes:
            try:
                text = read_source(self._root / path).decode()
            except (Unreadable, UnicodeDecodeError):
                self._includes[path] = None
            else:
                is_html = path.endswith((".html", ".htm")) and "<pre" not in text
                self._includes[path] = re.sub(r"\n\s*", "\n", text) if is_html else text
        return self._includes[path]

    def _mentions_mathjax(self, folder: str) -> bool:
        """Returns whether a file of a folder loads a script that shows formulas."""
        files = (file for file in sorted((self._root / folder).rglob("*.html")) if file.is_file())
        texts = (self._read_include(file.relative_to(self._root).as_posix()) for file in files)
        return any(_MATHJAX.search(text or "") for text in texts)

    # Texts

    def _is_text(self, file: SourceFile) -> bool:
        """Returns whether a file is a text, or a file with front matter that can have Liquid."""
        return file.kind != "file" or (file.path.endswith(TEMPLATES) and has_front_matter(self._root / file.path))

    def _read_text(self, file: SourceFile) -> NoteFile:
        data = read_source(self._root / file.path)
        return self._memo.recall(f"note {file.path}", (data,), lambda: read_note(file.path, data))

    def _import_text(self, file: SourceFile) -> None:
        found = self._texts[file.path]
        needs_files = has_liquid(found.text) or isinstance(found.values.get("image"), dict)
        context = self._context if needs_files else None
        is_special = self._has_lists(found) if file.path in _HOME else self._has_url_of_post(file)
        inputs = (found, self._config, context, self._lost_redirects.get(file.path), self._has_mathjax, is_special)
        convert = partial(self._convert, file, found, is_special=is_special)
        done = self._memo.recall(f"text {file.path}", inputs, convert, self._is_current)
        self._result.findings += done.findings
        if done.has_styles:
            self._result.settings["theme.csp"] = "off"
        if done.text is not None or done.is_copied:
            self._add(file, f"pages/{file.path}.md" if done.is_page else file.new, done.text)

    def _is_current(self, done: Converted) -> bool:
        """Returns whether the includes of a text and the texts that it lists are the same as when it was converted."""
        includes = all(self._read_include(path) == text for path, text in done.includes.items())
        return includes and done.listed in ((), self._listed)

    def _has_url_of_post(self, file: SourceFile) -> bool:
        """Returns whether a file is a draft with the URL of a post, such as one that was published and kept."""
        if file.kind != "draft":
            return False
        if self._post_urls is None:
            self._post_urls = {self._describe(one)["url"] for one in self._files if one.kind == "post"}
        return self._describe(file)["url"] in self._post_urls - {Unknown.VALUE}

    def _convert(self, file: SourceFile, found: NoteFile, *, is_special: bool) -> Converted:
        """Returns the import of a text; `is_special`: a home page with a list, or a draft with a URL of a post."""
        if (ours := self._find_ours(file, found, has_lists=is_special)) is not None:
            return ours
        includes: dict[str, str | None] = {}
        is_html = not file.path.endswith(TEXT_EXTENSIONS) and file.path.endswith((".html", ".htm"))
        keys = self._keys.find(file, found, self._config.find_defaults(file.path, file.types))
        if file.kind == "draft" and is_special:
            keys["permalink"] = f"/drafts/{slugify(posixpath.splitext(posixpath.basename(file.path))[0])}/"
        translated = self._translate(file, found, includes)
        done = Converted(translated.text, translated.findings, includes)
        if has_liquid(found.text) and self._has_listed:
            told = note("fixed-list", "the list is not updated after the import", Place(file.path), hint=_LIST_HINT)
            done = replace(done, findings=(*done.findings, told), listed=self._listed)
        if translated.findings and (file.kind == "file" or (file.kind == "page" and is_html)):
            return replace(self._drop_liquid(file, found), includes=includes, listed=done.listed)
        if file.kind == "file":
            return done
        text, has_toc = remove_toc(remove_base(translated.text, self._base))
        changed = replace(found, text=write_html_block(text) if is_html else self._write_markdown(text))
        if has_toc and "toc" not in found.values:
            keys["toc"] = True
        if self._has_mathjax and "math" not in found.values and _FORMULA.search(changed.text):
            keys["math"] = True
        if "math" in keys or str(found.values.get("math")).lower() == "true":
            changed = replace(changed, text=restore_inlines(changed.text))
        if keys:
            changed = changed.with_keys({name: value for name, value in keys.items() if value is not None}, tuple(keys))
        return replace(
            done,
            text=None if changed == found else changed.write(),
            is_copied=changed == found,
            findings=(*done.findings, *self._keys.report(file, found)),
            has_styles=STYLED.search(changed.text) is not None,
        )

    def _write_markdown(self, text: str) -> str:
        return translate_kramdown(text, parses_html=self._config.parses_html)

    def _find_ours(self, file: SourceFile, found: NoteFile, *, has_lists: bool) -> Converted | None:
        """Returns what becomes of a text whose place a page or a feed of Afterword takes, or that is empty."""
        if file.kind == "draft" and not (found.text.strip() or found.matter):
            return _drop(file.path, "an empty draft", "add text, or delete the file")
        if file.path in _HOME and has_lists:
            hint = "to keep it as the home page, copy its text to `pages/index.md`"
            return _drop(file.path, "home page", hint) if found.text.strip() else _replace(file.path, "/")
        feed = _FEED.search(found.text) if file.kind == "file" else None
        if file.kind not in ("page", "file") or (feed is None and _LISTS.search(found.text) is None):
            return None
        url = str(self._describe(file)["url"])
        ours = "/search/" if url.startswith("/search/") else url  # also the data of a search
        if ours in _OWN - {"/"}:
            return _replace(file.path, ours)
        return None if feed is None else Converted(write_list_page(url, _LAYOUTS[feed["kind"]], "Feed"), is_page=True)

    def _drop_liquid(self, file: SourceFile, found: NoteFile) -> Converted:
        """Returns what becomes of a file whose Liquid is not supported: a page of Afterword if it lists posts."""
        lists = {match["name"] for match in _LISTS.finditer(found.text)} if file.kind == "page" else set()
        if lists:
            url, title = str(self._describe(file)["url"]), str(found.values.get("title") or "Archive")
            (target,) = lists if len(lists) == 1 else ("",)
            return Converted(write_list_page(url, _TARGETS.get(target, "archive"), title))
        hint = f"write it without Liquid, or remove it if Afterword creates such a {file.kind}"
        return _drop(file.path, f"{file.kind} with Liquid", hint)

    def _has_lists(self, found: NoteFile) -> bool:
        """Returns whether a text lists posts, by itself or by its layout, which can be one of a theme."""
        if _LISTS.search(found.text):
            return True
        layout, known = str(found.values.get("layout") or ""), {"", "none"}
        while layout not in known:
            known.add(layout)
            text = self._read_include(f"_layouts/{layout}.html")
            if text is None or _LISTS.search(text):
                return layout in ("home", "blog", "posts") or text is not None
            named = re.match(r"---\n(?:.*\n)*?layout:[ \t]*(\S+)", text)
            layout = named[1] if named is not None else ""
        return False

    def _translate(self, file: SourceFile, found: NoteFile, includes: dict[str, str | None]) -> Translated:
        """Returns the translation of the Liquid of a text; adds what it includes to `includes`."""
        if not has_liquid(found.text):
            return Translated(found.text)

        def read_include(path: str) -> str | None:
            includes[path] = self._read_include(path)
            return includes[path]

        self._has_listed = False
        is_text = file.kind != "file"
        page = self._describe(file)
        if file.kind == "post":
            page |= {name: partial(self._find_neighbour, file.path, name) for name in ("next", "previous")}
        return translate(file.path, found, file.new, self._context, page, read_include, self._lists, is_text=is_text)


def _replace(path: str, url: str) -> Converted:
    message = f"`{path}` is not imported: Afterword creates `{url}`"
    hint = "to keep it, write a template: see `docs/theme.md`"
    return Converted(findings=(note("no-equivalent", message, Place(path), hint=hint),))


def _drop(path: str, what: str, hint: str) -> Converted:
    return Converted(findings=(warning("not-imported", f"not imported: {what}", Place(path), hint=hint),))
