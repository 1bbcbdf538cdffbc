"""Finds files that are not read but probably should be: other letter case, Jekyll's names, foreign settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from afterword.core.diagnostics import Place, warning
from afterword.core.files import CONFIG_FILES, CONTENT_FOLDERS, find_exclusion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from afterword.core.diagnostics import Diagnostic

_READ = {name.casefold(): name for name in (*CONTENT_FOLDERS, "static", "templates", *CONFIG_FILES)}

_MEANT = {"_posts": "posts", "_drafts": "drafts"}
"""Jekyll's names for folders of ours."""

_FOREIGN_SETTINGS = {
    "_config.yml": "`url` and `baseurl` become `base_url`, `lang` becomes `language`",
    "_config.yaml": "`url` and `baseurl` become `base_url`, `lang` becomes `language`",
    "afterword.yaml": "settings are TOML",
    "afterword.yml": "settings are TOML",
    "hugo.toml": "`baseURL` becomes `base_url`, `languageCode` becomes `language`",
    "hugo.yaml": "`baseURL` becomes `base_url`, `languageCode` becomes `language`",
    "pelicanconf.py": "`SITENAME` becomes `title`, `SITEURL` becomes `base_url`, `DEFAULT_LANG` becomes `language`",
}
"""Settings files of other generators, and what Afterword reads instead."""


def find_strays(root: Path, exclude: Iterable[str]) -> tuple[str, ...]:
    """The names of strays in the folder `root`, sorted, without those that match `exclude`."""
    patterns = tuple(exclude)
    try:
        names = sorted(os.listdir(root))  # noqa: PTH208 - names are all that is wanted
    except OSError:  # a folder may be one to enter and not to list: what is read has names
        return ()
    return tuple(name for name in names if _is_stray(name) and find_exclusion(name, patterns) is None)


def report_strays(names: Iterable[str], *, has_settings: bool) -> Iterator[Diagnostic]:
    """The diagnostics for unrecognized files. With settings of our own, those of other generators are not reported."""
    for name in names:
        if (meant := meant_by(name)) is not None:
            kind = "file" if meant in CONFIG_FILES else "folder"
            hint = f"rename it to `{meant}`, or add it to `exclude`"
            yield warning("misnamed-folder", f"{kind} `{name}` is ignored", Place(name), hint=hint)
        elif not has_settings:
            hint = f"move the settings to `afterword.toml`: {_FOREIGN_SETTINGS[name]}"
            yield warning("unsupported-config", f"`{name}` is ignored", Place(name), hint=hint)


def meant_by(name: str) -> str | None:
    """The name that Afterword reads, for one that is nearly it."""
    meant = _MEANT.get(name) or _READ.get(name.casefold())
    return meant if meant != name else None


def _is_stray(name: str) -> bool:
    return name in _FOREIGN_SETTINGS or meant_by(name) is not None
