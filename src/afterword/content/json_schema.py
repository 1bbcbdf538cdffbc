"""Exports the front matter keys as a JSON Schema, for editors that complete and check them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.front_matter.fields import FURTHER, KEYS, SHARED
from afterword.talks.block import KEYS as TALK_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TEXT = {"type": ["string", "number", "null"]}
_FLAG = {"type": ["boolean", "null"]}
_NAMES = {"anyOf": [_TEXT, {"type": "array", "items": {"type": ["string", "number", "array"]}}]}
_PERSON: Mapping[str, object] = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}},
    ]
}
_TALK: Mapping[str, object] = {
    "anyOf": [
        {"type": ["string", "boolean", "null"]},
        {"type": "object", "properties": {name: {} for name in TALK_KEYS}},
    ]
}
_BY_KEY: Mapping[str, object] = {
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
    properties = {
        name: {**_as_map(_BY_KEY.get(name, _TEXT)), "description": key.sentence} for name, key in keys.items()
    }
    return {
        "$schema": DIALECT,
        "title": "Front matter of an Afterword post",
        "type": "object",
        "properties": properties,
    }


def _as_map(schema: object) -> dict[str, object]:
    return dict(schema) if isinstance(schema, dict) else {}
