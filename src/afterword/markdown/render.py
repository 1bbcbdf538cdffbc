"""Renders one Markdown text into a `Body`: parses it, writes its tokens and collects its diagnostics.

Warns of unresolved merge conflicts.
"""

from __future__ import annotations

from bisect import bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.core.diagnostics import error, warning
from afterword.core.merge_conflicts import Conflict, find_conflicts, find_lone_markers, report_conflict
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.markdown.body import Body
from afterword.markdown.excerpts import (
    Excerpt,
    blank_separator,
    find_excerpt,
    is_inside_block,
    take_excerpt,
    write_head,
)
from afterword.markdown.link_targets import check_recording_host
from afterword.markdown.parser import TooManyElements, parse
from afterword.markdown.quotations import find_quotations
from afterword.markdown.rules.footnotes import note_definitions, take_definitions, write_footnotes
from afterword.markdown.rules.timestamps import is_timestamp_label
from afterword.markdown.rules.toc import report_contents
from afterword.markdown.source_map import SourceMap
from afterword.markdown.takeaways import list_takeaways
from afterword.markdown.warnings.foreign_markup import report_open_comment, warn_of_foreign_markup
from afterword.markdown.warnings.liquid import warn_liquid
from afterword.markdown.warnings.near_misses import warn_of_near_misses
from afterword.markdown.warnings.text_blocks import TextBlocks
from afterword.markdown.writers.blocks import write_blocks, write_range
from afterword.markdown.writers.code import list_code
from afterword.markdown.writers.images import find_lead_image
from afterword.markdown.writers.raw_html import warn_of_open_elements
from afterword.markdown.writers.timestamps import report_without_talk
from afterword.markdown.writers.writer import TooLarge, Writer
from afterword.talks.resolve import check_chapters, check_recording, check_timestamps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markdown_it.token import Token

    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.core.text import Gaps
    from afterword.markdown.context import Links, MarkdownOptions, TalkContext
    from afterword.markdown.parser import Definition, Parsed
    from afterword.markdown.source_map import Origin

_VERBATIM = ("<pre", "<script", "<style", "<textarea")
"""How blocks of HTML begin that show code, or whose content browsers do not read as HTML; comments are not code."""


def check_conflicts(writer: Writer, blocks: Sequence[Token]) -> None:
    """Reports the first conflict whose marks are not all in a block of code, or warns of a mark without others.

    A conflict without its first mark is one too.
    """
    source = writer.source
    text = "\n".join(source.lines)
    code: list[tuple[int, int]] = []

    def is_code(first: int, last: int) -> bool:
        if not code:
            code.extend(((0, 0), *filter(any, map(_find_code, blocks))))
        at = bisect_right(code, first, key=itemgetter(0)) - 1
        return last < code[at][1]

    for conflict in find_conflicts(text, is_markdown=True):
        # Without a last mark, the line of seven `=` below a block of code can be that of a heading.
        if not is_code(conflict.start, conflict.start if conflict.end is None else conflict.end):
            writer.report(report_conflict(source.path, conflict, first_line=source.first_line, may_be_code=True))
            return
    lone = next((line for line in find_lone_markers(text) if not is_code(line, line)), None)
    if lone is None:
        return
    middle = next((at for at in range(lone) if source.lines[at].rstrip() == "=" * 7 and not is_code(at, at)), lone)
    if source.lines[lone].startswith(">") and middle < lone:
        conflict = Conflict(middle, middle, lone)
        writer.report(report_conflict(source.path, conflict, first_line=source.first_line, may_be_code=True))
        return
    hint = "delete it, and the version that should not be published; if it is text, put it in a code block"
    place = source.place(lone, 0, len(source.lines[lone]))
    writer.report(warning("conflict-marker", "marker of a merge conflict is shown as text", place, hint=hint))


def _find_code(block: Token) -> tuple[int, int]:
    """Returns the lines of a block of code, from 0, the end excluded; none of any other block."""
    is_code = block.type in ("fence", "code_block") or (
        block.type == "html_block" and block.content.lstrip().lower().startswith(_VERBATIM)
    )
    return (block.map[0], block.map[1]) if is_code and block.map is not None else (0, 0)


SPARE_SIZE = 1_000_000
"""Characters of HTML that a text of any length may have."""

_IDEOGRAPHS = lazy_pattern(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_BELOW = bytes(range(0xE3))
"""The bytes of characters below the first ideograph in UTF-8."""


class MarkdownText(Struct, frozen=True):
    """A text to render, with `\\n` line ends.

    Attributes:
        path, first_line: where it is; lines count from 1.
        url: that of its page.
        talk_context: its talk, if any.
        image: the image that stands for it, a path or URL as written, with its place.
        origin: where the text is from, if it is not part of its file line by line.
        gaps: where comments were removed.
        known: highlighted code blocks from the cache, by key (`body.Code`).
    """

    text: str
    path: str
    first_line: int
    url: str
    talk_context: TalkContext | None = None
    image: tuple[str, Place] | None = None
    origin: Origin | None = None
    gaps: Gaps = ()
    known: Mapping[str, str] = field(default_factory=dict)


def render(given: MarkdownText, options: MarkdownOptions, links: Links) -> Body:
    """Renders a text."""
    text, talk_context = given.text, given.talk_context
    source = SourceMap(text, given.path, given.first_line, given.origin, given.gaps)
    limit = SPARE_SIZE + options.growth * len(text)
    writer = Writer(source, options, links, given.url, limit, talk_context, known=given.known)
    place_of_recording(writer)
    check_recording_host(writer)
    lead_image = find_lead_image(writer, *given.image) if given.image is not None else None
    text, alone = blank_separator(text, options.excerpt_separator)
    try:
        parsed = parse(text, options, talk=talk_context is not None)
        beginning = _write(writer, parsed, text, alone)
    except TooManyElements as reached:
        writer.report(_too_many(source, reached.line))
        return Body("", diagnostics=writer.diagnostics.result())
    except TooLarge as reached:
        writer.report(_too_large(writer, reached.line))
        return Body("", diagnostics=writer.diagnostics.result())
    return Body(
        html="".join(writer.html),
        excerpt=beginning.html,
        summary=beginning.summary,
        headings=tuple(writer.headings),
        anchors=tuple(writer.anchors),
        words=count_words("".join(writer.text)),
        references=tuple(writer.references),
        attachments=tuple(writer.attachments),
        remote=tuple(sorted(writer.remote)),
        excerpt_remote=beginning.remote,
        takeaways=list_takeaways(writer.blocks) if talk_context is not None else (),
        timestamps=tuple(sorted(writer.linked_seconds)),
        image=lead_image,
        code=list_code(writer),
        diagnostics=writer.diagnostics.result(),
        text=_join_text(writer),
    )


def _join_text(writer: Writer) -> str:
    """Returns the text of a body, without times alone."""
    if not writer.timestamp_indexes:
        return "".join(writer.text)
    indexes = frozenset(writer.timestamp_indexes)
    return "".join(" " if index in indexes else piece for index, piece in enumerate(writer.text))


def count_words(text: str) -> int:
    """Returns how many words a text has; in scripts without spaces, every character counts as one."""
    if text.isascii() or not text.encode(errors="replace").translate(None, _BELOW):
        return len(text.split())
    spaced, ideographs = _IDEOGRAPHS.subn(" ", text)
    return len(spaced.split()) + ideographs


def _write(writer: Writer, parsed: Parsed, text: str, alone: int | None) -> Excerpt:
    """Writes a parsed text; returns its excerpt."""
    _report_parsed(writer, parsed)
    if "<<<<<<<" in text or ">>>>>>>" in text or "|||||||" in text:
        check_conflicts(writer, parsed.tokens)
    if "{%" in text or "{{" in text:
        warn_liquid(writer, parsed.tokens)
    texts = TextBlocks(writer, parsed.tokens)
    warn_of_foreign_markup(writer, texts)
    report_open_comment(writer, texts)
    warn_of_near_misses(writer, text, texts)
    blocks, notes = take_definitions(parsed.tokens)
    note_definitions(writer, notes)
    if writer.talk_context is not None:
        blocks = find_quotations(blocks)
    writer.blocks = blocks
    span = find_excerpt(writer, blocks, text, alone)
    write_range(writer, 0, span.start)
    html_start, text_start = len(writer.html), len(writer.text)
    before, writer.remote = writer.remote, set()
    write_range(writer, span.start, span.end)
    beginning = take_excerpt(writer, html_start, text_start, span.closing)
    writer.remote |= before
    write_range(writer, span.end, len(blocks))
    write_footnotes(writer, write_blocks)
    if writer.raw:
        warn_of_open_elements(writer)
    _check_timestamps(writer)
    if is_inside_block(text, writer.options.excerpt_separator, alone):
        return write_head(writer, parsed, text)
    return beginning


def _check_timestamps(writer: Writer) -> None:
    if writer.talk_context is not None:
        if not writer.talk_context.doubtful:
            writer.report_all(check_recording(writer.talk_context.talk, writer.timestamps))
        writer.report_all(check_timestamps(writer.talk_context.talk, writer.timestamps))
        writer.report_all(check_chapters(writer.chapters))


def _report_parsed(writer: Writer, parsed: Parsed) -> None:
    """Reports what the parser noticed."""
    source = writer.source
    for line in parsed.too_deep:
        message = f"block nesting exceeds {writer.options.nesting} levels"
        hint = "raise `limits.nesting` (a list counts as two levels)"
        writer.report(error("nesting-limit", message, source.place(line), hint=hint))
    writer.report_all(report_contents(parsed.contents, source))
    writer.definitions = {definition.label: definition.lines for definition in parsed.definitions}
    for definition in (*parsed.definitions, *parsed.repeated):
        if writer.talk_context is None and is_timestamp_label(definition.label):
            report_without_talk(writer, f"[{definition.label}]:", source.place(definition.lines[0]))
        if definition.label.startswith("^"):
            writer.report(_no_footnote(source.place(definition.lines[0])))
    used = _find_used_labels(parsed) if any(_is_word(definition) for definition in parsed.definitions) else frozenset()
    for definition in (*parsed.definitions, *parsed.repeated):
        if _is_word(definition) and definition.label not in used:
            line = definition.lines[0]
            written = source.lines[line].strip()
            place = source.place(line, source.lines[line].find(written), len(written))
            writer.report(_hidden_text(written, place))
    targets = {definition.label: definition.target for definition in parsed.definitions}
    for definition in parsed.repeated:
        if (_is_word(definition) and definition.label not in used) or definition.target == targets[definition.label]:
            continue
        first = source.place(writer.definitions[definition.label][0])
        writer.report(_repeated(definition.label, source.place(definition.lines[0]), first))


def _repeated(label: str, place: Place, first: Place) -> Diagnostic:
    message = f"duplicate link definition `[{label.lower()}]`"
    hint = "remove one of the definitions"
    return warning(
        "duplicate-definition", message, place, label="ignored", hint=hint, related=((first, "the first definition"),)
    )


_WORD = lazy_pattern(r"[^\W\d_][\w'’-]*[.,;:!?…]*")
"""A target that is likely text, as in `[Audience]: Yes.`."""


def _is_word(definition: Definition) -> bool:
    is_other = definition.label.startswith("^") or is_timestamp_label(definition.label)
    return not is_other and _WORD.fullmatch(definition.target) is not None


def _find_used_labels(parsed: Parsed) -> frozenset[str]:
    """Returns the labels of all link definitions that a link or an image uses."""
    inlines = (child for token in parsed.tokens for child in token.children or ())
    return frozenset(child.meta["label"] for child in inlines if "label" in child.meta)


def _hidden_text(line: str, place: Place) -> Diagnostic:
    message = f"unused link definition: `{shown(line)}`"
    hint = f"if it is text, write `\\{shown(line)}`"
    return warning("text-as-definition", message, place, label="not shown", hint=hint)


def _no_footnote(place: Place) -> Diagnostic:
    message = "invalid footnote name: it is empty or contains spaces"
    return warning(
        "invalid-footnote", message, place, label="not shown", hint="write a name without spaces: `[^a-b]: …`"
    )


def _too_many(source: SourceMap, line: int) -> Diagnostic:
    message = "this post produces too many HTML elements"
    return error("too-many-elements", message, source.place(line), hint="split the post, table, list or quote")


def _too_large(writer: Writer, line: int) -> Diagnostic:
    message = f"HTML exceeds {writer.options.growth} times the size of the text and 1 MB"
    hint = "use long link definitions less often, or raise `limits.max_expansion`"
    return error("too-large", message, writer.source.place(line), hint=hint)


def place_of_recording(writer: Writer) -> None:
    """Looks up the files that the talk's front matter names, so that they are published, and the recording's URL."""
    from afterword.markdown.writers.links import resolve_link

    talk_context = writer.talk_context
    if talk_context is None:
        return
    urls = {}
    for written, place in talk_context.files.items():
        resolved = resolve_link(writer, written, lambda place=place: place)  # type: ignore[misc]
        urls[written] = resolved.url if resolved is not None else written
    recording = talk_context.recording
    if recording is not None:
        writer.recording = replace(recording, url=urls.get(recording.url, recording.url))
