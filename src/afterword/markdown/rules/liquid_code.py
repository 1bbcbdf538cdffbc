"""Parser rule for code between tags of templates: `{% highlight python linenos %}`, `{% codeblock %}`, `{% raw %}`, and
Hugo's `{{< highlight go >}}`.

Text between two tags on lines of their own is a code block, as in Jekyll, Octopress, Hexo and Hugo. Fenced code between
`{% raw %}` and `{% endraw %}` is unchanged, and the tags are removed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from afterword.core.patterns import lazy_pattern
from afterword.markdown.environment import environment_of
from afterword.markdown.fence_options import RAW

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock

_OPENING = lazy_pattern(r"\{%-?[ \t]*(highlight|codeblock|code|raw)\b[ \t]*([^%\n]{0,300}?)[ \t]*-?%\}[ \t]*")
_SHORTCODE = lazy_pattern(r"\{\{[<%][ \t]*(highlight)[ \t]+\"?([\w+#.-]+)\"?[^{}\n]{0,300}[>%]\}\}[ \t]*")
_END_RAW = lazy_pattern(r"\{%-?[ \t]*endraw[ \t]*-?%\}[ \t]*")
_FENCE = lazy_pattern(r"[ \t]*(?:`{3,}|~{3,}|\{%-?[ \t]*(?:highlight|codeblock)\b)")
_LANGUAGE = lazy_pattern(r"lang(?:uage)?:([\w+#-]+)")
_OTHER_OPTIONS = lazy_pattern(r"(?:https?://\S+|\w+:\S+)")


def add_liquid_code_rule(parser: MarkdownIt) -> None:
    """Adds code between tags of Liquid to a parser."""
    interrupted: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "liquid_code", _read, interrupted)


def _read(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith(("{%", "{{"), begin) or state.is_code_block(start):
        return False
    if _ends_raw_fence(state, start):
        state.line += not silent
        return True
    is_shortcode = state.src.startswith("{{", begin)
    found = (_SHORTCODE if is_shortcode else _OPENING).fullmatch(state.src, begin, state.eMarks[start])
    if found is None:
        return False
    closing = r"\{\{[<%][ \t]*/highlight[ \t]*[>%]\}\}" if is_shortcode else rf"\{{%-?[ \t]*end{found[1]}[ \t]*-?%\}}"
    last = _find_end(state, closing, start, end)
    if last < 0:
        return False
    if silent:
        return True
    state.line = last + 1
    indent = min((state.sCount[line] for line in range(start + 1, last) if not state.isEmpty(line)), default=0)
    body = state.getLines(start + 1, last, min(indent, state.sCount[start]), True)
    if found[1] == "raw" and _FENCE.match(body.lstrip("\n")) is not None:
        limit, state.lineMax = state.lineMax, last
        state.md.block.tokenize(state, start + 1, last)
        state.lineMax, state.line = limit, last + 1
        return True
    token = state.push("fence", "code", 0)
    token.info = found[2] if found[1] == "highlight" else _read_options(found[2]) if found[1] != "raw" else ""
    token.content = body
    token.markup = "```"
    token.map = [start, last + 1]
    token.meta["liquid"] = True
    return True


def _ends_raw_fence(state: StateBlock, line: int) -> bool:
    """Returns whether a line is the end of a `{% raw %}` that stands in the info string of the fence above it."""
    fence = state.tokens[-1] if state.tokens else None
    if fence is None or fence.type != "fence" or RAW.search(fence.info) is None:
        return False
    return _END_RAW.fullmatch(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line]) is not None


def _find_end(state: StateBlock, closing: str, start: int, end: int) -> int:
    """Returns the line of the tag that ends a block, -1 for none; `closing` is its pattern."""
    missing = environment_of(state).unclosed_liquid
    if missing.get(closing, end + 1) <= end:
        return -1
    whole = re.compile(rf"[ \t]*{closing}[ \t]*")
    for line in range(start + 1, end):
        if whole.fullmatch(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line]) is not None:
            return line
    missing[closing] = end
    return -1


def _read_options(written: str) -> str:
    """Returns the info string that options of `codeblock` mean: `Title lang:python https://…`."""
    language = _LANGUAGE.search(written)
    title = " ".join(_OTHER_OPTIONS.sub("", written).split()).replace('"', "")
    return " ".join(filter(None, (language[1] if language is not None else "", f'title="{title}"' if title else "")))
