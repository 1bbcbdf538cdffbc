"""What is measured: a source on its way from its bytes to the words of a report, and chapters that are pasted."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING

from afterword.build.markdown_jobs import MarkdownContext, make_job, start_body_renderer
from afterword.config.schema import LimitSettings
from afterword.content.make_post import make_post
from afterword.content.parse_source import SourceText
from afterword.content.post import PostOptions
from afterword.core.diagnostics import Exit, sort_diagnostics
from afterword.front_matter.parser import parse
from afterword.markdown.comments.removal import uncomment
from afterword.markdown.context import MarkdownOptions
from afterword.reporting.github import write_annotations, write_markdown
from afterword.reporting.json import write_document
from afterword.reporting.text import write_text
from afterword.site.dead_links import Targets, check_references
from afterword.site.links import LinkIndex
from afterword.talks.chapters import parse_chapters

if TYPE_CHECKING:
    from afterword.core.diagnostics import Diagnostic
    from tests.cost.constructs import Shape

PATH = "posts/2026-01-01-x.md"
_LIMITS = LimitSettings(front_matter_size=2_000_000)
_RULES = PostOptions("/posts/:title/", UTC, date(2026, 3, 1))


def process(shape: Shape, size: int) -> int:
    """Processes the text of a shape of so many characters; returns the length of the reports on it."""
    text = shape.write(size)
    if shape.construct.place == "pasted":
        return len(parse_chapters(text).chapters)
    return _report(_process_post(text, smart=shape.has_talk), text)


def _process_post(source: str, *, smart: bool) -> tuple[Diagnostic, ...]:
    """Reads and renders a post that is alone in its blog; returns what is found."""
    document = uncomment(parse(PATH, source.encode(), zone=UTC, limits=_LIMITS))
    made = make_post(document, _RULES)
    if made.post is None:
        return sort_diagnostics((*document.diagnostics, *made.diagnostics))
    text = SourceText(made.text, document.first_line, document.gaps)
    index = LinkIndex(pages={PATH: made.post.url}, skipped={}, broken=frozenset(), attachments={}, static={})
    markdown_context = MarkdownContext(MarkdownOptions(smart=smart, origin="https://blog.example"), index)
    body = start_body_renderer(markdown_context)(
        make_job(made.post, text, markdown_context.talk_context_of(made.post))
    ).body
    targets = Targets({made.post.url: PATH}, frozenset({made.post.output}))
    broken = check_references(body.references, targets, {PATH: body.anchors})
    return sort_diagnostics((*document.diagnostics, *made.diagnostics, *body.diagnostics, *broken))


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
