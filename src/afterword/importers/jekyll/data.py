"""Reads `_data`: the values that posts can name, as in `site.data.authors.ada.name`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml

from afterword.core.files import Unreadable, read
from afterword.importers.jekyll.config import LARGEST

if TYPE_CHECKING:
    from pathlib import Path


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader, in C where it is there: data files can have megabytes."""


def read_data(root: Path) -> dict[str, object]:
    """Returns the files of `_data` by name without suffix, and those of folders in maps; invalid files are left out."""
    return _read_folder(root / "_data") if (root / "_data").is_dir() else {}


def _read_folder(folder: Path) -> dict[str, object]:
    found: dict[str, object] = {}
    for file in sorted(folder.iterdir()):
        if file.is_dir() and not file.is_symlink():
            found[file.name] = _read_folder(file)
        elif file.suffix in (".yml", ".yaml", ".json"):
            try:
                data = read(file, LARGEST, follow=True)
                found[file.stem] = json.loads(data) if file.suffix == ".json" else yaml.load(data, _LOADER)  # noqa: S506 - a safe loader
            except (Unreadable, ValueError, yaml.YAMLError):
                continue
    return found
