"""Broken sources: what is wrong with their texts, besides what is wrong with their front matter.

Nothing is published while there are any, so their texts are rendered only for what there is to say of them, and nothing
of that is remembered. Relies on `bodies` and `links`. Refuses to judge what the front matter would decide: where a page
is, if that is not known, whether it is about a talk, and whether that has a recording.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec.structs import replace

from afterword import markdown
from afterword.bodies import BodyJob, make_job, start_writer
from afterword.files import TEXT_SUFFIXES
from afterword.library import find_hold
from afterword.links import check_references
from afterword.talks.talk import Talk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from afterword.bodies import Desk
    from afterword.body import Reference
    from afterword.diagnostics import Diagnostic
    from afterword.library import Library, Wanted
    from afterword.links import Targets
    from afterword.reading import Reader, Reading


def check_broken(
    library: Library,
    reader: Reader,
    wanted: Wanted,
    desk: Desk,
    targets: Targets,
    anchors: Mapping[str, tuple[str, ...]],
) -> Iterator[Diagnostic]:
    """What is wrong with the texts of broken sources that would be shown; `anchors` are those of all other bodies."""
    write = start_writer(desk)
    for path in sorted(library.broken):
        reading = library.readings[path]
        if not _would_be_shown(path, reading, reader, wanted):
            continue
        job = _make_job(path, reading, reader, desk)
        body = write(job).body
        yield from body.diagnostics
        certain = [link for link in body.references if link.url != unquote(job.url) and _is_certain(link)]
        yield from check_references(certain, targets, anchors)


def _is_certain(link: Reference) -> bool:
    """Whether a link leads to the same page wherever it is: from the root, or to a source."""
    return link.target.startswith("/") or link.target.partition("#")[0].endswith(TEXT_SUFFIXES)


def _would_be_shown(path: str, reading: Reading, reader: Reader, wanted: Wanted) -> bool:
    if reading.post is not None:
        return find_hold(reading.post, reader.rules.today, wanted) is None
    return bool(reading.digest) and (wanted.drafts or not path.startswith("drafts/"))


def _make_job(path: str, reading: Reading, reader: Reader, desk: Desk) -> BodyJob:
    text = reader.read_text(path, reading)
    about = desk.about(reading.post) if reading.post is not None else None
    about = replace(about or markdown.About(Talk(), {}), doubtful=True)
    if reading.post is None:
        return BodyJob(path, text.text, text.first_line, "/", about=about, gaps=text.gaps)
    return make_job(reading.post, text, about)
