"""Titles: of a document's front matter, of the heading that its text begins with, or of its file's name.

Relies on `wording` for what a heading says without its markup. Refuses to lose what a title cannot show without a word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.diagnostics import Diagnostic, Place, warning
from afterword.talks.outline import trim_heading
from afterword.wording import read_words, tell_lost

if TYPE_CHECKING:
    from afterword.frontmatter import Document

_LEADING_HEADING = re.compile(r"(?:[ \t]*\n)*# +(\S.*)(?:\n|\Z)")


def read_title(document: Document, name_slug: str) -> tuple[str, str, tuple[Diagnostic, ...]]:
    """A document's title; its text, without a heading that became the title; and what there is to say about it.

    `name_slug` is the slug of its file's name.
    """
    if document.matter.title is not None:
        return document.matter.title, document.text, ()
    heading = _LEADING_HEADING.match(document.text)
    written = trim_heading(heading[1]) if heading is not None else ""
    wording = read_words(written, document.text) if written else None
    if heading is not None and wording is not None and wording.text:
        above = document.text.count("\n", 0, heading.start(1))
        column = heading.start(1) - document.text.rfind("\n", 0, heading.start(1)) - 1
        place = document.place(above, column, len(written))
        text = "\n" * (above + 1) + document.text[heading.end() :]
        return wording.text, text, tell_lost(wording, "title", place)
    title = titleize(document.matter.slug or name_slug) or document.path
    remark = warning(
        "missing-title",
        "this post has no title",
        Place(document.path, 1, 1),
        label=f"it is called “{title}”, after its file",
        hint="add `title: …` to the front matter, or begin the text with a `# heading`",
    )
    return title, document.text, (remark,)


def titleize(slug: str) -> str:
    """Jekyll's title of a post that has none: the slug's words, capitalized."""
    return " ".join(word.capitalize() for word in slug.split("-"))
