"""Tells of HTML, classes and styles by which other tools hide text that browsers, feeds or the search show."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from afterword.core.diagnostics import Diagnostic, Place, error, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.markdown.html_tags import VOID
from afterword.markdown.warnings.constructs import HOW_TO_HIDE

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.markdown.writers.writer import Writer

_HIDING_ELEMENTS = frozenset({"hidden", "hide", "private", "draft", "secret", "noinclude", "comment"})
_CLASSES = lazy_pattern(r"""\sclass\s*=\s*["']?([^"'<>]*)""", re.IGNORECASE)
_MEMBERS_ONLY = lazy_pattern(r"<!--\s*members-only\s*-->", re.IGNORECASE)
_HIDING_STYLE = lazy_pattern(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))(?![\w-])", re.IGNORECASE
)
_WITHOUT_TEXT = VOID | {"audio", "canvas", "iframe", "object", "svg", "video"}
_HIDING_CLASS = lazy_pattern(
    r"(?<![\w-])(?:(?:is-)?hidden|d-none|display-none|hide|invisible|private|draft|secret|unpublished)(?![\w-])"
)


def find_hiding_class(classes: str) -> str:
    """Returns the first class by whose name the text is not for readers; empty if none is."""
    found = _HIDING_CLASS.search(classes)
    return found[0] if found is not None else ""


def warn_of_hiding_class(writer: Writer, name: str, locate: Callable[[], Place]) -> None:
    """Warns of a class that is meant to hide text."""

    def make() -> Diagnostic:
        message = f"class `{name}` does not hide the text in feeds and in the search"
        hint = "put text that is not to be published between `%%` and `%%`; otherwise rename the class"
        return warning("hidden-class", message, locate(), hint=hint)

    writer.report_lazily("hidden-class", make)


def warn_of_hiding_style(writer: Writer, name: str, styles: str, locate: Callable[[], Place]) -> bool:
    """Warns of a `style` that is meant to hide the text of an element; returns whether it has one."""
    found = _HIDING_STYLE.search(styles) if name not in _WITHOUT_TEXT else None
    if found is None:
        return False

    def make() -> Diagnostic:
        where = "on the page, in feeds and in the search" if writer.options.strict_csp else "in feeds and in the search"
        hint = "write the attribute `hidden` instead; put text that is not to be published between `%%` and `%%`"
        return warning("hidden-class", f"`{shown(found[0])}` does not hide the text {where}", locate(), hint=hint)

    writer.report_lazily("hidden-class", make)
    return True


def report_hiding_tag(writer: Writer, name: str, written: str, locate: Callable[[int, int], Place]) -> None:
    """Tells of a tag or comment by which other tools hide text that browsers or feeds show.

    `locate` returns the place of an offset and a length in the tag as `written`.
    """
    is_limit = name == "!" and _MEMBERS_ONLY.match(written) is not None
    if is_limit or (name in _HIDING_ELEMENTS and not written.startswith("</")):
        line = written.partition("\n")[0]
        message = f"unsupported `{shown(line)}`: it does not hide the text"
        writer.report(error("foreign-markup", message, locate(0, len(line)), hint=HOW_TO_HIDE))
    classes = _CLASSES.search(written) if "class" in written else None
    if classes is not None and (found := find_hiding_class(classes[1])):
        warn_of_hiding_class(writer, found, partial(locate, classes.start(1), len(classes[1])))
