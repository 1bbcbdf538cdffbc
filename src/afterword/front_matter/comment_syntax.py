"""The comments of other tools: a table of how they begin and end, and where those of a text end."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping


class CommentSyntax(Struct, frozen=True):
    """The comments of a tool: patterns of the opening and of the closing, and the closing as a writer writes it.

    `nested` matches further openings that need a closing of their own. A `whole` closing includes all that stands
    behind the opening. `by_lines` says that an opening alone on its line is closed by a closing alone on its line, if
    there is one, `is_block` that the opening stands at the beginning of a line, and `or_text` that an opening without a
    closing is text; otherwise it is an error. `in_doubt` says that one within a line which ends in another paragraph
    gets a warning; others that may be text do not end there.
    """

    tools: str
    opening: str
    closing: str
    written: str
    nested: str = ""
    whole: bool = False
    by_lines: bool = False
    is_block: bool = False
    or_text: bool = False
    in_doubt: bool = False


def _tag(name: str, more: str = r"(?:\s[^\n]{0,500}?)?") -> str:
    """Returns the pattern of a tag of Liquid, which also stands in `{{% … %}}` of Hugo."""
    return rf"(?<!\{{)\{{%-?\s*{name}{more}-?%\}}"


_HUGO = r"(?:\s(?:(?!\}\})[^\n]){0,500}?)?(?<!/)[>%]\}\}"
_NEVER = r"\s+(?:[Ff]alse|nil|null|None)\s*"
_GO = r"\{\{-?\s*"

SYNTAXES: Mapping[str, CommentSyntax] = {
    "kramdown": CommentSyntax(
        "kramdown", r"\{::comment(?:[ \t][^}\n]{0,500}?)?(?<!/)\}", r"\{:/(?:comment)?\}", "{:/comment}", by_lines=True
    ),
    "liquid": CommentSyntax("Jekyll", _tag("comment"), _tag("endcomment"), "{% endcomment %}", _tag("comment")),
    "inline": CommentSyntax(
        "Liquid",
        r"\{%-?\s*\#",
        r"(?:(?!%\}|\{%)[^\n])*(?:\n\s*\#(?:(?!%\}|\{%)[^\n])*)*(?:\n\s*)?-?%\}",
        "%}",
        whole=True,
    ),
    "hugo": CommentSyntax(
        "Hugo",
        rf"\{{\{{[<%]\s*comment{_HUGO}",
        rf"\{{\{{[<%]\s*/\s*comment{_HUGO}",
        "{{< /comment >}}",
        rf"\{{\{{[<%]\s*comment{_HUGO}",
    ),
    "go": CommentSyntax("Hugo", r"\{\{(?:-\s)?/\*", r"\*/(?:\s-)?\}\}", "*/}}"),
    "handlebars": CommentSyntax("Handlebars", r"\{\{!--", r"--\}\}", "--}}"),
    "mustache": CommentSyntax("Mustache", r"\{\{!(?!--)", r"\}\}", "}}", or_text=True),
    "mdx": CommentSyntax("MDX", r"\{[ \t]*/\*", r"\*/[ \t]*\}", "*/}"),
    "critic": CommentSyntax("CriticMarkup", r"\{>>", r"<<\}", "<<}"),
    "vento": CommentSyntax("Vento", r"\{\{\#(?=\s)", r"\#\}\}", "#}}", or_text=True),
    "jinja": CommentSyntax(
        "Nunjucks", r"\{\#(?=[\s-]|[^{}]*\#\})", r"\#\}", "#}", r"\{\#", or_text=True, in_doubt=True
    ),
    "erb": CommentSyntax("ERB", r"<%(?:\#|--)", r"%>", "%>", or_text=True),
    "freemarker": CommentSyntax("FreeMarker", r"<\#--", r"-->", "-->", or_text=True),
    "razor": CommentSyntax("Razor", r"(?<!\w)@\*(?=\s)", r"\*@", "*@", or_text=True),
    "smarty": CommentSyntax("Smarty", r"\{\*(?=\s)", r"(?<=\s)\*\}", "*}", or_text=True),
    "mako": CommentSyntax("Mako", r"<%doc>", r"</%doc>", "</%doc>", or_text=True),
    "org_export": CommentSyntax("Org mode", r"@@comment:", r"@@", "@@", or_text=True),
    "if": CommentSyntax(
        "Jekyll", _tag("if", _NEVER), _tag(r"(?:endif|els(?:e|if|eif))\b"), "{% endif %}", _tag(r"if\b")
    ),
    "unless": CommentSyntax(
        "Jekyll", _tag("unless", r"\s+true\s*"), _tag("(?:endunless|else)"), "{% endunless %}", _tag(r"unless\b")
    ),
    "go_if": CommentSyntax(
        "Hugo",
        _GO + r"if\s+false\s*-?\}\}",
        _GO + r"(?:end|else)\b[^}\n]{0,500}\}\}",
        "{{ end }}",
        _GO + r"(?:if|with|range|block|define)\b[^}\n]{0,500}\}\}",
    ),
    "handlebars_if": CommentSyntax(
        "Handlebars", r"\{\{\#if\s+false\s*\}\}", r"\{\{(?:/if|else)[^}\n]{0,500}\}\}", "{{/if}}", r"\{\{\#if\b"
    ),
    "asciidoc": CommentSyntax(
        "AsciiDoc", r"/{4,8}[ \t]*$", r"^[ \t>]*/{4,8}[ \t]*$", "////", is_block=True, or_text=True
    ),
    "asciidoc_open": CommentSyntax(
        "AsciiDoc",
        r"\[comment\][ \t]*\n[ \t>]*(?:--|={4,})[ \t]*$",
        r"^[ \t>]*(?:--|={4,})[ \t]*$",
        "--",
        is_block=True,
        or_text=True,
    ),
    "org": CommentSyntax(
        "Org mode",
        r"\#[ ]?\+(?i:begin_comment)\b.*$",
        r"^[ \t>]*\#[ ]?\+(?i:end_comment)[ \t]*$",
        "#+END_COMMENT",
        is_block=True,
    ),
    "latex": CommentSyntax(
        "LaTeX", r"\\begin\{comment\*?\}", r"\\end\{comment\*?\}", r"\end{comment}", is_block=True, or_text=True
    ),
    "tex": CommentSyntax("TeX", r"\\(?:iffalse|if0)\b", r"\\fi\b", r"\fi", is_block=True, or_text=True),
}
"""The comments of other tools, all of which are left out; those between `%%` have rules of their own.

A condition that is never true is one too: it ends at its `else`.
"""

MARK = "%%"
ORNAMENT = "////"
"""The mark of a comment that may also be a rule: a pair of them is an error."""

_OPTION = r"\|[ \t]*(?:echo|include)[ \t]*[:=]"
_HIDDEN_CHUNK = lazy_pattern(
    r"\{(?:comment\b|[A-Za-z][^{}\n]*[\s,](?:echo|include)[ \t]*=[ \t]*(?:F|FALSE)\b)[^{}\n]*\}[ \t]*\n"
    r"|\{[A-Za-z][^\n]*\n(?:[ \t]*(?:\#|//|--|%%?)\|[^\n]*\n)*?[ \t]*(?:\#|//|--|%%?)"
    rf"{_OPTION}[ \t]*(?:false|no|off)\b",
    re.IGNORECASE,
)
"""The info string and first lines of a chunk of Quarto or R Markdown whose code is not shown (`echo`, `include`)."""

CHUNK = lazy_pattern(r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*\{[A-Za-z]", re.MULTILINE)
HIDES_CHUNKS = lazy_pattern(r"opts_chunk\$set\([^()]{0,500}\b(?:echo|include)[ \t]*=[ \t]*F(?:ALSE)?\b")
"""Chunks of code, and what hides all of them in R Markdown."""

MAY_HAVE = lazy_pattern(
    r"%%|\{(?:::comment|%-?\s*(?:comment|#|if\s|unless\s)|\{(?:[<%]\s*comment|(?:-\s)?/\*|!(?:--)?|-?\s*\#?if\s+false|\#\s)"
    r"|[ \t]*/\*|#(?:[\s-]|[^{}]*#\})|>>|(?:comment\b|[A-Za-z][^{}\n]*[\s,](?:echo|include)[ \t]*=))"
    r"|<\#--|@\*\s|\{\*\s"
    r"|////|# ?\+(?:BEGIN|[Bb]egin)_|\\(?:begin\{comment|iffalse|if0)|<%(?:\#|--|doc>)|@@comment:|\[comment\]"
    rf"|\#{_OPTION}|//{_OPTION}|--{_OPTION}|%{_OPTION}"
)
"""Matches in every text that has a comment. Each branch begins with a character, so that `re` skips to these."""

SIGNS = (MARK, "{", ORNAMENT, "#+", "# +", "\\", "<%", "<#--", "@*", "@@comment:", "[comment]")
"""One of these is in every text in which `MAY_HAVE` matches: to look for them is faster."""


def is_hidden_chunk(info: str, code: str, *, are_hidden: bool = False) -> bool:
    """Returns whether a block of code with an info string is a chunk that is run and not shown: `#| echo: false`.

    `are_hidden` says that all chunks are which do not say `echo`.
    """
    if not info.startswith("{"):
        return False
    is_default = are_hidden and info[1:2].isalpha() and "echo" not in info + code[:500]
    return is_default or _HIDDEN_CHUNK.match(f"{info}\n{code}") is not None


def name_closing(kind: str) -> str:
    """Returns what ends a comment of a kind, as a writer writes it."""
    return SYNTAXES[kind].written if kind in SYNTAXES else MARK


def list_openings(**only: bool) -> str:
    rows = ((kind, row) for kind, row in SYNTAXES.items() if row.is_block <= only["blocks"])
    return "|".join(f"(?P<{kind}>{row.opening})" for kind, row in rows)


OPENING = lazy_pattern(list_openings(blocks=True), re.VERBOSE | re.MULTILINE)
"""Matches the opening of a comment that may contain blocks; the group is its kind."""

_SPACE_TO_END = lazy_pattern(r"[ \t]*(?=\n|\Z)")


def find_ends(text: str) -> dict[int, int]:
    """Returns the end of each comment of a text, by its start; those between `%%` are not included."""
    ends: dict[int, int] = {}
    for kind in {opening.lastgroup or "" for opening in OPENING.finditer(text)}:
        ends |= _find_ends_of(SYNTAXES[kind], text)
    return ends


def _find_ends_of(syntax: CommentSyntax, text: str) -> dict[int, int]:
    flags = re.VERBOSE | re.MULTILINE
    closing = re.compile(syntax.closing, flags)
    ends: dict[int, int] = {}
    if syntax.nested and not syntax.in_doubt:
        open_tags: list[int] = []
        for tag in re.finditer(f"(?P<closing>{syntax.closing})|{syntax.nested}", text, flags):
            if not tag["closing"]:
                open_tags.append(tag.start())
            elif open_tags:
                ends.setdefault(open_tags[-1], tag.end())
                if "els" not in tag[0]:
                    open_tags.pop()
        return ends
    closings = [] if syntax.whole else [(mark.start(), mark.end()) for mark in closing.finditer(text)]
    alone = [closing for closing in closings if syntax.by_lines and _is_alone(text, *closing)]
    for opening in re.finditer(syntax.opening, text, flags):
        start, end = opening.span()
        if syntax.whole and (found := closing.match(text, end)) is not None:
            ends[start] = found.end()
        among = alone if syntax.by_lines and _is_alone(text, start, end) and alone and alone[-1][0] >= end else closings
        if (at := bisect_left(among, (end,))) < len(among):
            ends[start] = among[at][1]
    return ends


def _is_alone(text: str, start: int, end: int) -> bool:
    """Returns whether only white space and the marks of quotations are around a part of a text on its lines."""
    while start and text[start - 1] in " \t>":
        start -= 1
    return (not start or text[start - 1] == "\n") and _SPACE_TO_END.match(text, end) is not None


_SIMPLE = (("<!--", "-->"), ("/*", "*/"), (MARK, MARK))


def find_comment(text: str, start: int) -> tuple[int, int] | None:
    """Returns where the content of the comment begins and ends that begins at an offset; None if none does there.

    Comments of HTML and of C are among them. A comment that is not closed ends with the text.
    """
    for opener, closer in _SIMPLE:
        if text.startswith(opener, start):
            end = text.find(closer, start + len(opener))
            return start + len(opener), end if end >= 0 else len(text)
    opening = OPENING.match(text, start)
    if opening is None or opening.lastgroup is None:
        return None
    closing = re.compile(SYNTAXES[opening.lastgroup].closing, re.VERBOSE | re.MULTILINE).search(text, opening.end())
    return opening.end(), closing.start() if closing is not None else len(text)
