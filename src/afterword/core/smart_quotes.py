"""Parser rules for smart punctuation: quotation marks by language, dashes and ellipses, in linear time.

Dashes are parsed as in markdown-it-py; its other replacements (`(c)`, `+-`, `!!!!`) are left out. Replaces
`smartquotes` of markdown-it-py, which copies the rest of a text at each quotation mark. The result is the same for
quotation marks of one character, except that a quotation can end within a word: `two "if"s`.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.token import Token
from msgspec import Struct

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

ENGLISH = ("“", "”", "‘", "’")
_GERMAN = ("„", "“", "‚", "‘")
_BALTIC = ("„", "“", "„", "“")
_POLISH = ("„", "”", "«", "»")
_NORDIC = ("”", "”", "’", "’")
_ANGLES = ("«", "»", "“", "”")

QUOTES = {
    **dict.fromkeys(("de", "cs", "sk", "sl", "is", "et", "hr", "nds"), _GERMAN),
    **dict.fromkeys(("bg", "lt"), _BALTIC),
    **dict.fromkeys(("pl", "ro"), _POLISH),
    "hu": ("„", "”", "»", "«"),
    "sr": ("„", "”", "’", "’"),
    **dict.fromkeys(("sv", "fi"), _NORDIC),
    "fr": ("«\u202f", "\u202f»", "“", "”"),
    **dict.fromkeys(("it", "pt-pt", "el", "ca", "eu"), _ANGLES),
    **dict.fromkeys(("no", "nb", "nn"), ("«", "»", "‘", "’")),
    **dict.fromkeys(("ru", "uk", "be"), ("«", "»", "„", "“")),
    "ja": ("「", "」", "『", "』"),
    **dict.fromkeys(("de-ch", "de-li", "fr-ch"), ("«", "»", "‹", "›")),
}
"""Quotation marks of languages: the double ones, then the single ones, each the opening one first.

They are those of CLDR 46, but for French, whose marks stand off by a narrow space and whose inner ones differ from the
outer ones, and for German in Switzerland and Liechtenstein, which has those of its press.
"""

_KEPT = (
    r"(?:\b(?:[a-z][a-z0-9+.-]*://|www\.|xn--)[^\s\"]*[\w/]"
    r"|\{:?[ \t]*(?:[#.][\w:-]|[\w:-]+=)[^{}\n]*\}"
    r"|\{[{%][^{}\n]*[%}]\})"
)
"""URLs and names of hosts, attributes in braces, and code of templates; they stay as they are."""

_ELLIPSIS = r"(?<![./\\])(?:\.\.\.){1,2}(?![./\\])"
"""Three dots; six are the ellipsis of Chinese."""
_EM_DASH = r"(?<!-)---(?!-)"
_EN_DASH = (
    r"(?<!\S)--(?!\S)|(?<=[^\W\d_]{3})--(?= [^\W\d_])"
    r"|(?<=[^-\s(\[{<=/|“‘„‚«‹])(?<![\s(][\"'])(?<!^[\"'])--(?=[^-\s;)\]}>=|])"
)
"""Two hyphens between spaces or words, or behind a word.

Those of a flag (`[--all]`), an operator (`i--;`) or an arrow (`-->`) are kept."""

_DASHES = lazy_pattern(rf"{_KEPT}|({_EM_DASH})|({_EN_DASH})|({_ELLIPSIS})", re.IGNORECASE)
_REPLACEMENTS = (None, "—", "–", "…")
"""What replaces each group of `_DASHES`."""
_DASH_AT_START = lazy_pattern(r"--(?=[\w\s])")
_DASH_AT_END = lazy_pattern(r"[\w,.!?\"'’”)]--\Z")
_STARTS = frozenset({"em_open", "strong_open", "link_open"})
_ENDS = frozenset({"em_close", "strong_close", "link_close"})
"""Tokens that a dash can touch: `great--**really** great`."""

_MARK = lazy_pattern(rf"{_KEPT}|['\"]", re.IGNORECASE)
_ANY_MARK = lazy_pattern(r"['\"]")
_WITHIN_WORD = lazy_pattern(r"'(?<=[^\W_]')(?=[^\W_])")
_SIGNS_OF_KEPT = ("{", "://", "w.", "W.", "--")
"""Parts of all matches of `_KEPT`."""
_CODE_TAG = lazy_pattern(r"<(/?)(?:code|kbd|math|pre|samp|script|style|textarea|tt|var)\b", re.IGNORECASE)
"""A tag of HTML between which texts are code."""

_APOSTROPHE = "\u2019"
_BREAKS = frozenset({"softbreak", "hardbreak"})


_ELISION = lazy_pattern(r"'(?:\d\d(?:s|ers?|ern)?|em|tis|twas|til|bout|twill)(?![\w'])", re.IGNORECASE)
"""An apostrophe for omitted letters or digits at the start of a word: `'90s`, `'em`."""

_AND = lazy_pattern(r"'n'(?= \w)", re.IGNORECASE)
"""`'n'` between two words, as in `rock 'n' roll`."""

_LETTER_CONTEXT = lazy_pattern(
    r"\b(?:an?|as|for|is|key|letter|like|of|or|than|the|value|variable|when|where) $", re.IGNORECASE
)
"""Words after which `'n'` is the letter."""


def find_quotes(language: str) -> Sequence[str]:
    """Returns the quotation marks of a language (BCP 47 tag); English ones if it is unknown."""
    tag = language.lower()
    return QUOTES.get(tag) or QUOTES.get(tag.partition("-")[0], ENGLISH)


def replace_dashes(tokens: Sequence[Token]) -> None:
    """Replaces dashes and ellipses in the texts of inline tokens, but not in bare URLs."""
    for token in _list_prose(tokens):
        if "--" in token.content or "..." in token.content:
            token.content = _DASHES.sub(_replace_dash, token.content)
    for before, token in pairwise(tokens):
        if before.type in _ENDS and token.type == "text" and _DASH_AT_START.match(token.content) is not None:
            token.content = f"–{token.content[2:]}"
        elif before.type == "text" and token.type in _STARTS and _DASH_AT_END.search(before.content) is not None:
            before.content = f"{before.content[:-2]}–"


def _replace_dash(match: re.Match[str]) -> str:
    sign = _REPLACEMENTS[match.lastindex or 0] or match[0]
    return sign * 2 if match[0] == "......" else sign


def _list_prose(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yields the texts among inline tokens, without bare URLs and what stands between tags of code."""
    kept = 0
    for token in tokens:
        if token.type == "text":
            if kept <= 0:
                yield token
        elif token.type in ("link_open", "link_close") and token.info == "auto":
            kept += token.nesting
        elif token.type == "html_inline" and (tag := _CODE_TAG.match(token.content)) is not None:
            kept += -1 if tag[1] else 1


def use_linear_smartquotes(parser: MarkdownIt) -> None:
    """Replaces the parser's quotation rule, if it has one, with the rule of this module."""
    parser.core.ruler.at("smartquotes", _replace)


def use_dash_replacements(parser: MarkdownIt) -> None:
    """Replaces the parser's replacement rule with the rule for dashes and ellipses."""
    parser.core.ruler.at("replacements", _replace_dashes)


def _replace_dashes(state: StateCore) -> None:
    for at, token in enumerate(state.tokens):
        if token.type != "inline" or not token.children or not ("--" in token.content or "..." in token.content):
            continue
        if state.tokens[at - 1].type == "heading_open":
            for child in token.children:
                child.meta["as_typed"] = child.content
        for children in _list_texts(token.children):
            replace_dashes(children)


def _list_texts(children: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yields the tokens of a text, and those of the descriptions and titles of its images and links."""
    yield children
    for child in children:
        if child.children:
            yield from _list_texts(child.children)
        if "title" in child.attrs:
            title = Token("text", "", 0, content=str(child.attrs["title"]))
            yield (title,)
            child.attrs["title"] = title.content


def replace_quotes(tokens: Sequence[Token], quotes: Sequence[str]) -> None:
    """Replaces the quotation marks in the inline tokens of one paragraph.

    `quotes` are the opening and closing double marks, then the single ones.
    """
    marked = [token for token in _list_prose(tokens) if _has_marks(token) and not _has_apostrophes_only(token)]
    if marked:
        _Paragraph(tokens, quotes).replace({id(token) for token in marked})


def _has_marks(token: Token) -> bool:
    return "'" in token.content or '"' in token.content


def _has_apostrophes_only(token: Token) -> bool:
    """Replaces the marks of a text if all are apostrophes within words; returns whether they are."""
    if _has_kept(token):
        return False
    replaced = _WITHIN_WORD.sub(_APOSTROPHE, token.content)
    if "'" in replaced or '"' in replaced:
        return False
    token.content = replaced
    return True


def _has_kept(token: Token) -> bool:
    return any(sign in token.content for sign in _SIGNS_OF_KEPT)


def _replace(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children and ("'" in token.content or '"' in token.content):
            for children in _list_texts(token.children):
                replace_quotes(children, state.md.options.quotes)


class _Opening(Struct, frozen=True):
    """A mark that may open a quotation: its token, position and kind.

    `before` is the index, among the open marks, of the previous one of the same kind and level; -1 for none.
    `is_open` says whether it is a double mark behind a space or an opening bracket.
    """

    token: int
    position: int
    kind: tuple[int, str]
    before: int
    is_open: bool


class _Paragraph:
    """Matches the quotation marks of a paragraph.

    `_open` are the open marks, whose levels do not decrease; `_last` has the index of the last one of each kind.
    `_replaced` are the replacements in each token, by position.
    """

    def __init__(self, tokens: Sequence[Token], quotes: Sequence[str]) -> None:
        self._tokens = tokens
        self._pairs = {'"': (quotes[0], quotes[1]), "'": (quotes[2], quotes[3])}
        self._open: list[_Opening] = []
        self._last: dict[tuple[int, str], int] = {}
        self._replaced: dict[int, dict[int, str]] = {}

    def replace(self, marked: Collection[int]) -> None:
        """Replaces the marks in the tokens with these `id`s."""
        before = list(_characters_around(self._tokens, -1))
        after = [*_characters_around(reversed(self._tokens), 0)][::-1]
        for at, token in enumerate(self._tokens):
            while self._open and self._open[-1].kind[0] > token.level:
                self._close_last()
            if id(token) in marked:
                pattern = _MARK if _has_kept(token) else _ANY_MARK
                for mark in pattern.finditer(token.content):
                    if len(mark[0]) == 1:
                        self._process(at, mark, before[at], after[at])
        while self._open:
            self._close_last()
        for at, characters in self._replaced.items():
            self._tokens[at].content = _put(self._tokens[at].content, characters)

    def _process(self, at: int, mark: re.Match[str], before: str, after: str) -> None:
        """Processes a mark of the token `at`; `before` and `after` are the characters around the token."""
        text, position = mark.string, mark.start()
        if mark[0] == "'" and self._is_elision(text, position, before):
            self._put(at, position, _APOSTROPHE)
            return
        last = text[position - 1] if position else before
        following = text[position + 1] if position + 1 < len(text) else after
        can_open, can_close = _find_roles(mark[0], last, following)
        kind = self._tokens[at].level, mark[0]
        opening, closing = self._pairs[mark[0]]
        if can_close and (found := self._last.get(kind, -1)) >= 0:
            first = self._open[found]
            self._put(first.token, first.position, opening)
            self._put(at, position, closing)
            while len(self._open) > found:
                self._close_last()
        elif can_open:
            is_open = mark[0] == '"' and (last.isspace() or last in "([{“—–")
            self._open.append(_Opening(at, position, kind, self._last.get(kind, -1), is_open))
            self._last[kind] = len(self._open) - 1
        elif mark[0] == "'":
            self._put(at, position, _APOSTROPHE)
        elif can_close and not last.isdigit():
            self._put(at, position, closing)

    def _is_elision(self, text: str, position: int, before: str) -> bool:
        """Returns whether a mark is an apostrophe for omitted letters."""
        last = text[position - 1] if position else before
        if text[position - 2 : position].lower() == "'n" and _is_and(text, position - 2):
            return True
        if last.isalnum():
            return False
        return _ELISION.match(text, position) is not None or _is_and(text, position)

    def _put(self, at: int, position: int, character: str) -> None:
        self._replaced.setdefault(at, {})[position] = character

    def _close_last(self) -> None:
        last = self._open.pop()
        self._last[last.kind] = last.before
        text = self._tokens[last.token].content
        is_matched = last.position in self._replaced.get(last.token, ())
        following = text[last.position + 1 : last.position + 2]
        if last.kind[1] == "'" and not is_matched and following.isalnum():
            self._put(last.token, last.position, _APOSTROPHE)  # it opens nothing, as in `'cause`
        elif not is_matched and last.is_open and not following.isdigit():
            self._put(last.token, last.position, self._pairs['"'][0])  # as in each paragraph of a long quotation


def _is_and(text: str, position: int) -> bool:
    """Returns whether `'n'` at a position means "and"."""
    if position < 2 or text[position - 1] != " " or _AND.match(text, position) is None:
        return False
    return text[position - 2].isalpha() and _LETTER_CONTEXT.search(text, max(0, position - 12), position) is None


def _characters_around(tokens: Iterable[Token], end: int) -> Iterator[str]:
    """Yields the last character before each token, or the first after it in reverse; a space for none."""
    character = " "
    for token in tokens:
        yield character
        if token.type in _BREAKS:
            character = " "
        elif token.type == "footnote_ref":
            character = "]" if character == " " and end else character
        elif token.content:
            character = token.content[end]


def _find_roles(mark: str, last: str, following: str) -> tuple[bool, bool]:
    """Returns whether a mark can open and can close a quotation, by its neighbouring characters."""
    after_punctuation, before_punctuation = _is_punctuation(last), _is_punctuation(following)
    after_space, before_space = isWhiteSpace(ord(last)), isWhiteSpace(ord(following))
    can_open = not before_space and (not before_punctuation or after_space or after_punctuation)
    can_close = not after_space and (not after_punctuation or before_space or before_punctuation)
    if mark == following == '"' and "0" <= last <= "9":
        return False, False  # the first of two marks behind a number is one of inches
    if can_open and can_close and (_is_cjk(last) or _is_cjk(following)):  # these scripts have no apostrophe
        return True, True
    if can_open and can_close:  # between punctuation, or before the plural of a quoted word: `two "if"s`
        return after_punctuation, before_punctuation or (mark == '"' and last.isalpha())
    return can_open, can_close


def _is_cjk(character: str) -> bool:
    """Returns whether a character is a letter of Chinese, Japanese or Korean."""
    return "\u3040" <= character <= "\ud7a3" or character >= "\U00020000"


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)


def _put(text: str, characters: dict[int, str]) -> str:
    """Returns a text with these characters at their positions."""
    replaced = list(text)
    for position, character in characters.items():
        replaced[position] = character
    return "".join(replaced)
