"""Writes alerts: boxes with a title, and those that fold as `<details>`."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from afterword.markdown.rules.alerts import STYLES
from afterword.markdown.rules.attributes import written_attributes

if TYPE_CHECKING:
    from markdown_it.token import Token

    from afterword.markdown.writers.writer import Writer


def open_alert(writer: Writer, token: Token) -> None:
    """Begins an alert; one of an unknown kind has the style of a note."""
    given = dict(token.meta.get("written", {}))
    kind = token.info.lower()
    more = f" {given.pop('class')}" if "class" in given else ""
    rest = written_attributes(writer, given) if given else ""
    tag = "details" if token.type == "fold_open" else "div"
    role = "" if tag == "details" else ' role="note"'
    is_open = " open" if token.meta.get("open") else ""
    writer.write(f'<{tag} class="alert alert-{STYLES.get(kind, "note")}{escape(more)}"{role}{is_open}{rest}>\n')


def open_alert_title(writer: Writer, token: Token) -> None:
    """Begins the title of an alert; a default title is replaced with the theme's translation."""
    if not token.meta.get("own"):
        kind = writer.blocks[writer.index - 1].info.lower()
        for child in writer.blocks[writer.index + 1].children or ():
            child.content = str(getattr(writer.options.words, kind))
    writer.write("<summary>" if token.type == "fold_title_open" else "<p>")
