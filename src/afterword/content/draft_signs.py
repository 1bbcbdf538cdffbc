"""Warns of posts whose path, title or first paragraph says that they should not be published."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from unicodedata import normalize

from afterword.core.diagnostics import Diagnostic, Place, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.talks.resolve import find_position

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.content.outline import Title
    from afterword.front_matter.parser import Document

_PRIVATE_FOLDERS = frozenset(
    {"draft", "wip", "private", "secret", "secrets", "confidential", "hidden", "unpublished", "trash"}
    | {"template", "templates", "archetypes"}
    | {"entwürfe", "brouillons", "borradores", "bozze", "rascunhos", "черновики"}
)
"""Folders whose texts other generators, Obsidian or their writers keep from readers."""

_LEADING = ("_", "~", "#")
"""First characters of names that Jekyll leaves out (`EntryFilter`); `_index` names a section in Hugo and Zola."""

_WORD = r"(?i:draft|wip|unpublished|do not publish|not for publication)"
_IN_BRACKETS = rf"[\[(]{_WORD}[\])]"
_TITLE = lazy_pattern(
    rf"(?:DRAFT|WIP)(?: ?[:—–|]| -).*|{_IN_BRACKETS}.*|.*\S[ ]?{_IN_BRACKETS}|.*\S(?: [-–—|]|:) {_WORD}"
    r"|.*[a-z] DRAFT"
)
"""Titles that say that the text is a draft."""

_NAME = lazy_pattern(
    rf".+(?:\.(?i:draft|wip|unpublished|private|secret)|[ _-]{_IN_BRACKETS})"
    rf"|(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}[-_ ]?)?(?:(?:DRAFT|WIP)[ _:-].*|{_IN_BRACKETS}.*)"
)
"""Names of files, without ending, that say that the text is a draft; `draft-horses` in lower case is a title."""

_IN_CAPITALS = frozenset({"DRAFT", "WIP", "CONFIDENTIAL", "EMBARGOED", "UNPUBLISHED"})
"""Words that say the same if they are a paragraph of their own, in capitals."""

_SENTENCES = lazy_pattern(
    r"(?:(?:draft|wip|confidential|this \w+ is) )?"
    r"(?:(?:please )?(?:do not|don t|never) (?:publish|share|distribute|circulate)"
    r"|not (?:yet |ready )?for (?:publication|release|distribution|circulation)"
    r"|not to be (?:published|released|shared|distributed|circulated)|(?:for )?internal use only|off the record"
    r"|under embargo|embargoed until .*|unpublished draft|nicht veröffentlichen|ne pas publier|no publicar)"
    r"(?: yet| please)?"
)
"""Sentences, in lower case, that say that the text below should not be published."""

_SIGNS = ("publi", "shar", "releas", "distrib", "circul", "internal", "record", "embargo", "veröff")
"""Every such sentence contains one of these, and searching for them is faster."""

_NO_WORD = lazy_pattern(r"<[^<>]*>|[\W_]+")
_ALERT = lazy_pattern(r"[> \t]*\[!\w+\][-+]?[ \t]*")
_MOST_LINES = 12
_LONGEST = 80
"""Maximum number of lines of a text, and of characters of a line, that are searched."""

_TO_HIDE = "write `draft: true` to hide it"


def find_draft_sign(document: Document, heading: Title | None) -> tuple[Diagnostic, ...]:
    """Returns a warning for the first sign that the text should not be published, or nothing.

    `heading` is the one that the text begins with, which is the title of a text without another.
    """
    names = document.path.split("/")[1:]
    name = next((name for name in names if name.startswith(_LEADING) and posixpath.splitext(name)[0] != "_index"), None)
    place, hint = Place(document.path), "move it to `drafts/` if it should not be published; otherwise rename it"
    if name is not None:
        message = f"`{shown(name)}` does not hide the text, unlike in Jekyll and Astro"
    elif (name := _find_hiding_name(names)) is not None:
        message = f"`{shown(name)}` in the path does not hide the text"
    elif (titled := _find_title(document, heading)) is not None:
        title, place = titled
        message, hint = f"the title `{shown(title)}` does not hide the post", _TO_HIDE
    elif (found := _find_line(document.text)) is not None:
        number, line = found
        message, hint = f"`{shown(line.strip())}` does not hide the post", _TO_HIDE
        place = document.place(number, 0, len(line))
    else:
        return ()
    return (warning("unclear-visibility", message, place, hint=hint),)


def _find_title(document: Document, heading: Title | None) -> tuple[str, Place] | None:
    """Returns the title and its place, if it says that the text is a draft."""
    title = document.matter.title
    if title is not None:
        place = document.matter.places.get("title", Place(document.path))
        return (title, place) if _TITLE.fullmatch(title) else None
    if heading is None or _TITLE.fullmatch(heading.plain.text) is None:
        return None
    return heading.plain.text, document.place(*find_position(document.text, heading.written, heading.lines[0]))


def _find_line(text: str) -> tuple[int, str] | None:
    """Returns the number and the text of the line that says that the text should not be published, or None.

    It is the first paragraph or heading, or the first paragraph below a heading.
    """
    rows = [*text.split("\n", _MOST_LINES)[:_MOST_LINES], ""]
    filled = [
        number for number, row in enumerate(rows) if row.strip() and not (row[0] == ">" and _ALERT.fullmatch(row))
    ]
    for number in filled[: 2 if filled and rows[filled[0]].startswith("#") else 1]:
        row, below = rows[number], rows[number + 1].strip("> \t")
        if len(row) > _LONGEST or (below.strip("=-") and not row.startswith("#")):
            continue
        lowered = row.casefold()
        if not (any(sign in lowered for sign in _SIGNS) or any(word in row for word in _IN_CAPITALS)):
            continue
        words = _NO_WORD.sub(" ", row).strip()
        if words in _IN_CAPITALS or _SENTENCES.fullmatch(" ".join(words.casefold().split())) is not None:
            return number, row
    return None


def _find_hiding_name(names: Sequence[str]) -> str | None:
    """Returns a folder of `_PRIVATE_FOLDERS`, or the name of a file that says `draft`, as `a.draft.md` does.

    The folder of an `index.md` is the name of the post: `private/index.md` may be about privacy.
    """
    *folders, own = names
    stem = posixpath.splitext(own)[0]
    if stem == "index" and folders:
        stem = own = folders.pop()
    for folder in folders:
        if normalize("NFC", folder.casefold()) in _PRIVATE_FOLDERS:
            return folder
    return own if _NAME.fullmatch(stem) is not None else None
