"""What decides how Markdown becomes HTML, besides the text and the site: one small, hashable value.

Made of the settings; part of the identity of every rendered body. Relies on `settings`. Refuses whatever a body does
not depend on, so that a change of the blog's title renders no post anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from afterword.markdown.words import ENGLISH, Words
from afterword.origins import find_origin

if TYPE_CHECKING:
    from afterword.settings import Config

MAX_NESTING = 200
"""The deepest nesting that any setting gets: the parser recurses, and Python's stack ends at 1000 calls."""


class Options(Struct, frozen=True):
    """How text is read and written.

    `origin` is `https://host` of the blog itself or empty, `base_path` is `/notes` or empty. `nesting` counts
    elements: a quote is one, a list is two (the list and its item). `growth` is how many times larger than the text
    the HTML may be, plus 1 MB. `excerpt_separator` is empty for no excerpts. `strict_csp` says that pages have a
    content security policy under which inline scripts and styles do nothing. `words` are those that are not the
    writer's.
    """

    html: bool = True
    smart: bool = False
    schemes: tuple[str, ...] = ("http", "https", "mailto", "tel")
    external_rel: str = "noopener noreferrer"
    line_numbers: bool = False
    max_block: int = 65_536
    max_line: int = 2_000
    nesting: int = 100
    growth: int = 20
    strict_csp: bool = True
    excerpt_separator: str = "\n\n"
    origin: str = ""
    base_path: str = ""
    words: Words = ENGLISH

    @classmethod
    def of(cls, config: Config, base_path: str, words: Words) -> Options:
        """The options that a blog's settings and its theme's words mean; `base_path` is as in `urls.Address`."""
        return cls(
            html=config.markdown.html,
            smart=config.markdown.smart,
            schemes=tuple(scheme.lower() for scheme in config.markdown.schemes),
            external_rel=config.markdown.external_rel,
            line_numbers=config.code.line_numbers,
            max_block=config.code.max_block,
            max_line=config.code.max_line,
            nesting=min(config.limits.nesting, MAX_NESTING),
            growth=config.limits.growth,
            strict_csp=config.theme.csp == "strict",
            excerpt_separator=config.excerpt_separator,
            origin=find_origin(config.base_url) or "",
            base_path=base_path,
            words=words,
        )
