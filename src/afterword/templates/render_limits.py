"""Limits the loop iterations, text and value sizes of one render.

A template that loops over all posts twice gets an error at its line. The limits do not depend on the machine. They do
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

MAX_ITERATIONS = 10_000_000
"""Maximum number of iterations of all loops of a page."""

MAX_RANGE = 100_000
"""Maximum length of a `range`, as in Jinja's sandbox."""

MAX_TEXT = 50_000_000
"""Maximum length of a page, and of a text or list that an operator makes."""

_MAX_BITS = 100_000
"""Maximum size of a number in bits: sums of larger ones take seconds."""


class LimitExceeded(ValueError):  # noqa: N818 - the renderer makes a diagnostic of it
    """A limit of a render is exceeded. The message has a hint after `;`."""


class Meter:
    """Counts the loop iterations of one render."""

    __slots__ = ("iterations",)

    def __init__(self) -> None:
        self.iterations = 0

    def count_iteration(self) -> None:
        """Counts a loop iteration; raises `LimitExceeded` if there are too many."""
        self.iterations += 1
        if self.iterations > MAX_ITERATIONS:
            raise LimitExceeded(
                f"loops run more than {MAX_ITERATIONS:,} times on this page; "
                "loop over a part, such as `site.posts[:10]`"
            )


def make_range(*limits: int) -> range:
    """Returns a range; raises `LimitExceeded` if it is longer than `MAX_RANGE`."""
    numbers = range(*limits)
    if len(numbers) > MAX_RANGE:
        raise LimitExceeded(f"`range` of {len(numbers):,} numbers, the limit is {MAX_RANGE:,}")
    return numbers


def multiply(left: Any, right: Any) -> Any:
    """Returns `left * right`; raises `LimitExceeded` if the result is too large."""
    for value, times in ((left, right), (right, left)):
        if isinstance(value, (str, list, tuple)) and isinstance(times, int):
            _check_length(len(value) * times, value)
    if isinstance(left, int) and isinstance(right, int):
        _check_bits(left.bit_length() + right.bit_length())
    return left * right


def raise_to_power(left: Any, right: Any) -> Any:
    """Returns `left ** right`; raises `LimitExceeded` if the result is too large."""
    if isinstance(left, int) and isinstance(right, int):
        _check_bits(left.bit_length() * right)
    return left**right


def check_size(value: Any) -> Any:
    """Returns a value made of others; raises `LimitExceeded` if it is too large."""
    if isinstance(value, (str, list, tuple)):
        _check_length(len(value), value)
    return value


def check_text(pieces: Iterable[str], fail: Callable[[LimitExceeded], object]) -> str:
    """Joins the text of a page. If it is too long, calls `fail`, which raises at the template's line."""
    kept: list[str] = []
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size > MAX_TEXT:
            fail(LimitExceeded(f"the page exceeds {MAX_TEXT:,} characters"))
    return "".join(kept)


def _check_length(size: int, value: object) -> None:
    if size > MAX_TEXT:
        what = "text of more than {} characters" if isinstance(value, str) else "list of more than {} items"
        raise LimitExceeded(f"the result is a {what.format(f'{MAX_TEXT:,}')}")


def _check_bits(size: int) -> None:
    if size > _MAX_BITS:
        raise LimitExceeded("the result is a number with tens of thousands of digits")


class LimitTransformer(NodeTransformer):
    """Adds the limits to a template's syntax tree; they are attributes of the environment."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        node.body.insert(0, self._new(nodes.ExprStmt(self._call(node, "count_iteration")), node))
        return node

    def visit_Mul(self, node: nodes.Mul) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return self._call(node, "multiply", node.left, node.right)

    def visit_Pow(self, node: nodes.Pow) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return self._call(node, "raise_to_power", node.left, node.right)

    def visit_Add(self, node: nodes.Add | nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return self._call(node, "check_size", node)

    visit_Concat = visit_Add  # noqa: N815

    def _call(self, place: nodes.Node, name: str, *arguments: nodes.Expr) -> nodes.Call:
        attribute = self._new(nodes.EnvironmentAttribute(name), place)
        return self._new(nodes.Call(attribute, list(arguments), [], None, None), place)

    def _new(self, node: NodeT, place: nodes.Node) -> NodeT:
        """Returns a new node with its environment, at the line of another one."""
        node.environment = self._environment
        node.lineno = place.lineno
        return node
