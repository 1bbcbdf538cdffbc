"""Generates the page about settings from `config.schema`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from msgspec import NODEFAULT

from afterword.config.schema import Config, is_table, list_keys
from afterword.docsgen.tables import write_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msgspec import Struct

    from afterword.config.schema import SettingKey

_INTRODUCTION = """# Settings

All settings are optional. Write them in TOML, in `afterword.toml` next to `posts/` or in the table `[tool.afterword]`
of `pyproject.toml`, but not in both.

```toml
title = "Notes on talks"
base_url = "https://me.github.io/notes/"
menu = [{ title = "Archive", url = "/archive/" }, { title = "About", url = "/about/" }]

[markdown]
smart_punctuation = false
```

In `pyproject.toml`, add `tool.afterword` to the names of tables: `[tool.afterword.markdown]`.

Unknown settings and invalid values are errors. In templates, settings are in `config`: `config.title`,
`config.markdown.smart_punctuation`.

"""

_NAMES = {str: "text", int: "whole number", bool: "`true` or `false`"}


def document_settings() -> str:
    """The page, in Markdown."""
    return (_INTRODUCTION + "".join(_document_tables(Config, ""))).rstrip("\n") + "\n"


def _document_tables(kind: type[Struct], inside: str) -> Iterator[str]:
    """The table for a struct of settings, and below it those for the tables in it."""
    plain: list[tuple[str, ...]] = []
    tables: list[str] = []
    keys = list_keys(kind)
    written = {key.setting.table: name for name, key in keys.items() if key.setting.table}
    for name, key in keys.items():
        sentence, least = key.setting.sentence, key.setting.least
        if is_table(key.type):
            tables += [f"## `[{inside}{written.get(name, name)}]`\n\n{sentence}\n\n"]
            tables += _document_tables(key.type, f"{inside}{name}.")
        else:
            kind_name = _name_type(key.type) + (f", at least {least}" if least is not None else "")
            plain.append((f"`{name}`", kind_name, f"`{_write_default(key)}`", sentence))
    yield write_table(("setting", "type", "default", "meaning"), plain)
    yield from tables


def _name_type(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return " or ".join(f"`{json.dumps(choice)}`" for choice in get_args(kind))
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if is_table(item):
            return f"list of tables `{{ {', '.join(list_keys(item))} }}`"
        return f"list of {_NAMES.get(item) or _name_type(item)}{'s' if item in _NAMES else ''}"
    if get_origin(kind) is Mapping:
        return "table of texts"
    return _NAMES[kind]


def _write_default(key: SettingKey) -> str:
    """A default as TOML: for what settings hold, that is as JSON has it."""
    assert key.default is not NODEFAULT, "every setting has a default"  # noqa: S101
    return json.dumps(key.default, ensure_ascii=False)
