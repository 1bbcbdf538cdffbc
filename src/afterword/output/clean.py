"""Deletes a published site: only files that the manifest lists and whose bytes are unchanged."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Exit, Failure, error, note, warning
from afterword.core.files import JOURNAL, LOCK, MANIFEST, STAGE
from afterword.core.signals import deferred_signals
from afterword.output.commit import delete, prune
from afterword.output.destination import check_destination
from afterword.output.diff import look
from afterword.output.lock import LOCK_WAIT, locked
from afterword.output.manifest import mark_source, read_records
from afterword.output.safe_tree import InTheWay, Tree, explained
from afterword.output.staging import sweep

if TYPE_CHECKING:
    from pathlib import Path

    from afterword.core.fingerprints import Stamp
    from afterword.output.manifest import Records


class Cleaned(Struct, frozen=True):
    """What cleaning did: the files it deleted, those of ours that stay because they were changed, and why in words."""

    removed: tuple[str, ...]
    kept: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def clean(destination: Path, root: Path, *, wait: float = LOCK_WAIT) -> Cleaned:
    """Delete the site that was published from `root` to `destination`: its files, its records, and empty folders.

    Raises `Failure` for a dangerous destination and another blog's site (exit 2), and where the disk or the lock do not
    allow it (exit 3); cleaning again goes on from there.
    """
    check_destination(destination, root)
    folder = os.path.realpath(destination)
    with explained(str(destination), "cleaned"):
        try:
            tree = Tree(folder, str(destination))
        except FileNotFoundError:
            sweep(folder)
            return Cleaned((), (), ())
        with tree:
            sweep(folder)
            with locked(tree, wait):
                cleaned = _clean(tree, mark_source(folder, root))
            if cleaned.removed:
                with suppress(OSError):  # it stays where it is not empty, or a mount point
                    os.rmdir(folder)  # noqa: PTH106 - text throughout
            return cleaned


def _clean(tree: Tree, source: str) -> Cleaned:
    records = read_records(tree)
    if records.owned and records.source != source:
        message = f"`{tree.shown}` holds the site of another blog, or this blog was moved"
        raise Failure(
            Exit.USAGE, error("other-blog", message, hint="run `afterword clean` in that blog, or delete the folder")
        )
    doomed, kept = _find(tree, records)
    with deferred_signals():
        kept |= delete(tree, doomed)
        prune(tree, records.owned, (), records.folders)
        for record in (STAGE, JOURNAL, MANIFEST):
            tree.remove_whole(record)
    diagnostics = [warning("modified-output", f"kept `{tree.show(path)}`: edited by hand") for path in sorted(kept)]
    if others := [name for name in tree.names() if name != LOCK and not any(_is_at(path, name) for path in kept)]:
        shown = ", ".join(f"`{name}`" for name in others[:5]) + (" …" if len(others) > 5 else "")
        diagnostics.append(
            note("kept-folder", f"kept `{tree.shown}`: it has files that Afterword did not create: {shown}")
        )
    return Cleaned(tuple(sorted(doomed.keys() - kept)), tuple(sorted(kept)), tuple(diagnostics))


def _find(tree: Tree, records: Records) -> tuple[dict[str, Stamp], set[str]]:
    """The files of ours that are as we wrote them, and those that are not."""
    doomed: dict[str, Stamp] = {}
    kept: set[str] = set()
    for path, digests in sorted(records.owned.items()):
        with explained(tree.show(path), "read"), suppress(InTheWay):
            if tree.status(path) is None:
                continue
            found = look(tree, path, {})
            if found is not None and found.digest in digests:
                doomed[path] = found.stamp
            else:
                kept.add(path)
    return doomed, kept


def _is_at(path: str, name: str) -> bool:
    return path == name or path.startswith(f"{name}/")
