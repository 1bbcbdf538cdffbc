"""Parser rules for abbreviations: `*[HTML]: HyperText Markup Language` explains the word wherever the text has it.

As in PHP Markdown Extra, kramdown and MkDocs. The definition is a line of its own and is not shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from markdown_it.token import Token

from afterword.core.patterns import lazy_pattern
from afterword.markdown.environment import environment_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore

_DEFINITION = lazy_pattern(r"\*\[([^\[\]\n\\]{1,200})\]:[ \t]*(.*)")
_WORD = lazy_pattern(r"\w+|[^\w\s]")


def add_abbreviation_rules(parser: MarkdownIt) -> None:
    """Adds abbreviations to a parser."""
    parser.block.ruler.before("list", "abbreviation", _read, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.core.ruler.after("text_join", "abbreviation", _replace)


def _read(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("*[", begin) or state.is_code_block(start):
        return False
    found = _DEFINITION.fullmatch(state.src[begin : state.eMarks[start]])
    if found is None or not found[1].strip():
        return False
    if not silent:
        environment_of(state).abbreviations.setdefault(found[1].strip(), found[2].strip())
        state.line = start + 1
    return True


def _replace(state: StateCore) -> None:
    known = environment_of(state).abbreviations
    if not known:
        return
    by_start: dict[str, list[str]] = {}
    spelled = {normalize(form, name): text for name, text in known.items() for form in ("NFD", "NFC")}
    known = {**spelled, **known}
    for name in sorted(known, key=len, reverse=True):
        first = _WORD.match(name)
        by_start.setdefault(first[0] if first is not None else name[0], []).append(name)
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_write(token.children, known, by_start))


def _write(children: Sequence[Token], known: Mapping[str, str], by_start: Mapping[str, list[str]]) -> Iterator[Token]:
    for child in children:
        if child.type != "text":
            yield child
            continue
        done = 0
        for start, name in _find(child.content, by_start):
            if start > done:
                yield _text(child.content[done:start], child.level)
            opening = Token("abbr_open", "abbr", 1, level=child.level, attrs={"title": known[name]})
            yield from (opening, _text(name, child.level), Token("abbr_close", "abbr", -1, level=child.level))
            done = start + len(name)
        if done < len(child.content) or not done:
            yield child if not done else _text(child.content[done:], child.level)


def _find(text: str, by_start: Mapping[str, list[str]]) -> Iterator[tuple[int, str]]:
    """Yields the abbreviations of a text: whole words, the longest of those that begin at a place."""
    done = 0
    for word in _WORD.finditer(text):
        if word.start() < done:
            continue
        for name in by_start.get(word[0], ()):
            end = word.start() + len(name)
            if text.startswith(name, word.start()) and not (name[-1].isalnum() and text[end : end + 1].isalnum()):
                yield word.start(), name
                done = end
                break


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, level=level, content=content)
