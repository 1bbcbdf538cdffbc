"""The attributes of HTML and SVG whose values are URLs.

Source: the HTML Standard, section "Attributes" of its index ("Valid URL potentially surrounded by spaces"), and SVG 2,
"URL reference attributes".
"""

from __future__ import annotations

URL_ATTRIBUTES = frozenset(
    {
        *(("a", "href"), ("area", "href"), ("link", "href"), ("image", "href"), ("use", "href")),
        *(("image", "xlink:href"), ("use", "xlink:href"), ("a", "xlink:href")),
        *(("img", "src"), ("input", "src"), ("script", "src"), ("source", "src"), ("track", "src")),
        *(("audio", "src"), ("video", "src"), ("embed", "src"), ("iframe", "src"), ("frame", "src")),
        *(("video", "poster"), ("object", "data"), ("form", "action"), ("button", "formaction")),
        *(("input", "formaction"), ("blockquote", "cite"), ("q", "cite"), ("del", "cite"), ("ins", "cite")),
    }
)
"""Attributes with one URL, each with its element."""

URL_LISTS = frozenset({("a", "ping"), ("area", "ping")})
"""Attributes with several URLs, between spaces."""

CANDIDATE_LISTS = frozenset({("img", "srcset"), ("source", "srcset"), ("link", "imagesrcset")})
"""Attributes with several URLs, each with a width or a density behind it, between commas."""
