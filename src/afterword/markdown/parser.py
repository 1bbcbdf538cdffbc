"""The Markdown parser: markdown-it-py with the extensions of GitHub and Jekyll, and without its ways of losing text.

`parse` gives block tokens whose links, images and HTML tags know where they stand in their block. Relies on
markdown-it-py (CommonMark, tables, strikethrough, task lists, alerts) and mdit-py-plugins (definition lists, footnote
definitions). Refuses nesting and numbers of elements that exist only to exhaust the machine, and says at which line.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from markdown_it import MarkdownIt
from markdown_it.rules_block import reference
from markdown_it.rules_inline import autolink, html_inline
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from msgspec import Struct, field

from afterword.autolinks import add_autolink_rules
from afterword.brackets import add_bracket_rules
from afterword.markdown.attributes import add_attribute_rules
from afterword.markdown.contents import add_contents_rule
from afterword.markdown.footnotes import read_reference
from afterword.markdown.moments import add_moment_rules
from afterword.markdown.openings import look_before_calling
from afterword.markdown.terms import add_terms_rule
from afterword.smartquotes import use_linear_smartquotes

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from afterword.markdown.options import Options

    BlockRule = Callable[[StateBlock, int, int, bool], bool]
    InlineRule = Callable[[StateInline, bool], bool]

SPARE_TOKENS = 200_000
"""Block tokens that a text of any length may have: one full table of markdown-it's, some 90 MB."""


SPARE_LINES = 200_000
"""Lines that a text of any length may have in quotes without a `>` of their own, counted once for each quote around."""


_QUOTE_BEGINS = ("blockquote_open", "alert_title_close")
"""The tokens behind which the first block of a quote is read."""


class TooManyElements(Exception):  # noqa: N818 - an outcome, not a fault
    """The text stands for more elements than a text of its length ever needs; `line` counts from 0."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class Definition(Struct, frozen=True):
    """A link reference definition: its name as matched, and the lines that it stands on, from 0, end excluded."""

    label: str
    lines: tuple[int, int]


class Parsed(Struct, frozen=True):
    """A text as block tokens.

    `too_deep` are the lines, from 0, at which nesting reached its limit; the text below is kept as a paragraph.
    `contents` are those of marks for a table of contents.
    `environment` is the parser's own record of link and footnote definitions, for `parse` of an excerpt.
    """

    tokens: list[Token]
    definitions: tuple[Definition, ...] = ()
    repeated: tuple[Definition, ...] = ()
    too_deep: tuple[int, ...] = ()
    contents: tuple[int, ...] = ()
    environment: MutableMapping[str, object] = field(default_factory=dict)


def parse(
    text: str, options: Options, *, talk: bool = False, known: MutableMapping[str, object] | None = None
) -> Parsed:
    """Parse a text with `\\n` line ends; `known` is the environment of the text that this one was taken from.

    `talk` says that it is about a talk, of whose moments it may speak. Raises `TooManyElements`.
    """
    environment: MutableMapping[str, object] = {"talk": talk}
    if known is not None:
        environment.update({name: known[name] for name in ("references", "footnotes") if name in known})
    tokens = _parser(options.html, options.smart, options.nesting).parse(text, environment)
    references: MutableMapping[str, dict[str, list[int]]] = environment.get("references", {})  # type: ignore[assignment]
    repeated: list[dict[str, object]] = environment.get("duplicate_refs", [])  # type: ignore[assignment]
    too_deep: list[int] = environment.get("too_deep", [])  # type: ignore[assignment]
    contents: list[int] = environment.get("contents", [])  # type: ignore[assignment]
    return Parsed(
        tokens,
        tuple(Definition(label, _lines(found["map"])) for label, found in references.items()),
        tuple(Definition(str(found["label"]), _lines(found["map"])) for found in repeated),
        tuple(too_deep),
        tuple(contents),
        environment,
    )


def _lines(span: object) -> tuple[int, int]:
    begin, end = cast("list[int]", span)
    return begin, end


@lru_cache(maxsize=8)
def _parser(html: bool, smart: bool, nesting: int) -> MarkdownIt:
    """A parser for these options; it holds nothing of the documents that it has parsed."""
    parser = make_parser(html=html, smart=smart, nesting=nesting)
    look_before_calling(parser)
    return parser


def make_parser(*, html: bool, smart: bool, nesting: int, first: BlockRule | None = None) -> MarkdownIt:
    """A parser for these options, which tries every rule everywhere; `first` is a rule that is tried before others."""
    parser = MarkdownIt(
        "commonmark",
        {
            "html": html,
            "typographer": smart,
            "tasklists": True,
            "alerts": True,
            "store_labels": True,
            "maxNesting": nesting + 8,  # never reached: the guard below acts first, and no block is deeper than 2
        },
    )
    parser.enable(["table", "strikethrough"])
    parser.disable("normalize")  # line ends are what they are to be, and `text` leaves no NUL
    if smart:
        parser.enable(["replacements", "smartquotes"])
        use_linear_smartquotes(parser)
    # Targets stay as written: `links` judges and encodes them, where a refusal has a place to point at.
    parser.normalizeLink = str  # type: ignore[method-assign, assignment]
    parser.validateLink = _allow  # type: ignore[method-assign, assignment]
    if first is not None:
        parser.block.ruler.before("table", "first", first, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    deflist_plugin(parser)
    add_terms_rule(parser)
    footnote_plugin(parser, inline=False, move_to_end=False)
    inline = parser.inline.ruler
    inline.at("footnote_ref", read_reference)
    inline.at("autolink", _placed(autolink, "<", "link_open"))
    inline.at("html_inline", _placed(html_inline, "<", "html_inline"))
    add_bracket_rules(parser)
    add_autolink_rules(parser)
    add_attribute_rules(parser)
    add_contents_rule(parser)
    add_moment_rules(parser, reference)
    parser.block.ruler.before("first" if first is not None else "table", "guard", _guard(nesting))
    return parser


def _allow(_url: str) -> bool:
    return True


def _placed(rule: InlineRule, first: str, kind: str) -> InlineRule:
    """The rule, noting in its token's `meta` where it began and ended in the text of the block.

    The first character is tested before the rule is called: most calls are for another character.
    """

    def read(state: StateInline, silent: bool) -> bool:
        start = state.pos
        if state.src[start] != first:
            return False
        before = len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            token = state.tokens[before]
            if token.type != kind:  # text that was pending
                token = state.tokens[before + 1]
            token.meta["at"] = (start, state.pos)
        return True

    return read


def _guard(nesting: int) -> Callable[[StateBlock, int, int, bool], bool]:
    """A block rule that keeps as plain text what is nested too deep: markdown-it drops it without a word."""

    def read(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if silent:
            return False
        if state.level < nesting:
            if len(state.tokens) > SPARE_TOKENS + len(state.src) // 2 or _is_quoted_too_often(state, start, end):
                raise TooManyElements(start)
            return False
        state.env.setdefault("too_deep", []).append(start)
        token = state.push("verbatim", "", 0)
        token.map = [start, end]
        token.content = state.getLines(start, end, state.blkIndent, False)
        state.line = end
        return True

    return read


def _is_quoted_too_often(state: StateBlock, start: int, end: int) -> bool:
    """Whether a block in a quote is in so many that their lines, counted once for each quote, are too many.

    markdown-it looks at the lines of a quote once for each quote around them, and one line `> > > a` may have as many
    lines without a sign behind it as a file has. It looks at them again for each quote that ends at such a line.
    """
    if state.parentType != "blockquote":
        return False
    begun = len(state.tokens)
    if state.tokens[-1].type in _QUOTE_BEGINS and state.env.get("quote") != begun:
        state.env["quote"] = begun
        state.env["quoted"] = state.env.get("quoted", 0) + end - start
    lines: int = state.env.get("quoted", 0)
    return lines > SPARE_LINES + len(state.src)
