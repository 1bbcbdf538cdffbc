"""What is measured: a source on its way from its bytes to the words of a report, and chapters that are pasted."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING

from afterword.bodies import Desk, make_job, start_writer
from afterword.comments import uncomment
from afterword.diagnostics import Exit, in_order
from afterword.frontmatter import parse
from afterword.links import LinkIndex, Targets, check_references
from afterword.markdown import Options
from afterword.post import Rules, make
from afterword.reading import Text
from afterword.reports import write_annotations, write_document, write_markdown, write_text
from afterword.settings import LimitSettings
from afterword.talks.pasted import read_chapters

if TYPE_CHECKING:
    from afterword.diagnostics import Diagnostic
    from tests.cost.constructs import Shape

PATH = "posts/2026-01-01-x.md"
_LIMITS = LimitSettings(front_matter_size=2_000_000)
_RULES = Rules("/posts/:title/", UTC, date(2026, 3, 1))


def process(shape: Shape, size: int) -> int:
    """Processes the text of a shape of so many characters; returns the length of the reports on it."""
    text = shape.write(size)
    if shape.construct.place == "pasted":
        return len(read_chapters(text).chapters)
    return _report(_process_post(text, smart=shape.has_talk), text)


def _process_post(source: str, *, smart: bool) -> tuple[Diagnostic, ...]:
    """Reads and renders a post that is alone in its blog; returns what is found."""
    document = uncomment(parse(PATH, source.encode(), zone=UTC, limits=_LIMITS))
    made = make(document, _RULES)
    if made.post is None:
        return in_order((*document.diagnostics, *made.diagnostics))
    text = Text(made.text, document.first_line, document.gaps)
    index = LinkIndex({PATH: made.post.url}, {}, frozenset(), {}, {})
    desk = Desk(Options(smart=smart, origin="https://blog.example"), index)
    body = start_writer(desk)(make_job(made.post, text, desk.about(made.post))).body
    targets = Targets({made.post.url: PATH}, frozenset({made.post.output}))
    broken = check_references(body.references, targets, {PATH: body.anchors})
    return in_order((*document.diagnostics, *made.diagnostics, *body.diagnostics, *broken))


def _report(found: tuple[Diagnostic, ...], source: str) -> int:
    lines = source.split("\n")

    def look(path: str, number: int) -> str | None:
        return lines[number - 1] if path == PATH and 1 <= number <= len(lines) else None

    reports = (
        write_text(found, look),
        write_document(Exit.DONE, found),
        write_annotations(found, str),
        write_markdown("done", found, look, str),
    )
    return sum(map(len, reports))
