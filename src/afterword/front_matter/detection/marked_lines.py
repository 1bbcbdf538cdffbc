"""Keys behind marks, or inside JSON.

Marks are those of Markdown and of comments (`# draft: true`, `- draft: true`, `**draft**: true`), numbers of lists
(`1. draft: true`), boxes of tasks (`- [ ] draft: true`) and numbers of lines that were copied with them.
"""

from __future__ import annotations

import re

from afterword.front_matter.detection.known_keys import holds_back

_MOST = 100
"""So many lines are looked at."""

_LONGEST = 400
"""So many characters of a line are looked at."""

_NUMBER = r"(?: \(\w{1,3}\) | \d{1,4}[.):|]? | [A-Za-z][.)] ) (?: [ \t]*[|│] )?"
_FENCE = re.compile(rf"[ \t]* (?: {_NUMBER} [ \t]+ )? (?: -{{3,}} | \+{{3}} | \.{{3}} ) [ \t]*", re.VERBOSE)
_KEY = re.compile(
    rf"""
    [ \t]* (?P<mark> (?: [>\#/;%|]{{1,3}} | -- | [-*+•] (?: [ \t]+\[[ xX]\] )? | {_NUMBER} ) [ \t]+ )?
    (?P<emphasis> \*\*|__|[*_`]|) (?P<name>[A-Za-z_][\w-]*)
    (?: (?P=emphasis) [ \t]*: | : (?P=emphasis) ) (?:[ \t]+(?P<value>.*))?
    """,
    re.VERBOSE,
)
_OPENER = re.compile(r"\[\s*\{|\{\s*\"")
_JSON = re.compile(r'"(?P<name>[A-Za-z_][\w-]*)"\s*:\s*(?P<value>"[^"]*"|[\w.-]+)?')


def has_marked_keys(source: str, offset: int) -> bool:
    """Whether a run of marked keys begins at `offset`, one of which holds the text back, with a fence directly below.

    A fence may be above them. The key that holds back begins in lower case, as it does in front matter and hardly in
    text.
    """
    rows = source[offset:].split("\n", _MOST)[:_MOST]
    holds = False
    for row in rows[1:] if _FENCE.fullmatch(rows[0]) else rows:
        if _FENCE.fullmatch(row) is not None:
            return holds
        match = _KEY.fullmatch(row[:_LONGEST])
        if match is None:
            return False
        is_marked = bool(match["mark"] or match["emphasis"])
        holds = holds or (is_marked and match["name"][0].islower() and holds_back(match["name"], match["value"] or ""))
    return False


def has_json_keys(source: str, offset: int) -> bool:
    """Whether a list or object of JSON begins at `offset` and has, at any depth, a key that holds the text back."""
    if _OPENER.match(source, offset) is None:
        return False
    rows = source[offset : offset + _MOST * _LONGEST].partition("\n\n")[0]
    end = max(rows.rfind("}"), rows.rfind("]"))
    return any(holds_back(match["name"], (match["value"] or "").strip('"')) for match in _JSON.finditer(rows, 0, end))
