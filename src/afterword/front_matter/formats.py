"""Front matter of every format as one map of nodes: YAML, TOML, JSON and header lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.core.diagnostics import warning
from afterword.front_matter.nodes import Map, TextNode
from afterword.front_matter.yaml_nodes import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

    from afterword.front_matter.nodes import Report
    from afterword.front_matter.split import Format, SplitSource

    Reader = Callable[[str, str, int, Report], Map | None]

_TERMS = ("tags", "categories")
"""The keys that Zola has in a table `taxonomies`."""


def read_matter(parts: SplitSource, path: str, report: Report) -> Map | None:
    """Returns the keys of a source's front matter; None, with an error reported, if they cannot be read.

    `parts` are those of the source at `path`, which has front matter. Tags and categories that stand in a table
    `taxonomies` are keys of their own as well, and `url` and `path` of TOML and JSON are the `permalink`.
    """
    read = _find_reader(parts.format)
    found = read(parts.matter or "", path, parts.matter_line, report)
    if found is None:
        return None
    if "taxonomies" in found.entries:
        found = _lift_terms(found, report)
    return _name_permalink(found) if parts.format in ("toml", "json") else found


def _find_reader(format: Format) -> Reader:
    """Returns the function that reads a format; those that few blogs need are imported with their parsers."""
    if format == "toml":
        from afterword.front_matter.toml_nodes import read_toml

        return read_toml
    if format == "json":
        from afterword.front_matter.json_nodes import read_json

        return read_json
    if format == "header lines":
        from afterword.front_matter.header_lines import read_header_lines

        return read_header_lines
    return read_yaml


def _lift_terms(found: Map, report: Report) -> Map:
    """Returns the map with the terms of its table `taxonomies` as keys of their own, which go before them."""
    taxonomies = found.entries["taxonomies"]
    if not isinstance(taxonomies, Map):
        return found
    entries, keys = dict(found.entries), dict(found.keys)
    for name in _TERMS:
        if name not in taxonomies.entries:
            continue
        if name in keys:
            message = f"`taxonomies.{name}` is ignored because `{name}` is set"
            report(warning("ignored-key", message, taxonomies.keys[name], hint="remove one of the two"))
        else:
            entries[name], keys[name] = taxonomies.entries[name], taxonomies.keys[name]
    return Map(entries, keys, found.place)


def _name_permalink(found: Map) -> Map:
    """Returns the map with Hugo's `url`, or Zola's `path`, as its permalink, unless it has one."""
    for name in ("url", "path"):
        value = found.entries.get(name)
        if "permalink" in found.keys or not isinstance(value, TextNode) or value.plain or "://" in value.value:
            continue
        url = value.value.strip().strip("/")
        is_folder = name == "path" or value.value.endswith("/")
        entries, keys = dict(found.entries), dict(found.keys)
        del entries[name]
        entries["permalink"] = replace(value, value=f"/{url}/" if url and is_folder else f"/{url}")
        keys["permalink"] = keys.pop(name)
        return Map(entries, keys, found.place)
    return found
