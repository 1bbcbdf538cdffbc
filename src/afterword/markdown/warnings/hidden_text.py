"""Reports HTML, classes and styles with which other tools hide text that browsers, feeds or the search show."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache, partial
from itertools import accumulate
from typing import TYPE_CHECKING

from afterword.core.diagnostics import Diagnostic, Place, error, note, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.markdown.html_tags import VOID
from afterword.markdown.warnings.constructs import HOW_TO_HIDE

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.markdown.html_tags import Tag
    from afterword.markdown.source_map import SourceMap
    from afterword.markdown.writers.writer import Writer

_HIDING_ELEMENTS = frozenset({"hidden", "hide", "private", "draft", "secret", "noinclude", "includeonly", "comment"})
_CLASSES = lazy_pattern(r"""\sclass(?:name)?\s*=\s*["']?([^"'<>]*)""", re.IGNORECASE)
_LIMIT = lazy_pattern(
    r"<!--\s*(?:(?:members-only|paywall|kg-gated-block:begin|kg-card-begin:\s*email)\b"
    r"|wp:(?:[\w/-]*(?:premium-content|paywall|restrict|member)|[^>]*(?:\"visible\":\s*false|\"hideBlock\":\s*true)))",
    re.IGNORECASE,
)
"""Comments of Ghost and WordPress below which text is not for all readers."""

_REOPENED = lazy_pattern(r"<!---?>(?=(?:(?!<!--|-->)[\s\S])*+-->)")
"""An empty comment that seems to have content: the `-->` behind it ends no other."""

_CONDITIONS = frozenset({"v-if", "v-show", "x-if", "x-show", "*ngif", "ng-if", "ng-show", "webc:if"})
_NEVER = lazy_pattern(r"\s*(?:false|0|null|undefined|!true|!1)\s*")
_HIDING_STYLE = lazy_pattern(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))(?![\w-])", re.IGNORECASE
)
_WITHOUT_TEXT = VOID | {"audio", "canvas", "iframe", "object", "svg", "video"}
_TEXT_TYPE = lazy_pattern(r"\s*text/(?!.*(?:java|ecma)script)|\s*markdown")
"""The type of a `<script>` that browsers do not run: its text is for another program, or should be hidden."""

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
        hint = "put text that should not be published between `%%` and `%%`; otherwise rename the class"
        return warning("hidden-class", message, locate(), hint=hint)

    writer.report_lazily("hidden-class", make)


def warn_of_hiding_style(writer: Writer, name: str, styles: str, locate: Callable[[], Place]) -> bool:
    """Warns of a `style` that is meant to hide the text of an element; returns whether it has one."""
    found = _HIDING_STYLE.search(styles) if name not in _WITHOUT_TEXT else None
    if found is None:
        return False

    def make() -> Diagnostic:
        where = "on the page, in feeds and in the search" if writer.options.strict_csp else "in feeds and in the search"
        hint = "write the attribute `hidden` instead; put text that should not be published between `%%` and `%%`"
        return warning("hidden-class", f"`{shown(found[0])}` does not hide the text {where}", locate(), hint=hint)

    writer.report_lazily("hidden-class", make)
    return True


def report_condition(writer: Writer, name: str, value: str, locate: Callable[[], Place]) -> None:
    """Tells of an attribute that shows an element under a condition, which is not checked here."""
    if name not in _CONDITIONS:
        return
    written = shown(f'{name}="{value}"')
    if _NEVER.fullmatch(value) is not None:
        message = f"unsupported `{written}`: it does not hide the text"
        writer.report(error("foreign-markup", message, locate(), hint=HOW_TO_HIDE))
        return
    hint = "remove the attribute, and also the text if it is not for readers: it is always shown"
    writer.report(warning("foreign-markup", f"unsupported attribute `{written}`", locate(), hint=hint))


def report_hidden_element(writer: Writer, tag: Tag, locate: Callable[[], Place]) -> None:
    """Tells of an element in a text that only browsers do not show, unless it is a program or data."""
    given = {attribute.name: attribute.value.lower() for attribute in reversed(tag.attributes)}
    if (
        tag.name in _WITHOUT_TEXT
        or tag.name == "style"
        or (tag.name == "script" and _TEXT_TYPE.match(given.get("type", "")) is None)
    ):
        return

    def make() -> Diagnostic:
        written = f"{tag.name} hidden" if "hidden" in given else tag.name
        message = f"text in `<{written}>` is not shown, but is in the source of the page"
        hint = "put text that should not be published between `%%` and `%%`"
        return note("hidden-html", message, locate(), hint=hint)

    writer.report_lazily("hidden-html", make)


def report_robots(writer: Writer, tag: Tag, locate: Callable[[], Place]) -> None:
    """Warns of a tag that asks search engines in a text to leave its page out."""
    given = {attribute.name: attribute.value.lower() for attribute in tag.attributes}
    if tag.name == "meta" and given.get("name") in ("robots", "googlebot") and "noindex" in given.get("content", ""):
        message = "`<meta>` in a text does not leave the page out of the sitemap, feeds and lists"
        hint = "write `noindex: true` or `unlisted: true` in the front matter instead"
        writer.report(warning("foreign-markup", message, locate(), hint=hint))


def report_false_comment(writer: Writer, written: str, locate: Callable[[int, int], Place]) -> None:
    """Reports a comment that ends elsewhere than Markdown and its writer have it (HTML Standard, 13.2.5.43 to 52).

    Browsers end a comment at `--!>`, where Markdown goes on, and right after `<!-->` and `<!--->`, which is an error if
    a `-->` without another `<!--` follows.
    """
    if written.endswith("--!>"):
        place = locate(len(written) - 4, 4)
        message, hint = "HTML comment ends with `--!>`: the Markdown below it is not rendered", "write `-->`"
        writer.report(error("unclosed-html", message, place, hint=hint))
    elif written in ("<!-->", "<!--->"):
        place = locate(0, len(written))
        if place.line - writer.source.first_line in _find_reopened(writer.source):
            hint = "write `<!--` and a space; for an empty comment, `<!-- -->`"
            writer.report(error("unclosed-html", f"`{written}` ends the comment that it begins", place, hint=hint))


@lru_cache(maxsize=1)
def _find_reopened(source: SourceMap) -> frozenset[int]:
    """Returns the lines with an empty comment behind which a `-->` ends what none begins."""
    starts = [found.start() for found in _REOPENED.finditer("\n".join(source.lines))]
    ends = list(accumulate(len(line) + 1 for line in source.lines))
    return frozenset(bisect_right(ends, start) for start in starts)


def report_hiding_tag(writer: Writer, name: str, written: str, locate: Callable[[int, int], Place]) -> None:
    """Tells of a tag or comment by which other tools hide text that browsers or feeds show.

    `locate` returns the place of an offset and a length in the tag as `written`.
    """
    is_limit = name == "!" and _LIMIT.match(written) is not None
    if is_limit or (name in _HIDING_ELEMENTS and not written.startswith("</")):
        line = written.partition("\n")[0]
        message = f"unsupported `{shown(line)}`: it does not hide the text"
        writer.report(error("foreign-markup", message, locate(0, len(line)), hint=HOW_TO_HIDE))
    classes = _CLASSES.search(written) if "class" in written else None
    if classes is not None and (found := find_hiding_class(classes[1])):
        warn_of_hiding_class(writer, found, partial(locate, classes.start(1), len(classes[1])))
