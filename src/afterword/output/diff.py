"""Compares an output folder with the new site: which files to write, to keep and to delete.

`survey` tells which files of an earlier build are unchanged, so that the build need not render them. A file that
Afterword did not write is an error, unless it is adopted.
"""

from __future__ import annotations

import os
import stat
import time
import unicodedata
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.core.diagnostics import Diagnostic, Exit, Failure, error, warning
from afterword.core.files import JOURNAL, MANIFEST
from afterword.core.fingerprints import Known, Stamp, stamp_of
from afterword.output.outputs import Kept, Output, digest_of
from afterword.output.safe_tree import InTheWay, Tree, explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from afterword.output.manifest import Records

_SHOWN = 20


class Survey(Struct, frozen=True):
    """The files that stand in a site with the bytes that they should have, as they were found at `taken` (nanoseconds
    since 1970); and the stamp of its manifest then: until another site is published, they are unchanged."""

    standing: Mapping[str, Known]
    manifest: Stamp | None
    taken: int

    def holds(self, tree: Tree) -> bool:
        """Whether the site has not been published again since."""
        return self.manifest is not None and self.manifest == _stamp_manifest(tree)


NO_SURVEY = Survey(MappingProxyType({}), None, 0)


def survey(destination: Path, expected: Mapping[str, str], known: Mapping[str, Known]) -> Survey:
    """Which of the files in `expected` (path to digest) stand in the site with these very bytes.

    `known` is what the last `publish` gave; where a stamp is in it unchanged, the file is not read. What cannot be read
    does not stand. A build makes the rest, and hands the ones that stand to `publish` as `Kept`.
    """
    standing: dict[str, Known] = {}
    taken = time.time_ns()
    try:
        with Tree(os.path.realpath(destination), str(destination)) as tree:
            manifest = _stamp_manifest(tree)
            trusted = {} if tree.status(JOURNAL) is not None else known
            for path in sorted(expected):
                try:
                    found = glance(tree, path, trusted) or look(tree, path, trusted)
                except (OSError, InTheWay):
                    continue
                if found is not None and found.digest == expected[path]:
                    standing[path] = found
    except OSError:
        return NO_SURVEY
    return Survey(standing, manifest, taken)


def _stamp_manifest(tree: Tree) -> Stamp | None:
    status = tree.status(MANIFEST)
    return stamp_of(status) if status is not None else None


def glance(tree: Tree, path: str, known: Mapping[str, Known]) -> Known | None:
    """What a file is, if it is the known one by its stamp; None where that takes a closer look.

    This is asked of every file of a site in every build, so it goes by the path as text: it is the same file whichever
    way it was reached, since its inode and its change time are.
    """
    before = known.get(path)
    if before is None:
        return None
    try:
        status = os.stat(f"{tree.path}/{path}", follow_symlinks=False)  # noqa: PTH116 - thousands of texts
    except OSError:
        return None
    return before if stamp_of(status) == before.stamp and stat.S_ISREG(status.st_mode) else None


def look(tree: Tree, path: str, known: Mapping[str, Known]) -> Known | None:
    """What a regular file in the site is, read only if its stamp is not the known one; None for anything else."""
    status = tree.status(path)
    if status is None or not stat.S_ISREG(status.st_mode):
        return None
    before = known.get(path)
    if before is not None and before.stamp == stamp_of(status):
        return before
    return tree.inspect(path)


class Comparison(Struct):
    """What there is to do. `changed` are written in this order; `standing` are as they should be, by path.

    `doomed` are files of ours that the site no longer has, by the stamp with which they were found; of these, `first`
    stand where a folder or file of the new site has to be. `replaced` are folders where the new site has a file. `gone`
    are all paths that were ours and are not wanted, there or not.
    """

    changed: list[Output] = field(default_factory=list)
    standing: dict[str, Known] = field(default_factory=dict)
    doomed: dict[str, Stamp] = field(default_factory=dict)
    first: set[str] = field(default_factory=set)
    replaced: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    diagnostics: list[Diagnostic] = field(default_factory=list)


class Trust(Struct, frozen=True):
    """What a comparison may trust.

    Attributes:
        known: Stamps of files that earlier builds wrote.
        surveyed: Files that a survey has just read.
        overwrite: Whether files that Afterword did not create may be replaced.
    """

    known: Mapping[str, Known]
    surveyed: Survey
    overwrite: bool


def compare(tree: Tree, outputs: Iterable[Output], records: Records, trust: Trust) -> Comparison:
    """Compare a site with the outputs of a build.

    Raises `Failure` where files that are not ours are in the way, and where a `Kept` output no longer stands.
    """
    return _Comparer(tree, records, trust).compare(tuple(outputs))


class _Comparer:
    """One comparison: `compare` looks at what was ours, then at the place of each output."""

    def __init__(self, tree: Tree, records: Records, trust: Trust) -> None:
        self.tree = tree
        self.owned = records.owned
        self.known = {} if records.interrupted else trust.known
        is_fresh = not records.interrupted and trust.surveyed.holds(tree)
        self.surveyed = trust.surveyed.standing if is_fresh else {}
        self.trust = trust
        self.result = Comparison()
        self.foreign: dict[str, Diagnostic] = {}
        self.lost: list[str] = []

    @cached_property
    def folded(self) -> frozenset[str]:
        """The paths that are ours, without regard to case and Unicode's form."""
        return frozenset(map(_fold, self.owned))

    @cached_property
    def ours(self) -> frozenset[str]:
        """The digests that our files have."""
        return frozenset().union(*self.owned.values())

    def compare(self, outputs: tuple[Output, ...]) -> Comparison:
        self._doom({output.path for output in outputs})
        turn = {output.path: number for number, output in enumerate(outputs)}
        for output in sorted(outputs, key=lambda output: output.path):  # by folder: see `Tree`
            if isinstance(output.content, Kept):
                found = self.surveyed.get(output.path) or glance(self.tree, output.path, self.known)
                if found is not None and found.digest == output.content.digest:
                    self.result.standing[output.path] = found
                    continue
            with explained(self.tree.show(output.path), "read"):
                self._place(output)
        self.result.changed.sort(key=lambda output: turn[output.path])
        self._judge()
        return self.result

    def _doom(self, wanted: set[str]) -> None:
        """Decide which files of ours the site no longer has."""
        unwanted = sorted(self.owned.keys() - wanted)
        spelled = {_fold(path): path for path in wanted} if unwanted else {}
        for path in unwanted:
            self.result.gone.add(path)
            with explained(self.tree.show(path), "read"):
                if self._is_other_spelling(path, spelled.get(_fold(path))):
                    continue
                self._doom_file(path)

    def _doom_file(self, path: str) -> None:
        try:
            status = self.tree.status(path)
        except InTheWay:  # our folder is gone: so is the file
            return
        found = None if status is None else look(self.tree, path, self.known)
        if found is not None and found.digest in self.owned[path]:
            self.result.doomed[path] = found.stamp
        elif status is not None:
            self.result.diagnostics.append(changed_by_hand(self.tree.show(path)))

    def _is_other_spelling(self, path: str, wanted: str | None) -> bool:
        """Whether a path names the same file as one of the new site, which differs in case or in Unicode's form."""
        if wanted is None:
            return False
        try:
            one, other = self.tree.status(path), self.tree.status(wanted)
        except InTheWay:
            return False
        return one is not None and other is not None and os.path.samestat(one, other)

    def _place(self, output: Output) -> None:
        path = output.path
        try:
            status = self.tree.status(path)
        except InTheWay as problem:
            self._clear(problem.path, f"the site needs a folder there, for `{path}`")
            status = None
        else:
            if status is not None and stat.S_ISDIR(status.st_mode):
                for inner in self.tree.files(path):
                    self._clear(inner, f"the site has a file `{path}`")
                self.result.replaced.append(path)
                status = None
        if status is None:
            self._write(output)
            return
        found = look(self.tree, path, self.known)
        wanted = digest_of(output.content)
        if found is not None and found.digest == wanted:
            self.result.standing[path] = found
        elif self.trust.overwrite or self._is_ours(path, found):
            self._write(output)
        else:
            hint = "move it, or pass `--overwrite` to overwrite it"
            self.foreign[path] = _foreign(self.tree.show(path), "the site has a file of that name", hint)

    def _write(self, output: Output) -> None:
        if isinstance(output.content, Kept):
            self.lost.append(output.path)
        self.result.changed.append(output)

    def _is_ours(self, path: str, found: Known | None) -> bool:
        """Whether we put a file in place.

        If no record lists it, or lists it in another spelling only, its bytes must be ours too: those that we last
        wrote to this path as far as that is known, or those of any file that is ours.
        """
        if path in self.owned:
            return True
        if found is None:
            return False
        last = (self.trust.known.get(path), self.trust.surveyed.standing.get(path))
        if any(file is not None and file.digest == found.digest for file in last):
            return True
        return _fold(path) in self.folded and found.digest in self.ours

    def _clear(self, obstacle: str, reason: str) -> None:
        """Have a file deleted that stands where an output needs a folder, or in a folder where it needs a file."""
        if obstacle in self.result.doomed:
            self.result.first.add(obstacle)
        else:
            self.foreign[obstacle] = _foreign(self.tree.show(obstacle), reason, self._hint_at_move(obstacle))

    def _hint_at_move(self, obstacle: str) -> str:
        """What to do about a file that `--overwrite` does not replace."""
        status = self.tree.status(obstacle)
        if status is not None and stat.S_ISLNK(status.st_mode):
            return "remove the symbolic link, or use another output folder"
        return "move it, or use another output folder; `--overwrite` overwrites only files, not folders"

    def _judge(self) -> None:
        if self.foreign:
            found = [diagnostic for _, diagnostic in sorted(self.foreign.items())]
            if len(found) > _SHOWN:
                rest = error("unmanaged-file", f"{len(found) - _SHOWN} more files were not created by Afterword")
                found = [*found[:_SHOWN], rest]
            raise Failure(Exit.USAGE, *found)
        if self.lost:
            names = ", ".join(f"`{path}`" for path in self.lost[:3])
            message = f"the site changed during the build: {names}"
            raise Failure(Exit.ENVIRONMENT, error("site-changed", message, hint="build again"))


def changed_by_hand(shown: str) -> Diagnostic:
    """The diagnostic for a file of ours that another program has changed."""
    message = f"kept `{shown}`: no longer part of the site, but edited by hand"
    return warning("modified-output", message, hint="delete it if you no longer need it")


def _foreign(shown: str, reason: str, hint: str) -> Diagnostic:
    return error("unmanaged-file", f"`{shown}` exists and was not created by Afterword: {reason}", hint=hint)


def _fold(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
