"""The JSON Schemas of settings and front matter, for editors that complete and check them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from msgspec import NODEFAULT, to_builtins

from afterword.config.schema import Config, is_table, list_keys
from afterword.front_matter.fields import FURTHER, KEYS, SHARED
from afterword.talks.block import KEYS as TALK_KEYS

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


_TEXT: Mapping[str, object] = {"type": ["string", "number", "null"]}
_FLAG: Mapping[str, object] = {"type": ["boolean", "null"]}
_NAMES: Mapping[str, object] = {"anyOf": [_TEXT, {"type": "array", "items": {"type": ["string", "number", "array"]}}]}
_PERSON: Mapping[str, object] = {
    "anyOf": [{"type": "string"}, {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}]
}
_TALK: Mapping[str, object] = {
    "anyOf": [
        {"type": ["string", "boolean", "null"]},
        {"type": "object", "properties": {name: {} for name in TALK_KEYS}},
    ]
}
_BY_KEY: Mapping[str, Mapping[str, object]] = {
    **dict.fromkeys(("draft", "published", "unlisted", "pinned", "toc", "math"), _FLAG),
    **dict.fromkeys(("lead_ids", "noindex", "sitemap"), _FLAG),
    **dict.fromkeys(("categories", "category", "tags", "tag", "aliases", "redirect_from"), _NAMES),
    **dict.fromkeys(("takeaways", "related", "redirect_to"), _NAMES),
    **{key: {"anyOf": [_PERSON, {"type": "array", "items": _PERSON}]} for key in ("author", "authors")},
    "image": {"anyOf": [_TEXT, {"type": "object", "required": ["path"]}]},
    "talk": _TALK,
    "updates": {"type": ["array", "null"]},
    "ignore": {"type": ["array", "boolean", "string", "null"], "items": {"type": "string"}},
}
"""Schemas of values by key; all other keys are text."""


def write_front_matter_schema() -> dict[str, object]:
    """Returns the schema of front matter. Other keys are allowed: templates can read them."""
    keys = {**KEYS, **FURTHER, **SHARED}
    properties = {name: {**_BY_KEY.get(name, _TEXT), "description": key.sentence} for name, key in keys.items()}
    return {
        "$schema": DIALECT,
        "title": "Front matter of an Afterword post",
        "type": "object",
        "properties": properties,
    }
