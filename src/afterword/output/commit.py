"""Updates an existing site file by file, so that a build can be killed at any instant.

1. Under the lock, compare (`output.diff`) and stage what changed in a hidden folder of the output. An error up to
here leaves the site as it was.

2. Write the journal: the paths by which manifest and new site differ. Journal and folder are the only ones synced to
the disk, because a lost journal could leave an old page for ever.

3. Delete files where the new site has a folder, create folders, and rename the staged files into place.

4. Write the manifest. Delete old files, and folders that became empty. A folder that is in use stays in the manifest,
so that the next build tries again. Remove the stage and the journal.

After a kill in step 2 or later, the next build takes the files of both records for its own, trusts no stamps, and is
otherwise a build like any other.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Exit, Failure, error, note
from afterword.core.files import JOURNAL, MANIFEST, STAGE
from afterword.core.fingerprints import digest_bytes, part_by_age, stamp_of
from afterword.core.signals import deferred_signals
from afterword.output.diff import changed_by_hand, compare
from afterword.output.lock import locked
from afterword.output.manifest import Records, compose, list_entries, read_records
from afterword.output.outputs import chunks_of, folders_of
from afterword.output.repositories import check_repositories
from afterword.output.safe_tree import InTheWay, Tree, explained

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from afterword.core.fingerprints import Known, Stamp
    from afterword.output.diff import Comparison, Trust
    from afterword.output.outputs import Output


class Published(Struct, frozen=True):
    """The result of publishing: files written and deleted, sorted; and diagnostics.

    `known` are the files that now stand as they should, by stamps that can be trusted: give them to the next `survey`
    and `publish`. `fresh` are those that were written moments ago, so that a stamp does not show whether another
    program has changed them since. The manifest is among them.
    """

    written: tuple[str, ...]
    removed: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    known: Mapping[str, Known]
    fresh: Mapping[str, Known]


class Staged(Struct, frozen=True):
    """A file that is ready to be put in place at its path, and where it waits."""

    path: str
    file: Known
    waiting: str


class Committed(Struct, frozen=True):
    """What was put in place, the manifest last, at a time by the file system's clock; and which files were deleted.

    A file that another program has changed since is not among the former.
    """

    placed: Mapping[str, Known]
    at: int
    removed: Sequence[str]


class UpdateOptions(Struct, frozen=True):
    """On what terms a site is changed: the mark of the blog, what may be believed of the files that are there, and how
    long to wait for the lock in seconds."""

    source: str
    trust: Trust
    wait: float


def update(tree: Tree, outputs: Sequence[Output], terms: UpdateOptions) -> Published:
    """Make a site hold exactly the outputs, which come in their turn. Raises `Failure`, and `Gone` like `locked`."""
    with locked(tree, terms.wait) as taken:
        tree.remove_whole(STAGE)  # of a build that was killed
        records = read_records(tree)
        found = compare(tree, outputs, records, terms.trust)
        check_repositories(outputs, tree, found)
        if records.source != terms.source and found.doomed and not terms.trust.overwrite:
            raise _other_blog(tree.shown)
        manifest = tree.inspect(MANIFEST)
        taken = min(taken, terms.trust.surveyed.taken or taken)
        if manifest is not None and _is_done(found, records, manifest, terms.source):
            files = {**found.standing, MANIFEST: manifest}
            return Published((), (), tuple(found.diagnostics), *part_by_age(files, taken))
        staged = _stage(tree, found.changed)
        with deferred_signals():
            done = _commit(tree, staged, found, records, terms.source)
    before, too_fresh = part_by_age(found.standing, taken)
    now, just_now = part_by_age(done.placed, done.at)
    written, removed = sorted(file.path for file in staged), sorted(done.removed)
    return Published(
        tuple(written), tuple(removed), tuple(found.diagnostics), {**before, **now}, {**too_fresh, **just_now}
    )


def _is_done(found: Comparison, records: Records, manifest: Known, source: str) -> bool:
    """Whether a site is as it should be, and its manifest says so."""
    if found.changed or found.gone or records.interrupted:
        return False
    return manifest.digest == digest_bytes(compose(list_entries(found.standing), source))


def _stage(tree: Tree, outputs: Iterable[Output]) -> list[Staged]:
    """Write the changed files beside their places; with an error or an interruption nothing is left of them."""
    try:
        tree.make_folder(STAGE)
        staged = []
        for number, output in enumerate(outputs):
            with explained(tree.show(output.path)):
                waiting = f"{STAGE}/{number}"
                staged.append(Staged(output.path, tree.write(waiting, chunks_of(output.content)), waiting))
    except BaseException:
        with deferred_signals(), suppress(OSError):
            tree.remove_whole(STAGE)
        raise
    return staged


def _commit(tree: Tree, staged: Sequence[Staged], found: Comparison, records: Records, source: str) -> Committed:
    """Put the staged files in place and delete what is not wanted."""
    entries = list_entries(found.standing) | list_entries({file.path: file.file for file in staged})
    intended = (records.manifest | records.journal | entries) - (records.manifest & entries)
    _record(tree, JOURNAL, compose(intended, source, records.folders), sync=True)
    kept = _clear_the_way(tree, found)
    placed: dict[str, Known | None] = {}
    for file in staged:
        with explained(tree.show(file.path)):
            tree.make_folder(file.path.rpartition("/")[0])
            placed[file.path] = tree.put_in_place(file.waiting, file.file, file.path)
    manifest = placed[MANIFEST] = _record(tree, MANIFEST, compose(entries, source))
    last = {path: stamp for path, stamp in found.doomed.items() if path not in found.first}
    kept |= delete(tree, last)
    found.diagnostics += [changed_by_hand(tree.show(path)) for path in sorted(kept)]
    busy = prune(tree, found.gone, {entry.path for entry in entries}, records.folders)
    if busy:
        manifest = placed[MANIFEST] = _record(tree, MANIFEST, compose(entries, source, busy))
        found.diagnostics += [_busy(tree.show(folder)) for folder in sorted(busy)]
    tree.remove_whole(STAGE)
    tree.remove(JOURNAL)
    return Committed(
        placed={path: file for path, file in placed.items() if file is not None},
        at=manifest.stamp.mtime_ns if manifest is not None else 0,
        removed=[path for path in found.doomed if path not in kept],
    )


def _clear_the_way(tree: Tree, found: Comparison) -> set[str]:
    kept = delete(tree, {path: found.doomed[path] for path in found.first})
    for folder in found.replaced:
        with explained(tree.show(folder), "deleted"):
            tree.remove_empty_folders(folder)
    return kept


def _record(tree: Tree, name: str, data: bytes, *, sync: bool = False) -> Known | None:
    """Write a record as a whole, by way of the stage; return what it is, if it is still what was written."""
    with explained(tree.show(name)):
        waiting = f"{STAGE}/{name}"
        placed = tree.put_in_place(waiting, tree.write(waiting, [data], sync=sync), name)
        if sync:
            tree.sync()
    return placed


def delete(tree: Tree, doomed: Mapping[str, Stamp]) -> set[str]:
    """Delete files that are still as they were found; return those that are not."""
    kept = set()
    for path, stamp in sorted(doomed.items()):
        with explained(tree.show(path), "deleted"):
            try:
                status = tree.status(path)
            except InTheWay:
                continue
            if status is not None and stamp_of(status) == stamp:
                tree.remove(path)
            elif status is not None:
                kept.add(path)
    return kept


def prune(tree: Tree, gone: Collection[str], standing: Iterable[str], folders: Collection[str] = ()) -> set[str]:
    """Delete the folders on the way to files that are gone, where nothing is left in them; and these `folders`.

    Returns the empty ones that could not be deleted because they are in use.
    """
    if not gone and not folders:
        return set()
    needed = {folder for path in standing for folder in folders_of(path)}
    empty = {folder for path in (*gone, *folders) for folder in folders_of(path)}.union(folders) - needed
    busy = set()
    for folder in sorted(empty, reverse=True):  # the inner ones first
        with explained(tree.show(folder), "deleted"):
            if tree.remove_folder_if_empty(folder):
                busy.add(folder)
    return busy


def _busy(shown: str) -> Diagnostic:
    message = f"cannot remove the empty folder `{shown}`: it is in use"
    return note("folder-in-use", message, hint="build again; if it is a mount point, unmount it")


def _other_blog(shown: str) -> Failure:
    message = f"`{shown}` holds the site of another blog, or this blog was moved"
    hint = "use another output folder, or pass `--overwrite` to replace the site"
    return Failure(Exit.USAGE, error("other-blog", message, hint=hint))
