"""Writes HTML so that Markdown keeps it as it is: one HTML block, without blank lines and indentation."""

from __future__ import annotations

import re

_VERBATIM = re.compile(r"<(?P<name>pre|textarea|script|style)\b.*?</(?P=name)\s*>", re.DOTALL | re.IGNORECASE)
_GAPS = re.compile(r"\n\s*")


def write_html_block(html: str) -> str:
    """Returns a page of HTML as a text of Markdown that has the same words."""
    parts: list[str] = []
    end = 0
    for match in _VERBATIM.finditer(html):
        parts += [
            _GAPS.sub("\n", html[end : match.start()]),
            re.sub(r"\n[ \t]*(?=\n)", "\n&#32;" if match["name"].lower() in ("pre", "textarea") else "", match[0]),
        ]
        end = match.end()
    body = "".join([*parts, _GAPS.sub("\n", html[end:])]).strip()
    return f"<div>\n{body}\n</div>\n"
