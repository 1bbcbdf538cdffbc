"""Who said what is quoted: the name behind a dash at the end of a quotation.

Prose has dashes, too, so a name within a line is told by its capitals, and by the end of a sentence before the dash.
Relies on nothing. Refuses what goes on with the sentence: `— and faster than before`, `— Linux and Windows`.
"""

from __future__ import annotations

import re

_LINE = re.compile(r"\s*(?:[—―–]|-{1,3}(?!-))\s*(?=\S)")
_DASH = re.compile(r"(?:^|(?<=\s))(?:–|-{1,3})\s+(?=\S)|[—―]\s*(?=\S)")
_SENTENCE_END = re.compile(r"(?:[.!?…][\"'”’»)\]]*|[\"”»]|[。！？]?[」』”]|[。！？])$")
_PARTICLES = frozenset(
    ("al", "bin", "da", "de", "del", "den", "der", "di", "du", "el", "ibn", "la", "le", "van", "von", "y", "zu")
)
_LINKING = _PARTICLES | {"and", "at", "et", "for", "of", "the", "und"}
_MOST_WORDS = 8


def read_source(line: str, above: str) -> str:
    """The name on a line that begins with a dash, or an empty text; `above` is what its paragraph says before it."""
    dash = _LINE.match(line)
    name = _strip(line[dash.end() :]) if dash is not None else ""
    if not name or not above.strip() or _ends_sentence(above):
        return name
    first = name.split()[0]
    return name if first in _PARTICLES or not first[0].islower() else ""


def split_source(line: str, above: str) -> tuple[str, str] | None:
    """What a line says, and the name behind its last dash; None where no such name ends it."""
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
    """Whether words read as someone's name, and maybe their office; within a sentence they must begin as a person's."""
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
    """Whether a word is part of a name, as `Ann`, `McCarthy` and `J.` are, and no acronym."""
    word = word.strip(",()\"'“”")
    return word[:1].isupper() and (word.endswith(".") or any(letter.islower() for letter in word))
