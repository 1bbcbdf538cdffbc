"""Translates the links of Obsidian's notes to Markdown: wikilinks, embeds, and links to files by name or heading."""

from __future__ import annotations

import posixpath
import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from msgspec.structs import replace

from afterword.core.diagnostics import warning
from afterword.core.files import TEXT_EXTENSIONS
from afterword.core.text import shown
from afterword.importers.code import find_fixed, replace_outside_code
from afterword.importers.model import NoteFile, place_at
from afterword.markdown.writers.headings import heading_id
from afterword.markdown.writers.wikilinks import IMAGES
from afterword.talks.recordings import media_type

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from afterword.core.diagnostics import Diagnostic, Place

NOT_IMPORTED = {".canvas": "a canvas", ".base": "a database", ".excalidraw": "a drawing"}
"""What files with these suffixes are."""

_WIKILINK = re.compile(
    r"(?P<embed>!?)\[\[(?P<target>[^\[\]|#\n]*?)(?:#(?P<heading>[^\[\]|\n]*?))?(?:\\?\|(?P<label>[^\[\]\n]*))?\]\]"
    r"(?!\(https?:)"
)
_LINK = re.compile(r"\]\((?P<target>[^()<>\s:#]*)(?P<anchor>#[^()<>\s]*)?\)")
_MARKUP = re.compile(r"[\\*`<$]|(?<![^\W_])_|_(?![^\W_])|~~|==|&(?=#?\w+;)")
"""Matches what is markup in the name of a note, which stands in a text as it is."""

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t#]*$", re.MULTILINE)
_PUNCTUATION = re.compile(r"""[]!"#$%&()*+,.:;<=>?@^`{|}~/[\\_-]""")
_TITLE_LINE = re.compile(r"\s*# +(?P<title>.*?)[ \t#]*$", re.MULTILINE)
_SIZE = re.compile(r"(?:(?P<said>.*)\|)?[ ]*(?P<width>\d+)(?:x(?P<height>\d+))?[ ]*")
_POSITIONS = frozenset({"", "center", "left", "right"})
"""Labels of images that say where they stand, not what they show."""


class LinkTranslator:
    """The links between the files of a vault. Findings are added to `findings`."""

    def __init__(self, notes: dict[str, NoteFile], paths: Collection[str], findings: list[Diagnostic]) -> None:
        self._notes = notes
        self._known = frozenset(paths)
        self._findings = findings
        self._by_name = self._index()

    def translate(self, path: str, found: NoteFile) -> str:
        """Returns the text of a note with its links as Markdown."""
        text = replace_outside_code(_LINK, lambda match: self._find_file(path, found, match), found.text, find_fixed)
        linked = replace(found, text=text)
        return replace_outside_code(_WIKILINK, lambda match: self._link(path, linked, match), text, find_fixed)

    def _index(self) -> Mapping[str, list[str]]:
        """Returns the files by the names that wikilinks use, in lower case: name, name without suffix, alias."""
        found: dict[str, list[str]] = {}
        for path in sorted(self._known, key=lambda path: (len(path), path)):
            name = posixpath.basename(path).lower()
            for form in {name, name.removesuffix(".md")}:
                found.setdefault(form, []).append(path)
        aliases = {alias.lower(): path for path, one in reversed(self._notes.items()) for alias in list_aliases(one)}
        return {alias: [path] for alias, path in aliases.items()} | found

    def _find_named(self, name: str, source: str) -> list[str]:
        """Returns the files that a name in a note can mean, in Obsidian's order.

        They are the one with that path, or else those whose path ends with it: those below the note's folder, or else
        all, shortest path first.
        """
        folder, wanted = posixpath.dirname(source), name.strip().lower()
        if wanted.startswith("."):
            wanted = posixpath.normpath(posixpath.join(folder.lower(), wanted))
        wanted = wanted.lstrip("/")
        named = self._by_name.get(wanted) or self._by_name.get(posixpath.basename(wanted), [])
        paths = {path: f"/{path}".lower().removesuffix("" if wanted.endswith(".md") else ".md") for path in named}
        if exact := [path for path in named if paths[path] == f"/{wanted}" and (path.endswith(".md") or "." in wanted)]:
            return exact[:1]
        found = [path for path in named if paths[path].endswith(f"/{wanted}")] or self._by_name.get(wanted, [])
        return [path for path in found if path.startswith(f"{folder}/")] or found if folder else found

    def _link(self, path: str, found: NoteFile, match: re.Match[str]) -> str:
        """Returns Markdown for a wikilink or an embed."""
        name, heading, label = ((match[group] or "").strip() for group in ("target", "heading", "label"))
        named = self._find_named(name, path) if name else [path]
        text = label or _MARKUP.sub(r"\\\g<0>", " > ".join(filter(None, (name, *map(str.strip, heading.split("#"))))))
        place = place_at(path, found, match.start(), len(match[0]))
        if (kind := NOT_IMPORTED.get(posixpath.splitext(name)[1])) is not None:
            message, hint = f"{kind} is not supported: `{shown(name)}`", "write what it shows as text"
            self._findings.append(
                warning(
                    "not-imported", message, place, label="left out" if match["embed"] else "shown as text", hint=hint
                )
            )
            return "" if match["embed"] else text
        if not named:
            message = f"note or file not found: `{shown(name)}`"
            self._findings.append(
                warning("broken-link", message, place, label="shown as text", hint="correct the link")
            )
            return text
        target, *others = named
        if others:
            message, hint = f"ambiguous link: `{shown(name)}`", f"or is it `{shown(others[0])}`? Correct the link"
            self._findings.append(
                warning("ambiguous-link", message, place, label=f"links to `{shown(target)}`", hint=hint)
            )
        is_embedded = bool(match["embed"]) and target.endswith(TEXT_EXTENSIONS)
        anchor = self._find_anchor(target, heading, place, is_embedded=is_embedded)
        url = anchor if target == path else f"{_find_relative(target, path)}{anchor}"
        if is_embedded:
            message, hint = f"embedding a note is not supported: `{shown(name)}`", "copy the text of the note"
            self._findings.append(warning("not-imported", message, place, label="replaced with a link", hint=hint))
            return f"[{text.partition(' > ^')[0]}]({url})"
        if match["embed"] and (target.lower().endswith(IMAGES) or media_type(target)):
            return _write_image(url, label, posixpath.splitext(posixpath.basename(name))[0])
        return f"[{text}]({url or quote(posixpath.basename(path))})"

    def _find_anchor(self, target: str, heading: str, place: Place, *, is_embedded: bool = False) -> str:
        """Returns the anchor of a heading of a note; a place in another file, such as `page=3`, as it is written."""
        if not target.endswith(TEXT_EXTENSIONS):
            return f"#{quote(heading, safe='=&,:.')}" if heading else ""
        wanted = heading.rpartition("#")[2].strip()
        if wanted.startswith("^") and not is_embedded:
            message = f"links to blocks are not supported: `{shown(wanted)}`"
            self._findings.append(warning("not-imported", message, place, label="links to the note"))
        if not wanted or wanted.startswith("^") or self._is_title(target, wanted):
            return ""
        meant = next((one for one in self._list_headings(target) if _simplify(one) == _simplify(wanted)), wanted)
        return f"#{quote(heading_id(meant))}"

    def _find_file(self, path: str, found: NoteFile, match: re.Match[str]) -> str:
        """Returns a link to a file, with the path of one that has only its name, and with the id of a heading."""
        name, heading = unquote(match["target"]), unquote((match["anchor"] or "").removeprefix("#"))
        start = "" if name.startswith("/") else posixpath.dirname(path)
        near = posixpath.normpath(posixpath.join(start, name.lstrip("/")))
        nearest = next((form for form in (near, f"{near}.md") if form in self._known), None) if name else path
        target = nearest or next(iter(self._find_named(name, path)), None)
        if target is None:
            return match[0]
        wanted = heading.rpartition("#")[2]
        is_heading = wanted.startswith("^") or wanted in self._list_headings(target)
        place = place_at(path, found, match.start())
        anchor = self._find_anchor(target, heading, place) if is_heading else match["anchor"] or ""
        is_kept = nearest is not None and not name.startswith("/")
        if is_kept and anchor == (match["anchor"] or ""):
            return match[0]
        url = match["target"] if is_kept else _find_relative(target, path)
        return f"]({f'{url}{anchor}' or quote(posixpath.basename(path))})"

    def _list_headings(self, target: str) -> list[str]:
        return _HEADING.findall(self._notes[target].text) if target in self._notes else []

    def _is_title(self, target: str, heading: str) -> bool:
        """Returns whether a heading is the one that a note begins with: its title, which has no anchor."""
        found = _TITLE_LINE.match(self._notes[target].text) if target in self._notes else None
        return found is not None and _simplify(found["title"]) == _simplify(heading)


def _find_relative(target: str, path: str) -> str:
    """Returns the link from a note to a file of the vault."""
    return quote(posixpath.relpath(target, posixpath.dirname(path) or "."))


def _write_image(url: str, label: str, name: str) -> str:
    """Returns an image, sound or video; `label` can have a description, a position and a size."""
    size = _SIZE.fullmatch(label)
    said = (size["said"] or "").strip(" |") if size is not None else label
    description = name if said.lower() in _POSITIONS else said
    if size is None:
        return f"![{description}]({url})"
    height = f' height="{size["height"]}"' if size["height"] else ""
    return f'<img src="{url}" alt="{escape(description)}" width="{size["width"]}"{height}>'


def _simplify(heading: str) -> str:
    """Returns a heading as Obsidian compares it with that of a link: without punctuation and letter case."""
    return " ".join(_PUNCTUATION.sub(" ", heading).lower().split())


def list_aliases(found: NoteFile) -> tuple[str, ...]:
    """Returns the other names of a note; in Obsidian a text is one name, with commas between several."""
    value = found.values.get("aliases") or found.values.get("alias")
    if isinstance(value, list):
        return tuple(str(item) for item in value if item)
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else ()
