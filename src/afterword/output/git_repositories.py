"""Checks that Git does not take a folder of the output for a repository, including files that are not ours."""

from __future__ import annotations

import stat
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from afterword.core.diagnostics import Exit, Failure, error
from afterword.core.output_paths import HEAD_SIZE, find_repository_layouts, is_head, parent_folders
from afterword.output.outputs import UnchangedContent, read_chunks
from afterword.output.safe_tree import NotAFolder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from afterword.core.diagnostics import Diagnostic
    from afterword.output.diff import Comparison
    from afterword.output.outputs import Output
    from afterword.output.safe_tree import Tree


def check_new_site(outputs: Sequence[Output]) -> None:
    """Raises `Failure` if Git would take a folder of a new site for a repository."""
    _raise(Exit.CONTENT, _find_in_outputs({output.path: output for output in outputs}, None))


def check_repositories(outputs: Sequence[Output], tree: Tree, found: Comparison) -> None:
    """Raises `Failure` if Git would take a folder that is written to for a repository.

    `found` has the outputs to write and the files to delete.
    """
    if not found.changed:
        return
    by_path = {output.path: output for output in outputs}
    _raise(Exit.CONTENT, _find_in_outputs(by_path, tree))
    _raise(Exit.USAGE, _FutureFolders(by_path, tree, found).find())


def _raise(exit_code: Exit, problems: Iterator[Diagnostic]) -> None:
    if found := tuple(problems):
        raise Failure(exit_code, *found)


def _find_in_outputs(outputs: Mapping[str, Output], tree: Tree | None) -> Iterator[Diagnostic]:
    for layout in find_repository_layouts(outputs):
        if is_head(_read_start(outputs[layout.head], tree)):
            yield error("git-repository", layout.describe())


def _read_start(output: Output, tree: Tree | None) -> bytes:
    if isinstance(output.content, UnchangedContent):
        return (tree.read(output.path, HEAD_SIZE) if tree is not None else None) or b""
    return next(iter(read_chunks(output.content)), b"")[:HEAD_SIZE]


class _FutureFolders:
    """The folders of an output after the update: the outputs, and the files that stay."""

    def __init__(self, outputs: Mapping[str, Output], tree: Tree, found: Comparison) -> None:
        self.outputs = outputs
        self.tree = tree
        self.found = found

    @cached_property
    def folders(self) -> frozenset[str]:
        return frozenset(folder for path in self.outputs for folder in parent_folders(path))

    def find(self) -> Iterator[Diagnostic]:
        written = {"", *(folder for output in self.found.changed for folder in parent_folders(output.path))}
        for folder in sorted(written):
            prefix = f"{folder}/" if folder else ""
            if self._is_repository(prefix):
                shown = self.tree.show(folder) if folder else self.tree.shown
                message = f"`{shown}` is a Git repository, or would become one"
                hint = "use another output folder, or move its files"
                yield error("git-repository", message, hint=hint)

    def _is_repository(self, prefix: str) -> bool:
        """Returns whether Git takes a folder for a repository (`is_git_directory` in Git's `setup.c`)."""
        if not self._has_head(f"{prefix}HEAD"):
            return False
        return self._has(f"{prefix}commondir") or (self._has(f"{prefix}objects") and self._has(f"{prefix}refs"))

    def _has_head(self, path: str) -> bool:
        if (output := self.outputs.get(path)) is not None:
            return is_head(_read_start(output, self.tree))
        if not self._stays(path):
            return False
        status = self.tree.status(path)
        if status is not None and stat.S_ISLNK(status.st_mode):
            return True  # Git accepts a link to `refs/…`
        return is_head(self.tree.read(path, HEAD_SIZE) or b"")

    def _has(self, path: str) -> bool:
        return path in self.outputs or path in self.folders or self._stays(path)

    def _stays(self, path: str) -> bool:
        """Returns whether there is something at a path that will not be deleted."""
        with suppress(NotAFolder):
            status = self.tree.status(path)
            if status is None or path in self.found.obsolete:
                return False
            inside = self.tree.files(path) if stat.S_ISDIR(status.st_mode) else iter(())
            first = next(inside, None)
            return first not in self.found.obsolete or any(inner not in self.found.obsolete for inner in inside)
        return False
