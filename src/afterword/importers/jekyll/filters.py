"""Filters of Liquid and of Jekyll: functions from a value to a value.

Sources of the rules: https://shopify.github.io/liquid/ and https://jekyllrb.com/docs/liquid/filters/
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import Enum
from html import escape, unescape
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote_plus

from markdown_it import MarkdownIt

from afterword.core.dates import format_date, parse_loose_date

if TYPE_CHECKING:
    from collections.abc import Callable

URL, BASE = "\0", "\1"
"""Stand for `site.url` and `site.baseurl` in a value, until it is known what is before and behind them."""

TARGET = "\2"
"""Begins a link to another source, which needs no address of the site before it."""

RAW = "\3"
"""Stands before Liquid that is text, until it is known if it needs an escape."""


class Unknown(Enum):
    """Stands for a value that is not known before Jekyll builds the site; `REPORTED` if there is a finding about it."""

    VALUE = "value"
    REPORTED = "reported"


class Unsupported(Exception):  # noqa: N818 - the source is kept
    """Markup whose output is not known: why, and where it is in a loop or an include, if there is more to say.

    `is_reported` says that there is a finding about the reason.
    """

    def __init__(self, reason: str = "", *, is_reported: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.culprit = ""
        self.is_reported = is_reported


def known(value: object) -> object:
    """Returns a value, of a function its result; raises `Unsupported`."""
    value = value() if callable(value) else value
    if isinstance(value, Unknown):
        raise Unsupported(is_reported=value is Unknown.REPORTED)
    return value


_HOST = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


def write_text(value: object) -> str:
    """Returns a value as Liquid writes it; raises `TypeError` for one that it writes as Ruby code."""
    if isinstance(value, (Mapping, Unknown)) or callable(value):
        raise TypeError
    if isinstance(value, (list, tuple, range)):
        return "".join(map(write_text, value))
    if isinstance(value, datetime):
        return format_date(value, "%Y-%m-%d %H:%M:%S %z").rstrip()
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def make_list(value: object) -> list[object]:
    """Returns what a loop runs over; a map gives pairs, and a single value itself."""
    if isinstance(value, Mapping):
        return [list(pair) for pair in value.items()]
    if isinstance(value, (list, tuple, range)):
        return list(value)
    return [] if value is None or value == "" else [value]


def list_items(value: object) -> list[object]:
    """Returns the items that a filter of lists has: those of a list, or else the value itself."""
    return [value] if isinstance(value, Mapping) else make_list(value)


def list_records(value: object) -> list[object]:
    """Returns the items that a filter of Jekyll selects from: of a map, its values."""
    return list(value.values()) if isinstance(value, Mapping) else make_list(value)


def find_property(value: object, name: object) -> object:
    """Returns a value of a map, by a path with dots; None if there is none. Raises `TypeError` for other values."""
    for key in str(name).split("."):
        if value is not None and not isinstance(value, Mapping):
            raise TypeError
        value = known(value.get(key)) if value is not None else None
    return value


def is_empty(value: object) -> bool:
    """Returns whether a value is an empty text, list or map, which is not false in Liquid."""
    return isinstance(value, (str, list, tuple, range, Mapping)) and not value


def _make_relative(value: str) -> str:
    return value if _HOST.match(value) or value.startswith((URL, BASE)) else f"{BASE}/{value.lstrip('/')}"


def _make_absolute(value: str) -> str:
    return URL + _make_relative(value) if not _HOST.match(value) and not value.startswith(URL) else value


def _format(value: object, pattern: str) -> object:
    if not value:
        return value
    if isinstance(value, date):
        moment = value if isinstance(value, datetime) else datetime.combine(value, time(), UTC)
    else:
        moment = parse_loose_date(str(value), UTC)[0]
    return format_date(moment, pattern)


def _truncate(value: str, length: str = "50", end: str = "...") -> str:
    return value if len(value) <= int(length) else value[: max(int(length) - len(end), 0)] + end


def _truncate_words(value: str, count: str = "15", end: str = "...") -> str:
    words = value.split()
    return value if len(words) <= int(count) else " ".join(words[: int(count)]) + end


def _split(value: str, separator: str) -> list[str]:
    parts = value.split() if separator == " " else value.split(separator) if separator else list(value)
    while parts and not parts[-1]:
        parts.pop()
    return parts


def _slice(value: object, start: object, length: object = 1) -> object:
    first = int(str(start))
    given = value if isinstance(value, (str, list)) else _write_plain(value)
    first = first + len(given) if first < 0 else first
    return given[first : first + int(str(length))] if first >= 0 else given[:0]


def _find_end(value: object, at: int) -> object:
    items = make_list(value)
    return items[at] if items and not isinstance(value, (str, int, float)) else None


def _sort(value: list[object], name: object = None, *, ignores_case: bool = False) -> list[object]:
    def key(item: object) -> tuple[bool, object]:
        found = item if name is None else find_property(item, name)
        return found is None, str(found).lower() if ignores_case else found

    return sorted(value, key=key)  # a `TypeError` where there is no order


def _select(value: list[object], name: object, wanted: object = None) -> list[object]:
    """Returns the items with a value of a key; without a value, those where it is true (`Filters#where`)."""

    def is_selected(found: object) -> bool:
        if wanted is None:
            return found is not None and found is not False
        return write_text(wanted) in map(write_text, make_list(found))

    return [item for item in value if is_selected(find_property(item, name))]


def _group(value: list[object], name: object) -> list[object]:
    groups: dict[str, list[object]] = {}
    for item in value:
        groups.setdefault(write_text(find_property(item, name)), []).append(item)
    return [{"name": key, "items": items, "size": len(items)} for key, items in groups.items()]


def _make_number(value: object) -> int | float:
    """Returns a number; of a text the digits that it begins with, and 0 for others (`Utils.to_number`)."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    text = value.strip() if isinstance(value, str) else ""
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    digits = re.match(r"-?\d+", text)
    return int(digits[0]) if digits is not None else 0


def _concat(value: list[object], other: object) -> list[object]:
    if not isinstance(other, (list, range)):
        raise TypeError
    return [*value, *other]


def _write_plain(value: object) -> str:
    """Returns a value as the text that a filter gets; raises `TypeError` for lists, which are written as Ruby code."""
    if isinstance(value, (list, tuple, range)):
        raise TypeError
    return write_text(value)


def _divide(value: float, by: float) -> float:
    return value // by if isinstance(value, int) and isinstance(by, int) else value / by


def _join_sentence(value: list[object], word: object = "and") -> str:
    *others, last = map(write_text, value or [""])
    comma = "," if len(others) > 1 else ""
    return f"{', '.join(others)}{comma} {word} {last}" if others else last


_MARKDOWN = MarkdownIt("commonmark")
_ATTRIBUTES = re.compile(r"(?<=[>)])\{:[^{}\n]*\}|^\{:[^{}\n]*\}$", re.MULTILINE)
"""Attribute lists of kramdown."""


def render_markdown(text: str) -> str:
    return str(_MARKDOWN.render(_ATTRIBUTES.sub("", text)))


TEXT_FILTERS: Mapping[str, Callable[..., object]] = {
    "relative_url": _make_relative,
    "absolute_url": _make_absolute,
    "escape": escape,
    "xml_escape": escape,
    "escape_once": lambda value: escape(unescape(value)),
    "url_encode": quote_plus,
    "cgi_escape": quote_plus,
    "url_decode": unquote_plus,
    "uri_escape": lambda value: quote(value, safe="/:?#[]@!$&'()*+,;=%"),
    "strip": str.strip,
    "lstrip": str.lstrip,
    "rstrip": str.rstrip,
    "strip_newlines": lambda value: re.sub(r"\r?\n", "", value),
    "normalize_whitespace": lambda value: " ".join(value.split()),
    "strip_html": lambda value: re.sub(r"<(script|style)\b.*?</\1>|<!--.*?-->|<.*?>", "", value, flags=re.DOTALL),
    "newline_to_br": lambda value: value.replace("\n", "<br />\n"),
    "markdownify": render_markdown,
    "upcase": str.upper,
    "downcase": str.lower,
    "capitalize": str.capitalize,
    "slugify": lambda value: re.sub(r"[\W_]+", "-", value).strip("-").lower(),
    "append": lambda value, end: value + end,
    "prepend": lambda value, start: start + value,
    "remove": lambda value, part: value.replace(part, ""),
    "remove_first": lambda value, part: value.replace(part, "", 1),
    "replace": lambda value, part, new="": value.replace(part, new),
    "replace_first": lambda value, part, new="": value.replace(part, new, 1),
    "split": _split,
    "truncate": _truncate,
    "truncatewords": _truncate_words,
    "number_of_words": lambda value: len(value.split()),
}
"""Filters of texts: value and arguments are texts."""

LIST_FILTERS: Mapping[str, Callable[..., object]] = {
    "join": lambda value, separator=" ": str(separator).join(map(write_text, value)),
    "reverse": lambda value: value[::-1],
    "sort": _sort,
    "sort_natural": lambda value, name=None: _sort(value, name, ignores_case=True),
    "uniq": lambda value: [item for at, item in enumerate(value) if item not in value[:at]],
    "compact": lambda value: [item for item in value if item is not None],
    "concat": _concat,
    "push": lambda value, item: [*value, item],
    "map": lambda value, name: [find_property(item, name) for item in value],
    "array_to_sentence_string": _join_sentence,
}
"""Filters of lists."""

NUMBER_FILTERS: Mapping[str, Callable[..., object]] = {
    "plus": lambda value, other: value + other,
    "minus": lambda value, other: value - other,
    "times": lambda value, other: value * other,
    "divided_by": _divide,
    "modulo": lambda value, other: value % other,
    "abs": abs,
    "ceil": lambda value: -int(-value // 1),
    "floor": lambda value: int(value // 1),
    "round": lambda value: int((value + 0.5) // 1),
    "at_least": max,
    "at_most": min,
}
"""Filters of numbers: value and arguments are numbers."""

VALUE_FILTERS: Mapping[str, Callable[..., object]] = {
    "date": _format,
    "date_to_string": lambda value: _format(value, "%d %b %Y"),
    "date_to_long_string": lambda value: _format(value, "%d %B %Y"),
    "date_to_xmlschema": lambda value: _format(value, "%Y-%m-%dT%H:%M:%S%:z"),
    "date_to_rfc822": lambda value: _format(value, "%a, %d %b %Y %H:%M:%S %z"),
    "default": lambda value, other="": other if value is None or value is False or is_empty(value) else value,
    "size": lambda value: len(value) if isinstance(value, (str, list, tuple, range, Mapping)) else 0,
    "slice": _slice,
    "first": lambda value: _find_end(value, 0),
    "last": lambda value: _find_end(value, -1),
    "where": lambda value, *arguments: _select(list_records(value), *arguments),
    "group_by": lambda value, name: _group(list_records(value), name),
    "jsonify": lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=write_text),
}
"""Filters of values of any type."""


def apply_filter(name: str, value: object, arguments: list[object]) -> object:
    """Returns the value of a filter; raises `LookupError`, `TypeError`, `ValueError` or `ArithmeticError`."""
    if name in TEXT_FILTERS:
        return TEXT_FILTERS[name](_write_plain(value), *map(_write_plain, arguments))
    if name in LIST_FILTERS:
        return LIST_FILTERS[name](list_items(value), *arguments)
    if name in NUMBER_FILTERS:
        return NUMBER_FILTERS[name](_make_number(value), *map(_make_number, arguments))
    return VALUE_FILTERS[name](value, *arguments)
