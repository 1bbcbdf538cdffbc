"""Warns of numbered lists whose items are not shown with the numbers that the writer means.

In Markdown, only the first number counts, and a bullet list that is not indented ends a numbered one.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from afterword.core.diagnostics import warning
from afterword.core.patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from afterword.markdown.writers.writer import Writer

_NUMBERED = lazy_pattern(r"\n[ \t>]*(\d{1,9})[.)][ \t]")
_BULLET_ABOVE_NUMBER = lazy_pattern(r"\n[ >]*[-+*][ \t][^\n]*\n[ >]*\d{1,9}[.)][ \t]")


def warn_of_list_numbers(writer: Writer, lines: str, blocks: Sequence[Token]) -> None:
    """Warns of lists that count down, leave out a number, or begin again below a bullet list; `lines` is the text."""
    numbers = [int(number) for number in _NUMBERED.findall(lines)]
    if any(number == before - 1 or number > before + 1 for before, number in pairwise(numbers)):
        _check_numbers(writer, blocks)
    if numbers and _BULLET_ABOVE_NUMBER.search(lines) is not None:
        _check_restarts(writer, blocks)


def _check_numbers(writer: Writer, blocks: Sequence[Token]) -> None:
    lists: list[list[Token]] = []
    for token in blocks:
        if token.type == "ordered_list_open":
            lists.append([])
        elif token.type == "list_item_open" and token.info:
            lists[-1].append(token)
        elif token.type == "ordered_list_close":
            _check_list(writer, lists.pop())


def _check_list(writer: Writer, items: Sequence[Token]) -> None:
    first, *rest = (int(item.info) for item in items)
    counts_down = all(number == before - 1 for before, number in pairwise((first, *rest)))
    wrong = next((at for at, number in enumerate(rest, first + 1) if number > at or (counts_down and number < at)), 0)
    if not wrong:
        return
    item = items[wrong - first]
    line = item.map[0] if item.map else 0
    place = writer.source.find(line, line + 1, f"{item.info}{item.markup}")
    if counts_down:
        message = f"not a list that counts down: `{item.info}` is shown as `{wrong}`"
        hint = "write the list in HTML, with `<ol reversed>`"
    else:
        sign = ")" if item.markup == "." else "."
        message = f"not a list with gaps: `{item.info}` is shown as `{wrong}`"
        hint = f"write `{wrong}{item.markup}`, or begin a new list with `{item.info}{sign}`"
    writer.report(warning("near-markdown", message, place, hint=hint))


def _check_restarts(writer: Writer, blocks: Sequence[Token]) -> None:
    """Warns of lists that begin with the number of the list above, with nothing but a bullet list between them."""
    above: dict[int, tuple[str, int]] = {}  # by level: the first number of the last list, and the line below it
    for token, item in pairwise(blocks):
        begin, end = token.map or (0, 0)
        number, below = above.get(token.level, ("", -1))
        if token.type == "bullet_list_open" and below == begin:
            above[token.level] = number, end
        elif token.type == "ordered_list_open":
            above[token.level] = item.info, end
            if below == begin and number == item.info:
                place = writer.source.find(begin, begin + 1, f"{item.info}{item.markup}")
                message = f"not one list: `{item.info}{item.markup}` begins a new one"
                hint = "indent the bullet list above it to the text of its item"
                writer.report(warning("near-markdown", message, place, hint=hint))
