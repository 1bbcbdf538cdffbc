"""The writer of one body: collects HTML, plain text, footnotes and diagnostics.

The modules beside it write to it. `write_heavy` raises `TooLarge` if the HTML exceeds the limit in the options.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.core.diagnostics import Collector, warning
from afterword.core.similarity import NameIndex
from afterword.core.text import shown
from afterword.markdown.html_tags import HiddenElement, OpenElements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from markdown_it.token import Token

    from afterword.core.diagnostics import Diagnostic, Place
    from afterword.core.web_origins import Load
    from afterword.markdown.body import Attachment, Heading, Reference
    from afterword.markdown.context import Links, MarkdownOptions, TalkContext
    from afterword.markdown.plain_text import Paragraph
    from afterword.markdown.source_map import SourceMap
    from afterword.talks.recordings import Recording


class TooLarge(Exception):  # noqa: N818 - an outcome, not a fault
    """The HTML has become larger than the text may make it; `line` counts from 0."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def escape_text(text: str) -> str:
    """Text as HTML between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Note(Struct, frozen=True):
    """A footnote's definition: its name, its blocks and the line, from 0, that it begins on."""

    label: str
    tokens: list[Token]
    line: int


class Footnotes(Struct, dict=True):
    """The footnotes of one text: the definitions by name; the names in order of first use; how often each is used."""

    notes: dict[str, Note] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    uses: dict[str, tuple[int, int]] = field(default_factory=dict)

    @cached_property
    def names(self) -> NameIndex:
        """The names of all definitions, once they are known."""
        return NameIndex(self.notes)

    def use(self, label: str) -> tuple[int, int]:
        """Count one more reference: the footnote's number, and how many references there are now."""
        if label not in self.uses:
            self.order.append(label)
        number, count = self.uses.get(label, (len(self.order), 0))
        self.uses[label] = number, count + 1
        return self.uses[label]


class Writer(Struct):
    """The state of one body while it is written.

    Attributes:
        source, options, links, url: the text, and how and where it is published.
        limit: the length that `write_heavy` may write, in characters.
        talk_context: the talk that the text is about.
        html, text: pieces of the result, to be joined.
        excerpts: for some pieces of `html`, what replaces them in an excerpt on another page.
        blocks, index: the token stream, and the index of the current block.
        position: the index of the current inline token in that block.
        paragraph: the text of the current block; set when a link needs it.
        closers: the ends of the open links.
        in_picture: true inside a `<picture>` of raw HTML.
        ids: how often each id was given, by its name without a number.
        headings, anchors, references, attachments, remote: as in `Body`.
        diagnostics: the diagnostics so far.
        footnotes: the footnotes of the text.
        definitions, targets: lines of link definitions by label; places of their targets, if needed so far.
        images, code_blocks: the number written so far.
        timestamp_indexes: indexes in `text` of timestamps alone.
        last_lines: the last line with a closing tag, by tag.
        table, columns, cells: the open table, its number of columns, and the cells written of the current row.
        weight: the length of what `write_heavy` has written.
        recording: the recording of the talk, with a URL that pages can use.
        timestamps, chapters: timestamps of the text, and of its headings, in seconds with their places.
        linked_seconds: the seconds that timestamps link to.
        raw: whether the text contains raw HTML.
        hidden, hidden_from: the open element of raw HTML that browsers hide; the index in `text` of its first piece.
        elements: the open elements of raw HTML with the places of their tags.
        known: highlighted code of earlier builds, by key.
        code: the key of highlighted code and its index in `html`.
    """

    source: SourceMap
    options: MarkdownOptions
    links: Links
    url: str
    limit: int
    talk_context: TalkContext | None = None
    html: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    excerpts: dict[int, str] = field(default_factory=dict)
    blocks: Sequence[Token] = ()
    index: int = 0
    position: int = 0
    paragraph: Paragraph | None = None
    closers: list[str] = field(default_factory=list)
    in_picture: bool = False
    ids: dict[str, int] = field(default_factory=dict)
    headings: list[Heading] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    remote: set[Load] = field(default_factory=set)
    diagnostics: Collector = field(default_factory=Collector)
    footnotes: Footnotes = field(default_factory=Footnotes)
    definitions: dict[str, tuple[int, int]] = field(default_factory=dict)
    targets: dict[str, Place] = field(default_factory=dict)
    images: int = 0
    code_blocks: int = 0
    timestamp_indexes: list[int] = field(default_factory=list)
    last_lines: dict[str, int] = field(default_factory=dict)
    table: Token | None = None
    columns: int = 0
    cells: int = 0
    weight: int = 0
    recording: Recording | None = None
    timestamps: list[tuple[int, Place]] = field(default_factory=list)
    chapters: list[tuple[int, Place]] = field(default_factory=list)
    linked_seconds: set[int] = field(default_factory=set)
    raw: bool = False
    hidden: HiddenElement = field(default_factory=HiddenElement)
    hidden_from: int = 0
    elements: OpenElements[Callable[[], Place]] = field(default_factory=OpenElements)
    known: Mapping[str, str] = field(default_factory=dict)
    code: list[tuple[str, int]] = field(default_factory=list)

    def for_head(self) -> Writer:
        """Returns a writer for the beginning of the same text, which can refer to all of its definitions."""
        head = Writer(self.source, self.options, self.links, self.url, self.limit, self.talk_context, known=self.known)
        head.recording = self.recording
        head.definitions = self.definitions
        head.footnotes.notes.update(self.footnotes.notes)
        return head

    def write(self, html: str, *, excerpt: str | None = None) -> None:
        """Appends a piece of HTML; `excerpt` is its form in an excerpt, if that differs."""
        if excerpt is not None:
            self.excerpts[len(self.html)] = excerpt
        self.html.append(html)

    def write_text(self, text: str) -> None:
        """Appends text to the HTML and to the words."""
        self.html.append(escape_text(text))
        self.text.append(text)

    def write_heavy(self, html: str, *, excerpt: str | None = None) -> None:
        """Appends a piece that may be much longer than its source; raises `TooLarge`."""
        self.weigh(len(html))
        self.write(html, excerpt=excerpt)

    def weigh(self, length: int) -> None:
        """Adds the size of HTML that will be written; raises `TooLarge`."""
        self.weight += length
        if self.weight > self.limit:
            raise TooLarge(self.line)

    def report(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.add(diagnostic)

    def report_lazily(self, id: str, make: Callable[[], Diagnostic]) -> None:
        """Reports what `make` returns, unless enough of that kind is reported: places and hints take time to find."""
        self.diagnostics.add_lazily(id, self.source.path, make)

    def report_all(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics.extend(diagnostics)

    @property
    def line(self) -> int:
        """The line, from 0, of the block at hand."""
        for position in range(min(self.index, len(self.blocks) - 1), -1, -1):
            if (lines := self.blocks[position].map) is not None:
                return lines[0]
        return 0

    def place_of(self, offset: int, length: int) -> Place:
        """Returns the place of an offset in the text of the block at hand."""
        return self.source.place_in_block(self.blocks, self.index, offset, length)

    def find(self, written: str) -> Place:
        """Returns the first position of a text in the current block, or in the attributes around it."""
        lines = self.blocks[self.index].map or [self.line, self.line + 1]
        return self.source.find(max(0, lines[0] - 1), lines[1] + 1, written)

    def claim(self, id: str) -> None:
        """Records an id that the writer of the text gave; twice the same is a warning."""
        if id in self.ids:
            message = f"duplicate id `{shown(id)}`"
            label, hint = "links go to the first one", "change one of the ids"
            self.report_lazily(
                "duplicate-id", lambda: warning("duplicate-id", message, self.find(id), label=label, hint=hint)
            )
        else:
            self.anchors.append(id)
        self.ids.setdefault(id, 0)
