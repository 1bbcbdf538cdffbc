"""Stamps in running text, where it is quoted without its links: which are words of a sentence, and which are asides.

`At 12:34 he says` cannot do without its time, `two files [1:49], and he stays` can. Relies on the words before a time
that lead to it, in the languages that most blogs are written in. Refuses to touch a text without marks.
"""

from __future__ import annotations

import re

_MARK = "\0"
"""What stands on both sides of a stamp; Markdown lets no text have it."""

_LEADING = (
    *("about", "after", "around", "at", "before", "between", "by", "from", "in", "minute", "minutes", "near", "past"),
    *("see", "since", "till", "to", "until"),
    *("ab", "bei", "bis", "gegen", "nach", "seit", "siehe", "um", "von", "vor", "zwischen"),
    *("après", "avant", "depuis", "dès", "entre", "vers", "voir", "à"),
    *("desde", "hacia", "hasta", "las", "até", "às", "alle", "dalle", "fino", "rond", "tot", "vanaf"),
)
_BLANK_LINES = re.compile(r"\n{2,}")
_STAMP = rf"{_MARK}[\d: –—-]+{_MARK}"
_JOINED = rf"{_STAMP}(?:\s*(?:[,;/&–—-]|\b(?:and|et|or|oder|ou|to|und|y)\b)?\s*{_STAMP})*"
_IN_SENTENCE = re.compile(rf"((?<!\w)(?:{'|'.join(_LEADING)})\s+\(?)({_JOINED})", re.IGNORECASE)
_IN_PARENTHESES = re.compile(rf"\s*\(\s*{_JOINED}\s*\)")
_FIRST = re.compile(rf"(^|[\n.!?…]\s*){_JOINED}(?:\s*[:,–—-](?=\s))?\s*")
_RUN = re.compile(rf"(?:\s+[–—-])?\s*({_JOINED})")
_LAST = re.compile(rf"{_STAMP}(?=\n|\Z)")
_WITHIN = re.compile(rf"\s*{_JOINED}")


def mark(stamp: str) -> str:
    """A stamp's time, marked as such for `drop_asides`."""
    return f"{_MARK}{stamp}{_MARK}"


def drop_asides(text: str) -> str:
    """A text with marked stamps, without the marks, and without those stamps that no word leads to; tidied of space."""
    if _MARK not in text:
        return text
    text = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    text = _BLANK_LINES.sub("\n", text)
    text = _IN_SENTENCE.sub(lambda match: f"{match[1]}{match[2].replace(_MARK, '')}", text)
    text = _IN_PARENTHESES.sub("", text)
    text = _FIRST.sub(r"\1", text)
    return _WITHIN.sub("", _drop_last(text))


def _drop_last(text: str) -> str:
    """The text without the stamps at the ends of its lines.

    One pattern for a run of stamps up to the end of a line would look at each run again from each of its stamps.
    """
    pieces: list[str] = []
    done = 0
    for run in _RUN.finditer(text):
        ends = [match.end() for match in _LAST.finditer(text, run.start(1), run.end() + 1) if match.end() <= run.end()]
        if ends:
            pieces.append(text[done : run.start()])
            done = ends[-1]
    return "".join((*pieces, text[done:]))
