"""The page about settings: each key with its type, its default and its sentence, from the table in `settings`."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from afterword.manual.tables import write_table
from afterword.settings import Config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from dataclasses import Field

_INTRODUCTION = """# Settings

A blog works without any. Settings are TOML: in `afterword.toml` beside `posts/`, or, where the blog is a Python
project, in the table `[tool.afterword]` of `pyproject.toml`; not in both.

```toml
title = "Notes on talks"
base_url = "https://me.github.io/notes/"
menu = [{ title = "Archive", url = "/archive/" }, { title = "About", url = "/about/" }]

[markdown]
smart = true
```

In `pyproject.toml` the names of tables have `tool.afterword` before them: `[tool.afterword.markdown]`.

An unknown key or a value of a wrong type is an error at its line. Templates read settings as `config.title`,
`config.markdown.smart` and so on.

"""

_NAMES = {str: "text", int: "whole number", bool: "`true` or `false`"}


def document_settings() -> str:
    """The page, in Markdown."""
    return (_INTRODUCTION + "".join(_document_tables(Config, ""))).rstrip("\n") + "\n"


def _document_tables(kind: type, name: str) -> Iterator[str]:
    """The table for a dataclass of settings, and below it those for the tables in it."""
    hints = get_type_hints(kind)
    plain: list[tuple[str, ...]] = []
    tables: list[str] = []
    for field in fields(kind):
        sentence = str(field.metadata["sentence"])
        if is_dataclass(inner := hints[field.name]):
            tables += [f"## `[{name}{field.name}]`\n\n{sentence}\n\n"]
            tables += _document_tables(_as_type(inner), f"{name}{field.name}.")
        else:
            least = field.metadata.get("least")
            kind_name = _name_type(inner) + (f", at least {least}" if least is not None else "")
            plain.append((f"`{field.name}`", kind_name, f"`{_write_default(field)}`", sentence))
    yield write_table(("setting", "type", "default", "what it does"), plain)
    yield from tables


def _as_type(kind: object) -> type:
    assert isinstance(kind, type), "settings are classes"  # noqa: S101
    return kind


def _name_type(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return " or ".join(f"`{json.dumps(choice)}`" for choice in get_args(kind))
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if is_dataclass(item):
            return f"list of tables `{{ {', '.join(field.name for field in fields(item))} }}`"
        return f"list of {_NAMES[item]}s"
    return _NAMES[kind]


def _write_default(field: Field[object]) -> str:
    """A default as TOML: for what settings hold, that is as JSON has it."""
    assert field.default is not MISSING, "every setting has a default"  # noqa: S101
    return json.dumps(field.default, ensure_ascii=False)
