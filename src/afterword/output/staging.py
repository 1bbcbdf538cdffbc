"""Creates a new site in a hidden folder beside the output, and renames it into place.

Pages are written as they are rendered, to keep memory low. The folder has its own lock, so two first builds wait for
each other. The next build removes the folder of a build that was killed.
"""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.files import JOURNAL, LOCK, MANIFEST, STAGE
from afterword.core.fingerprints import part_by_age
from afterword.core.output_paths import check_output_path
from afterword.core.signals import deferred_signals
from afterword.output.commit import Published
from afterword.output.lock import locked
from afterword.output.manifest import compose, list_entries
from afterword.output.outputs import Ready, chunks_of
from afterword.output.safe_tree import FOLDER_MODE, Gone, InTheWay, Tree, explained

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from afterword.core.fingerprints import Known
    from afterword.output.outputs import Output


class StagingFolder:
    """The hidden folder in which a site is made: files can be written to it before all are known.

    Several processes can write at once. One that is not a fork opens it again, or has None if that is not possible.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def __reduce__(self) -> tuple[Callable[[str, str], StagingFolder | None], tuple[str, str]]:
        return _join, (self.tree.path, self.tree.shown)

    def write(self, path: str, content: bytes) -> Ready | bytes:
        """Write the file that an output will be; where that cannot be done, the content is given back.

        `publish` then finds the reason and reports it.
        """
        try:
            if check_output_path(path) is not None:
                return content
            self.tree.make_folder(path.rpartition("/")[0])
            file = self.tree.write(path, [content])
        except (OSError, InTheWay):
            return content
        return Ready(file, Path(self.tree.path, path))


def _join(path: str, shown: str) -> StagingFolder | None:
    """The stage that another process of this build has."""
    try:
        return StagingFolder(Tree(path, shown))
    except OSError:
        return None


@contextmanager
def staging(destination: Path) -> Iterator[StagingFolder | None]:
    """The stage of a site that does not stand yet, while its pages are made; what is left of it in the end is removed.

    None where a site stands, and where no stage can be had now: `publish` tries again, and has the words for it.
    """
    folder = os.path.realpath(destination)
    with ExitStack() as stack:
        stage = None
        if not os.path.lexists(folder):
            with suppress(OSError, Failure, Gone):
                stage = stack.enter_context(open_stage(folder, str(destination), wait=0))
        yield stage


@contextmanager
def open_stage(folder: str, shown: str, wait: float) -> Iterator[StagingFolder]:
    """The staging folder of the site that will be `folder`, locked against other builds.

    Raises `Failure` where there can be none or another build has it for longer than `wait` seconds, and `Gone` where
    that site has come to be.
    """
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
            message = f"`{stage}` exists and was not created by Afterword"
            raise Failure(Exit.USAGE, error("unmanaged-file", message, hint="move it"))
        with locked(tree, wait):
            try:
                if os.path.lexists(folder):
                    raise Gone
                _empty(tree)
                tree.write(JOURNAL, [])
                os.fchmod(tree.descriptor, FOLDER_MODE)
                yield StagingFolder(tree)
            finally:
                if os.path.lexists(tree.path) and tree.is_in_place():
                    with deferred_signals(), suppress(OSError):
                        _discard(tree)


def put_in_place(stage: StagingFolder, folder: str, outputs: Sequence[Output], source: str) -> Published:
    """Complete what is staged, and make it the site. Raises `Failure`, and `Gone` if a site came to be meanwhile."""
    tree, files = stage.tree, {}
    for output in sorted(outputs, key=lambda output: output.path):
        with explained(tree.show(output.path)):
            files[output.path] = _complete(tree, output)
    manifest = tree.write(MANIFEST, [compose(list_entries(files), source)])
    tree.remove(JOURNAL)
    if os.path.lexists(folder):
        raise Gone
    try:
        with deferred_signals():
            os.rename(tree.path, folder)  # noqa: PTH104 - text throughout
    except OSError as problem:
        if problem.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise Gone from problem
        raise
    settled, fresh = part_by_age(files, taken=manifest.stamp.mtime_ns)
    return Published(tuple(files), (), (), settled, {**fresh, MANIFEST: manifest})


def _complete(tree: Tree, output: Output) -> Known:
    content = output.content
    if isinstance(content, Ready):
        return content.file
    tree.make_folder(output.path.rpartition("/")[0])
    return tree.write(output.path, chunks_of(content))


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
