"""Generates shorter Python for templates than Jinja does, for what pages do most: read values, print them, count turns.

Templates mean the same. `TemplateCode` overrides methods of Jinja's code generator. If a new version of Jinja no longer
calls one of them, its own code is used; `tests/test_environment.py` compares the output of both.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from markupsafe import Markup, escape

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2.compiler import Frame

FORMATS = frozenset({"format", "format_map"})
"""Names of methods that `MeteredEnvironment.getattr` replaces."""

_ESCAPED = lazy_pattern("[&<>\"']")


class TemplateCode(CodeGenerator):
    """Writes `environment.read(value, "name")`, `environment.show(value)` and direct calls of the environment."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        self.write("environment.getattr(" if node.attr in FORMATS else "environment.read(")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r})")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        if not isinstance(node.node, nodes.EnvironmentAttribute):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write(f"environment.{node.node.name}(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.show(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_post(node, frame, finalize)
        else:
            self.write(")")


class TemplateContext(Context):
    """Jinja's context, which calls a plain function without asking what it wants to be given."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - a template may pass `self`
        if type(__obj) is not FunctionType or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(*args, **kwargs)


def make_show(finalize: Callable[[object], object]) -> Callable[[object], str]:
    """Returns the function that escapes a value, unless it is HTML; `finalize` is called with other than texts."""

    def show(value: object) -> str:
        kind = type(value)
        if kind is str:
            text = str(value)
            return escape(text) if _ESCAPED.search(text) else text
        return value if isinstance(value, Markup) and kind is Markup else escape(finalize(value))

    return show
