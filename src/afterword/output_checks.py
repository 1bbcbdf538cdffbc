"""Checks the paths of all files of a site before any of them is written.

`publish` checks the same again when it writes. Here the place of each request is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.diagnostics import Diagnostic, Place, error
from afterword.files import DEFAULT, Unreadable, read_start
from afterword.git_layout import HEAD_SIZE, Layout, find_layouts, is_head
from afterword.output_paths import check_output_path, is_host_file
from afterword.plan.collisions import Claim, find_collisions
from afterword.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from afterword.inventory import Copy
    from afterword.memory.memo import Memo
    from afterword.plan import Page


_STATIC = ("static/", f"{DEFAULT}static/")
"""What the sources begin with that are published at the paths that they have."""


def check_outputs(pages: tuple[Page, ...], copies: Sequence[Copy], memo: Memo) -> Iterator[Diagnostic]:
    """Yields an error for each path that is invalid or read by hosts, each collision, and each Git repository."""
    claims = tuple(Claim(copy.output, f"`{copy.source}`", copy.place, copy.source) for copy in copies)
    yield from memo.recall(_check_claims, pages, memo.keep("claims", claims))
    yield from _find_repositories(pages, {copy.output: copy for copy in copies})


def _check_claims(pages: tuple[Page, ...], copied: tuple[Claim, ...]) -> tuple[Diagnostic, ...]:
    planned = (Claim(page.output, _maker(page), page.place if page.place.path else None) for page in pages)
    claims = (*planned, *copied)
    return (*_find_invalid(claims), *_find_host_files(claims), *find_collisions(claims))


def _maker(page: Page) -> str:
    """Who makes a page, in words for a message about a collision."""
    if page.kind == "redirect" and not page.post:
        return f"an alias of `{page.place.path}`"
    return f"`{page.place.path}`" if page.place.path else f"Afterword's own {page.kind} page"


def _find_invalid(claims: Iterable[Claim]) -> Iterator[Diagnostic]:
    for claim in claims:
        invalid = check_output_path(claim.output)
        if invalid is None:
            continue
        place = Place(claim.source) if claim.source else claim.place
        hint = "rename the file, or list it under `exclude`" if claim.source else invalid.hint
        message = f"the site cannot have a file `{shown(claim.output)}`: {invalid.reason}"
        yield error("bad-output", message, place, hint=hint)


def _find_host_files(claims: Iterable[Claim]) -> Iterator[Diagnostic]:
    """Yields an error for each page, and each file beside a post, that would change how the site is served.

    Such a file is meant only in `static/`, where its output is where the writer put it. Pages without a place are
    Afterword's own, such as `robots.txt`.
    """
    found = {(claim.source, claim.output): claim for claim in claims if _is_for_hosts(claim)}
    for (source, output), claim in sorted(found.items()):
        place = Place(source) if source else claim.place
        if place is None or source.startswith(_STATIC) or check_output_path(output) is not None:
            continue
        what, label = ("file", "it belongs to a post") if source else ("page", "")
        hint = "move it to `static/` if it is for the whole site; otherwise rename it"
        if not source:
            hint = "choose another URL for the page; a file of this name for the whole site is put in `static/`"
        message = (
            f"this {what} would be published as `{shown(output)}`, where web servers or browsers read it as settings"
        )
        yield error("host-file", message, place, label=label, hint=hint)


def _is_for_hosts(claim: Claim) -> bool:
    """Whether hosts or browsers read an output as settings, or the URL of a page without its suffix looks so."""
    if is_host_file(claim.output):
        return True
    url = claim.output.removesuffix(".html")
    return not claim.source and (url.startswith("_") or "." in url) and is_host_file(url)


def _find_repositories(pages: Iterable[Page], copies: Mapping[str, Copy]) -> Iterator[Diagnostic]:
    for layout in find_layouts([*(page.output for page in pages), *copies]):
        copy = copies.get(layout.head)
        if copy is not None and _is_head(copy):
            yield _repository(layout, copies)


def _is_head(copy: Copy) -> bool:
    if isinstance(copy.content, bytes):
        return is_head(copy.content[:HEAD_SIZE])
    try:
        return is_head(read_start(copy.content, HEAD_SIZE))
    except Unreadable:
        return True  # it cannot be published either


def _repository(layout: Layout, copies: Mapping[str, Copy]) -> Diagnostic:
    others = tuple((Place(copies[path].source), "and this") for path in layout.others if path in copies)
    return error(
        "git-repository",
        layout.describe(),
        Place(copies[layout.head].source),
        label="this file makes it one",
        hint="rename `HEAD`, or publish the repository as an archive",
        related=others,
    )
