"""The environment of a parse: data that parser rules share about one text."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, TypedDict, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

Need: TypeAlias = Literal["all", "headings", "nothing"]
"""Which blocks below an offset the caller of `parse` needs."""


class LinkDefinition(TypedDict):
    """A link reference definition as markdown-it records it; `map` has its lines, from 0 and end excluded."""

    label: str
    href: str
    title: str
    map: list[int]


class BlockReader(Protocol):
    """Reads the comments of a text as a rule of the parser, before the other rules."""

    def read_block(self, state: StateBlock, start: int, end: int, silent: bool) -> bool: ...


class Environment(dict[str, Any]):
    """The environment of one text. Its keys are those of markdown-it and its plugins: definitions and footnotes.

    Attributes:
        talk: whether the text is about a talk, so that it can have timestamps.
        select, find_need: see `parser.parse`; `need` is the last answer of `find_need`.
        max_tokens: how many block tokens the text may have, as far as that is known without its rules.
        read_by_rules: inline tokens whose text is not simple, until their texts are joined.
        comments: reads comments, in a parser that has a rule for them.
        spellings: names of definitions that were added for composed and decomposed letters.
        too_deep, contents: see `parser.Parsed`.
        abbreviations: explanations, by word.
        has_attributes, has_span_attributes: whether blocks and spans of the text have attributes in braces.
        containers, html_blocks, images: how many `:::`, elements with Markdown, and images are open around the place.
        container_ends: lines that end a `:::`, by the line of its beginning; -1 for none.
        unclosed_html: how many elements with Markdown have no end.
        unclosed_liquid: for the pattern of a closing tag, the line up to which none was found.
        quote: number of tokens before the block that was counted last in `quoted_lines`.
        quoted_lines: lines in quotes, counted once for each quote around.
    """

    def __init__(
        self,
        *,
        talk: bool = False,
        select: Callable[[list[Token]], list[Token]] | None = None,
        find_need: Callable[[list[Token], int], Need] | None = None,
        comments: BlockReader | None = None,
    ) -> None:
        super().__init__()
        self.talk = talk
        self.select = select
        self.find_need = find_need
        self.need: Need = "all"
        self.max_tokens = 0
        self.read_by_rules: list[Token] = []
        self.comments = comments
        self.spellings: frozenset[str] = frozenset()
        self.too_deep: list[int] = []
        self.contents: list[int] = []
        self.abbreviations: dict[str, str] = {}
        self.has_attributes = False
        self.has_span_attributes = False
        self.containers = 0
        self.container_ends: dict[int, int] = {}
        self.html_blocks = 0
        self.unclosed_html = 0
        self.unclosed_liquid: dict[str, int] = {}
        self.images = 0
        self.quote = 0
        self.quoted_lines = 0

    @property
    def references(self) -> dict[str, LinkDefinition]:
        """Link reference definitions by normalized name; markdown-it's."""
        return cast("dict[str, LinkDefinition]", self.get("references", {}))

    @property
    def repeated_references(self) -> Sequence[LinkDefinition]:
        """Definitions whose names were defined before; markdown-it's."""
        return cast("Sequence[LinkDefinition]", self.get("duplicate_refs", ()))

    def list_references(self) -> Iterator[LinkDefinition]:
        """Yields all link reference definitions."""
        return chain(self.references.values(), self.repeated_references)

    @property
    def footnote_names(self) -> Collection[str]:
        """Names of defined footnotes, each with a colon before it; those of mdit-py-plugins."""
        return cast("Collection[str]", self.get("footnotes", {}).get("refs", ()))

    def copy_definitions(self, other: Environment) -> None:
        """Takes over the definitions and footnotes of the text that this one was taken from."""
        self.update({name: other[name] for name in ("references", "footnotes") if name in other})
        self.spellings = other.spellings


def environment_of(state: StateCore | StateBlock | StateInline) -> Environment:
    """Returns the environment of the text that is being parsed."""
    return state.env  # type: ignore[return-value]  # `parse` makes it
