"""Compares an output folder with the new site: which files to write, to keep and to delete.

`find_up_to_date` finds unchanged files of an earlier build, so that the build need not render them. A file that
Afterword did not write is an error, unless `overwrite` is set.
"""

from __future__ import annotations

import os
import stat
import time
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.core.diagnostics import Diagnostic, Exit, Failure, error, warning
from afterword.core.files import JOURNAL, MANIFEST
from afterword.core.fingerprints import Known, Stamp, stamp_of
from afterword.core.output_paths import fold_output
from afterword.output.outputs import Output, UnchangedContent, digest_of
from afterword.output.safe_tree import NotAFolder, Tree, explain_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from afterword.output.manifest import Records

_MAX_SHOWN = 20


class UpToDateFiles(Struct, frozen=True):
    """The files of a site that have the expected bytes.

    Attributes:
        files: stamp and digest by path.
        manifest: stamp of the manifest. While it is the same, the files are unchanged.
        taken: when they were looked at, as Unix time in ns.
    """

    files: Mapping[str, Known]
    manifest: Stamp | None
    taken: int

    def is_current(self, tree: Tree) -> bool:
        """Returns whether the site has not been published again since."""
        return self.manifest is not None and self.manifest == _stamp_manifest(tree)


NOTHING_UP_TO_DATE = UpToDateFiles(MappingProxyType({}), None, 0)


def find_up_to_date(destination: Path, expected: Mapping[str, str], known: Mapping[str, Known]) -> UpToDateFiles:
    """Returns which files in `expected` (digest by path) are in the site with these bytes.

    `known` is what the last `publish` returned; a file with the same stamp is not read. A file that cannot be read is
    not up to date. The build passes the others to `publish` as `UnchangedContent`.
    """
    files: dict[str, Known] = {}
    taken = time.time_ns()
    try:
        with Tree(os.path.realpath(destination), str(destination)) as tree:
            manifest = _stamp_manifest(tree)
            trusted = {} if tree.status(JOURNAL) is not None else known
            for path in sorted(expected):
                try:
                    found = find_known(tree, path, trusted) or inspect_if_changed(tree, path, trusted)
                except (OSError, NotAFolder):
                    continue
                if found is not None and found.digest == expected[path]:
                    files[path] = found
    except OSError:
        return NOTHING_UP_TO_DATE
    return UpToDateFiles(files, manifest, taken)


def _stamp_manifest(tree: Tree) -> Stamp | None:
    status = tree.status(MANIFEST)
    return stamp_of(status) if status is not None else None


def find_known(tree: Tree, path: str, known: Mapping[str, Known]) -> Known | None:
    """Returns a file if its stamp is known; None if it must be read.

    This runs for every file in every build, so it uses the path as text, not descriptors. Inode and change time show
    that it is the same file.
    """
    before = known.get(path)
    if before is None:
        return None
    try:
        status = os.stat(f"{tree.path}/{path}", follow_symlinks=False)  # noqa: PTH116 - thousands of texts
    except OSError:
        return None
    return before if stamp_of(status) == before.stamp and stat.S_ISREG(status.st_mode) else None


def inspect_if_changed(tree: Tree, path: str, known: Mapping[str, Known]) -> Known | None:
    """Returns stamp and digest of a regular file, which is read only if its stamp is not known; None for anything
    else."""
    status = tree.status(path)
    if status is None or not stat.S_ISREG(status.st_mode):
        return None
    before = known.get(path)
    if before is not None and before.stamp == stamp_of(status):
        return before
    return tree.inspect(path)


class Comparison(Struct):
    """The differences between an output folder and the new site.

    Attributes:
        changed: outputs to write, in order.
        unchanged: up-to-date files by path.
        obsolete: our files that are no longer in the site, with their stamps.
        blocking: those of them at the path of a new folder, or in a folder at the path of a new file.
        replaced: folders at the path of a new file.
        former: all paths that were ours and are no longer in the site, whether they exist or not.
    """

    changed: list[Output] = field(default_factory=list)
    unchanged: dict[str, Known] = field(default_factory=dict)
    obsolete: dict[str, Stamp] = field(default_factory=dict)
    blocking: set[str] = field(default_factory=set)
    replaced: list[str] = field(default_factory=list)
    former: set[str] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)


class UpdateOptions(Struct, frozen=True):
    """Options for updating a site.

    Attributes:
        source: id of the blog.
        known: files whose stamps are trusted.
        up_to_date: files that were looked at in this build.
        overwrite: whether to replace files of others.
        wait: timeout for the lock in seconds.
    """

    source: str
    known: Mapping[str, Known]
    up_to_date: UpToDateFiles
    overwrite: bool
    wait: float


def compare(tree: Tree, outputs: Iterable[Output], records: Records, options: UpdateOptions) -> Comparison:
    """Compares a site with the outputs of a build.

    Raises `Failure` if files of others are in the way, or an `UnchangedContent` output has changed.
    """
    return _Comparer(tree, records, options).compare(tuple(outputs))


class _Comparer:
    """One comparison: first of the files that were ours, then of each output."""

    def __init__(self, tree: Tree, records: Records, options: UpdateOptions) -> None:
        self.tree = tree
        self.owned = records.owned
        self.known = {} if records.is_interrupted else options.known
        is_fresh = not records.is_interrupted and options.up_to_date.is_current(tree)
        self.up_to_date = options.up_to_date.files if is_fresh else {}
        self.options = options
        self.result = Comparison()
        self.unmanaged: dict[str, Diagnostic] = {}
        self.lost: list[str] = []

    @cached_property
    def folded(self) -> frozenset[str]:
        """Our paths, without differences in case and Unicode form."""
        return frozenset(map(fold_output, self.owned))

    @cached_property
    def ours(self) -> frozenset[str]:
        return frozenset().union(*self.owned.values())

    def compare(self, outputs: tuple[Output, ...]) -> Comparison:
        self._find_obsolete({output.path for output in outputs})
        turn = {output.path: number for number, output in enumerate(outputs)}
        for output in sorted(outputs, key=lambda output: output.path):  # opens each folder once
            if isinstance(output.content, UnchangedContent):
                found = self.up_to_date.get(output.path) or find_known(self.tree, output.path, self.known)
                if found is not None and found.digest == output.content.digest:
                    self.result.unchanged[output.path] = found
                    continue
            with explain_errors(self.tree.show(output.path), "read"):
                self._compare_output(output)
        self.result.changed.sort(key=lambda output: turn[output.path])
        self._raise_errors()
        return self.result

    def _find_obsolete(self, wanted: set[str]) -> None:
        """Finds our files that are no longer in the site."""
        unwanted = sorted(self.owned.keys() - wanted)
        spelled = {fold_output(path): path for path in wanted} if unwanted else {}
        for path in unwanted:
            self.result.former.add(path)
            with explain_errors(self.tree.show(path), "read"):
                if self._is_other_spelling(path, spelled.get(fold_output(path))):
                    continue
                self._check_former(path)

    def _check_former(self, path: str) -> None:
        try:
            status = self.tree.status(path)
        except NotAFolder:  # our folder was replaced, so the file is gone
            return
        found = None if status is None else inspect_if_changed(self.tree, path, self.known)
        if found is not None and found.digest in self.owned[path]:
            self.result.obsolete[path] = found.stamp
        elif status is not None:
            self.result.diagnostics.append(changed_by_hand(self.tree.show(path)))

    def _is_other_spelling(self, path: str, wanted: str | None) -> bool:
        """Returns whether a path is the same file as one of the new site, on a file system that ignores case or Unicode
        form."""
        if wanted is None:
            return False
        try:
            one, other = self.tree.status(path), self.tree.status(wanted)
        except NotAFolder:
            return False
        return one is not None and other is not None and os.path.samestat(one, other)

    def _compare_output(self, output: Output) -> None:
        path = output.path
        try:
            status = self.tree.status(path)
        except NotAFolder as problem:
            self._clear_obstacle(problem.path, f"the site needs a folder there, for `{path}`")
            status = None
        else:
            if status is not None and stat.S_ISDIR(status.st_mode):
                for inner in self.tree.files(path):
                    self._clear_obstacle(inner, f"the site has a file `{path}`")
                self.result.replaced.append(path)
                status = None
        if status is None:
            self._write(output)
            return
        found = inspect_if_changed(self.tree, path, self.known)
        wanted = digest_of(output.content)
        if found is not None and found.digest == wanted:
            self.result.unchanged[path] = found
        elif self.options.overwrite or self._is_ours(path, found):
            self._write(output)
        else:
            hint = "move it, or pass `--overwrite` to overwrite it"
            self.unmanaged[path] = _unmanaged_error(self.tree.show(path), "the site has a file of that name", hint)

    def _write(self, output: Output) -> None:
        if isinstance(output.content, UnchangedContent):
            self.lost.append(output.path)
        self.result.changed.append(output)

    def _is_ours(self, path: str, found: Known | None) -> bool:
        """Returns whether we wrote a file.

        If no record lists the path, or only in another spelling, the bytes must be ours too: those last written to this
        path, or those of any file of ours.
        """
        if path in self.owned:
            return True
        if found is None:
            return False
        last = (self.options.known.get(path), self.options.up_to_date.files.get(path))
        if any(file is not None and file.digest == found.digest for file in last):
            return True
        return fold_output(path) in self.folded and found.digest in self.ours

    def _clear_obstacle(self, obstacle: str, reason: str) -> None:
        """Marks a file for deletion that is at the path of a folder, or in a folder at the path of a file."""
        if obstacle in self.result.obsolete:
            self.result.blocking.add(obstacle)
        else:
            self.unmanaged[obstacle] = _unmanaged_error(self.tree.show(obstacle), reason, self._hint_at_move(obstacle))

    def _hint_at_move(self, obstacle: str) -> str:
        """Returns a hint for a file that `--overwrite` does not replace."""
        status = self.tree.status(obstacle)
        if status is not None and stat.S_ISLNK(status.st_mode):
            return "remove the symbolic link, or use another output folder"
        return "move it, or use another output folder; `--overwrite` overwrites only files, not folders"

    def _raise_errors(self) -> None:
        if self.unmanaged:
            found = [diagnostic for _, diagnostic in sorted(self.unmanaged.items())]
            if len(found) > _MAX_SHOWN:
                rest = error("unmanaged-file", f"{len(found) - _MAX_SHOWN} more files were not created by Afterword")
                found = [*found[:_MAX_SHOWN], rest]
            raise Failure(Exit.USAGE, *found)
        if self.lost:
            names = ", ".join(f"`{path}`" for path in self.lost[:3])
            message = f"the site changed during the build: {names}"
            raise Failure(Exit.ENVIRONMENT, error("site-changed", message, hint="build again"))


def changed_by_hand(shown: str) -> Diagnostic:
    """Returns the warning for a file of ours that was edited."""
    message = f"kept `{shown}`: no longer part of the site, but edited by hand"
    return warning("modified-output", message, hint="delete it if you no longer need it")


def _unmanaged_error(shown: str, reason: str, hint: str) -> Diagnostic:
    return error("unmanaged-file", f"`{shown}` exists and was not created by Afterword: {reason}", hint=hint)
