"""Makes Pygments' lexers faster: each rule is tried only at characters at which it can match.

`RegexLexer` tries the rules of a state in their order at every position, and most of them fail at the first character.
Here each state has a table from ASCII characters to the rules that can match there. The first characters of a pattern
are taken from Python's own parse tree of it. `re._parser` and `re._compiler` are private: where a future Python changes
them, or a pattern has a node that is not handled here, its rule is tried at every character, as in Pygments. The tokens
are the same either way; `tests/test_fast_lexers.py` compares them for many lexers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from types import FunctionType, new_class
from typing import TYPE_CHECKING, Any, TypeAlias

from pygments.lexer import ExtendedRegexLexer, RegexLexer
from pygments.token import Error, Whitespace, _TokenType

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pygments.lexer import Lexer

    Action: TypeAlias = _TokenType | Callable[[Lexer, re.Match[str]], Iterator[tuple[int, _TokenType, str]]] | None
    StateChange: TypeAlias = tuple[str, ...] | int | str | None
    Rule: TypeAlias = tuple[Callable[[str, int], re.Match[str] | None], Action, StateChange]

    Node: TypeAlias = tuple[object, Any]  # an operator of `re._constants` and its operand, whose shape depends on it

_ASCII = tuple(map(chr, range(128)))
_ZERO_WIDTH = frozenset({"AT", "ASSERT", "ASSERT_NOT"})
_ONE_CHARACTER = frozenset({"LITERAL", "NOT_LITERAL", "IN", "ANY"})
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})


_SLOW_BLOCKS = 8
"""The blocks of a language after which its lexer is accelerated. Making the tables takes as long as some ten blocks."""


class AdaptiveLexer:
    """A lexer that is accelerated when it has much to read."""

    def __init__(self, lexer: Lexer) -> None:
        self._lexer = lexer
        self._blocks = 0

    def read_tokens(self, code: str) -> Iterator[tuple[int, _TokenType, str]]:
        """Yields the raw tokens of a block: `Lexer.get_tokens` would change line ends, tabs and blank lines first."""
        self._blocks += 1
        if self._blocks == _SLOW_BLOCKS:
            self._lexer = accelerate(self._lexer)
        return self._lexer.get_tokens_unprocessed(code)


def accelerate(lexer: Lexer) -> Lexer:
    """Returns the lexer with the faster loop, if it is a plain `RegexLexer`; otherwise unchanged."""
    if not isinstance(lexer, RegexLexer) or isinstance(lexer, ExtendedRegexLexer):
        return lexer
    kind = type(lexer)
    try:
        # After the lexer's own class: a method of it that calls `super()` reaches the faster loop too.
        body = _redirect(kind.get_tokens_unprocessed)
        lexer.__class__ = new_class(
            f"Fast{kind.__name__}", (kind, _FastLexer), exec_body=lambda names: names.update(body)
        )
    except TypeError:  # a class with another layout
        return lexer
    return lexer


def _redirect(read: Callable[..., object]) -> Mapping[str, object]:
    """Returns the method of a lexer that calls `RegexLexer.get_tokens_unprocessed` by name, with the faster loop there.

    The lexers of C, C++, PHP and Haskell have such a method.
    """
    if not isinstance(read, FunctionType) or "RegexLexer" not in read.__code__.co_names:
        return {}
    names = {**read.__globals__, "RegexLexer": _FastLexer}
    return {read.__name__: FunctionType(read.__code__, names, read.__name__, read.__defaults__, read.__closure__)}


_MAX_PATTERN = 1_000
"""Characters of a pattern that is analyzed. The longest list all letters of Unicode, and take milliseconds to parse."""


class _UnknownStart(Exception):  # noqa: N818 - the rule is tried everywhere
    """A pattern that can begin with any character, as far as is known."""


@lru_cache(maxsize=8192)
def find_first_characters(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Returns the ASCII characters with which a match can begin; None if unknown, or if the match can be empty."""
    if len(pattern.pattern) > _MAX_PATTERN:
        return None
    try:
        from re import _compiler, _parser  # type: ignore[attr-defined]

        tree = _parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
        nodes, can_be_empty = _first_nodes(tree)
        if can_be_empty:
            return None
        found: set[str] = set()
        for node in nodes:
            match = _compiler.compile(_parser.SubPattern(tree.state, [node]), pattern.flags).match
            found.update(filter(match, _ASCII))
    except Exception:  # private functions may change in any way
        return None
    return frozenset(found)


def _first_nodes(sequence: Iterable[Node]) -> tuple[list[Node], bool]:
    """Returns the nodes that can match the first character, and whether the whole sequence can be empty."""
    found: list[Node] = []
    for operator, operand in sequence:
        name = str(operator)
        if name in _ZERO_WIDTH:
            continue
        if name in _ONE_CHARACTER:
            return [*found, (operator, operand)], False
        nodes, can_be_empty = _first_nodes_of_group(name, operand)
        found += nodes
        if not can_be_empty:
            return found, False
    return found, True


def _first_nodes_of_group(name: str, operand: Any) -> tuple[list[Node], bool]:
    if name == "SUBPATTERN":
        _, added_flags, removed_flags, inner = operand
        if not added_flags and not removed_flags:
            return _first_nodes(inner)
    elif name == "ATOMIC_GROUP":
        return _first_nodes(operand)
    elif name in _REPEATS:
        least, _, inner = operand
        nodes, can_be_empty = _first_nodes(inner)
        return nodes, can_be_empty or least == 0
    elif name == "BRANCH":
        branches = [_first_nodes(branch) for branch in operand[1]]
        return [node for nodes, _ in branches for node in nodes], any(can_be_empty for _, can_be_empty in branches)
    raise _UnknownStart(name)


class _State:
    """The rules of one lexer state; the table by character is made when the state is first entered."""

    __slots__ = ("_by_character", "rules")

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self._by_character: dict[str, list[Rule]] | None = None

    @property
    def by_character(self) -> dict[str, list[Rule]]:
        if self._by_character is None:
            starts = [(rule, _first_characters_of(rule)) for rule in self.rules]
            self._by_character = {
                character: [rule for rule, start in starts if start is None or character in start]
                for character in _ASCII
            }
        return self._by_character


def _first_characters_of(rule: Rule) -> frozenset[str] | None:
    pattern = getattr(rule[0], "__self__", None)
    return find_first_characters(pattern) if isinstance(pattern, re.Pattern) else None


class _FastLexer(RegexLexer):
    """The loop of `RegexLexer.get_tokens_unprocessed` in Pygments 2.21, with a table in place of the list of rules."""

    _tokens: Mapping[str, Sequence[Rule]]
    _states: Mapping[str, _State] | None = None

    def get_tokens_unprocessed(
        self, text: str, stack: Iterable[str] = ("root",)
    ) -> Iterator[tuple[int, _TokenType, str]]:
        position, end = 0, len(text)
        if self._states is None:
            self._states = {name: _State(rules) for name, rules in self._tokens.items()}
        states = self._states
        names = list(stack)
        state = states[names[-1]]
        rules, rules_at = state.rules, state.by_character.get
        while True:
            for match_rule, action, change in rules_at(text[position], rules) if position < end else rules:
                match = match_rule(text, position)
                if not match:
                    continue
                if action is not None:
                    if type(action) is _TokenType:
                        yield position, action, match.group()
                    else:
                        yield from action(self, match)  # type: ignore[operator]
                position = match.end()
                if change is not None:
                    _change_state(names, change)
                    state = states[names[-1]]
                    rules, rules_at = state.rules, state.by_character.get
                break
            else:
                if position >= end:
                    return
                if text[position] == "\n":  # the end of a line resets the state
                    names = ["root"]
                    state = states["root"]
                    rules, rules_at = state.rules, state.by_character.get
                    yield position, Whitespace, "\n"
                else:
                    yield position, Error, text[position]
                position += 1


def _change_state(names: list[str], change: tuple[str, ...] | int | str) -> None:
    """Changes the stack of states in place, by the third part of a rule."""
    if isinstance(change, int):
        del names[1 if abs(change) >= len(names) else change :]
    elif change == "#push":
        names.append(names[-1])
    elif isinstance(change, tuple):
        for name in change:
            if name != "#pop":
                names.append(names[-1] if name == "#push" else name)
            elif len(names) > 1:
                names.pop()
    else:
        raise AssertionError(f"wrong state def: {change!r}")
