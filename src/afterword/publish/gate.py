"""`publish`, the one function that changes a site: it checks what it is given and chooses how it is put in place.

Relies on `commit` for a site that stands and on `fresh` for one that does not. Refuses dangerous outputs and paths
before anything is touched.
"""

from __future__ import annotations

import os
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from afterword.diagnostics import Exit, Failure, error
from afterword.publish.commit import Published, Terms, update
from afterword.publish.destination import check_destination
from afterword.publish.fresh import make_whole, sweep
from afterword.publish.outputs import Kept, in_turn
from afterword.publish.records import mark_source
from afterword.publish.tree import Gone, Tree, explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from afterword.publish.outputs import Output
    from afterword.stamps import Known

LOCK_WAIT = 10.0
"""Seconds for which a build waits for another one of the same site."""

_ATTEMPTS = 8
_NOTHING: Mapping[str, Known] = MappingProxyType({})


def publish(
    outputs: Iterable[Output],
    destination: Path,
    *,
    root: Path,
    adopt: bool = False,
    known: Mapping[str, Known] = _NOTHING,
    wait: float = LOCK_WAIT,
) -> Published:
    """Make the folder `destination` hold exactly these files of the blog in `root`, and leave foreign files alone.

    Only files whose bytes differ are written. `known` is what the last `publish` gave: of a file whose stamp is in it
    unchanged, the bytes are not read. `wait` is how long to wait for another build, in seconds. With `adopt`, files of
    others that have the name of an output are replaced, and the site of another blog is taken over.

    Raises `Failure`: for a dangerous destination, foreign files in the way and another blog's site (exit 2); for paths
    that no site can have (exit 1); for the disk, the lock and a `Kept` output that has changed since `survey` (exit 3).
    Until files are renamed, an error leaves the site as it was; from then on it is a mix of whole files, which the next
    build finishes.
    """
    check_destination(destination, root)
    ordered = in_turn(outputs)
    folder = os.path.realpath(destination)
    terms = Terms(mark_source(folder, root), known, wait, adopt)
    with explained(str(destination)):
        for _ in range(_ATTEMPTS):
            with suppress(Gone):
                return _publish_once(ordered, folder, str(destination), terms)
        raise Gone


def _publish_once(outputs: Sequence[Output], folder: str, shown: str, terms: Terms) -> Published:
    try:
        tree = Tree(folder, shown)
    except FileNotFoundError:
        _refuse_kept(outputs)
        return make_whole(folder, shown, outputs, terms.source, terms.wait)
    with tree:
        sweep(folder)
        return update(tree, outputs, terms)


def _refuse_kept(outputs: Iterable[Output]) -> None:
    if lost := [output.path for output in outputs if isinstance(output.content, Kept)]:
        message = f"the site was deleted while it was being built: `{lost[0]}` is not there"
        raise Failure(Exit.ENVIRONMENT, error("site-changed", message, hint="build again"))
