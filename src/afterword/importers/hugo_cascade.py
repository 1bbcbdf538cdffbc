"""Applies Hugo's `cascade` to the pages below it: the keys that hide a page; the others are reported.

See https://gohugo.io/configuration/cascade/.
"""

from __future__ import annotations

import posixpath
import re
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.front_matter.key_lookup import holds_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_OFF = frozenset({"never", "link", "local", "false"})
_DATES = frozenset({"publishdate", "expirydate"})
_GLOB = re.compile(r"\*\*|[*?{},]|\[[^\]]*\]|.", re.DOTALL)
_SIGNS = {"**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|"}


class _Cascade(Struct, frozen=True):
    """Keys for the pages in a folder whose logical path matches `pattern`, if there is one."""

    folder: str
    pattern: re.Pattern[str] | None
    keys: Mapping[str, object]


class Cascades:
    """The cascades of a blog. `report` is called with the file and the key of what has no equivalent."""

    def __init__(self, report: Callable[[str, str], None]) -> None:
        self._found: list[_Cascade] = []
        self._report = report

    def add(self, path: str, folder: str, value: object) -> None:
        """Adds the value of `cascade` in the file at `path` for the pages below `folder`."""
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, dict):
                continue
            given = {str(name).lower(): inner for name, inner in one.items()}
            target = given.pop("target", None) or given.pop("_target", None)
            rules = (
                {str(name).lower(): str(inner) for name, inner in target.items()} if isinstance(target, dict) else {}
            )
            is_wanted = _match(rules.get("kind", "page"), "page")
            if not is_wanted or not _match(rules.get("environment", "production"), "production"):
                continue
            pattern = _compile(rules["path"]) if rules.get("path") else None
            self._found.append(_Cascade(folder, pattern, dict(read_keys(given, partial(self._report, path)))))

    def find_keys(self, path: str, own: Mapping[str, object]) -> dict[str, object]:
        """Returns the keys for the page at `path` that it does not have; those of the nearest folder come first."""
        stem = f"/{posixpath.splitext(path)[0].lower()}".removesuffix("/index").replace(" ", "-")
        known = {name.lower() for name in own}
        found: dict[str, object] = {}
        for cascade in sorted(self._found, key=lambda cascade: -len(cascade.folder)):
            is_below = not cascade.folder or path.startswith(f"{cascade.folder}/")
            if is_below and (cascade.pattern is None or cascade.pattern.fullmatch(stem) is not None):
                for name, value in cascade.keys.items():
                    found.setdefault(name, value)
        return {name: value for name, value in found.items() if value is not False and name not in known}


def read_keys(
    given: Mapping[str, object], report: Callable[[str], None] = lambda _: None, outer: str = ""
) -> Iterator[tuple[str, object]]:
    """Yields the keys of Afterword for the keys that hide a page; calls `report` with the others."""
    for name, value in given.items():
        lower, written = name.lower(), str(value).lower()
        if isinstance(value, dict) and lower in ("build", "_build", "params"):
            yield from read_keys(value, report, lower)
        elif lower in ("render", "list") and outer.endswith("build"):
            if written in _OFF:
                yield ("draft" if lower == "render" else "unlisted"), True
        elif lower in _DATES:
            yield lower, value if isinstance(value, str) else str(value)
        elif lower == "draft":
            yield lower, holds_back(lower, written)
        elif holds_back(lower, written):
            yield ("unlisted" if lower == "unlisted" else "draft"), True
        else:
            report(name)


def _match(pattern: str, text: str) -> bool:
    return _compile(pattern).fullmatch(text) is not None


def _compile(glob: str) -> re.Pattern[str]:
    """Returns the pattern of a glob of Hugo, in which `*` does not match a slash."""
    parts = (_SIGNS.get(part) or (part if len(part) > 1 else re.escape(part)) for part in _GLOB.findall(glob.lower()))
    written = "".join(parts).replace("[!", "[^")
    try:
        return re.compile(written)
    except re.error:
        return re.compile(".*")
