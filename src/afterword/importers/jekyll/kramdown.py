"""Translates markup of kramdown that Afterword does not have: links with spaces, its tables, attribute lists, marks.

Dashes in headings become characters, because kramdown makes heading ids after it has replaced them.

Pages of HTML become one HTML block, which Markdown keeps as it is.

Sources of the rules: https://kramdown.gettalong.org/syntax.html
"""

from __future__ import annotations

import re
from functools import lru_cache

from afterword.importers.code import (
    VERBATIM,
    escape_in_text,
    find_blocks,
    find_code,
    find_fixed,
    is_inside,
    replace_outside_code,
    restore_brackets,
)

_SPACED_LINK = re.compile(
    r"""\]\((?P<url>(?![<#])[^()<>"'\n]*[^\s()<>"'][ \n]+(?=[^\s()<>"'])[^()<>"']*?)"""
    r"""(?P<title>\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)"""
)
_ESCAPED_LINK = re.compile(r"\]\((?P<url>[^\s<>()]*\([^\s<>()]*\\\)[^\s<>()]*)(?P<title>)\)")
_ESCAPED_MARK = re.compile(r"\\(?P<mark>[_*])(?P=mark)(?P<text>[^\s_*](?:[^_*\n]*[^\s_*])?)(?P=mark){2}(?!(?P=mark))")
r"""Matches `\__FILE__`: in kramdown, a single mark does not end at a double one."""

_RAW_TAG = re.compile(r"(?<=[^\n])<(?P<name>script|style|textarea|title|iframe|noembed|noframes|xmp)\b[^<>\n]*>", re.I)
"""Matches a tag behind which browsers read no markup, within a line."""

_HEADING = re.compile(r"^(?=[^\n]*--)(?: {0,3}#{1,6}[^\n]*|[^\n]*(?=\n(?:=+|-+)[ \t]*(?:\n|\Z)))", re.MULTILINE)
_DEFINITION = re.compile(r"^ {0,3}\{:(?P<name>\w[\w-]*):[ \t]*(?P<attributes>[^}\n]*)\}[ \t]*(?:\n|\Z)", re.MULTILINE)
_LIST = re.compile(r"\{:(?P<attributes>[^:}\n][^}\n]*)\}")
_DASHES = re.compile(r"(?<![-<])-{2,3}(?![->])")
_GUILLEMETS = re.compile(r"<<(?!<)|(?<=[^\s>])>>(?!>)|(?<=\S )>>(?!>)")
_LINE_BREAK = re.compile(r"(?<!\\)\\\\[ \t]*$(?=\n[ \t>]*\S)", re.MULTILINE)
r"""Matches two backslashes at the end of a line."""

_CODE_TAG = re.compile(r"<code>[^<>\n]*[`*_\[\]\\][^<>\n]*(?=</code>)")
_BULLETS = re.compile(r"^(?P<item>\d+\.[ \t]+)[^\n]*\n(?P<bullets>(?:[ \t]*[*+-][ \t][^\n]*(?:\n|\Z))+)", re.MULTILINE)
_TOC = re.compile(r"^ {0,3}(?:[*+-]|\d+\.)[ \t][^\n]*\n {0,3}\{: ?toc[^}\n]*\}[ \t]*(?:\n|\Z)", re.MULTILINE)
_COMMENT = re.compile(r"\{::comment\}.*?\{:/(?:comment)?\}\n?", re.DOTALL)
_MARK = re.compile(r"\{::?/?(?:nomarkdown|options)[^}\n]*\}|\{:/\}")
_NO_MARKDOWN = re.compile(r"(?<=\{::nomarkdown\}).*?(?=\{:/)", re.DOTALL)
_TAG = re.compile(rf"(?P<html>{VERBATIM}|</?[a-z][^<>]*>)|[`*_\[\]\\~]", re.DOTALL | re.IGNORECASE)
_MARKED = re.compile(r"(?<![=\\])==(?=[^\s=](?:(?!\n[ \t>]*\n).){0,2000}?(?<=[^\s=])==(?!=))", re.DOTALL)
_NUMBER = re.compile(r"^[ \t>]*(?:[*+-][ \t]+)*\d{1,9}(?=\)(?:[ \t]|$))", re.MULTILINE)
"""Matches a number that begins no list in kramdown."""
_HTML_OPTION = re.compile(r"\{::options\b[^}\n]*\bparse_block_html=[\"'](?P<value>true|false)[\"'][^}\n]*\}")
_HTML_LINE = re.compile(r"^ {0,3}(?:<[a-z][^<>\n]*>[ \t]*)+", re.IGNORECASE | re.MULTILINE)
_MARKDOWN_TAG = re.compile(
    r"<(?P<name>address|article|aside|blockquote|caption|d[dlt]|details|div|fieldset|fig(?:ure|caption)|footer|form"
    r"|h[1-6]|header|hgroup|legend|main|menu|nav|noscript|p|section|summary)\b(?![^<>]*\smarkdown[\s=>])",
    re.IGNORECASE,
)
"""Matches a tag behind which kramdown reads Markdown with `parse_block_html`, as its `HTML_CONTENT_MODEL` has it."""

_RAW_ELEMENT = re.compile(
    r"<(?P<name>[ou]l|table|pre|script|style|textarea|svg|math|video|audio)\b.*?</(?P=name)\s*>"
    r"|\{::nomarkdown\b.*?\{:/",
    re.DOTALL | re.IGNORECASE,
)
"""Matches what kramdown reads as HTML in any case."""

_END_OF_BLOCK = re.compile(r"^\^[ \t]*$", re.MULTILINE)
_TABLE = re.compile(
    r"(?:(?<=\n\n)|\A)(?:(?: {0,3}\|[^\n]*(?:\n|\Z))+"
    r"|[^\n|]*\|[^\n]*\n {0,3}(?=:?-)(?=[^\n]*\|)[:|+ \t-]+\n(?:[^\n|]*\|[^\n]*(?:\n|\Z))*)"
)
_DELIMITER = re.compile(r" {0,3}\|?[ \t]*(?:[:|+ \t-]*-[:|+ \t-]*|[=|+ \t]*=[=|+ \t]*)")
_CELLS = re.compile(r"`[^`]*`|\\.|\|")

_VERBATIM = re.compile(VERBATIM, re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
_ELEMENT = re.compile(
    r"^ {0,3}<(?P<tag>address|article|aside|blockquote|center|details|div|dl|fieldset|figure|footer|form|header|main"
    r"|nav|ol|p|section|table|ul)\b",
    re.IGNORECASE | re.MULTILINE,
)
_GAPS = re.compile(r"\n\s*")


def remove_toc(text: str) -> tuple[str, bool]:
    """Returns the text without the list that marks where the table of contents is, and whether there was one."""
    if "{:toc" not in text and "{: toc" not in text:
        return text, False
    shorter = replace_outside_code(_TOC, lambda _: "", text)
    return shorter, shorter != text


def translate_kramdown(text: str, *, parses_html: bool = False) -> str:
    """Returns a text of kramdown as CommonMark with the extensions that Afterword has.

    `parses_html` is the setting `parse_block_html`: text in elements of HTML is Markdown.
    """
    if parses_html or "parse_block_html" in text:
        text = _mark_html(text, parses_html=parses_html)
    text = _expand_definitions(text) if "{:" in text else text
    text = replace_outside_code(_NO_MARKDOWN, _keep_html, text)
    for pattern in (_COMMENT, _MARK, _END_OF_BLOCK):
        text = replace_outside_code(pattern, lambda _: "", text)
    text = replace_outside_code(_BULLETS, _indent_bullets, restore_brackets(text))
    text = _close_html_blocks(replace_outside_code(_CODE_TAG, _keep_signs, text))
    for pattern, write in _REWRITTEN.items():
        text = replace_outside_code(pattern, write, text)
    text = replace_outside_code(_GUILLEMETS, lambda sign: "«" if sign[0] == "<<" else "»", text, _find_fixed)
    text = replace_outside_code(_LINE_BREAK, lambda _: "\\", text, _find_fixed)
    text = replace_outside_code(_TABLE, _translate_table, text)
    return _escape_numbers(escape_in_text(_MARKED, text))


def _escape_numbers(text: str) -> str:
    """Returns a text without numbers that begin a list only in CommonMark, such as `5)`."""
    starts = {start for start, _ in find_blocks(text, "inline")} if _NUMBER.search(text) is not None else ()
    return _NUMBER.sub(lambda match: f"{match[0]}\\" if match.start() in starts else match[0], text)


def _mark_html(text: str, *, parses_html: bool) -> str:
    """Returns a text whose elements of HTML have `markdown="1"` where kramdown reads the text in them as Markdown."""
    raw = [match.span() for match in _RAW_ELEMENT.finditer(text)]
    code = find_code(text)
    switches = [one for one in _HTML_OPTION.finditer(text) if not is_inside(one.start(), code)]

    def mark(match: re.Match[str]) -> str:
        before = [one["value"] == "true" for one in switches if one.start() < match.start()]
        if not [parses_html, *before][-1] or is_inside(match.start(), raw):
            return match[0]
        return _MARKDOWN_TAG.sub(r'<\g<name> markdown="1"', match[0])

    return replace_outside_code(_HTML_LINE, mark, text)


def _find_fixed(text: str) -> list[tuple[int, int]]:
    """Returns the spans of code, formulas, scripts and styles."""
    return [*find_fixed(text), *(match.span() for match in _VERBATIM.finditer(text))]


def _keep_signs(match: re.Match[str]) -> str:
    """Returns the code between tags of HTML, in which kramdown reads no markup."""
    return _TAG.sub(_keep_text, match[0])


def _keep_html(match: re.Match[str]) -> str:
    """Returns HTML without markup in its texts; a block of HTML is unchanged."""
    html = match[0].strip()
    return match[0] if _ELEMENT.match(html) and html.endswith(">") else _TAG.sub(_keep_text, match[0])


def _keep_text(match: re.Match[str]) -> str:
    """Returns a sign of markup as text, and HTML unchanged."""
    return match[0] if match["html"] else f"&#{ord(match[0])};"


def _indent_bullets(match: re.Match[str]) -> str:
    """Returns a numbered item with the bullets below it, which belong to it without being indented."""
    bullets = match["bullets"]
    if bullets[0] in " \t":
        return match[0]
    space = " " * len(match["item"])
    return match[0].removesuffix(bullets) + "".join(f"{space}{line}" for line in bullets.splitlines(keepends=True))


def _write_dashes(match: re.Match[str]) -> str:
    return replace_outside_code(_DASHES, lambda dashes: "—" if len(dashes[0]) == 3 else "–", match[0])


def _escape_unclosed(match: re.Match[str]) -> str:
    """Returns a tag as text if it has no end tag: behind it, browsers would show nothing."""
    is_closed = _find_last_end(match.string, match["name"].lower()) > match.start()
    return match[0] if is_closed else f"&lt;{match[0][1:]}"


@lru_cache(maxsize=16)
def _find_last_end(text: str, name: str) -> int:
    """Returns where the last end tag of an element begins; -1 if there is none."""
    return text.lower().rfind(f"</{name}")


def _escape_marks(match: re.Match[str]) -> str:
    mark = f"\\{match['mark']}"
    return f"{mark}{mark}{match['text']}{mark}{mark}"


def _quote_link(match: re.Match[str]) -> str:
    url = re.sub(r"\s*\n\s*", " ", match["url"].strip())
    return f"](<{url}>{match['title'] or ''})"


_REWRITTEN = {
    _SPACED_LINK: _quote_link,
    _ESCAPED_LINK: _quote_link,
    _RAW_TAG: _escape_unclosed,
    _ESCAPED_MARK: _escape_marks,
    _HEADING: _write_dashes,
}
"""What is written otherwise than in kramdown, in order."""


def _expand_definitions(text: str) -> str:
    """Replaces the names of attribute lists with their attributes, and removes the definitions."""
    code = find_code(text)
    found = {
        one["name"]: one["attributes"].strip() for one in _DEFINITION.finditer(text) if not is_inside(one.start(), code)
    }
    if not found:
        return text

    def expand(match: re.Match[str]) -> str:
        words = match["attributes"].split()
        if not any(word in found for word in words):
            return match[0]
        return f"{{: {' '.join(found.get(word, word) for word in words)}}}"

    return replace_outside_code(_LIST, expand, replace_outside_code(_DEFINITION, lambda _: "", text))


def _translate_table(match: re.Match[str]) -> str:
    """Returns a table with a header, a delimiter row of as many cells, and no lines between its rows."""
    first, *rest = (row for row in match[0].split("\n") if row)
    if _DELIMITER.fullmatch(first) and rest:
        first, *rest = rest  # a line above the table
    cells = _count_cells(first)
    if rest and _DELIMITER.fullmatch(rest[0]):
        head, rows = [first, _fit(rest[0], cells)], rest[1:]
    else:
        head, rows = [f"|{'  |' * cells}", f"|{' --- |' * cells}"], [first, *rest]
    rows = [_CELLS.sub(_escape_bars, row) for row in rows if not _DELIMITER.fullmatch(row)]
    return "\n".join([*head, *rows, *([""] if match[0].endswith("\n") else [])])


def _escape_bars(match: re.Match[str]) -> str:
    """Returns code in a cell with escapes before its bars, which do not end the cell in kramdown."""
    return match[0].replace("|", "\\|") if match[0].startswith("`") else match[0]


def _fit(row: str, cells: int) -> str:
    """Returns a delimiter row with this number of cells."""
    if _count_cells(row) == cells:
        return row
    given = [cell.strip() for cell in re.split(r"[|+]", row.strip().strip("|"))]
    return f"| {' | '.join((given + ['---'] * cells)[:cells])} |"


def _count_cells(row: str) -> int:
    return 1 + sum(match[0] == "|" for match in _CELLS.finditer(row.strip().strip("|")))


def write_html_block(html: str) -> str:
    """Returns a page of HTML as an HTML block, without blank lines and indentation."""
    return f"<div>\n{squeeze(html).strip()}\n</div>\n"


def squeeze(html: str) -> str:
    """Returns HTML without blank lines, which would end a block, and without the indentation of code behind them."""
    parts: list[str] = []
    end = 0
    for match in _VERBATIM.finditer(html):
        parts += [
            _GAPS.sub("\n", html[end : match.start()]),
            re.sub(r"\n[ \t]*(?=\n)", "\n&#32;" if match["name"].lower() in ("pre", "textarea") else "", match[0]),
        ]
        end = match.end()
    return "".join([*parts, _GAPS.sub("\n", html[end:])])


def _close_html_blocks(text: str) -> str:
    """Returns a text in which blocks of HTML end at their end tag, as in kramdown, and not at a blank line."""
    code = find_code(text)
    parts: list[str] = []
    end = 0
    for match in _ELEMENT.finditer(text):
        stop = _find_end(text, match)
        if match.start() < end or not stop or is_inside(match.start(), code):
            continue
        block = text[match.start() : stop]
        if "markdown=" in block or _FENCE.search(block) is not None:
            continue
        is_followed = re.match(r"[ \t]*\n(?=[^\s<{])", text[stop:]) is not None
        is_split = "\n\n" in re.sub(r"\n[ \t]+(?=\n)", "\n", block)
        parts += [text[end : match.start()], squeeze(block) if is_split else block, "\n" if is_followed else ""]
        end = stop
    return "".join([*parts, text[end:]])


def _find_end(text: str, opening: re.Match[str]) -> int:
    """Returns where the element ends that begins with a tag; 0 if it has no end."""
    depth = 0
    for tag in re.compile(rf"<(/?){opening['tag']}\b[^>]*>", re.IGNORECASE).finditer(text, opening.start()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.end()
    return 0
