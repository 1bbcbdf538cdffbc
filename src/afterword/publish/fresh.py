"""A site where none stands yet: made whole in a hidden folder beside, and renamed once.

The folder has one name for each output and its own lock inside, which goes with it into place: so two first builds wait
for each other like any two, and a folder whose lock is free was left by a build that was killed; the next build removes
it, or makes its own site there. Relies on `lock` and `tree`. Refuses a folder of that name in which there are files but
none of Afterword's records (an empty journal is written first).
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from afterword.diagnostics import Exit, Failure, error
from afterword.publish.commit import Published
from afterword.publish.lock import locked
from afterword.publish.outputs import chunks_of
from afterword.publish.records import Entry, compose
from afterword.publish.signals import deferred_signals
from afterword.publish.tree import FOLDER_MODE, Gone, Tree, explained
from afterword.reserved import JOURNAL, LOCK, MANIFEST, STAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.publish.outputs import Output


def make_whole(folder: str, shown: str, outputs: Sequence[Output], source: str, wait: float) -> Published:
    """Make the site that `folder`, which is not there, will be. Raises `Failure`, and `Gone` if it came to be."""
    stage = stage_beside(folder)
    os.makedirs(os.path.dirname(folder), exist_ok=True)  # noqa: PTH103, PTH120 - text throughout
    with suppress(FileExistsError):
        os.mkdir(stage, FOLDER_MODE)  # noqa: PTH102
    try:
        tree = Tree(stage, shown)
    except FileNotFoundError:  # another build has just put it in place
        raise Gone from None
    with tree:
        if not _is_ours(tree):
            if not tree.is_in_place():
                raise Gone
            message = f"`{stage}` is in the way of staging the site, and was not made by Afterword"
            raise Failure(Exit.USAGE, error("foreign-file", message, hint="move it away"))
        with locked(tree, wait):
            return _make(tree, folder, outputs, source)


def _make(tree: Tree, folder: str, outputs: Sequence[Output], source: str) -> Published:
    try:
        if os.path.lexists(folder):
            raise Gone
        _empty(tree)
        tree.write(JOURNAL, [])
        os.fchmod(tree.descriptor, FOLDER_MODE)
        entries = []
        for output in sorted(outputs, key=lambda output: output.path):
            with explained(tree.show(output.path)):
                tree.make_folder(output.path.rpartition("/")[0])
                entries.append(Entry(output.path, *tree.write(output.path, chunks_of(output.content))))
        tree.write(MANIFEST, [compose(entries, source)])
        tree.remove(JOURNAL)
        with deferred_signals():
            os.rename(tree.path, folder)  # noqa: PTH104 - text throughout
    except BaseException as problem:
        if os.path.lexists(tree.path) and tree.is_in_place():
            with deferred_signals(), suppress(OSError):
                _discard(tree)
        if isinstance(problem, OSError) and problem.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise Gone from problem
        raise
    return Published(tuple(entry.path for entry in entries), (), (), {})


def stage_beside(folder: str) -> str:
    """The hidden folder in which the site that will be `folder` is made."""
    parent, name = os.path.split(folder)
    return os.path.join(parent, f".{name}{STAGE}")  # noqa: PTH118 - text throughout


def sweep(folder: str) -> None:
    """Remove what a first build that was killed has left beside a site, as far as it is ours and can be removed."""
    stage = stage_beside(folder)
    if not os.path.lexists(stage):
        return
    with suppress(OSError, Failure, Gone), Tree(stage, stage) as tree:
        if _is_ours(tree):
            with locked(tree, wait=0):
                _discard(tree)


def _is_ours(tree: Tree) -> bool:
    names = tree.names()
    return not names or any(record in names for record in (LOCK, JOURNAL, MANIFEST))


def _empty(tree: Tree) -> None:
    """Remove what is in the stage, the records last: they are what the stage is known by."""
    for name in sorted(tree.names(), key=lambda name: name in (JOURNAL, MANIFEST)):
        if name != LOCK:
            tree.remove_whole(name)


def _discard(tree: Tree) -> None:
    _empty(tree)
    tree.remove(LOCK)
    os.rmdir(tree.path)  # noqa: PTH106 - text throughout
