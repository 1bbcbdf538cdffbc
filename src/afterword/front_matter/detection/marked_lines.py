"""Keys behind marks, or inside JSON.

Marks are those of Markdown and of comments (`# draft: true`, `- draft: true`, `**draft**: true`), numbers of lists
(`1. draft: true`), boxes of tasks (`- [ ] draft: true`) and numbers of lines that were copied with them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from afterword.core.patterns import lazy_pattern
from afterword.front_matter.detection.key_lines import read_block, read_lines
from afterword.front_matter.key_lookup import OWN_FLAGS, holds_back

if TYPE_CHECKING:
    from afterword.front_matter.detection.key_lines import Block, SourceLine

_MOST = 100
"""So many lines are looked at."""

_LONGEST = 400
"""So many characters of a line are looked at."""

_NUMBER = r"(?: \(\w{1,3}\) | \d{1,4}[.):|]? | [A-Za-z][.)] ) (?: [ \t]*[|│] )?"
_FENCE = lazy_pattern(rf"[ \t]* (?: {_NUMBER} [ \t]+ )? (?: -{{3,}} | \+{{3}} | \.{{3}} ) [ \t]*", re.VERBOSE)
_KEY = lazy_pattern(
    rf"""
    [ \t]* (?P<mark> (?: [>\#/;%|]{{1,3}} | -- | [-*+•] (?: [ \t]+\[[ xX]\] )? | {_NUMBER} ) [ \t]+ )?
    (?P<emphasis> \*\*|__|[*_`]|) (?P<name>[A-Za-z_][\w-]*)
    (?: (?P=emphasis) [ \t]*: | : (?P=emphasis) ) (?:[ \t]+(?P<value>.*))?
    """,
    re.VERBOSE,
)
_QUOTED = lazy_pattern(r" {0,3}(?:>[ \t]?)+(.*)")
_OPENER = lazy_pattern(r"\[\s*\{|\{\s*\"")
_JSON = lazy_pattern(r'"(?P<name>[A-Za-z_][\w-]*)"\s*:\s*(?P<value>"[^"]*"|[\w.-]+)?')


class MarkedKeys(NamedTuple):
    """A run of marked keys: whether one of them holds the text back, and what ends the run.

    `is_own` says that such a key is one of Afterword's own, such as `draft`. `is_closed` says that a fence is directly
    below, `is_alone` that the run ends with a blank line or the source.
    """

    holds_back: bool
    is_own: bool
    is_closed: bool = False
    is_alone: bool = False


def read_marked_keys(source: str, offset: int) -> MarkedKeys:
    """Reads the run of marked keys that begins at `offset`; a fence may be above them.

    A key that holds back counts if its name begins in lower case, as in front matter and hardly in text.
    """
    rows = source[offset:].split("\n", _MOST)[:_MOST]
    holds = is_own = False
    for row in rows[1:] if _FENCE.fullmatch(rows[0]) else rows:
        if _FENCE.fullmatch(row) is not None:
            return MarkedKeys(holds, is_own, is_closed=True)
        if not row.strip(" \t>"):
            return MarkedKeys(holds, is_own, is_alone=True)
        match = _KEY.fullmatch(row[:_LONGEST])
        if match is None:
            return MarkedKeys(holds, is_own)
        is_marked = bool(match["mark"] or match["emphasis"])
        if is_marked and match["name"][0].islower() and holds_back(match["name"], match["value"] or ""):
            holds = True
            is_own = is_own or match["name"] in OWN_FLAGS
    return MarkedKeys(holds, is_own, is_alone=True)


def read_quotation(source: str, offset: int, number: int) -> tuple[SourceLine, ...]:
    """Returns the lines of the quotation that begins at `offset`, without any `>`; none if no quotation does.

    `number` is that of its first line.
    """
    inner: list[str] = []
    for row in source[offset : offset + _MOST * _LONGEST].split("\n", _MOST):
        match = _QUOTED.fullmatch(row)
        if match is None:
            break
        inner.append(match[1])
    return read_lines("\n".join(inner), number) if inner else ()


def is_quoted_block(source: str, line: SourceLine) -> bool:
    """Returns whether a quotation begins with a fence and, directly below it, with keys that hold the text back.

    A title is among the keys, or another fence closes them.
    """
    if not line.visible.startswith(">"):
        return False
    lines = [inner for inner in read_quotation(source, line.offset, line.number) if inner.kind != "blank"]
    if not lines or lines[0].kind not in ("fence", "mark"):
        return False
    block = read_block(lines, 1, lines[0].sign)
    return holds_back_in_lower_case(block) and (block.is_closed or block.has_title)


def holds_back_in_lower_case(block: Block) -> bool:
    """Returns whether the name of a key that holds back begins in lower case, as in front matter and hardly in text."""
    return any(key.holds_back and (key.outer or key.name)[0].islower() for key in block.keys)


def has_json_keys(source: str, offset: int) -> bool:
    """Whether a list or object of JSON begins at `offset` and has, at any depth, a key that holds the text back."""
    if _OPENER.match(source, offset) is None:
        return False
    rows = source[offset : offset + _MOST * _LONGEST].partition("\n\n")[0]
    end = max(rows.rfind("}"), rows.rfind("]"))
    return any(holds_back(match["name"], (match["value"] or "").strip('"')) for match in _JSON.finditer(rows, 0, end))
