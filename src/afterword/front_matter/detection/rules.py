"""Finds front matter that would be published as text: it does not open, or is a second block below the first.

Looks at the first lines of a text, as `lines` tells them apart, for shapes: lines in a *frame*, with *facts* about the
keys in it. `_RULES` says of each shape whether it is meant as front matter, by where it is:

- `first`: nothing but blank lines is above it; `start`: comments and stray characters are; `below`: text is, of at most
  ten lines.
- `second`: front matter is above it, and blank lines and comments may be between; `second below`: text is between.

The frames are a `fence` above the keys, another `mark` such as `***`, no frame (`keys`) or `braces`; a `comment`, or
`code` with which the file begins, around them; `marks` before each key, such as those of Markdown and of comments
(`# draft: true`, `- [ ] draft: true`, `**draft**: true`, `> draft: true`) or numbers of lines; a list or object of
`json`; and lines of `Nikola`, `Org`, `Pandoc`, `Logseq` and, as a `field`, of reStructuredText and AsciiDoc.

The facts are

- of the keys: one is `known` to some generator, `holds` the text back, does so in `lower` case, is our `own` and
  does, is a `title`, is a title or date in lower case (`dated`), is a `list` in brackets; it can hardly be prose,
  since one holds back or there is a `title` and another known key (`sure`);
- of the block: no blank line is above it (`direct`), and none in it (`tight`); a fence is below it (`closed`), or the
  text or paragraph ends with it (`whole`); it has `several` lines; its first line is a key without indent (`plain`);
- of the frame: the fence is `bare`, `labelled`, or `free` of text that it would underline; the marks are around a
  fence too (`fenced`), or below a fence (`opened`); one key is `marked`, if only as strong text, or none has a mark
  other than that (`unmarked`); the format is `json` or `TOML`; the fence is further down (`begun`); a comment
  contains a `fence` or a `foreign` format; front matter ends directly above (`adjoining`) or has no title (`untitled`);
  only headings are above (`headed`).

Everything else is text: a rule above prose, `Note: …`, a card of facts, a code block further down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from afterword.core.diagnostics import Diagnostic, Place, error, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import describe, shown
from afterword.front_matter.detection.foreign_headers import find_header
from afterword.front_matter.detection.lines import (
    find_end,
    find_odd,
    given,
    is_blank,
    list_facts,
    read_block,
    read_comment,
    read_json,
    read_lines,
    read_marked,
)
from afterword.front_matter.header_lines import find_block, find_signs
from afterword.front_matter.key_lookup import holds_back, is_known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from afterword.front_matter.detection.lines import SourceLine

_RULES = """
fence       | first         | direct bare plain; direct known; direct labelled; holds; closed sure
fence       | start         | direct known closed; direct sure; holds; closed sure
fence       | below         | direct free known closed tight; direct holds; direct closed sure; holds title
fence       | second        | direct holds; direct closed tight dated; lower closed; lower title
mark        | first, start  | json known; sure
mark        | below         | holds title
mark        | second        | lower closed; lower title
fence, mark | second below  | direct lower closed; direct lower title
braces      | first, start  | json known; sure
keys        | first, start  | known closed tight several; TOML sure; json sure; title list; begun; holds
braces, keys | below        | holds title; holds closed tight
braces, keys | second       | holds closed tight; holds title untitled; lower title; adjoining lower
marks       | first         | marked lower closed; fenced sure closed
marks       | start, below  | opened marked lower closed
marks       | second        | own whole adjoining marked
marks       | any           | headed fenced lower closed; headed fenced lower title
json        | first, second, second below | holds
json        | below         | headed holds
code        | first, start  | holds; fenced known closed; fenced sure
comment     | first, start  | fence; foreign; holds
comment     | below         | fence; foreign title; holds title
Nikola, Org | first, start  | known
field       | first, start  | sure; title
Nikola, Org, field | below  | title; holds
Nikola, Org, field | second | holds title; holds closed tight
Logseq      | any           | lower
Pandoc      | first, start  | any
"""
"""Shapes that are errors: their frame, where they are, and the facts of which all between two semicolons are given."""

_DOUBTS = """
marks | first               | own whole; lower whole unmarked
marks | second              | own whole; own adjoining marked; lower whole unmarked
keys  | second              | holds title
marks | below, second below | own whole headed unmarked; lower whole headed unmarked
"""
"""Shapes that are warnings."""


def _read_rules(written: str) -> dict[tuple[str, str], tuple[frozenset[str], ...]]:
    rules: dict[tuple[str, str], tuple[frozenset[str], ...]] = {}
    for row in written.strip().split("\n"):
        frames, places, facts = (cell.strip() for cell in row.split("|"))
        wanted = tuple(frozenset(one.split()) for one in facts.split(";"))
        rules.update(((frame, where), wanted) for frame in frames.split(", ") for where in places.split(", "))
    return rules


_ERRORS, _WARNINGS = _read_rules(_RULES), _read_rules(_DOUBTS)

_TEXT_LINES = 10
_MOST_INDENT = 3
"""A fence below text that is indented further is code."""

_FAR = 4096
_UNFENCED = lazy_pattern(
    r"(?:title|layout|date|tags|categories|permalink|draft|published|author)[ \t]*:[ \t](?:.*\n)+?---[ \t]*(?:\n|\Z)"
)
"""A key in lower case on the first line, and a fence further down."""

_LABELLED = lazy_pattern(r"---[a-z]+")
_PANDOC = lazy_pattern(
    r"%[ \t]+\S.*\n%(?:[ \t].*)?(?:\n|\Z)"  # a title, and authors or a second part of it
    r"|%[ \t]+[A-ZÀ-ÖØ-Þ].*\n[ \t]*(?:\n|\Z)"  # a title alone
    r"|%[ \t]+(?i:title|author|date|draft)[ \t]*:"
)
_TITLE = lazy_pattern(r"\s*(?P<title>#[ \t]+\S.*\n(?:[ \t]*\n)?)?")
_PROPERTY = lazy_pattern(
    r"(?P<mark>[*_]{0,3})(?P<name>[A-Za-z][\w ()?/-]{0,40})(?:(?P=mark):|:(?P=mark)|:)(?:[ \t]+(?P<value>.+?)|)"
    r"(?P=mark)?[ \t]*"
)
_REWRITE = "write YAML between two `---` lines"
_FOREIGN = frozenset({"Nikola", "Org", "field", "Logseq", "Pandoc"})


class _Shape(Struct, frozen=True):
    """A frame with keys: the line to point at, where it is, the facts, and what to do about it."""

    frame: str
    line: SourceLine
    facts: set[str]
    where: str = "first"
    hint: str = ""
    is_error: bool = True

    def judge(self) -> _Shape | None:
        """Returns the shape if a rule fits it, as an error or a warning."""
        for rules, is_error in ((_ERRORS, True), (_WARNINGS, False)):
            sets = (*rules.get((self.frame, self.where), ()), *rules.get((self.frame, "any"), ()))
            if any(one <= self.facts | {"any"} for one in sets):
                return replace(self, is_error=is_error)
        return None


def find_unopened(path: str, source: str, first: int = 1) -> tuple[Diagnostic, ...]:
    """Returns an error for front matter that does not open, a warning for what may be such, or nothing.

    `source` is the text of the file at `path` from the line `first` on, above which it has no keys.
    """
    if (header := find_header(source)) is not None:
        number, column = source.count("\n", 0, header.offset), header.offset - source.rfind("\n", 0, header.offset)
        message = f"front matter in the format of {header.format} is not supported"
        place = Place(path, first + number, column, header.length)
        return (error("invalid-front-matter", message, place, hint=_REWRITE),)
    found = _Scan(source, first).find()
    if found is not None and found.is_error:
        return (_tell_unopened(path, source, first, found),)
    possible = tuple(_find_possible(path, source, first))
    return possible or ((_tell_possible(path, found),) if found is not None else ())


def find_second(path: str, text: str, first: int, *, is_titled: bool = False) -> Diagnostic | None:
    """Returns an error for a second block of front matter among the first lines of a text, or a warning if in doubt.

    `text` is the text of the file at `path` below its front matter, and `first` the number of its first line;
    `is_titled` says that the front matter has a title.
    """
    found = _Scan(text, first, is_second=True, is_titled=is_titled).find()
    if found is None:
        return next(_find_properties(path, text, first, is_below=True), None)
    if not found.is_error:
        return _tell_possible(path, found)
    line = found.line
    otherwise = "for a horizontal rule, use `***`" if line.kind == "fence" else "if it is text, put a heading above it"
    if found.frame == "marks" and "fenced" not in found.facts:
        otherwise = "without marks before them; if they are text, put a blank line above"
    hint = f"move its keys into the first block; {otherwise}"
    return error("invalid-front-matter", "second block of front matter", _place(path, line), hint=hint)


def _place(path: str, line: SourceLine) -> Place:
    return Place(path, line.number, line.column, len(line.visible))


def _tell_unopened(path: str, source: str, first: int, found: _Shape) -> Diagnostic:
    line, begin = found.line, _begin(found.line)
    message = "front matter must start on line 1"
    if found.frame == "keys" and found.where in ("first", "start"):
        fence = "+++" if line.style == "TOML" else "---"
        message = f"front matter has no opening `{fence}` line"
    elif line.kind == "fence" and (line.number, line.column) == (1, 1) and line.visible not in ("---", "+++"):
        message = f"`{shown(line.visible)}` does not open front matter"
        begin = f"write `{'+++' if line.sign.startswith('+') else '---'}` alone on the line"
    hint = _hint_at_odd(source, line, first) or found.hint or begin
    return error("invalid-front-matter", message, _place(path, line), hint=hint)


def _tell_possible(path: str, found: _Shape) -> Diagnostic:
    message = "possible front matter is published as text"
    hint = "move the keys into the front matter; if they are text, put a sentence above them"
    if not found.where.startswith("second"):
        hint = "to hide the post, put `draft: true` between two `---` lines on line 1"
    return warning("possible-front-matter", message, _place(path, found.line), hint=hint)


class _Scan:
    """Looks through the first lines of a text, or of a comment in it, the first of which has the number `first`."""

    def __init__(
        self, source: str, first: int, *, is_second: bool = False, is_titled: bool = False, in_comment: bool = False
    ) -> None:
        self._source = source
        self._is_second = is_second
        self._is_titled = is_titled
        self._in_comment = in_comment
        self._lines = read_lines(source, first)
        self._above = 0  # lines of text above the one that is looked at
        self._is_headed = True  # whether these are headings
        self._is_first = True  # whether only blank lines are above it
        self._is_direct = True  # whether only comments are above it

    def find(self) -> _Shape | None:
        """Returns the first shape that is an error, or else the first that is a warning."""
        at = 0
        doubt: _Shape | None = None
        while at < len(self._lines) and self._above < _TEXT_LINES:
            line = self._lines[at]
            end = find_end(self._lines, at)
            comment = read_comment(self._source, self._lines, at) if not self._in_comment else None
            if comment is not None:
                inner, end = comment
                shapes = self._list_in_comment(line, inner)
            else:
                shapes = self._list_at(at)
            above = given(adjoining=self._is_direct, untitled=not self._is_titled, headed=self._is_headed)
            for shape in shapes:
                found = replace(shape, where=self._name_where(shape), facts=shape.facts | above).judge()
                if found is not None and found.is_error:
                    return found
                doubt = doubt or found
            is_passed = line.kind == "blank" or (line.is_stray and not self._is_second)
            if comment is None and not is_passed:
                self._above += 1
                self._is_headed = self._is_headed and line.visible.startswith(("#", "!["))
            self._is_first = self._is_first and line.kind == "blank"
            self._is_direct = self._is_direct and comment is not None
            at = end
        return doubt

    def _name_where(self, shape: _Shape) -> str:
        if self._is_second:
            return "second below" if self._above else "second"
        is_code = shape.frame == "fence" and shape.line.indent > _MOST_INDENT
        return "below" if self._above else "first" if self._is_first and not is_code else "start"

    def _list_at(self, at: int) -> Iterator[_Shape]:
        """Yields the shapes that begin at a line."""
        line, lines = self._lines[at], self._lines
        is_code = line.indent > _MOST_INDENT
        if line.kind == "blank" or (is_code and (self._above or self._is_second)):
            return
        if not is_code and (facts := read_marked(self._source, line.offset)) is not None:
            yield _Shape("marks", line, facts, hint="remove the marks before the keys, and start with `---` on line 1")
        yield _Shape("json", line, list_facts(read_json(self._source, line.offset)))
        match line.kind:
            case "fence":
                is_free = not (line.is_bare and at and self._is_paragraph(at - 1))
                facts = given(bare=line.is_bare, labelled=self._is_labelled(at), free=is_free)
                rule = f"{_begin(line)}; for a horizontal rule, use `***`" if self._above else ""
                block = read_block(lines, at + 1, line.sign)
                yield _Shape("fence", line, block.facts | facts, hint=_hint_at_label(line) or rule)
            case "mark":
                facts = read_block(lines, at + 1, line.sign).facts
                yield _Shape("mark", line, facts if line.visible == "{" else facts - {"json"})
            case "key":
                yield self._read_keys(at)
            case "code":
                yield from self._list_in_code(at)
            case "text" if _PANDOC.match(self._source, line.offset) is not None:
                yield _Shape("Pandoc", line, set(), hint=_REWRITE)

    def _read_keys(self, at: int) -> _Shape:
        """Returns the shape of the block of keys that begins at a line."""
        line, facts = self._lines[at], read_block(self._lines, at).facts
        if line.style in _FOREIGN:
            is_item = line.style == "Logseq" and self._above
            return _Shape(line.style, line, list_facts(line.keys) if is_item else facts, hint=_REWRITE)
        if line.visible.startswith("{"):
            return _Shape("braces", line, facts if line.visible.lstrip("{ ")[:1] == '"' else facts - {"json"})
        is_begun = _UNFENCED.match(self._source[line.offset :][:_FAR]) is not None
        fence = "+++" if line.style == "TOML" else "---"
        hint = f"add a `{fence}` line before it" if "closed" in facts else f"put it between two `{fence}` lines"
        facts |= given(TOML=line.style == "TOML", begun=is_begun)
        return _Shape("keys", line, facts, hint="" if self._above else hint)

    def _list_in_comment(self, line: SourceLine, inner: str) -> Iterator[_Shape]:
        """Yields the shape of a comment with front matter in it."""
        found = _Scan(inner, line.number, in_comment=True).find()
        if found is None or not found.is_error:
            return
        is_fence = found.line.kind == "fence"
        facts = list_facts(key for source_line in read_lines(inner) for key in source_line.keys)
        facts |= given(fence=is_fence, foreign=found.frame in _FOREIGN)
        at = found.line if is_fence and found.line.number > line.number else line
        yield _Shape("comment", at, facts, hint=f"move it out of the comment; {found.hint or _begin(found.line)}")

    def _list_in_code(self, at: int) -> Iterator[_Shape]:
        """Yields the shape of a code block with front matter in it."""
        lines = [line for line in self._lines[at + 1 : find_end(self._lines, at)] if line.kind != "blank"]
        is_fenced = bool(lines) and lines[0].kind == "fence"
        facts = read_block(lines, int(is_fenced), lines[0].sign if is_fenced else "---").facts
        if facts & {"known", "holds"}:
            hint = f"move it out of the code block; {_begin(lines[0])}; if it is an example, write a sentence above it"
            yield _Shape("code", self._lines[at], facts | given(fenced=is_fenced), hint=hint)

    def _is_labelled(self, at: int) -> bool:
        """Returns whether the fence is one such as `---lua`, and another is below it."""
        is_labelled = _LABELLED.fullmatch(self._lines[at].visible) is not None
        return is_labelled and any(line.visible == "---" for line in self._lines[at + 1 :])

    def _is_paragraph(self, at: int) -> bool:
        """Returns whether the line is one that dashes below it make a heading."""
        line = self._lines[at]
        return line.kind in ("text", "key") and not line.is_stray and not line.visible.startswith(("#", "<", ">", "- "))


def _begin(line: SourceLine) -> str:
    """Returns how front matter of the format begins that a line seems to be of."""
    opener = "{" if line.visible.startswith("{") else "+++" if line.sign.startswith("+") else "---"
    return f"remove everything before `{opener}`"


def _hint_at_label(fence: SourceLine) -> str:
    """Returns what to do about the label of a fence; empty for a fence without one."""
    label = fence.visible.removeprefix(fence.sign).strip()
    if fence.visible.startswith(fence.sign) and label.startswith(("#", "//", "/*", "<!--", "!", "&", "%")):
        return f"delete `{shown(label)}`: `{fence.sign}` must be alone on its line"
    if fence.visible.startswith(fence.sign) and label.isalpha():
        return f"delete `{label}`: use `---` for YAML, `+++` for TOML, and no fence for JSON"
    return ""


def _hint_at_odd(source: str, line: SourceLine, first: int) -> str:
    """Returns the hint for an invisible or unusual character on the line, or on an otherwise empty line above."""
    rows = source.split("\n", line.number - first + 1)
    for number, row in enumerate(rows[: line.number - first + 1], first):
        odd = find_odd(row)
        if odd and (number == line.number or is_blank(row)):
            return f"delete the character {describe(odd)} on line {number}"
    return ""


def _find_possible(path: str, source: str, first: int) -> Iterator[Diagnostic]:
    """Yields a warning for header lines that may be front matter."""
    block = find_block(source)
    known = {line.key for line in block.lines if is_known(line.key)}
    if len(known) > 1 and ("title" in known or find_signs(block) > 0):
        message = "possible front matter is published as text"
        hint = "put it between two `---` lines; if it is text, add a heading above it"
        line = block.lines[0]
        yield warning("possible-front-matter", message, Place(path, first, line.start + 1, len(line.name)), hint=hint)
    else:
        yield from _find_properties(path, source, first)


def _find_properties(path: str, text: str, first: int, *, is_below: bool = False) -> Iterator[Diagnostic]:
    """Yields a warning for properties of a page, as Notion exports them, one of which holds it back.

    They are several lines below the title, or `is_below` front matter. A single one counts if it is emphasized, or if
    its value begins with a capital letter, as Notion's do, between front matter and a text without title: `Status:
    draft` may be that of what the text is on.
    """
    title = _TITLE.match(text)
    if title is None or not (title["title"] or is_below):
        return
    rows = text[title.end() : title.end() + _FAR].partition("\n\n")[0].rstrip("\n").split("\n")
    lines = [line for row in rows if (line := _PROPERTY.fullmatch(row)) is not None]
    is_marked = len(rows) == len(lines) == 1 and lines[0]["mark"] != ""
    is_alone = is_below and not title["title"] and len(rows) == 1 and not is_marked
    if len(lines) < len(rows) or (len(rows) == 1 and not (is_alone or is_marked)):
        return
    for in_doubt in (False,) if is_alone else (False, True):
        for number, line in enumerate(lines, first + title[0].count("\n")):
            if _is_held(line["name"], line["value"] or "", in_doubt=in_doubt, is_alone=is_alone):
                message = f"`{shown(line[0])}` does not hide the post"
                hint = "to hide the post, put `draft: true` between two `---` lines above the title"
                place = Place(path, number, line.start("name") + 1, len(line["name"]))
                yield warning("possible-front-matter", message, place, hint=hint)
                return


def _is_held(name: str, value: str, *, in_doubt: bool, is_alone: bool) -> bool:
    """Returns whether a property holds its page back; one with more than three words is a sentence."""
    is_short = len(value.split()) <= 3 and not (is_alone and value[:1].islower())
    return is_short and holds_back(name, value, in_doubt=in_doubt)
