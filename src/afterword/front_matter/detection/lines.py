"""Reads lines that look like front matter, whatever generator they are for: fences, keys, and blocks of these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.patterns import lazy_pattern
from afterword.front_matter.comment_syntax import find_comment
from afterword.front_matter.header_lines import LISTS
from afterword.front_matter.key_lookup import OWN_FLAGS, holds_back, holds_back_nested, is_known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Kind: TypeAlias = Literal["blank", "fence", "mark", "code", "key", "text"]

Style: TypeAlias = Literal["YAML", "TOML", "JSON", "Nikola", "Org", "field", "Logseq"]

MOST = 200
"""So many lines of a source are looked at."""

_LONGEST = 400
"""So many characters of a line are looked at."""

_SPACES = " \t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_INVISIBLE = lazy_pattern(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufffd]"
)
_DASHES = r"\-‐‑‒–—―−⸺⸻﹣－─━"
_FENCE = lazy_pattern(
    rf"""
    [^\s{_DASHES}|:<+;]{{0,2}}
    (?P<sign> [{_DASHES}]{{3,}} | [+＋]{{3,}} | ;{{3,}} )
    (?: [ \t]* [A-Za-z][\w.+-]{{0,15}} | [ \t]* (?:\#|//|/\*|<!--|[!&%]) .* | [^\s\w|:{_DASHES}]{{0,2}} )
    """,
    re.VERBOSE,
)
_SHORT_FENCE = lazy_pattern(rf"[{_DASHES}]{{2}}|[—⸺⸻]|\+\+|;;|-(?:[ \t]+-){{2,}}")
_FENCE_AND_KEY = lazy_pattern(rf"(?P<sign>[{_DASHES}]{{3,}}|\+{{3,}})[ \t]*(?P<rest>[\"'A-Za-z_{{].*)")
_PROSE = lazy_pattern(r"(?:[-*+] |#{1,6} )?(?:[^\W_]|[*`\"'(\[])(?:[^\W_]| ){2}[^:：=]*")
"""A line that can be nothing but text: no fence, mark or code fence begins so, and keys have one of these signs."""
_MARK = lazy_pattern(r"""([*_=~"'/:.])\1{2,}|%%+|\{+|/\*+|\$\$""")
_CODE = lazy_pattern(r"(`{3,})[^`]*|(~{3,}).*")

_NAME = r"[A-Za-z_][\w-]*"
_QUOTED_NAME = rf"""(?P<quote>["']?)(?P<name>{_NAME})(?P=quote)"""
_JSON = lazy_pattern(rf"""{_QUOTED_NAME}\s*:\s*(?P<value>"[^"]*"|'[^']*'|[^\s,}}]*)""")
_TIGHT = lazy_pattern(rf"(?P<name>{_NAME}):(?!//)(?P<value>.+)")
_STYLES: tuple[tuple[Style, re.Pattern[str]], ...] = (
    ("Nikola", lazy_pattern(rf"\.\. (?P<name>{_NAME}):(?P<value>.*)")),
    ("Org", lazy_pattern(rf"#\+(?P<name>{_NAME}):(?P<value>.*)")),
    ("field", lazy_pattern(rf":(?P<name>{_NAME}):(?P<value>\s.*|)")),
    ("Logseq", lazy_pattern(rf"(?:[-*] )?(?P<name>{_NAME})::(?P<value>\s.*|)")),
    ("YAML", lazy_pattern(rf"{_QUOTED_NAME}\s*[:：](?P<value>\s.*|)")),
    ("TOML", lazy_pattern(rf"""{_QUOTED_NAME}\s*=\s*(?P<value>["'\[{{].*|true\b.*|false\b.*|\d.*)""")),
)
_BELONGS = lazy_pattern(r"""-(?:\s|\Z)|[\[\]{}"'#]""")


class Key(Struct, frozen=True):
    """A key with its value, as written; `outer` is the key in whose map it is, if it is in one."""

    name: str
    value: str
    outer: str = ""

    @property
    def is_known(self) -> bool:
        """Whether some generator has a key of this name."""
        return not self.outer and is_known(self.name)

    @property
    def holds_back(self) -> bool:
        """Whether it says that the text should not be published."""
        if self.outer:
            return holds_back_nested(self.outer, self.name, self.value)
        return holds_back(self.name, self.value)


class SourceLine(Struct, frozen=True):
    """A line: what it looks like, its visible characters, how far they are indented, and the keys written in it.

    `number` and `column` count from 1; `offset` is where the line begins in its source. `sign` is what a fence, mark or
    code fence consists of, without label; `is_bare` says that a fence is nothing but dashes, or `+++`.
    """

    kind: Kind
    visible: str = ""
    column: int = 1
    indent: int = 0
    sign: str = ""
    is_bare: bool = False
    keys: tuple[Key, ...] = ()
    style: Style = "YAML"
    number: int = 1
    offset: int = 0

    @property
    def is_stray(self) -> bool:
        """Whether it is hardly more than a character that went astray."""
        return self.kind == "text" and len(self.visible) <= 2

    @property
    def belongs(self) -> bool:
        """Whether it can stand between key lines of the same indent."""
        return self.kind == "key" or (self.kind in ("text", "mark") and _BELONGS.match(self.visible) is not None)


class Block(Struct, frozen=True):
    """A run of key lines with what belongs to them. Keys that are indented further count as those of a map.

    `is_direct` says that no blank line is above it, `is_closed` that a fence is below it, and `is_tight` that no blank
    line is in it or above that fence.
    """

    lines: tuple[SourceLine, ...] = ()
    is_direct: bool = True
    is_tight: bool = True
    is_closed: bool = False

    @property
    def facts(self) -> set[str]:
        """What the rules ask of a block; see `rules`."""
        first = self.lines[0] if self.lines else SourceLine("blank")
        return list_facts(key for line in self.lines for key in line.keys) | given(
            direct=self.is_direct,
            tight=self.is_tight,
            closed=self.is_closed,
            several=len(self.lines) > 1,
            plain=bool(first.keys) and not first.indent,
            json=first.style == "JSON",
        )


def given(**facts: bool) -> set[str]:
    """Returns the names of the facts that are given."""
    return {name for name, is_given in facts.items() if is_given}


def list_facts(keys: Iterable[Key]) -> set[str]:
    """Returns what keys say of a text, whatever they are written in; see `rules`."""
    listed = [(key, key.name.lower() if not key.outer else "") for key in keys]
    known = {key.name for key, _ in listed if key.is_known}
    holding = [(key, name) for key, name in listed if key.holds_back]
    return given(
        known=bool(known),
        holds=bool(holding),
        sure=bool(holding) or ("title" in known and len(known) > 1),
        lower=any((key.outer or key.name)[0].islower() for key, _ in holding),
        own=any(name in OWN_FLAGS for _, name in holding),
        title=any(name == "title" for _, name in listed),
        dated=any(key.name in ("title", "date") for key, _ in listed),
        list=any(key.name in LISTS and key.value.startswith("[") for key, _ in listed),
    )


def read_lines(source: str, first: int = 1) -> tuple[SourceLine, ...]:
    """Returns the first lines of a source, whose numbers begin with `first`; a fence with a key behind it is two."""
    lines: list[SourceLine] = []
    offset = 0
    for number, line in enumerate(source.split("\n", MOST)[:MOST], first):
        lines += (replace(read, number=number, offset=offset) for read in _read_line(line[:_LONGEST]))
        offset += len(line) + 1
    return tuple(lines)


def is_blank(line: str) -> bool:
    """Returns whether nothing of a line is visible."""
    return not _INVISIBLE.sub("", line).strip(_SPACES)


def find_odd(line: str) -> str:
    """Returns the first invisible or unusual space character of a line, or an empty text."""
    found = _INVISIBLE.search(line) or re.search(f"[{_SPACES[2:]}]", line)
    return found[0] if found is not None else ""


def read_block(lines: Sequence[SourceLine], start: int, sign: str = "---") -> Block:
    """Returns the block at `start`, or below blank lines there; `---` and lines of the `sign` close it."""
    run: list[SourceLine] = []
    indent: int | None = None
    gap = is_loose = False
    is_direct = True
    for line in lines[start:]:
        if line.kind == "blank":
            gap = True
            continue
        if line.sign in ("---", sign) or line.visible == "...":
            return Block(tuple(run), is_direct, not (is_loose or gap), bool(run))
        if not run:
            is_direct = not gap
        if indent is None and line.visible != "{":
            indent = line.indent
        is_inside = indent is not None and line.indent > indent
        if not (line.belongs or (run and is_inside)):
            break
        is_loose = is_loose or (gap and bool(run))
        gap = False
        run.append(replace(line, keys=_nest(line.keys, run)) if is_inside else line)
    return Block(tuple(run), is_direct, not is_loose)


def read_comment(source: str, lines: Sequence[SourceLine], at: int) -> tuple[str, int] | None:
    """Returns the content of the comment that begins at line `at`, and the index of the line below it, or None."""
    line = lines[at]
    found = find_comment(source, line.offset + line.column - 1) if line.kind != "blank" else None
    if found is None:
        return None
    start, end = found
    below = (index for index in range(at, len(lines)) if lines[index].offset > end)
    return source[start:end], next(below, len(lines))


def find_end(lines: Sequence[SourceLine], at: int) -> int:
    """Returns the index of the line below the one at `at`, or below the code block that it begins."""
    fence = lines[at]
    if fence.kind != "code":
        return at + 1
    for end in range(at + 1, len(lines)):
        if lines[end].kind == "code" and lines[end].visible.startswith(fence.sign):
            return end + 1
    return len(lines)


def _nest(keys: tuple[Key, ...], run: Sequence[SourceLine]) -> tuple[Key, ...]:
    """Returns the keys of an indented line as those of the map that the run above it is in."""
    above = next((line.keys[-1] for line in reversed(run) if line.keys), None)
    if above is None:
        return ()
    outer = above.outer or ("" if above.value else above.name)
    return tuple(replace(key, outer=outer) for key in keys) if outer else ()


def _read_line(written: str) -> Iterator[SourceLine]:
    seen = _INVISIBLE.sub("", written)
    visible = seen.strip(_SPACES)
    if not visible:
        yield SourceLine("blank")
        return
    expanded = seen.expandtabs(4)
    indent = len(expanded) - len(expanded.lstrip(_SPACES))
    line = SourceLine("text", visible, written.index(visible[0]) + 1, indent)
    if _PROSE.fullmatch(visible) is not None:
        yield line
        return
    both = _FENCE_AND_KEY.fullmatch(visible)
    keys, style = _read_keys(both["rest"] if both is not None else visible)
    if both is not None and any(key.is_known for key in keys):
        yield replace(line, kind="fence", sign=both["sign"])
        yield replace(line, kind="key", keys=keys, style=style)
    elif (fence := _FENCE.fullmatch(visible)) is not None:
        yield replace(line, kind="fence", sign=fence["sign"], is_bare=fence["sign"] == visible and visible[0] != ";")
    elif _SHORT_FENCE.fullmatch(visible) is not None:
        yield replace(line, kind="fence", sign=visible, is_bare=visible[0] not in "+;")
    elif (code := _CODE.fullmatch(visible)) is not None:
        yield replace(line, kind="code", sign=code[1] or code[2])
    elif keys and both is None:
        yield replace(line, kind="key", keys=keys, style=style)
    else:
        yield replace(line, kind="mark", sign=visible) if _MARK.fullmatch(visible) is not None else line


def _read_keys(visible: str) -> tuple[tuple[Key, ...], Style]:
    """Returns the keys in a line, and the format that it looks like."""
    first = _JSON.match(visible)
    if _is_json_in_sentence(visible):
        return (), "YAML"
    if visible[0] == "{" or (first is not None and first["quote"]):
        return tuple(Key(match["name"], match["value"]) for match in _JSON.finditer(visible)), "JSON"
    for style, pattern in _STYLES:
        if (match := pattern.fullmatch(visible)) is not None:
            return (Key(match["name"], match["value"].strip(_SPACES)),), style
    if (match := _TIGHT.fullmatch(visible)) is not None and is_known(match["name"]):
        return (Key(match["name"], match["value"]),), "YAML"
    return (), "YAML"


def _is_json_in_sentence(line: str) -> bool:
    """Returns whether a line begins with JSON and goes on as a sentence."""
    return line[:1] in "{[" and _BEHIND_JSON.search(_STRING.sub('""', line)) is not None


_NUMBER = r"(?:\(\w{1,3}\)|\d{1,4}[.):|]?|[A-Za-z][.)])(?:[ \t]*[|│])?"
_BEFORE = rf"[ \t]*(?P<mark>(?:>[ \t]?)+|(?:[\#/;%|*]{{1,3}}|--|[-*+•](?:[ \t]+\[[ xX]\])?|{_NUMBER})[ \t]+|)"
_MARKED_FENCE = lazy_pattern(_BEFORE + r"(?:-{3,}|\+{3}|\.{3})[ \t]*")
_MARKED_ROW = lazy_pattern(_BEFORE)
_MARKED_KEY = lazy_pattern(
    _BEFORE
    + rf"(?P<emphasis>\*\*|__|[*_`]|)(?P<name>{_NAME})(?:(?P=emphasis)[ \t]*[:=]|:(?P=emphasis))(?P<value>[ \t].*|)"
)
_STRING = lazy_pattern(r'"[^"\n]*"')
_BEHIND_JSON = lazy_pattern(r"""[}\]][ \t]*[^\s{}\[\],;"'/\#<]""")
_OPENER = lazy_pattern(r"\[\s*\{|\{\s*\"")
_MOST_MARKED = 100


def read_marked(source: str, offset: int) -> set[str] | None:
    """Returns what the run of keys says that begins at `offset`, behind marks or not; a fence may be above them.

    None if there is no key.
    """
    keys: list[Key] = []
    opened = fenced = closed = whole = is_marked = has_marks = False
    for number, row in enumerate(source[offset:].split("\n", _MOST_MARKED)[:_MOST_MARKED]):
        fence = _MARKED_FENCE.fullmatch(row)
        whole = not row.strip(" \t>")
        closed = fence is not None and number > 0
        if whole or closed or (fenced and not _MARKED_ROW.match(row)["mark"]):  # type: ignore[index]
            break
        key = _MARKED_KEY.fullmatch(row[:_LONGEST])
        if fence is not None:
            fenced, opened = bool(fence["mark"]), not fence["mark"]
        elif key is not None:
            keys.append(Key(key["name"], key["value"].strip()))
            has_marks = has_marks or bool(key["mark"])
            is_marked = is_marked or bool(key["mark"] or key["emphasis"])
        elif not fenced:
            break
    else:
        whole = True
    facts = given(opened=opened, fenced=fenced, closed=closed, whole=whole, marked=is_marked, unmarked=not has_marks)
    return facts | list_facts(keys) if keys else None


def read_json(source: str, offset: int) -> Iterator[Key]:
    """Yields the keys of the list or object of JSON that begins at `offset`, at any depth; none if none begins."""
    if _OPENER.match(source, offset) is None or _is_json_in_sentence(source[offset:].partition("\n")[0]):
        return
    rows = source[offset : offset + _MOST_MARKED * _LONGEST].partition("\n\n")[0]
    end = max(rows.rfind("}"), rows.rfind("]"))
    yield from (Key(match["name"], match["value"].strip("\"'")) for match in _JSON.finditer(rows, 0, max(end, 0)))
