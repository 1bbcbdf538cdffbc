"""Parser rules for lists: definition lists with several terms for one definition, and tasks in progress.

Definition lists are those of PHP Markdown Extra. The rule extends that of mdit-py-plugins, which reads one term. More
lines than `MOST_TERMS` are a paragraph. Obsidian's tasks in progress, `- [/]`, are shown as open; the parser knows
`[ ]` and `[x]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it.token import Token

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

    BlockRule = Callable[[StateBlock, int, int, bool], bool]


MOST_TERMS = 20


def add_terms_rule(parser: MarkdownIt) -> None:
    """Adds rules to a parser that knows definition lists several terms."""
    ruler = parser.block.ruler
    definitions: BlockRule = next(rule.fn for rule in ruler.__rules__ if rule.name == "deflist")
    breaks = ruler.getRules("paragraph")

    def read(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if silent or state.is_code_block(start):
            return definitions(state, start, end, silent)
        last = _find_last_term(state, start, end, breaks)
        begin = len(state.tokens)
        if not definitions(state, last, end, False):
            return False
        opening = state.tokens[begin]
        _add_terms(state, begin, start, last)
        state.tokens[-1].meta["opening"] = opening
        _join(state.tokens, begin)
        return True

    ruler.at("deflist", read, {"alt": ["paragraph", "reference", "blockquote"]})


def _find_last_term(state: StateBlock, start: int, end: int, breaks: list[BlockRule]) -> int:
    """Returns the line before a definition, if all lines from `start` on are one paragraph, or `start`."""
    for line in range(start + 1, min(end, start + MOST_TERMS + 1)):
        if state.isEmpty(line) or _defines(state, line):
            defining = line + 1 if state.isEmpty(line) else line
            return line - 1 if defining < end and _defines(state, defining) else start
        if state.sCount[line] < state.blkIndent or any(rule(state, line, end, True) for rule in breaks):
            return start
    return start


def _defines(state: StateBlock, line: int) -> bool:
    """Returns whether a definition begins on a line."""
    begin = state.bMarks[line] + state.tShift[line]
    marked = state.src[begin : state.eMarks[line]]
    return state.sCount[line] >= state.blkIndent and marked[:1] in (":", "~") and marked[1:2] in (" ", "\t")


def _add_terms(state: StateBlock, begin: int, start: int, last: int) -> None:
    """Puts the terms on the lines from `start` up to `last` in front of that on `last`, which was read."""
    opening = state.tokens[begin]
    opening.map = [start, (opening.map or [0, last + 1])[1]]
    level = opening.level + 1
    terms: list[Token] = []
    for line in range(start, last):
        content = state.getLines(line, line + 1, state.blkIndent, False).strip()
        terms += (
            Token("dt_open", "dt", 1, level=level, block=True, map=[line, line]),
            Token("inline", "", 0, level=level + 1, block=True, map=[line, line], content=content, children=[]),
            Token("dt_close", "dt", -1, level=level, block=True),
        )
    state.tokens[begin + 1 : begin + 1] = terms


def _join(tokens: list[Token], begin: int) -> None:
    """Makes one list of the one that begins at `begin` and of one that ends right before it."""
    if begin == 0 or tokens[begin - 1].type != "dl_close" or tokens[begin - 1].level != tokens[begin].level:
        return
    above, lines = tokens[begin - 1].meta["opening"], tokens[begin].map
    if above.map is not None and lines is not None:
        above.map = [above.map[0], lines[1]]
    tokens[-1].meta["opening"] = above
    del tokens[begin - 1 : begin + 1]


_SIGN = "[/] "


def add_task_rule(parser: MarkdownIt) -> None:
    """Adds such tasks to a parser."""
    parser.core.ruler.after("block", "begun_task", _mark)


def _mark(state: StateCore) -> None:
    if _SIGN not in state.src:
        return
    tokens = state.tokens
    for index, token in enumerate(tokens[2:], 2):
        if token.type == "inline" and token.content.startswith(_SIGN) and tokens[index - 2].type == "list_item_open":
            tokens[index - 2].meta["checked"] = False
            token.content = token.content.removeprefix(_SIGN)
