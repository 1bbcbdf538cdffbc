"""Links and images in brackets, parsed in time that grows linearly with the length of a text.

Replaces the rules `link` and `image` of markdown-it-py, which look for the end of a label again at each bracket: 200 KB
of `[` take them half a minute. Follows CommonMark 0.31, "Links" and "Images".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.common.utils import normalizeReference, unescapeAll
from markdown_it.token import Token
from msgspec import Struct

from afterword.core.patterns import lazy_pattern
from afterword.markdown.environment import environment_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

LONGEST_LABEL = 999
"""Characters of the longest label that a definition can have (CommonMark 0.31, "link label")."""

MOST_PARENTHESES = 32
"""Levels of parentheses in a destination."""

MOST_IMAGES = 20
"""Levels of images in the descriptions of images; the description of one that is nested deeper is not parsed."""

_TOKENS = frozenset("^0123456789")
"""Characters behind the bracket of a footnote's reference and of a timestamp, which are no links."""

_OPENING = lazy_pattern(r"[!\[]+(?<=\[)")
_SPACE = lazy_pattern(r"[ \t\n]*")
_IN_ANGLES = lazy_pattern(r"<((?:[^\n<>\\]|\\[\s\S])*+)>")
_PLAIN = lazy_pattern(r"[^\x00-\x20\x7f\\()]*")
_DEEP = lazy_pattern(rf"(?:[^\x00-\x20\x7f\\()]*\(){{{MOST_PARENTHESES}}}")
_TITLE = lazy_pattern(
    r""" "([^"\\]*+(?:\\[\s\S][^"\\]*+)*+)"
    | '([^'\\]*+(?:\\[\s\S][^'\\]*+)*+)'
    | \(([^()\\]*+(?:\\[\s\S][^()\\]*+)*+)\)
    """,
    re.VERBOSE,
)


class _Found(Struct, frozen=True):
    """A link or an image: where its label ends, where all of it ends, and where it leads.

    `label` is that of the definition that it uses; empty for an inline link.
    """

    label_end: int
    end: int
    href: str
    title: str = ""
    label: str = ""


class _Brackets:
    """The brackets of one text.

    `last` is the position of the last one that closes. `ends` are the ends of labels by where they begin, -1 for none;
    `linked` are the labels with a link in them, which cannot be links themselves. `links` and `images` are those that
    were looked for, by where their labels begin.
    """

    def __init__(self, source: str) -> None:
        self.last = source.rfind("]")
        self.ends: dict[int, int] = {}
        self.linked: set[int] = set()
        self.links: dict[int, _Found | None] = {}
        self.images: dict[int, _Found | None] = {}

    @classmethod
    def of(cls, state: StateInline) -> _Brackets:
        """Returns the brackets of the text that is parsed, which are kept with the parser's state."""
        kept: _Brackets | None = state.__dict__.get("brackets")
        if kept is None:
            kept = state.__dict__["brackets"] = cls(state.src)
        return kept


def add_bracket_rules(parser: MarkdownIt) -> None:
    """Adds the rules of this module to a parser; tokens of links and images have their position as `at`."""
    parser.inline.ruler.at("link", _read_link)
    parser.inline.ruler.at("image", _read_image)


def _read_link(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if state.src[start] != "[":
        return False
    found = _find(state, start, is_image=False)
    if found is None:
        return _read_text(state, silent)
    if not silent:
        end_of_text = state.posMax
        state.pos, state.posMax = start + 1, found.label_end
        token = state.push("link_open", "a", 1)
        token.attrs = {"href": found.href}
        _note(token, state, found, start)
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.push("link_close", "a", -1).meta["opening"] = token
        state.posMax = end_of_text
    state.pos = found.end
    return True


def _read_image(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if not state.src.startswith("![", start, state.posMax):
        return False
    found = _find(state, start + 1, is_image=True)
    if found is None:
        return _read_text(state, silent)
    if not silent:
        content = state.src[start + 2 : found.label_end]
        token = state.push("image", "img", 0)
        token.attrs = {"src": found.href, "alt": ""}
        token.children = _read_description(content, state) or None
        token.content = content
        _note(token, state, found, start)
    state.pos = found.end
    return True


def _read_text(state: StateInline, silent: bool) -> bool:
    """Reads brackets as text behind which none closes; one by one, they would take the time of all rules for each."""
    if state.pos <= _Brackets.of(state).last or (run := _OPENING.match(state.src, state.pos, state.posMax)) is None:
        return False
    if not silent:
        state.append_pending(run[0])
    state.pos = run.end()
    return True


def _read_description(content: str, state: StateInline) -> list[Token]:
    """Returns the inline tokens of an image's description."""
    environment = environment_of(state)
    if environment.images >= MOST_IMAGES:
        return [Token("text", "", 0, content=content)]
    tokens: list[Token] = []
    environment.images += 1
    state.md.inline.parse(content, state.md, state.env, tokens)
    environment.images -= 1
    return tokens


def _note(token: Token, state: StateInline, found: _Found, start: int) -> None:
    """Records in a token what a link and an image have in common."""
    if found.title:
        token.attrs["title"] = found.title
    if found.label and state.md.options.get("store_labels", False):
        token.meta["label"] = found.label
    token.meta["at"] = (start, found.end)


def _find(state: StateInline, start: int, *, is_image: bool) -> _Found | None:
    """Returns the link or image whose label begins at a bracket."""
    brackets = _Brackets.of(state)
    if start > brackets.last:
        return None
    known = brackets.images if is_image else brackets.links
    if start not in known:
        end = _find_end(state, brackets, start)
        may_be_one = end >= 0 and (is_image or start not in brackets.linked)
        known[start] = _find_target(state, brackets, start, end, is_image=is_image) if may_be_one else None
    found = known[start]
    return found if found is not None and found.end <= state.posMax else None


def _find_end(state: StateInline, brackets: _Brackets, start: int) -> int:
    """Returns where the label ends that begins at `start`, -1 if nowhere.

    Looks at the brackets behind it first, from the last on, so that a label inside another one is passed over.
    """
    if start not in brackets.ends:
        source = state.src
        position = brackets.last
        while (position := source.rfind("[", start, position)) >= 0:
            if position not in brackets.ends:
                brackets.ends[position] = _look_for_end(state, brackets, position)
    return brackets.ends.get(start, -1)


def _look_for_end(state: StateInline, brackets: _Brackets, start: int) -> int:
    source, skip_token, end_of = state.src, state.md.inline.skipToken, brackets.ends.get
    before = state.pos, state.posMax
    state.pos, state.posMax = start + 1, len(source)
    found = -1
    while state.pos <= brackets.last:
        position = state.pos
        character = source[position]
        if character == "]":
            found = position
            break
        if character != "[":
            skip_token(state)
            continue
        end = end_of(position, -1)
        if end < 0 and source[position + 1] not in _TOKENS:
            break
        skip_token(state)
        if state.pos > position + 1:
            brackets.linked.add(start)
        elif end < 0:
            break
        else:
            state.pos = end + 1
            if position in brackets.linked:
                brackets.linked.add(start)
    state.pos, state.posMax = before
    return found


def _find_target(state: StateInline, brackets: _Brackets, start: int, end: int, *, is_image: bool) -> _Found | None:
    """Returns the link or image whose label begins at `start` and ends at `end`, if it leads somewhere."""
    if state.src.startswith("(", end + 1) and ((found := _find_destination(state, end)) is not None or is_image):
        return found
    references = environment_of(state).references
    if not references:
        return None
    label, behind = state.src[start + 1 : end], end + 1
    if state.src.startswith("[", behind) and (last := _find_end(state, brackets, behind)) >= 0:
        label, behind = state.src[behind + 1 : last] or label, last + 1
    if len(label) > LONGEST_LABEL:
        return None
    label = normalizeReference(label)
    definition = references.get(label)
    return _Found(end, behind, definition["href"], definition["title"], label) if definition else None


def _find_destination(state: StateInline, label_end: int) -> _Found | None:
    """Returns the destination and the title in parentheses behind a label."""
    source, length = state.src, len(state.src)
    position = _skip_space(source, label_end + 2)
    href = title = ""
    if (read := read_destination(source, position)) is not None:
        href = state.md.normalizeLink(read[0])
        if state.md.validateLink(href):
            position = read[1]
        else:
            href = ""
        begin = _skip_space(source, position)
        written = _TITLE.match(source, begin) if begin > position else None
        position = begin
        if written is not None:
            title = unescapeAll(written[written.lastindex or 0])
            position = _skip_space(source, written.end())
    if position >= length or source[position] != ")":
        return None
    return _Found(label_end, position + 1, href, title)


def _skip_space(source: str, position: int) -> int:
    match = _SPACE.match(source, position)
    return match.end() if match is not None else position


def read_destination(source: str, start: int) -> tuple[str, int] | None:
    """Returns the destination at `start` without its escapes, and its end, or None."""
    if source.startswith("<", start):
        match = _IN_ANGLES.match(source, start)
        return (unescapeAll(match[1]), match.end()) if match is not None else None
    end = _end_of_destination(source, start)
    return (unescapeAll(source[start:end]), end) if end > start else None


def _end_of_destination(source: str, start: int) -> int:
    """Returns where a destination without angle brackets ends; -1 if its parentheses are not balanced."""
    position, level = start, 0
    while (match := _PLAIN.match(source, position)) is not None and (position := match.end()) < len(source):
        character = source[position]
        if character == "(":
            level += 1
            if level > MOST_PARENTHESES or (level == 2 and _DEEP.match(source, position + 1) is not None):
                return -1
        elif character == ")":
            if not level:
                break
            level -= 1
        elif character != "\\" or source.startswith(" ", position + 1):
            break
        position += 2 if character == "\\" else 1
    return min(position, len(source)) if not level else -1
