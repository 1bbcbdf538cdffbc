"""Finds files by which other generators hide all posts of a folder: Quarto, Eleventy, Lume, MkDocs, Nuxt and Zola.

They hold front matter for the texts of their folder and those below, or, with the name of a text, for that one. It is
not applied here, so a key in them that holds a published post back is an error.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from afterword.core.diagnostics import Place, error, warning
from afterword.core.files import Unreadable, locate, read
from afterword.core.patterns import lazy_pattern
from afterword.core.text import decode, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from afterword.content.parse_source import Reading
    from afterword.core.diagnostics import Diagnostic

HIDDEN_NAMES = frozenset({".meta.yml", ".meta.yaml", ".navigation.yml"})
"""Names of such files that begin with a dot."""

_NAME = lazy_pattern(
    r"(?:_metadata|_data|_dir|\.meta|\.navigation)\.(?:ya?ml|json)|_data\.[mc]?[jt]s|.+\.11tydata\.(?:json|[mc]?js)"
)
_OWN_NAME = lazy_pattern(r"(?P<stem>.+?)(?:\.11tydata)?\.(?:json|[mc]?js)")
"""Eleventy's names of the data of a folder or text with this name (11ty.dev/docs/data-template-dir)."""

_ENTRY = lazy_pattern(
    r"""(?m)(?:^[ \t]*(?:export[ \t]+(?:const|let|var)[ \t]+)?|[{,]\s*)["']?(?P<name>[A-Za-z_]\w*)["']?\s*[:=]\s*"""
    r"""(?P<value>[^\s,;}][^,;}\n]*)"""
)
_TOP_ENTRY = lazy_pattern(r"(?m)^(?P<name>[A-Za-z_][\w-]*):[ \t]+(?P<value>[^\n#]*)")
_COMMENT = lazy_pattern(r"/\*[\s\S]*?(?:\*/|\Z)|(?<![:\"'])//[^\n]*")
_MAX_SIZE = 1 << 16


def report_folder_data(
    root: Path, files: Iterable[str], readings: Mapping[str, Reading], published: Iterable[str]
) -> Iterator[Diagnostic]:
    """Yields a diagnostic for each of the `files` beside texts that would hide one of those that are `published`."""
    texts = sorted(published)
    stems = {posixpath.splitext(path)[0] for path in readings}
    for path in files:
        scope = _find_scope(path, stems)
        held = next((text for text in texts if scope and text.startswith(scope)), None)
        found = _find_entry(root, path) if held is not None else None
        if found is not None:
            message = f"`{shown(found[0])}` in this file does not hide `{held}`"
            hint = "write `draft: true` in the front matter of each post, or remove the entry"
            place = Place(path, found[1])
            if _NAME.fullmatch(posixpath.basename(path)):
                yield error("folder-visibility", message, place, hint=hint)
            else:
                yield warning("folder-visibility", message, place, hint=hint)
    for path in (path for path in readings if path.endswith("/_index.md")):
        post = readings[path].post
        held = next((text for text in texts if text.startswith(f"{posixpath.dirname(path)}/")), None)
        if held is not None and post is not None and post.draft:
            message = f"`{post.visibility.draft}` hides this page only, not `{held}` in its folder"
            hint = "to hide the folder, as in Zola, write `draft: true` in the front matter of each post"
            yield warning("folder-visibility", message, post.places.get("draft", post.place), hint=hint)


def _find_scope(path: str, stems: Collection[str]) -> str:
    """Returns how the paths of the texts begin that a file may hide; empty if it is not such a file."""
    folder, name = posixpath.split(path)
    match = _OWN_NAME.fullmatch(name)
    own = f"{folder}/{match['stem']}" if match is not None else ""
    if own in stems:
        return f"{own}."
    is_of_folder = match is not None and match["stem"] == posixpath.basename(folder)
    return f"{folder}/" if is_of_folder or _NAME.fullmatch(name) else ""


def _find_entry(root: Path, path: str) -> tuple[str, int] | None:
    """Returns the first entry of a file that holds a text back, and its line."""
    from afterword.front_matter.key_lookup import holds_back  # few blogs have such files

    try:
        text = decode(path, read(locate(root, path), _MAX_SIZE)).text
    except Unreadable:
        return None  # it is reported with all files beside posts
    pattern = _TOP_ENTRY if path.endswith((".yml", ".yaml")) else _ENTRY
    visible = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text) if pattern is _ENTRY else text
    for entry in pattern.finditer(visible):
        value = entry["value"].strip(" \t\"'")
        if holds_back(entry["name"], value):
            return f"{entry['name']}: {value}", visible.count("\n", 0, entry.start("name")) + 1
    return None
