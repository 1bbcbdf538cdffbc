"""Reads simple inline text in one pass, without markdown-it-py's rules.

Simple text consists of plain characters, line ends, `code`, **bold** and *emphasized* words, and links and images whose
label is plain words; those without a target have a definition. Its tokens are those that the rules give, field by
field; for any other text the reader returns None, and the caller calls the rules. The patterns below are written for
the rules in `KNOWN_RULES`. A text that has a character at which another rule can begin is not simple.
`tests/test_rule_dispatch.py` compares both ways of reading.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markdown_it.common.utils import normalizeReference

from afterword.markdown.fast.tokens import make_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from markdown_it.token import Token

    from afterword.markdown.environment import LinkDefinition

    References = Mapping[str, LinkDefinition]
    SimpleTextReader = Callable[[str, References], list[Token] | None]

KNOWN_RULES = frozenset(
    {
        *("text", "newline", "escape", "backticks", "strikethrough", "emphasis", "timestamp", "link", "image"),
        *("footnote_ref", "autolink", "html_inline", "entity", "attributes", "bare_web", "bare_www", "bare_mail"),
        *("math", "dollars", "mark", "emoji", "wikilink"),
    }
)
"""The inline rules that the patterns take into account."""

_PIECE_STARTS = "\n`*[!"
"""The characters at which pieces other than plain text begin."""

_MAY_CONTAIN_HOST = {"strong": "strong", "em": "em", "image": "alt"}
"""The pieces in whose words `www.` begins a link, and the groups of these words; in the label of a link it does not."""


def make_reader(openings: Mapping[str, str | None]) -> SimpleTextReader | None:
    """Returns a reader of simple text for a parser with these inline rules; None if there can be none.

    `openings` maps the name of each active rule to the characters at which it can begin, None for any character.
    """
    added = {name: characters for name, characters in openings.items() if name not in KNOWN_RULES}
    if None in added.values():
        return None
    excluded = "".join(sorted({character for characters in added.values() for character in characters or ""}))
    if openings.get("dollars"):
        excluded += "$"
    if not set(excluded).isdisjoint(_PIECE_STARTS) or any(character.isalnum() for character in excluded):
        return None
    match_piece = _compile_piece(re.escape(excluded)).match

    def read(text: str, references: References) -> list[Token] | None:
        return _read(text, match_piece, references)

    return read


def _compile_piece(excluded: str) -> re.Pattern[str]:
    """Returns the pattern of one piece of simple text. `excluded` is added to character classes."""
    plain = rf"[^\n\\`*_~\[!<&{{@:^w={excluded}]"  # no rule begins at these
    inside = rf"[^\n\\`*_~\[\]!<>&{{}}@:^={excluded}]"
    lone_colon = ":(?!//|[a-z0-9_+-]+:)"
    words = rf"[^\W_](?:{inside}*[^\W_])?"
    sentence = rf"[^\W_](?:{inside}|{lone_colon})*[.,:;?)\"'”’]"
    # Around emphasis, so that its first delimiter can only open and its last only close (CommonMark 0.31, section 6.2).
    before = r"(?<![^ \n(\"'/—–-])"
    behind = r"(?![^ \n.,:;!?)\"'/—–…-])"
    target = r"[A-Za-z0-9./#](?:[A-Za-z0-9./_:#?=%+~,!*'$-]|&(?=\w{1,40}=))*"
    title = r'(?: "(?P<{}>[^"\\&\n]*)")?'
    label = rf"(?=[^\W\d_]){words}"  # with a digit, it may be a timestamp
    colon = "" if ":" in excluded else f"|{lone_colon}"
    equals = "" if "=" in excluded else "|=(?!=)"
    less = "" if "<" in excluded else r"|<(?=[ \d=])"
    ampersand = "" if "&" in excluded else r"|&(?=\s)"
    underscore = "" if "_" in excluded else r"|(?<=[^\W_])_(?=[^\W_])"
    return re.compile(
        rf"(?P<text>(?:{plain}+|w(?!ww\.)|!(?!\[)|(?<= )\*(?= ){colon}{equals}{less}{ampersand}{underscore})+)"
        r"|(?P<line>(?<![ \n])\n(?=[^ \t\n]))"
        r"|(?<!`)`(?P<code>[^`\n ](?:[^`\n]*[^`\n ])?)`(?!`)"
        rf"|{before}\*\*(?P<strong>{words}(?=\*\*{behind})|{sentence}(?=\*\*(?![^ \n])))\*\*"
        rf"|{before}\*(?P<em>{words}(?=\*{behind})|{sentence}(?=\*(?![^ \n])))\*"
        rf"|(?P<link>\[(?P<label>{words})\]\((?P<target>{target}){title.format('title')}\))"
        rf"|(?P<image>!\[(?P<alt>(?:{words})?)\]\((?P<source>{target}){title.format('caption')}\))"
        rf"|(?P<reference>\[(?P<words>{label})\](?:\[(?P<name>{words})?\])?(?![\[(:]))"
    )


def _read(
    source: str, match_piece: Callable[[str, int], re.Match[str] | None], references: References
) -> list[Token] | None:
    found: list[Token] = []
    pending: str | None = None
    position, end = 0, len(source)
    while position < end:
        match = match_piece(source, position)
        if match is None:
            return None
        kind = match.lastgroup or ""
        start, position = position, match.end()
        if kind == "text":
            pending = match[0] if pending is None else pending + match[0]
            continue
        if kind in _MAY_CONTAIN_HOST and "www." in match[_MAY_CONTAIN_HOST[kind]]:
            return None
        if kind == "reference" and _find_definition(match, references) is None:
            return None
        if kind == "strong":
            # Each pair of delimiters leaves an empty text before and behind, which is joined with the text beside it.
            found.append(make_token("text", "", 0, 0, pending or ""))
            pending = ""
        elif pending is not None:
            found.append(make_token("text", "", 0, 0, pending))
            pending = None
        _append_piece(found, kind, match, (start, position), references)
    if pending is not None:
        found.append(make_token("text", "", 0, 0, pending))
    return found


def _append_piece(
    found: list[Token], kind: str, match: re.Match[str], span: tuple[int, int], references: References
) -> None:
    """Appends the tokens of a piece that is not plain text."""
    if kind == "code":
        found.append(make_token("code_inline", "code", 0, 0, match["code"], "`"))
    elif kind in ("strong", "em"):
        markup = "**" if kind == "strong" else "*"
        found.append(make_token(f"{kind}_open", kind, 1, 0, "", markup))
        found.append(make_token("text", "", 0, 1, match[kind]))
        found.append(make_token(f"{kind}_close", kind, -1, 0, "", markup))
    elif kind == "link":
        _append_link(found, match["label"], match["target"], match["title"], {"at": span})
    elif kind == "reference" and (definition := _find_definition(match, references)) is not None:
        meta = {"label": _name_definition(match), "at": span}
        _append_link(found, match["words"], definition["href"], definition["title"], meta)
    elif kind == "image":
        image = make_token("image", "img", 0, 0, match["alt"])
        image.attrs = {"src": match["source"], "alt": ""}
        if match["caption"]:
            image.attrs["title"] = match["caption"]
        image.children = [make_token("text", "", 0, 0, match["alt"])] if match["alt"] else None
        image.meta = {"at": span}
        found.append(image)
    else:
        found.append(make_token("softbreak", "br", 0, 0))


def _append_link(found: list[Token], words: str, target: str, title: str | None, meta: dict[str, Any]) -> None:
    opening = make_token("link_open", "a", 1, 0)
    opening.attrs = {"href": target, "title": title} if title else {"href": target}
    opening.meta = meta
    closing = make_token("link_close", "a", -1, 0)
    closing.meta = {"opening": opening}
    found += (opening, make_token("text", "", 0, 1, words), closing)


def _name_definition(match: re.Match[str]) -> str:
    return normalizeReference(match["name"] or match["words"])


def _find_definition(match: re.Match[str], references: References) -> LinkDefinition | None:
    return references.get(_name_definition(match)) if references else None
