"""Finds the front matter that a text of Jekyll gets, so that it keeps its URL, its categories and `defaults`."""

from __future__ import annotations

import posixpath
import re
from html import unescape
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place, warning
from afterword.core.text import shown
from afterword.front_matter.fields import FURTHER, KEYS
from afterword.front_matter.key_lookup import holds_back
from afterword.importers.jekyll.variables import SHOWN, convert_date, split_names
from afterword.importers.source_folder import explain_invalid_url

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from afterword.importers.jekyll.config import JekyllConfig
    from afterword.importers.jekyll.files import SourceFile
    from afterword.importers.model import NoteFile

LostRedirects: TypeAlias = tuple[tuple[str, str], ...]
"""The redirects of a text that are not imported, with reasons."""

_NOT_DEFAULTS = frozenset({"layout", "title", "slug", "redirect_from", "aliases"})
_DEFAULTS = ({*KEYS, *FURTHER, "robots", "excerpt_separator"}) - _NOT_DEFAULTS
"""The keys of `defaults` that are imported. Layouts are those of Jekyll."""

_ENTITY = re.compile(r"&(?:#\d+|#x[\da-f]+|[a-z][a-z\d]+);", re.IGNORECASE)

_IMAGE_FOLDERS = ("images", "assets/images", "img", "assets/img")
NOUNS = {"post": "post", "draft": "draft", "page": "page", "document": "page", "file": "file"}


class KeyFinder(Struct, frozen=True):
    """What the keys of a text depend on: the settings, the paths of all files, and redirects that are lost, by text."""

    config: JekyllConfig
    paths: Collection[str]
    lost_redirects: Mapping[str, LostRedirects]

    def find(self, file: SourceFile, found: NoteFile, defaults: dict[str, object]) -> dict[str, object]:
        """Returns the keys to set so that a text keeps its URL and its `defaults`; None for keys to remove."""
        keys = {name: value for name, value in defaults.items() if name in _DEFAULTS and name not in found.values}
        if file.kind == "post" and keys.get("permalink") == self.config.permalink:
            del keys["permalink"]
        keys |= self._join_categories(file, found, defaults)
        if file.kind in ("page", "document"):
            keys |= self._find_page_keys(file, found)
        elif (moved := convert_date(found.values.get("date"), self.config.zone, self.config.permalink)) is not None:
            keys["date"] = moved
        keys |= dict.fromkeys(_find_shown(found)) | found.find_empty_keys()
        if isinstance(image := found.values.get("image"), dict) and "path" not in image:
            keys["image"] = self._find_image(str(image.get("feature") or image.get("teaser") or ""))
        for name in ("title", "subtitle", "description"):
            written = str(found.values.get(name))
            if (text := _ENTITY.sub(lambda match: unescape(match[0]), written)) != written:
                keys[name] = text  # layouts of Jekyll show it as HTML
        return keys | self._choose_redirects(file, found)

    def _find_image(self, name: str) -> str | None:
        """Returns the URL of an image of which themes know the folder."""
        places = (name.lstrip("/"), *(f"{folder}/{name}" for folder in _IMAGE_FOLDERS)) if name else ()
        return next((f"/{place}" for place in places if place in self.paths), None)

    def _join_categories(self, file: SourceFile, found: NoteFile, defaults: dict[str, object]) -> dict[str, object]:
        """Returns the categories of the folders, of `defaults` and of front matter (`Document.merge_categories!`)."""
        given = split_names(defaults.get("categories"))
        if not file.folders and not (given and "categories" in found.values):
            return {}
        own = (*split_names(found.values.get("categories")), *split_names(defaults.get("category"), whole=True))
        return {"categories": list(dict.fromkeys((*file.folders, *given, *own)))}

    def _find_page_keys(self, file: SourceFile, found: NoteFile) -> dict[str, object]:
        """Returns the permalink of a page or a document, and no layout of posts, with which it would need a date."""
        keys: dict[str, object] = {}
        if str(found.values.get("layout")) in ("post", "posts"):
            keys["layout"] = None
        if "permalink" in found.values:
            return keys
        stem = posixpath.splitext(file.path)[0]
        suffix = self.config.page_suffix.replace(":output_ext", ".html")
        if file.collection is not None:
            inside = stem.removeprefix(f"{file.collection.folder}/")
            pattern = file.collection.permalink or f"/:collection/:path{suffix}"
            names = {"collection": file.collection.name, "path": inside, "output_ext": ".html"}
            names |= {name: posixpath.basename(inside) for name in ("name", "title", "slug")}
            url = re.sub(r":([a-z_]+)", lambda match: names.get(match[1], match[0]), pattern)
            return keys | {"permalink": re.sub("//+", "/", f"/{url}")}
        if suffix == "/" or posixpath.splitext(posixpath.basename(file.new))[0] == "index":
            return keys
        return keys | {"permalink": f"/{stem}{suffix}"}

    def _choose_redirects(self, file: SourceFile, found: NoteFile) -> dict[str, object]:
        """Returns the redirects of a text, without those that are not imported."""
        if not (lost := dict(self.lost_redirects.get(file.path, ()))):
            return {}
        return {"redirect_from": [url for url in _list_redirects(found) if url not in lost] or None}

    def report(self, file: SourceFile, found: NoteFile) -> Iterator[Diagnostic]:
        """Yields a warning for each redirect and each key that is not imported."""
        for url, reason in self.lost_redirects.get(file.path, ()):
            message = f"not imported: redirect `{shown(url)}`: {reason}"
            yield warning("not-imported", message, Place(file.path), hint="remove it")
        for name in _find_shown(found):
            message = f"not imported: `{name}`, with which Jekyll publishes the {NOUNS[file.kind]}"
            yield warning("not-imported", message, Place(file.path), hint="to hide it, write `published: false`")


def find_lost_redirects(texts: Mapping[str, NoteFile]) -> dict[str, LostRedirects]:
    """Returns the redirects that are not imported, with reasons, by text."""
    owners: dict[str, str] = {}
    lost: dict[str, LostRedirects] = {}
    for path, found in texts.items():
        for url in _list_redirects(found):
            owner = owners.setdefault(url.strip("/"), path)
            reason = f"it is also one of `{owner}`" if owner != path else explain_invalid_url(url)
            if reason:
                lost[path] = (*lost.get(path, ()), (url, reason))
    return lost


def _find_shown(found: NoteFile) -> list[str]:
    """Returns the keys that hide a text in other programs, and in Jekyll at most leave it out of the home page."""
    return [name for name in SHOWN if holds_back(name, str(found.values.get(name, "")).lower())]


def _list_redirects(found: NoteFile) -> list[str]:
    given = found.values.get("redirect_from")
    return [given] if isinstance(given, str) else [str(url) for url in given] if isinstance(given, list) else []
