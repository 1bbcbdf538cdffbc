"""The result of an import: new files, copied files, settings and diagnostics."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import yaml
from msgspec import Struct, field
from msgspec.structs import replace

from afterword.core.diagnostics import Place, note
from afterword.core.files import read
from afterword.core.languages import find_tag
from afterword.core.text import decode
from afterword.front_matter.fields import KEYS
from afterword.front_matter.parser import read_matter
from afterword.front_matter.split import split
from afterword.front_matter.types import as_data
from afterword.talks.inference import quote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic
    from afterword.front_matter.split import Format
    from afterword.site.published_urls import PublishedUrl

_BASE_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""The loader for which all scalars are text, in C where it is there."""

_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n|)---[ \t]*(?:\n|\Z)", re.DOTALL)

_EMPTY_LINES = re.compile(r"\A(?:[ \t]*\n)+(?=(?:---|\+\+\+)[ \t]*\n[\w\"' -]+[:=])")

_PLAIN = re.compile(r"\d{4}-\d\d-\d\d[ T\d:+Z-]*|/[\w./-]*", re.ASCII)
"""Dates and paths, which need no quotes where every scalar is read as text."""

STYLED = re.compile(r"<(?:script|style)\b|<[a-z][^<>]*\s(?:style|on[a-z]+)\s*=", re.IGNORECASE)
"""HTML that needs inline styles or scripts, which other generators have no policy against."""


MOST_LISTED = 12
"""Maximum number of pages that the theme lists in its menu."""

_NEVER_EMPTY = ("title", "draft", "published")
"""Keys that are invalid without a value. Other generators ignore them then."""


class Imported(Struct):
    """An imported blog: texts and the sources of copies by new path, settings, diagnostics.

    `shows_drafts` and `shows_future` say that drafts and future posts are published in every build.
    `counts` has the numbers of posts, drafts, pages and files; `sources` has the old path of each new file. `published`
    has the posts whose ids in feeds would change otherwise.
    """

    texts: dict[str, str] = field(default_factory=dict)
    copies: dict[str, Path] = field(default_factory=dict)
    settings: dict[str, object] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    published: list[PublishedUrl] = field(default_factory=list)
    shows_drafts: bool = False
    shows_future: bool = False

    def count(self, what: str) -> None:
        """Counts one more post, draft, page or file."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def report_long_menu(self) -> None:
        """Adds a note if there are too many pages for a menu."""
        pages = sum(one.startswith("pages/") and one.count("/") == 1 for one in self.sources)
        if pages > MOST_LISTED and "menu" not in self.settings:
            message = f"the menu has only pages such as `/about/`: the blog has {pages} pages at the top"
            self.findings.append(note("no-equivalent", message, hint="list other pages in `menu`"))


class NoteFile(Struct, frozen=True):
    """A text with its YAML front matter: `matter` as written, without its fences, None if there is none.

    `first_line` is the line of the file on which the text begins. With `other_format`, the text begins with front
    matter that is not YAML between fences, and `values` has its keys in lower case.
    """

    matter: str | None
    values: Mapping[str, object]
    text: str
    first_line: int
    other_format: Format | None = None

    def with_lower_case_keys(self, known: Collection[str]) -> NoteFile:
        """Returns the same with the keys that are known in lower case, as Hugo reads them: `Title` is `title`."""
        if self.other_format in ("toml", "json"):
            return replace(self, text=_lower_keys(self.text, known))
        renamed = {
            name: name.lower()
            for name in self.values
            if name not in known and name.lower() in known and name.lower() not in self.values
        }
        if self.matter is None or not renamed:
            return self
        matter = re.sub(
            rf"^(?:{'|'.join(map(re.escape, renamed))})(?=[ \t]*:)",
            lambda match: match[0].lower(),
            self.matter,
            flags=re.MULTILINE,
        )
        return replace(self, matter=matter, values={renamed.get(name, name): self.values[name] for name in self.values})

    def find_empty_keys(self) -> dict[str, object]:
        """Returns the keys without a value, as in a template of posts, as None; and lists without empty items.

        Keys that may be empty stay if no quotes are written.
        """
        found: dict[str, object] = {}
        for name in self.values.keys() & KEYS.keys():
            value = self.values[name]
            if isinstance(value, (list, tuple)) and "" in value:
                found[name] = [item for item in value if item != ""] or None
            elif value == "" and (
                self.matter is None or name in _NEVER_EMPTY or re.search(rf"(?m)^{name}[ \t]*:[ \t]*[\"']", self.matter)
            ):
                found[name] = None
        return found

    def with_keys(self, keys: Mapping[str, object], drop: Iterable[str] = ()) -> NoteFile:
        """Returns a copy without some keys and with these keys; front matter becomes YAML if a key of it changes."""
        if not self.values.keys().isdisjoint(removed := {*keys, *drop}) or (keys and self.other_format is None):
            return self.as_yaml()._replace_keys(keys, removed)
        if not keys:
            return self
        start = self.text.find("\n") + 1 if self.other_format == "toml" else int(self.other_format == "json")
        added = "".join(_write_key(self.other_format, name, value) for name, value in keys.items())
        return replace(self, text=f"{self.text[:start]}{added}{self.text[start:]}")

    def _replace_keys(self, keys: Mapping[str, object], removed: Collection[str]) -> NoteFile:
        matter = self.matter or ""
        if matter.lstrip().startswith("{"):
            matter = "".join(f"{name}: {write_value(value)}\n" for name, value in self.values.items())
        for name in removed:
            matter = re.sub(
                rf"^{re.escape(name)}[ \t]*:.*\n(?:(?:[ \t]+.*|-.*|[ \t]*)\n)*", "", matter, flags=re.MULTILINE
            )
        added = "".join(f"{name}: {write_value(value)}\n" for name, value in keys.items())
        values = {name: value for name, value in self.values.items() if name not in removed} | dict(keys)
        return NoteFile(matter + added, values, self.text, self.first_line)

    def as_yaml(self) -> NoteFile:
        """Returns the same with its front matter in YAML, apart from the text."""
        if self.other_format is None:
            return self
        parts = split("", self.text, len(self.text) * 4)
        matter = "".join(f"{name}: {write_value(value)}\n" for name, value in self.values.items())
        return NoteFile(matter, self.values, parts.text, parts.text_line)

    def write(self) -> str:
        """Returns the file."""
        return self.text if self.matter is None else f"---\n{self.matter}---\n{self.text}"


def _lower_keys(text: str, known: Collection[str]) -> str:
    """Returns a text that begins with TOML or JSON, whose keys are in lower case if they are known."""
    end = len(text) - len(split("", text, len(text) * 4).text)
    names = "|".join(map(re.escape, known))
    key = re.compile(rf"""^(?:[ \t]*\{{?[ \t]*["'])?(?:{names})(?=["']?[ \t]*[:=])""", re.IGNORECASE | re.MULTILINE)
    tables = re.search(r"^\[", text[:end], re.MULTILINE)
    end = tables.start() if tables is not None else end
    return key.sub(lambda match: match[0].lower(), text[:end]) + text[end:]


def _write_key(format_: Format | None, name: str, value: object) -> str:
    """Returns a key of front matter that is not YAML."""
    written = json.dumps(value, ensure_ascii=False)
    if format_ == "toml":
        return f"{name} = {written}\n"
    if format_ == "json":
        return f"{json.dumps(name)}: {written},"
    if isinstance(value, (list, tuple)):
        return f"{name}: {', '.join(map(str, value))}\n"
    return f"{name}: {write_value(value) if isinstance(value, bool) else value}\n"


def write_value(value: object) -> str:
    """Returns a value of front matter in one line of YAML."""
    if isinstance(value, (list, tuple)):
        items = (write_value(item) or "''" for item in value)
        return f"[{', '.join(items)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{quote(str(name))}: {write_value(item)}' for name, item in value.items())}}}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) or _PLAIN.fullmatch(str(value)) else quote(str(value))


def read_source(path: Path) -> bytes:
    """Returns the content of a file of another blog, also behind a symbolic link; raises `Unreadable`."""
    return read(path, 1 << 31, follow=True)


def write_list_page(url: str, template: str, title: str) -> str:
    """Returns a page at a URL with a template of Afterword: `archive`, `feed` or `feeds/rss`; or one that redirects."""
    key = "redirect_to" if template.startswith("/") else "layout"
    hidden = "" if template == "archive" else "unlisted: true\n"
    return f"---\ntitle: {quote(title)}\npermalink: {url}\n{key}: {template}\n{hidden}---\n"


def read_note(path: str, data: bytes) -> NoteFile:
    """Parses a file as a note; invalid YAML front matter has no values and is kept unchanged.

    Front matter can be below empty lines, as in Hugo, if it has a key.
    """
    text = decode(path, data).text
    if (above := _EMPTY_LINES.match(text)) is not None:
        below = read_note(path, text[above.end() :].encode())
        return replace(below, first_line=below.first_line + text.count("\n", 0, above.end()))
    found = _MATTER.match(text)
    if found is None:
        parts = split(path, text, len(data) + 1)
        if parts.matter is None:
            return NoteFile(None, {}, text, 1)
        keys = read_matter(parts, path, lambda _: None)
        values = {name.lower(): as_data(node) for name, node in keys.entries.items()} if keys is not None else {}
        return NoteFile(None, values, text, 1, other_format=parts.format)
    try:
        values = yaml.load(found[1], _BASE_LOADER) or {}  # noqa: S506 - all scalars are text
    except yaml.YAMLError:
        values = {}
    first_line = text.count("\n", 0, found.end()) + 1
    return NoteFile(found[1], values if isinstance(values, dict) else {}, text[found.end() :], first_line)


def place_at(path: str, note: NoteFile, offset: int, length: int = 0) -> Place:
    """Returns the place in a file of an offset in the text of its note."""
    before = note.text[:offset]
    return Place(path, note.first_line + before.count("\n"), offset - before.rfind("\n"), length)


def place_of_key(path: str, note: NoteFile, name: str) -> Place:
    """Returns the place in a file of a key of a note's front matter; the file if no line begins with the key."""
    text = note.text if note.matter is None else note.matter
    found = re.search(rf"(?m)^[ \t{{\"']*(?P<name>{re.escape(name)})\b", text, re.IGNORECASE)
    if found is None:
        return Place(path)
    first_line = 1 if note.matter is None else note.first_line - 1 - text.count("\n")
    before = text[: found.start("name")]
    return Place(path, first_line + before.count("\n"), len(before) - before.rfind("\n"), len(name))


def read_settings(values: Mapping[str, object], names: Mapping[str, str]) -> dict[str, object]:
    """Returns the settings whose values are the same in Afterword; `names` has their names there, the first one counts.

    Texts become one line, languages BCP 47 tags. `author` can be a table with a name. Other values are left out.
    """
    found: dict[str, object] = {}
    for key, name in names.items():
        value = values.get(key)
        if name == "author" and isinstance(value, dict):
            value = next((inner for inner_key, inner in value.items() if str(inner_key).lower() == "name"), None)
        if isinstance(value, str) and (text := " ".join(value.split())):
            found.setdefault(name, _read_language(text) if name == "language" else text)
        elif name == "paginate" and isinstance(value, int) and not isinstance(value, bool) and value > 0:
            found.setdefault(name, value)
    return found


def guess_language(texts: Iterable[str]) -> str:
    """Returns `zh`, `ja` or `ko` if texts are mostly in its script, else empty text. The parser needs to know these."""
    letters = [one for text in texts for one in text if one.isalpha()]
    asian = "".join(one for one in letters if one >= "\u1100")
    if len(asian) * 4 < len(letters) or not asian:
        return ""
    kana, hangul = (sum(low <= one <= high for one in asian) for low, high in ("\u3040\u30ff", "\uac00\ud7ff"))
    return "ja" if kana * 10 > len(asian) else "ko" if hangul * 2 > len(asian) else "zh"


def _read_language(text: str) -> str:
    return find_tag(text) or text.replace("_", "-")


def listed(value: object) -> tuple[str, ...]:
    """Returns the texts of a value that is a list, or one text with commas or spaces between."""
    if isinstance(value, (list, tuple)):
        return tuple(str(item) for item in value if item)
    if not isinstance(value, str):
        return ()
    return tuple(part.strip() for part in (value.split(",") if "," in value else value.split()) if part.strip())
