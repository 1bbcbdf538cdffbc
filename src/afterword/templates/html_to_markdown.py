"""Converts the HTML of a post to Markdown, for its Markdown version.

The input is what a page shows, so comments, unused footnotes and other text that is not rendered cannot appear.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_LEFT_OUT = frozenset({"script", "style", "template", "noscript", "svg", "button", "select", "textarea", "object"})
_BLOCKS = frozenset(
    {
        *("p", "div", "section", "article", "aside", "header", "footer", "nav", "main", "address", "form", "fieldset"),
        *("ul", "ol", "dl", "blockquote", "pre", "table", "figure", "figcaption", "details", "summary", "hr"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "center"),
    }
)
_MARKS = {"em": "*", "i": "*", "strong": "**", "b": "**", "s": "~~", "del": "~~"}
_MEDIA = frozenset({"video", "audio", "iframe"})
_SPECIAL = lazy_pattern(r"[\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])")
_MATH = lazy_pattern(r"(\$\$[^$]+\$\$|\$[^$\s](?:[^$\n]*[^$\s])?\$)")
_LINE_START = lazy_pattern(r"(#{1,6}(?=\s)|[-+](?=\s)|>|=+$|-{3,}$|\d+(?=[.)]\s)|~~~)")
_INVISIBLE = lazy_pattern(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DEEPEST = 100

_SCOPES = frozenset({"table", "td", "th", "blockquote", "div", "li", "dd"})
_ENDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol"})),
    **dict.fromkeys(("dt", "dd"), (frozenset({"dt", "dd"}), frozenset({"dl"}))),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    **dict.fromkeys(("td", "th"), (frozenset({"td", "th"}), frozenset({"tr", "table"}))),
}
"""Elements whose start ends others, with the elements outside of which nothing ends (HTML Standard, 13.1.2.4)."""


class Element(Struct):
    """An element of a page, with its attributes and its content."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)


Node: TypeAlias = "Element | str"


def write_markdown(html: str) -> str:
    """Returns the Markdown of the HTML of a text, without a line break at its end."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "\n\n".join(_write_blocks(reader.root.children))


class _Reader(HTMLParser):
    """Builds the tree of a text; hidden elements are left out. Elements deeper than `_DEEPEST` are flattened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        ended, scope = _ENDS.get(tag, (frozenset({"p"}), _SCOPES) if tag in _BLOCKS else (frozenset(), _SCOPES))
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].name in ended:
                del self._open[at:]
                break
            if self._open[at].name in scope:
                break
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].name == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def _is_hidden(node: Element) -> bool:
    given = node.attributes
    is_back = "footnote-back" in given.get("class", "")
    styled = _INVISIBLE.search(given.get("style", "")) is not None
    return node.name in _LEFT_OUT or "hidden" in given or given.get("aria-hidden") == "true" or is_back or styled


def _is_block(node: Node) -> bool:
    if isinstance(node, str):
        return False
    return node.name in _BLOCKS or (node.name in ("a", "span", "ins", "del") and any(map(_is_block, node.children)))


def _write_blocks(nodes: Iterable[Node]) -> Iterator[str]:
    visible = (node for node in nodes if isinstance(node, str) or not _is_hidden(node))
    for is_block, run in groupby(visible, _is_block):
        if is_block:
            for node in run:
                assert isinstance(node, Element)  # noqa: S101
                yield from (block for block in _write_block(node) if block)
        elif text := _write_paragraph(list(run)):
            yield text


def _write_block(node: Element) -> Iterator[str]:
    match node.name:
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            yield f"{'#' * int(node.name[1])} {_write_line(node.children)}"
        case "p" | "summary":
            text = _write_paragraph(node.children)
            yield f"**{text}**" if node.name == "summary" and text else text
        case "pre" | "ul" | "ol" | "table" | "blockquote" | "hr" as name:
            yield _WHOLE[name](node)
        case "dl":
            yield from _write_definitions(node)
        case "section" if "footnotes" in node.attributes.get("class", ""):
            yield from _write_footnotes(node)
        case "div" if node.attributes.get("class", "").startswith("alert"):
            yield _quote(_write_alert(node))
        case _:
            yield from _write_blocks(node.children)


def _quote(blocks: Iterable[str]) -> str:
    return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(blocks).split("\n"))


def _write_alert(node: Element) -> Iterator[str]:
    title, *blocks = [*_write_blocks(node.children)] or [""]
    yield f"**{title}**"
    yield from blocks


def _write_paragraph(nodes: Sequence[Node]) -> str:
    lines = (line.strip(" ") for line in _write_inline(nodes).strip().split("\n"))
    return "\n".join(_LINE_START.sub(r"\\\1", line, count=1) if _LINE_START.match(line) else line for line in lines)


def _write_line(nodes: Iterable[Node]) -> str:
    return " ".join(_write_inline(nodes).replace("\\\n", " ").split())


def _write_inline(nodes: Iterable[Node]) -> str:
    return "".join(_write_node(node) for node in nodes)


def _write_node(node: Node) -> str:
    if isinstance(node, str):
        text = re.sub(r"[ \t\r\f]+", " ", node).replace("\xa0", " ")
        return "".join(part if at % 2 else _SPECIAL.sub(r"\\\g<0>", part) for at, part in enumerate(_MATH.split(text)))
    if _is_hidden(node):
        return ""
    name, given = node.name, node.attributes
    if name in _MARKS:
        return _wrap(_write_inline(node.children), _MARKS[name])
    if name in ("code", "kbd", "samp", "tt"):
        return _write_code_span(_text_of(node))
    if name in ("a", "img") or name in _MEDIA:
        return _write_target(node)
    if name == "sup" and given.get("class") == "footnote-ref":
        return f"[^{given.get('id', '').removeprefix('fnref:').partition(':')[0]}]"
    if name in ("sup", "sub"):
        return f"<{name}>{_write_inline(node.children)}</{name}>"
    if name == "input":
        return ("[x]" if "checked" in given else "[ ]") if given.get("type") == "checkbox" else ""
    return "\\\n" if name == "br" else _write_inline(node.children)


def _wrap(text: str, mark: str) -> str:
    """Puts marks around a text, not around the spaces at its ends."""
    inner = text.strip()
    if not inner:
        return text
    start = text[: len(text) - len(text.lstrip())]
    return f"{start}{mark}{inner}{mark}{text[len(text.rstrip()) :]}"


def _text_of(node: Node) -> str:
    if isinstance(node, str):
        return node
    if _is_hidden(node) or node.attributes.get("class") == "linenos":
        return ""
    return "".join(map(_text_of, node.children))


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


def _write_code_span(text: str) -> str:
    fence = _fence(text, 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}" if text else ""


def _write_code(node: Element) -> str:
    text = _text_of(node).rstrip("\n")
    classes = (part for child in node.children if isinstance(child, Element) for part in _classes(child))
    language = next((part.removeprefix("language-") for part in classes if part.startswith("language-")), "")
    fence = _fence(text, 3)
    return f"{fence}{language}\n{text}\n{fence}"


def _classes(node: Element) -> list[str]:
    return node.attributes.get("class", "").split()


def _target(url: str) -> str:
    return re.sub(r"[\s()<>]", lambda match: f"%{ord(match[0]):02X}", url)


def _write_target(node: Element) -> str:
    """Returns a link, an image, or a link to a recording."""
    given = node.attributes
    if node.name == "img":
        return f"![{given.get('alt', '')}]({_target(given.get('src', ''))})"
    if node.name == "a":
        return _write_link(_write_inline(node.children), given.get("href", ""))
    return _write_link(node.name, _source_of(node))


def _write_link(text: str, url: str) -> str:
    if not url or not text.strip():
        return text
    plain = text.replace("\\", "")
    return f"<{url}>" if plain == url and " " not in url else _wrap_link(text, url)


def _wrap_link(text: str, url: str) -> str:
    inner = " ".join(text.split())
    return f"[{inner}]({_target(url)})"


def _source_of(node: Element) -> str:
    inner = (child.attributes.get("src", "") for child in node.children if isinstance(child, Element))
    return node.attributes.get("src") or next((url for url in inner if url), "")


def _elements(node: Element, *names: str) -> Iterator[Element]:
    """Yields the elements of these names in a node, not those in other lists or tables."""
    for child in node.children:
        if isinstance(child, Element) and not _is_hidden(child):
            if child.name in names:
                yield child
            elif child.name in ("div", "thead", "tbody", "tfoot"):
                yield from _elements(child, *names)


def _write_list(node: Element) -> str:
    items: list[str] = []
    is_loose = False
    written = node.attributes.get("start", "1")
    number = int(written) if written.isdecimal() else 1
    for item in _elements(node, "li"):
        mark = f"{number}. " if node.name == "ol" else "- "
        blocks = [*_write_blocks(item.children)]
        is_loose = is_loose or any(isinstance(child, Element) and child.name == "p" for child in item.children)
        items.append(mark + _indent(("\n\n" if is_loose else "\n").join(blocks), len(mark)))
        number += 1
    return ("\n\n" if is_loose else "\n").join(items)


def _indent(text: str, width: int) -> str:
    return text.replace("\n", f"\n{' ' * width}").replace(f"\n{' ' * width}\n", "\n\n")


def _write_definitions(node: Element) -> Iterator[str]:
    for entry in _elements(node, "dt", "dd"):
        text = "\n\n".join(_write_blocks(entry.children))
        yield f"**{text}**" if entry.name == "dt" else f": {_indent(text, 2)}"


def _write_footnotes(node: Element) -> Iterator[str]:
    for item in (item for child in _elements(node, "ol") for item in _elements(child, "li")):
        name = item.attributes.get("id", "").removeprefix("fn:")
        text = "\n\n".join(_write_blocks(item.children))
        yield f"[^{name}]: {_indent(text, 4)}"


def _write_table(node: Element) -> str:
    cells = (_elements(row, "th", "td") for row in _elements(node, "tr"))
    rows = [[_write_line(cell.children).replace("|", "\\|") for cell in row] for row in cells]
    width = max(map(len, rows), default=0)
    if not width:
        return ""
    lines = [f"| {' | '.join((*row, *[''] * (width - len(row))))} |" for row in rows]
    return "\n".join((lines[0], f"|{' --- |' * width}", *lines[1:]))


_WHOLE: Mapping[str, Callable[[Element], str]] = {
    "pre": _write_code,
    "ul": _write_list,
    "ol": _write_list,
    "table": _write_table,
    "blockquote": lambda node: _quote(_write_blocks(node.children)),
    "hr": lambda _: "---",
}
"""Elements that are one block each."""
