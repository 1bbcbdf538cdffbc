"""Deletes a published site: only files that the manifest lists and whose bytes are unchanged."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Exit, Failure, error, note, warning
from afterword.core.files import JOURNAL, LOCK, MANIFEST, STAGE
from afterword.output.destination import check_destination
from afterword.output.diff import inspect_if_changed
from afterword.output.lock import LOCK_TIMEOUT, locked
from afterword.output.manifest import read_records, source_id
from afterword.output.publish import delete_empty_folders, delete_files
from afterword.output.safe_tree import NotAFolder, Tree, explain_errors
from afterword.output.signals import deferred_signals
from afterword.output.staging import remove_leftovers

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.core.fingerprints import Stamp
    from afterword.output.manifest import Records


class CleanResult(Struct, frozen=True):
    """The deleted files, our files that were kept because they have changed, and diagnostics."""

    removed: tuple[str, ...]
    kept: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def clean(destination: Path, root: Path, *, wait: float = LOCK_TIMEOUT) -> CleanResult:
    """Deletes the site that was published from `root` to `destination`: its files, its records and empty folders.

    Raises `Failure` for a dangerous destination and the site of another blog (exit 2), and for I/O errors and the lock
    (exit 3). Cleaning again then continues.
    """
    check_destination(destination, root)
    folder = os.path.realpath(destination)
    with explain_errors(str(destination), "cleaned"):
        try:
            tree = Tree(folder, str(destination))
        except FileNotFoundError:
            remove_leftovers(folder)
            return CleanResult((), (), ())
        with tree:
            remove_leftovers(folder)
            with locked(tree, wait):
                cleaned = _clean(tree, source_id(folder, root))
            if cleaned.removed:
                with suppress(OSError):  # not empty, or a mount point
                    os.rmdir(folder)  # noqa: PTH106 - text throughout
            return cleaned


def _clean(tree: Tree, source: str) -> CleanResult:
    records = read_records(tree)
    if records.owned and records.source != source:
        message = f"`{tree.shown}` holds the site of another blog, or this blog was moved"
        raise Failure(
            Exit.USAGE, error("other-blog", message, hint="run `afterword clean` in that blog, or delete the folder")
        )
    obsolete, kept = _find_files(tree, records)
    with deferred_signals():
        kept |= delete_files(tree, obsolete)
        delete_empty_folders(tree, records.owned, (), records.folders)
        for record in (STAGE, JOURNAL, MANIFEST):
            tree.remove_tree(record)
    diagnostics = [warning("modified-output", f"kept `{tree.show(path)}`: edited by hand") for path in sorted(kept)]
    if others := [name for name in tree.names() if name != LOCK and not any(_is_at(path, name) for path in kept)]:
        shown = ", ".join(f"`{name}`" for name in others[:5]) + (" …" if len(others) > 5 else "")
        diagnostics.append(
            note("kept-folder", f"kept `{tree.shown}`: it has files that Afterword did not create: {shown}")
        )
    return CleanResult(tuple(sorted(obsolete.keys() - kept)), tuple(sorted(kept)), tuple(diagnostics))


def _find_files(tree: Tree, records: Records) -> tuple[dict[str, Stamp], set[str]]:
    """Returns our unchanged files with their stamps, and our changed files."""
    obsolete: dict[str, Stamp] = {}
    kept: set[str] = set()
    for path, digests in sorted(records.owned.items()):
        with explain_errors(tree.show(path), "read"), suppress(NotAFolder):
            if tree.status(path) is None:
                continue
            found = inspect_if_changed(tree, path, {})
            if found is not None and found.digest in digests:
                obsolete[path] = found.stamp
            else:
                kept.add(path)
    return obsolete, kept


def _is_at(path: str, name: str) -> bool:
    return path == name or path.startswith(f"{name}/")
