"""Writes raw HTML of a text: resolves its URLs, checks its ids, and adds the sizes of images.

HTML that the content security policy blocks, and tags that would swallow the rest of the page, get a warning.
"""

from __future__ import annotations

import re
from functools import partial
from html import escape
from typing import TYPE_CHECKING
from unicodedata import normalize

from markdown_it.common.html_re import HTML_TAG_RE
from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import error, warning
from afterword.core.patterns import lazy_pattern
from afterword.markdown.html_tags import Attribute, Tag, Unclosed, read_tags, text_of
from afterword.markdown.link_targets import CANDIDATE_LISTS, URL_ATTRIBUTES, URL_LISTS, Kind, classify, note_load
from afterword.markdown.warnings.hidden_text import (
    report_condition,
    report_false_comment,
    report_hidden_element,
    report_hiding_tag,
    report_robots,
    warn_of_hiding_style,
)
from afterword.markdown.warnings.liquid import find_liquid
from afterword.markdown.writers.images import complete_size, report_flaw
from afterword.markdown.writers.links import note_sentence, resolve_link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markdown_it.token import Token

    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.core.web_origins import Directive
    from afterword.markdown.context import FileTarget
    from afterword.markdown.writers.writer import Writer

    Locate = Callable[[int, int], Place]
    """The place of an offset and a length in a piece of HTML."""

_TAG = (
    r"(?P<tag><(?<!\\<)(?:a|audio|div|embed|font|iframe|img|object|p|source|span|table|td|th|tr|video))"
    r"\s[^<>]*\w=[\"'][^<>]*>"
)
_TAG_WITH_ATTRIBUTES = lazy_pattern(_TAG, re.IGNORECASE)
"""Matches valid and invalid tags."""

_CODE_OR_TAG = lazy_pattern(rf"(?<![`\\])(`+)(?!`).+?(?<!`)\1(?!`)|{_TAG}", re.IGNORECASE | re.DOTALL)
_HIDING = lazy_pattern(r"<(?:\?(?!xml\b)[\w=]*|!\[CDATA\[)(?=.*\w)", re.DOTALL | re.IGNORECASE)
_LINK = lazy_pattern(r"<a\s", re.IGNORECASE)
_CANDIDATE = lazy_pattern(r"([^\s,](?:\S*[^\s,])?)(,+(?=\s|\Z)|[^,]*)", re.ASCII)
_SPACE = lazy_pattern(r"\s")

_SOURCES: Mapping[tuple[str, str], Directive] = {
    ("img", "src"): "img-src",
    ("img", "srcset"): "img-src",
    ("input", "src"): "img-src",
    ("source", "src"): "media-src",
    ("source", "srcset"): "img-src",
    ("video", "src"): "media-src",
    ("video", "poster"): "img-src",
    ("audio", "src"): "media-src",
    ("track", "src"): "media-src",
    ("iframe", "src"): "frame-src",
    ("frame", "src"): "frame-src",
    ("embed", "src"): "object-src",
    ("object", "data"): "object-src",
    ("image", "href"): "img-src",
    ("image", "xlink:href"): "img-src",
    **dict.fromkeys(
        (("table", "background"), ("tr", "background"), ("td", "background"), ("th", "background")), "img-src"
    ),
}
"""What pages load by an attribute of a tag, and the directive that allows it (Content Security Policy Level 3)."""

_OTHER_SIZES = frozenset({"style", "srcset", "sizes"})
"""Attributes by which an image may be shown in another size than that of its file."""

_DATA_SCRIPTS = frozenset({"application/json", "application/ld+json", "text/plain", "text/template"})


class Replacement(Struct, frozen=True):
    """The replacement of a part of raw HTML: on this page, and in an excerpt on another page.

    `file` is the file that a URL leads to, where it is one of ours.
    """

    start: int
    end: int
    here: str
    elsewhere: str
    file: FileTarget | None = None


def write_raw_block(writer: Writer, token: Token) -> None:
    """Writes a block of HTML."""
    begin = writer.line

    def locate(offset: int, length: int) -> Place:
        return writer.source.place_in_text(begin, token.content, offset, length)

    _write(writer, token.content, locate)
    writer.hidden.end_block()
    writer.text.append(f"{text_of(token.content)}\n")
    if not token.content.endswith("\n"):
        writer.html.append("\n")


def write_raw_inline(writer: Writer, token: Token) -> None:
    """Writes a tag within text."""
    begin = token.meta["at"][0] if "at" in token.meta else 0
    before = len(writer.references)
    blocks, index = writer.blocks, writer.index

    def locate(offset: int, length: int) -> Place:
        return writer.source.place_in_block(blocks, index, begin + offset, length)

    _write(writer, token.content, locate)
    if _LINK.match(token.content) is not None:
        note_sentence(writer, before)


def _write(writer: Writer, html: str, locate: Locate) -> None:
    """Writes a piece of HTML with its changes."""
    writer.raw = True
    pieces: list[str] = []
    elsewhere: list[str] = []
    done = 0
    for tag in read_tags(html):
        if isinstance(tag, Unclosed):
            _report_unclosed(writer, html, tag, locate)
            break
        _judge(writer, tag, locate)
        written = html[tag.start : tag.end]
        if tag.name != "!":
            where = partial(locate, tag.start, len(written.partition("\n")[0]))
            _follow(writer, tag.name, where, is_closing=tag.closing, has_slash=written.endswith("/>"))
        report_hiding_tag(writer, tag.name, written, lambda at, length, start=tag.start: locate(start + at, length))  # type: ignore[misc]
        if writer.hidden.follow(tag.name, is_closing=tag.closing, is_hidden=tag.is_hidden):
            if writer.hidden.name:
                writer.hidden_from = len(writer.text)
                report_hidden_element(writer, tag, partial(locate, tag.start, len(written.partition("\n")[0])))
            else:
                writer.text[writer.hidden_from :] = [""] * (len(writer.text) - writer.hidden_from)
        if tag.name == "!":
            _report_hidden(writer, html, tag, locate)
            report_false_comment(writer, written, lambda at, length, start=tag.start: locate(start + at, length))  # type: ignore[misc]
        for change in _change_tag(writer, tag, html, locate):
            kept = html[done : change.start]
            pieces += (kept, change.here)
            elsewhere += (kept, change.elsewhere)
            done = change.end
    if not pieces:
        writer.html.append(html)
        return
    written = "".join((*pieces, html[done:]))
    writer.write(written, excerpt="".join((*elsewhere, html[done:])))


def _follow(writer: Writer, name: str, locate: Callable[[], Place], *, is_closing: bool, has_slash: bool) -> None:
    """Follows the next tag of HTML in a text; warns of an end tag that closes nothing, and of what is open in it."""
    if not is_closing:
        writer.elements.begin(name, locate, has_slash=has_slash)
        return
    unclosed = writer.elements.end(name)
    if unclosed is not None:
        _warn_of_open(writer, unclosed)
        return

    def make() -> Diagnostic:
        hint = f"remove it, or add `<{name}>` before it"
        return warning("invalid-html", f"`</{name}>` closes nothing", locate(), hint=hint)

    writer.report_lazily("invalid-html", make)


def warn_of_open_elements(writer: Writer) -> None:
    """Warns of the elements in HTML that the text does not close."""
    _warn_of_open(writer, writer.elements.end_all())


def _warn_of_open(writer: Writer, elements: list[tuple[str, Callable[[], Place]]]) -> None:
    for name, locate in elements:
        writer.report_lazily("invalid-html", partial(_explain_open, name, locate))


def _explain_open(name: str, locate: Callable[[], Place]) -> Diagnostic:
    hint = f"add `</{name}>`; if it is text, put it in backticks"
    return warning("invalid-html", f"`<{name}>` is not closed", locate(), hint=hint)


def warn_of_invalid_tags(writer: Writer, blocks: Sequence[Token], number: int) -> None:
    """Warns of tags with attributes in a text that CommonMark does not read as tags, so that they are shown."""
    content, children = blocks[number].content, blocks[number].children or ()
    if not writer.options.html or _TAG_WITH_ATTRIBUTES.search(content) is None:
        return
    for match in _CODE_OR_TAG.finditer(content):
        if match["tag"] is None or HTML_TAG_RE.match(match[0]) is not None:
            continue
        if any(one.type == "text" and match["tag"] in one.content for one in children):
            place = writer.source.place_in_block(blocks, number, match.start(), len(match[0].partition("\n")[0]))
            hint = 'correct the attributes: `name="value"`; if it is text, put it in backticks'
            message = f"invalid tag `{match['tag']}>`"
            writer.report(warning("invalid-html", message, place, label="shown as text", hint=hint))


def _escape_spaces(value: str) -> str:
    """Returns a value as it may stand without quotes, where a space would end it."""
    return _SPACE.sub(lambda space: f"&#{ord(space[0])};", value)


def _change_tag(writer: Writer, tag: Tag, html: str, locate: Locate) -> list[Replacement]:
    """Yields the replacements in a tag of a piece of HTML, in order."""
    if tag.name == "picture":
        writer.in_picture = not tag.closing
    changes = []
    file = None
    for attribute in tag.attributes:
        change = _change(writer, tag, attribute, locate)
        if change is None:
            continue
        if html[attribute.start - 1] not in "\"'":
            change = replace(change, here=_escape_spaces(change.here), elsewhere=_escape_spaces(change.elsewhere))
        changes.append(change)
        file = file or (change.file if attribute.name == "src" else None)
        if tag.name == "img" and attribute.name == "src":
            report_flaw(writer, change.file, attribute.value, partial(locate, attribute.start, len(attribute.value)))
    size = _size(tag, file) if tag.name == "img" and file is not None and not writer.in_picture else ""
    start = tag.start + len("<img")
    return [Replacement(start, start, size, size), *changes] if size else changes


def _size(tag: Tag, file: FileTarget) -> str:
    """Returns the attributes that give an image the size of its file; none where it is shown in another.

    That is where styles or a choice of files decide.
    """
    given = {attribute.name: attribute.value for attribute in reversed(tag.attributes)}
    if not given.keys().isdisjoint(_OTHER_SIZES):
        return ""
    size = complete_size(file, given.get("width"), given.get("height"))
    return "".join(f' {name}="{value}"' for name, value in size.items() if name not in given)


def _report_hidden(writer: Writer, html: str, tag: Tag, locate: Locate) -> None:
    """Warns of text that browsers read as a comment, as in `<?php … ?>`, but not of `<?xml … ?>`, which is no text."""
    found = _HIDING.match(html, tag.start, tag.end)
    if found is None:
        return
    message = f"HTML is not shown: browsers read `{found[0]}` as the beginning of a comment"
    place = locate(tag.start, len(found[0]))
    writer.report(warning("hidden-html", message, place, hint="write code between lines of three backticks"))


def _report_unclosed(writer: Writer, html: str, unclosed: Unclosed, locate: Locate) -> None:
    closing = unclosed.what.strip("`").replace("<", "</").rstrip(">")
    if closing.startswith("</") and _last_line_with(writer, closing) >= writer.line:
        return  # it ends in another block, or stands alone within text
    line = html[unclosed.start :].partition("\n")[0]
    hint = "add `-->`" if unclosed.what == "comment" else f"add `{closing}>`" if closing.startswith("</") else "add `>`"
    writer.elements.end(closing.removeprefix("</"))
    message = f"unclosed HTML {unclosed.what}"
    writer.report(error("unclosed-html", message, locate(unclosed.start, len(line.rstrip())), hint=hint))


def _last_line_with(writer: Writer, closing: str) -> int:
    """Returns the last line that has a closing tag, -1 for none; looked for once."""
    if closing not in writer.last_lines:
        lines = writer.source.lines
        found = (number for number in range(len(lines) - 1, -1, -1) if closing in lines[number].lower())
        writer.last_lines[closing] = next(found, -1)
    return writer.last_lines[closing]


def _change(writer: Writer, tag: Tag, attribute: Attribute, locate: Locate) -> Replacement | None:
    """Returns what stands in the place of an attribute's value; None where it stays."""
    key = (tag.name, attribute.name)
    if attribute.name == "id" or key == ("a", "name"):
        value = normalize("NFC", attribute.value)
        if value and (attribute.name == "id" or value not in writer.ids):
            writer.claim(value)
        is_same = value == attribute.value
        return None if is_same else Replacement(attribute.start, attribute.end, escape(value), escape(value))
    if key in CANDIDATE_LISTS and key in _SOURCES:
        return _change_candidates(writer, attribute, _SOURCES[key], locate)
    if key in URL_LISTS:
        return _change_list(writer, attribute, locate)
    if key not in _SOURCES and key not in URL_ATTRIBUTES:
        return None
    return _change_url(writer, attribute, attribute.value, _SOURCES.get(key), locate)


def _change_url(
    writer: Writer, attribute: Attribute, url: str, directive: Directive | None, locate: Locate
) -> Replacement | None:
    def where() -> Place:
        return locate(attribute.start, attribute.end - attribute.start)

    if classify(url)[0] in (Kind.SCHEME, Kind.HOST) and not find_liquid(url):
        if directive is not None:
            note_load(writer, directive, url, where)
        return None
    if not url or find_liquid(url):
        return None  # the block as a whole is looked at for Liquid
    resolved = resolve_link(writer, url, where, label="")
    if resolved is None:
        return None
    here, elsewhere = escape(resolved.url), escape(resolved.elsewhere or resolved.url)
    return Replacement(attribute.start, attribute.end, here, elsewhere, resolved.file)


def _change_list(writer: Writer, attribute: Attribute, locate: Locate) -> Replacement:
    """`ping`: URLs between spaces."""
    changes = ((url, _change_url(writer, attribute, url, None, locate)) for url in attribute.value.split())
    value = " ".join(escape(url) if change is None else change.here for url, change in changes)
    return Replacement(attribute.start, attribute.end, value, value)


def _change_candidates(
    writer: Writer, attribute: Attribute, directive: Directive, locate: Locate
) -> Replacement | None:
    """`srcset`: URLs, each with a width or a density behind it."""
    if "data:" in attribute.value:
        return None

    def write(candidate: re.Match[str]) -> str:
        change = _change_url(writer, attribute, candidate[1], directive, locate)
        return escape(candidate[0]) if change is None else change.here + escape(candidate[2])

    value = _CANDIDATE.sub(write, attribute.value)
    return Replacement(attribute.start, attribute.end, value, value)


def _judge(writer: Writer, tag: Tag, locate: Locate) -> None:
    """Reports what in a tag does nothing under a strict content security policy, or does not hide its text."""
    given = {attribute.name: attribute for attribute in tag.attributes}
    whole = partial(locate, tag.start, tag.end - tag.start)
    for name, attribute in given.items():
        report_condition(writer, name, attribute.value, whole)
    report_robots(writer, tag, whole)
    style = given.get("style")
    if style is not None and not tag.is_hidden and not writer.hidden.name:
        where = partial(locate, style.start, style.end - style.start)
        if warn_of_hiding_style(writer, tag.name, style.value, where):
            del given["style"]
    if not writer.options.strict_csp or tag.closing:
        return
    if tag.name == "style" or (tag.name == "script" and _is_blocked(given)):
        _report_inert(writer, f"`<{tag.name}>`", locate(tag.start, tag.end - tag.start))
    for name, attribute in given.items():
        if name == "style" or (name.startswith("on") and len(name) > 3):
            start = attribute.start - len(name) - 2
            _report_inert(writer, f"`{name}`", locate(max(start, tag.start), attribute.end - start + 1))
        elif name in ("href", "src", "action", "formaction") and classify(attribute.value)[1] == "javascript":
            _report_inert(writer, "`javascript:`", locate(attribute.start, attribute.end - attribute.start))


def _is_blocked(script: Mapping[str, Attribute]) -> bool:
    if "type" in script and script["type"].value.lower() in _DATA_SCRIPTS:
        return False
    return "src" not in script or classify(script["src"].value)[0] in (Kind.SCHEME, Kind.HOST)


def _report_inert(writer: Writer, what: str, place: Place) -> None:
    message = f"{what} is blocked by the content security policy"
    hint = 'move scripts and styles to files in `static/`, or set `theme.csp = "off"`'
    writer.report(warning("blocked-by-csp", message, place, hint=hint))
