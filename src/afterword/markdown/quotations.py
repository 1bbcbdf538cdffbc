"""Writes quotations and alerts, and finds the speaker who is named after a dash at the end of a quotation."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from markdown_it.token import Token

from afterword.core.patterns import lazy_pattern
from afterword.markdown.plain_text import plain_text
from afterword.markdown.rules.attributes import written_attributes
from afterword.markdown.writers.inlines import write_inlines
from afterword.markdown.writers.timestamps import make_timestamp, note_timestamp, timestamp_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from afterword.markdown.writers.writer import Writer

_LINE = lazy_pattern(r"\s*(?:[—―–]|-{1,3}(?!-))\s*(?=\S)")
_DASH = lazy_pattern(r"(?:^|(?<=\s))(?:–|-{1,3})\s+(?=\S)|[—―]\s*(?=\S)")
_SENTENCE_END = lazy_pattern(r"(?:[.!?…][\"'”’»)\]]*|[\"”»]|[。！？]?[」』”]|[。！？])$")
_PARTICLES = frozenset(
    ("al", "bin", "da", "de", "del", "den", "der", "di", "du", "el", "ibn", "la", "le", "van", "von", "y", "zu")
)
_LINKING = _PARTICLES | {"and", "at", "et", "for", "of", "the", "und"}
_MOST_WORDS = 8


def read_source(line: str, above: str) -> str:
    """Returns the name on a line that begins with a dash, or an empty text; `above` is its paragraph so far."""
    dash = _LINE.match(line)
    name = _strip(line[dash.end() :]) if dash is not None else ""
    if not name or not above.strip() or _ends_sentence(above):
        return name
    first = name.split()[0]
    return name if first in _PARTICLES or not first[0].islower() else ""


def split_source(line: str, above: str) -> tuple[str, str] | None:
    """Returns the text of a line and the name after its last dash; None if it does not end with a name."""
    line = _strip(line)
    dashes = list(_DASH.finditer(line))
    if not dashes:
        return None
    said, name = line[: dashes[-1].start()].rstrip(), line[dashes[-1].end() :]
    before = f"{above}{said}"
    if not before.strip() or not _is_name(name.split(), after_sentence=_ends_sentence(before)):
        return None
    return said, name


def _strip(line: str) -> str:
    return line.rstrip(" \t\n,")


def _ends_sentence(text: str) -> bool:
    return _SENTENCE_END.search(text.rstrip()) is not None


def _is_name(words: list[str], *, after_sentence: bool) -> bool:
    """Returns whether words look like a person's name, with or without an office."""
    bare = [word.strip(",.()\"'“”") for word in words]
    if not all(bare) or len(bare) > _MOST_WORDS or not bare[0][0].isalpha():
        return False
    if any(word[0].islower() and word not in _LINKING for word in bare):
        return False
    if after_sentence:
        return not bare[0][0].islower() or bare[0] in _PARTICLES
    first, *others = words
    second = next((word for word in others if word not in _PARTICLES), "")
    return _is_person(first) and _is_person(second)


def _is_person(word: str) -> bool:
    """Returns whether a word is part of a name, as `Ann`, `McCarthy` and `J.` are, and no acronym."""
    word = word.strip(",()\"'“”")
    return word[:1].isupper() and (word.endswith(".") or any(letter.islower() for letter in word))


_IN_SOURCES = frozenset(("text", "link_open", "link_close", "em_open", "em_close", "strong_open", "strong_close"))
_BREAKS = ("softbreak", "hardbreak")


def find_quotations(blocks: Sequence[Token]) -> list[Token]:
    """Returns the blocks, in which quotes with a source are tokens of their own kind, and so are their sources."""
    found: list[Token] = []
    opened: list[Token] = []
    for index, token in enumerate(blocks):
        if token.type == "blockquote_open":
            opened.append(token)
        elif token.type == "blockquote_close":
            opening = opened.pop()
            if index >= 4 and blocks[index - 1].type == "paragraph_close":
                _read_quotation(found, opening, token)
        found.append(token)
    return found


def _read_quotation(found: list[Token], opening: Token, closing: Token) -> None:
    """Makes a quote a quotation if the paragraph at its end, the last of the blocks that are `found`, has a source."""
    inline = found[-2]
    source = _take_source(inline, needs_text=found[-4] is opening)
    if source is None:
        return
    opening.type, closing.type = "quotation_open", "quotation_close"
    opening.meta["timestamp"] = source.meta["timestamp"]
    if not inline.children:
        del found[-3:]
    found.append(source)


def _take_source(inline: Token, *, needs_text: bool) -> Token | None:
    """Cuts the source off the end of a paragraph: returns a token with the name, and the timestamp in `meta`, or None.

    The token says where it is written as the paragraph's does.
    """
    said, timestamp = _split_timestamp(inline.children or [])
    if timestamp is None:
        return None
    start = next((index + 1 for index in range(len(said) - 1, -1, -1) if said[index].type in _BREAKS), 0)
    before, line = said[:start], said[start:]
    text, above = plain_text(line), plain_text(before)
    begins_line = read_source(text, above)
    if begins_line and needs_text and not above.strip():
        return None
    quoted, name = ("", begins_line) if begins_line else split_source(text, above) or ("", "")
    split = _split_line(line, len(quoted), text.rindex(name)) if name else None
    if split is None:
        return None
    rest, named = split
    inline.children = before[:-1] if begins_line else [*before, *rest]
    token = Token("quotation_source", "", 0, level=inline.level, map=inline.map, content=inline.content, children=named)
    token.meta["timestamp"] = timestamp
    return token


def _split_timestamp(children: Sequence[Token]) -> tuple[list[Token], Token | None]:
    """Returns the text before a timestamp at the end of a paragraph, and the timestamp, or None."""
    if children and children[-1].type == "timestamp":
        return list(children[:-1]), children[-1]
    if len(children) < 3 or children[-1].content != ")" or children[-2].type != "timestamp":
        return [], None
    *said, text, timestamp, _ = children
    return ([*said, _text(text.content[:-1])], timestamp) if text.content.endswith("(") else ([], None)


def _split_line(line: Sequence[Token], end: int, start: int) -> tuple[list[Token], list[Token]] | None:
    """Returns a line's tokens up to the offset `end` in its text, and from `start` on; between them is the dash.

    None where the dash is within markup, or where there is markup behind it that no source has.
    """
    offset = depth = 0
    for index, token in enumerate(line):
        length = len(plain_text((token,)))
        if offset + length >= start:
            behind = [_text(token.content[start - offset :]), *line[index + 1 :]]
            if depth or offset > end or token.type != "text" or any(other.type not in _IN_SOURCES for other in behind):
                return None
            return [*line[:index], _text(token.content[: max(0, end - offset)])], _trim(behind)
        offset += length
        depth += token.nesting
    return None


def _trim(source: list[Token]) -> list[Token]:
    """Returns a source without the empty texts, and the spaces and commas at its end."""
    if source[-1].type == "text":
        source[-1] = _text(source[-1].content.rstrip(" \t\n,"))
    return [token for token in source if token.type != "text" or token.content]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def open_quotation(writer: Writer, token: Token) -> None:
    """Begins a quotation, with the moment that it is from as its `cite`."""
    rest = written_attributes(writer, token.meta["written"]) if "written" in token.meta else ""
    url = timestamp_url(writer, token.meta["timestamp"].meta["span"])
    cite = f' cite="{escape(url)}"' if url else ""
    writer.write(f'<figure class="quotation"{rest}><blockquote{cite}>\n')


def write_source(writer: Writer, token: Token) -> None:
    """Ends the quoted text, and writes its source."""
    timestamp = token.meta["timestamp"]
    begin, end = timestamp.meta["at"]
    note_timestamp(writer, timestamp.meta["span"], writer.place_of(begin, end - begin))
    writer.write("</blockquote><figcaption>— <cite>")
    writer.text.append("\n")
    write_inlines(writer, token.children or ())
    writer.write(f"</cite>&nbsp;{make_timestamp(writer, timestamp.meta['span'])}</figcaption>")
    writer.text.append("\n")
