"""Footnotes as in kramdown: numbered by first use, with the ids `fn:name` and `fnref:name`.

The block rule of mdit-py-plugins parses the definitions. Unused definitions and missing ones are warnings.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from unicodedata import normalize

from afterword.core.diagnostics import warning
from afterword.core.patterns import lazy_pattern
from afterword.markdown.environment import environment_of
from afterword.markdown.writers.writer import Note

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from afterword.core.diagnostics import Diagnostic
    from afterword.markdown.context import UiStrings
    from afterword.markdown.writers.writer import Writer

PARAGRAPH_END = "</p>\n"
"""What ends a paragraph; the last paragraph of a footnote takes the links back to the text in."""

_REFERENCE = lazy_pattern(r"\[\^([^\s\[\]]+)\]")


def read_reference(state: StateInline, silent: bool) -> bool:
    """An inline rule for `[^name]`, defined or not."""
    source, start = state.src, state.pos
    if source[start] != "[" or not source.startswith("^", start + 1):
        return False
    match = _REFERENCE.match(source, start, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("footnote_ref", "", 0)
        label = token.content = normalize("NFC", match[1])
        token.meta["at"] = match.span()
        known = environment_of(state).footnote_names
        token.meta["is_defined"] = f":{label}" in (
            known if label.isascii() else {normalize("NFC", one) for one in known}
        )
    state.pos = match.end()
    return True


def take_definitions(tokens: Sequence[Token]) -> tuple[list[Token], list[Note]]:
    """Part a stream into its text and its footnotes' definitions, in order; a definition may be inside another."""
    if not any(token.type == "footnote_reference_open" for token in tokens):
        return list(tokens), []
    text: list[Token] = []
    notes: list[Note] = []
    open_notes: list[Note] = []
    for token in tokens:
        if token.type == "footnote_reference_open":
            open_notes.append(Note(normalize("NFC", token.meta["label"]), [], token.map[0] if token.map else 0))
        elif token.type == "footnote_reference_close":
            notes.append(open_notes.pop())
        else:
            (open_notes[-1].tokens if open_notes else text).append(token)
    return text, notes


def note_definitions(writer: Writer, notes: Sequence[Note]) -> None:
    """Make definitions known to the writer; the first of a name counts."""
    known = writer.footnotes.notes
    for note in notes:
        if note.label not in known:
            known[note.label] = note
            continue
        writer.report(
            warning(
                "duplicate-footnote",
                f"duplicate footnote `{note.label}`",
                writer.source.place(note.line),
                label="not shown",
                hint="rename one of them",
                related=((writer.source.place(known[note.label].line), "the first definition"),),
            )
        )


def write_reference(writer: Writer, token: Token) -> None:
    """Write `[^name]`; one that is not defined stays as it is written, with a warning."""
    label, footnotes = token.content, writer.footnotes
    if label not in footnotes.notes:
        writer.write_text(f"[^{label}]")
        writer.report_lazily("undefined-footnote", lambda: _explain_undefined(writer, token))
        return
    number, count = footnotes.use(label)
    name = escape(label)
    suffix = f":{count - 1}" if count > 1 else ""
    writer.anchors.append(f"fnref:{label}{suffix}")
    said = escape(writer.options.ui_strings.footnote.replace("{number}", str(number)))
    writer.write_heavy(
        f'<sup class="footnote-ref" id="fnref:{name}{suffix}">'
        f'<a href="#fn:{name}" role="doc-noteref" aria-label="{said}">{number}</a></sup>',
        excerpt="",
    )


def _explain_undefined(writer: Writer, token: Token) -> Diagnostic:
    label, footnotes = token.content, writer.footnotes
    place = writer.place_of(token.meta["at"][0], len(label) + 3)
    near = footnotes.names.nearest(label)
    hint = (
        f"did you mean `{near}`?" if near else f"define it with `[^{label}]: …`, or write `\\[^{label}]` for plain text"
    )
    return warning("undefined-footnote", f"undefined footnote `{label}`", place, hint=hint)


def write_footnotes(writer: Writer, write_blocks: Callable[[Writer, Sequence[Token]], None]) -> None:
    """Write the footnotes that are referred to, those that only footnotes refer to included."""
    footnotes = writer.footnotes
    if footnotes.order:
        said = escape(writer.options.ui_strings.footnotes)
        writer.write(f'<section class="footnotes" role="doc-endnotes" aria-label="{said}">\n<ol>\n')
        ends = [_write_note(writer, footnotes.notes[label], write_blocks) for label in footnotes.order]
        for end, label in zip(ends, footnotes.order, strict=True):
            _write_back_links(writer, end, label)
        writer.write("</ol>\n</section>\n")
    for note in footnotes.notes.values():
        if note.label not in footnotes.uses:
            hint = f"refer to it with `[^{note.label}]`, or remove it"
            place = writer.source.find(note.line, note.line + 1, f"[^{note.label}]")
            writer.report(
                warning("unused-footnote", f"unused footnote `{note.label}`", place, label="not shown", hint=hint)
            )


def _write_note(writer: Writer, note: Note, write_blocks: Callable[[Writer, Sequence[Token]], None]) -> int:
    """Write one footnote; returns the index of its last piece but the closing tag."""
    writer.anchors.append(f"fn:{note.label}")
    writer.write(f'<li id="fn:{escape(note.label)}">')
    write_blocks(writer, note.tokens)
    end = len(writer.html) - 1
    writer.write("</li>\n")
    return end


def _write_back_links(writer: Writer, end: int, label: str) -> None:
    """Add the links back, once all notes are written and all references to this one are known."""
    strings = writer.options.ui_strings
    links = "".join(_back_link(escape(label), use, strings) for use in range(writer.footnotes.uses[label][1]))
    writer.weigh(len(links))
    last = writer.html[end]
    writer.html[end] = f"{links}{last}" if last == PARAGRAPH_END else f"{last}{links}"


def _back_link(name: str, use: int, strings: UiStrings) -> str:
    suffix = f":{use}" if use else ""
    said = escape(strings.back_again.replace("{number}", str(use + 1)) if use else strings.back)
    return (
        f' <a class="footnote-back" href="#fnref:{name}{suffix}" role="doc-backlink" aria-label="{said}">'
        "\u21a9\ufe0e</a>"
    )
