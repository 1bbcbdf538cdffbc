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
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec.structs import replace

from afterword.core.dates import is_date
from afterword.core.diagnostics import Exit, Failure, error, note, warning
from afterword.core.files import TEXT_EXTENSIONS, Unreadable
from afterword.core.slugs import slugify, split_name, term_slug
from afterword.core.text import shown
from afterword.front_matter.fields import KEYS, TAKEN
from afterword.front_matter.types import FLAGS
from afterword.importers.code import find_fixed, find_formulas, is_inside, replace_outside_code
from afterword.importers.model import Imported, NoteFile, listed, place_at, read_source
from afterword.importers.source_folder import SourceFolder
from afterword.importers.talk_lines import read_talk_lines
from afterword.importers.wikilinks import NOT_IMPORTED, LinkTranslator, list_aliases
from afterword.markdown.comments.removal import remove_comments
from afterword.markdown.rules.alerts import STYLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_DATE_KEYS = ("date", "created", "date created", "published")
_DAY = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_PROPERTY_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")
"""A link in a property of a note."""

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
_DATAVIEW = re.compile(r"^```(dataview|dataviewjs|tasks|query)\b", re.MULTILINE)
_TITLE = re.compile(r"\A\s*# +\S")
_LOW_TITLE = re.compile(
    r"\A\s*#{2,6}[ \t]+(?P<title>[^\s#`*_\[\]<>$\\](?:[^\n`*_\[\]<>$\\]*[^\s#`*_\[\]<>$\\])?)[ \t#]*\n+"
)
"""Matches a title that is no heading of the first level."""

_INLINE_FOOTNOTE = re.compile(
    r"(?<!\\)\^\[(?P<text>(?:\\.|`[^`\n]*`|\n(?![ \t]*\n)|[^\[\]\\`\n]|\[(?:\\.|[^\[\]\\\n])*\])+)\]"
)
_FOOTNOTE_NUMBER = re.compile(r"\[\^(\d+)\]")

_PLACEHOLDER = re.compile(r"\{\{|<%")

_DRAFTS = frozenset({"draft", "drafts"})
"""Names of folders, in lower case, whose notes are drafts."""


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
        self._links = LinkTranslator(self._notes, self._paths, self.result.findings)
        places = ((posixpath.dirname(path), _find_url(path)) for path in self._notes)
        self._urls = Counter(f"{folder}/{name}" for here, name in places for folder in (here, "*"))
        self._dates: Mapping[str, str] | None = None

    def run(self) -> Imported:
        if self._obsidian and self._read_vault("app.json", "strictLineBreaks") is not True:
            self.result.settings["markdown.line_breaks"] = True
            message = "line breaks within paragraphs are shown, as in Obsidian"
            hint = "to join the lines, remove `markdown.line_breaks` from `afterword.toml`"
            self.result.findings.append(note("line-breaks", message, hint=hint))
        if self._obsidian and any(TAKEN & found.values.keys() for found in self._notes.values()):
            self.result.settings["diagnostics.ignore"] = ["reserved-key"]  # properties that no template reads
        for path in self._paths:
            if path in self._notes and self._is_template(path):
                self.report_loss(path, "not imported: a template for new notes", "create `templates/new/post.md`")
            elif path.endswith(".excalidraw.md"):
                self.report(path, "a drawing")
            elif path in self._notes:
                self._import_note(path, self._notes[path])
            elif (kind := NOT_IMPORTED.get(posixpath.splitext(path)[1])) is not None:
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
            if (meant := self.mend_date(path, found, name, written)) and meant != found.values.get("date"):
                keys["date"] = meant
            if meant:
                return
        if split_name(path)[0] is not None and not found.values.get("date"):
            return
        named = [day for day in _DAY.findall(posixpath.basename(path)) if is_date(day)]
        if len(named) == 1:  # as in `PyCon-2014-04-12.md`
            keys["date"] = named[0]
            return
        if self._dates is None:
            self._dates = read_first_commits(self.root)
        keys["date"] = self.guess_date(path, self._dates)

    def _add_properties(self, path: str, found: NoteFile, keys: dict[str, object], drop: list[str]) -> None:
        """Adds what properties of Obsidian mean: tags, links, other names; and `published`, the date of a web page."""
        self._add_tags(found, keys, drop)
        keys |= {name: value for name, value in _read_links(found.values) if name not in keys}
        if "aliases" in found.values:
            keys["other_names"] = list(list_aliases(found))
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
        text = _name_footnotes(self._links.translate(path, found))
        text = replace_outside_code(_BLOCK_ID, lambda match: "\n" * match[0].startswith((" ", "\t")), text, find_fixed)
        text = replace_outside_code(_CALLOUT, _write_alert, text)
        text = replace_outside_code(_TAG_LINE, lambda _match: "", text, find_fixed)
        if any(find_formulas(text)):
            self.result.settings["markdown.math"] = True
        return replace(found, text=text)


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


def _name_footnotes(text: str) -> str:
    """Returns a text whose inline footnotes, `^[text]`, have a number and a definition at the end."""
    number = max(map(int, _FOOTNOTE_NUMBER.findall(text)), default=0)
    definitions: list[str] = []

    def write(match: re.Match[str]) -> str:
        label = f"[^{number + len(definitions) + 1}]"
        definitions.append(f"{label}: {' '.join(match['text'].split())}\n")
        return label

    named = replace_outside_code(_INLINE_FOOTNOTE, write, text, find_fixed)
    return "\n".join((f"{named.rstrip()}\n", *definitions)) if definitions else text


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
