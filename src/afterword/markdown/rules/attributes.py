"""Parser rules for attributes in braces: `{#id .class key="value"}`, and kramdown's `{: .class}`.

They belong to the image, link, code or emphasis right before them; on a line of their own to the block that follows,
or with the colon to the block above; at the end of a heading to the heading. Text that is not entirely an attribute
list stays text.
"""

from __future__ import annotations

from functools import lru_cache, partial
from html import escape
from typing import TYPE_CHECKING
from unicodedata import normalize

from afterword.core.diagnostics import did_you_mean, warning
from afterword.core.languages import hint_at_tag, is_language_tag
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.markdown.environment import environment_of
from afterword.markdown.warnings.hidden_text import find_hiding_class, warn_of_hiding_class

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from afterword.core.diagnostics import Diagnostic
    from afterword.markdown.writers.writer import Writer

ALLOWED = (
    *("class", "dir", "download", "height", "hreflang", "id", "lang", "loading", "rel", "reversed", "start", "target"),
    *("title", "translate", "type", "value", "width"),
)
"""The attributes that text may give its elements, besides `data-…` and `aria-…`."""

_NAME = r"[\w:\u0300-\u1fff-]"
"""A character of a name; the range has the signs that letters of many languages are composed with."""

_VALUE = r"""(?:"[^"\n{}]{0,1000}"|'[^'\n{}]{0,1000}'|[\w:/%-]{1,1000})"""
_ATTRIBUTE = rf"(?:[#.]{_NAME}{{1,200}}|[A-Za-z][\w:-]{{0,200}}={_VALUE})"
ATTRIBUTE_LIST = rf"\{{:?[ \t]*{_ATTRIBUTE}(?:[ \t]+{_ATTRIBUTE}){{0,50}}[ \t]*\}}"
ATTRIBUTES = lazy_pattern(ATTRIBUTE_LIST)
_TRAILING = lazy_pattern(rf"[ \t]+({ATTRIBUTE_LIST})$")
_EACH = lazy_pattern(rf"""([#.])({_NAME}+)|([A-Za-z][\w:-]*)=(?:"([^"]*)"|'([^']*)'|([\w:/%-]+))""")
_DEAF = frozenset({"html_block", "verbatim", "footnote_reference_open"})
_BEARERS = frozenset({"image", "code_inline", "link_close"})
_SPANS = {"em_open": "em_close", "strong_open": "strong_close", "s_open": "s_close", "mark_open": "mark_close"}


def parse_attributes(written: str) -> dict[str, str]:
    """Returns the attributes in a text that matches `ATTRIBUTES`. Classes add up; of other names the last counts."""
    found: dict[str, str] = {}
    for sign, name, key, *values in _EACH.findall(written):
        value = "".join(values)
        if sign == "#":
            found["id"] = normalize("NFC", name)
        elif sign == "." or key == "class":
            found["class"] = f"{found['class']} {name or value}" if "class" in found else name or value
        else:
            found[key.lower()] = value
    return found


def take_trailing_attributes(heading: Token) -> dict[str, str]:
    """Cuts attributes off the end of a heading's text (its inline token), and returns them."""
    last = heading.children[-1] if heading.children else None
    if last is None or last.type != "text" or not last.content.endswith("}"):
        return {}
    match = _TRAILING.search(last.content, max(0, last.content.rfind("{") - 2))
    if match is None:
        return {}
    last.content = last.content[: match.start()].rstrip()
    return parse_attributes(match[1])


def written_attributes(writer: Writer, attributes: Mapping[str, str | int | float]) -> str:
    """Attributes as HTML, beginning with a space; notes ids, and warns of unknown names and languages."""
    written = []
    for name, value in attributes.items():
        if name not in ALLOWED and not name.startswith(("data-", "aria-")):
            _refuse(writer, name)
            continue
        if name in ("lang", "hreflang") and value and not is_language_tag(str(value)):
            _refuse_language(writer, str(value))
            continue
        if name == "id":
            writer.claim(str(value))
        elif name == "class" and (found := find_hiding_class(str(value))):
            warn_of_hiding_class(writer, found, partial(writer.find, found))
        written.append(f' {name}="{escape(str(value))}"')
    return "".join(written)


def _refuse(writer: Writer, name: str) -> None:
    def make() -> Diagnostic:
        advice = "write a class, such as `.name`, and its CSS" if name == "style" else "write the element in HTML"
        hint = _did_you_mean(name) or advice
        message = f"attribute `{name}` is not allowed in braces"
        return warning("unknown-attribute", message, writer.find(f"{name}="), hint=hint)

    writer.report_lazily("unknown-attribute", make)


@lru_cache(maxsize=256)
def _did_you_mean(name: str) -> str:
    return did_you_mean(name, ALLOWED)


def _refuse_language(writer: Writer, tag: str) -> None:
    def make() -> Diagnostic:
        message = f"invalid language `{shown(tag)}`"
        return warning("invalid-language", message, writer.find(tag), hint=hint_at_tag(tag))

    writer.report_lazily("invalid-language", make)


def add_attribute_rules(parser: MarkdownIt) -> None:
    """Adds rules to a parser attributes."""
    parser.inline.ruler.push("attributes", _read_inline)
    parser.inline.ruler2.after("emphasis", "attributes", _give_to_spans)
    interrupted = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("fence", "attributes", _read_block, {"alt": interrupted})
    parser.core.ruler.after("block", "attributes", _attach)


def _read_inline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "{" or state.pending or not state.tokens:
        return False
    bearer = state.tokens[-1]
    is_bearer = bearer.type in _BEARERS
    if not is_bearer and bearer.type != "attributes" and not _may_end_span(state):
        return False
    match = ATTRIBUTES.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent and not is_bearer:
        state.push("attributes", "", 0).content = match[0]
        environment_of(state).has_span_attributes = True
    elif not silent:
        if bearer.type == "link_close":
            bearer = bearer.meta.get("opening") or state.tokens[-3]  # an address has nothing but a text between
        _give(bearer, match[0])
    state.pos = match.end()
    return True


def _may_end_span(state: StateInline) -> bool:
    """Returns whether the text so far ends in a sign that can close emphasis; the block's end decides."""
    last = state.delimiters[-1] if state.delimiters else None
    return last is not None and last.close and last.token == len(state.tokens) - 1


def _give_to_spans(state: StateInline) -> None:
    """Gives attributes to the emphasis that ends right before them; behind anything else they are text."""
    if not environment_of(state).has_span_attributes:
        return
    kept: list[Token] = []
    opened: list[Token] = []
    ended: Token | None = None
    for token in state.tokens:
        if token.type == "attributes" and ended is not None:
            _give(ended, token.content)
            continue
        if token.type == "attributes":
            token.type = "text"
        if token.type in _SPANS:
            opened.append(token)
        if token.type in _SPANS.values() and opened:
            ended = opened.pop()
        elif token.type != "text" or token.content:  # emphasis leaves empty texts where its second signs were
            ended = None
        kept.append(token)
    state.tokens[:] = kept


def _read_block(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("{", begin) or state.is_code_block(start):
        return False
    line = state.src[begin : state.eMarks[start]].rstrip()
    if not ATTRIBUTES.fullmatch(line):
        return False
    if not silent:
        token = state.push("attributes", "", 0)
        token.map = [start, start + 1]
        token.content = line
        state.line = start + 1
        environment_of(state).has_attributes = True
    return True


def _attach(state: StateCore) -> None:
    """Gives the attributes that stand on lines of their own to their blocks; without one they are text."""
    if not environment_of(state).has_attributes:
        return
    kept: list[Token] = []
    pending: list[Token] = []
    latest: list[Token | None] = [None]
    for token in state.tokens:
        if token.type == "attributes":
            if (above := _block_above(latest, token)) is not None:
                _give(above, token.content)
            else:
                pending.append(token)
            continue
        if pending and token.nesting >= 0 and token.type not in _DEAF:
            for attributes in pending:
                _give(token, attributes.content)
        else:
            for attributes in _as_text(pending):
                kept.append(attributes)
                _note_latest(latest, attributes)
        pending = []
        kept.append(token)
        _note_latest(latest, token)
    state.tokens = kept + _as_text(pending)


def _note_latest(latest: list[Token | None], token: Token) -> None:
    """Records a token as the latest of its level, if it opens a block; there is none on the levels below it so far."""
    del latest[token.level + 1 :]
    latest.extend([None] * (token.level + 1 - len(latest)))
    if token.nesting >= 0 and token.map is not None:
        latest[token.level] = token


def _block_above(latest: list[Token | None], attributes: Token) -> Token | None:
    """Returns the block that ends on the line above attributes with a colon; `latest` are the last blocks by level."""
    if not attributes.content.startswith("{:") or attributes.map is None or attributes.level >= len(latest):
        return None
    block = latest[attributes.level]
    if block is None or block.map is None or block.map[1] < attributes.map[0] or block.type in _DEAF:
        return None
    return block


def _give(bearer: Token, attributes: str) -> None:
    bearer.meta.setdefault("written", {}).update(parse_attributes(attributes))


def _as_text(tokens: list[Token]) -> list[Token]:
    for token in tokens:
        token.type = "verbatim"
    return tokens
