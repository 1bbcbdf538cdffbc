"""Errors for symbolic links to what this build does not publish: drafts, future posts, and a site that was built.

Whether a file is one of these depends on front matter and on the options of the build. All other checks of links need
only paths (`symlinks`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.attachments import find_owner, group_by_folder
from afterword.strays import meant_by
from afterword.symlinks import Private, report_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from afterword.diagnostics import Diagnostic
    from afterword.library import Library
    from afterword.scanning import Sources

_DRAFTS = "drafts"


class Checked(Struct, frozen=True):
    """The sources and the library of a blog without links to what is not published; the sources have the errors."""

    sources: Sources
    library: Library


def drop_private_links(sources: Sources, library: Library, outputs: Iterable[str], *, drafts: bool) -> Checked:
    """Removes symbolic links to files that this build does not publish, with an error for each.

    `outputs` are the folders of sites, relative to the blog's folder; `drafts` says that the build publishes drafts.
    """
    if not sources.links:
        return Checked(sources, library)
    found = _Check(sources, library, tuple(outputs), drafts=drafts).errors()
    if not found:
        return Checked(sources, library)
    remaining = replace(
        sources,
        attachments=tuple(path for path in sources.attachments if path not in found),
        static=tuple(path for path in sources.static if path not in found),
        templates=tuple(path for path in sources.templates if path not in found),
        diagnostics=(*sources.diagnostics, *found.values()),
    )
    posts = tuple(post for post in library.posts if post.path not in found)
    broken = library.broken.union(found.keys() & library.readings.keys())
    return Checked(remaining, replace(library, posts=posts, broken=broken))


class _Check:
    """One check of all links of a blog, against what a build does not publish."""

    def __init__(self, sources: Sources, library: Library, outputs: tuple[str, ...], *, drafts: bool) -> None:
        self.links = sources.links
        self.outputs = outputs
        self.held: Mapping[str, str] = {held.path: str(held) for held in library.held}
        self.attachments = frozenset(sources.attachments)
        self.texts = group_by_folder(library.without_copies(sources.texts))
        self.draft_folders = () if drafts else (_DRAFTS, *self.links.get(_DRAFTS, ())[-1:])
        ends = {self.links[path][-1]: reason for path, reason in self.held.items() if path in self.links}
        self.ends = {place: reason for place, reason in ends.items() if place not in library.readings}

    def errors(self) -> dict[str, Diagnostic]:
        """The errors, by the path of the link."""
        return {path: error for path in self.links if (error := self._find_error(path)) is not None}

    def _find_error(self, path: str) -> Diagnostic | None:
        if "/" not in path or path in self.held or self._find_owners_reason(path):
            return None
        found = ((place, self._judge(place, path)) for place in self.links[path])
        private = next(((place, why) for place, why in found if why is not None), None)
        return report_private(path, self.links[path], *private) if private is not None else None

    def _judge(self, place: str, path: str) -> Private | None:
        if any(f"{place}/".startswith(f"{folder}/") for folder in self.outputs):
            return Private("a file of the site that was built", "link to its source, or remove the link")
        if path.startswith(f"{_DRAFTS}/"):
            return None
        hint = "remove the link, or publish what it leads to"
        if self._is_draft(place):
            return Private("a draft", hint)
        if reason := self.held.get(place) or self.ends.get(place):
            return Private(f"a source that is {reason}", hint)
        if reason := self._find_owners_reason(place):
            return Private(f"a file that belongs to a source that is {reason}", hint)
        return None

    def _is_draft(self, place: str) -> bool:
        """Whether a place is in the folder of drafts, under a name that is nearly that of it included."""
        first = place.partition("/")[0]
        return any(f"{place}/".startswith(f"{folder}/") or meant_by(first) == folder for folder in self.draft_folders)

    def _find_owners_reason(self, path: str) -> str:
        """Why the source is not published that a file beside it belongs to; empty if it is published."""
        owner = find_owner(path, self.texts) if path in self.attachments else None
        return self.held.get(owner, "") if owner is not None else ""
