"""Converts nodes of front matter to typed values: texts, booleans, numbers, dates, names and plain data.

Each function takes a node, its name for messages, and `report` for diagnostics. It returns None, or an empty value,
if the node is invalid.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, TypeAlias

from afterword.core.dates import BadDate, guess_dates, hint_at_date, parse_date
from afterword.core.diagnostics import Place, error, nearest, warning
from afterword.core.nodes import List, Map, Node, TextNode
from afterword.core.patterns import lazy_pattern
from afterword.core.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime, tzinfo

    from afterword.core.nodes import Report
    from afterword.core.structs import Value

Names: TypeAlias = "list[tuple[str, Place]]"
"""Names, each with the place where it is written."""

FLAGS = {"true": True, "yes": True, "false": False, "no": False}
"""What says yes or no, in lower case."""

_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = lazy_pattern(r"[-+]?(?:0|[1-9]\d{0,17})|0o[0-7]{1,20}|0x[0-9a-fA-F]{1,15}", re.ASCII)
_FLOAT = lazy_pattern(r"[-+]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)


def as_text(node: Node, name: str, report: Report) -> str | None:
    """Returns a text, which may have several lines, without white space around it; None for null."""
    if not isinstance(node, TextNode):
        hint = "if it is text, put it in quotes" if node.place.length == 1 else ""
        report(error("invalid-type", f"`{name}` must be text, found {kind_of(node)}", node.place, hint=hint))
        return None
    return None if node.is_null or node.unread else node.value.strip()


def as_line(node: Node, name: str, report: Report) -> str | None:
    """Returns a text of one line that says something; None for null."""
    text = as_text(node, name, report)
    if text is None:
        return None
    if not text:
        report(error("empty-value", f"`{name}` is empty", node.place))
        return None
    if "\n" in text:
        hint = "in double quotes, `\\n` is a line end; put the text in single quotes" if node.place.length else ""
        report(error("invalid-value", f"`{name}` must be a single line", node.place, hint=hint))
        return None
    return text


def as_flag(node: Node, name: str, report: Report) -> bool | None:
    """Yes or no: `true`, `false`, `yes` or `no`, in any case; None, and an error, for everything else."""
    flag = FLAGS.get(node.value.lower()) if isinstance(node, TextNode) else None
    if flag is None and not (isinstance(node, TextNode) and node.unread):
        report(error("invalid-type", f"`{name}` must be `true` or `false`, found {_show(node)}", node.place))
    return flag


def check_answer(node: Node, name: str, report: Report) -> None:
    """Warns about text or a list where `true` or `false` is expected; maps of other programs are ignored."""
    if isinstance(node, Map) or (isinstance(node, TextNode) and (node.is_null or node.value.lower() in FLAGS)):
        return
    message = f"`{name}` must be `true` or `false`, found {_show(node)}"
    report(warning("ignored-value", message, node.place, label="ignored"))


def as_size(node: Node, name: str, report: Report) -> int:
    """Returns a whole number above 0; 0 for null and, with an error, for everything else."""
    if isinstance(node, TextNode):
        if node.is_null or node.unread:
            return 0
        if re.fullmatch(r"[1-9]\d{0,8}", node.value, re.ASCII):
            return int(node.value)
    report(error("invalid-value", f"`{name}` must be a whole number above 0, found {_show(node)}", node.place))
    return 0


def as_moment(
    node: Node, name: str, zone: tzinfo, report: Report, *, instead: str = "", day: date | None = None
) -> tuple[datetime, bool] | None:
    """Returns a date as `dates.parse_date` has it, and whether it is without a time of day; None for null.

    A date in another format is read, with a warning, if it has one meaning. An invalid date is a warning if it can be
    done without: `instead` says what happens. If that is to take `day`, a date that can mean other days is an error: a
    post could be published before its date.
    """
    text = as_text(node, name, report)
    if text is None:
        return None
    try:
        return parse_date(text, zone)
    except BadDate as problem:
        meant, hint = guess_dates(text), hint_at_date(text)
        if len(meant) == 1:
            message = f"`{name}: {shown(text)}` is read as {meant[0]}"
            report(warning("guessed-date", message, node.place, hint=hint))
            return parse_date(meant[0], zone)
        if instead and (not meant or day is None or any(one.startswith(day.isoformat()) for one in meant)):
            report(warning("ignored-date", str(problem), node.place, label=instead, hint=hint))
        else:
            report(error("invalid-date", str(problem), node.place, hint=hint))
        return None


def as_names(node: Node, name: str, report: Report, *, split: bool = False, paths: bool = False) -> Names:
    """Names: a list of texts, or one text.

    With `split` one text is several names, as in Jekyll, between white space; a text with commas is split at those.
    With `paths` a list in the list is a path of names, each of which counts, as Hexo has it for categories. Nulls in a
    list are left out.
    """
    match node:
        case TextNode() if split and not node.is_null and not node.unread:
            parts = node.value.split(",") if "," in node.value else node.value.split()
            return [(part.strip(), node.place) for part in parts if part.strip()]
        case List() if paths and any(isinstance(item, List) for item in node.items):
            paths_of = (as_names(item, f"{name}[{at}]", report) for at, item in enumerate(node.items))
            return [named for path in paths_of for named in path]
        case List():
            named = ((as_line(item, f"{name}[{at}]", report), item.place) for at, item in enumerate(node.items))
            return [(text, place) for text, place in named if text is not None]
        case Map():
            report(error("invalid-type", f"`{name}` must be a list, found a map", node.place))
            return []
        case _:
            text = as_line(node, name, report)
            if text is not None and node.plain and "," in text and name in _PLURALS:
                message = f"`{name}` is one name with commas: `{shown(text)}`"
                hint = f"write `{_PLURALS[name]}: [{shown(text)}]`; for one name, put it in quotes"
                report(warning("unsplit-names", message, node.place, hint=hint))
            return [(text, node.place)] if text is not None else []


_PLURALS = {"tag": "tags", "category": "categories"}
"""Keys whose text is not split, as in Jekyll, and the key of a list."""


def as_people(node: Node, name: str, report: Report) -> Names:
    """Names of people: texts or maps with a `name`, one or a list of them."""
    if not isinstance(node, List):
        return _person(node, name, report)
    return [person for at, item in enumerate(node.items) for person in _person(item, f"{name}[{at}]", report)]


def _person(node: Node, name: str, report: Report) -> Names:
    if isinstance(node, Map):
        if (inner := node.entries.get("name")) is None:
            meant = nearest("name", node.entries) or ""
            hint = f"did you mean `name` instead of `{meant}`?" if meant else ""
            report(error("missing-key", f"missing key `name` in `{name}`", node.keys.get(meant, node.place), hint=hint))
            return []
        name, node = f"{name}.name", inner
    text = as_line(node, name, report)
    return [(text, node.place)] if text is not None else []


def as_written(node: Node) -> Value:
    """Plain data in which every scalar is the text that was written, and nothing is None."""
    return _as_plain(node, lambda scalar: None if scalar.is_null else scalar.value)


def as_data(node: Node) -> Value:
    """Plain data with scalars typed by YAML 1.2's core schema, without what JSON cannot say.

    `yes`, `12:34` and `2026-02-01` are texts there; so are here numbers that begin with 0 and those that are too large.
    """
    return _as_plain(node, _scalar)


def _as_plain(node: Node, read: Callable[[TextNode], Value]) -> Value:
    match node:
        case TextNode():
            return read(node)
        case List():
            return tuple(_as_plain(item, read) for item in node.items)
        case Map():
            return {key: _as_plain(value, read) for key, value in node.entries.items()}


def _scalar(node: TextNode) -> Value:
    value = node.value
    if not node.plain:
        return value
    if node.is_null:
        return None
    if value in _BOOLEANS:
        return _BOOLEANS[value]
    if _INTEGER.fullmatch(value):
        return int(value, 0)
    if _FLOAT.fullmatch(value) and math.isfinite(number := float(value)):
        return number
    return value


def kind_of(node: Node) -> str:
    """Returns what a node is, with its article."""
    match node:
        case TextNode():
            return "text"
        case List():
            return "a list"
        case Map():
            return "a map"


def _show(node: Node) -> str:
    """Returns a text as it is written, or what the node is."""
    if not isinstance(node, TextNode):
        return kind_of(node)
    return f"`{shown(node.value)}`" if node.value else "an empty value"
