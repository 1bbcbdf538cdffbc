"""Evaluates expressions of Liquid: values with filters, and conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.importers.jekyll.filters import (
    BASE,
    URL,
    Unsupported,
    apply_filter,
    is_empty,
    known,
    list_records,
    write_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class _Empty(Enum):
    """The literals that are equal to every empty value."""

    EMPTY = "empty"


_TOKEN = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*')|(?P<number>-?\d+(?:\.\d+)?(?![\w-]))|(?P<name>[A-Za-z_\d][\w-]*\??)"""
    r"""|(?P<sign>\.\.|[=!<>]=|<>|[<>|:,.\[\]()])|(?P<gap>\s+)|(?P<invalid>.)""",
    re.DOTALL,
)
_LITERALS: Mapping[str, object] = {
    "true": True,
    "false": False,
    "nil": None,
    "null": None,
    **dict.fromkeys(("empty", "blank"), _Empty.EMPTY),
}
_OPTION = re.compile(r"""(?P<name>[\w-]+)\s*=\s*(?P<value>"[^"]*"|'[^']*'|[\w.\[\]"'-]+)""")
_KEEPING = frozenset({"relative_url", "absolute_url", "append", "prepend", "default", "strip", "escape", "xml_escape"})
"""Filters behind which a value still begins with the address of the site, if it did so before."""

_LONGEST = 10_000
"""Maximum number of items of a range."""


class _Token(Struct, frozen=True):
    kind: str
    text: str


_OPERATORS = (_Token("name", "and"), _Token("name", "or"))


def evaluate(written: str, values: Mapping[str, object]) -> object:
    """Returns the value of an expression with its filters; raises `Unsupported`."""
    reader = _Reader(_tokenize(written), values)
    value = reader.read_filtered()
    reader.expect_end()
    return value


def evaluate_text(written: str, values: Mapping[str, object]) -> str:
    """Returns the output of an expression; raises `Unsupported` also for one that Liquid writes as Ruby code."""
    try:
        return write_text(evaluate(written, values))
    except TypeError:
        raise Unsupported from None


def decide(written: str, values: Mapping[str, object]) -> bool:
    """Returns whether a condition is true; raises `Unsupported` if it depends on an unknown value.

    `and` and `or` have the same precedence, and the right one comes first.
    """
    tokens = _tokenize(written)
    ends = [at for at, token in enumerate(tokens) if token in _OPERATORS]
    result = _compare(tokens[ends[-1] + 1 :] if ends else tokens, values)
    for start, end in zip(reversed([-1, *ends[:-1]]), reversed(ends), strict=True) if ends else ():
        decisive = tokens[end].text == "or"
        left = _compare(tokens[start + 1 : end], values)
        unknown = next((one for one in (left, result) if isinstance(one, Unsupported)), None)
        result = decisive if decisive in (left, result) else unknown or not decisive
    if isinstance(result, Unsupported):
        raise result
    return result


def is_equal(left: object, right: object) -> bool:
    """Returns whether two values are equal in Liquid: numbers by value, others only with their own type."""
    if _Empty.EMPTY in (left, right):
        return is_empty(right if left is _Empty.EMPTY else left)
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def find_root(written: str) -> str:
    """Returns the variable that an expression begins with; empty for a literal."""
    first = next(iter(_tokenize(written)), None)
    return first.text if first is not None and first.kind == "name" and first.text not in _LITERALS else ""


def parse_options(written: str, values: Mapping[str, object]) -> dict[str, object]:
    """Returns the parameters of an include, `name=value`; raises `Unsupported`."""
    return {match["name"]: evaluate(match["value"], values) for match in _OPTION.finditer(written)}


@lru_cache(maxsize=4096)
def _tokenize(written: str) -> tuple[_Token, ...]:
    found = (_Token(str(match.lastgroup), match[0]) for match in _TOKEN.finditer(written))
    return tuple(token for token in found if token.kind != "gap")


def _resolve(value: object, values: Mapping[str, object]) -> object:
    """Returns a value in which the address of the site is written out."""
    if not isinstance(value, str):
        return value
    return value.replace(URL, str(values.get(URL, ""))).replace(BASE, str(values.get(BASE, "")))


def _compare(tokens: Sequence[_Token], values: Mapping[str, object]) -> bool | Unsupported:
    try:
        reader = _Reader(tokens, values)
        left = reader.read_value()
        operator = reader.accept(*_COMPARISONS)
        if operator is None:
            reader.expect_end()
            return left is not None and left is not False
        right = reader.read_value()
        reader.expect_end()
        return _COMPARISONS[operator](_resolve(left, values), _resolve(right, values))
    except TypeError:
        return Unsupported()
    except Unsupported as problem:
        return problem


def _contains(left: object, right: object) -> bool:
    if isinstance(left, str):
        return right is not None and write_text(right) in left
    return any(is_equal(item, right) for item in (left if isinstance(left, (list, range, Mapping)) else ()))


def _ordered(compare: Callable[..., bool]) -> Callable[[object, object], bool]:
    """Returns a comparison of two numbers or two texts. It raises `TypeError` for one of each."""

    def is_ordered(value: object) -> bool:
        return isinstance(value, (str, int, float, date)) and not isinstance(value, bool)

    return lambda left, right: is_ordered(left) and is_ordered(right) and compare(left, right)


_COMPARISONS: Mapping[str, Callable[[object, object], bool]] = {
    "==": is_equal,
    **dict.fromkeys(("!=", "<>"), lambda left, right: not is_equal(left, right)),
    "<": _ordered(lt),
    "<=": _ordered(le),
    ">": _ordered(gt),
    ">=": _ordered(ge),
    "contains": _contains,
}


class _Reader:
    """Reads an expression from left to right and evaluates it."""

    def __init__(self, tokens: Sequence[_Token], values: Mapping[str, object]) -> None:
        self._tokens = tokens
        self._values = values
        self._at = 0

    def accept(self, *texts: str) -> str | None:
        """Returns the next token and moves on, if it is one of these signs or words."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        if token is None or token.kind not in ("sign", "name") or token.text not in texts:
            return None
        self._at += 1
        return token.text

    def expect(self, text: str) -> None:
        if self.accept(text) is None:
            raise Unsupported

    def expect_end(self) -> None:
        if self._at < len(self._tokens):
            raise Unsupported

    def read_filtered(self) -> object:
        value = self.read_value()
        value = "" if value is _Empty.EMPTY else value
        while self.accept("|"):
            name = self._take("name").text
            arguments = [self.read_value()] if self.accept(":") else []
            while self.accept(","):
                arguments.append(self.read_value())
            while self._at < len(self._tokens) and self._tokens[self._at].text != "|":
                self._at += 1  # Liquid ignores what it cannot read there
            value = self._filter(name, value, arguments)
        return value

    def _filter(self, name: str, value: object, arguments: list[object]) -> object:
        try:
            if name == "where_exp":
                variable, condition = map(write_text, arguments)
                return [item for item in list_records(value) if decide(condition, {**self._values, variable: item})]
            if name not in _KEEPING:
                value, *arguments = (_resolve(one, self._values) for one in (value, *arguments))
            return apply_filter(name, value, arguments)
        except (LookupError, TypeError, ValueError, ArithmeticError):
            raise Unsupported from None

    def read_value(self) -> object:
        if self.accept("("):
            first = self.read_value()
            self.expect("..")
            last = self.read_value()
            self.expect(")")
            if isinstance(first, int) and isinstance(last, int) and last - first < _LONGEST:
                return range(first, last + 1)
            raise Unsupported
        token = self._take("text", "number", "name")
        if token.kind == "text":
            return token.text[1:-1]
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        if token.text in _LITERALS:
            return _LITERALS[token.text]
        return self._read_path(known(self._values.get(token.text)))

    def _read_path(self, value: object) -> object:
        while True:
            if self.accept("."):
                value = _find(value, self._take("name", "number").text)
            elif self.accept("["):
                value = _find(value, self.read_value())
                self.expect("]")
            else:
                return value

    def _take(self, *kinds: str) -> _Token:
        if self._at == len(self._tokens) or self._tokens[self._at].kind not in kinds:
            raise Unsupported
        self._at += 1
        return self._tokens[self._at - 1]


def _find(value: object, name: object) -> object:
    """Returns the property of a value, an item of a list, or its `size`, `first` or `last`; None for others."""
    if isinstance(value, Mapping) and (name in value or name not in ("size", "first")):
        return known(value.get(name))
    if isinstance(value, (list, range)) and isinstance(name, int):
        return value[name] if -len(value) <= name < len(value) else None
    is_property = name == "size" or (name in ("first", "last") and not isinstance(value, str))
    return apply_filter(str(name), value, []) if is_property and value is not None else None
