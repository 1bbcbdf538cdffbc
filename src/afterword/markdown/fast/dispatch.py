"""Calls a rule of the Markdown parser only where it can begin, and reads simple blocks and texts without rules.

markdown-it-py tries all its rules at every character. Most of them need one certain character, so the rules that are
named here are called only there; other rules are called everywhere.
"""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from markdown_it.ruler import Ruler
from markdown_it.rules_core import text_join

from afterword.markdown.environment import environment_of
from afterword.markdown.fast import blocks as fast_blocks
from afterword.markdown.fast import inlines as fast_inlines
from afterword.markdown.fast.tokens import make_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline

    from afterword.markdown.fast.inlines import SimpleTextReader

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
    "markdown_in_html": "<",
    "html_block": "<",
    "heading": "#",
    "attributes": "{",
    "contents": "{",
    "liquid_code": "{",
    "abbreviation": "*",
    "admonition": "!?",
    "container": ":",
    "math": "$\\",
}
"""The characters at which block rules can begin, behind the indent of a line."""

INLINES = {
    "newline": "\n",
    "math": "\\",
    "dollars": "$",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "mark": "=",
    "emphasis": "*_",
    "timestamp": "[",
    "emoji": ":",
    "wikilink": "[!",
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

_ADDING_NO_TEXTS = frozenset({"replacements", "smartquotes"})
"""Core rules that change texts, but leave no adjacent ones."""


def look_before_calling(parser: MarkdownIt, is_full: Callable[[StateBlock], bool] = lambda _: False) -> None:
    """Makes a parser check the character before it calls a rule, and read simple blocks and texts without rules.

    Rules that are added later are not called. Simple blocks are left to the rules, which check the limits, once
    `is_full` is true.
    """
    read_block = fast_blocks.make_reader(_openings(parser.block.ruler, BLOCKS))
    read_text = fast_inlines.make_reader(_openings(parser.inline.ruler, INLINES))
    parser.block.ruler = blocks = _Chains(parser.block.ruler, BLOCKS, _read_block)
    parser.inline.ruler = _Chains(parser.inline.ruler, INLINES, _read_inline)
    if read_block is not None:
        blocks.try_first(read_block, is_full)
    core = parser.core.ruler
    core.at("inline", partial(_read_texts, read_text))
    active = core.get_active_rules()
    between = active[active.index("inline") + 1 : active.index("text_join")]
    if _ADDING_NO_TEXTS.issuperset(between):
        core.at("text_join", _join_texts)


def _openings(ruler: Ruler[_Rule], known: Mapping[str, str]) -> Mapping[str, str | None]:
    """Returns the characters at which each active rule can begin; None for any."""
    return {rule.name: known.get(rule.name) for rule in ruler.__rules__ if rule.enabled}


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

    def try_first(self, read: Callable[[StateBlock, int, int], bool], is_full: Callable[[StateBlock], bool]) -> None:
        """Makes a function read blocks of the outermost level before any rule, until `is_full`."""
        [call_rules] = cast("list[BlockRule]", self._chains[""])

        def read_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
            is_simple = not is_full(state) and read(state, start, end)
            return is_simple or call_rules(state, start, end, silent)

        self._chains[""] = cast("list[_Rule]", [read_block])

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


def _read_texts(read_simple: SimpleTextReader | None, state: StateCore) -> None:
    """Gives inline tokens their children, as markdown-it-py's rule `inline`, which calls the inline rules for all."""
    inline = state.md.inline
    find_sign = inline.terminator_re.search
    environment = environment_of(state)
    references = environment.references
    for token in state.tokens:
        if token.type != "inline" or not token.content:
            continue
        if find_sign(token.content) is None:
            token.children = [make_token("text", "", 0, 0, token.content)]
        elif read_simple is not None and (simple := read_simple(token.content, references)) is not None:
            token.children = simple
        else:
            token.children = []
            inline.parse(token.content, state.md, state.env, token.children)
            environment.read_by_rules.append(token)


def _join_texts(state: StateCore) -> None:
    """markdown-it-py's rule `text_join`, which needs to look only at texts that are not simple."""
    read_by_rules = environment_of(state).read_by_rules
    text_join(cast("StateCore", SimpleNamespace(tokens=read_by_rules)))
    read_by_rules.clear()
