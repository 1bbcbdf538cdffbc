"""Reads the tags of raw HTML, roughly as browsers do, and follows which elements are open and which are hidden.

Browsers do not show the elements of `_HIDDEN`, a `<dialog>` that is not open, and elements with the attribute `hidden`.
Their text is not in excerpts, descriptions, the search and feeds. `hidden="until-found"` is for text that readers can
find, so it hides nothing here (HTML Standard, 6.1).
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator


_OPENING = lazy_pattern(r"<(?:(!--)|([!?])|(/?)([A-Za-z][^\s/>]*))")
_HIDDEN = ("template", "script", "style", "noscript")
"""Elements that browsers do not show. The text of `<noscript>` is for browsers that run no scripts."""

_HIDDEN_TAGS = tuple(f"<{name}".encode() for name in (*_HIDDEN, "dialog"))
_MAY_HIDE = lazy_pattern(
    r"""<(?:(?:template|script|style|noscript|dialog)\b|[a-z][^\s<>"'/]*+(?!>)(?:[^<>"']|"[^"]*"|'[^']*')*(?:\s|(?<=["'/]))hidden(?=[\s=>/]))""",
    re.IGNORECASE,
)
_TAG_SIGNS = frozenset(b"<\"'")
"""Between a `>` and an attribute, there is one of these: the `>` ends a tag, or is in quotes."""

_EMPTY_COMMENT = lazy_pattern(r"<!---?>")
_COMMENT_END = lazy_pattern(r"--!?>")
_ATTRIBUTE = lazy_pattern(
    r"""[\s/]*(?:(>)|([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*)))?|=)"""
)
_RAW_TEXT = frozenset({"script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"})
_TAG = lazy_pattern(r"<!---?>|<!--.*?(?:--!?>|\Z)|<[!?/]?[A-Za-z][^>]*>?", re.DOTALL)


class Attribute(Struct, frozen=True):
    """An attribute of a tag: its name in lower case, its value without entities, and where the value is written."""

    name: str
    value: str
    start: int
    end: int


class Tag(Struct, frozen=True):
    """A tag: its name in lower case, its attributes, and where it begins and ends.

    A comment or declaration has the name `!`. Of a `closing` tag, attributes mean nothing and are left out.
    """

    name: str
    attributes: tuple[Attribute, ...]
    start: int
    end: int
    closing: bool = False

    @property
    def is_hidden(self) -> bool:
        """Whether browsers do not show its element."""
        given = {one.name: one.value for one in reversed(self.attributes)}
        is_closed = self.name == "dialog" and "open" not in given
        return self.name in _HIDDEN or is_closed or given.get("hidden", "until-found") != "until-found"


class Unclosed(Struct, frozen=True):
    """Something that begins at `start` and does not end: browsers take all that follows for part of it."""

    what: str
    start: int


def text_of(html: str) -> str:
    """Returns the text of a piece of HTML, roughly: without tags and comments."""
    return unescape(_TAG.sub(" ", drop_hidden(html, for_text=True)))


def drop_hidden(html: str, *, for_text: bool = False) -> str:
    """Returns HTML without the elements that browsers do not show.

    Unless it is `for_text`, styles stay, as those of pictures in SVG, and so does an element without an end.
    """
    if not _may_hide(html):
        return html
    pieces: list[str] = []
    done = start = 0
    hidden = HiddenElement()
    for tag in read_tags(html):
        if isinstance(tag, Unclosed):
            break
        is_hidden = tag.is_hidden and (for_text or tag.name != "style")
        if hidden.follow(tag.name, is_closing=tag.closing, is_hidden=is_hidden):
            if hidden.name:
                start = tag.start
            else:
                pieces.append(html[done:start])
                done = tag.end
    return "".join((*pieces, html[done : start if hidden.name and for_text else None]))


def _may_hide(html: str) -> bool:
    lowered = html.encode(errors="replace").lower()  # only ASCII; five times as fast as a search that ignores case
    *pieces, _ = lowered.split(b"hidden")
    before = (piece.rpartition(b">") for piece in pieces)
    is_text = all(end and _TAG_SIGNS.isdisjoint(text) for _, end, text in before)
    return (not is_text or any(tag in lowered for tag in _HIDDEN_TAGS)) and _MAY_HIDE.search(html) is not None


def read_tags(html: str, skipped: re.Pattern[str] | None = None) -> Iterator[Tag | Unclosed]:
    """Yields the tags and comments of a text, but not what only looks like one in a script; stops at an unclosed one.

    `skipped` matches a run of text and tags that the caller does not need; it may match an empty run.
    """
    position = 0
    while True:
        if skipped is not None and (run := skipped.match(html, position)) is not None:
            position = run.end()
        opening = _OPENING.search(html, position)
        if opening is None:
            return
        comment, declaration, slash, name = opening.groups()
        start = opening.start()
        if comment or declaration:
            end = _end_of_comment(html, start) if comment else html.find(">", start) + 1 or -1
            if end < 0:
                yield Unclosed("comment", start)
                return
            position = max(end, opening.end())
            yield Tag("!", (), start, position)
            continue
        attributes, end = _read_attributes(html, opening.end())
        if end < 0:
            yield Unclosed("tag", start)
            return
        position = end
        name = name.lower()
        yield Tag(name, () if slash else attributes, start, end, bool(slash))
        if name in _RAW_TEXT and not slash:
            closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, end)
            if closing is None:
                yield Unclosed(f"`<{name}>`", start)
                return
            position = closing.start()


def _end_of_comment(html: str, start: int) -> int:
    end = _EMPTY_COMMENT.match(html, start) or _COMMENT_END.search(html, start + 4)
    return end.end() if end else -1


def _read_attributes(html: str, position: int) -> tuple[tuple[Attribute, ...], int]:
    """Returns the attributes of a tag and where the tag ends, -1 if it does not."""
    found: list[Attribute] = []
    is_bare = False  # the last attribute has no value
    while (match := _ATTRIBUTE.match(html, position)) is not None:
        position = match.end()
        if match[1]:
            return tuple(found), position
        if match[2]:
            group = next((number for number in (3, 4, 5) if match[number] is not None), 2)
            value = unescape(match[group]) if group > 2 else ""
            start, end = match.span(group)
            found.append(Attribute(match[2].lower(), value, start, end))
            is_bare = group == 2
        elif is_bare and html[position : position + 1] in ('"', "'"):
            break  # a quote that nothing ends
    return (), -1


VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
"""Elements without an end tag (HTML Standard, 13.1.2)."""


class HiddenElement(Struct):
    """The hidden element that is open in a run of tags: its name, empty for none, and its depth."""

    name: str = ""
    depth: int = 0

    def follow(self, name: str, *, is_closing: bool, is_hidden: bool) -> bool:
        """Follows the next tag; returns whether a hidden element begins or ends with it."""
        if self.name:
            self.depth += (-1 if is_closing else 1) if name == self.name else 0
            self.name = self.name if self.depth else ""
            return not self.depth
        if is_closing or not is_hidden or name in VOID:
            return False
        self.name, self.depth = name, 1
        return True

    def end_block(self) -> None:
        """Ends a paragraph at the end of its block, since its end tag can be left out."""
        if self.name == "p":
            self.name = ""


_NO_END_TAG = VOID | {
    *("html", "head", "body", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot"),
    *("option", "optgroup", "colgroup", "caption", "rt", "rp", "rb", "rtc"),
    *("basefont", "bgsound", "frame", "image", "keygen", "param"),
}
"""Elements whose end tag may be left out (HTML Standard, 13.1.2.4), and those that parsers close at once."""

_FOREIGN = ("svg", "math")

At = TypeVar("At")
"""Where a tag is."""


class OpenElements(Generic[At]):
    """The elements that are open, except those whose end tag may be left out."""

    def __init__(self) -> None:
        self._open: list[tuple[str, At]] = []
        self._depths: dict[str, int] = {}

    def begin(self, name: str, at: At, *, has_slash: bool = False) -> None:
        """Opens an element. A slash, as in `<path/>`, closes it in SVG and MathML; HTML ignores it."""
        is_closed = has_slash and (name in _FOREIGN or any(map(self._depths.get, _FOREIGN)))
        if name not in _NO_END_TAG and not is_closed:
            self._open.append((name, at))
            self._depths[name] = self._depths.get(name, 0) + 1

    def end(self, name: str) -> list[tuple[str, At]] | None:
        """Closes the innermost element of a name; returns the unclosed ones within it, or None if there is none."""
        if name in _NO_END_TAG:
            return []
        if not self._depths.get(name):
            return None
        unclosed = []
        while (last := self._pop())[0] != name:
            unclosed.append(last)
        return unclosed[::-1]

    def end_all(self) -> list[tuple[str, At]]:
        """Closes all elements; returns those that were open."""
        unclosed, self._open, self._depths = self._open, [], {}
        return unclosed

    def _pop(self) -> tuple[str, At]:
        last = self._open.pop()
        self._depths[last[0]] -= 1
        return last
