"""Limits the loop turns, text and value sizes of one render.

A template that loops over all posts twice gets an error at its line. Counting does not depend on the machine. It does
not protect against hostile templates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jinja2 import Environment

NodeT = TypeVar("NodeT", bound=nodes.Node)

MOST_TURNS = 10_000_000
"""So many turns may all loops of one page take together."""

MOST_NUMBERS = 100_000
"""The longest `range`, as in Jinja's sandbox."""

MOST_TEXT = 50_000_000
"""The most characters of a page, and of a text or items of a list that operators make."""

_MOST_BITS = 100_000
"""The size of a number beyond which sums with it take seconds."""


class TooMuch(ValueError):  # noqa: N818 - the renderer makes a diagnostic of it
    """More than a render may do; the message says of what, and behind a `;` what to do."""


class Meter:
    """Counts the work of one render."""

    __slots__ = ("turns",)

    def __init__(self) -> None:
        self.turns = 0

    def count_turn(self) -> None:
        """Begin a turn of a loop; raises `TooMuch` for one too many."""
        self.turns += 1
        if self.turns > MOST_TURNS:
            raise TooMuch(
                f"loops run more than {MOST_TURNS:,} times on this page; loop over a part, such as `site.posts[:10]`"
            )


def make_range(*limits: int) -> range:
    """Jinja's `range`, of at most `MOST_NUMBERS`."""
    numbers = range(*limits)
    if len(numbers) > MOST_NUMBERS:
        raise TooMuch(f"`range` of {len(numbers):,} numbers, the limit is {MOST_NUMBERS:,}")
    return numbers


def multiply(left: Any, right: Any) -> Any:
    """`left * right`, whatever they are."""
    for value, times in ((left, right), (right, left)):
        if isinstance(value, (str, list, tuple)) and isinstance(times, int):
            _allow(len(value) * times, value)
    if isinstance(left, int) and isinstance(right, int):
        _allow_bits(left.bit_length() + right.bit_length())
    return left * right


def raise_to_power(left: Any, right: Any) -> Any:
    """`left ** right`, whatever they are."""
    if isinstance(left, int) and isinstance(right, int):
        _allow_bits(left.bit_length() * right)
    return left**right


def check_size(value: Any) -> Any:
    """A value that was put together of others; at most twice as large as one that was allowed."""
    if isinstance(value, (str, list, tuple)):
        _allow(len(value), value)
    return value


def check_text(pieces: Iterable[str], fail: Callable[[TooMuch], object]) -> str:
    """Joins the text of a page; calls `fail`, which raises at the template's line, as soon as it is too long."""
    kept: list[str] = []
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size > MOST_TEXT:
            fail(TooMuch(f"the page exceeds {MOST_TEXT:,} characters"))
    return "".join(kept)


def _allow(size: int, value: object) -> None:
    if size > MOST_TEXT:
        what = "text of more than {} characters" if isinstance(value, str) else "list of more than {} items"
        raise TooMuch(f"the result is a {what.format(f'{MOST_TEXT:,}')}")


def _allow_bits(size: int) -> None:
    if size > _MOST_BITS:
        raise TooMuch("the result is a number with tens of thousands of digits")


class Weaver(NodeTransformer):
    """Weaves the counting into a template for an environment, which must have what it calls as attributes."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        node.body.insert(0, self._new(nodes.ExprStmt(self._call(node, "count_turn")), node))
        return node

    def visit_Mul(self, node: nodes.Mul) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return self._call(node, "multiply", node.left, node.right)

    def visit_Pow(self, node: nodes.Pow) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return self._call(node, "raise_to_power", node.left, node.right)

    def visit_Add(self, node: nodes.Add) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return self._call(node, "check_size", node)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return self._call(node, "check_size", node)

    def _call(self, place: nodes.Node, name: str, *arguments: nodes.Expr) -> nodes.Call:
        attribute = self._new(nodes.EnvironmentAttribute(name), place)
        return self._new(nodes.Call(attribute, list(arguments), [], None, None), place)

    def _new(self, node: NodeT, place: nodes.Node) -> NodeT:
        """Returns a new node with its environment, at the line of another one."""
        node.environment = self._environment
        node.lineno = place.lineno
        return node
