"""Follows which elements are open in a run of tags, to find those that are not closed."""

from __future__ import annotations

from typing import Generic, TypeVar

from afterword.markdown.html.hidden_elements import VOID

_NO_END_TAG = VOID | {
    *("html", "head", "body", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot"),
    *("option", "optgroup", "colgroup", "caption", "rt", "rp", "rb", "rtc"),
    *("basefont", "bgsound", "frame", "image", "keygen", "param"),
}
"""Elements whose end tag may be left out (HTML Standard, 13.1.2.4), and those that parsers close at once."""

_FOREIGN = ("svg", "math")

At = TypeVar("At")
"""Where a tag is."""


class OpenElements(Generic[At]):
    """The elements that are open, except those whose end tag may be left out."""

    def __init__(self) -> None:
        self._open: list[tuple[str, At]] = []
        self._depths: dict[str, int] = {}

    def begin(self, name: str, at: At, *, has_slash: bool = False) -> None:
        """Opens an element. A slash, as in `<path/>`, closes it in SVG and MathML; HTML ignores it."""
        is_closed = has_slash and (name in _FOREIGN or any(map(self._depths.get, _FOREIGN)))
        if name not in _NO_END_TAG and not is_closed:
            self._open.append((name, at))
            self._depths[name] = self._depths.get(name, 0) + 1

    def end(self, name: str) -> list[tuple[str, At]] | None:
        """Closes the innermost element of a name; returns the unclosed ones within it, or None if there is none."""
        if name in _NO_END_TAG:
            return []
        if not self._depths.get(name):
            return None
        unclosed = []
        while (last := self._pop())[0] != name:
            unclosed.append(last)
        return unclosed[::-1]

    def end_all(self) -> list[tuple[str, At]]:
        """Closes all elements; returns those that were open."""
        unclosed, self._open, self._depths = self._open, [], {}
        return unclosed

    def _pop(self) -> tuple[str, At]:
        last = self._open.pop()
        self._depths[last[0]] -= 1
        return last
