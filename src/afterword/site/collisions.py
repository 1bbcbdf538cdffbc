"""Finds outputs with the same path before anything is written.

Paths are compared without regard to letter case and Unicode form, as on the least capable file system, and a file
collides with a folder of its name.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.diagnostics import Diagnostic, Place, error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Claim(Struct, frozen=True):
    """An output, who makes it (in words that follow "is made by"), and the place in a source, if one asks for it.

    `source` is the file that the output is a copy of; empty for a page.
    """

    output: str
    maker: str
    place: Place | None
    source: str = ""


def find_collisions(claims: Iterable[Claim]) -> Iterator[Diagnostic]:
    """An error for every claim whose file another claim has already, or needs as a folder."""
    ordered = sorted(claims, key=lambda claim: (claim.place is None, claim.place or Place(""), claim.output))
    first: dict[str, Claim] = {}
    for claim in ordered:
        other = first.setdefault(fold_output(claim.output), claim)
        if other is not claim:
            yield _collision(claim, other)
    for claim in ordered:
        obstacle = next((first[folder] for folder in folders_of(fold_output(claim.output)) if folder in first), None)
        if obstacle is not None:
            yield _collision(claim, obstacle)


def fold_output(path: str) -> str:
    """What paths have in common that some file system takes for one."""
    return path.casefold() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


def folders_of(path: str) -> Iterator[str]:
    """The folders that a path lies in, the innermost first."""
    while (path := path.rpartition("/")[0]) != "":
        yield path


def _collision(claim: Claim, other: Claim) -> Diagnostic:
    if claim.output == other.output:
        message = f"two files have the same output path `{claim.output}`: {other.maker} and {claim.maker}"
    else:
        message = f"conflict between `{other.output}` ({other.maker}) and `{claim.output}` ({claim.maker})"
    return error(
        "duplicate-output",
        message,
        claim.place or other.place,
        related=((other.place, "the other file"),) if claim.place and other.place else (),
        hint="change the slug, `permalink` or name of one of them",
    )
