"""Evaluates a tree of Liquid: conditions, loops, variables, includes and links. What is not known is kept."""

from __future__ import annotations

import posixpath
import re
from collections import ChainMap
from typing import TYPE_CHECKING

from msgspec import Struct, field

from afterword.core.text import shown
from afterword.importers.jekyll.expressions import (
    decide,
    evaluate,
    evaluate_text,
    find_root,
    is_equal,
    parse_options,
)
from afterword.importers.jekyll.filters import BASE, RAW, TARGET, URL, Unknown, Unsupported, make_list
from afterword.importers.jekyll.liquid_tree import Branch, parse_liquid
from afterword.importers.shortcodes import JEKYLL_INCLUDES, JEKYLL_TAGS, read_options, write_known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from afterword.importers.jekyll.liquid_tree import Node

_LOOP = re.compile(
    r"(?P<variable>[\w-]+)\s+in\s+(?P<items>(?:\([^()]*\)|[^\s\"']|\"[^\"]*\"|'[^']*')+)(?P<reversed>\s+reversed\b)?(?P<options>.*)",
    re.DOTALL,
)
_ASSIGNED = re.compile(r"\{%-?\s*(?:assign|capture)\s+([\w-]+)")
_MARKDOWN = re.compile(r"\n[ \t]*\n\s*(?![\s<{])|<pre\b|\bmarkdown=")
"""What HTML does not have in which whitespace has no meaning: a paragraph without a tag, and others."""

_HTML = re.compile(r"\s*</?[a-zA-Z][\w-]*[\s>]")
_SHOWN = re.compile(r"(?<![{\\])\{%(?=-?\s*\w)|(?<!\\)\{\{(?=-?\s*(?:(?:site|page|include|content|layout)\b|[\"']))")
"""Matches the start of Liquid in a text that Jekyll shows as it is."""

_INCLUDES = ("include", "include_cached", "include_relative")
_DEEPEST = 20
"""Maximum depth of includes in includes."""

_MOST = 50_000
"""Maximum number of passes of loops and of includes in one text."""


class LiquidContext(Struct, frozen=True):
    """What Liquid can refer to: new paths of posts by name without suffix and of all files by old path, and the
    settings of the site."""

    posts: Mapping[str, str]
    files: Mapping[str, str]
    site: Mapping[str, object] = field(default_factory=dict)


class LiquidRenderer:
    """The Liquid of one text, from its start to its end.

    `_values` are the variables so far: those of loops and includes before the others. While `_strictness` is not 0,
    the first Liquid that is not supported ends the innermost loop, capture or include, which is kept as a whole.
    """

    def __init__(
        self,
        context: LiquidContext,
        folder: str,
        old_folder: str,
        values: dict[str, object],
        read_include: Callable[[str], str | None],
        report: Callable[[Node, Unsupported], None],
    ) -> None:
        self._context = context
        self._folder = folder
        self._old_folder = old_folder
        self._values = ChainMap(values)
        self._known = frozenset(values)
        self._read_include = read_include
        self._report = report
        self._strictness = 0
        self._depth = 0
        self._passes = 0
        self._interrupt = ""

    def render(self, nodes: Sequence[Node], trims: tuple[bool, bool] = (False, False)) -> str:
        """Returns the text of nodes; what is not supported is reported and kept, or raises `Unsupported`."""
        parts: list[str] = []
        strips, is_html, is_text = trims[0], False, False
        for node in nodes:
            if node.name == "text":
                text = node.source.lstrip() if strips else node.source
                if is_html and re.match(r"\n[ \t]*<", text):
                    parts[-1] = parts[-1].rstrip("\n")
                parts.append(text)
                strips, is_html, is_text = False, False, True
                continue
            piece, is_kept = self._write(node)
            if is_text and not is_kept and node.trims[0]:
                parts[-1] = parts[-1].rstrip()
            is_text = False
            is_html = bool(node.branches) and not is_kept and self._is_html(node, piece)
            if is_html:
                piece = re.sub(r"\n\s*", "\n", piece)
                if parts and parts[-1].rstrip(" \t").endswith("\n"):
                    parts[-1], piece = parts[-1].rstrip(" \t"), piece.lstrip()
            parts.append(piece)
            strips = not is_kept and node.trims[1]
            if self._interrupt:
                break
        if is_text and trims[1]:
            parts[-1] = parts[-1].rstrip()
        return "".join(parts)

    def _is_html(self, node: Node, piece: str) -> bool:
        """Returns whether a block writes HTML, in which blank lines and indentation would begin Markdown."""
        return _HTML.match(piece) is not None and _MARKDOWN.search(node.source) is None

    def _write(self, node: Node) -> tuple[str, bool]:
        """Returns the text of a node, and whether it is the source, which is kept."""
        if node.name == "code":
            return self._write_code(node), True
        try:
            return self._evaluate(node), False
        except RecursionError:
            problem = Unsupported()
        except Unsupported as found:
            problem = found
        problem.culprit = problem.culprit or node.tag
        if self._strictness and node.name in ("assign", "capture"):
            self._values.maps[-1].update(dict.fromkeys(_ASSIGNED.findall(node.source), Unknown.VALUE))
            return "", False  # whatever the value is, nothing is written here
        if self._strictness:
            raise problem
        for name in _ASSIGNED.findall(node.source):
            self._values.maps[-1][name] = Unknown.REPORTED
        if not problem.is_reported:
            self._report(node, problem)
        return self._keep(node), True

    def _write_code(self, node: Node) -> str:
        """Returns an output in code: its value, if it has one; else it is text about braces."""
        try:
            text = evaluate_text(node.markup, self._values)
        except Unsupported:
            return node.source
        is_own = find_root(node.markup) in self._values.keys() - self._known
        written = text.replace(URL, str(self._values[URL])).replace(BASE, str(self._values[BASE]))
        return written if text or is_own else node.source

    def _keep(self, node: Node) -> str:
        """Returns the source of a node; in a block of a plugin, the Liquid is translated."""
        if not node.branches or node.name in _BLOCKS:
            return node.source
        branch = node.branches[0]
        return f"{node.source[: branch.start]}{self.render(branch.nodes)}{node.source[branch.end :]}"

    def _evaluate(self, node: Node) -> str:
        if node.name == "raw":
            return _SHOWN.sub(rf"{RAW}\g<0>", node.markup)
        if node.name == "highlight":
            return node.markup
        if node.name == "comment":
            return ""
        if node.name == "output":
            text = evaluate_text(node.markup, self._values)
            root = find_root(node.markup)
            if not text and not self._strictness and root and root not in self._values:
                raise Unsupported  # in Jekyll nothing, but more often text with braces
            return text
        if node.name in _BLOCKS and node.branches:
            return _BLOCKS[node.name](self, node)
        if node.name in _TAGS and not node.branches:
            return _TAGS[node.name](self, node)
        raise Unsupported

    def _render_strictly(self, branch: Branch) -> str:
        self._strictness += 1
        try:
            return self._render_branch(branch)
        finally:
            self._strictness -= 1

    def _render_branch(self, branch: Branch) -> str:
        text = self.render(branch.nodes, branch.trims)
        return "" if branch.is_blank else text

    def _expand(self, text: str) -> str:
        """Returns the text of a parameter, in which there can be outputs; raises `Unsupported`."""
        return self._render_strictly(Branch("", "", parse_liquid(text), 0, 0, (False, False)))

    # Blocks

    def _choose(self, node: Node) -> str:
        subject = evaluate(node.markup, self._values) if node.name == "case" else None
        for branch in node.branches:
            if branch.name == "case":
                continue
            if branch.name == "when":
                choices = re.findall(r"\"[^\"]*\"|'[^']*'|[^\s,]+", branch.markup)
                is_true = any(is_equal(subject, evaluate(one, self._values)) for one in choices if one != "or")
            else:
                is_true = branch.name == "else" or decide(branch.markup, self._values) == (branch.name != "unless")
            if is_true:
                return self._render_branch(branch)
        return ""

    def _loop(self, node: Node) -> str:
        body, *others = node.branches
        head = _LOOP.fullmatch(node.markup)
        if head is None:
            raise Unsupported
        found = evaluate(head["items"], self._values)
        items = make_list(found)
        options = {
            name: evaluate(value, self._values) for name, value in re.findall(r"(\w+)\s*:\s*([^\s,]+)", head["options"])
        }
        first, limit = options.get("offset", 0), options.get("limit", len(items))
        if not isinstance(first, int) or not isinstance(limit, int):
            raise Unsupported
        items = items[first : first + limit] if not isinstance(found, str) else items
        if head["reversed"]:
            items.reverse()
        if not items:
            return self._render_strictly(others[0]) if others else ""
        return "".join(self._pass(body, head["variable"], items))

    def _pass(self, body: Branch, variable: str, items: list[object]) -> list[str]:
        """Returns the texts of the passes of a loop."""
        parts: list[str] = []
        values, count = self._values, len(items)
        for at, item in enumerate(items):
            self._count_pass()
            loop: dict[str, object] = {
                "index": at + 1,
                "index0": at,
                "rindex": count - at,
                "rindex0": count - at - 1,
                "length": count,
            }
            loop |= {"first": at == 0, "last": at == count - 1, "parentloop": values.get("forloop")}
            self._values = values.new_child({variable: item, "forloop": loop})
            try:
                parts.append(self._render_strictly(body))
            finally:
                self._values = values
            interrupt, self._interrupt = self._interrupt, ""
            if interrupt == "break":
                break
        return parts

    def _count_pass(self) -> None:
        self._passes += 1
        if self._passes > _MOST:
            raise Unsupported

    def _capture(self, node: Node) -> str:
        self._values.maps[-1][node.markup.strip("\"'")] = self._render_strictly(node.branches[0])
        return ""

    # Tags

    def _assign(self, node: Node) -> str:
        variable, sign, expression = node.markup.partition("=")
        if not sign:
            raise Unsupported
        self._values.maps[-1][variable.strip()] = evaluate(expression, self._values)
        return ""

    def _interrupt_loop(self, node: Node) -> str:
        if "forloop" not in self._values:
            raise Unsupported
        self._interrupt = node.name
        return ""

    def _find_target(self, node: Node) -> str:
        name = self._expand(node.markup).strip("\"'").lstrip("/")
        if node.name == "link":
            target = self._context.files.get(name)
        else:
            stem = name if name in self._context.posts else posixpath.splitext(name)[0]
            target = self._context.posts.get(stem) or self._context.posts.get(posixpath.basename(stem))
        if target is None:
            raise Unsupported(f"{'file' if node.name == 'link' else 'post'} `{shown(name)}` not found")
        if target.startswith("static/"):
            return TARGET + target.removeprefix("static")
        return TARGET + posixpath.relpath(target, self._folder or ".")

    def _include(self, node: Node) -> str:
        written = self._expand(node.markup) if "{{" in node.markup else node.markup
        name, options = [*written.split(maxsplit=1), ""][:2]
        values = parse_options(options, self._values)
        path = posixpath.join(self._old_folder, name) if node.name == "include_relative" else f"_includes/{name}"
        text = self._read_include(posixpath.normpath(path)) if self._depth < _DEEPEST else None
        if text is None:
            kind = posixpath.splitext(posixpath.basename(name))[0]
            given = {key: str(value) for key, value in values.items() if value}
            if markdown := write_known(JEKYLL_INCLUDES, kind, given):
                return markdown
            raise Unsupported
        self._count_pass()
        outer, self._values = self._values, self._values.new_child({"include": values})
        self._depth += 1
        try:
            result = self._expand(text)
        finally:
            self._values = outer
            self._depth -= 1
        is_html = path.endswith((".html", ".htm")) and "<pre" not in text
        return re.sub(r"\n\s*", "\n", result).lstrip("\n") if is_html else result

    def _write_known(self, node: Node) -> str:
        written = write_known(JEKYLL_TAGS, node.name, read_options(node.markup))
        if written is None:
            raise Unsupported
        return written


_BLOCKS: Mapping[str, Callable[[LiquidRenderer, Node], str]] = {
    **dict.fromkeys(("if", "unless", "case"), LiquidRenderer._choose),
    "for": LiquidRenderer._loop,
    "capture": LiquidRenderer._capture,
}
_TAGS: Mapping[str, Callable[[LiquidRenderer, Node], str]] = {
    "assign": LiquidRenderer._assign,
    **dict.fromkeys(("break", "continue"), LiquidRenderer._interrupt_loop),
    **dict.fromkeys(("post_url", "link"), LiquidRenderer._find_target),
    **dict.fromkeys(_INCLUDES, LiquidRenderer._include),
    **dict.fromkeys(("youtube", "vimeo", "gist"), LiquidRenderer._write_known),
}
