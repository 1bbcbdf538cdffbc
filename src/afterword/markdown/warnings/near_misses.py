"""Warns of text that is nearly Markdown, such as `[text] (url)`, and of unclosed code blocks.

Each hint has the correct form. The page is rendered as CommonMark specifies.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from markdown_it.common.utils import normalizeReference
from msgspec import Struct

from afterword.core.diagnostics import did_you_mean, warning
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown
from afterword.markdown.rules.attributes import ATTRIBUTE_LIST
from afterword.markdown.source_map import split_cells
from afterword.markdown.warnings.lists import warn_of_list_numbers
from afterword.markdown.writers.raw_html import warn_of_invalid_tags
from afterword.talks.timestamps import CLOCK, DASH, parse_time_range

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from markdown_it.token import Token

    from afterword.markdown.warnings.text_blocks import TextBlock, TextBlocks
    from afterword.markdown.writers.writer import Writer


def _warn(block: TextBlock, message: str, start: int, length: int, hint: str) -> None:
    block.writer.report(warning("near-markdown", message, block.place(start, length), hint=hint))


_TARGET = r"(?:https?://[^\s()\[\]]+|\.{0,2}/[^\s()\[\]]+|#[\w-]+|[^\s()\[\]]+\.[A-Za-z]\w{1,4}(?:#[\w-]+)?)"

_USUAL = "(?:class|height|id|loading|style|target|title|width)"


class NearMiss(Struct, frozen=True):
    """A form that is nearly Markdown.

    Attributes:
        sign: a pattern that is fast to look for: a text that has no match of it is not searched further.
        message: the message of the warning.
        instead: the correct form, a template for `re.Match.expand`.
        group: the group of the pattern that the place points to.
        hint: the hint; `{}` is the correct form.
        in_headings: whether the form is one in headings, too.
    """

    sign: re.Pattern[str]
    pattern: re.Pattern[str]
    message: str
    instead: str
    group: int = 0
    hint: str = "write `{}`"
    in_headings: bool = True


_SPACE_IN_TARGET = lazy_pattern(r"\]\([^()\s]+\s")
_BRACE_BEHIND_SPACE = lazy_pattern(r" \{[ \t]*(?:[:.#]|[a-z]+=)")

NEAR_MISSES = (
    NearMiss(
        _SPACE_IN_TARGET,
        lazy_pattern(r"(!\[[^\[\]\n]{0,200}\])\((?=[^()\s]{1,300}[ \t])([^()<>{}\n\"']{1,300}\.\w{1,5})[ \t]*\)"),
        "not an image: the path contains a space",
        r"\1(<\2>)",
        group=2,
    ),
    NearMiss(
        _SPACE_IN_TARGET,
        lazy_pattern(
            r"(?<!!)(\[[^\[\]\n]{1,200}\])\((?=[^()\s]{1,300}[ \t])"
            r"([^()<>{}\n\"']{1,300}(?:\.(?:md|markdown|html?|pdf|png|jpe?g|svg|txt)(?:#[\w-]{1,200})?|/))[ \t]*\)"
        ),
        "not a link: the target contains a space",
        r"\1(<\2>)",
        group=2,
    ),
    NearMiss(
        _SPACE_IN_TARGET,
        lazy_pattern(r"(!?\[[^\[\]\n]{0,200}\])\(((?:https?://|/)[^\s()]{0,300})\n[ \t]*([^\s()]{1,300})\)"),
        "not a link: the target continues on the next line",
        r"\1(\2\3)",
    ),
    NearMiss(
        lazy_pattern(r"\] \("),
        lazy_pattern(rf"(!?\[[^\[\]\n]{{1,200}}\])[ \t]+(\({_TARGET}\))"),
        "not a link: space between `]` and `(`",
        r"\1\2",
    ),
    NearMiss(
        lazy_pattern(r"\)\["),
        lazy_pattern(rf"\(([^()\n]{{1,200}})\)\[({_TARGET})\]"),
        "not a link: brackets and parentheses are swapped",
        r"[\1](\2)",
    ),
    NearMiss(
        lazy_pattern(r"\[[ \t]*\]\([^)#]"),
        lazy_pattern(rf"(?<![!\\\w\]])\[[ \t]*\]\((?!#)({_TARGET})\)"),
        "link without text, which is not visible",
        r"[text](\1)",
    ),
    NearMiss(
        lazy_pattern(r"\]\([ \t]*\)"),
        lazy_pattern(r"(?<![\\\]])(!?\[(?!\d+:\d)[^\[\]\n]{1,200}\])\([ \t]*\)"),
        "link without a target",
        r"\1(…)",
    ),
    NearMiss(
        lazy_pattern(r"\{:?[ \t]*[.#][^{}\n]*\n"),
        lazy_pattern(r"(\{:?[ \t]*[.#][\w-]{1,100}[^{}\n]{0,300}?)[ \t]*\n[ \t]*([^{}\n]{1,300}\})"),
        "not an attribute list: it continues on the next line",
        r"\1 \2",
    ),
    NearMiss(
        _BRACE_BEHIND_SPACE,
        lazy_pattern(rf"(\S*[)\]`*_>])[ \t]+((?=\{{[ \t]*(?:[:.#]|{_USUAL}=)){ATTRIBUTE_LIST})"),
        "not an attribute list: space before `{`",
        r"\1\2",
        group=2,
        in_headings=False,
    ),
    NearMiss(
        _BRACE_BEHIND_SPACE,
        lazy_pattern(rf"(?<=[^\s)\]`*_>])[ \t]+((?=\{{:){ATTRIBUTE_LIST}|(?=\{{[.#]){ATTRIBUTE_LIST}\Z)"),
        "not an attribute list: it follows text",
        r"\1",
        group=1,
        hint="move `{}` to the next line, or right after an image, a link, code or emphasis",
        in_headings=False,
    ),
)
"""The forms within the text of a block."""


def warn_of_near_misses(writer: Writer, text: str, texts: TextBlocks) -> None:
    """Warns of text that is nearly Markdown in the blocks of a text."""
    lines = f"\n{text}"  # patterns that begin with a character are found faster than those that begin with `^`
    warn_of_list_numbers(writer, lines, texts.tokens)
    for token in texts.tokens if "```" in text or "~~~" in text else ():
        if token.type == "fence":
            _check_fence(writer, token)
    checks = [(block, check) for check, blocks in _list_checks(writer, lines, texts) for block in blocks]
    for block, check in sorted(checks, key=lambda pair: pair[0].number):
        if not block.is_html:
            check(block)


def _list_checks(
    writer: Writer, lines: str, texts: TextBlocks
) -> Iterator[tuple[Callable[[TextBlock], None], Iterable[TextBlock]]]:
    """Yields the checks, each with the blocks that have its sign."""
    if _LINE_SIGN.search(lines) is not None:
        yield _check_lines, texts.blocks
    yield _check_references, texts.containing("][")
    if writer.talk_context is not None:
        yield _check_heading_time, texts.containing(":")
    for form in NEAR_MISSES:
        yield partial(_check_form, form=form), texts.matching(form.sign)
    emphasis = {block.number: block for sign in _SPACE_IN_EMPHASIS for block in texts.matching(sign)}
    yield _check_emphasis, emphasis.values()
    yield lambda block: warn_of_invalid_tags(writer, block.tokens, block.number), texts.containing("<")
    yield _check_table, texts.containing("|")
    yield _check_heading, texts.containing("{")


def _check_form(block: TextBlock, form: NearMiss) -> None:
    if block.is_heading and not form.in_headings:
        return
    for found in form.pattern.finditer(block.text):
        start = found.start(form.group)
        if block.is_visible(start):
            hint = form.hint.format(shown(found.expand(form.instead)))
            _warn(block, form.message, start, len(found[form.group].partition("\n")[0]), hint)


_LINE_SIGN = lazy_pattern(r"\n[ \t>]*(?:#{1,6}[^\W_]|[-+*](?:[^\s*+-]|[ \t]+\[[ xX]?\])|\d{1,3}[.)][^\s\d])")
"""The start of a line that may be a near miss: few texts have one, and it is found fast."""

_HEADING = lazy_pattern(r"(?m)^(?P<mark>#{1,6})(?P<text>[^\W_][^\n]*)")
_DIRECTIVE = lazy_pattern(r"(?:define|elif|else|endif|if|ifdef|ifndef|include|pragma|undef)\b")
_TAG = lazy_pattern(r"#\w")

_START = r"(?:[^\W\d_](?![\s,=])|[\[`]|\*\*\S)"
"""Pattern of the start of an item: no number, and no option of a command such as `-v`."""
_BULLETS = lazy_pattern(rf"(?m)^(?P<mark>[-+]|\*(?![^\n]*\*))(?P<text>{_START}[^\n]*)\n(?P=mark){_START}")
_BARE_TASK = lazy_pattern(r"(?m)^(?P<mark>[-+*])(?P<text>\[[ xX]\][ \t][^\n]*)")
_NUMBER_START = r"(?![xX]\b)(?:[^\W\d_](?:[^\W\d_]|[ ,'’])|[\[`*])"
_NUMBERS = lazy_pattern(
    rf"(?m)^(?P<mark>(?P<number>\d{{1,3}})(?P<sign>[.)]))(?P<text>{_NUMBER_START}[^\n]*)"
    rf"\n(?P<next>\d{{1,3}})(?P=sign){_NUMBER_START}"
)
_TASK = lazy_pattern(r"\A(?P<mark>\[[ xX]\])(?P<text>[^\s(\[:][^\n]*)")
_EMPTY_TASK = lazy_pattern(r"\A(?P<mark>\[\])[ \t]+(?P<text>[^\n]+)")


def _check_lines(block: TextBlock) -> None:
    """Warns of headings, items of lists and tasks without a space behind their mark."""
    if block.opening.type == "paragraph_open":
        for match, message, correct in _find_lines(block):
            hint = f"write `{shown(correct)}`" + ("; if it is text, write `\\#`" if match["mark"] == "#" else "")
            _warn(block, message, match.start("mark"), len(match["mark"] + match["text"]), hint)


def _find_lines(block: TextBlock) -> Iterator[tuple[re.Match[str], str, str]]:
    """Yields each near miss of a paragraph: its match, its message, and the correct form."""
    text, token = block.text, block.token
    headings = _HEADING.finditer(text) if token.level == 1 and "#" in text else ()
    numbers = (match for match in _NUMBERS.finditer(text) if int(match["next"]) - int(match["number"]) in (0, 1))
    found = (
        *((match, "a heading") for match in headings if _is_heading(match, text)),
        *((match, "a list") for match in _BULLETS.finditer(text)),
        *((match, "a list") for match in islice(numbers, 1)),
        *((match, "a task") for match in _BARE_TASK.finditer(text)),
    )
    for match, what in found:
        if block.is_visible(match.start("mark")):
            mark = match["mark"]
            yield match, f"not {what}: no space after `{mark}`", f"{mark} {match['text']}"
    item = block.tokens[block.number - 2]
    if item.type == "list_item_open":
        sign = item.info + item.markup
        if (task := _TASK.match(text)) is not None and task["mark"][1:-1].upper() not in block.writer.definitions:
            yield task, "not a task: no space after `]`", f"{sign} {task['mark']} {task['text']}"
        if (task := _EMPTY_TASK.match(text)) is not None and block.is_visible(0):
            yield task, "not a task: no space in `[]`", f"{sign} [ ] {task['text']}"


def _is_heading(match: re.Match[str], content: str) -> bool:
    """Returns whether a line is meant as a heading, and not as a tag such as `#python` or a line of C."""
    mark, text = match["mark"], match["text"]
    if len(mark) > 1:
        return True
    if not text[0].isalpha() or _TAG.search(text) is not None or _DIRECTIVE.match(text) is not None:
        return False
    return text[0].isupper() or (content == match[0] and " " in text.strip() and text[-1] not in ".,:;!?)")


_REFERENCE = lazy_pattern(r"(?<![\w\]\[\\])\[(?!\^)([^\[\]\n]{0,200}[^\s\[\]])\]\[(?!\^)([^\[\]\n]{1,100})\](?![\[(:])")
_WORD = lazy_pattern(r"[^\W\d_][\w-]+")


def _check_references(block: TextBlock) -> None:
    """Warns of a reference without a definition, if the text has others or the label is a word."""
    definitions = block.writer.definitions
    for match in _REFERENCE.finditer(block.text):
        text, label = match.groups()
        is_likely = (len(text + label) > 2 and bool(definitions)) or _WORD.fullmatch(label) is not None
        name = normalizeReference(label)
        if (
            is_likely
            and name not in definitions
            and parse_time_range(label) is None
            and block.is_visible(match.start())
        ):
            hint = did_you_mean(name, definitions).lower()
            hint = hint or f"add a line `[{shown(label)}]: https://…`, or write `[{shown(text)}](https://…)`"
            _warn(block, f"not a link: no definition of `[{shown(label)}]`", match.start(), len(match[0]), hint)


_TIME = rf"{CLOCK}(?:\s*[{DASH}]\s*{CLOCK})?"
_TIME_FIRST = lazy_pattern(rf"\(?(?P<time>{_TIME})\)?(?:\s*[{DASH}:|)]\s+|\s+)(?![ap]\.?m\b)(?P<text>[^{DASH}\s].*)")
_TIME_LAST = lazy_pattern(rf"(?P<text>.*\S)\s*(?:\(|\s[{DASH}|]\s+)(?P<time>{_TIME})\)?\s*")


def _check_heading_time(block: TextBlock) -> None:
    """Warns of a time without brackets at the start or the end of a heading of notes on a talk."""
    first = _TIME_FIRST.fullmatch(block.text) if block.is_heading else None
    match = first or (_TIME_LAST.fullmatch(block.text) if block.is_heading else None)
    if match is None or parse_time_range(match["time"]) is None or "[" in match["text"]:
        return
    time, text = match["time"], match["text"]
    correct = f"[{time}] {text}" if first else f"{text} [{time}]"
    message = f"not a timestamp: `{time}` without brackets in a heading"
    hint = f"write `{'#' * int(block.opening.tag[1:])} {shown(correct)}`"
    _warn(block, message, match.start("time"), len(time), hint)


_SPACE_AT_END = (
    lazy_pattern(r"(?<![\w*\\])(?P<mark>\*\*|__)(?P<text>[^\s*_][^*_\n]{0,200}?)[ \t]+(?P=mark)(?![\w*_])"),
    lazy_pattern(r"(?<![\w*\\])(?P<mark>\*)(?P<text>[A-Za-z][^*\n]{1,200}?\w)[ \t]+(?P=mark)(?=[\s.,;:!?)]|$)"),
)
_SPACE_AT_BEGINNING = lazy_pattern(
    r"(?<![\w*\\])(?P<mark>\*\*|__)[ \t]+(?P<text>[^*_\n]{0,200}[^\s*_])[ \t]?(?P=mark)(?![\w*_])"
)
"""Emphasis with a space inside its signs."""

_SPACE_IN_EMPHASIS = (
    lazy_pattern(r"\*(?<=[ \t]\*)\*?(?![\w*_])"),
    lazy_pattern(r"_(?<=[ \t]_)_(?![\w*_])"),
    lazy_pattern(r"\*\*(?<![\w*\\]\*\*)[ \t]"),
    lazy_pattern(r"__(?<![\w*\\]__)[ \t]"),
)
"""The ends of matches of `_SPACE_AT_END`, and the beginnings of those of the other. Few texts have one, and they are
found ten times as fast.
"""

_OPEN_ATTRIBUTES = lazy_pattern(r"\{:?[ \t]*[.#][\w-]{1,100}[^{}\n]{0,300}$")
_END_OF_ATTRIBUTES = lazy_pattern(r"[ \t]*[.#\w][^{}\n]{0,300}\}")


def _check_heading(block: TextBlock) -> None:
    """Warns of attributes that begin at the end of a heading and end in the paragraph below it."""
    begin = _OPEN_ATTRIBUTES.search(block.text) if block.is_heading else None
    below = block.tokens[block.number + 3].content if block.number + 3 < len(block.tokens) else ""
    end = _END_OF_ATTRIBUTES.match(below)
    if begin is not None and end is not None:
        hint = f"write `{shown(f'{begin[0]} {end[0].strip()}')}`"
        _warn(block, "not an attribute list: it continues on the next line", begin.start(), len(begin[0]), hint)


def _check_emphasis(block: TextBlock) -> None:
    """Warns of emphasis with a space inside its signs."""
    found = [match for pattern in _SPACE_AT_END for match in pattern.finditer(block.text)]
    if not found:
        # Where the signs are emphasis, the parser has taken them from the texts.
        texts = (child.content for child in block.token.children or () if child.type == "text")
        found = [match for text in texts if (match := _SPACE_AT_BEGINNING.search(text)) is not None]
    for match in found:
        start, mark = block.visible.find(match[0]), match["mark"]
        if start >= 0:
            hint = f"write `{mark}{shown(match['text'].strip())}{mark}`"
            _warn(block, f"not emphasis: space inside `{mark}`", start, len(match[0]), hint)


_DELIMITERS = lazy_pattern(r"(?=[ \t>|:]*[–—=-])[ \t>|:–—=-]+")
_FENCE = lazy_pattern(r"[ \t>]*(`{3,}|~{3,})[ \t]*$")


def _check_table(block: TextBlock) -> None:
    """Warns of a paragraph that is not a table because its delimiter row is invalid or below an empty line."""
    token, source = block.token, block.writer.source
    if token.map is None or block.opening.type != "paragraph_open":
        return
    lines = source.lines
    for number in range(token.map[0], min(token.map[1], len(lines))):
        dashes, is_first = lines[number], number == token.map[0]
        header = _find_line_above(block.tokens, block.number) if is_first else lines[number - 1]
        if "|" not in header or "|" not in dashes or not _DELIMITERS.fullmatch(dashes):
            continue
        given, wanted = len(split_cells(dashes)), len(split_cells(header))
        sign = next((sign for sign in "–—=" if sign in dashes), "")
        hint = f"write `| {' | '.join(['---'] * wanted)} |`"
        if sign:
            message = f"the delimiter row has `{sign}` instead of `-`"
        elif given != wanted:
            message = f"the delimiter row has {given} cell{'s' if given != 1 else ''}, the header has {wanted}"
        elif is_first:
            message, hint = "empty line below the header", "remove the empty line"
        else:
            continue
        place = source.place(number, len(dashes) - len(dashes.lstrip()), len(dashes.strip()))
        block.writer.report(warning("near-markdown", f"not a table: {message}", place, hint=hint))
        return


def _find_line_above(blocks: Sequence[Token], index: int) -> str:
    """Returns the paragraph above the one with the text at `index`, if it is one line; else empty text."""
    above = blocks[index - 3] if index >= 5 and blocks[index - 2].type == "paragraph_close" else None
    return above.content if above is not None and "\n" not in above.content else ""


def _check_fence(writer: Writer, token: Token) -> None:
    """Warns of an unclosed code block that contains the rest of the text."""
    lines = writer.source.lines
    if token.map is None or token.level or "liquid" in token.meta or not token.content.strip():
        return
    if any(lines[number].strip() for number in range(token.map[1], len(lines))):
        return
    first, end = token.map
    last = next((line for line in reversed(lines[first + 1 : end]) if line.strip()), "")
    if last.strip().startswith(token.markup) and not last.strip().strip(token.markup[0]):
        return
    marks = ((number, match[1]) for number in range(first + 1, end) if (match := _FENCE.match(lines[number])))
    other = next(marks, None)
    marks_named = "backticks" if token.markup[0] == "`" else "tildes"
    hint = f"add a closing fence: a line of {len(token.markup)} {marks_named}"
    if other is not None:
        line = writer.source.place(other[0]).line
        hint = f"on line {line}, use {marks_named} as at the start, and at least {len(token.markup)}"
    begin = lines[first].find(token.markup)
    place = writer.source.place(first, max(begin, 0), len(lines[first].strip()))
    message = "unclosed code block: the rest of the text is code"
    writer.report(warning("unclosed-fence", message, place, hint=hint))
