"""Parses Liquid into a tree: text, outputs, tags, and blocks with their branches. Liquid in code is text."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from afterword.importers.code import find_code, find_fence, is_inside


class Branch(Struct, frozen=True):
    """A part of a block: the tag that begins it, its nodes, and where its text begins and ends in the block.

    `trims` says whether whitespace is removed at its start and at its end.
    """

    name: str
    markup: str
    nodes: tuple[Node, ...]
    start: int
    end: int
    trims: tuple[bool, bool]

    @property
    def is_blank(self) -> bool:
        """Whether it has no text but whitespace, which Liquid does not write then."""
        return all(node.is_blank for node in self.nodes)


class Node(Struct, frozen=True):
    """A piece of a text, from `start`: `name` is that of a tag, or `text`, `output`, `code` for an output in code.

    `markup` is what follows the name in a tag, and the contents of `raw` and `highlight`. `trims` says whether
    whitespace is removed before and behind it.
    """

    name: str
    source: str
    start: int
    markup: str = ""
    branches: tuple[Branch, ...] = ()
    trims: tuple[bool, bool] = (False, False)

    @property
    def tag(self) -> str:
        """The source without the contents of a block."""
        return self.source[: self.branches[0].start] if self.branches else self.source

    @property
    def is_blank(self) -> bool:
        """Whether it never writes more than whitespace."""
        if self.name in ("if", "unless", "case", "for"):
            return bool(self.branches) and all(branch.is_blank for branch in self.branches)
        return self.name in ("assign", "capture", "comment") or (self.name == "text" and not self.source.strip())


def _block(name: str, head: str = r"\s*") -> str:
    return rf"\{{%-?\s*{name}\b{head}-?%\}}(?P<{name}>.*?)\{{%-?\s*end{name}\s*-?%\}}"


_RAW = re.compile(_block("raw"), re.DOTALL)
_HIDDEN = re.compile(
    rf"{_block('comment', '[^%]*?')}|{_block('highlight', '(?P<options>[^%]*?)')}|(?P<note>\{{%-?\s*#.*?%\}})",
    re.DOTALL,
)
_TOKEN = re.compile(
    rf"{_RAW.pattern}|{_HIDDEN.pattern}"
    r"|\{%-?\s*(?P<tag>\w+)(?P<markup>(?:\{\{.*?\}\}|[^%]|%(?!\}))*?)-?%\}|\{\{-?(?P<output>(?:\"[^\"]*\"|'[^']*'|[^{}\"'])*?)-?\}\}",
    re.DOTALL,
)
_BRANCHES = {"else": ("if", "unless", "case", "for"), "elsif": ("if", "unless"), "when": ("case",)}
"""Tags that begin a further branch, and the blocks that have it."""


class _Frame:
    """A block that is open: its first tag, its branches so far, and the nodes since its last tag."""

    def __init__(self, match: re.Match[str]) -> None:
        self.first = self._last = match
        self.nodes: list[Node] = []
        self._branches: list[Branch] = []
        self._ended: list[Node] = []

    @property
    def name(self) -> str:
        return self.first["tag"]

    def end_branch(self, match: re.Match[str]) -> None:
        """Adds the nodes since the last tag as a branch; `match` is the tag that ends it."""
        start, end = self._last.end() - self.first.start(), match.start() - self.first.start()
        trims = (_trims(self._last)[1], _trims(match)[0])
        name, markup = self._last["tag"], self._last["markup"].strip()
        self._branches.append(Branch(name, markup, tuple(self.nodes), start, end, trims))
        self._ended += [*self.nodes, _make_node(match)]
        self.nodes, self._last = [], match

    def make_block(self, match: re.Match[str]) -> Node:
        """Returns the block; `match` is its end tag."""
        self.end_branch(match)
        start = self.first.start()
        markup, trims = self.first["markup"].strip(), (_trims(self.first)[0], _trims(match)[1])
        return Node(self.name, match.string[start : match.end()], start, markup, tuple(self._branches), trims)

    def flatten(self) -> list[Node]:
        """Returns the nodes of a block that has no end tag."""
        return [_make_node(self.first), *self._ended, *self.nodes]


@lru_cache(maxsize=64)
def parse_liquid(text: str, *, has_code: bool = True) -> tuple[Node, ...]:
    """Returns the nodes of a text. Tags without their end, and ends without their tag, are tags without branches."""
    code = _find_code(text) if has_code else []
    matches = [match for match in _TOKEN.finditer(text) if not _is_hidden(match, code)]
    blocks = {match["tag"][3:] for match in matches if (match["tag"] or "").startswith("end")}
    nodes: list[Node] = []
    frames: list[_Frame] = []
    end = 0
    for match in matches:
        here = frames[-1].nodes if frames else nodes
        here.append(Node("text", text[end : match.start()], end))
        end = match.end()
        tag = match["tag"] or ""
        if tag.startswith("end") and any(frame.name == tag[3:] for frame in frames):
            while (frame := frames.pop()).name != tag[3:]:
                frames[-1].nodes += frame.flatten()
            (frames[-1].nodes if frames else nodes).append(frame.make_block(match))
        elif frames and frames[-1].name in _BRANCHES.get(tag, ()):
            frames[-1].end_branch(match)
        elif tag in blocks:
            frames.append(_Frame(match))
        else:
            is_code = is_inside(match.start(), code)
            here.append(_make_node(match, is_code=is_code))
    for frame in frames:
        nodes += frame.flatten()
    return (*(node for node in nodes if node.source), Node("text", text[end:], end))


def _is_hidden(match: re.Match[str], code: list[tuple[int, int]]) -> bool:
    """Returns whether a match is in code, and no `raw` or output."""
    is_kept = match["raw"] is None and match["output"] is None
    return is_kept and is_inside(match.start(), code)


def _make_node(match: re.Match[str], *, is_code: bool = False) -> Node:
    if match["raw"] is not None:
        return Node("raw", match[0], match.start(), match["raw"])
    if match["highlight"] is not None:
        return Node("highlight", match[0], match.start(), _write_fence(match))
    if match["output"] is not None:
        kind = "code" if is_code else "output"
        return Node(kind, match[0], match.start(), match["output"].strip(), trims=_trims(match))
    markup = (match["markup"] or "").strip()
    return Node(match["tag"] or "comment", match[0], match.start(), markup, trims=_trims(match))


def _trims(match: re.Match[str]) -> tuple[bool, bool]:
    return match[0].startswith(("{%-", "{{-")), match[0].endswith(("-%}", "-}}"))


def _find_code(text: str) -> list[tuple[int, int]]:
    """Returns the spans of code in a text; the contents of `raw`, `highlight` and `comment` do not count."""
    for pattern in (_RAW, _HIDDEN):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return find_code(text)


def _write_fence(match: re.Match[str]) -> str:
    """Returns a fenced block for `highlight`, on lines of its own, indented as the tag is."""
    language, _, options = match["options"].strip().partition(" ")
    code = _RAW.sub(lambda raw: raw["raw"], match["highlight"]).strip("\n").rstrip()
    ticks = find_fence(code)
    before = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
    indent, start = ("", "\n\n") if before.strip() else (before, "")
    end = "" if match.string[match.end() : match.end() + 1] in ("", "\n") else "\n"
    numbers = " linenos" if "linenos" in options else ""
    return f"{start}{ticks}{language}{numbers}\n{code}\n{indent}{ticks}{end}"
