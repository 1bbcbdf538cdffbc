"""`publish`, the one function that changes a site: it checks what it is given and chooses how it is put in place.

A site that stands is changed by `commit`, and one that does not is made by `fresh`. Dangerous outputs and invalid paths
raise `Failure` before anything is touched.
"""

from __future__ import annotations

import os
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from afterword.diagnostics import Exit, Failure, error
from afterword.publish.commit import Published, Terms, update
from afterword.publish.destination import check_destination
from afterword.publish.fresh import open_stage, put_in_place, sweep
from afterword.publish.lock import LOCK_WAIT
from afterword.publish.outputs import Kept, in_turn
from afterword.publish.records import mark_source
from afterword.publish.repositories import check_new_site
from afterword.publish.standing import NO_SURVEY, Trust
from afterword.publish.tree import Gone, Tree, explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from afterword.publish.fresh import Stage
    from afterword.publish.outputs import Output
    from afterword.publish.standing import Survey
    from afterword.stamps import Known

_ATTEMPTS = 8
_NOTHING: Mapping[str, Known] = MappingProxyType({})


def publish(
    outputs: Iterable[Output],
    destination: Path,
    *,
    root: Path,
    adopt: bool = False,
    known: Mapping[str, Known] = _NOTHING,
    surveyed: Survey = NO_SURVEY,
    stage: Stage | None = None,
    wait: float = LOCK_WAIT,
) -> Published:
    """Make the folder `destination` hold exactly these files of the blog in `root`, and leave foreign files alone.

    Only files whose bytes differ are written. `known` is what the last `publish` gave: of a file whose stamp is in it
    unchanged, the bytes are not read. `surveyed` is what `survey` found just now. `stage` is the one in which `Ready`
    outputs wait. `wait` is how long to wait for another build, in seconds. With `adopt`, files of others that have the
    name of an output are replaced, and the site of another blog is taken over.

    Raises `Failure`: for a dangerous destination, foreign files in the way and another blog's site (exit 2); for paths
    that no site can have, and a folder that would be a Git repository (exit 1); for the disk, the lock and a `Kept`
    output that has changed since `survey` (exit 3).
    Until files are renamed, an error leaves the site as it was; from then on it is a mix of whole files, which the next
    build finishes.
    """
    check_destination(destination, root)
    ordered = in_turn(outputs)
    folder = os.path.realpath(destination)
    terms = Terms(mark_source(folder, root), Trust(known, surveyed, adopt), wait)
    with explained(str(destination)):
        for _ in range(_ATTEMPTS):
            with suppress(Gone):
                return _publish_once(ordered, folder, str(destination), terms, stage)
        raise Gone


def _publish_once(outputs: Sequence[Output], folder: str, shown: str, terms: Terms, stage: Stage | None) -> Published:
    try:
        tree = Tree(folder, shown)
    except FileNotFoundError:
        _refuse_kept(outputs)
        check_new_site(outputs)
        return _make(outputs, folder, shown, terms, stage)
    with tree:
        sweep(folder)
        return update(tree, outputs, terms)


def _make(outputs: Sequence[Output], folder: str, shown: str, terms: Terms, stage: Stage | None) -> Published:
    """Make a site where there is none: in the stage that was opened for it, or in one of its own."""
    if stage is not None:
        return put_in_place(stage, folder, outputs, terms.source)
    with open_stage(folder, shown, terms.wait) as own:
        return put_in_place(own, folder, outputs, terms.source)


def _refuse_kept(outputs: Iterable[Output]) -> None:
    if lost := [output.path for output in outputs if isinstance(output.content, Kept)]:
        message = f"the site was deleted while it was being built: `{lost[0]}` is not there"
        raise Failure(Exit.ENVIRONMENT, error("site-changed", message, hint="build again"))
