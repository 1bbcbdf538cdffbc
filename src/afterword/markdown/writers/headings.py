"""Writes headings with their ids, anchors and times."""

from __future__ import annotations

import unicodedata
from html import escape
from string import ascii_letters, digits
from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern
from afterword.markdown.body import Heading
from afterword.markdown.rules.attributes import take_trailing_attributes, written_attributes
from afterword.markdown.rules.timestamps import take_timestamp
from afterword.markdown.writers.timestamps import make_timestamp, note_timestamp
from afterword.talks.updates import find_update

if TYPE_CHECKING:
    from collections.abc import Iterable, MutableMapping

    from markdown_it.token import Token

    from afterword.markdown.writers.writer import Writer
    from afterword.talks.timestamps import TimeRange

_UNLISTED = frozenset({"no_toc", "no-toc", "unlisted"})
"""Classes of headings that no table of contents lists: of kramdown and others, and Pandoc's."""

_GAP = lazy_pattern(r"[ \t\n]+")
_TO_HYPHENS = {ord(" "): "-", ord("\t"): "-"}
_DROPPED = frozenset(map(chr, range(128))) - frozenset(f"{ascii_letters}{digits}_- \t")
_ASCII_TO_ID = {**dict.fromkeys(map(ord, _DROPPED)), **_TO_HYPHENS}
"""What becomes of ASCII characters in an id: None drops them."""


def heading_id(text: str) -> str:
    r"""Returns the id of a heading: lower case, only characters of Ruby's `\p{Word}` and `-`, with `-` for spaces."""
    lowered = unicodedata.normalize("NFC", text).lower()
    if lowered.isascii():
        return lowered.translate(_ASCII_TO_ID) or "section"
    kept = "".join(character for character in lowered if character in "- \t" or _is_word(character))
    return kept.translate(_TO_HYPHENS) or "section"


def _is_word(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LM" or category in ("Nd", "Pc")


def unique_id(id: str, ids: MutableMapping[str, int]) -> str:
    """Returns the id, with `-1`, `-2` … behind it if it is taken; notes it as taken."""
    if id not in ids:
        ids[id] = 0
        return id
    while True:
        ids[id] += 1
        numbered = f"{id}-{ids[id]}"
        if numbered not in ids:
            ids[numbered] = 0
            return numbered


def open_heading(writer: Writer, token: Token) -> None:
    """Begins a heading: its opening tag needs the text, so it is written when the heading ends."""
    inline = writer.blocks[writer.index + 1]
    attributes = {**token.meta.get("written", {}), **take_trailing_attributes(inline)}
    if writer.talk_context is not None and (timestamp := take_timestamp(inline)) is not None:
        token.meta["timestamp"] = timestamp
        attributes |= take_trailing_attributes(inline)  # as in `## Tool use {#tools} [27:43]`
    token.meta["attributes"] = attributes
    token.meta["start"] = len(writer.html), len(writer.text)
    writer.html.append("")


def close_heading(writer: Writer, token: Token) -> None:
    """Ends a heading, with the link to it beside it."""
    opening = writer.blocks[writer.index - 2]
    start, text_start = opening.meta["start"]
    plain = _join(writer.text[text_start:])
    text = " ".join(plain.split())
    attributes = opening.meta["attributes"]
    given = attributes.pop("id", "")
    if given:
        writer.claim(given)
    anchor = given or unique_id(heading_id(_as_typed(writer, text_start) or plain), writer.ids)
    if not given:
        writer.anchors.append(anchor)
    rest = written_attributes(writer, attributes) if attributes else ""
    tag, name = token.tag, escape(anchor)
    said = escape(writer.options.ui_strings.link_to.replace("{title}", text))
    kind = "heading update" if writer.talk_context is not None and find_update(text) is not None else "heading"
    writer.html[start] = f'<div class="{kind}"><{tag} id="{name}"{rest}>'
    writer.weigh(len(writer.html[start]))
    writer.excerpts[start] = f"<{tag}{rest}>"
    link = f'<a class="anchor" href="#{name}" aria-label="{said}"><span aria-hidden="true">#</span></a>'
    span, timestamp = _write_timestamp(writer, opening.meta.get("timestamp"))
    writer.write_heavy(f"</{tag}>{timestamp}{link}</div>\n", excerpt=f"</{tag}>\n")
    writer.text.append("\n")
    start, end = (span.start, span.end) if span is not None else (None, None)
    is_listed = "class" not in attributes or _UNLISTED.isdisjoint(str(attributes["class"]).split())
    if span is not None or is_listed:
        writer.headings.append(Heading(int(tag[1]), anchor, text, start, end, _write_entry(writer, text)))


def _write_entry(writer: Writer, text: str) -> str:
    """Returns the text of the current heading with its formulas as MathML; empty if there are none."""
    formulas = [child for child in writer.blocks[writer.index - 1].children or () if "mathml" in child.meta]
    html, rest = "", escape(text) if formulas else ""
    for formula in formulas:
        before, found, behind = rest.partition(escape(" ".join(formula.content.split())))
        html, rest = (html + before + formula.meta["mathml"], behind) if found else (html, rest)
    return html and html + rest


def _as_typed(writer: Writer, start: int) -> str:
    """Returns the text of the current heading before smart punctuation; empty if it is the same."""
    children = writer.blocks[writer.index - 1].children or []
    changed = [child for child in children if child.meta and child.meta.get("as_typed", child.content) != child.content]
    if not changed:
        return ""
    pieces = writer.text[start:]
    for child in changed:
        if child.content in pieces:
            pieces[pieces.index(child.content)] = child.meta["as_typed"]
    return _join(pieces)


def _join(pieces: Iterable[str]) -> str:
    """Returns a text with one space for each gap; other Unicode spaces stay, which an id does not have."""
    text = "".join(pieces).strip(" \t\n")
    has_gap = "  " in text or "\t" in text or "\n" in text
    return " ".join(_GAP.split(text)) if has_gap else text


def _write_timestamp(writer: Writer, timestamp: Token | None) -> tuple[TimeRange | None, str]:
    """Returns the time that a heading's timestamp names, noted as the beginning of a chapter, and the link to it."""
    if timestamp is None:
        return None, ""
    span: TimeRange = timestamp.meta["span"]
    place = writer.find(timestamp.content)
    note_timestamp(writer, span, place)
    writer.chapters.append((span.start, place))
    return span, make_timestamp(writer, span)
