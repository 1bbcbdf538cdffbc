"""Imports a Jekyll blog: settings, posts, drafts, pages, collections and assets, and keeps every URL and feed id."""

from __future__ import annotations

import posixpath
import re
from datetime import datetime
from html import unescape
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.cache.memoize import Memo
from afterword.core.diagnostics import Exit, Failure, Place, error, warning
from afterword.core.files import TEXT_EXTENSIONS, Unreadable, read
from afterword.core.text import shown
from afterword.front_matter.fields import FURTHER, KEYS
from afterword.front_matter.key_lookup import holds_back
from afterword.importers.formulas import restore_inlines
from afterword.importers.jekyll.config import LARGEST, find_config, parse_config, read_config_file
from afterword.importers.jekyll.expressions import Unknown
from afterword.importers.jekyll.files import FileFinder
from afterword.importers.jekyll.kramdown import remove_toc, translate_kramdown, write_html_block
from afterword.importers.jekyll.liquid import UNKNOWN_OF_SITE, Translated, has_liquid, translate
from afterword.importers.jekyll.liquid_renderer import LiquidContext
from afterword.importers.jekyll.variables import describe_page, read_data
from afterword.importers.model import STYLED, Imported, read_note
from afterword.importers.source_folder import explain_invalid_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic
    from afterword.importers.jekyll.files import SourceFile
    from afterword.importers.model import NoteFile

_NOT_DEFAULTS = frozenset({"layout", "title", "slug", "redirect_from", "aliases"})
_DEFAULTS = ({*KEYS, *FURTHER, "robots", "excerpt_separator"}) - _NOT_DEFAULTS
"""The keys of `defaults` that are imported. Layouts are those of Jekyll."""

_TIME = re.compile(
    r"(?P<day>\d{4}-\d\d?-\d\d?)(?:[Tt]|[ \t]+)(?P<time>\d\d?:\d\d(?P<seconds>:\d\d)?)(?:\.\d*)?[ \t]*"
    r"(?P<zone>Z|UTC|GMT|[-+]\d\d?(?::?\d\d)?)?"
)
_FORMULA = re.compile(r"\$\$|\\\\[(\[]|\\begin\{")
_MATHJAX = re.compile(r"mathjax|katex", re.IGNORECASE)

_ENTITY = re.compile(r"&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]+);", re.IGNORECASE)

_TEMPLATES = (".css", ".js", ".json", ".xml", ".txt", ".svg", ".webmanifest")
"""Suffixes of files that are written with the output of their Liquid, if they have front matter."""

_NOUNS = {"post": "post", "draft": "draft", "page": "page", "document": "page", "file": "file"}


class Converted(Struct, frozen=True):
    """The import of one text: the new text, None if it is copied or not imported; and the includes that it has read."""

    text: str | None = None
    is_copied: bool = False
    findings: tuple[Diagnostic, ...] = ()
    has_styles: bool = False
    includes: Mapping[str, str | None] = field(default_factory=dict)


def import_jekyll(root: Path, memo: Memo | None = None) -> Imported:
    """Imports the Jekyll folder `root`; raises `Failure` if it is not a Jekyll blog.

    With the `memo` of the last import, only texts that have changed are translated, or all texts with Liquid if what
    they can refer to has changed.
    """
    if not any((root / name).exists() for name in ("_config.yml", "_config.yaml", "_posts")):
        hint = "a Jekyll blog has `_config.yml` or `_posts`"
        raise Failure(Exit.USAGE, error("no-source", f"no Jekyll blog found in `{root}`", hint=hint))
    return _JekyllImport(root, memo or Memo()).run()


class _JekyllImport:
    """The import of one blog."""

    def __init__(self, root: Path, memo: Memo) -> None:
        self._root = root
        self._memo = memo
        name, data = find_config(root), read_config_file(root)
        self._config = memo.recall("config", (name, data), lambda: parse_config(name, data))
        self._result = Imported(
            settings=self._config.make_settings(),
            shows_drafts=self._config.values.get("show_drafts") is True,
            shows_future=self._config.values.get("future") is True,
        )
        finder = FileFinder(root, self._config)
        self._files = finder.find()
        self._result.findings += [*self._config.list_lost(), *finder.result.findings]
        self._includes: dict[str, str | None] = {}
        self._has_mathjax = any(self._mentions_mathjax(name) for name in ("_includes", "_layouts"))
        self._texts = {file.path: self._read_text(file) for file in self._files if self._is_text(file)}
        self._lost_redirects = self._find_lost_redirects()
        self._context = self._make_context()

    def run(self) -> Imported:
        for file in self._files:
            if file.path in self._texts:
                self._import_text(file)
            else:
                self._result.copies[file.new] = self._root / file.path
            if file.new in self._result.texts or file.new in self._result.copies:
                self._result.count(_NOUNS[file.kind])
        imported = {*self._result.texts, *self._result.copies}
        self._result.sources = {file.new: file.path for file in self._files if file.new in imported}
        return self._result

    def _make_context(self) -> LiquidContext:
        posts: dict[str, str] = {}
        for file in self._files:
            if file.kind == "post":
                above, _, below = file.path.rpartition("_posts/")
                name = posixpath.splitext(below)[0]
                posts |= {name: file.new, f"{above}{name}": file.new}
                posts.setdefault(posixpath.basename(name), file.new)
        files = {file.path: file.new for file in self._files}
        documents = tuple(file for file in self._files if file.collection is not None and file.path in self._texts)
        data = read_data(self._root, self._memo, self._result.findings)
        texts = tuple(self._texts[file.path] for file in documents)
        inputs = (self._config, data, tuple(posts.items()), tuple(files.items()), texts)
        return self._memo.recall(
            "context",
            inputs,
            lambda: LiquidContext(
                posts,
                files,
                {
                    **self._config.values,
                    **UNKNOWN_OF_SITE,
                    **self._describe_collections(documents),
                    "data": data,
                },
            ),
        )

    def _describe_collections(self, documents: tuple[SourceFile, ...]) -> dict[str, object]:
        """Returns the published documents by collection; unknown if a collection is not sorted by path."""
        found: dict[str, object] = {}
        for one in self._config.collections:
            files = [file for file in documents if file.collection == one]
            pages = [self._describe(file) for file in files]
            is_known = one.is_published and not one.is_sorted and not any("date" in page for page in pages)
            found[one.name] = [page for page in pages if not _is_held_back(page)] if is_known else Unknown.VALUE
        return found

    def _describe(self, file: SourceFile) -> dict[str, object]:
        """Returns what Liquid knows of a document."""
        found, defaults = self._texts[file.path], self._config.find_defaults(file.path, file.types)
        keys = self._find_keys(file, found, defaults)
        return describe_page(file, found, defaults, keys, self._config.zone)

    def _read_include(self, path: str) -> str | None:
        if path not in self._includes:
            try:
                text = read(self._root / path, LARGEST, follow=True).decode()
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
        if file.kind != "file":
            return True
        return file.path.endswith(_TEMPLATES) and self._read_start(file).rstrip() == b"---"

    def _read_start(self, file: SourceFile) -> bytes:
        with (self._root / file.path).open("rb") as opened:
            return opened.read(4)

    def _read_text(self, file: SourceFile) -> NoteFile:
        data = read(self._root / file.path, LARGEST, follow=True)
        return self._memo.recall(f"note {file.path}", (data,), lambda: read_note(file.path, data))

    def _import_text(self, file: SourceFile) -> None:
        found = self._texts[file.path]
        context = self._context if has_liquid(found.text) else None
        inputs = (found, self._config, context, self._lost_redirects.get(file.path), self._has_mathjax)
        done = self._memo.recall(f"text {file.path}", inputs, lambda: self._convert(file, found), self._has_includes)
        self._result.findings += done.findings
        if done.has_styles:
            self._result.settings["theme.csp"] = "off"
        if done.text is not None:
            self._result.texts[file.new] = done.text
        elif done.is_copied:
            self._result.copies[file.new] = self._root / file.path

    def _has_includes(self, done: Converted) -> bool:
        """Returns whether the includes of a text are the same as when it was converted."""
        return all(self._read_include(path) == text for path, text in done.includes.items())

    def _convert(self, file: SourceFile, found: NoteFile) -> Converted:
        if file.path in ("index.html", "index.md", "index.markdown"):
            return _drop(file.path, "home page", "to keep it as the home page, copy its text to `pages/index.md`")
        includes: dict[str, str | None] = {}
        defaults = self._config.find_defaults(file.path, file.types)
        is_html = not file.path.endswith(TEXT_EXTENSIONS) and file.path.endswith((".html", ".htm"))
        keys = self._find_keys(file, found, defaults)
        translated = self._translate(file, found, defaults, keys, includes)
        if file.kind == "file" and not translated.findings:
            return Converted(translated.text, includes=includes)
        if file.kind == "file" or (file.kind == "page" and is_html and translated.findings):
            hint = f"write it without Liquid, or remove it if Afterword creates such a {file.kind}"
            return replace(_drop(file.path, f"{file.kind} with Liquid", hint), includes=includes)
        text, has_toc = remove_toc(translated.text)
        changed = replace(found, text=write_html_block(text) if is_html else translate_kramdown(text))
        if has_toc and "toc" not in found.values:
            keys["toc"] = True
        if self._has_mathjax and "math" not in found.values and _FORMULA.search(changed.text):
            keys["math"] = True
        if "math" in keys or str(found.values.get("math")).lower() == "true":
            changed = replace(changed, text=restore_inlines(changed.text))
        if keys:
            changed = changed.with_keys({name: value for name, value in keys.items() if value is not None}, tuple(keys))
        has_styles = STYLED.search(changed.text) is not None
        is_copied = changed == found
        findings = (*translated.findings, *self._report_keys(file, found))
        return Converted(None if is_copied else changed.write(), is_copied, findings, has_styles, includes)

    def _translate(
        self,
        file: SourceFile,
        found: NoteFile,
        defaults: dict[str, object],
        keys: dict[str, object],
        includes: dict[str, str | None],
    ) -> Translated:
        """Returns the translation of the Liquid of a text; adds what it includes to `includes`."""
        if not has_liquid(found.text):
            return Translated(found.text)

        def read_include(path: str) -> str | None:
            includes[path] = self._read_include(path)
            return includes[path]

        pattern: dict[str, object] = {"permalink": self._config.permalink} if file.kind in ("post", "draft") else {}
        page = describe_page(file, found, defaults, pattern | keys, self._config.zone)
        is_text = file.kind != "file"
        return translate(file.path, found, file.new, self._context, page, read_include, is_text=is_text)

    def _find_keys(self, file: SourceFile, found: NoteFile, defaults: dict[str, object]) -> dict[str, object]:
        """Returns the keys to set so that a text keeps its URL and its `defaults`; None for keys to remove."""
        keys = {name: value for name, value in defaults.items() if name in _DEFAULTS and name not in found.values}
        if file.kind == "post" and keys.get("permalink") == self._config.permalink:
            del keys["permalink"]
        keys |= self._join_categories(file, found, defaults)
        if file.kind in ("page", "document"):
            keys |= self._find_page_keys(file, found)
        elif (moved := self._convert_date(found.values.get("date"))) is not None:
            keys["date"] = moved
        keys |= dict.fromkeys(_find_shown(found)) | found.find_empty_keys()
        for name in ("title", "subtitle", "description"):
            written = str(found.values.get(name))
            if (text := _ENTITY.sub(lambda match: unescape(match[0]), written)) != written:
                keys[name] = text  # layouts of Jekyll show it as HTML
        return keys | self._choose_redirects(file, found)

    def _join_categories(self, file: SourceFile, found: NoteFile, defaults: dict[str, object]) -> dict[str, object]:
        """Returns the categories of the folders, of `defaults` and of front matter (`Document.merge_categories!`)."""
        given = _split(defaults.get("categories"))
        if not file.folders and not (given and "categories" in found.values):
            return {}
        own = (*_split(found.values.get("categories")), *_split(defaults.get("category"), whole=True))
        return {"categories": list(dict.fromkeys((*file.folders, *given, *own)))}

    def _find_page_keys(self, file: SourceFile, found: NoteFile) -> dict[str, object]:
        """Returns the permalink of a page or a document, and no layout of posts, with which it would need a date."""
        keys: dict[str, object] = {}
        if str(found.values.get("layout")) in ("post", "posts"):
            keys["layout"] = None
        if "permalink" in found.values:
            return keys
        stem = posixpath.splitext(file.path)[0]
        suffix = self._config.page_suffix.replace(":output_ext", ".html")
        if file.collection is not None:
            inside = stem.removeprefix(f"{file.collection.folder}/")
            pattern = file.collection.permalink or f"/:collection/:path{suffix}"
            names = {"collection": file.collection.name, "path": inside, "output_ext": ".html"}
            names |= {name: posixpath.basename(inside) for name in ("name", "title", "slug")}
            url = re.sub(r":([a-z_]+)", lambda match: names.get(match[1], match[0]), pattern)
            return keys | {"permalink": re.sub("//+", "/", f"/{url}")}
        if suffix == "/" or posixpath.basename(stem) == "index":
            return keys
        return keys | {"permalink": f"/{stem}{suffix}"}

    def _convert_date(self, written: object) -> str | None:
        """Returns a date in the time zone of the blog, if its day is another one there: Jekyll's URLs have that day."""
        match = _TIME.fullmatch(str(written or "").strip())
        if match is None or not (match["zone"] or match["seconds"]):
            return None
        zone = re.sub(r"^([-+])(\d)(?=:|$)", r"\g<1>0\2", match["zone"] or "Z")
        zone = "+0000" if zone in ("Z", "UTC", "GMT") else zone.replace(":", "").ljust(5, "0")
        pattern = "%Y-%m-%d %H:%M:%S%z" if match["seconds"] else "%Y-%m-%d %H:%M%z"
        try:
            moment = datetime.strptime(f"{match['day']} {match['time']}{zone}", pattern)  # noqa: DTZ007 - it has %z
        except ValueError:
            return None
        local = moment.astimezone(self._config.zone)
        has_time = any(name in self._config.permalink for name in (":hour", ":minute", ":second"))
        is_same = local.date() == moment.date() and not has_time
        return (
            None if is_same and (match["zone"] or self._config.zone.key == "UTC") else f"{local:%Y-%m-%d %H:%M:%S %z}"
        )

    def _find_lost_redirects(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """Returns the redirects that are not imported, with reasons, by text."""
        owners: dict[str, str] = {}
        lost: dict[str, tuple[tuple[str, str], ...]] = {}
        for path, found in self._texts.items():
            for url in _list_redirects(found):
                owner = owners.setdefault(url.strip("/"), path)
                reason = f"it is also one of `{owner}`" if owner != path else explain_invalid_url(url)
                if reason:
                    lost[path] = (*lost.get(path, ()), (url, reason))
        return lost

    def _choose_redirects(self, file: SourceFile, found: NoteFile) -> dict[str, object]:
        """Returns the redirects of a text, without those that are not imported."""
        if not (lost := dict(self._lost_redirects.get(file.path, ()))):
            return {}
        return {"redirect_from": [url for url in _list_redirects(found) if url not in lost] or None}

    def _report_keys(self, file: SourceFile, found: NoteFile) -> Iterator[Diagnostic]:
        """Yields a warning for each redirect and each key that is not imported."""
        for url, reason in self._lost_redirects.get(file.path, ()):
            message = f"not imported: redirect `{shown(url)}`: {reason}"
            yield warning("not-imported", message, Place(file.path), hint="remove it")
        for name in _find_shown(found):
            message = f"not imported: `{name}`, with which Jekyll publishes the {_NOUNS[file.kind]}"
            yield warning("not-imported", message, Place(file.path), hint="to hide it, write `published: false`")


def _is_held_back(page: Mapping[str, object]) -> bool:
    return any(holds_back(name, str(value).lower()) for name, value in page.items())


def _find_shown(found: NoteFile) -> list[str]:
    """Returns the keys that hide a text in other programs, and in Jekyll at most leave it out of the home page."""
    return [name for name in ("archived", "hidden") if holds_back(name, str(found.values.get(name, "")).lower())]


def _drop(path: str, what: str, hint: str) -> Converted:
    return Converted(findings=(warning("not-imported", f"not imported: {what}", Place(path), hint=hint),))


def _list_redirects(found: NoteFile) -> list[str]:
    given = found.values.get("redirect_from")
    return [given] if isinstance(given, str) else [str(url) for url in given] if isinstance(given, list) else []


def _split(value: object, *, whole: bool = False) -> tuple[str, ...]:
    """Returns the names in a value. Like Jekyll, splits a text at spaces, unless its key is in the singular."""
    if isinstance(value, list):
        return tuple(str(item) for item in value if item is not None)
    return () if value is None or value == "" else (str(value),) if whole else tuple(str(value).split())
