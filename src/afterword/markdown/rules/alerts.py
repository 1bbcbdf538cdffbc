"""Parser rules for the alerts of other tools: Obsidian's callouts, `!!!` and `???` of MkDocs, and `:::`.

The five kinds of GitHub are read by markdown-it-py. All forms become the same tokens, and have one renderer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.token import Token
from msgspec import Struct

from afterword.core.patterns import lazy_pattern
from afterword.markdown.environment import environment_of

if TYPE_CHECKING:
    import re

    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

STYLES = {
    **dict.fromkeys(("note", "info", "todo", "abstract", "summary", "tldr", "example", "quote", "cite"), "note"),
    **dict.fromkeys(("question", "help", "faq", "seealso", "details"), "note"),
    **dict.fromkeys(("tip", "hint", "success", "check", "done"), "tip"),
    "important": "important",
    **dict.fromkeys(("warning", "attention"), "warning"),
    **dict.fromkeys(("caution", "danger", "error", "failure", "fail", "missing", "bug"), "caution"),
}
"""The kinds of other tools, each with the kind of GitHub whose style it has."""

WORDS = ("note", "tip", "important", "warning", "caution")
"""The kinds that the theme has a word for."""

MOST_LEVELS = 20
"""Maximum nesting of `:::`; deeper containers are text."""

_INDENT = 4
_CALLOUT = lazy_pattern(r"\[!([A-Za-z][\w-]{0,40})(?:\|[^\]\n]{0,100})?\]([+-]?)(?:[ \t]+([^\n]*))?(?:\n|$)")
_ADMONITION = lazy_pattern(
    r"(!!!|\?\?\?\+?)[ \t]+([A-Za-z][\w-]{0,40})((?:[ \t]+[A-Za-z][\w-]{0,40}){0,5})[ \t]*(\".*\")?"
)
_FENCE = lazy_pattern(r"(:{3,})[ \t]*(?:\{([^{}\n]{1,200})\}|([A-Za-z][\w-]{0,40}))[ \t]*(.*)")
_END = lazy_pattern(r":{3,}[ \t]*")
_CODE = lazy_pattern(r"(`{3,}|~{3,})")
_CLASS = lazy_pattern(r"\.?(?:callout-)?([A-Za-z][\w-]*)")
_NAMED_TITLE = lazy_pattern(r'title="([^"]*)"')
_IN_BRACKETS = lazy_pattern(r"\[(.*)\](?:\{[^{}]*\})?")


class _Alert(Struct, frozen=True):
    """An alert: its kind in lower case, its title (None for that of its kind), and how it folds.

    `fold` is `-` for one that is folded, `+` for one that can be folded, and empty for any other.
    """

    kind: str
    title: str | None = None
    fold: str = ""


def add_alert_rules(parser: MarkdownIt) -> None:
    """Adds alerts to a parser."""
    interrupted: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "admonition", _read_admonition, interrupted)
    parser.block.ruler.before("fence", "container", _read_container, interrupted)
    parser.core.ruler.after("block", "callouts", _take_callouts)


def _tokens(alert: _Alert, level: int, lines: list[int]) -> tuple[list[Token], Token]:
    """Returns the tokens with which an alert begins, and the one with which it ends."""
    kind = "fold" if alert.fold else "alert"
    opening = Token(f"{kind}_open", "details" if alert.fold else "div", 1, level=level, block=True, map=lines)
    opening.info = alert.kind
    opening.meta = {"open": alert.fold == "+"}
    closing = Token(f"{kind}_close", opening.tag, -1, level=level, block=True)
    title = alert.title
    if title is None and alert.kind not in WORDS:
        title = alert.kind.capitalize()
    if title == "":
        return [opening], closing
    name = "summary" if alert.fold else "p"
    heading = Token(f"{kind}_title_open", name, 1, level=level + 1, block=True)
    heading.meta = {"own": title is not None}
    inline = Token("inline", "", 0, level=level + 2, block=True, content=title or alert.kind, children=[])
    return [opening, heading, inline, Token(f"{kind}_title_close", name, -1, level=level + 1, block=True)], closing


def _write(state: StateBlock, alert: _Alert, start: int, body: tuple[int, int], end: int) -> None:
    """Pushes an alert on the lines from `start` up to `end`, whose content is on the lines `body`."""
    opening, closing = _tokens(alert, state.level, [start, end])
    state.tokens.extend(opening)
    state.level += 1
    state.md.block.tokenize(state, *body)
    state.level -= 1
    state.tokens.append(closing)
    state.line = end


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()


def _read_admonition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Reads `!!! note "Title"` and `??? note`, with the indented lines below."""
    begin = state.bMarks[start] + state.tShift[start]
    if state.src[begin : begin + 3] not in ("!!!", "???") or state.is_code_block(start):
        return False
    found = _ADMONITION.fullmatch(_line(state, start))
    last = _end_of_indented(state, start, end) if found is not None else start + 1
    if found is None or last == start + 1:
        return False
    if silent:
        return True
    sign, kind, _, title = found.groups()
    fold = {"???": "-", "???+": "+"}.get(sign, "")
    before = state.blkIndent, state.lineMax, state.parentType
    state.blkIndent, state.lineMax, state.parentType = state.sCount[start] + _INDENT, last, "admonition"
    _write(state, _Alert(kind.lower(), title[1:-1] if title else None, fold), start, (start + 1, last), last)
    state.blkIndent, state.lineMax, state.parentType = before
    return True


def _end_of_indented(state: StateBlock, start: int, end: int) -> int:
    """Returns the line behind the last one that is indented below an admonition, blank lines between them included."""
    last = start + 1
    for number in range(start + 1, end):
        if state.isEmpty(number):
            continue
        if state.sCount[number] < state.sCount[start] + _INDENT:
            break
        last = number + 1
    return last


def _read_container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Reads `:::note`, `::: tip Title`, `:::note[Title]`, `::: {.callout-note}` and the like, up to `:::`."""
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(":::", begin) or state.is_code_block(start):
        return False
    found = _FENCE.fullmatch(_line(state, start))
    alert = _read_fence(found) if found is not None else None
    if alert is None or environment_of(state).containers >= MOST_LEVELS:
        return False
    last = _end_of_container(state, start, end)
    if last < 0:
        return False
    if silent:
        return True
    before = state.lineMax, state.parentType
    state.lineMax, state.parentType = last, "container"
    environment_of(state).containers += 1
    _write(state, alert, start, (start + 1, last), last + 1)
    environment_of(state).containers -= 1
    state.lineMax, state.parentType = before
    return True


def _read_fence(found: re.Match[str]) -> _Alert | None:
    """Parses a line of colons as the start of an alert; None for other containers, such as columns."""
    _, braces, name, rest = found.groups()
    named = _CLASS.match(braces.strip()) if braces else None
    kind = (named[1] if named is not None else name or "").lower()
    if kind not in STYLES:
        return None
    title: str | None = rest.strip().rstrip(":").rstrip()
    if (bracketed := _IN_BRACKETS.fullmatch(title or "")) is not None:
        title = bracketed[1]
    if braces and (written := _NAMED_TITLE.search(braces)) is not None:
        title = written[1]
    is_folded = kind == "details" or (braces and 'collapse="true"' in braces)
    return _Alert(kind, title or None, "-" if is_folded else "+" if braces and "collapse=" in braces else "")


def _end_of_container(state: StateBlock, start: int, end: int) -> int:
    """Returns the line that ends a container, -1 for none. Nested containers are searched once."""
    ends = environment_of(state).container_ends
    if (known := ends.get(start)) is not None:
        return known if known < end else -1
    opened: list[int] = []
    code = ""
    for number in range(start, end):
        line = _line(state, number)
        if (mark := _CODE.match(line)) is not None:
            code = "" if code and mark[1].startswith(code) else code or mark[1]
        elif code or not line.startswith(":::"):
            continue
        elif _END.fullmatch(line) is None:
            opened.append(number)
        elif opened:
            ends[opened.pop()] = number
            if not opened:
                break
    for number in opened:
        ends[number] = -1
    return ends.get(start, -1)


def _take_callouts(state: StateCore) -> None:
    """Makes alerts of quotes that begin with `[!kind]` and a title, a sign for folding, or a kind of Obsidian's."""
    if "[!" not in state.src:
        return
    kept: list[Token] = []
    opened: list[Token | None] = []
    tokens = state.tokens
    index = 0
    while index < len(tokens):
        token = tokens[index]
        index += 1
        if token.type == "blockquote_open":
            found = _find_callout(tokens, index)
            if found is not None:
                opening, closing = _tokens(found[0], token.level, token.map or [0, 0])
                kept += opening
                opened.append(closing)
                index = _drop_line(tokens, index, found[1])
                continue
            opened.append(None)
        elif token.type == "blockquote_close" and (closing_ := opened.pop()) is not None:
            token = closing_
        kept.append(token)
    state.tokens = kept


def _find_callout(tokens: list[Token], index: int) -> tuple[_Alert, int] | None:
    """Returns the alert that a quote is, whose first block is at an index, and the length of the line that says so."""
    if index + 1 >= len(tokens) or tokens[index].type != "paragraph_open":
        return None
    found = _CALLOUT.match(tokens[index + 1].content)
    if found is None:
        return None
    kind, fold, title = found.groups()
    if kind.lower() not in STYLES:
        return None
    return _Alert(kind.lower(), (title or "").strip() or None, fold), found.end()


def _drop_line(tokens: list[Token], index: int, length: int) -> int:
    """Cuts the line of a callout off its first paragraph; returns the index from which the tokens stay."""
    paragraph, inline = tokens[index], tokens[index + 1]
    inline.content = inline.content[length:]
    if not inline.content.strip():
        return index + 3
    for token in (paragraph, inline):
        if token.map is not None:
            token.map = [token.map[0] + 1, token.map[1]]
    return index
