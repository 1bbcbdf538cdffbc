"""Compiles templates to shorter Python than Jinja does, and keeps the result in the user's cache folder: compiling the
default theme takes longer than rendering the pages that an edit changes.

A compiled template is code, as the bytecode of a module is. So it is never read from a blog, whose `.afterword` may
have come with it, nor from a folder that another user can write to. Each version of Afterword, Python and Jinja has its
own folder, and all but those that were used last are deleted. Without a safe folder, each build compiles its
templates.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

from jinja2 import nodes
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from markupsafe import Markup, escape

from afterword.cache.version import cache_version
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2 import Environment
    from jinja2.compiler import Frame

_MAX_VERSIONS = 4
_MAX_TEMPLATES = 500
"""Templates in a folder, of all blogs: some 5 MB. A folder with more is emptied."""


class CompiledTemplates(FileSystemBytecodeCache):
    """The compiled templates in a folder that `prepare_folder` returned; what cannot be read or written is compiled."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder, "%s")

    def get_bucket(self, environment: Environment, name: str, filename: str | None, source: str) -> Bucket:
        """Returns the bucket of a template. Its key depends on the text: blogs have templates of the same name."""
        checksum = self.get_source_checksum(source)
        bucket = Bucket(environment, f"{self.get_cache_key(name, filename)}-{checksum}", checksum)
        self.load_bytecode(bucket)
        return bucket

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def prepare_folder(environ: Mapping[str, str]) -> str:
    """Returns the folder of compiled templates, which exists; empty if there is none that is safe to use.

    It is `afterword/templates/VERSION` in `$XDG_CACHE_HOME` or `~/.cache`.
    """
    home = environ.get("HOME", "")
    base = Path(environ.get("XDG_CACHE_HOME") or f"{home}/.cache")
    if not base.is_absolute() or not (home or environ.get("XDG_CACHE_HOME")):
        return ""
    folder = base / "afterword" / "templates" / cache_version()
    try:
        places = (folder.parent.parent, folder.parent, folder)
        for place in places:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not all(map(_is_private, places)):
            return ""
        if sum(1 for _ in folder.iterdir()) > _MAX_TEMPLATES:
            _delete(folder)
            folder.mkdir(mode=0o700)
        os.utime(folder)  # the time of its last use
        versions = list(folder.parent.iterdir())
        if len(versions) > _MAX_VERSIONS:
            _delete(*sorted(versions, key=lambda version: version.lstat().st_mtime_ns)[:-_MAX_VERSIONS])
        return str(folder)
    except OSError:
        return ""


def _is_private(folder: Path) -> bool:
    """Returns whether this user owns a folder, and no other can write to it."""
    status = folder.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022


def _delete(*folders: Path) -> None:
    import shutil  # only after an update, or when templates change often

    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


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
