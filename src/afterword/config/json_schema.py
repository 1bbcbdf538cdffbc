"""Exports the settings as a JSON Schema, for editors that complete and check `afterword.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from msgspec import NODEFAULT, to_builtins

from afterword.config.schema import Config, is_table, list_keys

if TYPE_CHECKING:
    from msgspec import Struct

    from afterword.config.schema import SettingKey

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TYPES = {str: "string", int: "integer", bool: "boolean"}


def write_settings_schema() -> dict[str, object]:
    """Returns the schema of all settings."""
    return {"$schema": DIALECT, "title": "Settings of an Afterword blog", **_write_table(Config)}


def _write_table(kind: type[Struct]) -> dict[str, object]:
    keys = list_keys(kind)
    schema: dict[str, object] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _write_key(key, keys) for name, key in keys.items()},
    }
    if required := [name for name, key in keys.items() if key.default is NODEFAULT]:
        schema["required"] = required
    return schema


def _write_key(key: SettingKey, keys: Mapping[str, SettingKey]) -> dict[str, object]:
    schema = _write_type(key.type)
    if key.setting.table:
        schema = {"anyOf": [schema, _write_type(keys[key.setting.table].type)]}
    if key.setting.sentence:
        schema["description"] = key.setting.sentence
    if key.setting.least is not None:
        schema["minimum"] = key.setting.least
    if key.default is not NODEFAULT and not is_table(key.type):
        schema["default"] = to_builtins(key.default)
    return schema


def _write_type(kind: Any) -> dict[str, object]:
    if is_table(kind):
        return _write_table(kind)
    if get_origin(kind) is Literal:
        return {"enum": list(get_args(kind))}
    if get_origin(kind) is Mapping:
        return {"type": "object", "additionalProperties": _write_type(get_args(kind)[1])}
    if get_origin(kind) is tuple:
        return {"type": "array", "items": _write_type(get_args(kind)[0])}
    return {"type": _TYPES[kind]}
