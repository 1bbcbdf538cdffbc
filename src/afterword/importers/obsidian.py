"""Imports a folder of notes: an Obsidian vault, or plain Markdown.

Wikilinks and embeds become links to files, inline tags become tags. A note without a date gets
that of its first commit, or else of its file, and the report says so.
"""

from __future__ import annotations

import json
import posixpath
import re
import subprocess
from collections import Counter
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from msgspec.structs import replace

from afterword.core.diagnostics import Exit, Failure, error, note, warning
from afterword.core.files import TEXT_EXTENSIONS, Unreadable
from afterword.core.slugs import slugify, split_name, term_slug
from afterword.core.text import shown
from afterword.front_matter.fields import KEYS
from afterword.front_matter.types import FLAGS
from afterword.importers.code import find_fixed, find_formulas, is_inside, replace_outside_code
from afterword.importers.model import Imported, NoteFile, listed, place_at, read_source
from afterword.importers.source_folder import SourceFolder
from afterword.importers.talk_lines import read_talk_lines
from afterword.markdown.comments.removal import remove_comments
from afterword.markdown.rules.alerts import STYLES
from afterword.markdown.writers.headings import heading_id
from afterword.markdown.writers.wikilinks import IMAGES
from afterword.talks.recordings import media_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from afterword.core.diagnostics import Place

_WIKILINK = re.compile(
    r"(?P<embed>!?)\[\[(?P<target>[^\[\]|#\n]*?)(?:#(?P<heading>[^\[\]|\n]*?))?(?:\\?\|(?P<label>[^\[\]\n]*))?\]\]"
    r"(?!\(https?:)"
)
_DATE_KEYS = ("date", "created", "date created", "published")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PROPERTY_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")
"""A link in a property of a note."""

_LINK = re.compile(r"\]\((?P<target>[^()<>\s:#]*)(?P<anchor>#[^()<>\s]*)?\)")
_ROOTED = re.compile(r"(?:\]\(|(?:src|href)=[\"'])(/[^()<>\s#?\"']+)")
_PUBLIC = frozenset({"static", "public"})
"""Folders whose files are at the root of a site."""

_BLOCK_ID = re.compile(
    r"(?:^|[ \t]+)\^[a-zA-Z0-9-]+[ \t]*$(?=\n[ \t>]*(?:$|[-*+#|]|\d+[.)][ \t])|\n?\Z)\n?", re.MULTILINE
)
"""Matches the name of a block, which stands at its end."""
_CALLOUT = re.compile(
    r"^(?P<quote>(?:> ?)+)\[!(?P<kind>\w[\w-]*)\](?P<fold>[+-]?)[ \t]*(?P<title>[^\n]*)$", re.MULTILINE
)
_NAME = r"(?:[^\W\d_]|\d+[^\W\d])[\w/-]*"
_TAG = re.compile(rf"(?<![^\s*_])#(?P<name>{_NAME})(?![\w-])")
_HTML_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG_LINE = re.compile(rf"^[ \t]*(?:#{_NAME}(?:[ \t]+|$))+\n", re.MULTILINE)
_MARKUP = re.compile(r"[\\*`<$]|(?<![^\W_])_|_(?![^\W_])|~~|==|&(?=#?\w+;)")
"""Matches what is markup in the name of a note, which stands in a text as it is."""
_DATAVIEW = re.compile(r"^```(dataview|dataviewjs|tasks|query)\b", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t#]*$", re.MULTILINE)
_PUNCTUATION = re.compile(r"""[]!"#$%&()*+,.:;<=>?@^`{|}~/[\\_-]""")
_TITLE = re.compile(r"\A\s*# +\S")
_LOW_TITLE = re.compile(
    r"\A\s*#{2,6}[ \t]+(?P<title>[^\s#`*_\[\]<>$\\](?:[^\n`*_\[\]<>$\\]*[^\s#`*_\[\]<>$\\])?)[ \t#]*\n+"
)
"""Matches a title that is no heading of the first level."""

_TITLE_LINE = re.compile(r"\s*# +(?P<title>.*?)[ \t#]*$", re.MULTILINE)
_SIZE = re.compile(r"(?:(?P<said>.*)\|)?[ ]*(?P<width>\d+)(?:x(?P<height>\d+))?[ ]*")
_POSITIONS = frozenset({"", "center", "left", "right"})
"""Labels of images that say where they stand, not what they show."""

_PLACEHOLDER = re.compile(r"\{\{|<%")

_DRAFTS = frozenset({"draft", "drafts"})
"""Names of folders, in lower case, whose notes are drafts."""

_NOT_IMPORTED = {".canvas": "a canvas", ".base": "a database", ".excalidraw": "a drawing"}


def import_notes(root: Path, *, obsidian: bool) -> Imported:
    """Imports a folder of notes; raises `Failure` if it has no notes."""
    result = _NotesImport(root, obsidian=obsidian).run()
    if not result.counts.get("post"):
        raise Failure(Exit.USAGE, error("no-source", f"no Markdown files found in `{root}`"))
    return result


class _NotesImport(SourceFolder):
    """The import of one folder."""

    def __init__(self, root: Path, *, obsidian: bool) -> None:
        super().__init__(root)
        self._obsidian = obsidian
        self._templates = self._find_templates()
        self._paths = sorted(self.walk())
        self._notes = {path: self.read_note(path) for path in self._paths if path.endswith(TEXT_EXTENSIONS)}
        texts = () if obsidian else (one.text for one in self._notes.values())
        self._rooted = {unquote(target) for text in texts for target in _ROOTED.findall(text)}
        self._known = frozenset(self._paths)
        self._by_name = self._index()
        places = ((posixpath.dirname(path), _find_url(path)) for path in self._notes)
        self._urls = Counter(f"{folder}/{name}" for here, name in places for folder in (here, "*"))
        self._dates: Mapping[str, str] | None = None

    def run(self) -> Imported:
        if self._obsidian and self._read_vault("app.json", "strictLineBreaks") is not True:
            self.result.settings["markdown.line_breaks"] = True
            message = "line breaks within paragraphs are shown, as in Obsidian"
            hint = "to join the lines, remove `markdown.line_breaks` from `afterword.toml`"
            self.result.findings.append(note("line-breaks", message, hint=hint))
        for path in self._paths:
            if path in self._notes and self._is_template(path):
                self.report_loss(path, "not imported: a template for new notes", "create `templates/new/post.md`")
            elif path.endswith(".excalidraw.md"):
                self.report(path, "a drawing")
            elif path in self._notes:
                self._import_note(path, self._notes[path])
            elif (kind := _NOT_IMPORTED.get(posixpath.splitext(path)[1])) is not None:
                self.report(path, kind)
            elif not self.report_format(path, is_content=False):
                self.copy(path, self._find_file_path(path))
        return self.result

    def _find_file_path(self, path: str) -> str:
        """Returns the new path of a file: in `static/` if a link from the root of the site leads to it."""
        parts = path.split("/")
        rooted = (rest for start in range(len(parts)) if f"/{(rest := '/'.join(parts[start:]))}" in self._rooted)
        if (found := next(rooted, None)) is not None or (parts[0] in _PUBLIC and not self._obsidian):
            return f"static/{found or '/'.join(parts[1:])}"
        return f"posts/{path}"

    def _read_vault(self, name: str, key: str) -> object:
        """Returns a value of the settings of a vault; None if it is missing."""
        try:
            return json.loads(read_source(self.root / ".obsidian" / name)).get(key)
        except (OSError, Unreadable, ValueError, AttributeError):
            return None

    def _find_templates(self) -> frozenset[str]:
        """Returns the folder of a vault that holds templates for new notes, in lower case, as its settings have it."""
        if not self._obsidian:
            return frozenset()
        found = self._read_vault("templates.json", "folder")
        return frozenset({"templates", str(found or "templates").strip("/").lower()})

    def is_wanted(self, folder: str) -> bool:
        if folder.lower() in self._templates:
            self.report_loss(folder, "not imported: templates for new notes", "create `templates/new/post.md`")
            return False
        return posixpath.basename(folder) != "node_modules" and super().is_wanted(folder)

    def _is_template(self, path: str) -> bool:
        """Returns whether a note has a placeholder in place of its title or date."""
        values = self._notes[path].values
        return self._obsidian and any(
            _PLACEHOLDER.search(str(values.get(key) or "")) for key in ("title", "date", "created")
        )

    def _index(self) -> Mapping[str, list[str]]:
        """Returns the files by the names that wikilinks use, in lower case: name, name without suffix, alias."""
        found: dict[str, list[str]] = {}
        for path in sorted(self._paths, key=lambda path: (len(path), path)):
            name = posixpath.basename(path).lower()
            for form in {name, name.removesuffix(".md")}:
                found.setdefault(form, []).append(path)
        aliases = {alias.lower(): path for path, one in reversed(self._notes.items()) for alias in listed_aliases(one)}
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

    def _import_note(self, path: str, original: NoteFile) -> None:
        is_draft = not _DRAFTS.isdisjoint(path.lower().split("/")[:-1])
        if original.other_format is not None:
            is_open = is_draft and original.values.keys().isdisjoint({"draft", "published", "status"})
            self.add(path, f"posts/{path}", original.with_keys({"draft": True} if is_open else {}), "post")
            return
        found = original.with_lower_case_keys(KEYS)
        changed = self._translate(path, found) if self._obsidian else found
        talk = read_talk_lines(changed.text) if "talk" not in found.values else None
        keys: dict[str, object] = {}
        drop: list[str] = []
        if talk is not None:
            changed = replace(changed, text=talk.text)
        title = found.values.get("title") or (talk.title if talk is not None else "")
        if not found.values.get("title") and (talk is not None or _TITLE.match(changed.text) is None):
            heading = None if self._obsidian or title else _LOW_TITLE.match(changed.text)
            changed = replace(changed, text=changed.text[heading.end() :]) if heading is not None else changed
            keys["title"] = title or (heading["title"] if heading is not None else self._find_title(path))
        if is_draft and not {"draft", "published"} & found.values.keys():
            keys["draft"] = True
        if {"permalink", "slug"}.isdisjoint(found.values):
            keys |= self._find_permalink(path)
        self._add_date(path, found, keys)
        if self._obsidian:
            self._add_properties(path, found, keys, drop)
        if str(found.values.get("permalink") or "").strip() == "/":
            drop.append("permalink")
            self.report(path, "the URL of the home page", "to keep it, move the text to `pages/index.md`")
        if self._obsidian and "](obsidian://" in changed.text:
            self.result.settings["markdown.schemes"] = ["http", "https", "mailto", "tel", "obsidian"]
        changed = changed.with_keys(keys, drop)
        if talk is not None:
            changed = replace(changed, matter=(changed.matter or "") + talk.block)
        self.add(path, f"posts/{path}", changed, "post")

    def _find_permalink(self, path: str) -> dict[str, object]:
        """Returns a permalink with the folders of a note, if others have its name, and its date if these are near."""
        folder, name = posixpath.dirname(path), _find_url(path)
        is_alone = self._urls[f"{folder}/{name}"] == 1
        if self._urls[f"*/{name}"] == 1 or (is_alone and not folder):
            return {}
        last = name if is_alone else term_slug(posixpath.splitext(posixpath.basename(path))[0])
        return {"permalink": "/".join(("/posts", *map(term_slug, filter(None, folder.split("/"))), last, ""))}

    def _find_title(self, path: str) -> str:
        """Returns the title that the name of a file gives. Outside of a vault, underscores stand for spaces."""
        name = split_name(path)[1] or posixpath.splitext(posixpath.basename(path))[0]
        spaced = name if self._obsidian or " " in name else name.replace("_", " ").strip()
        return spaced[:1].upper() + spaced[1:] if spaced != name else name

    def _add_date(self, path: str, found: NoteFile, keys: dict[str, object]) -> None:
        for name in _DATE_KEYS:
            written = _read_text(found.values.get(name))
            if not written or (name != "date" and not _DAY.match(written)):
                continue
            if (meant := self.mend_date(path, written)) and meant != found.values.get("date"):
                keys["date"] = meant
            if meant:
                return
        if split_name(path)[0] is not None and not found.values.get("date"):
            return
        if self._dates is None:
            self._dates = read_first_commits(self.root)
        keys["date"] = self.guess_date(path, self._dates)

    def _add_properties(self, path: str, found: NoteFile, keys: dict[str, object], drop: list[str]) -> None:
        """Adds what properties of Obsidian mean: tags, links, other names; and `published`, the date of a web page."""
        self._add_tags(found, keys, drop)
        keys |= {name: value for name, value in _read_links(found.values) if name not in keys}
        if "aliases" in found.values:
            keys["other_names"] = list(listed_aliases(found))
            drop.append("aliases")
        written = str(found.values.get("published", "true"))
        if written.lower() not in FLAGS and not _DAY.match(written):
            drop.append("published")
            if written:
                message = f"key `published: {shown(written)}` is not imported: it is not a date"
                self.report_loss(path, message, "write `published: 2026-01-31` if it is the date of the note")

    def _add_tags(self, found: NoteFile, keys: dict[str, object], drop: list[str]) -> None:
        """Adds the tags of the text to those of front matter; in the text they stay as words."""
        text = _HTML_COMMENT.sub("", remove_comments("", found.text, 1).text)
        fixed = find_fixed(text)
        inline = [match["name"] for match in _TAG.finditer(text) if not is_inside(match.start(), fixed)]
        own = listed(found.values.get("tags")) or listed(found.values.get("tag"))
        own = tuple(name.removeprefix("#") for name in own)
        if new := [name for name in dict.fromkeys(inline) if name.lower() not in map(str.lower, own)]:
            keys["tags"] = [*own, *new]
            drop += ["tags", "tag"]

    def _translate(self, path: str, found: NoteFile) -> NoteFile:
        for match in _DATAVIEW.finditer(found.text):
            message, hint = f"queries are not supported: `{match[1]}`", "replace it with the list that it produces"
            place = place_at(path, found, match.start())
            self.result.findings.append(warning("not-imported", message, place, label="shown as code", hint=hint))
        text = replace_outside_code(_LINK, lambda match: self._find_file(path, found, match), found.text, find_fixed)
        linked = replace(found, text=text)
        text = replace_outside_code(_WIKILINK, lambda match: self._link(path, linked, match), text, find_fixed)
        text = replace_outside_code(_BLOCK_ID, lambda match: "\n" * match[0].startswith((" ", "\t")), text, find_fixed)
        text = replace_outside_code(_CALLOUT, _write_alert, text)
        text = replace_outside_code(_TAG_LINE, lambda _match: "", text, find_fixed)
        if any(find_formulas(text)):
            self.result.settings["markdown.math"] = True
        return replace(found, text=text)

    def _link(self, path: str, found: NoteFile, match: re.Match[str]) -> str:
        name, heading, label = match["target"].strip(), (match["heading"] or "").strip(), (match["label"] or "").strip()
        named = self._find_named(name, path) if name else [path]
        target = named[0] if named else None
        text = label or _MARKUP.sub(r"\\\g<0>", " > ".join(filter(None, (name, *map(str.strip, heading.split("#"))))))
        place = place_at(path, found, match.start(), len(match[0]))
        report = self.result.findings.append
        if (kind := _NOT_IMPORTED.get(posixpath.splitext(name)[1])) is not None:
            label = "left out" if match["embed"] else "shown as text"
            message, hint = f"{kind} is not supported: `{shown(name)}`", "write what it shows as text"
            report(warning("not-imported", message, place, label=label, hint=hint))
            return "" if match["embed"] else text
        if target is None:
            message = f"note or file not found: `{shown(name)}`"
            report(warning("broken-link", message, place, label="shown as text", hint="correct the link"))
            return text
        if len(named) > 1:
            message, hint = f"ambiguous link: `{shown(name)}`", f"or is it `{shown(named[1])}`? Correct the link"
            report(warning("ambiguous-link", message, place, label=f"links to `{shown(target)}`", hint=hint))
        is_embedded = bool(match["embed"]) and target.endswith(TEXT_EXTENSIONS)
        anchor = self._find_anchor(target, heading, place, is_embedded=is_embedded)
        url = (
            f"{quote(posixpath.relpath(target, posixpath.dirname(path) or '.'))}{anchor}" if target != path else anchor
        )
        if not match["embed"]:
            return f"[{text}]({url or quote(posixpath.basename(path))})"
        if is_embedded:
            message, hint = f"embedding a note is not supported: `{shown(name)}`", "copy the text of the note"
            report(warning("not-imported", message, place, label="replaced with a link", hint=hint))
            return f"[{text.partition(' > ^')[0]}]({url})"
        if not target.lower().endswith(IMAGES) and not media_type(target):
            return f"[{text}]({url})"
        size, stem = _SIZE.fullmatch(label), posixpath.splitext(posixpath.basename(name))[0]
        said = (size["said"] or "").strip(" |") if size is not None else label
        description = stem if said.lower() in _POSITIONS else said
        if size is not None:
            height = f' height="{size["height"]}"' if size["height"] else ""
            return f'<img src="{url}" alt="{escape(description)}" width="{size["width"]}"{height}>'
        return f"![{description}]({url})"

    def _find_anchor(self, target: str, heading: str, place: Place, *, is_embedded: bool = False) -> str:
        """Returns the anchor of a heading of a note; a place in another file, such as `page=3`, as it is written."""
        if not target.endswith(TEXT_EXTENSIONS):
            return f"#{quote(heading, safe='=&,:.')}" if heading else ""
        wanted = heading.rpartition("#")[2].strip()
        if wanted.startswith("^") and is_embedded:
            return ""
        if wanted.startswith("^"):
            message = f"links to blocks are not supported: `{shown(wanted)}`"
            found = warning("not-imported", message, place, label="links to the note")
            self.result.findings.append(found)
            return ""
        if not wanted or self._is_title(target, wanted):
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
        url = match["target"] if is_kept else quote(posixpath.relpath(target, posixpath.dirname(path) or "."))
        return f"]({url}{anchor})" if url or anchor else f"]({quote(posixpath.basename(path))})"

    def _list_headings(self, target: str) -> list[str]:
        return _HEADING.findall(self._notes[target].text) if target in self._notes else []

    def _is_title(self, target: str, heading: str) -> bool:
        """Returns whether a heading is the one that a note begins with: its title, which has no anchor."""
        found = _TITLE_LINE.match(self._notes[target].text) if target in self._notes else None
        return found is not None and _simplify(found["title"]) == _simplify(heading)


def _simplify(heading: str) -> str:
    """Returns a heading as Obsidian compares it with that of a link: without punctuation and letter case."""
    return " ".join(_PUNCTUATION.sub(" ", heading).lower().split())


def _find_url(path: str) -> str:
    """Returns the last segment of a note's URL, in lower case: notes in several folders can have the same."""
    return slugify(split_name(path)[1], "pretty").lower()


def _read_links(values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yields the keys of Afterword whose values are links to notes, with the texts of the links."""
    for name in KEYS & values.keys():
        given = values[name]
        if isinstance(given, list) and not any(isinstance(item, dict) for item in given):
            texts: object = [*map(_read_text, given)]
        else:
            texts = _read_text(given) or given
        if texts != given:
            yield name, texts


def _read_text(value: object) -> str:
    """Returns the text of a property; of a link `[[x]]`, which is a list in a list without quotes, its text."""
    while isinstance(value, list) and len(value) == 1:
        (value,) = value
    return _PROPERTY_LINK.sub(r"\1", value).strip() if isinstance(value, str) else ""


def listed_aliases(found: NoteFile) -> tuple[str, ...]:
    """Returns the other names of a note; in Obsidian a text is one name, with commas between several."""
    value = found.values.get("aliases") or found.values.get("alias")
    if isinstance(value, list):
        return tuple(str(item) for item in value if item)
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else ()


def _write_alert(match: re.Match[str]) -> str:
    """Returns a note for a callout of a kind that Afterword does not have; the kind is its title, as in Obsidian."""
    if match["kind"].lower() in STYLES:
        return match[0]
    title = match["title"].strip() or match["kind"].replace("-", " ").capitalize()
    return f"{match['quote']}[!note]{match['fold']} {title}"


def read_first_commits(root: Path) -> Mapping[str, str]:
    """Returns the day on which each file of a Git repository was committed first; nothing if it is in none."""
    command = ["git", "-C", str(root), "-c", "core.quotePath=false", "log"]
    command += ["--reverse", "--relative", "--name-only", "--format=%x00%as"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return {}
    found: dict[str, str] = {}
    for commit in done.stdout.split("\0")[1:] if done.returncode == 0 else ():
        day, *names = commit.split("\n")
        for name in names:
            if name:
                found.setdefault(name, day)
    return found
