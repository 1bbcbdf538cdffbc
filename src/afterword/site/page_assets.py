"""Page assets: files beside posts that are published with them.

A file that a post links to is copied beside its page. A file in the folder of a single post belongs to that post. Other
files beside several posts get a warning that they are not published.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct

from afterword.config.unrecognized_files import OTHER_EXTENSIONS
from afterword.core.diagnostics import Diagnostic, Place, warning
from afterword.core.files import CONTENT_FOLDERS, is_draft_path
from afterword.core.urls import file_path, folder_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from afterword.content.post import Post
    from afterword.markdown.body import Attachment
    from afterword.site.model import Site


class PageAsset(Struct, frozen=True):
    """A file beside a post and its output; `place` is a link to it, or the file itself.

    `width` and `format` are those of a resized image, as in `Attachment`.
    """

    source: str
    output: str
    place: Place
    width: int = 0
    format: str = ""


class PageAssets(Struct, frozen=True):
    """Published files beside posts, one for each page, and diagnostics for the others."""

    files: tuple[PageAsset, ...]
    diagnostics: tuple[Diagnostic, ...]


def find_page_assets(
    references: Iterable[Attachment], attachments: Iterable[str], texts: Iterable[str], site: Site
) -> PageAssets:
    """Finds the output of each file beside posts.

    `references` are the links of all bodies to such files, `attachments` the paths of the files, and `texts` the
    sources that a file can belong to.
    """
    found = {(file.source, file.output): file for file in map(_asset_of, references)}
    used = {source for source, _ in found}
    unused = [source for source in attachments if source not in used]
    warnings: list[Diagnostic] = []
    by_folder = group_by_folder(texts) if unused else {}
    for source in unused:
        owner = find_owner(source, by_folder)
        if owner is None:
            if source.lower().endswith(OTHER_EXTENSIONS):
                continue  # what is to be said of it is said elsewhere
            if not _may_belong_to_skipped(source, by_folder, site):
                warnings.append(_unused(source))
        elif (post := site.by_path.get(owner)) is not None:
            name = posixpath.relpath(source, posixpath.dirname(owner))
            output = posixpath.join(posixpath.dirname(file_path(f"{folder_of(post.url)}x")), name)
            found[source, output] = PageAsset(source, output, Place(source))
    return PageAssets(tuple(found.values()), tuple(warnings))


def _asset_of(attachment: Attachment) -> PageAsset:
    output = unquote(attachment.url).removeprefix("/")
    return PageAsset(attachment.source, output, attachment.place, attachment.width, attachment.format)


def find_transcript(post: Post) -> str:
    """Returns the source of the transcript of a post's talk, as it is written; empty if it is none of the blog's."""
    if post.talk is None or not post.transcript_output:
        return ""
    written = unquote(post.talk.transcript.partition("#")[0])
    if written.startswith("/"):
        return f"static{posixpath.normpath(written)}"
    return posixpath.normpath(posixpath.join(posixpath.dirname(post.path), written))


def group_by_folder(texts: Iterable[str]) -> Mapping[str, list[str]]:
    """Groups paths by their folder."""
    folders: dict[str, list[str]] = {}
    for path in texts:
        folders.setdefault(posixpath.dirname(path), []).append(path)
    return folders


def find_owner(source: str, texts: Mapping[str, list[str]]) -> str | None:
    """Returns the only text of the nearest parent folder that has texts.

    None if that folder has several, or for a file directly in a content folder.
    """
    folder = posixpath.dirname(source)
    while folder and folder not in CONTENT_FOLDERS:
        if folder in texts:
            return texts[folder][0] if len(texts[folder]) == 1 else None
        folder = posixpath.dirname(folder)
    return None


def find_skipped_files(
    attachments: Iterable[str], texts: Iterable[str], skipped: Mapping[str, str], *, drafts: bool
) -> Iterator[tuple[str, str]]:
    """Yields the files of sources that are not in this build, each with the reason as a noun phrase.

    `skipped` has the reason of each source; `drafts` is True if the build includes drafts. A file in the folder of
    drafts belongs to a draft.
    """
    if not skipped:
        return
    by_folder = group_by_folder(texts)
    for source in attachments:
        owner = find_owner(source, by_folder)
        if owner is not None and owner in skipped:
            yield source, f"a file of `{owner}`, which is {skipped[owner]}"
        elif owner is None and is_draft_path(source) and not drafts:
            yield source, "a file of a draft"


def _may_belong_to_skipped(source: str, texts: Mapping[str, list[str]], site: Site) -> bool:
    """Returns whether a text beside a file is not in this build and may link to the file."""
    return any(path not in site.by_path for path in texts.get(posixpath.dirname(source), ()))


def _unused(source: str) -> Diagnostic:
    from afterword.content.other_formats import suggest_conversion  # few blogs have such files

    message, hint = "unused file: no post links to it, so it is not published", "link to it, or move it to `static/`"
    if conversion := suggest_conversion(source):
        message, hint = "not published: the text is not Markdown", conversion
    return warning("unused-file", message, Place(source), hint=hint)
