"""Publishes a site: checks outputs and destination, then updates the site (`commit`) or creates it (`staging`)."""

from __future__ import annotations

import os
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from afterword.core.diagnostics import Exit, Failure, error
from afterword.output.commit import Published, UpdateOptions, update
from afterword.output.destination import check_destination
from afterword.output.diff import NO_SURVEY, Trust
from afterword.output.lock import LOCK_WAIT
from afterword.output.manifest import mark_source
from afterword.output.outputs import Kept, in_turn
from afterword.output.repositories import check_new_site
from afterword.output.safe_tree import Gone, Tree, explained
from afterword.output.staging import open_stage, put_in_place, sweep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from afterword.core.fingerprints import Known
    from afterword.output.diff import Survey
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
    surveyed: Survey = NO_SURVEY,
    stage: StagingFolder | None = None,
    wait: float = LOCK_WAIT,
) -> Published:
    """Make the folder `destination` hold exactly these files of the blog in `root`, and leave foreign files alone.

    Only files whose bytes differ are written. `known` is what the last `publish` gave: of a file whose stamp is in it
    unchanged, the bytes are not read. `surveyed` is what `survey` found just now. `stage` is the one in which `Ready`
    outputs wait. `wait` is how long to wait for another build, in seconds. With `overwrite`, files that Afterword did
    not create and the site of another blog are replaced.

    Raises `Failure`: for a dangerous destination, foreign files in the way and another blog's site (exit 2); for paths
    that no site can have, and a folder that would be a Git repository (exit 1); for the disk, the lock and a `Kept`
    output that has changed since `survey` (exit 3).
    Until files are renamed, an error leaves the site as it was; from then on it is a mix of whole files, which the next
    build finishes.
    """
    check_destination(destination, root)
    ordered = in_turn(outputs)
    folder = os.path.realpath(destination)
    terms = UpdateOptions(mark_source(folder, root), Trust(known, surveyed, overwrite), wait)
    with explained(str(destination)):
        for _ in range(_ATTEMPTS):
            with suppress(Gone):
                return _publish_once(ordered, folder, str(destination), terms, stage)
        raise Gone


def _publish_once(
    outputs: Sequence[Output], folder: str, shown: str, terms: UpdateOptions, stage: StagingFolder | None
) -> Published:
    try:
        tree = Tree(folder, shown)
    except FileNotFoundError:
        _refuse_kept(outputs)
        check_new_site(outputs)
        return _make(outputs, folder, shown, terms, stage)
    with tree:
        sweep(folder)
        return update(tree, outputs, terms)


def _make(
    outputs: Sequence[Output], folder: str, shown: str, terms: UpdateOptions, stage: StagingFolder | None
) -> Published:
    """Make a site where there is none: in the stage that was opened for it, or in one of its own."""
    if stage is not None:
        return put_in_place(stage, folder, outputs, terms.source)
    with open_stage(folder, shown, terms.wait) as own:
        return put_in_place(own, folder, outputs, terms.source)


def _refuse_kept(outputs: Iterable[Output]) -> None:
    if lost := [output.path for output in outputs if isinstance(output.content, Kept)]:
        message = f"the site was deleted during the build: `{lost[0]}` not found"
        raise Failure(Exit.ENVIRONMENT, error("site-changed", message, hint="build again"))
