"""The characters that a rule of the parser can begin at: at any other, the rule is not called.

markdown-it-py tries all its rules at every line and at every sign of a text, and nearly all of them say no by one
character. Relies on the rules that are named here to look at that character, and to say no, before they do anything.
Refuses to leave out a rule that is not named: that one is tried everywhere, in its turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from markdown_it.ruler import Ruler
from markdown_it.token import Token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

    BlockRule = Callable[[StateBlock, int, int, bool], bool]
    InlineRule = Callable[[StateInline, bool], bool]

_Rule = TypeVar("_Rule")

BLOCKS = {
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*-+0123456789",
    "footnote_def": "[",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
    "attributes": "{",
    "contents": "{",
}
"""The characters at which block rules can begin, behind the indent of a line."""

INLINES = {
    "newline": "\n",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "emphasis": "*_",
    "moment": "[",
    "link": "[",
    "image": "!",
    "footnote_ref": "[",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
    "attributes": "{",
    "bare_web": ":",
    "bare_www": "w",
    "bare_mail": "@",
}
"""The characters at which inline rules can begin."""


def look_before_calling(parser: MarkdownIt) -> None:
    """Have a parser look at the character before it calls a rule. Rules that it is given later are not called."""
    parser.block.ruler = _Chains(parser.block.ruler, BLOCKS, _read_block)
    parser.inline.ruler = _Chains(parser.inline.ruler, INLINES, _read_inline)
    parser.core.ruler.at("inline", _read_texts)


class _Chains(Ruler[_Rule], Generic[_Rule]):
    """The rules of another ruler; to those who call them, each chain is one rule, which calls what can begin there."""

    def __init__(
        self, given: Ruler[_Rule], openings: Mapping[str, str], choose: Callable[[_Choice[_Rule]], _Rule]
    ) -> None:
        super().__init__()
        self.__rules__ = given.__rules__
        self._chains: dict[str, list[_Rule]] = {}
        active = [rule for rule in given.__rules__ if rule.enabled]
        for chain in {"", *(chain for rule in active for chain in rule.alt)}:
            rules = [(openings.get(rule.name), rule.fn) for rule in active if not chain or chain in rule.alt]
            self._chains[chain] = [choose(_Choice(rules))]

    def getRules(self, chainName: str = "") -> list[_Rule]:  # noqa: N802, N803 - as in markdown-it-py
        return self._chains.get(chainName, [])


class _Choice(Generic[_Rule]):
    """Rules by the character at which they can begin; `elsewhere` are those that can begin at any other. In order."""

    def __init__(self, rules: Sequence[tuple[str | None, _Rule]]) -> None:
        characters = {character for openings, _ in rules for character in openings or ""}
        self.at = {
            character: [rule for openings, rule in rules if openings is None or character in openings]
            for character in characters
        }
        self.elsewhere = [rule for openings, rule in rules if openings is None]


def _read_block(choice: _Choice[BlockRule]) -> BlockRule:
    rules_at, elsewhere = choice.at.get, choice.elsewhere

    def read(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        begin = state.bMarks[start] + state.tShift[start]
        for rule in rules_at(state.src[begin : begin + 1], elsewhere):  # noqa: SIM110 - `any` takes longer
            if rule(state, start, end, silent):
                return True
        return False

    return read


def _read_inline(choice: _Choice[InlineRule]) -> InlineRule:
    rules_at, elsewhere = choice.at.get, choice.elsewhere

    def read(state: StateInline, silent: bool) -> bool:
        for rule in rules_at(state.src[state.pos], elsewhere):  # noqa: SIM110 - `any` takes longer
            if rule(state, silent):
                return True
        return False

    return read


def _read_texts(state: StateCore) -> None:
    """markdown-it-py's rule `inline`, for which a text without any sign is a text at once."""
    inline = state.md.inline
    find_sign = inline.terminator_re.search
    for token in state.tokens:
        if token.type != "inline" or not token.content:
            continue
        token.children = [Token("text", "", 0, content=token.content)]
        if find_sign(token.content) is not None:
            token.children = []
            inline.parse(token.content, state.md, state.env, token.children)
