"""Parser rules for bare URLs and mail addresses: the extension "Autolinks" of GitHub Flavored Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

_DOMAIN = r"(?:[\w-]{1,63}\.){1,30}[^\W_](?:[\w-]{0,62}[^\W_])?"
_WEB = lazy_pattern(rf"(?:{_DOMAIN}|localhost)(?::\d{{1,5}})?(?:[/?#][^\s<]*)?")
_PROTOCOL = lazy_pattern(r"(?<![^\s*_~(\"'\[])https?$", re.IGNORECASE)
_LOCAL_PART = lazy_pattern(r"(?<![\w.+-])[A-Za-z0-9.+_-]{1,64}$")
_MAIL_DOMAIN = lazy_pattern(r"(?:[A-Za-z0-9_-]{1,63}\.){1,10}[A-Za-z0-9_-]{0,62}[A-Za-z0-9](?![\w-])")
_BEFORE = frozenset(" \t\n*_~(\"'[")
_ENTITY = lazy_pattern(r"&[A-Za-z0-9]{1,32};$")


def add_autolink_rules(parser: MarkdownIt) -> None:
    """Adds bare addresses to a parser."""
    terminators = parser.inline.terminator_re.pattern
    parser.inline.terminator_re = re.compile(rf"{terminators}|w(?=ww\.)")
    parser.inline.ruler.push("bare_web", _read_web)
    parser.inline.ruler.push("bare_www", _read_www)
    parser.inline.ruler.push("bare_mail", _read_mail)


def _read_web(state: StateInline, silent: bool) -> bool:
    """At the colon of `https://…`: the protocol is among the text that is pending."""
    source, start = state.src, state.pos
    if source[start] != ":" or not source.startswith("//", start + 1) or silent or state.linkLevel > 0:
        return False
    protocol = _PROTOCOL.search(state.pending, max(0, len(state.pending) - 6))
    host = _WEB.match(source, start + 3, state.posMax)
    if protocol is None or host is None:
        return False
    end = _trim(source, start + 3, host.end())
    address = protocol[0] + source[start:end]
    state.pending = state.pending[: -len(protocol[0])]
    _write(state, address, address, start - len(protocol[0]), end)
    return True


def _read_www(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if source[start] != "w" or not source.startswith("ww.", start + 1) or silent or state.linkLevel > 0:
        return False
    if start > 0 and source[start - 1] not in _BEFORE:
        return False
    host = _WEB.match(source, start, state.posMax)
    if host is None:
        return False
    end = _trim(source, start, host.end())
    _write(state, f"http://{source[start:end]}", source[start:end], start, end)
    return True


def _read_mail(state: StateInline, silent: bool) -> bool:
    source, start = state.src, state.pos
    if source[start] != "@" or silent or state.linkLevel > 0:
        return False
    name = _LOCAL_PART.search(state.pending, max(0, len(state.pending) - 65))
    host = _MAIL_DOMAIN.match(source, start + 1, state.posMax)
    if name is None or host is None:
        return False
    begin = start - len(name[0])
    if begin > 0 and _LOCAL_PART.match(source[begin - 1]):
        return False  # part of the name went with an escape
    address = f"{name[0]}@{host[0]}"
    state.pending = state.pending[: -len(name[0])]
    _write(state, f"mailto:{address}", address, begin, host.end())
    return True


def _trim(source: str, start: int, end: int) -> int:
    """Returns where an address ends: punctuation after it, an unmatched `)` and an entity are not part of it."""
    address = source[start:end]
    surplus = address.count(")") - address.count("(")
    while end > start:
        last = source[end - 1]
        if last in "?!.,:*_~'\"[]":
            end -= 1
        elif last == ")" and surplus > 0:
            surplus -= 1
            end -= 1
        elif last == ";" and (entity := _ENTITY.search(source, max(start, end - 34), end)):
            end = entity.start()
        else:
            break
    return end


def _write(state: StateInline, target: str, text: str, start: int, end: int) -> None:
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": target}
    token.info = "auto"
    token.meta["at"] = (start, end)
    state.push("text", "", 0).content = text
    token = state.push("link_close", "a", -1)
    token.info = "auto"
    state.pos = end
