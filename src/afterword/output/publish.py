"""Publishes a site: checks the outputs and the output folder, then creates the site (`staging`) or updates it.

An update can be killed at any point:

1. Take the lock, compare the site with the outputs (`diff`), and stage changed files in a hidden folder of the output.
   An error up to here leaves the site unchanged.
2. Write the journal: all paths that only the manifest or only the new site has. The journal and its folder are synced
   to disk; nothing else is, because only a lost journal could leave an old page in the site for ever.
3. Delete our files where the new site has a folder, create folders, and rename the staged files into place.
4. Write the manifest. Delete our files that are no longer in the site, and folders that this leaves empty. A folder
   that is in use stays in the manifest, so that the next build tries again. Remove the staging folder and the journal.

After a build that was killed in step 2 or later, the next build treats all paths in the manifest and the journal as
ours, and trusts no stamps.
"""

from __future__ import annotations

import os
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Exit, Failure, error, note
from afterword.core.files import JOURNAL, MANIFEST, STAGE
from afterword.core.fingerprints import digest_bytes, split_by_age, stamp_of
from afterword.core.output_paths import parent_folders
from afterword.output.destination import check_destination, check_new_site, check_repositories
from afterword.output.diff import NOTHING_UP_TO_DATE, UpdateOptions, changed_by_hand, compare
from afterword.output.lock import LOCK_TIMEOUT, locked
from afterword.output.manifest import Records, format_record, list_entries, read_records, source_id
from afterword.output.outputs import PublishResult, UnchangedContent, read_chunks, sort_outputs
from afterword.output.safe_tree import FolderReplaced, NotAFolder, Tree, explain_errors
from afterword.output.signals import deferred_signals
from afterword.output.staging import open_stage, put_in_place, remove_leftovers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from afterword.core.fingerprints import Known, Stamp
    from afterword.output.diff import Comparison, UpToDateFiles
    from afterword.output.outputs import Output
    from afterword.output.staging import StagingFolder

_ATTEMPTS = 8
_NOTHING: Mapping[str, Known] = MappingProxyType({})


def publish(
    outputs: Iterable[Output],
    destination: Path,
    *,
    root: Path,
    overwrite: bool = False,
    known: Mapping[str, Known] = _NOTHING,
    up_to_date: UpToDateFiles = NOTHING_UP_TO_DATE,
    stage: StagingFolder | None = None,
    wait: float = LOCK_TIMEOUT,
) -> PublishResult:
    """Makes the folder `destination` hold exactly these files of the blog in `root`. Files of others are not touched.

    Only files whose bytes differ are written.

    `known` is what the last `publish` returned: a file with the same stamp is not read. `up_to_date` is the result of
    `find_up_to_date` in this build. `stage` is the folder of the `StagedContent` outputs. `wait` is the timeout for the
    lock in seconds. With `overwrite`, files of others with the name of an output are replaced, and so is the site of
    another blog.

    Raises `Failure`: for a dangerous destination, files of others in the way and the site of another blog (exit 2); for
    invalid paths, and a folder that would be a Git repository (exit 1); for I/O errors, the lock and a changed
    `UnchangedContent` (exit 3). Until files are renamed, an error leaves the site unchanged; later, it leaves a mix of
    complete files, which the next build corrects.
    """
    check_destination(destination, root)
    ordered = sort_outputs(outputs)
    folder = os.path.realpath(destination)
    options = UpdateOptions(source_id(folder, root), known, up_to_date, overwrite, wait)
    with explain_errors(str(destination)):
        for _ in range(_ATTEMPTS):
            with suppress(FolderReplaced):
                return _publish_once(ordered, folder, str(destination), options, stage)
        raise FolderReplaced


def _publish_once(
    outputs: Sequence[Output], folder: str, shown: str, options: UpdateOptions, stage: StagingFolder | None
) -> PublishResult:
    try:
        tree = Tree(folder, shown)
    except FileNotFoundError:
        _check_nothing_lost(outputs)
        check_new_site(outputs)
        return _create_site(outputs, folder, shown, options, stage)
    with tree:
        remove_leftovers(folder)
        return _update(tree, outputs, options)


def _create_site(
    outputs: Sequence[Output], folder: str, shown: str, options: UpdateOptions, stage: StagingFolder | None
) -> PublishResult:
    """Creates a site where there is none, in the open staging folder or in a new one."""
    if stage is not None:
        return put_in_place(stage, folder, outputs, options.source)
    with open_stage(folder, shown, options.wait) as own:
        return put_in_place(own, folder, outputs, options.source)


def _check_nothing_lost(outputs: Iterable[Output]) -> None:
    if lost := [output.path for output in outputs if isinstance(output.content, UnchangedContent)]:
        message = f"the site was deleted during the build: `{lost[0]}` not found"
        raise Failure(Exit.ENVIRONMENT, error("site-changed", message, hint="build again"))


class StagedFile(Struct, frozen=True):
    """A file that is ready to be moved to its path, and where it is now."""

    path: str
    file: Known
    waiting: str


class UpdateResult(Struct, frozen=True):
    """Result of an update: the files that were moved into place, the manifest last, and the deleted files.

    A file that another program has changed since is not in `placed`. `at` is the time of the update by the clock of the
    file system.
    """

    placed: Mapping[str, Known]
    at: int
    removed: Sequence[str]


def _update(tree: Tree, outputs: Sequence[Output], options: UpdateOptions) -> PublishResult:
    """Makes an existing site hold exactly the outputs, written in their order.

    Raises `Failure`, and `FolderReplaced` as `locked` does.
    """
    with locked(tree, options.wait) as taken:
        tree.remove_tree(STAGE)  # left by a build that was killed
        records = read_records(tree)
        found = compare(tree, outputs, records, options)
        check_repositories(outputs, tree, found)
        if records.source != options.source and found.obsolete and not options.overwrite:
            raise _other_blog(tree.shown)
        manifest = tree.inspect(MANIFEST)
        taken = min(taken, options.up_to_date.taken or taken)
        if manifest is not None and _is_up_to_date(found, records, manifest, options.source):
            files = {**found.unchanged, MANIFEST: manifest}
            return PublishResult((), (), tuple(found.diagnostics), *split_by_age(files, taken))
        staged = _stage(tree, found.changed)
        with deferred_signals():
            done = _apply(tree, staged, found, records, options.source)
    before, too_fresh = split_by_age(found.unchanged, taken)
    now, just_now = split_by_age(done.placed, done.at)
    written, removed = sorted(file.path for file in staged), sorted(done.removed)
    return PublishResult(
        tuple(written), tuple(removed), tuple(found.diagnostics), {**before, **now}, {**too_fresh, **just_now}
    )


def _is_up_to_date(found: Comparison, records: Records, manifest: Known, source: str) -> bool:
    """Returns whether files and manifest are as they should be."""
    if found.changed or found.former or records.is_interrupted:
        return False
    return manifest.digest == digest_bytes(format_record(list_entries(found.unchanged), source))


def _stage(tree: Tree, outputs: Iterable[Output]) -> list[StagedFile]:
    """Writes the changed files to the staging folder. Deletes it after an error."""
    try:
        tree.make_folder(STAGE)
        staged = []
        for number, output in enumerate(outputs):
            with explain_errors(tree.show(output.path)):
                waiting = f"{STAGE}/{number}"
                staged.append(StagedFile(output.path, tree.write(waiting, read_chunks(output.content)), waiting))
    except BaseException:
        with deferred_signals(), suppress(OSError):
            tree.remove_tree(STAGE)
        raise
    return staged


def _apply(tree: Tree, staged: Sequence[StagedFile], found: Comparison, records: Records, source: str) -> UpdateResult:
    """Moves the staged files into place, and deletes obsolete files."""
    entries = list_entries(found.unchanged) | list_entries({file.path: file.file for file in staged})
    intended = (records.manifest | records.journal | entries) - (records.manifest & entries)
    _write_record(tree, JOURNAL, format_record(intended, source, records.folders), sync=True)
    kept = _remove_obstacles(tree, found)
    placed: dict[str, Known | None] = {}
    for file in staged:
        with explain_errors(tree.show(file.path)):
            tree.make_folder(file.path.rpartition("/")[0])
            placed[file.path] = tree.put_in_place(file.waiting, file.file, file.path)
    manifest = placed[MANIFEST] = _write_record(tree, MANIFEST, format_record(entries, source))
    last = {path: stamp for path, stamp in found.obsolete.items() if path not in found.blocking}
    kept |= delete_files(tree, last)
    found.diagnostics += [changed_by_hand(tree.show(path)) for path in sorted(kept)]
    busy = delete_empty_folders(tree, found.former, {entry.path for entry in entries}, records.folders)
    if busy:
        manifest = placed[MANIFEST] = _write_record(tree, MANIFEST, format_record(entries, source, busy))
        found.diagnostics += [_busy(tree.show(folder)) for folder in sorted(busy)]
    tree.remove_tree(STAGE)
    tree.remove(JOURNAL)
    return UpdateResult(
        placed={path: file for path, file in placed.items() if file is not None},
        at=manifest.stamp.mtime_ns if manifest is not None else 0,
        removed=[path for path in found.obsolete if path not in kept],
    )


def _remove_obstacles(tree: Tree, found: Comparison) -> set[str]:
    kept = delete_files(tree, {path: found.obsolete[path] for path in found.blocking})
    for folder in found.replaced:
        with explain_errors(tree.show(folder), "deleted"):
            tree.remove_empty_folders(folder)
    return kept


def _write_record(tree: Tree, name: str, data: bytes, *, sync: bool = False) -> Known | None:
    """Writes the manifest or the journal atomically. Returns its stamp, or None if it was changed in the meantime."""
    with explain_errors(tree.show(name)):
        waiting = f"{STAGE}/{name}"
        placed = tree.put_in_place(waiting, tree.write(waiting, [data], sync=sync), name)
        if sync:
            tree.sync()
    return placed


def delete_files(tree: Tree, obsolete: Mapping[str, Stamp]) -> set[str]:
    """Deletes files whose stamps are unchanged. Returns those that have changed."""
    kept = set()
    for path, stamp in sorted(obsolete.items()):
        with explain_errors(tree.show(path), "deleted"):
            try:
                status = tree.status(path)
            except NotAFolder:
                continue
            if status is not None and stamp_of(status) == stamp:
                tree.remove(path)
            elif status is not None:
                kept.add(path)
    return kept


def delete_empty_folders(
    tree: Tree, former: Collection[str], unchanged: Iterable[str], folders: Collection[str]
) -> set[str]:
    """Deletes `folders` and the parents of `former` paths if they are empty and not parents of `unchanged` paths.

    Returns the empty ones that could not be deleted because they are in use.
    """
    if not former and not folders:
        return set()
    needed = {folder for path in unchanged for folder in parent_folders(path)}
    empty = {folder for path in (*former, *folders) for folder in parent_folders(path)}.union(folders) - needed
    busy = set()
    for folder in sorted(empty, reverse=True):  # innermost first
        with explain_errors(tree.show(folder), "deleted"):
            if tree.remove_folder_if_empty(folder):
                busy.add(folder)
    return busy


def _busy(shown: str) -> Diagnostic:
    message = f"cannot remove the empty folder `{shown}`: it is in use"
    return note("folder-in-use", message, hint="the next build tries again; unmount it if it is a mount point")


def _other_blog(shown: str) -> Failure:
    message = f"`{shown}` holds the site of another blog, or this blog was moved"
    hint = "use another output folder, or pass `--overwrite` to replace the site"
    return Failure(Exit.USAGE, error("other-blog", message, hint=hint))
