"""Configures the Markdown parser: CommonMark, tables, footnotes, definition lists, attributes and timestamps."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from markdown_it import MarkdownIt
from markdown_it.common.html_re import HTML_TAG_RE
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import reference
from markdown_it.rules_inline import autolink, html_inline
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from msgspec import Struct, field

from afterword.core.patterns import lazy_pattern
from afterword.core.smart_quotes import ENGLISH, find_quotes, use_dash_replacements, use_linear_smartquotes
from afterword.markdown.environment import Environment, environment_of
from afterword.markdown.fast.dispatch import look_before_calling
from afterword.markdown.fast.nested_lists import NESTING_MARGIN
from afterword.markdown.rules.abbreviations import add_abbreviation_rules
from afterword.markdown.rules.alerts import add_alert_rules
from afterword.markdown.rules.attributes import add_attribute_rules
from afterword.markdown.rules.autolinks import add_autolink_rules
from afterword.markdown.rules.brackets import add_bracket_rules
from afterword.markdown.rules.emoji import add_emoji_rule
from afterword.markdown.rules.emphasis import add_mark_rules, use_cjk_emphasis
from afterword.markdown.rules.footnotes import read_reference
from afterword.markdown.rules.liquid_code import add_liquid_code_rule
from afterword.markdown.rules.lists import add_task_rule, add_terms_rule
from afterword.markdown.rules.markdown_in_html import add_markdown_in_html_rule
from afterword.markdown.rules.math import add_math_rules
from afterword.markdown.rules.timestamps import add_timestamp_rules
from afterword.markdown.rules.toc import add_contents_rule
from afterword.markdown.rules.wikilinks import add_wikilink_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from afterword.markdown.context import MarkdownOptions, TextSyntax
    from afterword.markdown.environment import LinkDefinition, Need

    BlockRule = Callable[[StateBlock, int, int, bool], bool]
    InlineRule = Callable[[StateInline, bool], bool]

SPARE_TOKENS = 200_000
"""Block tokens that a text of any length may have: one full table of markdown-it's, some 90 MB."""


SPARE_LINES = 200_000
"""Lines that a text of any length may have in quotes without a `>` of their own, counted once for each quote around."""


_NO_PARAGRAPH = lazy_pattern(r"(?:>[ \t]?)*(?:$|(?:[-*+][ \t]+)*#{1,6}(?:[ \t]|$))")
"""Matches the content of a line of a quote that is a heading, or blank."""

_QUOTE_BEGINS = ("blockquote_open", "alert_title_close", "fold_title_close")
"""The tokens behind which the first block of a quote is read."""


class TooManyElements(Exception):  # noqa: N818 - an outcome, not a fault
    """A text has more elements than any real text of its length; `line` counts from 0."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class Definition(Struct, frozen=True):
    """A link reference definition: its name as matched, its lines, from 0 and end excluded, and its target."""

    label: str
    lines: tuple[int, int]
    target: str = ""

    @classmethod
    def of(cls, label: str, found: LinkDefinition) -> Definition:
        begin, end = found["map"]
        return cls(label, (begin, end), found["href"])


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
    environment: Environment = field(default_factory=Environment)


def parse(
    text: str,
    options: TextSyntax,
    *,
    talk: bool = False,
    known: Environment | None = None,
    select: Callable[[list[Token]], list[Token]] | None = None,
    find_need: Callable[[list[Token], int], Need] | None = None,
) -> Parsed:
    """Parses a text with `\\n` line ends; `known` is the environment of the text that this one was taken from.

    `talk` says that it is about a talk, so it can have timestamps. `select` is called with all blocks, and returns
    those to keep, before their inline tokens are parsed. `find_need` says which of the blocks below an offset are
    needed; it is called with the blocks so far. Raises `TooManyElements`.
    """
    environment = Environment(talk=talk, select=select, find_need=find_need)
    environment.max_tokens = _max_tokens(text)
    if known is not None:
        environment.copy_definitions(known)
    tokens = _parser(ParserOptions.of(options)).parse(text, environment)
    return Parsed(
        tokens,
        tuple(
            Definition.of(label, found)
            for label, found in environment.references.items()
            if label not in environment.spellings
        ),
        tuple(Definition.of(found["label"], found) for found in environment.repeated_references),
        tuple(environment.too_deep),
        tuple(environment.contents),
        environment,
    )


def parse_line(line: str, options: TextSyntax) -> Token:
    """Parses a line of text that is no block: returns its inline token."""
    return _parser(ParserOptions.of(options)).parseInline(line, Environment())[0]


class ParserOptions(Struct, frozen=True):
    """The options that a parser depends on; `quotes` are the marks for smart quotes."""

    html: bool
    smart: bool
    nesting: int
    math: bool = False
    emoji: bool = True
    quotes: tuple[str, ...] = ENGLISH
    is_cjk: bool = False

    @classmethod
    def of(cls, options: TextSyntax) -> ParserOptions:
        quotes = tuple(find_quotes(options.language)) if options.smart else ENGLISH
        is_cjk = options.language.partition("-")[0].lower() in ("zh", "ja", "ko")
        return cls(options.html, options.smart, options.nesting, options.math, options.emoji, quotes, is_cjk)


NESTING_OF_LIST = 2


@lru_cache(maxsize=8)
def _parser(options: ParserOptions) -> MarkdownIt:
    """Returns a parser for these options; it holds nothing of the documents that it has parsed."""
    parser = make_parser(options)
    # The reader of simple blocks does not check the nesting, which is at most that of a list.
    look_before_calling(parser, _is_nearly_full if options.nesting > NESTING_OF_LIST else lambda _: True)
    return parser


def _max_tokens(text: str) -> int:
    return SPARE_TOKENS + len(text) // 2


def _is_nearly_full(state: StateBlock) -> bool:
    return len(state.tokens) >= SPARE_TOKENS // 2


def render_token(tokens: Sequence[Token], index: int, options: MarkdownOptions) -> str:
    """Renders a token that no writer of ours knows, as a plugin or markdown-it-py itself does it."""
    parser = _parser(ParserOptions.of(options))
    token = tokens[index]
    rule = parser.renderer.rules.get(token.type)  # type: ignore[attr-defined]
    if rule is not None:
        return str(rule(tokens, index, parser.options, {}))
    if not token.tag:
        return escapeHtml(token.content)
    return str(parser.renderer.renderToken(tokens, index, parser.options, {}))  # type: ignore[attr-defined]


def make_parser(options: ParserOptions, first: BlockRule | None = None) -> MarkdownIt:
    """Returns a parser for these options that tries every rule everywhere, `first` before all others."""
    parser = MarkdownIt(
        "commonmark",
        {
            "html": options.html,
            "typographer": options.smart,
            "tasklists": True,
            "alerts": True,
            "store_labels": True,
            "maxNesting": options.nesting
            + NESTING_MARGIN,  # never reached: the guard acts first, and no block is deeper than 2
        },
    )
    parser.enable(["table", "strikethrough"])
    parser.disable("normalize")  # line ends are what they are to be, and `text` leaves no NUL
    # Targets stay as written: `links` judges and encodes them, where a refusal has a place to point at.
    parser.normalizeLink = str  # type: ignore[method-assign, assignment]
    parser.validateLink = _allow  # type: ignore[method-assign, assignment]
    if first is not None:
        parser.block.ruler.before("table", "first", first, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    _add_rules(parser, options)
    parser.core.ruler.before("inline", "select", _select)
    parser.core.ruler.before("inline", "spellings", _add_spellings)
    guard = _guard(options.nesting)
    parser.block.ruler.before("first" if first is not None else "table", "guard", guard, {"alt": ["blockquote"]})
    return parser


def _add_rules(parser: MarkdownIt, options: ParserOptions) -> None:
    """Adds the rules of our syntax; the order decides which one reads a text that several could."""
    if options.smart:
        parser.enable(["replacements", "smartquotes"])
        use_linear_smartquotes(parser)
        use_dash_replacements(parser)
        parser.options["quotes"] = list(options.quotes)
    if options.is_cjk:
        use_cjk_emphasis(parser)
    deflist_plugin(parser)
    add_terms_rule(parser)
    footnote_plugin(parser, inline=False, move_to_end=False)
    inline = parser.inline.ruler
    inline.at("footnote_ref", read_reference)
    inline.at("autolink", _placed(autolink, "<", "link_open"))
    inline.at("html_inline", _placed(_read_tag, "<", "html_inline"))
    add_bracket_rules(parser)
    add_autolink_rules(parser)
    add_attribute_rules(parser)
    add_contents_rule(parser)
    add_timestamp_rules(parser, reference)
    add_alert_rules(parser)
    add_task_rule(parser)
    add_liquid_code_rule(parser)
    add_mark_rules(parser)
    add_wikilink_rules(parser)
    add_abbreviation_rules(parser)
    add_math_rules(parser, dollars=options.math)
    if options.emoji:
        add_emoji_rule(parser)
    if options.html:
        add_markdown_in_html_rule(parser)


def _add_spellings(state: StateCore) -> None:
    """Lets a link name its definition with composed or decomposed letters."""
    environment = environment_of(state)
    references = environment.references
    labels = [label for label in references if not label.isascii()]
    added = {normalize(form, label): references[label] for label in labels for form in ("NFC", "NFD")}
    environment.spellings |= added.keys() - references.keys()
    references.update({label: added[label] for label in added.keys() - references.keys()})


def _select(state: StateCore) -> None:
    """Keeps the blocks that the caller of `parse` selects."""
    if (select := environment_of(state).select) is not None:
        state.tokens = select(state.tokens)


def _allow(_url: str) -> bool:
    return True


def _placed(rule: InlineRule, first: str, kind: str) -> InlineRule:
    """Returns the rule, noting in its token's `meta` where it began and ended in the text of the block.

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


def _read_tag(state: StateInline, silent: bool) -> bool:
    """Reads a tag, but not the one in `{{<video>}}`: a shortcode is text, and as a tag it would hide what follows."""
    source, start = state.src, state.pos
    if start > 1 and source.startswith("{{", start - 2):
        tag = HTML_TAG_RE.match(source[start : state.posMax])
        if tag is not None and source.startswith("}}", start + tag.end()):
            return False
    return html_inline(state, silent)


def _guard(nesting: int) -> Callable[[StateBlock, int, int, bool], bool]:
    """Returns a block rule that keeps blocks that are nested too deep as plain text; markdown-it drops them.

    It also ends quotes early, see `_ends_quote`.
    """

    def read(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        if silent:
            return _ends_quote(state, start)
        if state.level < nesting:
            if len(state.tokens) > _max_tokens(state.src) or _is_quoted_too_often(state, start, end):
                raise TooManyElements(start)
            return False
        environment_of(state).too_deep.append(start)
        token = state.push("verbatim", "", 0)
        token.map = [start, end]
        token.content = state.getLines(start, end, state.blkIndent, False)
        state.line = end
        return True

    return read


def _ends_quote(state: StateBlock, line: int) -> bool:
    """Returns whether a line without `>` cannot belong to the quote above it, since no paragraph is above to continue.

    markdown-it takes such a line as a continuation, and reads all lines below it, before it parses the quote. So
    `> # a` with text directly below, repeated, would take quadratic time.
    """
    above = line - 1
    if state.parentType != "blockquote" or above < 0 or not 0 <= state.sCount[above] - state.blkIndent < 4:
        return False
    content = state.src[state.bMarks[above] + state.tShift[above] : state.eMarks[above]]
    return _NO_PARAGRAPH.match(content) is not None


def _is_quoted_too_often(state: StateBlock, start: int, end: int) -> bool:
    """Returns whether a block in a quote is in so many that their lines, counted once for each quote, are too many.

    markdown-it looks at the lines of a quote once for each quote around them, and one line `> > > a` may have as many
    lines without a sign behind it as a file has. It looks at them again for each quote that ends at such a line.
    """
    if state.parentType != "blockquote":
        return False
    begun, environment = len(state.tokens), environment_of(state)
    if state.tokens[-1].type in _QUOTE_BEGINS and environment.quote != begun:
        environment.quote = begun
        environment.quoted_lines += end - start
    return environment.quoted_lines > SPARE_LINES + len(state.src)
