"""Creates a new site in a hidden folder beside the output, and renames it into place.

Pages are written as they are rendered, to keep memory low. The folder has its own lock, so two first builds wait for
each other. The next build removes the folder of a build that was killed.
"""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.files import JOURNAL, LOCK, MANIFEST, STAGE
from afterword.core.fingerprints import split_by_age
from afterword.core.output_paths import check_output_path
from afterword.output.lock import locked
from afterword.output.manifest import format_record, list_entries
from afterword.output.outputs import PublishResult, StagedContent, read_chunks
from afterword.output.safe_tree import FOLDER_MODE, FolderReplaced, NotAFolder, Tree, explain_errors
from afterword.output.signals import deferred_signals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from afterword.core.fingerprints import Known
    from afterword.output.outputs import Output


class StagingFolder:
    """The hidden folder of a new site. Several processes can write to it at once.

    A process that is not a fork opens it again, or has None if that fails.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def __reduce__(self) -> tuple[Callable[[str, str], StagingFolder | None], tuple[str, str]]:
        return _reopen, (self.tree.path, self.tree.shown)

    def write(self, path: str, content: bytes) -> StagedContent | bytes:
        """Writes a file, and returns it as content of an output.

        If that fails, returns the content: `publish` will meet the same error and report it.
        """
        try:
            if check_output_path(path) is not None:
                return content
            self.tree.make_folder(path.rpartition("/")[0])
            file = self.tree.write(path, [content])
        except (OSError, NotAFolder):
            return content
        return StagedContent(file, f"{self.tree.path}/{path}")


def _reopen(path: str, shown: str) -> StagingFolder | None:
    """Opens the staging folder of another process of this build."""
    try:
        return StagingFolder(Tree(path, shown))
    except OSError:
        return None


@contextmanager
def staging(destination: Path) -> Iterator[StagingFolder | None]:
    """Opens a staging folder while the pages of a new site are rendered, and deletes what is left of it.

    Yields None if there is a site, or the folder cannot be opened: `publish` tries again, and reports the error.
    """
    folder = os.path.realpath(destination)
    with ExitStack() as stack:
        stage = None
        if not os.path.lexists(folder):
            with suppress(OSError, Failure, FolderReplaced):
                stage = stack.enter_context(open_stage(folder, str(destination), wait=0))
        yield stage


@contextmanager
def open_stage(folder: str, shown: str, wait: float) -> Iterator[StagingFolder]:
    """Opens and locks the staging folder of a new site at `folder`.

    Raises `Failure` if it cannot be created or another build has it for longer than `wait` seconds, and
    `FolderReplaced` if there is a site now.
    """
    stage = staging_path(folder)
    os.makedirs(os.path.dirname(folder), exist_ok=True)  # noqa: PTH103, PTH120 - text throughout
    with suppress(FileExistsError):
        os.mkdir(stage, FOLDER_MODE)  # noqa: PTH102
    try:
        tree = Tree(stage, shown)
    except FileNotFoundError:  # another build has just put it in place
        raise FolderReplaced from None
    with tree:
        if not _is_ours(tree):
            if not tree.is_in_place():
                raise FolderReplaced
            message = f"`{stage}` exists and was not created by Afterword"
            raise Failure(Exit.USAGE, error("unmanaged-file", message, hint="move it"))
        with locked(tree, wait):
            try:
                if os.path.lexists(folder):
                    raise FolderReplaced
                _empty(tree)
                tree.write(JOURNAL, [])
                os.fchmod(tree.descriptor, FOLDER_MODE)
                yield StagingFolder(tree)
            finally:
                if os.path.lexists(tree.path) and tree.is_in_place():
                    with deferred_signals(), suppress(OSError):
                        _discard(tree)


def put_in_place(stage: StagingFolder, folder: str, outputs: Sequence[Output], source: str) -> PublishResult:
    """Completes the staged files, and renames the folder. Raises `Failure`, and `FolderReplaced` if there is a site
    now."""
    tree, files = stage.tree, {}
    for output in sorted(outputs, key=lambda output: output.path):
        with explain_errors(tree.show(output.path)):
            files[output.path] = _write_output(tree, output)
    manifest = tree.write(MANIFEST, [format_record(list_entries(files), source)])
    tree.remove(JOURNAL)
    if os.path.lexists(folder):
        raise FolderReplaced
    try:
        with deferred_signals():
            os.rename(tree.path, folder)  # noqa: PTH104 - text throughout
    except OSError as problem:
        if problem.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise FolderReplaced from problem
        raise
    settled, fresh = split_by_age(files, taken=manifest.stamp.mtime_ns)
    return PublishResult(tuple(files), (), (), settled, {**fresh, MANIFEST: manifest})


def _write_output(tree: Tree, output: Output) -> Known:
    content = output.content
    if isinstance(content, StagedContent):
        return content.file
    tree.make_folder(output.path.rpartition("/")[0])
    return tree.write(output.path, read_chunks(content))


def staging_path(folder: str) -> str:
    """Returns the path of the staging folder for a site at `folder`."""
    parent, name = os.path.split(folder)
    return os.path.join(parent, f".{name}{STAGE}")  # noqa: PTH118 - text throughout


def remove_leftovers(folder: str) -> None:
    """Deletes the staging folder of a first build that was killed, if it is ours and not in use."""
    stage = staging_path(folder)
    if not os.path.lexists(stage):
        return
    with suppress(OSError, Failure, FolderReplaced), Tree(stage, stage) as tree:
        if _is_ours(tree):
            with locked(tree, wait=0):
                _discard(tree)


def _is_ours(tree: Tree) -> bool:
    names = tree.names()
    return not names or any(record in names for record in (LOCK, JOURNAL, MANIFEST))


def _empty(tree: Tree) -> None:
    """Deletes the contents of a staging folder; the records last, because they show that it is ours."""
    for name in sorted(tree.names(), key=lambda name: name in (JOURNAL, MANIFEST)):
        if name != LOCK:
            tree.remove_tree(name)


def _discard(tree: Tree) -> None:
    _empty(tree)
    tree.remove(LOCK)
    os.rmdir(tree.path)  # noqa: PTH106 - text throughout
