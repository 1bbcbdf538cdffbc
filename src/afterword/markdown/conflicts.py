"""Reports a merge conflict in a text, unless the text shows it as code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afterword.conflicts import find_conflicts, report_conflict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from afterword.markdown.writer import Writer

_VERBATIM = ("<pre", "<script", "<style", "<textarea")
"""How blocks of HTML begin that show code, or whose content browsers do not read as HTML; comments are not code."""


def check_conflicts(writer: Writer, blocks: Sequence[Token]) -> None:
    """Reports the first conflict whose marks are not all in the same block of code."""
    source = writer.source
    for conflict in find_conflicts("\n".join(source.lines)):
        # Without a last mark, the line of seven `=` below a block of code can be that of a heading.
        last = conflict.start if conflict.end is None else conflict.end
        if not any(first <= conflict.start and last < end for first, end in map(_find_code, blocks)):
            writer.report(report_conflict(source.path, conflict, first_line=source.first_line, may_be_code=True))
            return


def _find_code(block: Token) -> tuple[int, int]:
    """The lines of a block of code, from 0, the end excluded; none of any other block."""
    is_code = block.type in ("fence", "code_block") or (
        block.type == "html_block" and block.content.lstrip().lower().startswith(_VERBATIM)
    )
    return (block.map[0], block.map[1]) if is_code and block.map is not None else (0, 0)
